-- The P60 that counts of each employment, one row a tax year and employer. Where two PAYE references go by one
-- employer's name the later ones carry their reference in it, so that neither is lost.
WITH standing AS (
    SELECT
        p60.*,
        COALESCE(p60.employer_name, p60.employment) AS employer,
        COALESCE(p60.pay_this, CASE WHEN COALESCE(p60.pay_previous, 0) = 0 THEN p60.pay_total END) AS pay,
        COALESCE(p60.tax_this, CASE WHEN COALESCE(p60.tax_previous, 0) = 0 THEN p60.tax_total END) AS tax,
        row_number() OVER (
            PARTITION BY p60.tax_year, p60.employment
            ORDER BY (p60.pay_this = measure.p60) IS TRUE DESC, p60.corrected DESC, p60.issued_on DESC NULLS LAST,
                document.first_seen_at DESC, document.sha256 DESC
        ) AS place
    FROM hmrc_pipeline.p60
    JOIN hmrc_pipeline.incumbent_person USING (person_id)
    JOIN hmrc_pipeline.reading USING (reading_id)
    JOIN hmrc_pipeline.document USING (sha256)
    LEFT JOIN hmrc_pipeline.measure
        ON measure.tax_year = p60.tax_year
       AND measure.person_id = p60.person_id
       AND measure.employment = p60.employment
       AND measure.measure = 'taxable_pay'
    WHERE p60.current
),
named AS (
    SELECT
        standing.*,
        row_number() OVER (PARTITION BY tax_year, employer ORDER BY employment) AS of_name
    FROM standing
    WHERE place = 1
)
SELECT
    replace(named.tax_year, '-', '/') AS tax_year,
    CASE WHEN named.of_name = 1 THEN named.employer ELSE named.employer || ' (' || named.employment || ')' END
        AS employer,
    named.paye_reference AS employer_paye_ref,
    round(named.pay / 100.0, 2) AS gross_pay,
    round(named.tax / 100.0, 2) AS income_tax,
    round(named.national_insurance / 100.0, 2) AS national_insurance,
    round(named.student_loan / 100.0, 2) AS student_loan,
    concat_ws(' ', named.tax_code, named.tax_basis) AS tax_code,
    (
        SELECT json_object_agg(
            figure.field, COALESCE(round(figure.amount / 100.0, 2)::text, figure.value) ORDER BY figure.field
        )
        FROM hmrc_pipeline.figure
        WHERE figure.reading_id = named.reading_id AND figure.text_encrypted IS NULL
    ) AS raw_extraction,
    (
        SELECT min(sighting.paperless_id)::integer
        FROM hmrc_pipeline.reading
        JOIN hmrc_pipeline.sighting USING (sha256)
        WHERE reading.reading_id = named.reading_id AND sighting.removed_at IS NULL
    ) AS paperless_doc_id
FROM named
