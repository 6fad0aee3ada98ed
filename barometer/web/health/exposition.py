"""The numbers as Prometheus reads them: its text format, version 0.0.4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from barometer.web.health.checks import Finding
from barometer.web.health.counting import STEPS, Counted
from barometer.web.health.figures import Figures

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[str, Mapping[str, str], float]  # what follows the name, the labels, the value


@dataclass(frozen=True)
class Metric:
    """A name with its kind (counter, gauge, histogram), what it means, and its samples."""

    name: str
    kind: str
    means: str
    samples: Sequence[Sample]


def text_of(metrics: Iterable[Metric]) -> str:
    """The whole text; a metric without samples is left out."""
    lines: list[str] = []
    for metric in metrics:
        if metric.samples:
            lines += [f"# HELP {metric.name} {metric.means}", f"# TYPE {metric.name} {metric.kind}"]
            lines += [
                f"{metric.name}{end}{_labels(labels)} {value!r}" for end, labels, value in metric.samples
            ]
    return "\n".join([*lines, ""])


def _labels(labels: Mapping[str, str]) -> str:
    """Labels are words of ours; none has a sign that would need a mark before it."""
    pairs = ",".join(f'{name}="{value}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def requests(counted: Mapping[str, Counted]) -> Iterator[Metric]:
    """Requests and their times by class of page."""
    yield Metric(
        "barometer_requests_total", "counter", "Requests by class of page and status (0: any other); no tips.",
        [("", {"page": page, "status": str(status)}, count)
         for page, one in counted.items() for status, count in one.statuses.items()],
    )  # fmt: skip
    yield Metric(
        "barometer_request_seconds", "histogram", "Time until the answer was made, by class of page.",
        [sample for page, one in counted.items() if sum(one.steps) for sample in _histogram(page, one)],
    )  # fmt: skip


def _histogram(page: str, one: Counted) -> Iterator[Sample]:
    for step, count in zip([*map(str, STEPS), "+Inf"], accumulate(one.steps), strict=True):
        yield "_bucket", {"page": page, "le": step}, count
    yield "_sum", {"page": page}, one.seconds
    yield "_count", {"page": page}, sum(one.steps)


def checks(findings: Iterable[Finding]) -> Metric:
    """1 for each check that found nothing."""
    return Metric(
        "barometer_check", "gauge", "1 where the check found nothing amiss, else 0.",
        [("", {"check": one.check}, int(one.is_well)) for one in findings],
    )  # fmt: skip


def gauges(told: Figures) -> Iterator[Metric]:
    """The figures."""
    jobs = told.jobs
    states = {"waiting": jobs.waiting, "due": jobs.due, "running": jobs.running, "failing": jobs.failing,
              "given_up": jobs.given_up}  # fmt: skip
    yield Metric(
        "barometer_jobs", "gauge", "Jobs by state; those that are due or failing wait too.",
        [("", {"state": state}, count) for state, count in states.items()],
    )  # fmt: skip
    single: dict[str, tuple[str, float | None]] = {
        "barometer_job_oldest_due_seconds": ("Since when the oldest job is due.", jobs.oldest_due.total_seconds()),
        "barometer_leads_waiting": ("Leads that nobody decided on.", told.leads_waiting),
        "barometer_sources": ("Sources that are watched.", told.sources),
        "barometer_sources_failing": ("Sources whose last visit had no answer.", told.sources_failing),
        "barometer_evidence_items": ("Items of evidence.", told.evidence_items),
        "barometer_evidence_bytes": ("Their size as they came in.", told.evidence_bytes),
        "barometer_database_bytes": ("Size of the database.", told.database_bytes),
        "barometer_last_backup_timestamp_seconds": (
            "When a backup was last written from this data folder.", told.last_backup and told.last_backup.timestamp(),
        ),
        "barometer_last_fixity_timestamp_seconds": (
            "When all evidence was last read and found whole.", told.last_fixity and told.last_fixity.timestamp(),
        ),
    }  # fmt: skip
    for name, (means, value) in single.items():
        yield Metric(name, "gauge", means, [] if value is None else [("", {}, value)])
