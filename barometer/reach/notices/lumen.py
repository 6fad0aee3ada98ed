"""Lumen's JSON: a list of notices, one notice, or one under the name of its type; also one notice a line.

Without a researcher's key Lumen tells of the addresses only the sites and how many: such an address has no path.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from barometer.reach.notices.fields import LONGEST, action_of, day_of, ground_of
from barometer.reach.notices.values import Broken, Notice
from barometer.sources.found import clean_text, one_line
from barometer.sources.markup import plain

#: Types of Lumen → grounds.
_TYPES = {
    "dmca": "copyright",
    "counternotice": "other",
    "counterfeit": "trademark",
    "trademark": "trademark",
    "defamation": "defamation",
    "courtorder": "court_order",
    "privateinformation": "privacy",
    "dataprotection": "privacy",
    "governmentrequest": "regulator",
    "lawenforcementrequest": "regulator",
    "locallaw": "regulator",
}
_NEXT = "get the notice again from Lumen, as JSON"


def read_lumen(text: str, name: str) -> list[Notice | Broken]:
    """The notices of Lumen's JSON, in their order; what is no notice is named with its place."""
    try:
        return [_notice(row, kind, name, place) for row, kind, place in _rows(json.loads(text), "", "")]
    except RecursionError:
        return [Broken(name, "", "it is nested too deeply", _NEXT)]
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines):
            return list(_by_line(lines, name))
        return [Broken(name, "", f"it is no JSON ({one_line(str(error), 100)})", _NEXT)]


def _by_line(lines: list[str], name: str) -> Iterator[Notice | Broken]:
    for number, line in enumerate(lines, 1):
        place = f"line {number}"
        try:
            for row, kind, _ in _rows(json.loads(line), "", place):
                yield _notice(row, kind, name, place)
        except (ValueError, RecursionError) as error:
            yield Broken(name, place, f"it is no JSON ({one_line(str(error), 100)})", _NEXT)


def _rows(document: Any, kind: str, place: str) -> Iterator[tuple[Any, str, str]]:
    """(notice, type by its wrapping, place) of each notice in a document."""
    if isinstance(document, list):
        for number, row in enumerate(document, 1):
            yield from _wrapped(row, kind, f"{place} notice {number}".strip())
    elif isinstance(document, dict) and isinstance(document.get("notices"), list):
        yield from _rows(document["notices"], kind, place)
    else:
        yield from _wrapped(document, kind, place)


def _wrapped(row: Any, kind: str, place: str) -> Iterator[tuple[Any, str, str]]:
    """A notice may stand under the name of its type: {"dmca": {…}}."""
    if isinstance(row, dict) and len(row) == 1:
        (key, inner), *_ = row.items()
        if isinstance(inner, dict):
            yield inner, "" if key == "notice" else str(key), place
            return
    yield row, kind, place


def _notice(row: Any, kind: str, name: str, place: str) -> Notice | Broken:
    if not isinstance(row, dict):
        return Broken(name, place, f"it is no notice but {type(row).__name__}", _NEXT)
    works = [work for key in ("works", "marks") for work in _list(row.get(key)) if isinstance(work, dict)]
    targets = _addresses(works, "infringing_urls")
    if not targets and not any(_text(row, key) for key in ("title", "body", "sender_name", "principal_name")):
        return Broken(name, place, "it has neither words, nor a sender, nor addresses", _NEXT)
    title, body = _text(row, "title"), "\n\n".join(filter(None, (_text(row, key) for key in _BODIES)))
    topics = " ".join(str(one) for one in _list(row.get("topics")))
    type_ = "".join(letter for letter in (_text(row, "type") or kind).casefold() if letter.isalpha())
    originals = _addresses(works, "copyrighted_urls")
    return Notice(
        number=_line(row.get("id") or place, 100),
        source="lumen",
        sender=_name(row, "sender_name"),
        principal=_name(row, "principal_name"),
        recipient=_name(row, "recipient_name"),
        country=_line(", ".join(map(str, _list(row.get("jurisdictions")))), 100),
        ground=_TYPES.get(type_) or ground_of(f"{type_} {title} {topics}") or "other",
        work="\n".join(dict.fromkeys(filter(None, (_text(work, "description") for work in works)))),
        works=originals,
        targets=targets,
        day=day_of(_text(row, "date_sent")) or day_of(_text(row, "date_received")),
        action=action_of(
            {"no": "none"}.get(_text(row, "action_taken").casefold(), _text(row, "action_taken"))
        ),
        words="\n\n".join(filter(None, (title, body)))[:LONGEST],
        language=one_line(_text(row, "language"), 10),
    )


#: Where Lumen keeps the words of a notice, by its type.
_BODIES = ("body", "legal_complaint", "problem", "explanation", "subject", "laws_referenced")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    words = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return clean_text(plain(words[:LONGEST])).strip()


def _line(value: Any, most: int) -> str:
    return one_line(clean_text(str(value)), most)


def _name(row: dict[str, Any], key: str) -> str:
    """A name; nothing where it was taken out."""
    name = one_line(_text(row, key))
    return "" if name.strip("[]() ").casefold() in ("redacted", "private", "name redacted") else name


def _addresses(works: list[dict[str, Any]], key: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for work in works:
        for one in _list(work.get(key)):
            if isinstance(one, dict):
                site = _line(one.get("domain") or "", 300)
                one = one.get("url") or one.get("url_original") or (f"https://{site}" if site else "")
            address = _line(one, 2000)
            if address:
                found[address if "://" in address else f"https://{address}"] = None
    return tuple(found)
