"""What the answers look like: the values of `public/opened.py`, field by field, as OpenAPI describes them.

Nothing that is not named here can be in an answer: a value with another field is a fault of the program.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from barometer.codebook import codebook

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-03-21"])]
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]
Id = Annotated[str, Field(pattern=r"^[0-9a-z]{1,16}$", examples=["s6vrdrbye68nhe2h"])]
Texts = Annotated[dict[str, str], Field(description="By language (en, ru, kk), only those that there are.")]
Kind = Literal[tuple(codebook().kinds)]  # type: ignore[valid-type]


class Shape(BaseModel):
    """An object with these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class Problem(Shape):
    """What was wrong with a question."""

    status: int
    message: str
    field: str | None = Field(None, description="The parameter that it is about.")
    next_step: str | None = Field(None, description="What to do.")


class Refused(Shape):
    """An answer that gives nothing but the reason."""

    error: Problem


class Gone(Refused):
    """A record that was public and is not."""

    withdrawn: Note


class Labelled(Shape):
    """A code with its words in the language of the answer."""

    code: str
    label: str


class TypeOfEvent(Labelled):
    """One of an event's types; the first is the main one."""

    alleged: bool = Field(description="Only one side says this.")


class Target(Shape):
    """Who was hit."""

    id: Id | None = Field(
        description="In people, outlets or bodies; null for who is not named, or has no page."
    )
    kind: Literal["person", "outlet", "body"]
    name: str = Field(description="The canonical name; the role in words of a person who is not named.")
    named: bool
    written: str | None = Field(description="What the source wrote.")
    type: str
    type_label: str


class Actor(Target):
    """Who did it, asked for it or carried it out."""

    role: str | None


class CaseName(Shape):
    """A case, by its id and by the name in its address."""

    id: Id
    slug: str


class Announced(Shape):
    """A date that an event announced."""

    date: str
    what: str | None
    of: str | None


class Link(Shape):
    """Words of an entry and where they lead; `start` and `end` are places in the text of its language."""

    text: str
    address: str
    start: int | None
    end: int | None


class Entry(Shape):
    """The paragraph that tells an event, where it is printed and with which words."""

    id: Id
    key: str | None
    source: Id | None
    issue: str | None = Field(description="The quarter of the bulletin that prints it.")
    section: int | None
    month: str | None
    position: int
    language: str
    headline: str | None
    text: Texts
    links: list[Link]


class Note(Shape):
    """What readers are told beside a record."""

    event: Id
    kind: Literal["correction", "reply", "withdrawal", "return"]
    kind_label: str
    date: Day
    reason: str
    words: Texts


class Event(Shape):
    """One thing that happened to someone at one time."""

    id: Id
    page: str = Field(description="The page of the site.")
    heading: str
    kind: Kind
    kind_label: str
    types: list[TypeOfEvent]
    date: str | None = Field(description="A day, a month, a year, or two days with a slash between them.")
    date_text: str | None = Field(description="The date as the source words it.")
    date_label: str
    first_day: Day | None
    last_day: Day | None
    phase: str | None = Field(description="imposed: a new restriction; step: a further step; ended: relief.")
    background: bool = Field(description="Told again by a report; not counted.")
    told_again: bool = Field(description="Another event of the ledger tells the same and is counted.")
    alleged: bool
    work_link: str | None
    people_hit: int | None
    people_hit_exact: bool = Field(description="Else at least so many.")
    country: str | None
    region: str | None = Field(description="ISO 3166-2.")
    place: str | None
    place_label: str | None
    targets: list[Target]
    actors: list[Actor]
    provisions: list[Labelled]
    case: CaseName | None
    summary: Texts
    upcoming: list[Announced]
    entry: Entry
    notes: list[Note]
    double_checked: bool = Field(description="False where no second person reviewed it.")
    published_at: Moment | None


class Days(Shape):
    """The days between which something lies; `first` is null where nothing says how early."""

    first: Day | None
    last: Day


class Count(Shape):
    """So many for sure, and perhaps so many; `at_most` is null where nothing bounds it."""

    at_least: float
    at_most: float | None


class Measure(Shape):
    """A measure of one person, outlet or site: `whose` is the same where it is one person in several cases.

    `stays_to` is the last day on which it may have been in force, by what is known.
    """

    subject: str
    whose: str
    measure: str
    label: str
    standing: str
    words: str
    start: Days
    until: Days | None
    end: Days | None
    stays_to: Day
    ended_by: str | None
    days: Count
    alleged: bool
    open: bool


class Stage(Shape):
    """A stage that a proceeding reached."""

    stage: str
    since: Days


class Proceeding(Shape):
    """A proceeding against, or by, one person or outlet."""

    subject: str
    proceeding: str
    label: str
    stage: str
    words: str
    since: Days
    history: list[Stage]
    provisions: list[str]
    opponents: list[str]
    alleged: bool
    open: bool


class Deprived(Shape):
    """Days deprived of liberty so far."""

    subject: str
    days: Count


class State(Shape):
    """How a case stands on a day, computed from its events."""

    on: Day
    open: bool
    no_news_since: Day | None
    measures: list[Measure]
    proceedings: list[Proceeding]
    deprived_of_liberty: list[Deprived]


class Ahead(Shape):
    """A date ahead, or one that passed."""

    date: Days
    kind: str
    label: str
    what: str | None
    of: str | None
    standing: Literal["ahead", "passed", "met", "superseded"]
    computed: bool


class Step(Shape):
    """An event of a case's timeline."""

    event: Id
    date: str | None
    kind: Kind
    type: str
    background: bool
    heading: str


class Side(Shape):
    """One of several statements on a point."""

    value: str
    events: list[Id]


class Differing(Shape):
    """A point on which sources differ, and what is printed."""

    topic: str
    label: str
    sides: list[Side]
    printed: str | None
    reason: str | None
    chosen_on: Day | None


class Case(CaseName):
    """Events of one story, with its present state and timeline."""

    page: str
    title: str
    standing: Literal["open", "ended", "context"]
    provisions: list[str]
    state: State
    ahead: list[Ahead]
    timeline: list[Step]
    differing: list[Differing]


class Typed(Shape):
    """As what somebody is mentioned, and how often."""

    type: str
    label: str
    mentions: int


class Party(Shape):
    """A person, an outlet or a body."""

    id: Id
    kind: Literal["person", "outlet", "body"]
    page: str | None
    name: str
    names: Texts
    as_target: list[Typed]
    as_actor: list[Typed]
    events: int
    first_day: Day | None
    last_day: Day | None
    cases: list[CaseName]


class Provision(Labelled):
    """An article of law that was relied on."""

    subject: str | None
    events: int
    first_day: Day | None
    last_day: Day | None
    cases: list[CaseName]


class SectionOfSource(Shape):
    """A section as a source prints it."""

    number: int
    title: Texts
    intro: Texts


class Copy(Shape):
    """A preserved copy of a source, known by its digest."""

    role: str
    sha256: str
    size: int
    media_type: str
    received_at: Moment


class Source(Shape):
    """A document that events rest on."""

    id: Id
    name: str | None
    language: str | None
    quarter: str | None
    published: Day | None
    title: Texts
    intro: Texts
    contact: Texts
    sections: list[SectionOfSource]
    copies: list[Copy]


class Issue(Shape):
    """A bulletin of a quarter."""

    id: Id
    period: str
    source: Id | None
    entries: int
    frozen_at: Moment | None


class Addressee(Shape):
    """Whom a letter goes to."""

    name: str
    role: str | None
    lines: list[str]


class Outcome(Shape):
    """What came of a demand, from a day on; the last holds."""

    state: Literal["open", "partly met", "met", "refused"]
    day: Day
    reason: str
    address: str | None


class Demand(Shape):
    """What a letter asks for. Without outcomes it is open."""

    id: Id
    text: Texts
    outcomes: list[Outcome]


class Signatory(Shape):
    """Who signed a letter and is named in public."""

    id: Id
    kind: Literal["organisation", "individual"]
    name: str
    about: str | None
    version: int | None = Field(description="The number of the version that was signed.")
    logo: str | None


class Reply(Shape):
    """An answer to a letter."""

    id: Id
    day: Day
    delay_days: int = Field(description="Days from the letter to the answer.")
    sender: str
    language: str
    summary: str


class Coverage(Shape):
    """Where a letter was written about."""

    id: Id
    day: Day | None
    outlet: str
    title: str | None
    address: str


class Letter(Shape):
    """A joint letter that was sent; who may not be named is not named in its text."""

    id: Id
    page: str
    languages: list[str]
    title: Texts
    day: Day | None
    sent_at: Moment
    sent_via: Texts
    addressees: dict[str, list[Addressee]]
    text: Texts
    demands: list[Demand]
    signatories: list[Signatory]
    replies: list[Reply]
    coverage: list[Coverage]
    cases: list[CaseName]
    provisions: list[Labelled]


class File(Shape):
    """A file of a release."""

    path: str
    address: str
    size: int
    sha256: str
    media_type: str


class Release(Shape):
    """The data of a period as it was on a day, in files that do not change."""

    id: Id
    period: str
    version: int
    day: Day
    page: str
    events: int
    licence: str
    archive: str = Field(description="The address of everything in one file.")
    files: list[File]


class Term(Shape):
    """A code of a closed list."""

    code: str
    label: Texts
    definition: str


class Type(Term):
    """A type of event."""

    group: str
    section: int
    severity: int


class SectionOfBulletin(Shape):
    """A standing section of the bulletin."""

    number: int
    title: Texts


class Codebook(Shape):
    """What may be recorded."""

    version: str
    lists: dict[str, list[Term]]
    types: list[Type]
    sections: list[SectionOfBulletin]


class Mapped(Shape):
    """What a code of ours is in another scheme. `fit`: direct, or near where meaning is lost."""

    code: str
    scheme: str
    term: str
    fit: Literal["direct", "near"]
    when: str | None


class Scheme(Shape):
    """A published scheme, as we read it."""

    id: str
    title: str
    version: str = Field(description="Which edition was read.")
    since: int | None
    unit: str
    source: str
    terms: list[str]


class Crosswalk(Shape):
    """Our codes in other schemes."""

    schemes: list[Scheme]
    mapped: list[Mapped]


Gone.model_rebuild()
