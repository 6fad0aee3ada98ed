"""The coded values: frozen, checked when they are built, and the same as the coded file's form.

Every class here is one level of the file form of the codebook. A value that breaks a rule cannot be built;
what is only missing from an older file (the fields that came with 1.2) is let through and warned of by
`barometer codebook check`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    field_validator,
    model_validator,
)

from barometer.codebook.book import LANGUAGES, codebook
from barometer.codebook.dates import EventDate, Quarter

PROVISION = re.compile(r"[A-Z]{2}-[A-Z]+(?:-[A-Z0-9]+)*")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
CIVIL_SUIT = "legal.civil_suit"  # the one type of another group with which context may begin (rule 17)


class BrokenRulesError(ValueError):
    """Rules that a whole value breaks: `broken` has the place of each, as a path within the value, and words."""

    def __init__(self, *broken: tuple[str, str]) -> None:
        super().__init__("; ".join(message for _, message in broken))
        self.broken = broken


class FrozenDict(dict[str, Any]):
    """A dictionary that does not change, so that a value that holds one does not either."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a coded value does not change: build another")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


class Value(BaseModel):
    """A frozen value that keeps fields it does not know, so that nothing of a file is lost."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)


def _known(code: str, codes: Any, what: str) -> str:
    if code not in codes:
        raise ValueError(f"{code!r} is not {what} of codebook {codebook().version}")
    return code


def _one_of(name: str, what: str) -> AfterValidator:
    """A code of the closed list that has this name in the codebook."""
    return AfterValidator(lambda code: _known(code, getattr(codebook(), name), what))


def _date(text: str) -> str:
    EventDate.parse(text)
    return text


def _provision(code: str) -> str:
    if not PROVISION.fullmatch(code):
        raise ValueError(f"provision {code!r} is not written like KZ-CC-274 or KZ-CAO-120-3")
    return code


def _slug(slug: str) -> str:
    if not SLUG.fullmatch(slug):
        raise ValueError(f"case {slug!r} is not a slug of small letters, figures and hyphens")
    return slug


def _month(month: str) -> str:
    if not MONTH.fullmatch(month):
        raise ValueError(f"month {month!r} is not written like 2026-03")
    return _date(month)


def _quarter(quarter: str) -> str:
    if str(Quarter.parse(quarter)) != quarter:
        raise ValueError(f"{quarter!r} is not a quarter: write 2026Q1")
    return quarter


def _language(code: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", code):
        raise ValueError(f"language {code!r} is not two letters such as {', '.join(LANGUAGES)}")
    return code


# Lengths and sizes are those that a ledger keeps.
Text = Annotated[StrictStr, Field(min_length=1)]
Name = Annotated[StrictStr, Field(min_length=1, max_length=300)]
Written = Annotated[StrictStr, Field(min_length=1, max_length=500)]
Count = Annotated[StrictInt, Field(ge=0, le=2_147_483_647)]
DateText = Annotated[StrictStr, AfterValidator(_date)]
Provision = Annotated[StrictStr, Field(max_length=40), AfterValidator(_provision)]
Slug = Annotated[StrictStr, Field(max_length=120), AfterValidator(_slug)]
TypeCode = Annotated[StrictStr, _one_of("types", "a type")]


class Place(Value):
    """Where: `country` by ISO 3166-1, `name` in English, `region` by ISO 3166-2 or None."""

    country: StrictStr = "KZ"
    name: Annotated[StrictStr, Field(max_length=200)] | None = None
    region: StrictStr | None = None

    @field_validator("country")
    @classmethod
    def _two_letters(cls, country: str) -> str:
        if not re.fullmatch(r"[A-Z]{2}", country):
            raise ValueError(f"country {country!r} is not an ISO 3166-1 code of two letters")
        return country

    @model_validator(mode="after")
    def _region_of_the_country(self) -> Place:
        if self.region is None:
            return self
        regions = codebook().regions.get(self.country)
        if regions is not None and self.region not in regions:
            raise BrokenRulesError(("region", f"region {self.region!r} is not in ISO 3166-2:{self.country}"))
        if regions is None and not re.fullmatch(rf"{self.country}-[A-Z0-9]{{1,3}}", self.region):
            raise BrokenRulesError(("region", f"region {self.region!r} is not of country {self.country}"))
        return self


class Target(Value):
    """Who was hit: canonical `name`, `written` as in the text, `type` of target."""

    name: Name
    written: Written
    type: Annotated[StrictStr, _one_of("target_types", "a type of target")]


class Actor(Value):
    """Who did it or asked for it: `role` is decider, complainant or executor.

    `written` is None where the text does not name the actor in words of its own.
    """

    name: Name
    written: Written | None = None
    type: Annotated[StrictStr, _one_of("actor_types", "a type of actor")]
    role: Annotated[StrictStr, _one_of("actor_roles", "a role of an actor")] | None = None


class Upcoming(Value):
    """A date ahead that the event announces (rule 23)."""

    date: DateText
    what: Text
    of: StrictStr | None = None


class Amount(Value):
    """A value with its unit: `what` it is of (fine, claim, award, sum, sentence, measure, ban, deadline, count).

    `unit` is a currency by ISO 4217, MCI (monthly calculation index), a span of time (hour … year) or what is
    counted (post, video …); `text` is the wording.
    """

    what: Annotated[StrictStr, Field(pattern=r"^[a-z_]{1,30}$")]
    value: Annotated[float, Field(ge=0)]
    unit: Annotated[StrictStr, Field(pattern=r"^[A-Za-z_]{1,30}$")]
    text: StrictStr | None = None


class Ground(Value):
    """The words that a value rests on: span in code points of the extracted text, from ≤ to."""

    span: tuple[StrictInt, StrictInt]
    text_sha256: Annotated[StrictStr, Field(pattern=r"^[0-9a-f]{64}$")]
    rule: Text
    version: StrictStr
    confidence: Annotated[float, Field(ge=0, le=1)]

    @model_validator(mode="after")
    def _ordered(self) -> Ground:
        if not 0 <= self.span[0] <= self.span[1]:
            raise BrokenRulesError(("span", f"span {list(self.span)} does not run from left to right"))
        return self


def _alleged(value: object) -> object:
    texts = isinstance(value, list | tuple) and all(isinstance(code, str) for code in value)
    if not isinstance(value, bool) and not texts:
        raise ValueError("alleged is neither true nor false nor a list of the event's types")
    return value


def _summary(value: object) -> object:
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError("summary is neither a text nor texts by language")
    if not set(value) <= set(LANGUAGES):
        raise ValueError(
            f"summary has languages other than {', '.join(LANGUAGES)}: {sorted(map(str, value))}"
        )
    return FrozenDict(value)


Alleged = Annotated[StrictBool | tuple[StrictStr, ...], BeforeValidator(_alleged)]
Summary = Annotated[
    StrictStr | dict[str, StrictStr] | None, BeforeValidator(_summary), AfterValidator(_summary)
]
Grounds = Annotated[dict[StrictStr, Ground], AfterValidator(FrozenDict)]


class Event(Value):
    """One thing that happened to someone at one time.

    `alleged` is a truth value or the tuple of those types that only one side says.
    `date` is in the codebook's form; `when` gives it as an interval with its wording.
    """

    kind: Annotated[StrictStr, _one_of("kinds", "a kind")]
    types: Annotated[tuple[TypeCode, ...], Field(min_length=1)]
    date: DateText | None = None
    date_text: Annotated[StrictStr, Field(max_length=300)] | None = None
    phase: Annotated[StrictStr, _one_of("phases", "a phase")] | None = None
    alleged: Alleged = False
    work_link: Annotated[StrictStr, _one_of("work_links", "a link to the work")] | None = None
    people_hit: Count | None = None
    people_hit_exact: StrictBool | None = None
    place: Place | None = None
    targets: tuple[Target, ...] = ()
    actors: tuple[Actor, ...] = ()
    provisions: tuple[Provision, ...] = ()
    case: Slug | None = None
    background: StrictBool = False
    id: StrictStr | None = None
    headline: StrictStr | None = None
    note: StrictStr | None = None
    summary: Summary = None
    upcoming: tuple[Upcoming, ...] | None = None
    amounts: tuple[Amount, ...] | None = None
    grounds: Grounds | None = None

    @model_validator(mode="after")
    def _by_the_rules(self) -> Event:
        if broken := tuple(_broken_rules(self)):
            raise BrokenRulesError(*broken)
        return self

    @property
    def main_type(self) -> str:
        """The first type."""
        return self.types[0]

    @property
    def when(self) -> EventDate | None:
        """The date as an interval that keeps its wording, or None."""
        return EventDate.parse(self.date, self.date_text) if self.date else None

    @property
    def is_alleged(self) -> bool:
        """Whether all or part of the event stands on one side's word only."""
        return bool(self.alleged)

    @property
    def is_new_violation(self) -> bool:
        """Rule 18: not background, and its phase is `imposed`."""
        return self.kind == "violation" and self.phase == "imposed" and not self.background

    def summary_in(self, language: str) -> str | None:
        """The summary in that language; a plain text summary is English."""
        if isinstance(self.summary, dict):
            return self.summary.get(language)
        return self.summary if language == "en" else None


def _broken_rules(event: Event) -> Iterator[tuple[str, str]]:
    """The place and the words of each rule between fields that the event breaks."""
    group = event.types[0].partition(".")[0]
    if len(set(event.types)) < len(event.types):
        yield "types", f"types {list(event.types)} name one type twice"
    if event.kind == "relief" and group != "outcome":
        yield "types.0", f"a relief event starts with an outcome, not with {event.types[0]!r} (rule 10)"
    if event.kind == "relief" and event.alleged:
        yield "alleged", "relief is never alleged (rule 12)"
    if event.kind == "violation" and group in ("outcome", "context"):
        yield "types.0", f"a violation cannot start with {event.types[0]!r}"
    if event.kind == "context" and group == "outcome":
        yield "types.0", f"context cannot start with {event.types[0]!r}: an outcome makes the event relief"
    if event.phase is not None and codebook().phases[event.phase].kind != event.kind:
        yield "phase", f"phase {event.phase!r} does not go with kind {event.kind!r}"
    if not isinstance(event.alleged, bool) and not set(event.alleged) <= set(event.types):
        yield "alleged", f"alleged names types that the event does not have: {list(event.alleged)}"
    if event.people_hit_exact and event.people_hit is None:
        yield "people_hit_exact", "people_hit_exact is true without a number in people_hit"


class Entry(Value):
    """One paragraph or group of paragraphs of a source; `lines` are 1-based and inclusive."""

    id: Annotated[StrictStr, Field(min_length=1, max_length=120)]
    section: Annotated[StrictInt, Field(ge=1, le=999)] | None = None
    month: Annotated[StrictStr, AfterValidator(_month)] | None = None
    lines: tuple[Count, Count]
    headline: StrictStr | None = None
    events: tuple[Event, ...] = ()

    @field_validator("lines")
    @classmethod
    def _lines(cls, lines: tuple[int, int]) -> tuple[int, int]:
        if not 1 <= lines[0] <= lines[1]:
            raise ValueError(f"lines {list(lines)} are not a range that starts at 1 or later")
        return lines


class CodedBulletin(Value):
    """A coded bulletin, or any other source that is read entry by entry."""

    source: Annotated[StrictStr, Field(min_length=1, max_length=255)]
    quarter: Annotated[StrictStr, AfterValidator(_quarter)] | None = None
    codebook: StrictStr = "1.2"
    language: Annotated[StrictStr, AfterValidator(_language)] | None = None
    entries: tuple[Entry, ...]

    @model_validator(mode="after")
    def _one_entry_an_id(self) -> CodedBulletin:
        first: dict[str, int] = {}
        broken = [
            (f"entries.{number}.id", f"two entries have the id {entry.id!r}")
            for number, entry in enumerate(self.entries)
            if first.setdefault(entry.id, number) != number
        ]
        if broken:
            raise BrokenRulesError(*broken)
        return self

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in order."""
        return tuple(event for entry in self.entries for event in entry.events)


class Addressee(Value):
    """Whom a letter is written to."""

    name: Name
    role: StrictStr | None = None


class LetterCase(Value):
    """A case of concern in a letter."""

    person: StrictStr | None = None
    slug: Slug | None = None
    events: tuple[Event, ...] = ()


class CodedLetter(Value):
    """A coded open letter."""

    source: Annotated[StrictStr, Field(min_length=1, max_length=255)]
    kind: Literal["open_letter"]
    date: DateText | None = None
    sent_via: StrictStr | None = None
    addressees: tuple[Addressee, ...] = ()
    signatories: tuple[StrictStr, ...] = ()
    demands: tuple[StrictStr, ...] = ()
    legal_provisions: tuple[Provision, ...] = ()
    cases: tuple[LetterCase, ...] = ()
    covers: Any = None
    language: Annotated[StrictStr, AfterValidator(_language)] | None = None

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in order."""
        return tuple(event for case in self.cases for event in case.events)


def to_file(value: Value) -> dict[str, Any]:
    """The value in the file form: plain lists and dictionaries, ready for JSON."""
    return value.model_dump(mode="json", exclude_none=False, by_alias=True)
