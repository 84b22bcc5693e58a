-- Whose figures the dashboard's views show: the person the setting names, else the only person there is.
SELECT person_id
FROM hmrc_pipeline.person
WHERE person_id = COALESCE(
    (SELECT value FROM hmrc_pipeline.sql_setting WHERE name = 'incumbent_person'),
    (SELECT min(person_id) FROM hmrc_pipeline.person HAVING count(*) = 1)
)
