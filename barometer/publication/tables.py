"""The figures as tables of words and numbers, the same for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from barometer.codebook import Quarter
from barometer.indicators import NOT_KNOWN, Figures
from barometer.indicators.in_force import months_to
from barometer.publication.values import BulletinOut
from barometer.publication.words import measure_name, month_and_year, month_name, number, region_name, words

#: the figures in the order in which they are printed; those of the first line stand out
SHOWN = (
    "new_violations",
    "steps",
    "relief_events",
    "context_events",
    "people_hit_at_least",
    "people_named",
    "outlets_hit",
    "open_cases",
    "entries",
    "events",
)
HEADLINES = (
    ("violations", "new_violations"),
    ("relief", "relief_events"),
    ("people", "people_hit_at_least"),
    ("open_cases", "open_cases"),
)

#: of the months for which measures were counted so many apart are printed as numbers
EVERY_MONTHS = 3


@dataclass(frozen=True)
class Table:
    """A table with its caption, column heads and rows; the first column names the row, the others are numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def headlines(bulletin: BulletinOut) -> tuple[tuple[str, str, str], ...]:
    """The four numbers of the quarter: name, number in print, words."""
    said = words(bulletin.language)
    return tuple(
        (name, number(getattr(bulletin.figures, field), bulletin.language), said[name])
        for name, field in HEADLINES
    )


def tables(bulletin: BulletinOut) -> tuple[Table, ...]:
    """All tables: the figures, by section and month, by region, measures in force."""
    return figures_table(bulletin), month_table(bulletin), region_table(bulletin), measures_table(bulletin)


def figures_table(bulletin: BulletinOut) -> Table:
    """Each figure with its unit."""
    said = words(bulletin.language)
    rows = tuple((said[name], number(getattr(bulletin.figures, name), bulletin.language)) for name in SHOWN)
    return Table(said["all_figures"], (said["measure"], said["number"]), rows)


def month_table(bulletin: BulletinOut) -> Table:
    """A line a section: new violations by month and in all; under it one of relief, where there is some.

    No line starts with the section's number: read again, it would be taken for the section's heading.
    """
    language, said, counts = bulletin.language, words(bulletin.language), bulletin.figures
    months = month_columns(counts, bulletin.period)
    labels = {section.number: section.label for section in bulletin.sections}
    rows = []
    for section in sections_counted(counts):
        label = labels.get(section, said["section"].format(number=section))
        new = counts.violations_by_section_month.get(section, {})
        relief = counts.relief_by_section_month.get(section, {})
        rows.append((label, *_counts(new, months, language)))
        if any(relief.values()):
            relieved = said["relief_row"].format(section=label, relief=said["relief"].lower())
            rows.append((relieved, *_counts(relief, months, language)))
    head = (said["section_column"], *(month_name(month, language) for month in months), said["total"])
    return Table(said["by_month"], head, tuple(rows))


def region_table(bulletin: BulletinOut) -> Table:
    """New violations by region, the most first, those without a place last."""
    language, said = bulletin.language, words(bulletin.language)
    rows = tuple(
        (region_name(code, language), number(count, language))
        for code, count in bulletin.figures.violations_by_region.items()
    )
    return Table(said["by_region"], (said["region"], said["number"]), rows)


def measures_table(bulletin: BulletinOut) -> Table:
    """A line a measure: how many were under it at the end of every third month, the last one among them."""
    language, said = bulletin.language, words(bulletin.language)
    months, counts = months_of(bulletin), measures_of(bulletin)
    places = range(len(months) - 1, -1, -EVERY_MONTHS)[::-1]
    head = (said["measure_column"], *(month_and_year(months[place], language) for place in places))
    rows = tuple(
        (measure_name(measure, language), *(number(line[place], language) for place in places))
        for measure, line in counts.items()
    )
    return Table(said["measures_table"], head, rows)


def months_of(bulletin: BulletinOut) -> tuple[str, ...]:
    """The months for which measures were counted: those up to the quarter's last."""
    return months_to(Quarter.parse(bulletin.period).last)


def measures_of(bulletin: BulletinOut) -> dict[str, tuple[int, ...]]:
    """Measure → how many were under it month by month, the most at the end first."""
    months = months_of(bulletin)
    told = {(row.month, row.measure): row.count for row in bulletin.measures}
    lines = {
        measure: tuple(told.get((month, measure), 0) for month in months)
        for measure in sorted({row.measure for row in bulletin.measures})
    }
    return dict(sorted(lines.items(), key=lambda line: (-line[1][-1], -sum(line[1]))))


def month_columns(counts: Figures, period: str) -> tuple[str, ...]:
    """The quarter's months, and "" if there are events whose month is not known."""
    found = {
        month
        for table in (counts.violations_by_section_month, counts.relief_by_section_month)
        for line in table.values()
        for month, events in line.items()
        if events
    }
    return (*Quarter.parse(period).months, *([NOT_KNOWN] if NOT_KNOWN in found else []))


def sections_counted(counts: Figures) -> list[int]:
    """The sections with new violations or relief."""
    by_section = (counts.violations_by_section_month, counts.relief_by_section_month)
    return sorted({section for table in by_section for section, line in table.items() if any(line.values())})


def _counts(line: Mapping[str, int], months: tuple[str, ...], language: str) -> list[str]:
    """The numbers of the months and their sum."""
    return [
        number(count, language) for count in (*(line.get(month, 0) for month in months), sum(line.values()))
    ]
