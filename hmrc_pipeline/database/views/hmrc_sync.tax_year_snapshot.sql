-- HMRC's figures by employment as they stood on every day an answer came or was confirmed; the last day of a year
-- is what counts now. HMRC publishes no National Insurance contributions of an employee: always NULL.
WITH held AS (
    SELECT
        snapshot.tax_year,
        snapshot.api,
        snapshot.snapshot_id,
        snapshot.body::jsonb AS body,
        snapshot.captured_at,
        snapshot.last_confirmed_at,
        (snapshot.captured_at AT TIME ZONE 'Europe/London')::date AS captured_on,
        (snapshot.last_confirmed_at AT TIME ZONE 'Europe/London')::date AS confirmed_on,
        CASE snapshot.source
            WHEN 'HMRC' THEN 5
            WHEN 'stated by the person' THEN 3
            WHEN 'HMRC sandbox' THEN 2
            WHEN 'HMRC simulator' THEN 1
            ELSE 4
        END AS word
    FROM hmrc_pipeline.hmrc_snapshot AS snapshot
    JOIN hmrc_pipeline.incumbent_person USING (person_id)
    WHERE snapshot.api IN ('individual-income', 'individual-tax')
),
day AS (
    SELECT tax_year, captured_on AS seen_on FROM held
    UNION
    SELECT tax_year, confirmed_on FROM held
),
counting AS (
    SELECT DISTINCT ON (day.tax_year, day.seen_on, held.api)
        day.tax_year, day.seen_on, held.api, held.body
    FROM day
    JOIN held ON held.tax_year = day.tax_year AND held.captured_on <= day.seen_on
    ORDER BY
        day.tax_year, day.seen_on, held.api, held.word DESC,
        LEAST(held.confirmed_on, day.seen_on) DESC,
        CASE WHEN held.confirmed_on <= day.seen_on THEN held.last_confirmed_at END DESC NULLS LAST,
        held.captured_at DESC, held.snapshot_id DESC
),
told AS (
    SELECT
        counting.tax_year, counting.seen_on, counting.api,
        employment.value ->> 'employerPayeReference' AS reference,
        (
            employment.value
            ->> CASE counting.api WHEN 'individual-income' THEN 'payFromEmployment' ELSE 'taxTakenOffPay' END
        )::numeric AS amount
    FROM counting
    CROSS JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(counting.body -> 'employments') WHEN 'array' THEN counting.body -> 'employments' END
    ) AS employment
    WHERE employment.value ->> 'employerPayeReference' <> '267/LS500' -- State Pension lump sum, no employer
),
total AS (
    SELECT tax_year, seen_on, api, reference, CASE WHEN count(*) = count(amount) THEN sum(amount) END AS amount
    FROM told
    GROUP BY tax_year, seen_on, api, reference
)
SELECT
    replace(tax_year, '-', '/') AS tax_year,
    reference AS employer_paye_ref,
    seen_on AS snapshot_date,
    round(max(amount) FILTER (WHERE api = 'individual-income'), 2) AS gross_pay,
    round(max(amount) FILTER (WHERE api = 'individual-tax'), 2) AS income_tax,
    NULL::numeric AS ni_contributions
FROM total
GROUP BY tax_year, reference, seen_on
