-- The indicators of a quarter from the tables of a release, as the site and `barometer indicators` tell them: breakdowns,
-- spheres, shares, measures in force, days of liberty lost, times to an outcome.
--   cd press-barometer-…; duckdb < indicators.sql
-- Counted is what a bulletin of the quarter tells, and of what no bulletin tells what lies wholly in the quarter; neither
-- background nor what another event tells already. Of cases all is taken that was known on the day of the release: a release
-- of one quarter has only the cases that the quarter tells of, that of `all` has every case, as the site has.
-- One answer: figure, by what, key, how many (or the weight), of how many, and at most how many where it is uncertain.
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

-- --- cases: up to the last day of the quarter, or the day of the release while it lasts
CREATE OR REPLACE TEMP VIEW asked AS
SELECT first, least(greatest(DATE '{day}', first), last) AS until, DATE '{day}' AS day FROM quarter;

-- Where nothing tells how early a measure began, it may have in the quarter of the day by which it had; not in earlier ones.
CREATE OR REPLACE TEMP VIEW stay AS
SELECT whose, measure, measure IN ({deprives}) AS deprives, start_last AS begun, days_at_most AS most,
  start_last + CAST(days_at_least AS INTEGER) - 1 AS surely_to,
  coalesce(start_first, CAST(date_trunc('quarter', start_last) AS DATE)) AS perhaps_from, stays_to AS perhaps_to
FROM 'parquet/measures.parquet';

CREATE OR REPLACE TEMP VIEW day AS
SELECT CAST(one AS DATE) AS day FROM (SELECT unnest(generate_series(first, until, INTERVAL 1 DAY)) AS one FROM asked);

-- Days of liberty: a day under two measures, or told in two cases, is one day.
CREATE OR REPLACE TEMP VIEW lost AS
SELECT whose, surely, greatest(surely, CASE WHEN bounded THEN least(perhaps, longest) ELSE perhaps END) AS perhaps
FROM (
  SELECT stay.whose,
    count(DISTINCT day.day) FILTER (day.day BETWEEN stay.begun AND stay.surely_to) AS surely,
    count(DISTINCT day.day) AS perhaps
  FROM stay JOIN day ON day.day BETWEEN stay.perhaps_from AND stay.perhaps_to
  WHERE stay.deprives GROUP BY stay.whose)
JOIN (
  SELECT whose, bool_and(most IS NOT NULL) AS bounded, CAST(sum(most) AS BIGINT) AS longest
  FROM stay CROSS JOIN asked
  WHERE deprives AND perhaps_from <= asked.until AND perhaps_to >= asked.first GROUP BY whose) USING (whose);

-- Measures in force at the end of each month that is over: confirmed, by what is known, and at most. Somebody counts once.
CREATE OR REPLACE TEMP VIEW month_end AS
SELECT strftime(end_of, '%Y-%m') AS month, end_of
FROM (SELECT last_day(CAST(first + to_months(CAST(back AS INTEGER)) AS DATE)) AS end_of, day FROM asked CROSS JOIN range(3) AS three(back))
WHERE end_of < day;

CREATE OR REPLACE TEMP VIEW standing AS
SELECT month, measure,
  count(DISTINCT whose) FILTER (end_of BETWEEN begun AND surely_to) AS confirmed,
  count(DISTINCT whose) FILTER (begun <= end_of) AS in_force,
  count(DISTINCT whose) AS at_most
FROM stay JOIN month_end ON end_of BETWEEN perhaps_from AND perhaps_to GROUP BY ALL;

-- Proceedings as they stood on the last day: the last stage that had begun by then.
CREATE OR REPLACE TEMP VIEW stood AS
SELECT case_id, proceeding_position, proceeding, arg_max(stage, position) AS stage, arg_max(closes, position) AS closes,
  arg_max(coalesce(outcome, ''), position) AS outcome, arg_max(since_last, position) AS since
FROM 'parquet/stages.parquet' CROSS JOIN asked
WHERE coalesce(since_first, DATE '0001-01-01') <= asked.until GROUP BY ALL;

CREATE OR REPLACE TEMP VIEW course AS
SELECT stood.proceeding, stood.closes AS ended,
  greatest(0, (CASE WHEN stood.closes THEN stood.since ELSE asked.until END) - began.since_last) AS days
FROM stood JOIN 'parquet/stages.parquet' AS began USING (case_id, proceeding_position) CROSS JOIN asked
WHERE began.position = 0 AND began.since_first IS NOT NULL AND stood.since <= asked.until;

-- Kaplan and Meier: open ones are at risk for as long as they were seen; the median is the first day by which half had ended.
CREATE OR REPLACE TEMP VIEW still_open AS
SELECT proceeding, days, product(1 - ended / at_risk) OVER (PARTITION BY proceeding ORDER BY days) AS share
FROM (
  SELECT one.proceeding, one.days, count(*) FILTER (other.ended AND other.days = one.days) AS ended, count(*) AS at_risk
  FROM (SELECT DISTINCT proceeding, days FROM course WHERE ended) AS one
  JOIN course AS other ON other.proceeding = one.proceeding AND other.days >= one.days GROUP BY ALL);

SELECT figure.figure, '' AS by, '' AS key, CAST(count(*) AS DOUBLE) AS value, CAST(NULL AS BIGINT) AS of, CAST(NULL AS BIGINT) AS at_most FROM figure GROUP BY figure.figure
UNION ALL
SELECT figure.figure, told.by, told.key, count(DISTINCT figure.id), NULL, NULL FROM figure JOIN told ON told.id = figure.id GROUP BY ALL
UNION ALL
SELECT 'sphere {method}', 'sphere', sphere, sum(weight), count(*), NULL FROM weighed GROUP BY sphere
UNION ALL
SELECT 'state_deciders', '', '', count(*) FILTER (by_state), count(*), NULL FROM decided
UNION ALL
SELECT 'suits_against_media', '', '', count(*) FILTER (outcome = 'against'), count(*) FILTER (outcome IN ('against', 'for_media')), NULL
FROM stood WHERE proceeding = '{suit}'
UNION ALL
SELECT 'days_of_liberty_lost', '', '', coalesce(sum(surely), 0), NULL, coalesce(sum(perhaps), 0) FROM lost
UNION ALL
SELECT 'people_who_lost_liberty', '', '', count(*) FILTER (surely > 0), NULL, count(*) FROM lost
UNION ALL
SELECT 'in_force', month, measure, in_force, confirmed, at_most FROM standing
UNION ALL
SELECT 'time_to_outcome', 'began', proceeding, count(*), NULL, NULL FROM course GROUP BY proceeding
UNION ALL
SELECT 'time_to_outcome', 'ended', proceeding, count(*) FILTER (ended), NULL, NULL FROM course GROUP BY proceeding
UNION ALL
SELECT 'time_to_outcome', 'median_days', proceeding, min(days) FILTER (share <= 0.5 + 1e-12), NULL, NULL FROM still_open GROUP BY proceeding
ORDER BY ALL;
