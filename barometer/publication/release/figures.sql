-- The main figures of a quarter from the tables of a release, as the site and the bulletin count them.
--   cd press-barometer-…; duckdb < figures.sql
-- A new violation is imposed in the quarter, is not background, and is not told by another event that counts already.
-- People who are not named have no name to be counted by: people_named is of those who are.
SET VARIABLE period = coalesce(getvariable('period'), '{period}');

CREATE OR REPLACE TEMP VIEW printed AS
SELECT event.*, entry.section AS printed_section, entry.month AS printed_month, type.section AS proposed_section
FROM 'parquet/events.parquet' AS event
JOIN 'parquet/entries.parquet' AS entry ON entry.id = event.entry_id
JOIN 'parquet/types.parquet' AS type ON type.code = event.main_type
WHERE entry.issue = getvariable('period');

CREATE OR REPLACE TEMP VIEW months AS
SELECT left(getvariable('period'), 4) || '-' || lpad(CAST(3 * CAST(right(getvariable('period'), 1) AS INTEGER) - back AS VARCHAR), 2, '0') AS month
FROM range(3) AS three(back);

-- Each event that counts, in the section and the month in which it counts ('' where neither is known).
CREATE OR REPLACE TEMP VIEW live AS
SELECT *,
  coalesce(printed_section, proposed_section) AS counted_section,
  CASE
    WHEN printed_month IN (FROM months) THEN printed_month
    WHEN strftime(first_day, '%Y-%m') = strftime(last_day, '%Y-%m') AND strftime(first_day, '%Y-%m') IN (FROM months)
      THEN strftime(first_day, '%Y-%m')
    ELSE ''
  END AS counted_month,
  CASE WHEN region IS NOT NULL THEN region WHEN country IS NULL OR country = 'KZ' THEN '' ELSE country END AS counted_region
FROM printed
WHERE NOT background AND NOT told_again;

CREATE OR REPLACE TEMP VIEW hit AS
SELECT DISTINCT target.kind = 'person' AS is_person, target.name
FROM 'parquet/targets.parquet' AS target
JOIN live ON live.id = target.event_id
WHERE live.new_violation AND target.named AND target.type NOT IN ({nobody});

-- A case is open where a violation has no relief, or begins after the last relief has ended.
CREATE OR REPLACE TEMP VIEW standing AS
SELECT case_id,
  max(coalesce(first_day, DATE '0001-01-01')) FILTER (kind = 'violation') AS violation,
  max(coalesce(last_day, DATE '0001-01-01')) FILTER (kind = 'relief') AS relief
FROM printed WHERE case_id IS NOT NULL GROUP BY case_id;

SELECT
  (SELECT count(*) FROM live WHERE new_violation) AS new_violations,
  (SELECT count(*) FROM live WHERE phase = 'step') AS steps,
  (SELECT count(*) FROM live WHERE kind = 'relief') AS relief_events,
  (SELECT count(*) FROM live WHERE kind = 'context') AS context_events,
  (SELECT CAST(coalesce(sum(people_hit), 0) AS BIGINT) FROM live WHERE new_violation) AS people_hit_at_least,
  (SELECT count(*) FROM hit WHERE NOT is_person) AS outlets_hit,
  (SELECT count(*) FROM standing WHERE violation IS NOT NULL AND (relief IS NULL OR violation > relief)) AS open_cases,
  (SELECT count(DISTINCT entry_id) FROM printed) AS entries,
  (SELECT count(*) FROM printed) AS events,
  (SELECT count(*) FROM hit WHERE is_person) AS people_named;

SELECT counted_section AS section, counted_month AS month,
  count(*) FILTER (new_violation) AS new_violations, count(*) FILTER (kind = 'relief') AS relief_events
FROM live GROUP BY ALL ORDER BY ALL;

SELECT counted_region AS region, count(*) AS new_violations
FROM live WHERE new_violation GROUP BY ALL ORDER BY new_violations DESC, region;
