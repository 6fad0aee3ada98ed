-- The breakdowns, spheres and shares of a quarter from the tables of a release, as the site and `barometer indicators` tell them.
--   cd press-barometer-…; duckdb < indicators.sql
-- Counted is what a bulletin of the quarter tells, and of what no bulletin tells what lies wholly in the quarter; neither
-- background nor what another event tells already. One answer: figure, by what, key, how many (or the weight), of how many.
SET VARIABLE period = coalesce(getvariable('period'), '{period}');

CREATE OR REPLACE TEMP VIEW quarter AS
SELECT first, CAST(first + INTERVAL 3 MONTH - INTERVAL 1 DAY AS DATE) AS last
FROM (SELECT make_date(CAST(left(getvariable('period'), 4) AS INTEGER), 3 * CAST(right(getvariable('period'), 1) AS INTEGER) - 2, 1) AS first);

CREATE OR REPLACE TEMP VIEW counted AS
SELECT event.*, entry.section AS printed_section, entry.month AS printed_month, type.section AS proposed_section
FROM 'parquet/events.parquet' AS event
JOIN 'parquet/entries.parquet' AS entry ON entry.id = event.entry_id
JOIN 'parquet/types.parquet' AS type ON type.code = event.main_type
CROSS JOIN quarter
WHERE NOT event.background AND NOT event.told_again
  AND (entry.issue = getvariable('period')
    OR entry.issue IS NULL AND event.first_day >= quarter.first AND event.last_day <= quarter.last);

CREATE OR REPLACE TEMP VIEW figure AS
SELECT id, 'new_violations' AS figure FROM counted WHERE new_violation
UNION ALL SELECT id, 'steps' FROM counted WHERE phase = 'step'
UNION ALL SELECT id, 'relief' FROM counted WHERE kind = 'relief'
UNION ALL SELECT id, 'context' FROM counted WHERE kind = 'context';

CREATE OR REPLACE TEMP VIEW told AS
SELECT id, 'section' AS by, CAST(coalesce(printed_section, proposed_section) AS VARCHAR) AS key FROM counted
UNION ALL SELECT id, 'main_type', main_type FROM counted
UNION ALL SELECT id, 'work_link', coalesce(work_link, '') FROM counted
UNION ALL SELECT id, 'region', CASE WHEN region IS NOT NULL THEN region WHEN country IS NULL OR country = '{country}' THEN '' ELSE country END FROM counted
UNION ALL SELECT event_id, 'type', code FROM 'parquet/event_types.parquet'
UNION ALL SELECT event_id, 'provision', code FROM 'parquet/event_provisions.parquet'
UNION ALL SELECT event_id, 'target', type FROM 'parquet/targets.parquet'
UNION ALL SELECT event_id, role, type FROM 'parquet/actors.parquet' WHERE role IN ('decider', 'complainant', 'executor');

-- The method of spheres: groups of types, weights of the levels of severity, the factor of what one side alone says.
CREATE OR REPLACE TEMP VIEW sphere AS SELECT * FROM (VALUES {spheres}) AS row(types, sphere);
CREATE OR REPLACE TEMP VIEW weight AS SELECT * FROM (VALUES {weights}) AS row(severity, weight);

CREATE OR REPLACE TEMP VIEW weighed AS
SELECT counted.id,
  CASE WHEN counted.kind = 'context' THEN 'climate' ELSE sphere.sphere END AS sphere,
  weight.weight * CASE WHEN main.alleged THEN {alleged} ELSE 1 END AS weight
FROM counted
JOIN sphere ON sphere.types = split_part(counted.main_type, '.', 1)
JOIN 'parquet/event_types.parquet' AS main ON main.event_id = counted.id AND main.code = counted.main_type
JOIN (SELECT event_id, max(type.severity) AS severity FROM 'parquet/event_types.parquet' AS own
      JOIN 'parquet/types.parquet' AS type ON type.code = own.code GROUP BY event_id) AS gravest ON gravest.event_id = counted.id
JOIN weight ON weight.severity = gravest.severity
WHERE counted.new_violation OR counted.kind = 'context';

CREATE OR REPLACE TEMP VIEW decided AS
SELECT counted.id, bool_or(actor.type IN ({bodies})) AS by_state
FROM counted JOIN 'parquet/actors.parquet' AS actor ON actor.event_id = counted.id
WHERE counted.new_violation AND actor.role = 'decider' AND actor.type <> 'unknown'
GROUP BY counted.id;

SELECT figure.figure, '' AS by, '' AS key, CAST(count(*) AS DOUBLE) AS value, CAST(NULL AS BIGINT) AS of FROM figure GROUP BY figure.figure
UNION ALL
SELECT figure.figure, told.by, told.key, count(DISTINCT figure.id), NULL FROM figure JOIN told ON told.id = figure.id GROUP BY ALL
UNION ALL
SELECT 'sphere {method}', 'sphere', sphere, sum(weight), count(*) FROM weighed GROUP BY sphere
UNION ALL
SELECT 'state_deciders', '', '', count(*) FILTER (by_state), count(*) FROM decided
ORDER BY ALL;
