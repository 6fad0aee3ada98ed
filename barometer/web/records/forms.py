"""A coded event ↔ the values of a form: only texts, truth values and lists, so that a browser and a draft can hold them.

An empty text is "nothing". What a form does not change stays in the coding as it was, to the letter; a ground goes
with the value that stands on it, and falls where that value fell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from barometer.codebook.book import LANGUAGES
from barometer.codebook.check import check
from barometer.codebook.paths import dotted, parts
from barometer.codebook.values import Event

Values = dict[str, Any]

#: lists of rows, each with the parts of a row
ROWS: Mapping[str, tuple[str, ...]] = {
    "targets": ("written", "name", "type"),
    "actors": ("written", "name", "type", "role"),
    "upcoming": ("date", "what", "of"),
    "amounts": ("what", "value", "unit", "text"),
}
#: lists of codes; `alleged` are those of the types that only one side says
CODES = ("types", "alleged", "provisions")
MARKS = ("background", "people_hit_exact")
SUMMARIES = tuple(f"summary_{language}" for language in LANGUAGES)
TEXTS = (
    "kind", "date", "date_text", "phase", "work_link", "people_hit", "country", "region", "place", "case", *SUMMARIES,
    "note",
)  # fmt: skip
#: texts of several lines, in our own words
LONG = (*SUMMARIES, "note")
#: what a person decides on as one thing → the form's fields in it
PARTS: Mapping[str, tuple[str, ...]] = {
    "kind": ("kind",),
    "types": ("types", "alleged"),
    "date": ("date", "date_text"),
    "phase": ("phase",),
    "background": ("background",),
    "work_link": ("work_link",),
    "targets": ("targets",),
    "people_hit": ("people_hit", "people_hit_exact"),
    "actors": ("actors",),
    "provisions": ("provisions",),
    "place": ("country", "region", "place"),
    "case": ("case",),
    "upcoming": ("upcoming",),
    "amounts": ("amounts",),
    **{name: (name,) for name in SUMMARIES},
    "note": ("note",),
}


def empty() -> Values:
    """A form in which nothing was filled in."""
    return (
        dict.fromkeys(TEXTS, "") | dict.fromkeys(MARKS, False) | {name: [] for name in (*CODES, *ROWS)}  # type: ignore[operator]
    )


def values_of(event: Event, case: str | None) -> Values:
    """The form of an event; `case` is the slug of the case in which it stands."""
    place = event.place
    texts = {
        "kind": event.kind,
        "date": event.date,
        "date_text": event.date_text,
        "phase": event.phase,
        "work_link": event.work_link,
        "people_hit": None if event.people_hit is None else str(event.people_hit),
        "country": place and place.country,
        "region": place and place.region,
        "place": place and place.name,
        "case": case,
        "note": event.note,
        **{f"summary_{language}": event.summary_in(language) for language in LANGUAGES},
    }
    alleged = event.types if event.alleged is True else event.alleged or ()
    return {name: text or "" for name, text in texts.items()} | {
        "types": list(event.types),
        "alleged": [code for code in event.types if code in alleged],
        "provisions": list(event.provisions),
        "background": event.background,
        "people_hit_exact": bool(event.people_hit_exact),
        **{
            name: [_row(row, columns) for row in getattr(event, name) or ()] for name, columns in ROWS.items()
        },
    }


def _row(row: Any, columns: tuple[str, ...]) -> dict[str, str]:
    return {name: _text(getattr(row, name)) for name in columns}


def _text(value: Any) -> str:
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return "" if value is None else str(value)


def changed_parts(before: Values, after: Values) -> list[str]:
    """The parts of the form that differ, in its order; spaces alone are no difference, but in what we write."""
    return [
        part
        for part, names in PARTS.items()
        if any(_bare(before.get(name), name) != _bare(after.get(name), name) for name in names)
    ]


def _bare(value: Any, name: str = "") -> Any:
    """The value as a line of a form gives it back: a browser keeps no odd spaces of a source."""
    if isinstance(value, str):
        return value.strip() if name in LONG else " ".join(value.split())
    if isinstance(value, dict):
        return {key: _bare(text) for key, text in value.items()}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def coded_of(raw: Mapping[str, Any], before: Values, after: Values) -> dict[str, Any]:
    """The coding with what the form changed. `raw` is the coding as it stands, `before` its form.

    What cannot be a value (a word for a number) is put in as it is: the codebook's own check says so.
    """
    coded = dict(raw)
    for part in changed_parts(before, after):
        coded |= _PARTS_CODED.get(part, _plain(part))(raw, before, after)
    grounds = _grounds(raw.get("grounds") or {}, before, after)
    if grounds or raw.get("grounds"):
        coded["grounds"] = grounds
    return coded


Coded = dict[str, Any]


def _plain(part: str) -> Any:
    """One field that is a text, or nothing; or a mark; or a list of rows or codes."""

    def coded(raw: Mapping[str, Any], before: Values, after: Values) -> Coded:
        if part in ROWS:
            return {part: _rows(part, raw, before, after)}
        value = after[part]
        return {part: value if isinstance(value, bool | list) else value or None}

    return coded


def _rows(name: str, raw: Mapping[str, Any], before: Values, after: Values) -> list[Coded]:
    """Rows that the form left alone stay to the letter."""
    kept = list(zip(before[name], raw.get(name) or (), strict=True))
    return [
        next((old for shown, old in kept if _bare(shown) == _bare(row)), None) or _coded_row(name, row)
        for row in after[name]
    ]


def _coded_row(name: str, row: Mapping[str, str]) -> Coded:
    coded: Coded = {column: row.get(column) or None for column in ROWS[name]}
    if name == "amounts":
        coded["value"] = _number(row.get("value", ""), float)
    return coded


def _number(text: str, kind: type) -> Any:
    try:
        return kind(text) if text.isascii() else text
    except ValueError:
        return text


def _types(raw: Mapping[str, Any], before: Values, after: Values) -> Coded:
    types, alleged = after["types"], [code for code in after["types"] if code in after["alleged"]]
    return {"types": types, "alleged": alleged if 0 < len(alleged) < len(types) else bool(alleged)}


def _when(raw: Mapping[str, Any], before: Values, after: Values) -> Coded:
    return {name: after[name] or None for name in ("date", "date_text")}


def _people(raw: Mapping[str, Any], before: Values, after: Values) -> Coded:
    number = after["people_hit"]
    whole = number.isascii() and number.isdecimal()
    return {
        "people_hit": (int(number[:20]) if whole else number) or (0 if whole else None),
        "people_hit_exact": after["people_hit_exact"],
    }


def _place(raw: Mapping[str, Any], before: Values, after: Values) -> Coded:
    """A region tells its country; a country alone is a place, too."""
    country, region, name = after["country"], after["region"], after["place"]
    if not (country or region or name):
        return {"place": None}
    known = dict(raw.get("place") or {})
    return {
        "place": known
        | {
            "country": country or region.partition("-")[0] or "KZ",
            "region": region or None,
            "name": name or None,
        }
    }


def _summary(raw: Mapping[str, Any], before: Values, after: Values) -> Coded:
    texts = {language: after[f"summary_{language}"] for language in LANGUAGES if after[f"summary_{language}"]}
    return {"summary": texts or None}


_PARTS_CODED: Mapping[str, Any] = {
    "types": _types,
    "date": _when,
    "people_hit": _people,
    "place": _place,
    **dict.fromkeys(SUMMARIES, _summary),
}


# --- grounds ----------------------------------------------------------------------------------------------


def _grounds(grounds: Mapping[str, Any], before: Values, after: Values) -> Coded:
    """The grounds whose values stand, each under the path that its value has now, and those that a person gave."""
    kept = {}
    for path, ground in grounds.items():
        now = _path_now(path, before, after)
        if now is not None:
            kept[now] = ground
    return kept | after.get("grounds", {})


def _path_now(path: str, before: Values, after: Values) -> str | None:
    field, *rest = parts(path)
    if field in PARTS and not rest:
        return path if field not in changed_parts(before, after) else None
    if not rest or not isinstance(rest[0], int) or field not in (*ROWS, "types", "provisions"):
        return path
    was, number = before[field], rest[0]
    if number >= len(was):
        return None
    place = next((n for n, row in enumerate(after[field]) if _same(row, was[number])), None)
    return None if place is None else dotted((field, place, *rest[1:]))


def _same(row: Any, other: Any) -> bool:
    """The same code; of people the same words of the source, whatever they were taken for."""
    row, other = _bare(row), _bare(other)
    if isinstance(row, dict) and row.get("written") and other.get("written"):
        return bool(row["written"] == other["written"])
    return bool(row == other)


# --- whether it can stand ---------------------------------------------------------------------------------


def broken(coded: Mapping[str, Any]) -> dict[str, str]:
    """What of a coding breaks the codebook's rules: the place in the form → the codebook's words."""
    entry = {"id": "-", "lines": [1, 1], "events": [dict(coded)]}
    found: dict[str, str] = {}
    for finding in check({"source": "-", "entries": [entry]}):
        if finding.level == "error":
            path = finding.path.removeprefix("entries.0.events.0").lstrip(".")
            found.setdefault(_in_form(path), finding.message)
    return found


def _in_form(path: str) -> str:
    field, _, rest = path.partition(".")
    if field == "place":
        return {"region": "region", "country": "country"}.get(rest, "place")
    if field == "summary":
        return f"summary_{rest}" if rest in LANGUAGES else "summary_en"
    return "types.0" if path == "types" else path


def size(values: Values) -> int:
    """How many letters a form holds."""
    return len(json.dumps(values, ensure_ascii=False))
