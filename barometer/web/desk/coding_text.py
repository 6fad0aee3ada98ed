"""The words of the source beside the form: an entry as it was preserved, with what each value rests on marked in it."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from django.utils.translation import gettext

from barometer.codebook import Ground, codebook
from barometer.errors import BarometerError
from barometer.pipeline.explain import ODD, WEAK, Words, place_in, rule_in_words, steps
from barometer.sources.bulletin import prose
from barometer.sources.extract import extract
from barometer.sources.parsers import Parsers
from barometer.web.actions import outside
from barometer.web.actions.evidence import bytes_of
from barometer.web.public import words
from barometer.web.records.forms import Values
from barometer.web.records.models import Event, EvidenceItem, Source, SourceDocument

#: of a text without lines of its own entry, such as a letter, so much is shown beside the form
MOST_SHOWN = 20_000
#: marks wider than this, such as a whole sentence, leave those within them in sight
WIDE = 90
BY_PERSON = "person"
_TEXTS = (".txt", ".md", ".docx", "")
_LETTER = ".eml"
#: the name before the @ of a mail address: who wrote to whom is no part of the words
_MAILBOX = re.compile(r"[\w.+%-]{1,64}@(?=[\w-]+\.)")


@dataclass(frozen=True)
class Rest:
    """What a value rests on: the number of its marked words (0: none are shown), the words, how sure, by what rule."""

    number: int
    said: str
    percent: int | None = None
    rule: str = ""
    weak: bool = False


@dataclass(frozen=True)
class Piece:
    """A piece of the text for the page: `text`, or a mark that opens or closes."""

    step: str
    text: str = ""
    number: int = 0
    field: str = ""
    is_wide: bool = False

    @property
    def anchor(self) -> str:
        """The field of the form that the words speak for."""
        return f"f-{self.field.replace('.', '-')}"


@dataclass(frozen=True)
class Told:
    """The words of an entry; `offsets` say where they stand in the preserved text of that digest, if it is one.

    `files` are kept copies that are no texts, such as letters and data: they are looked at as evidence.
    """

    text: str
    language: str
    digest: str = ""
    offsets: tuple[int, ...] = ()
    cut: bool = False
    marks: tuple[Words, ...] = ()
    rests: Mapping[str, Rest] = field(default_factory=dict)
    files: tuple[EvidenceItem, ...] = ()

    @property
    def pieces(self) -> list[Piece]:
        """The text from left to right with its marks, for the page."""
        return list(_pieces(self.text, self.marks))

    def ground(self, chosen: str) -> dict[str, Any] | None:
        """The ground of words that a person chose, told as "from-to" in the text as it is shown; None where it is none."""
        match = re.fullmatch(r"(\d{1,7})-(\d{1,7})", chosen, re.ASCII)
        if not match or not self.offsets:
            return None
        start, end = map(int, match.groups())
        if not start < end <= len(self.offsets):
            return None
        return {
            "span": [self.offsets[start], self.offsets[end - 1] + 1],
            "text_sha256": self.digest,
            "rule": BY_PERSON,
            "version": codebook().version,
            "confidence": 1.0,
        }


def told(event: Event, values: Values) -> Told:
    """The entry of an event, marked by the event's grounds and by the words that the form's values were written in."""
    text = _entry(event)
    places = dict(_places(event, values, text))
    order = sorted({place for place, _ in places.values()}, key=lambda place: (place[0], -place[1]))
    numbers = {place: number for number, place in enumerate(order, 1)}
    fields = {place: path for path, (place, _) in reversed(places.items())}
    marks = tuple(Words(numbers[place], fields[place], *place) for place in order)
    rests = {
        path: _rest(numbers[place], text.text[slice(*place)], ground)
        for path, (place, ground) in places.items()
    }
    unseen = {
        _field(path): _rest(0, "", Ground.model_validate(ground))
        for path, ground in (event.coded.get("grounds") or {}).items()
        if _field(path) not in rests
    }
    return replace(text, marks=marks, rests=unseen | rests, files=_files(event.item.source))


def _rest(number: int, said: str, ground: Ground | None) -> Rest:
    if ground is None:
        return Rest(number, said)
    by_person = ground.rule == BY_PERSON
    rule = gettext("chosen by a person") if by_person else rule_in_words(ground.rule, words.language())
    return Rest(number, said, round(100 * ground.confidence), rule, ground.confidence < WEAK)


Place = tuple[int, int]


def _places(event: Event, values: Values, text: Told) -> Iterator[tuple[str, tuple[Place, Ground | None]]]:
    """Field of the form → where its words stand in the text that is shown, and the ground that says so."""
    grounded = set()
    for path, raw in (event.coded.get("grounds") or {}).items():
        ground = Ground.model_validate(raw)
        if text.offsets and ground.text_sha256 == text.digest and _field(path) not in grounded:
            place = place_in(ground.span, text.text, text.offsets)
            if place:
                grounded.add(_field(path))
                yield _field(path), (place, ground)
    for path, said in _written(values):
        if path not in grounded and (place := _find(said, text.text)):
            yield path, (place, None)


def _field(path: str) -> str:
    """The field of the form that a ground speaks for: `targets.0` for `targets.0.name`."""
    return ".".join(path.split(".")[:2]) if re.match(r"[a-z_]+\.\d", path) else path.partition(".")[0]


def _written(values: Values) -> Iterator[tuple[str, str]]:
    """The fields that keep the source's own words."""
    for name in ("targets", "actors"):
        for number, row in enumerate(values[name]):
            yield f"{name}.{number}", row.get("written", "")
    yield "date", values["date_text"]


def _find(said: str, text: str) -> Place | None:
    said = " ".join(said.split())
    if not said:
        return None
    match = re.search(rf"(?<!\w){re.escape(said)}(?!\w)", text, re.IGNORECASE)
    return match.span() if match else None


def _pieces(text: str, marks: Sequence[Words]) -> Iterator[Piece]:
    for step, what in steps(text, marks):
        if step == "text":
            yield from _harmless(what)
        elif step in ("open", "reopen"):
            yield Piece(step, number=what.number, field=what.field, is_wide=what.end - what.start > WIDE)
        else:
            yield Piece("close" if step == "close" else "break", number=what.number, field=what.field)


def _harmless(text: str) -> Iterator[Piece]:
    """What would turn the writing round, or stand unseen, is shown by its number."""
    last = 0
    for match in ODD.finditer(text):
        yield Piece("text", text[last : match.start()])
        yield Piece("odd", f"U+{ord(match[0]):04X}")
        last = match.end()
    yield Piece("text", text[last:])


# --- the preserved text -----------------------------------------------------------------------------------


def _entry(event: Event) -> Told:
    """The lines of the event's entry in the preserved text, else the words that the ledger has of it."""
    item = event.item
    language = item.source.language if item.source else ""
    digests = {ground.get("text_sha256", "") for ground in (event.coded.get("grounds") or {}).values()}
    whole = preserved(item.source, digests)
    if whole:
        digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()
        text, offsets = _lines(whole, item.first_line, item.last_line)
        if text:
            return Told(
                text[:MOST_SHOWN], language, digest, tuple(offsets[:MOST_SHOWN]), len(text) > MOST_SHOWN
            )
    texts = {code: getattr(item, f"text_{code}") for code in words.LANGUAGES}
    code = language if texts.get(language) else next((code for code in texts if texts[code]), language)
    said = texts.get(code, "") or item.headline
    return Told(said[:MOST_SHOWN], code, cut=len(said) > MOST_SHOWN)


def _lines(whole: str, first: int, last: int) -> tuple[str, list[int]]:
    """The clean text of lines (all of them where there are none), and where each sign stands."""
    starts = [0]
    for line in whole.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    lines = range(max(first, 1), min(last, len(starts) - 1) + 1) if last else range(1, len(starts))
    out, offsets = "", list[int]()
    for number in lines:
        text, places = prose(whole, starts[number - 1], starts[number] - 1)
        if not text:
            continue
        if out:
            out += "\n"
            offsets.append(places[0])
        out += text
        offsets += places
        if len(out) > MOST_SHOWN:
            break
    return out, offsets


def preserved(source: Source | None, digests: set[str]) -> str:
    """The source's preserved text: the one that these digests are of, else the newest; "" where there is none."""
    for evidence in sorted(_copies(source), key=lambda one: one.sha256 not in digests):
        if text := _text_of(evidence):
            return text
    return ""


def _copies(source: Source | None) -> list[EvidenceItem]:
    """The preserved copies of what the source says, the newest first."""
    copies = SourceDocument.objects.filter(source=source, role=SourceDocument.Role.TEXT).order_by("-pk")
    return [copy.evidence for copy in copies.select_related("evidence")]


def _files(source: Source | None) -> tuple[EvidenceItem, ...]:
    return tuple(one for one in _copies(source) if _suffix(one) not in _TEXTS)


def _suffix(evidence: EvidenceItem) -> str:
    return PurePath(evidence.original_name).suffix.lower()


def _text_of(evidence: EvidenceItem) -> str:
    """The words of a preserved copy; "" where it is data, or cannot be read, for coding goes on without them."""
    suffix = _suffix(evidence)
    try:
        if suffix == _LETTER:
            return _letter(bytes_of(evidence))
        if suffix not in _TEXTS:
            return ""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"text{suffix or '.txt'}"
            path.write_bytes(bytes_of(evidence))
            return extract(path).text
    except BarometerError:
        return ""


def _letter(data: bytes) -> str:
    """A letter's subject and what it says, without the names of mailboxes."""
    letter = Parsers(outside.apart()).letter(data)
    return _MAILBOX.sub("…@", "\n\n".join(filter(None, (letter.title, letter.text))))
