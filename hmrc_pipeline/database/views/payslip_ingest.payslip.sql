-- One row a payslip that counts. Amounts the dashboard never expects to be absent are 0 where none is printed;
-- taxable pay, the year to date and what follows from them stay NULL. Deductions without a column of their own
-- stand in other_deductions, so that gross pay less every deduction is net pay.
WITH slip AS (
    SELECT payslip.*
    FROM hmrc_pipeline.payslip
    JOIN hmrc_pipeline.incumbent_person USING (person_id)
    WHERE payslip.counted
),
deduction AS (
    SELECT line.reading_id, line.label, sum(line.amount) AS amount
    FROM slip
    JOIN hmrc_pipeline.reading_line AS line USING (reading_id)
    WHERE line.section = 'deductions'
      AND line.amount IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM hmrc_pipeline.figure
        WHERE figure.reading_id = line.reading_id
          AND figure.field IN ('income_tax', 'national_insurance', 'employee_pension', 'student_loan')
          AND figure.label = line.label
          AND abs(figure.amount) = abs(line.amount)
      )
    GROUP BY line.reading_id, line.label
),
others AS (
    SELECT
        reading_id,
        COALESCE(sum(amount) FILTER (WHERE label ~* '^rsu\M'), 0) AS rsu_offset,
        COALESCE(
            jsonb_object_agg(label, round(amount / 100.0, 2)) FILTER (WHERE label !~* '^rsu\M'), '{}'::jsonb
        ) AS other_deductions
    FROM deduction
    GROUP BY reading_id
),
read AS (
    SELECT
        figure.reading_id,
        json_object_agg(
            figure.field, COALESCE(round(figure.amount / 100.0, 2)::text, figure.value) ORDER BY figure.field
        ) AS raw_extraction
    FROM slip
    JOIN hmrc_pipeline.figure USING (reading_id)
    WHERE figure.text_encrypted IS NULL
    GROUP BY figure.reading_id
),
shares AS (
    -- What gross pay holds of shares: the sold shares' tax offset and refund, else the gain paid as such.
    SELECT
        slip.reading_id,
        COALESCE(
            slip.rsu_tax_offset + COALESCE(slip.rsu_excess_refund, 0),
            slip.rsu_excess_refund,
            CASE WHEN EXISTS (
                SELECT FROM hmrc_pipeline.reading_line AS line
                WHERE line.reading_id = slip.reading_id
                  AND line.section = 'payments'
                  AND line.amount = slip.rsu_gross
                  AND line.label ~* '^rsu'
            ) THEN slip.rsu_gross END,
            0
        ) AS rsu_vest
    FROM slip
)
SELECT
    slip.pay_date,
    COALESCE(slip.employer_name, slip.employment) AS employer,
    replace(slip.tax_year, '-', '/') AS tax_year,
    round(COALESCE(slip.gross_pay, slip.net_pay + slip.total_deductions) / 100.0, 2) AS gross_pay,
    round(COALESCE(slip.basic_pay, 0) / 100.0, 2) AS salary,
    round(COALESCE(slip.bonus, 0) / 100.0, 2) AS bonus,
    round(shares.rsu_vest / 100.0, 2) AS rsu_vest,
    round(COALESCE(others.rsu_offset, 0) / 100.0, 2) AS rsu_offset,
    round(COALESCE(slip.pension_sacrifice, 0) / 100.0, 2) AS pension_sacrifice,
    round(slip.taxable_pay / 100.0, 2) AS taxable_pay,
    round(COALESCE(slip.income_tax, 0) / 100.0, 2) AS income_tax,
    round(
        slip.income_tax * (slip.gross_pay - COALESCE(slip.pension_sacrifice, 0))::numeric
        / NULLIF(slip.taxable_pay, 0) / 100, 2
    ) AS cash_income_tax,
    CASE
        WHEN slip.income_tax * slip.gross_pay / NULLIF(slip.taxable_pay, 0) IS NULL THEN 'fallback_null'
        ELSE 'regex'
    END AS cash_income_tax_source,
    round(COALESCE(slip.national_insurance, 0) / 100.0, 2) AS national_insurance,
    round(COALESCE(slip.employee_pension, 0) / 100.0, 2) AS pension_employee,
    round(COALESCE(slip.employer_pension, 0) / 100.0, 2) AS pension_employer,
    round(COALESCE(slip.student_loan, 0) / 100.0, 2) AS student_loan,
    COALESCE(others.other_deductions, '{}'::jsonb) AS other_deductions,
    round(slip.net_pay / 100.0, 2) AS net_pay,
    slip.status = 'proved' AS validated,
    (
        SELECT min(sighting.paperless_id)::integer
        FROM hmrc_pipeline.reading
        JOIN hmrc_pipeline.sighting USING (sha256)
        WHERE reading.reading_id = slip.reading_id AND sighting.removed_at IS NULL
    ) AS paperless_doc_id,
    round(slip.ytd_gross_pay / 100.0, 2) AS ytd_gross,
    round(slip.ytd_taxable_pay / 100.0, 2) AS ytd_taxable_pay,
    round(slip.ytd_income_tax / 100.0, 2) AS ytd_tax_paid,
    round(slip.ytd_rsu_tax_offset / 100.0, 2) AS ytd_rsu_tax_offset,
    round(slip.ytd_rsu_excess_refund / 100.0, 2) AS ytd_rsu_excs_refund,
    read.raw_extraction
FROM slip
JOIN shares USING (reading_id)
LEFT JOIN others USING (reading_id)
LEFT JOIN read USING (reading_id)
