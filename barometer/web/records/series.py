"""Figures that stay as they were made: those of spheres, by a named method, and the series of others."""

from django.db import models
from django.db.models import Q

from barometer.web.records.fields import INTERNAL, PUBLIC
from barometer.web.records.models import EvidenceItem, Record


class SphereFigure(Record):
    """A sphere's figure of a quarter as it was worked out then; never changed or deleted (database triggers).

    Where its events or their coding have changed since, another row follows: `why` says so.
    """

    class Why(models.TextChoices):
        FIRST = "first"  # the first of its quarter and method
        EVENTS = "events"  # events came, went, or were coded otherwise

    period = models.CharField(max_length=6)
    sphere = models.CharField(max_length=30)
    method = models.PositiveSmallIntegerField()
    weight = models.FloatField()
    events = models.PositiveIntegerField()
    by_severity = models.JSONField(default=dict)  # level → how many events
    digest = models.CharField(max_length=64)  # SHA-256 of what it was worked out from
    why = models.CharField(max_length=10, choices=Why)

    field_classes = Record.record_classes | {
        "period": PUBLIC,
        "sphere": PUBLIC,
        "method": PUBLIC,
        "weight": PUBLIC,
        "events": PUBLIC,
        "by_severity": PUBLIC,
        "digest": INTERNAL,
        "why": PUBLIC,
    }

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["period", "method", "sphere"], name="spheres_of_a_quarter")]

    def __str__(self) -> str:
        return f"{self.period} {self.sphere} {self.weight:g}"


class IndexRow(Record):
    """A country in a year of somebody else's index: what the file has, and the score as far as it can be told."""

    series = models.CharField(max_length=20)  # rsf
    iso = models.CharField(max_length=3)  # ISO 3166-1 alpha-3
    year = models.PositiveSmallIntegerField()
    rank = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()  # countries in that year
    score = models.FloatField(null=True, blank=True)
    written = models.CharField(max_length=20, blank=True)
    standing = models.CharField(max_length=10)  # written, restored, unclear
    evidence = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="index_rows")

    field_classes = Record.record_classes | {
        "series": PUBLIC,
        "iso": PUBLIC,
        "year": PUBLIC,
        "rank": PUBLIC,
        "of": PUBLIC,
        "score": PUBLIC,
        "written": PUBLIC,
        "standing": PUBLIC,
        "evidence": INTERNAL,
    }

    class Meta:
        ordering = ["series", "iso", "year"]
        constraints = [
            models.UniqueConstraint(fields=["series", "iso", "year"], name="one_row_a_country_and_year"),
            models.CheckConstraint(
                condition=Q(standing="unclear", score__isnull=True)
                | ~Q(standing="unclear") & Q(score__isnull=False),
                name="an_unclear_score_is_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.iso} {self.year}"
