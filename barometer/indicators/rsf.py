"""The press freedom index of Reporters Without Borders, year by year, from its files as they are published.

The files are not alike: other columns, other encodings, and in most years the decimal comma was lost on the way, so that
92,37 stands as 9237 and 89,50 as 895. Nothing is guessed. A number without a comma is read in every way that it may have
been written; what goes with the order of the ranks, by which the list is sorted, is kept. Where one way is left, the score
is that, and marked `restored`; where several are, there is no score, and the row says why. The rank is as it was written.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise

from barometer.errors import Unreadable, counted

SOURCE = "Reporters Without Borders, World Press Freedom Index"
#: Until this year a low score was a good one.
LAST_LOW_IS_GOOD = 2012
#: The first years of another method: scores on either side of one cannot be compared.
NEW_METHOD = (2013, 2022)
_YEAR = re.compile(r"(\d{4})(?:-(\d{2}))?")
#: A country outside its borders, or what it holds (USA_I, ISR2): those of early years have ranks of their own.
_TERRITORY = re.compile(r"[A-Z]{3}[_\d]\w*")
_RANK = re.compile(r"[0-9]{1,4}")
_NUMBER = re.compile(r"-?\d{1,9}(?:,\d+)?")
#: No score of any year is beyond these.
_LEAST, _MOST = -20.0, 150.0
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_LARGEST = 5 << 20


@dataclass(frozen=True)
class Ranked:
    """A country in a year. `score` is None where it cannot be told; `written` is what the file has.

    `standing` is written (with its comma, or whole without doubt), restored (its comma was lost), or unclear.
    """

    iso: str
    year: int
    rank: int
    score: float | None
    written: str
    standing: str
    file: str


@dataclass(frozen=True)
class Year:
    """A file's rows, what was done to read them (`notes`), and what is the matter with it (`problems`)."""

    year: int
    of: int
    rows: tuple[Ranked, ...]
    low_is_good: bool
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether scores had to be restored."""
        return any(row.standing != "written" for row in self.rows)

    def of_country(self, iso: str) -> Ranked | None:
        """The row of a country (ISO 3166-1 alpha-3)."""
        return next((row for row in self.rows if row.iso == iso), None)


def read_rsf(data: bytes, name: str, told: str = "") -> Year:
    """Read one year's file; `told` is what errors call it, by default its name. Unreadable where it is no such file."""
    told = told or name
    if len(data) > _LARGEST:
        raise Unreadable(
            f"{told}: {len(data)} bytes are no year of the index", next_step="give one year's CSV file"
        )
    try:
        lines = list(csv.reader(StringIO(_text(data), newline=""), delimiter=";"))
    except csv.Error as error:
        raise Unreadable(f"{told}: {error}", next_step="give one year's CSV file of the index") from None
    head = [cell.strip() for cell in lines[0]] if lines else []
    places = _columns(head, told)
    found, problems, territories = [], [], 0
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        cells = {what: line[at].strip() if at < len(line) else "" for what, at in places.items()}
        if _TERRITORY.fullmatch(cells["iso"]):
            territories += 1
            continue
        if not re.fullmatch(r"[A-Z]{3}", cells["iso"]) or not _RANK.fullmatch(cells["rank"]):
            problems.append(f"line {number}: no country with a rank: {';'.join(line)[:60]!r}")
            continue
        found.append(cells)
    if not found:
        raise Unreadable(f"{told}: no country with a rank", next_step="give one year's CSV file of the index")
    year = _year(found, told)
    low_is_good = year <= LAST_LOW_IS_GOOD
    scores = _restored(sorted(found, key=lambda cells: int(cells["rank"])), low_is_good)
    rows = tuple(
        Ranked(cells["iso"], year, int(cells["rank"]), score, cells["score"], standing, name)
        for cells, score, standing in scores
    )
    for iso in sorted(iso for iso, count in Counter(row.iso for row in rows).items() if count > 1):
        problems.append(f"{iso} stands in it more than once")
    notes = [f"{counted(territories, 'row')} of territories passed over"] if territories else []
    if count := sum(row.standing == "restored" for row in rows):
        notes.append(f"{count} of {len(rows)} scores restored: their decimal comma was lost")
    if count := sum(row.score is None for row in rows):
        problems.append(f"{count} of {len(rows)} scores unclear: their decimal comma was lost")
    return Year(year, len(rows), rows, low_is_good, tuple(problems), tuple(notes))


def _text(data: bytes) -> str:
    for encoding in _ENCODINGS[:-1]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode(_ENCODINGS[-1])


def _columns(head: Sequence[str], name: str) -> dict[str, int]:
    """Where the columns that are read stand: their names changed over the years."""
    wanted = {
        "iso": r"ISO",
        "rank": r"Rank(?: N)?",
        "score": r"Score(?: N| \d{4})?",
        "year": r"Year \(N\)",
    }
    found = {}
    for what, pattern in wanted.items():
        at = next((at for at, title in enumerate(head) if re.fullmatch(pattern, title)), None)
        if at is None:
            raise Unreadable(
                f"{name}: no column for the {what} among {', '.join(head)[:200]!r}",
                next_step="give one year's CSV file of the index, columns parted by semicolons",
            )
        found[what] = at
    return found


def _year(rows: Iterable[dict[str, str]], name: str) -> int:
    years = {cells["year"] for cells in rows}
    match = _YEAR.fullmatch(next(iter(years))) if len(years) == 1 else None
    if match is None:
        raise Unreadable(f"{name}: its years are {sorted(years)[:5]}", next_step="give a file of one year")
    return int(match[1][:2] + match[2]) if match[2] else int(match[1])


# --- lost commas ------------------------------------------------------------------------------------------

_Scored = tuple[dict[str, str], float | None, str]


def _restored(rows: Sequence[dict[str, str]], low_is_good: bool) -> list[_Scored]:
    """The rows with their scores, by rank; what cannot have been so by the order of the ranks is left out."""
    if not _lost(cells["score"] for cells in rows):
        return [(cells, _whole(cells["score"]), _plain(cells["score"])) for cells in rows]
    sign = 1 if low_is_good else -1  # scores rise with the rank where low is good
    ways = [sorted(sign * value for value in _ways(cells["score"])) for cells in rows]
    floors, ceilings = _floors(ways), _floors([[-value for value in reversed(way)] for way in reversed(ways)])
    kept = []
    for cells, way, floor, ceiling in zip(rows, ways, floors, reversed(ceilings), strict=True):
        fitting = [value for value in way if floor <= value <= -ceiling]
        score = sign * fitting[0] if len(fitting) == 1 else None
        sure = score is not None and "," in cells["score"]
        kept.append((cells, score, "written" if sure else "unclear" if score is None else "restored"))
    return kept


def _lost(scores: Iterable[str]) -> bool:
    """Whether a number stands there that no score can be: then commas were lost in this file."""
    return any(
        "," not in text and _NUMBER.fullmatch(text) and not _LEAST <= float(text) <= _MOST for text in scores
    )


def _whole(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _plain(text: str) -> str:
    return "written" if _NUMBER.fullmatch(text) else "unclear"


def _ways(text: str) -> set[float]:
    """What the number may have been: as it stands, or with one or two decimals, or as many as a long one needs."""
    if not _NUMBER.fullmatch(text):
        return set()
    if "," in text:
        return {float(text.replace(",", "."))}
    digits = len(text.lstrip("-"))
    most = 2 if digits <= 5 else digits
    values = {round(int(text) / 10**places, places) for places in range(most + 1)}
    return {value for value in values if _LEAST <= value <= _MOST}


def _floors(ways: Sequence[Sequence[float]]) -> list[float]:
    """For each row the least that it can be where no row before it is more; an empty row is passed over."""
    floors, reached = [], float("-inf")
    for way in ways:
        floors.append(reached)
        reached = next((value for value in way if value >= reached), reached)
    return floors


# --- the series -------------------------------------------------------------------------------------------


def series(years: Iterable[Year], iso: str) -> list[Ranked]:
    """A country over the years, the earliest first; a year that two files tell is told by the first."""
    found: dict[int, Ranked] = {}
    for year in years:
        row = year.of_country(iso)
        if row is not None:
            found.setdefault(year.year, row)
    return [found[year] for year in sorted(found)]


def missing(rows: Sequence[Ranked]) -> list[int]:
    """The years between the first and the last of which there is no row."""
    return [year for one, other in pairwise(rows) for year in range(one.year + 1, other.year)]


def segments(rows: Sequence[Ranked]) -> tuple[tuple[Ranked, ...], ...]:
    """The years in runs that a line may join: none is missing within a run, and all are of one method."""
    found: list[list[Ranked]] = []
    for row in rows:
        if found and found[-1][-1].year == row.year - 1 and row.year not in NEW_METHOD:
            found[-1].append(row)
        else:
            found.append([row])
    return tuple(map(tuple, found))
