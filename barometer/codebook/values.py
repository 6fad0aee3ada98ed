"""The coded values: frozen, checked when they are built, and the same as the coded file's form.

Every class here is one level of the file form of the codebook. A value that breaks a rule cannot be built;
what is only missing from an older file (the fields that came with 1.2) is let through and warned of by
`barometer codebook check`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, field_validator, model_validator

from barometer.codebook.book import LANGUAGES, codebook
from barometer.codebook.dates import EventDate, Quarter

Text = Annotated[StrictStr, Field(min_length=1)]
PROVISION = re.compile(r"[A-Z]{2}-[A-Z]+(?:-[A-Z0-9]+)*")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Value(BaseModel):
    """A frozen value that keeps fields it does not know, so that nothing of a file is lost."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)


def _known(code: str, codes: Any, what: str) -> str:
    if code not in codes:
        raise ValueError(f"{code!r} is not {what} of codebook {codebook().version}")
    return code


def _date(text: str | None) -> str | None:
    if text is not None:
        EventDate.parse(text)
    return text


class Place(Value):
    """Where: `country` by ISO 3166-1, `name` in English, `region` by ISO 3166-2 or None."""

    country: StrictStr = "KZ"
    name: StrictStr | None = None
    region: StrictStr | None = None

    @model_validator(mode="after")
    def _region_of_the_country(self) -> Place:
        if not re.fullmatch(r"[A-Z]{2}", self.country):
            raise ValueError(f"country {self.country!r} is not an ISO 3166-1 code of two letters")
        if self.region is None:
            return self
        regions = codebook().regions.get(self.country)
        if regions is not None and self.region not in regions:
            raise ValueError(f"region {self.region!r} is not in ISO 3166-2:{self.country}")
        if regions is None and not self.region.startswith(self.country + "-"):
            raise ValueError(f"region {self.region!r} is not of country {self.country}")
        return self


class Target(Value):
    """Who was hit: canonical `name`, `written` as in the text, `type` of target."""

    name: Text
    written: Text
    type: StrictStr

    @field_validator("type")
    @classmethod
    def _type(cls, code: str) -> str:
        return _known(code, codebook().target_types, "a type of target")


class Actor(Value):
    """Who did it or asked for it: `role` is decider, complainant or executor.

    `written` is None where the text does not name the actor in words of its own.
    """

    name: Text
    written: Text | None = None
    type: StrictStr
    role: StrictStr | None = None

    @field_validator("type")
    @classmethod
    def _type(cls, code: str) -> str:
        return _known(code, codebook().actor_types, "a type of actor")

    @field_validator("role")
    @classmethod
    def _role(cls, code: str | None) -> str | None:
        return code if code is None else _known(code, codebook().actor_roles, "a role of an actor")


class Upcoming(Value):
    """A date ahead that the event announces (rule 23)."""

    date: StrictStr
    what: Text
    of: StrictStr | None = None

    _checked = field_validator("date")(_date)


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
            raise ValueError(f"span {list(self.span)} does not run from left to right")
        return self


Summary = StrictStr | dict[str, StrictStr] | None


class Event(Value):
    """One thing that happened to someone at one time.

    `alleged` is a truth value or the tuple of those types that only one side says.
    `date` is in the codebook's form; `when` gives it as an interval with its wording.
    """

    kind: StrictStr
    types: Annotated[tuple[StrictStr, ...], Field(min_length=1)]
    date: StrictStr | None = None
    date_text: StrictStr | None = None
    phase: StrictStr | None = None
    alleged: StrictBool | tuple[StrictStr, ...] = False
    work_link: StrictStr | None = None
    people_hit: Annotated[StrictInt, Field(ge=0)] | None = None
    people_hit_exact: StrictBool | None = None
    place: Place | None = None
    targets: tuple[Target, ...] = ()
    actors: tuple[Actor, ...] = ()
    provisions: tuple[StrictStr, ...] = ()
    case: StrictStr | None = None
    background: StrictBool = False
    id: StrictStr | None = None
    headline: StrictStr | None = None
    note: StrictStr | None = None
    summary: Summary = None
    upcoming: tuple[Upcoming, ...] | None = None
    grounds: dict[StrictStr, Ground] | None = None

    _checked_date = field_validator("date")(_date)

    @field_validator("kind")
    @classmethod
    def _kind(cls, code: str) -> str:
        return _known(code, codebook().kinds, "a kind")

    @field_validator("types")
    @classmethod
    def _types(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            _known(code, codebook().types, "a type")
        if len(set(codes)) < len(codes):
            raise ValueError(f"types {list(codes)} name one type twice")
        return codes

    @field_validator("phase")
    @classmethod
    def _phase(cls, code: str | None) -> str | None:
        return code if code is None else _known(code, codebook().phases, "a phase")

    @field_validator("work_link")
    @classmethod
    def _work_link(cls, code: str | None) -> str | None:
        return code if code is None else _known(code, codebook().work_links, "a link to the work")

    @field_validator("provisions")
    @classmethod
    def _provisions(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            if not PROVISION.fullmatch(code):
                raise ValueError(f"provision {code!r} is not written like KZ-CC-274 or KZ-CAO-120-3")
        return codes

    @field_validator("case")
    @classmethod
    def _case(cls, slug: str | None) -> str | None:
        if slug is not None and not SLUG.fullmatch(slug):
            raise ValueError(f"case {slug!r} is not a slug of small letters, figures and hyphens")
        return slug

    @field_validator("summary")
    @classmethod
    def _summary(cls, summary: Summary) -> Summary:
        if isinstance(summary, dict) and not set(summary) <= set(LANGUAGES):
            raise ValueError(f"summary has languages other than {', '.join(LANGUAGES)}: {sorted(summary)}")
        return summary

    @model_validator(mode="after")
    def _by_the_rules(self) -> Event:
        group = self.types[0].partition(".")[0]
        if self.kind == "relief" and group != "outcome":
            raise ValueError(f"a relief event starts with an outcome, not with {self.types[0]!r} (rule 10)")
        if self.kind == "relief" and self.alleged:
            raise ValueError("relief is never alleged (rule 12)")
        if self.kind == "violation" and group in ("outcome", "context"):
            raise ValueError(f"a violation cannot start with {self.types[0]!r}")
        allowed = {"violation": ("imposed", "step"), "relief": ("ended",), "context": ()}[self.kind]
        if self.phase is not None and self.phase not in allowed:
            raise ValueError(f"phase {self.phase!r} does not go with kind {self.kind!r}")
        if not isinstance(self.alleged, bool) and not set(self.alleged) <= set(self.types):
            raise ValueError(f"alleged names types that the event does not have: {list(self.alleged)}")
        if self.people_hit_exact and self.people_hit is None:
            raise ValueError("people_hit_exact is true without a number in people_hit")
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


class Entry(Value):
    """One paragraph or group of paragraphs of a source; `lines` are 1-based and inclusive."""

    id: Text
    section: StrictInt | None = None
    month: StrictStr | None = None
    lines: tuple[StrictInt, StrictInt]
    headline: StrictStr | None = None
    events: tuple[Event, ...] = ()

    @field_validator("month")
    @classmethod
    def _month(cls, month: str | None) -> str | None:
        if month is not None and (not re.fullmatch(r"\d{4}-\d{2}", month) or EventDate.parse(month) is None):
            raise ValueError(f"month {month!r} is not written like 2026-03")
        return month

    @field_validator("lines")
    @classmethod
    def _lines(cls, lines: tuple[int, int]) -> tuple[int, int]:
        if not 1 <= lines[0] <= lines[1]:
            raise ValueError(f"lines {list(lines)} are not a range that starts at 1 or later")
        return lines


class CodedBulletin(Value):
    """A coded bulletin, or any other source that is read entry by entry."""

    source: Text
    quarter: StrictStr | None = None
    codebook: StrictStr = "1.2"
    language: StrictStr | None = None
    entries: tuple[Entry, ...]

    @field_validator("quarter")
    @classmethod
    def _quarter(cls, quarter: str | None) -> str | None:
        if quarter is not None:
            Quarter.parse(quarter)
        return quarter

    @model_validator(mode="after")
    def _one_entry_an_id(self) -> CodedBulletin:
        seen: set[str] = set()
        for entry in self.entries:
            if entry.id in seen:
                raise ValueError(f"two entries have the id {entry.id!r}")
            seen.add(entry.id)
        return self

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in order."""
        return tuple(event for entry in self.entries for event in entry.events)


class Addressee(Value):
    """Whom a letter is written to."""

    name: Text
    role: StrictStr | None = None


class LetterCase(Value):
    """A case of concern in a letter."""

    person: StrictStr | None = None
    slug: StrictStr
    events: tuple[Event, ...] = ()


class CodedLetter(Value):
    """A coded open letter."""

    source: Text
    kind: Literal["open_letter"]
    date: StrictStr | None = None
    sent_via: StrictStr | None = None
    addressees: tuple[Addressee, ...] = ()
    signatories: tuple[StrictStr, ...] = ()
    demands: tuple[StrictStr, ...] = ()
    legal_provisions: tuple[StrictStr, ...] = ()
    cases: tuple[LetterCase, ...] = ()
    covers: Any = None

    _checked_date = field_validator("date")(_date)

    @property
    def events(self) -> tuple[Event, ...]:
        """All events in order."""
        return tuple(event for case in self.cases for event in case.events)


def to_file(value: Value) -> dict[str, Any]:
    """The value in the file form: plain lists and dictionaries, ready for JSON."""
    return value.model_dump(mode="json", exclude_none=False, by_alias=True)
