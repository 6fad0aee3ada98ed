"""A quarter at a glance: its figures, its sections by month, its regions, as the home page draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from barometer.codebook import codebook
from barometer.codebook.dates import Quarter
from barometer.countries import country
from barometer.indicators import NOT_KNOWN, Counted, Figures, figures
from barometer.web.public import columns, facets, joined, memory, stories, words
from barometer.web.public.filters import address, chosen
from barometer.web.public.words import NO_MONTH
from barometer.web.records import mapping, retellings
from barometer.web.records.models import Event, Item, Source
from barometer.web.records.withholding import Withheld

ByMonth = Mapping[str, int]

# --- periods ----------------------------------------------------------------------------------------------


def periods() -> list[str]:
    """Quarters with published events, the newest first."""
    return sorted(facets.select(chosen()).counts("period"), reverse=True)


def printed(period: str) -> list[Counted]:
    """The published events of a quarter's issue, where they are printed."""
    # By its entries and in their order: in the order of events a database would rather go through all of the ledger.
    entries = Item.objects.filter(issue__period=period).order_by().values("pk")
    events = (
        Event.objects.public().filter(item__in=entries).select_related("item", "case").order_by("item", "pk")
    )
    events = events.only(
        "public_id", "coded", "case__slug", "item__section", "item__month", "item__entry_key"
    )
    again = retellings.counted_elsewhere(public=True, among={row.public_id for row in events})
    return [
        Counted(
            mapping.event_in_case(row),
            row.item.section,
            row.item.month or None,
            row.item.entry_key,
            row.public_id in again,
        )
        for row in events
    ]


def counted(period: str) -> Figures:
    """The figures of a quarter, as the bulletin has them too."""
    return quarter(period).figures


@dataclass(frozen=True)
class Counts:
    """The figures of a quarter, and the months outside it that its issue tells of."""

    figures: Figures
    others: tuple[str, ...]


def quarter(period: str) -> Counts:
    """Count a quarter."""

    def count() -> Counts:
        rows = printed(period)
        return Counts(figures(rows, period), other_months(rows, period))

    return memory.remembered(("quarter", period), count, rest=lambda _: columns.is_large())


def other_months(rows: Sequence[Counted], period: str) -> tuple[str, ...]:
    """Months outside the quarter that its issue tells of: figures count these under no month."""
    own = {row.month or (row.event.when.month if row.event.when else None) for row in rows}
    return tuple(sorted(month for month in own if month and month not in Quarter.parse(period).months))


def published_sources() -> QuerySet[Source]:
    """The sources of published events: what another source says of itself is not public yet."""
    published = Exists(Event.objects.public().filter(item=OuterRef("pk")))
    return Source.objects.filter(Exists(Item.objects.filter(published, source=OuterRef("pk"))))


def thematic_titles() -> dict[int, str]:
    """Titles of sections that do not stand in every bulletin, as the newest source prints them."""
    people = joined.withheld()

    def made() -> tuple[Withheld, dict[int, str]]:
        return people, _thematic_titles()

    _, titles = memory.remembered(
        ("thematic titles", words.language(), joined.is_public()),
        made,
        lambda kept: kept[0] is people and columns.is_large(),
    )
    return titles


def _thematic_titles() -> dict[int, str]:
    titles: dict[int, str] = {}
    standing = codebook().sections
    used = [
        number for one in facets.select(chosen()).counts("section") if (number := int(one)) not in standing
    ]
    if not used:
        return titles
    rows = published_sources().filter(items__section__in=used).distinct().order_by("quarter")
    for sections in rows.values_list("sections", flat=True):
        for number, section in (sections or {}).items():
            if str(number).isdecimal() and int(number) not in standing and section.get("title"):
                title = words.best(section["title"])
                titles[int(number)] = joined.said(title.text, title.language)
    return titles


# --- figures ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A number with its unit and where its events are listed ("" if it is no count of events).

    `before` stands before the number: "at least".
    """

    number: int
    unit: str
    note: str
    address: str
    kind: str
    before: str = ""


def figures_in_words(period: str, figures: Figures) -> tuple[Figure, ...]:
    """The four numbers of the quarter."""
    new = figures.new_violations
    return (
        Figure(
            new,
            ngettext("new violation", "new violations", new),
            steps_note(figures.steps),
            address(chosen(period=period, counts="new")),
            "violation",
        ),
        Figure(
            figures.relief_events,
            ngettext("relief event", "relief events", figures.relief_events),
            gettext("restrictions lifted or redressed"),
            address(chosen(period=period, counts="relief")),
            "relief",
        ),
        Figure(
            figures.people_hit_at_least,
            ngettext("person hit", "people hit", figures.people_hit_at_least),
            people_note(figures),
            "",
            "people",
            gettext("at least"),
        ),
        Figure(
            figures.open_cases,
            ngettext("open case", "open cases", figures.open_cases),
            gettext("with a violation that no relief has ended"),
            cases_address(stories.OPEN, period),
            "cases",
        ),
    )


def steps_note(steps: int) -> str:
    """How many further steps stand beside the new violations."""
    if not steps:
        return gettext("no further step in earlier ones")
    said = ngettext(
        "and %(count)d further step in earlier ones", "and %(count)d further steps in earlier ones", steps
    )
    return said % {"count": steps}


def cases_address(standing: str = "", period: str = "", number: int = 1) -> str:
    """The list of cases: of one standing, of the issue of one period, at one page."""
    pairs = {"period": period, "state": standing, "page": str(number) if number > 1 else ""}
    query = urlencode({name: value for name, value in pairs.items() if value})
    return reverse("public:cases") + (f"?{query}" if query else "")


def people_note(figures: Figures) -> str:
    """What the number of people hit counts, and who is named beside it."""
    people = ngettext("%(count)d person", "%(count)d people", figures.people_named)
    outlets = ngettext("%(count)d outlet", "%(count)d outlets", figures.outlets_hit)
    return gettext("counted each time; by name: %(people)s, %(outlets)s") % {
        "people": people % {"count": figures.people_named},
        "outlets": outlets % {"count": figures.outlets_hit},
    }


# --- small multiples --------------------------------------------------------------------------------------

HEIGHT = 64  # of the highest bar
BASE = 84  # where bars stand
ACROSS = 168  # the drawing's width
WIDTH, NARROW = 22, 16  # of a bar, and of one among many
GAP = 4


@dataclass(frozen=True)
class Bar:
    """A bar of a panel: position and size in the drawing's units, and its number."""

    kind: str
    number: int
    x: float
    y: float
    width: float
    height: float
    middle: float


@dataclass(frozen=True)
class MonthColumn:
    """The bars of one month, its name under them, and the addresses of the events that its numbers count."""

    label: str
    name: str
    violations: int
    relief: int
    middle: float
    bars: tuple[Bar, ...]
    address: str
    relief_address: str
    is_month: bool = True


@dataclass(frozen=True)
class Panel:
    """One section's drawing: all panels have the same scale."""

    number: int
    title: str
    address: str
    total: int
    words: str
    columns: tuple[MonthColumn, ...]


def panels(
    period: str, figures: Figures, titles: dict[int, str], others: Sequence[str] = ()
) -> tuple[Panel, ...]:
    """A panel a section, its months side by side; a further column only where a month is not known.

    `others` are the months outside the quarter (see `other_months`), which that column counts too.
    """
    new, relief = figures.violations_by_section_month, figures.relief_by_section_month
    highest = (
        max((n for table in (new, relief) for row in table.values() for n in row.values()), default=1) or 1
    )
    sections = sorted({*codebook().sections, *new, *relief})
    return tuple(
        _panel(period, section, new.get(section, {}), relief.get(section, {}), highest, titles, others)
        for section in sections
    )


def _panel(
    period: str,
    section: int,
    new: ByMonth,
    relief: ByMonth,
    highest: int,
    titles: dict[int, str],
    others: Sequence[str],
) -> Panel:
    keys = _columns_of(period, new, relief)
    middles = _middles(len(keys))
    columns = tuple(
        _column(
            {"period": [period], "section": [str(section)], "month": [key] if key else [NO_MONTH, *others]},
            key,
            (new.get(key, 0), relief.get(key, 0)),
            highest,
            middle,
            len(keys),
        )
        for key, middle in zip(keys, middles, strict=True)
    )
    total = sum(column.violations for column in columns)
    return Panel(
        section,
        words.section_label(section, titles.get(section, "")),
        address(chosen(period=period, section=str(section))),
        total,
        _in_words(total, columns),
        columns,
    )


def _middles(columns: int) -> list[float]:
    """Where columns stand; a fourth, of what has no month, is wider for its longer name."""
    step = ACROSS / columns if columns < 4 else 38
    places = [step * (place + 0.5) for place in range(columns)]
    return places if columns < 4 else [*places[:3], ACROSS - 26]


def _columns_of(period: str, new: ByMonth, relief: ByMonth) -> list[str]:
    """The quarter's months; where something has no month, a column for it, alone if nothing has one."""
    months = list(Quarter.parse(period).months)
    counts = {key: new.get(key, 0) + relief.get(key, 0) for key in (*months, NOT_KNOWN)}
    if not counts[NOT_KNOWN]:
        return months
    return [*months, NOT_KNOWN] if any(counts[month] for month in months) else [NOT_KNOWN]


def _column(
    where: Mapping[str, list[str]],
    key: str,
    numbers: tuple[int, int],
    highest: int,
    middle: float,
    of: int,
) -> MonthColumn:
    new, relief = numbers
    drawn = [("violation", new)] + ([("relief", relief)] if relief else [])
    width = WIDTH if of < 4 else NARROW
    left = middle - (len(drawn) * width + (len(drawn) - 1) * GAP) / 2
    bars = tuple(
        _bar(kind, number, highest, left + place * (width + GAP), width)
        for place, (kind, number) in enumerate(drawn)
    )
    if key != NOT_KNOWN:
        short, name = words.month_short(key), words.month_name(key)
    else:
        short = gettext("whole quarter") if of == 1 else gettext("no month")
        name = gettext("month not known")
    return MonthColumn(
        short,
        name,
        new,
        relief,
        round(middle, 1),
        bars,
        address(chosen(**where, counts="new")),
        address(chosen(**where, counts="relief")),
        key != NOT_KNOWN,
    )


def _bar(kind: str, number: int, highest: int, x: float, width: float) -> Bar:
    height = round(number / highest * HEIGHT, 1)
    return Bar(kind, number, round(x, 1), round(BASE - height, 1), width, height, round(x + width / 2, 1))


def _in_words(total: int, columns: Sequence[MonthColumn]) -> str:
    """ "18 new violations, most in March" """
    if not total:
        return gettext("no new violations")
    said = ngettext("%(count)d new violation", "%(count)d new violations", total) % {"count": total}
    months = [column for column in columns if column.is_month]
    most = max(months, key=lambda column: column.violations, default=None)
    alone = most and sum(column.violations >= most.violations for column in columns) == 1
    if most and alone and 1 < total != most.violations:
        return gettext("%(said)s; most: %(month)s") % {"said": said, "month": most.name}
    return said


# --- the tile map -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tile:
    """A region of the map: grid position from 1, name, short form, number, and a step of shade from 0 to 4."""

    code: str
    name: str
    short: str
    column: int
    row: int
    number: int
    shade: int
    address: str


def tiles(period: str, by_region: Mapping[str, int]) -> tuple[Tile, ...]:
    """Every region of the country with the quarter's new violations, row by row."""
    return tiles_of(by_region, lambda region: address(chosen(period=period, counts="new", region=region)))


def tiles_of(by_region: Mapping[str, int], at: Callable[[str], str]) -> tuple[Tile, ...]:
    """The same of any numbers; `at` gives the address of a region's events."""
    regions = sorted(country(words.COUNTRY).regions.values(), key=lambda region: region.tile[::-1])
    highest = max((by_region.get(region.code, 0) for region in regions), default=0)
    return tuple(
        Tile(
            region.code,
            words.region_label(region.code),
            words.region_abbreviation(region.code),
            region.tile[0] + 1,
            region.tile[1] + 1,
            by_region.get(region.code, 0),
            _shade(by_region.get(region.code, 0), highest),
            at(region.code),
        )
        for region in regions
    )


def most_in(tiles: Sequence[Tile], how_many: int) -> list[Tile]:
    """The regions with the most new violations, to be said in words beside the map."""
    return [tile for tile in sorted(tiles, key=lambda tile: -tile.number) if tile.number][:how_many]


def _shade(number: int, highest: int) -> int:
    return 0 if not number else 1 + round(3 * (number - 1) / max(highest - 1, 1))


def elsewhere(by_region: dict[str, int]) -> dict[str, int]:
    """How many name no place at home, and how many are abroad: what the map does not show."""
    known = country(words.COUNTRY).regions
    nowhere = by_region.get(NOT_KNOWN, 0)
    abroad = sum(number for code, number in by_region.items() if code not in known) - nowhere
    return {words.NO_REGION: nowhere, words.ABROAD: abroad}


# --- what happened most -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Frequent:
    """A type with its number of new violations, and how wide its bar is out of 100."""

    label: str
    number: int
    width: float
    address: str


def most_frequent(period: str, how_many: int) -> tuple[Frequent, ...]:
    """The types that new violations of the quarter have most often."""
    found = facets.type_counts(chosen(period=period, counts="new")).most_common(how_many)
    highest = found[0][1] if found else 1
    return tuple(
        Frequent(
            words.type_label(code),
            number,
            round(100 * number / highest, 1),
            address(chosen(period=period, counts="new", type=code)),
        )
        for code, number in found
    )
