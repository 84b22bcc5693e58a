"""The queries of an earlier payslip dashboard, one a panel, each written from what the panel shows.

They read the views alone, as the dashboard does, and know nothing of our tables.
"""

from typing import Final

__all__ = ["PANELS"]

_WINDOW: Final = "WINDOW y AS (PARTITION BY tax_year ORDER BY pay_date)"

_MARGINAL: Final = """
WITH placed AS (
    SELECT *,
        COALESCE(taxable_pay, gross_pay) + pension_sacrifice - salary - bonus AS rsu_gross,
        SUM(COALESCE(taxable_pay, gross_pay)) OVER y AS income
    FROM payslip_ingest.payslip WINDOW y AS (PARTITION BY tax_year ORDER BY pay_date)
),
slip AS (
    SELECT placed.*,
        (SELECT ROUND(SUM(rate * GREATEST(0, LEAST(income, upper) - GREATEST(income - rsu_gross, lower))), 2)
         FROM (VALUES (0, 12570, 0.0), (12570, 50270, 0.2), (50270, 100000, 0.4), (100000, 125140, 0.6),
                      (125140, 1e9, 0.45)) AS band (lower, upper, rate)) AS rsu_tax,
        (SELECT ROUND(SUM(rate * GREATEST(0, LEAST(income, upper) - GREATEST(income - rsu_gross, lower))), 2)
         FROM (VALUES (12570, 50270, 0.08), (50270, 1e9, 0.02)) AS band (lower, upper, rate)) AS rsu_ni
    FROM placed
)
"""

PANELS: Final = {
    1: f"""
        SELECT pay_date AS "time", SUM(salary) OVER y AS salary, SUM(bonus) OVER y AS bonus,
            SUM(rsu_vest) OVER y AS rsu_vest,
            SUM(GREATEST(gross_pay - salary - bonus - rsu_vest, 0)) OVER y AS other
        FROM payslip_ingest.payslip {_WINDOW} ORDER BY pay_date
    """,
    2: """
        SELECT pay_date AS "time", gross_pay - rsu_vest AS cash_gross, net_pay
        FROM payslip_ingest.payslip ORDER BY pay_date
    """,
    3: f"""
        {_MARGINAL}
        SELECT pay_date AS "time",
            SUM(income_tax) OVER y / NULLIF(SUM(COALESCE(taxable_pay, gross_pay)) OVER y, 0) AS effective_rate,
            SUM(net_pay) OVER y / NULLIF(SUM(gross_pay - rsu_vest) OVER y, 0) AS take_home,
            SUM(net_pay + rsu_gross - rsu_tax - rsu_ni) OVER y
                / NULLIF(SUM(COALESCE(taxable_pay, gross_pay)) OVER y, 0) AS kept
        FROM slip {_WINDOW} ORDER BY pay_date
    """,
    4: """
        WITH month AS (
            SELECT generate_series('2019-07-01'::date, '2026-03-01'::date, '1 month')::date AS starts
        )
        SELECT to_char(month.starts, 'YYYY-MM') AS month, CASE
            WHEN p.pay_date IS NULL THEN 'MISSING'
            WHEN p.salary = 0 AND p.gross_pay > 5000 THEN 'ZERO_SALARY'
            WHEN p.rsu_vest > 0 AND p.salary = 0 THEN 'RSU_NO_SALARY'
            WHEN p.cash_income_tax IS NULL THEN 'NULL_CASH_TAX'
            ELSE 'ok' END AS status
        FROM month LEFT JOIN payslip_ingest.payslip p ON date_trunc('month', p.pay_date) = month.starts
        ORDER BY month.starts
    """,
    5: """
        SELECT pay_date, employer, tax_year, gross_pay, salary, bonus, rsu_vest, rsu_offset, pension_sacrifice,
            taxable_pay, income_tax, cash_income_tax, cash_income_tax_source, national_insurance, pension_employee,
            pension_employer, student_loan, other_deductions, net_pay, validated, paperless_doc_id
        FROM payslip_ingest.payslip ORDER BY pay_date DESC
    """,
    6: f"""
        SELECT pay_date, ytd_gross, SUM(gross_pay) OVER y AS sum_gross, ytd_taxable_pay,
            SUM(taxable_pay) OVER y AS sum_taxable, ytd_tax_paid, SUM(income_tax) OVER y AS sum_tax
        FROM payslip_ingest.payslip WHERE ytd_gross IS NOT NULL {_WINDOW} ORDER BY pay_date
    """,
    7: f"""
        {_MARGINAL}
        SELECT pay_date AS "time", SUM(net_pay) OVER y AS net_pay,
            SUM(income_tax - rsu_tax) OVER y AS cash_tax, SUM(rsu_tax) OVER y AS rsu_tax,
            SUM(national_insurance) OVER y AS national_insurance,
            SUM(pension_employee + pension_sacrifice) OVER y AS pension,
            SUM(rsu_vest) OVER y AS rsu_vest, SUM(gross_pay) OVER y AS gross_pay
        FROM slip {_WINDOW} ORDER BY pay_date
    """,
    8: f"""
        {_MARGINAL}
        SELECT source, destination, value FROM (
            SELECT 'Salary' AS source, 'Gross' AS destination, SUM(salary) AS value FROM slip
            UNION ALL SELECT 'Bonus', 'Gross', SUM(bonus) FROM slip
            UNION ALL SELECT 'RSU', 'Gross', SUM(rsu_vest) FROM slip
            UNION ALL SELECT 'Other', 'Gross', SUM(GREATEST(gross_pay - salary - bonus - rsu_vest, 0)) FROM slip
            UNION ALL SELECT 'Gross', 'Net pay', SUM(net_pay) FROM slip
            UNION ALL SELECT 'Gross', 'Cash tax', SUM(income_tax - rsu_tax) FROM slip
            UNION ALL SELECT 'Gross', 'RSU tax', SUM(rsu_tax) FROM slip
            UNION ALL SELECT 'Gross', 'Cash NI', SUM(national_insurance - rsu_ni) FROM slip
            UNION ALL SELECT 'Gross', 'Pension', SUM(pension_employee) FROM slip
            UNION ALL SELECT 'Gross', 'Student loan', SUM(student_loan) FROM slip
            UNION ALL SELECT 'Gross', 'RSU offset', SUM(rsu_offset) FROM slip
        ) AS flow ORDER BY source, destination
    """,
    9: """
        SELECT p.tax_year, p.employer, s.gross - p.gross_pay AS delta_gross, s.tax - p.income_tax AS delta_tax,
            s.ni - p.national_insurance AS delta_ni
        FROM payslip_ingest.p60_reference p
        LEFT JOIN LATERAL (
            SELECT SUM(gross_pay) AS gross, SUM(income_tax) AS tax, SUM(national_insurance) AS ni
            FROM payslip_ingest.payslip WHERE tax_year = p.tax_year
        ) s ON true
        ORDER BY p.tax_year, p.employer
    """,
    10: """
        WITH latest AS (
            SELECT DISTINCT ON (tax_year, employer_paye_ref) *
            FROM hmrc_sync.tax_year_snapshot ORDER BY tax_year, employer_paye_ref, snapshot_date DESC
        ),
        computed AS (
            SELECT tax_year, SUM(gross_pay) AS gross, SUM(income_tax) AS tax, SUM(national_insurance) AS ni
            FROM payslip_ingest.payslip GROUP BY tax_year
        )
        SELECT h.tax_year, h.employer_paye_ref, h.gross_pay AS hmrc_gross, c.gross AS computed_gross,
            h.gross_pay - c.gross AS delta_gross, h.income_tax - c.tax AS delta_tax,
            h.ni_contributions - c.ni AS delta_ni
        FROM latest h LEFT JOIN computed c USING (tax_year) ORDER BY h.tax_year, h.employer_paye_ref
    """,
    11: f"""
        {_MARGINAL}
        SELECT pay_date AS "time", rsu_tax, student_loan, pension_employee, pension_employer
        FROM slip ORDER BY pay_date
    """,
    12: f"""
        {_MARGINAL}
        SELECT pay_date AS "time", SUM(rsu_tax) OVER y AS rsu_tax, SUM(income_tax - rsu_tax) OVER y AS cash_tax,
            SUM(national_insurance - rsu_ni) OVER y AS cash_ni, SUM(student_loan) OVER y AS student_loan,
            SUM(pension_employee) OVER y AS pension_employee, SUM(pension_employer) OVER y AS pension_employer
        FROM slip {_WINDOW} ORDER BY pay_date
    """,
    13: """
        SELECT pay_date AS "time", COALESCE(cash_income_tax, income_tax) AS tax, national_insurance, student_loan,
            pension_employee
        FROM payslip_ingest.payslip ORDER BY pay_date
    """,
    16: """
        SELECT tax_year, SUM(salary - pension_sacrifice) AS salary, SUM(pension_sacrifice) AS pension,
            SUM(bonus) AS bonus,
            SUM(COALESCE(taxable_pay, gross_pay) + pension_sacrifice - salary - bonus) AS rsu_gross
        FROM payslip_ingest.payslip GROUP BY tax_year ORDER BY tax_year
    """,
    17: """
        SELECT tax_year, pay_date + make_interval(years => 2025 - SUBSTRING(tax_year, 1, 4)::int) AS "time",
            SUM(COALESCE(taxable_pay, gross_pay) + pension_sacrifice)
                OVER (PARTITION BY tax_year ORDER BY pay_date) AS gross
        FROM payslip_ingest.payslip ORDER BY tax_year, pay_date
    """,
}
"""By the number each panel carries in the dashboard."""
