"""Contradictions: what sources say differently on one point, side by side. Nothing here decides who is right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from barometer.cases.rules import NEVER, Label, rules, table, words_of
from barometer.cases.telling import Fact, Row, RowAct, facts_of, row_acts, span_of, term_of
from barometer.cases.values import Case, CaseEvent, Choice
from barometer.codebook import Amount, Event, codebook


@dataclass(frozen=True)
class Statement:
    """What one event says on a point: `value` to compare, `wording` as the source has it where it is kept."""

    value: str
    event: str
    sources: tuple[str, ...]
    wording: str = ""


@dataclass(frozen=True)
class Contradiction:
    """A point on which events differ: `key` names it, `about` is the fact or the person, `topic` what it is on.

    `sure` is false where two acts may be meant. `choice` is what an editor chose to print, `choices` all that were
    made, the last one first; `new_since` are the values of events that became known after it.
    """

    case: str
    key: str
    topic: str
    about: str
    statements: tuple[Statement, ...]
    sure: bool = True
    choices: tuple[Choice, ...] = ()
    new_since: tuple[str, ...] = ()

    @property
    def choice(self) -> Choice | None:
        """The choice that holds: the last that was made."""
        return self.choices[0] if self.choices else None

    @property
    def values(self) -> tuple[str, ...]:
        """The values that differ, each once."""
        return tuple(dict.fromkeys(statement.value for statement in self.statements))

    @property
    def label(self) -> Label:
        """What the point is, in words."""
        return book().points[self.topic]


@dataclass(frozen=True)
class Word:
    """A code that is known by words: a role, or what happened."""

    code: str
    label: Label
    words: re.Pattern[str] = NEVER
    general: bool = False
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class Book:
    """All that `data/contradictions.toml` says of contradictions."""

    points: Mapping[str, Label]
    words: Mapping[str, Label]
    rivals: tuple[frozenset[str], ...]
    rival_days: int
    happenings: Mapping[str, Word]
    roles: Mapping[str, Word]
    before: int
    after: int


@cache
def book() -> Book:
    """The data of this version, read once."""
    data = table("contradictions.toml")
    return Book(
        points={row["code"]: row["label"] for row in data["point"]},
        words=data["words"],
        rivals=tuple(frozenset(row) for row in data["rivals"]["types"]),
        rival_days=data["rivals"]["days"],
        happenings={row["code"]: _word(row) for row in data["happening"]},
        roles={row["code"]: _word(row) for row in data["role"]},
        before=data["near"]["before"],
        after=data["near"]["after"],
    )


def _word(row: dict[str, Any]) -> Word:
    return Word(**{**row, "words": words_of(row["words"]), "against": tuple(row.get("against", ()))})


def contradictions(case: Case, choices: Iterable[Choice] = ()) -> tuple[Contradiction, ...]:
    """All points on which the events of a case differ, in order of their keys, with what editors chose."""
    facts = facts_of(case)
    found = [
        *(one for fact in facts for one in _in_fact(case.slug, fact)),
        *_rival_types(case.slug, facts),
        *_happenings(case.slug, facts),
        *_standings(case.slug, facts),
        *_roles(case.slug, case.events),
        *_said(case.slug, case.events),
    ]
    return _with_choices(found, case.events, choices)


def in_words(topic: str, value: str, language: str) -> str:
    """A value of a statement as a reader of that language sees it."""
    return " + ".join(_word_of(topic, part, language) for part in value.split(" + "))


def _word_of(topic: str, value: str, language: str) -> str:
    known = book()
    if topic == "type" and value in codebook().types:
        return codebook().types[value].in_language(language)
    words = {"type": known.happenings, "role": known.roles}.get(topic, {})
    if value in words:
        return words[value].label[language]
    if topic == "standing":
        return known.words[value][language]
    if topic == "people" and value.endswith("+"):
        return f"{known.words['at_least'][language]} {value[:-1]}"
    return ", ".join(part for part in reversed(value.split("|")) if part) if topic == "place" else value


# --- within one fact --------------------------------------------------------------------------------------


def _in_fact(slug: str, fact: Fact) -> Iterator[Contradiction]:
    """The points of one fact: date, article, place, number, amounts, term."""
    told = fact.tellings
    if len(told) < 2:
        return
    yield from _point(
        slug, fact, "date", [(e, e.event.date or "", e.event.date_text or "") for e in told], _dates
    )
    yield from _point(slug, fact, "provision", [(e, _provisions(e), "") for e in told], _sets)
    yield from _point(slug, fact, "place", [(e, _place(e.event), "") for e in told], _places)
    yield from _point(slug, fact, "people", [(e, _people(e.event), "") for e in told], _numbers)
    for what in sorted({amount.what for e in told for amount in e.event.amounts or ()}):
        yield from _point(slug, fact, "amount", _amounts(told, what), _differ, what)
    for row in sorted({act.row for _, act in fact.acts if act.row.of == "measure"}):
        until = [(e, term_of(e, row).until) for e in told]
        rows = [(e, str(span) if span else "", "") for e, span in until]
        yield from _point(slug, fact, "until", rows, _dates, row.subject or "?")


def _point(
    slug: str, fact: Fact, topic: str, told: Iterable[tuple[CaseEvent, str, str]], differ: Any, more: str = ""
) -> Iterator[Contradiction]:
    statements = [_statement(event, value, wording) for event, value, wording in told if value]
    if any(differ(one.value, other.value) for one, other in combinations(statements, 2)):
        key = ":".join(part for part in (topic, fact.id, more) if part)
        yield Contradiction(slug, key, topic, fact.id, _in_order(statements))


def _statement(event: CaseEvent, value: str, wording: str = "") -> Statement:
    return Statement(value, event.id, event.sources, wording)


def _in_order(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    return tuple(
        sorted(statements, key=lambda statement: (statement.sources, statement.event, statement.value))
    )


def _dates(one: str, other: str) -> bool:
    """A month and a day in it agree; two days do not."""
    return not span_of(one).overlaps(span_of(other))


def _sets(one: str, other: str) -> bool:
    """Lists of which one holds the other agree: it is only less complete."""
    first, second = set(one.split()), set(other.split())
    return not (first <= second or second <= first)


def _provisions(event: CaseEvent) -> str:
    return " ".join(sorted(event.event.provisions))


def _place(event: Event) -> str:
    place = event.place
    return "|".join((place.country, place.region or "", place.name or "")) if place else ""


def _places(one: str, other: str) -> bool:
    """Where both say it: another country, another region, or another name in it."""
    return any(
        a.casefold() != b.casefold() for a, b in zip(one.split("|"), other.split("|"), strict=True) if a and b
    )


def _people(event: Event) -> str:
    if event.people_hit is None:
        return ""
    return f"{event.people_hit}" if event.people_hit_exact else f"{event.people_hit}+"


def _numbers(one: str, other: str) -> bool:
    """Two exact numbers, or an exact one that is less than "at least"."""
    if one.endswith("+") and other.endswith("+"):
        return False
    if one.endswith("+") or other.endswith("+"):
        least, exact = (one, other) if one.endswith("+") else (other, one)
        return int(exact) < int(least[:-1])
    return one != other


def _amounts(told: Sequence[CaseEvent], what: str) -> Iterator[tuple[CaseEvent, str, str]]:
    for event in told:
        for amount in event.event.amounts or ():
            if amount.what == what:
                yield event, _amount(amount), amount.text or ""


def _amount(amount: Amount) -> str:
    return f"{amount.value:g} {amount.unit}"


def _differ(one: str, other: str) -> bool:
    """Two values in one unit; a sum in another unit is another way to say it."""
    return one.split()[1] == other.split()[1] and one != other


# --- between facts ----------------------------------------------------------------------------------------


def _who(event: CaseEvent) -> set[str]:
    return {target.name for target in event.event.targets}


def _other_sources(one: CaseEvent, other: CaseEvent) -> bool:
    return not set(one.sources) & set(other.sources)


def _near(facts: Sequence[Fact]) -> Iterator[tuple[Fact, CaseEvent, Fact, CaseEvent]]:
    """News of different sources on the same people within a few days, that is not one fact already."""
    for first, second in combinations([fact for fact in facts if fact.dated], 2):
        if first.span.apart(second.span) > book().rival_days:
            continue
        if max(_length(first), _length(second)) > book().rival_days:
            continue
        for one in first.tellings:
            for other in second.tellings:
                if _other_sources(one, other) and _who(one) & _who(other):
                    yield first, one, second, other


def _length(fact: Fact) -> int:
    return (fact.span.last - fact.span.earliest).days


def _rival_types(slug: str, facts: Sequence[Fact]) -> Iterator[Contradiction]:
    """Types that exclude each other, of one fact or of two that may be one; a date that differs with them."""
    for fact in facts:
        if _are_rivals([event.event.main_type for event in fact.tellings]):
            rows = [_statement(event, event.event.main_type) for event in fact.tellings]
            yield Contradiction(slug, f"type:{fact.id}", "type", fact.id, _in_order(rows))
    seen: set[tuple[str, str]] = set()
    for first, one, second, other in _near(facts):
        types = [one.event.main_type, other.event.main_type]
        if (first.id, second.id) in seen or not _are_rivals(types):
            continue
        seen.add((first.id, second.id))
        about = f"{first.id}+{second.id}"
        rows = [_statement(event, event.event.main_type) for event in (one, other)]
        yield Contradiction(slug, f"type:{about}", "type", about, _in_order(rows), sure=False)
        if not first.span.overlaps(second.span):
            dates = [_statement(e, e.event.date or "", e.event.date_text or "") for e in (one, other)]
            yield Contradiction(slug, f"date:{about}", "date", about, _in_order(dates), sure=False)


def _are_rivals(types: Iterable[str]) -> bool:
    found = set(types)
    return any(len(found & rivals) > 1 for rivals in book().rivals)


def _happenings(slug: str, facts: Sequence[Fact]) -> Iterator[Contradiction]:
    """What happened, by words: a brawl here, an assault there."""
    found: dict[tuple[str, str], set[Statement]] = {}
    for _, one, _, other in _near(facts):
        for a in _happened(one):
            for b in _happened(other):
                if b in book().happenings[a].against:
                    rows = {_statement(one, a), _statement(other, b)}
                    key = "/".join(sorted((a, b))), sorted(_who(one) & _who(other))[0]
                    found.setdefault(key, set()).update(rows)
    for (_, who), rows in sorted(found.items()):
        yield Contradiction(slug, f"type:{who}", "type", who, _in_order(rows), sure=False)


def _happened(event: CaseEvent) -> list[str]:
    return [word.code for word in book().happenings.values() if word.words.search(event.text)]


def _standings(slug: str, facts: Sequence[Fact]) -> Iterator[Contradiction]:
    """One source has a charge or claim dropped, another tells it as standing and not as opened anew.

    It is sure where the other tells of a step after the end, and unsure where it only tells the charge without the
    end although it came out later.
    """
    rows: dict[Row, list[RowAct]] = {}
    for act in row_acts(facts, lambda _: True):
        if act.row.of == "proceeding":
            rows.setdefault(act.row, []).append(act)
    for row, acts in sorted(rows.items()):
        closed = [(act, event) for act in acts if act.closes for event in act.fact.tellings]
        stands = [
            (act, event)
            for act in acts
            if not act.closes
            for event in act.fact.tellings
            if _tells_as_standing(act, event, closed)
        ]
        if closed and stands:
            who = f"{row.subject or '?'}:{row.code}" + (f":{row.name}" if row.name else "")
            told = [*((event, "dropped") for _, event in closed), *((event, "stands") for _, event in stands)]
            rows_told = {_statement(event, value) for event, value in told}
            sure = any(act.span.earliest > end.span.last for act, _ in stands for end, _ in closed)
            yield Contradiction(slug, f"standing:{who}", "standing", who, _in_order(rows_told), sure)


def _tells_as_standing(act: RowAct, event: CaseEvent, closed: Sequence[tuple[RowAct, CaseEvent]]) -> bool:
    """Whether the event tells the charge of a day on which it may have been dropped, by a source that has no end."""
    is_new = event.event.phase == "imposed" and not event.event.background
    if is_new or any(set(event.sources) & set(end.sources) for _, end in closed):
        return False
    return any(
        event.known >= end.span.earliest
        and event.span.last >= end.span.earliest
        and not (act.stage and _reopens(act))
        for end, _ in closed
    )


def _reopens(act: RowAct) -> bool:
    return rules().proceedings[act.row.code].stages[act.stage].reopens


# --- roles, and what is said beside the fields ------------------------------------------------------------


def _roles(slug: str, events: Iterable[CaseEvent]) -> Iterator[Contradiction]:
    """A person's roles by every event: contradicting where neither list holds the other."""
    told: dict[str, list[tuple[CaseEvent, frozenset[str]]]] = {}
    for event in events:
        for target in event.event.targets:
            roles = roles_of(event, target.name) or _role_of_type(target.type)
            if codebook().target_types[target.type].person and roles:
                told.setdefault(target.name, []).append((event, roles))
    for name, rows in sorted(told.items()):
        if any(_roles_differ(one, other) for (_, one), (_, other) in combinations(rows, 2)):
            plain = [
                (event, roles) for event, roles in rows if not all(book().roles[r].general for r in roles)
            ]
            statements = {_statement(event, " + ".join(sorted(roles))) for event, roles in plain}
            yield Contradiction(slug, f"role:{name}", "role", name, _in_order(statements))


def _role_of_type(code: str) -> frozenset[str]:
    """What the type of a target says of the role, where no words do."""
    return frozenset({code}) if code in book().roles else frozenset()


def _roles_differ(one: frozenset[str], other: frozenset[str]) -> bool:
    plain = [{role for role in roles if not book().roles[role].general} for roles in (one, other)]
    return bool(plain[0] and plain[1]) and not (plain[0] <= plain[1] or plain[1] <= plain[0])


def roles_of(event: CaseEvent, name: str) -> frozenset[str]:
    """The roles that the words next to a person's name give them. Where one role's words hold another's, the longer."""
    text = event.text
    parts = [re.escape(part) for part in name.casefold().split()]
    others = [t.name.casefold() for t in event.event.targets if t.name != name and t.name]
    found: set[str] = set()
    if not parts:
        return frozenset()
    for match in re.finditer(r"\W+".join(parts), text):
        found |= _roles_in(_words_before(text[: match.start()], others))
        if text[match.end() : match.end() + 1] == ",":
            found |= _roles_in(_words_after(text[match.end() + 1 :]))
    return frozenset(found)


def _roles_in(text: str) -> set[str]:
    """The roles of a stretch of text, each stretch of words counted for one role only."""
    hits = [
        (match.start(), match.end(), role.code)
        for role in book().roles.values()
        for match in role.words.finditer(text)
    ]
    return {
        code
        for start, end, code in hits
        if not any(s <= start and end <= e and (s, e) != (start, end) for s, e, _ in hits)
    }


def _words_before(text: str, others: Iterable[str]) -> str:
    """The words before a name in its sentence, not those that belong to another person named there."""
    sentence = re.split(r"[.;:!?]\s", text)[-1]
    begin = max((sentence.rfind(other) + len(other) for other in others if other in sentence), default=0)
    return " ".join(sentence[begin:].replace(",", " ").split()[-book().before :])


def _words_after(text: str) -> str:
    return " ".join(re.split(r"[,.;:!?]", text)[0].split()[: book().after])


def _said(slug: str, events: Iterable[CaseEvent]) -> Iterator[Contradiction]:
    """Points that a person or a reader stated on events beside the coded fields."""
    points: dict[str, list[Statement]] = {}
    for event in events:
        for said in event.statements:
            points.setdefault(said.point, []).append(_statement(event, said.value))
    for point, statements in sorted(points.items()):
        if len({statement.value.casefold() for statement in statements}) > 1:
            yield Contradiction(slug, f"said:{point}", "said", point, _in_order(statements))


# --- choices ----------------------------------------------------------------------------------------------


def _with_choices(
    found: Iterable[Contradiction], events: Iterable[CaseEvent], choices: Iterable[Choice]
) -> tuple[Contradiction, ...]:
    known = {event.id: event.known for event in events}
    made = sorted(choices, key=lambda one: (one.on, one.number, one.by, one.value), reverse=True)
    each: dict[str, Contradiction] = {}
    for one in found:
        each.setdefault(one.key, one)
    return tuple(_chosen(each[key], known, made) for key in sorted(each))


def _chosen(one: Contradiction, known: Mapping[str, Any], made: Sequence[Choice]) -> Contradiction:
    mine = tuple(choice for choice in made if (choice.case, choice.point) == (one.case, one.key))
    if not mine:
        return one
    new = {
        statement.value
        for statement in one.statements
        if known[statement.event] > mine[0].on and statement.value != mine[0].value
    }
    return Contradiction(
        one.case, one.key, one.topic, one.about, one.statements, one.sure, mine, tuple(sorted(new))
    )
