-- Every call to HMRC, failed ones too, oldest first.
SELECT
    call.fetch_id,
    call.asked_at AS fetched_at,
    replace(call.tax_year, '-', '/') AS tax_year,
    call.api,
    call.status AS http_status,
    call.code AS error_code,
    call.duration_ms,
    call.snapshot_id
FROM hmrc_pipeline.hmrc_fetch AS call
JOIN hmrc_pipeline.incumbent_person USING (person_id)
ORDER BY call.asked_at
