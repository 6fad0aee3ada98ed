"""How many of the invented notices the signs flag, by half: false alarms among the honest, recall of the others.

python benchmarks/notices/score.py          one line a half
python benchmarks/notices/score.py tune     each notice of the half that rules are tuned on, with its signs
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from barometer.countries.political import political_dates
from barometer.reach.notices import Context, Notice, Sign, is_flagged, signs_in_words, signs_of_all, weight

FOLDER = Path(__file__).resolve().parent
HALVES = ("tune", "aside")


@dataclass(frozen=True)
class Score:
    """What the signs made of one half."""

    honest: int
    false_alarms: tuple[str, ...]
    abusive: int
    missed: tuple[str, ...]

    @property
    def recall(self) -> float:
        """The part of the misused notices that is flagged."""
        return 1 - len(self.missed) / self.abusive


def rows_of(half: str) -> list[dict[str, object]]:
    """The rows of one half."""
    lines = (FOLDER / "notices.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["half"] == half]


def notice_of(row: dict[str, object]) -> Notice:
    """The notice of a row."""
    values: dict[str, object] = {"number": row["id"]}
    for field in fields(Notice):
        value = row.get(field.name)
        if value is None:
            continue
        if field.name in ("work_date", "target_date", "day"):
            value = date.fromisoformat(str(value))
        values[field.name] = tuple(value) if isinstance(value, list) else value
    return Notice(**values)  # type: ignore[arg-type]


def context() -> Context:
    """The country's votes and the invented outlets."""
    outlets = json.loads((FOLDER / "outlets.json").read_text(encoding="utf-8"))
    return Context(political_dates("KZ"), outlets)


def judged(half: str) -> list[tuple[dict[str, object], tuple[Sign, ...]]]:
    """Each row of a half with its signs; the half is all that is known."""
    rows = rows_of(half)
    return list(zip(rows, signs_of_all(map(notice_of, rows), context()), strict=True))


def score(half: str) -> Score:
    """The figures of a half."""
    found = judged(half)
    honest = [(str(row["id"]), is_flagged(signs)) for row, signs in found if row["honest"]]
    abusive = [(str(row["id"]), is_flagged(signs)) for row, signs in found if not row["honest"]]
    return Score(
        len(honest),
        tuple(name for name, flagged in honest if flagged),
        len(abusive),
        tuple(name for name, flagged in abusive if not flagged),
    )


def main(arguments: list[str]) -> None:
    """Print the figures."""
    if arguments == ["tune"]:
        for row, signs in judged("tune"):
            print(f"{row['id']}  {weight(signs)}  {row['form']}")
            for sign in signs:
                print(f"    {sign.strength} {sign.code}: {signs_in_words(sign, 'en')}")
    for half in HALVES:
        one = score(half)
        print(
            f"{half:6} false alarms {len(one.false_alarms)} of {one.honest} {', '.join(one.false_alarms)}  "
            f"recall {one.recall:.3f} of {one.abusive}, missed: {', '.join(one.missed) or 'none'}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
