"""The timeline of a case: bars of people × measures as values, as a table, and as a drawing (SVG).

The drawing has no script, no font and no address of its own, takes its colours from the page around it (light or
dark), names itself for screen readers, and is laid out for the width of a telephone: names stand above their bars.
The table says the same in words.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from xml.sax.saxutils import escape

from barometer.cases.rules import rules
from barometer.cases.state import CaseState, MeasureState, count_words, phrase, span_words, who
from barometer.cases.values import add_days, add_months

WIDTH = 360
MARGIN = 12
ROW = 44
BAR = 12
TOP = 34
DAY_LINE = 'stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 2"'
YEAR = 36  # the width of a year of the axis
LETTER = 7.2  # the width of a letter of the drawing, for what has to fit


@dataclass(frozen=True)
class Bar:
    """A measure on the timeline: it may lie from `from_perhaps` to `to_perhaps`, and surely between the other two.

    `from_surely` is None where nothing is sure. `open_start` and `open_end`: nothing bounds it on that side.
    """

    subject: str
    measure: str
    from_perhaps: date
    to_perhaps: date
    from_surely: date | None
    to_surely: date | None
    open_start: bool
    open_end: bool
    deprives: bool
    state: MeasureState


@dataclass(frozen=True)
class TableRow:
    """A bar as words: the columns of the table in order."""

    who: str
    what: str
    start: str
    end: str
    length: str
    standing: str

    @property
    def cells(self) -> tuple[str, ...]:
        """All columns in order."""
        return self.who, self.what, self.start, self.end, self.length, self.standing


@dataclass(frozen=True)
class Timeline:
    """The bars of a case on a day, between the first and the last day of the axis."""

    slug: str
    day: date
    first: date
    last: date
    bars: tuple[Bar, ...]


def timeline_of(state: CaseState) -> Timeline:
    """The timeline of a state: the axis runs over whole months, from the first bar to the day of the state, and on to terms."""
    bars = tuple(_bar(row, state.day) for row in state.measures)
    first = min((bar.from_perhaps for bar in bars), default=state.day).replace(day=1)
    ahead = add_days(
        state.day, max(60, (state.day - first).days // 2)
    )  # a sentence of years would press all else
    ends = [row.until.last for row in state.measures if row.standing == "in_force" and row.until]
    last = _end_of_month(max([state.day, first, *(min(end, ahead) for end in ends)]))
    return Timeline(state.slug, state.day, first, last, bars)


def table_of(timeline: Timeline, language: str) -> tuple[TableRow, ...]:
    """The same as the drawing, a row a bar, in words."""
    return tuple(_table_row(bar.state, language) for bar in timeline.bars)


def _table_row(state: MeasureState, language: str) -> TableRow:
    known = rules()
    end = state.end or state.until
    standing = known.standings[state.standing][language]
    if state.how:
        standing = f"{standing}: {known.changes[state.how][language]}"
    if state.alleged:
        standing = f"{standing} ({phrase('alleged', language)})"
    unit, count = ("hours", state.hours) if state.hours else ("days", state.days)
    return TableRow(
        who(state.subject, language),
        state.rule.label[language],
        span_words(state.start, language),
        span_words(end, language) if end else phrase("unknown", language),
        count_words(count, unit, language),
        standing,
    )


def _bar(state: MeasureState, day: date) -> Bar:
    """The bar of a measure; a start of which nothing tells how early is drawn from a month before."""
    to_perhaps = max(state.stays_to, min(state.start.last, day))
    begin = state.start.first or _month_before(state.start.last)
    surely = _sure_part(state)
    return Bar(
        subject=state.subject,
        measure=state.measure,
        from_perhaps=begin,
        to_perhaps=max(begin, to_perhaps),
        from_surely=surely[0] if surely else None,
        to_surely=surely[1] if surely else None,
        open_start=state.start.first is None,
        open_end=state.standing in ("open", "passed", "perhaps_ended", "taken_as_over"),
        deprives=state.rule.deprives,
        state=state,
    )


def _sure_part(state: MeasureState) -> tuple[date, date] | None:
    """The days of which it is sure, as far as the dates are exact enough to lay them on an axis."""
    if state.days.least < 1 or state.standing == "perhaps_begun":
        return None
    last = add_days(state.start.last, int(state.days.least) - 1)
    return (state.start.last, last) if last <= max(state.stays_to, state.start.last) else None


def _month_before(day: date) -> date:
    return add_months(day, -1) if day.year > 1 else day


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


# --- the drawing ------------------------------------------------------------------------------------------


def svg_of(timeline: Timeline, language: str, ident: str = "timeline") -> str:
    """The timeline as an SVG picture. `ident` begins the ids of its parts: another one for each on a page."""
    height = TOP + max(1, len(timeline.bars)) * ROW + 34
    title = f"{phrase('timeline', language)}, {phrase('as_of', language)} {timeline.day.isoformat()}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="100%" role="img"'
        f' aria-labelledby="{_attribute(ident)}-title {_attribute(ident)}-desc" fill="currentColor"'
        f' font-family="system-ui, sans-serif" font-size="13" class="case-timeline">',
        f'<title id="{_attribute(ident)}-title">{escape(title)}</title>',
        f'<desc id="{_attribute(ident)}-desc">{escape(_description(timeline, language))}</desc>',
        *_axis(timeline, language),
        *(part for number, bar in enumerate(timeline.bars) for part in _row(timeline, bar, number, language)),
        *_legend(language, height),
        "</svg>",
    ]
    return "\n".join(parts)


def _description(timeline: Timeline, language: str) -> str:
    """All bars in words, for who cannot see them."""
    rows = [f"{row.who}: {'; '.join(row.cells[1:])}." for row in table_of(timeline, language)]
    return " ".join(rows) or phrase("none", language)


def _x(timeline: Timeline, day: date) -> float:
    days = (timeline.last - timeline.first).days + 1
    return MARGIN + (WIDTH - 2 * MARGIN) * (day - timeline.first).days / days


def _axis(timeline: Timeline, language: str) -> Iterator[str]:
    """A line a month behind the bars, or as many as fit, named on top; and the day of the state."""
    months = list(_months(timeline))
    every = _every(len(months))
    shown = months[::every]
    for month in shown:
        x = _x(timeline, month)
        yield from _line(timeline, x, 'stroke="currentColor" stroke-opacity="0.25"')
        yield f'<text x="{x + 2:.1f}" y="28" font-size="11">{escape(_month(month, language, every))}</text>'
    if every < 12:
        firsts = [next(month for month in shown if month.year == year) for year in _years(shown)]
        for month, following in zip_longest(firsts, firsts[1:]):
            x = _x(timeline, month)
            if following is None or _x(timeline, following) - x > YEAR:
                yield f'<text x="{x + 2:.1f}" y="12" font-size="12" font-weight="bold">{month.year:04}</text>'
    yield from _line(timeline, _x(timeline, add_days(timeline.day, 1)), DAY_LINE)


def _years(months: Sequence[date]) -> list[int]:
    return sorted({month.year for month in months})


def _line(timeline: Timeline, x: float, how: str) -> Iterator[str]:
    """A vertical line that leaves out the names above the bars."""
    for number in range(len(timeline.bars)):
        y = TOP + number * ROW + 16
        yield f'<line x1="{x:.1f}" y1="{y}" x2="{x:.1f}" y2="{y + BAR + 6}" {how}/>'


def _months(timeline: Timeline) -> Iterator[date]:
    month = timeline.first
    while month <= timeline.last:
        yield month
        if (month.year, month.month) == (timeline.last.year, timeline.last.month):
            return
        month = add_months(month, 1)


def _every(months: int) -> int:
    """How many months apart the labels stand, so that they do not touch: 1, 2, 3, 6, 12 or whole years."""
    room = (WIDTH - 2 * MARGIN) / max(1, months)
    steps = [1, 2, 3, 6, *(12 * years for years in range(1, 200))]
    return next((step for step in steps if step * room >= 26), steps[-1])


def _month(month: date, language: str, every: int) -> str:
    return f"{month.year:04}" if every >= 12 else rules().months[language][month.month - 1]


def _row(timeline: Timeline, bar: Bar, number: int, language: str) -> Iterator[str]:
    """A name and a measure above, the bar below: pale where it may be, full where it surely was."""
    top = TOP + number * ROW
    y = top + 18
    for line in _label(bar, language):
        yield f'<text x="{MARGIN}" y="{top + 12}">{line}</text>'
    left, right = _x(timeline, bar.from_perhaps), _x(timeline, add_days(bar.to_perhaps, 1))
    yield (
        f'<rect x="{left:.1f}" y="{y}" width="{max(2.0, right - left):.1f}" height="{BAR}" fill-opacity="0.15"'
        f' stroke="currentColor" stroke-dasharray="3 2" stroke-width="0.8"/>'
    )
    if bar.from_surely is not None and bar.to_surely is not None:
        left, right = _x(timeline, bar.from_surely), _x(timeline, add_days(bar.to_surely, 1))
        opacity = "0.85" if bar.deprives else "0.5"
        yield (
            f'<rect x="{left:.1f}" y="{y}" width="{max(2.0, right - left):.1f}" height="{BAR}"'
            f' fill-opacity="{opacity}"/>'
        )
    if bar.open_end:
        x = _x(timeline, add_days(bar.to_perhaps, 1))
        yield f'<text x="{min(x + 2, WIDTH - MARGIN):.1f}" y="{y + 10}" font-size="12">?</text>'


def _label(bar: Bar, language: str) -> tuple[str, ...]:
    """Who and what, cut where the width of a telephone ends; the whole is in the description and the table."""
    measure = bar.state.rule.label[language]
    name = who(bar.subject, language)
    room = int((WIDTH - 2 * MARGIN) / LETTER)
    if len(name) + len(measure) + 3 > room:
        measure = _cut(measure, max(room - len(name) - 3, room // 2))
        name = _cut(name, room - len(measure) - 3)
    return (f'<tspan font-weight="bold">{escape(name)}</tspan> · {escape(measure)}',)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: max(1, length - 1)].rstrip() + "…"


def _legend(language: str, height: int) -> Sequence[str]:
    y = height - 20
    day = phrase("today", language)
    return (
        f'<rect x="{MARGIN}" y="{y}" width="14" height="10" fill-opacity="0.85"/>',
        f'<text x="{MARGIN + 18}" y="{y + 9}" font-size="11">{escape(phrase("certain", language))}</text>',
        f'<rect x="{MARGIN + 80}" y="{y}" width="14" height="10" fill-opacity="0.15" stroke="currentColor"'
        f' stroke-dasharray="3 2" stroke-width="0.8"/>',
        f'<text x="{MARGIN + 98}" y="{y + 9}" font-size="11">{escape(phrase("uncertain", language))}</text>',
        f'<line x1="{MARGIN + 190}" y1="{y}" x2="{MARGIN + 190}" y2="{y + 10}" {DAY_LINE}/>',
        f'<text x="{MARGIN + 196}" y="{y + 9}" font-size="11">{escape(day)}</text>',
    )


def _attribute(ident: str) -> str:
    return "".join(sign for sign in ident if sign.isalnum() or sign in "-_") or "timeline"
