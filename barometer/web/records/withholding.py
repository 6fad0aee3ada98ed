"""People in the ledger who are not named in what leaves the house, and what stands there instead.

**Who**: a person's policy is the strictest that anybody set for one of the parties that are this person; where nobody
did, what the types of the mentions propose (barometer.review.naming_policy). Types of proposals are not asked: a
machine's guess hides nobody, and a person who accepts it decides. **Unless** the person agreed to that use: to all,
to a case or to an event, and did not take it back since. Everything is worked out from the rows as they are, so that
what is said or taken back counts from that moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language

from barometer.codebook import Event as EventValue
from barometer.names.clusters import Clusters, Judged, clusters, touching
from barometer.names.comparison import compare
from barometer.names.index import skeletons
from barometer.names.naming import Naming, Somebody, Span, cover, moved, same_word
from barometer.names.parts import Word, word_of
from barometer.names.people import person
from barometer.review.naming_policy import (
    default_policy,
    is_named,
    naming,
    role_words,
    strictest,
)
from barometer.web.records import models
from barometer.web.records.people import Consent, PersonCard

#: A written form is of the person where it is likely the name, and not "she" or "the reporter".
_LIKELY = 0.3
#: States whose types propose a policy.
_DECIDED = [state for state in models.State.values if state not in ("proposed", "withdrawn")]
LANGUAGES = ("en", "ru", "kk")
_IN_A_QUERY = 1_000
#: So many names that sound alike are read at a time; so many surnames are asked for together, of so many names.
_SOME, _TOGETHER, _SOME_TOGETHER = 100, 50, 1_000


def here() -> str:
    """The language in which somebody asks: en, ru or kk."""
    code = (get_language() or "en")[:2]
    return code if code in LANGUAGES else "en"


# --- one person -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leave:
    """Where somebody's name may stand for one use: everywhere, or in these events (public ids).

    `others` are the events that hit or name the person and are not among these.
    """

    everywhere: bool = False
    events: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def covers(self, events: Collection[str]) -> bool:
        """Whether the name may stand in words on all of these events; on no event only by leave for everything."""
        at = set(events)
        return self.everywhere or (bool(at & self.events) and not at & self.others)


@dataclass(frozen=True)
class Hidden:
    """A person who is not named without leave: by all parties that are this person, with the words instead."""

    id: str  # the public id of the cluster's leader
    names: tuple[str, ...]  # of the parties
    policy: str
    role: str
    gender: str
    relation: str
    leave: Leave

    def printed(self, language: str, role: str = "") -> str:
        """Who it is, in words without the name; `role` is the type of the mention at hand."""
        return role_words(
            role or self.role, language, policy=self.policy, gender=self.gender, relation=self.relation
        )


@dataclass(frozen=True)
class Withheld:
    """All people who are not named without leave, for one use. An empty one changes nothing."""

    people: Mapping[str, Hidden] = field(default_factory=dict)
    naming: Naming = field(default_factory=lambda: Naming(()))
    numbered: Mapping[str, int] = field(default_factory=dict)  # person → 2 for the second of the same words …

    def __bool__(self) -> bool:
        return bool(self.people)

    @cached_property
    def by_name(self) -> dict[str, Hidden]:
        """By the names of the parties."""
        return {name: one for one in self.people.values() for name in one.names}

    @cached_property
    def asks_where(self) -> bool:
        """Whether it matters on which events words stand: somebody may be named in some of them."""
        return any(one.leave.events for one in self.people.values())

    # --- names

    def hidden(self, kind: str, name: str, events: Collection[str] = ()) -> Hidden | None:
        """Who is meant by a party's name, if that name may not stand in these events."""
        one = self.by_name.get(name) if kind == models.Party.Kind.PERSON else None
        return None if one is None or one.leave.covers(events) else one

    def printed(self, one: Hidden, role: str = "", language: str = "") -> str:
        """Who it is, in words; the second of the same words in one case has a number."""
        words = one.printed(language or here(), role)
        number = self.numbered.get(one.id)
        return f"{words} ({number})" if number else words

    # --- texts

    @cached_property
    def _with_leave(self) -> list[Hidden]:
        return [one for one in self.people.values() if one.leave != Leave()]

    @cached_property
    def everybody(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(self.people)

    def _among(self, events: Collection[str]) -> frozenset[str]:
        named = {one.id for one in self._with_leave if one.leave.covers(events)}
        return self.everybody - named if named else self.everybody

    def spans(self, text: str, events: Collection[str] = (), *, capitals: bool = True) -> list[Span]:
        """Where the text names somebody who may not be named in these events."""
        return self.naming.spans(text, self._among(events), capitals=capitals) if self.people and text else []

    def named_in(self, text: str, events: Collection[str] = (), *, capitals: bool = True) -> frozenset[str]:
        """Ids of the people whom the text names though it may not."""
        if not self.people or not text:
            return frozenset()
        return frozenset(self.naming.named(text, capitals=capitals)) & self._among(events)

    def text(self, text: str, language: str, events: Collection[str] = ()) -> str:
        """The text with a mark where a name stood."""
        return cover(text, self.spans(text, events), _mark(language))

    def texts(self, texts: Mapping[str, str], events: Collection[str] = ()) -> dict[str, str]:
        """The same of texts by language."""
        return {language: self.text(text, language, events) for language, text in texts.items()}

    def links(
        self, links: Iterable[Mapping[str, Any]], text: str, language: str, events: Collection[str]
    ) -> list[dict[str, Any]]:
        """The links of a text, moved to where their words stand in the covered text."""
        spans, mark = self.spans(text, events), _mark(language)
        return [
            {
                **link,
                "start": moved(link["start"], spans, mark),
                "end": moved(link["end"], spans, mark),
                "text": self.text(link.get("text") or "", language, events),
                "address": self.address(link.get("address"), events),
            }
            for link in links
        ]

    def address(self, address: str | None, events: Collection[str] = ()) -> str | None:
        """An address, or None where it spells such a name."""
        return None if address and self.spans(address, events, capitals=False) else address

    def event(self, event: EventValue, public_id: str, language: str) -> EventValue:
        """The event without the words that name; its targets and actors are named elsewhere (`Shown`)."""
        if not self.people:
            return event
        at = (public_id,)
        changed: dict[str, Any] = {}
        for name in ("headline", "date_text", "note"):
            if (text := getattr(event, name)) and (covered := self.text(text, language, at)) != text:
                changed[name] = covered
        summary = event.summary
        if isinstance(summary, Mapping):
            changed["summary"] = self.texts(summary, at)
        elif summary:
            changed["summary"] = self.text(summary, language, at)
        if event.place and event.place.name:
            place = self.text(event.place.name, language, at)
            changed["place"] = event.place.model_copy(update={"name": place})
        if event.upcoming:
            changed["upcoming"] = tuple(
                row.model_copy(
                    update={
                        "what": self.text(row.what, language, at),
                        "of": self.text(row.of, here(), at) if row.of else row.of,
                    }
                )
                for row in event.upcoming
            )
        if event.amounts:
            changed["amounts"] = tuple(
                row.model_copy(update={"text": self.text(row.text, language, at) if row.text else row.text})
                for row in event.amounts
            )
        return event.model_copy(update=changed)

    # --- cases

    def numbered_in(self, rows: Iterable[models.Event]) -> Withheld:
        """The same, with numbers where several people of these events would be printed by the same words."""
        if not self.people:
            return self
        met: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            for mention in row.coded.get("targets", []) + row.coded.get("actors", []):
                one = self.by_name.get(mention.get("name", ""))
                if one and one.id not in (same := met[one.printed(here(), mention.get("type", ""))]):
                    same.append(one.id)
        numbered = {who: n for same in met.values() for n, who in enumerate(same, 1) if n > 1}
        return Withheld(self.people, self.naming, numbered) if numbered != self.numbered else self

    @cached_property
    def cases(self) -> dict[str, str]:
        """Slugs that spell such a name → the public id by which the public knows the case instead."""
        if not self.people:
            return {}
        rows = models.Case.objects.order_by("slug").values_list("slug", "public_id")
        return {slug: public_id for slug, public_id in rows if self.spans(slug, capitals=False)}

    @cached_property
    def _slugs(self) -> dict[str, str]:
        return {}

    def slug(self, slug: str) -> str:
        """How the public calls a case."""
        if not self.people:
            return slug
        if slug not in self._slugs:
            hidden = self.spans(slug, capitals=False)
            found = (
                models.Case.objects.filter(slug=slug).values_list("public_id", flat=True) if hidden else ()
            )
            self._slugs[slug] = next(iter(found), slug)
        return self._slugs[slug]


def _mark(language: str) -> str:
    return naming().mark.get(language, naming().mark["en"])


NOBODY = Withheld()


# --- from the rows ----------------------------------------------------------------------------------------


def withheld(use: str = "site", known: Clusters | None = None) -> Withheld:
    """Everybody who is not named in that use (site, bulletin, letter, un, press) without leave.

    `known`: which parties are one, where the caller has worked it out.
    """
    found = everybody(known or party_clusters())
    return Withheld(hidden(found, use), Naming(_somebody(found))) if found else NOBODY


def everybody(known: Clusters) -> list[Known]:
    """All people who are not named without leave."""
    return not_named(_people(known))


def not_named(people: Iterable[Known]) -> list[Known]:
    """Those who are not named without leave."""
    return [one for one in people if not is_named(one.policy, consent=False)]


def hidden(found: Iterable[Known], use: str) -> dict[str, Hidden]:
    """These people by their ids, each with where the name may stand in that use."""
    known = {one.id: one for one in found}
    leave = leaves({who: one.parties for who, one in known.items()}, use)
    return {who: one.hidden(leave[who]) for who, one in known.items()}


def leaves(people: Mapping[str, Collection[str]], use: str) -> dict[str, Leave]:
    """Where these people, by the parties that they are, may be named in that use."""
    said: dict[str, list[Consent]] = defaultdict(list)
    for row in _standing([party for parties in people.values() for party in parties]):
        said[row.party.public_id].append(row)

    def rows(parties: Collection[str]) -> list[Consent]:
        return sorted((row for party in parties for row in said.get(party, ())), key=lambda row: row.pk)

    return {who: _leave(parties, rows(parties), use) for who, parties in people.items()}


@dataclass
class Known:
    """What the rows say of one person."""

    id: str
    parties: list[str] = field(default_factory=list)  # public ids
    keys: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)
    types: set[tuple[str, str]] = field(default_factory=set)
    cards: list[PersonCard] = field(default_factory=list)

    @property
    def policy(self) -> str:
        """The strictest that was said; else what the types propose."""
        said = [card.policy for card in self.cards if card.policy]
        return strictest(said) if said else default_policy(self.types)

    @property
    def role(self) -> str:
        """The type that proposes the strictest policy: what the person is to the story."""
        ordered = sorted(
            self.types, key=lambda one: (-naming().policy(default_policy([one])).strictness, one)
        )
        return ordered[0][1] if ordered else "private_person"

    @property
    def forms(self) -> tuple[str, ...]:
        """The names of the parties, and how they were written where that is likely the name."""
        others = sorted(self.written - set(self.names))
        return (*self.names, *(form for form in others if _is_of(form, self.names)))

    def said(self, name: str) -> str:
        """What the cards say, the first that says anything."""
        return next((value for card in self.cards if (value := getattr(card, name))), "")

    def hidden(self, leave: Leave) -> Hidden:
        """The person as pages know those who are not named."""
        return Hidden(
            self.id,
            tuple(self.names),
            self.policy,
            self.role,
            self.said("gender"),
            self.said("relation"),
            leave,
        )


def party_clusters() -> Clusters:
    """Which parties are one; members are public ids."""
    return clusters(party_log().values())


def clusters_of(parties: Collection[str]) -> Clusters:
    """The same of these parties (public ids) alone: of a large ledger not all judgements are read."""
    return clusters(touching(parties, party_log))


def party_log(members: Collection[str] | None = None) -> dict[int, Judged]:
    """The judgements on parties by their row ids, the oldest first: all, or those on any of these parties."""
    rows = models.NameJudgement.objects.filter(subject=models.NameJudgement.Subject.PARTY)
    if members is None:
        every: Iterable[Any] = [rows.order_by("pk")]
    else:
        every = (
            rows.filter(Q(one__in=part) | Q(other__in=part)).order_by() for part in _parts(sorted(members))
        )
    return {
        pk: Judged(*said) for one in every for pk, *said in one.values_list("pk", "one", "other", "verdict")
    }


def _people(known: Clusters) -> Iterable[Known]:
    """People of whom a card says anything, or a mention's type that they are not named."""
    quiet = Q()
    for (side, code), policy in naming().proposed.items():
        if not naming().policy(policy).named:
            quiet |= Q(side=side, type=code)
    mentions = models.Mention.objects.filter(quiet, event__state__in=_DECIDED, party=OuterRef("pk"))
    parties = models.Party.objects.filter(kind=models.Party.Kind.PERSON)
    parties = parties.filter(Exists(mentions) | ~Q(card__policy="") & Q(card__isnull=False))
    return people_of(parties.values_list("public_id", flat=True), known).values()


def people_of(ids: Iterable[str], known: Clusters, *, also: Iterable[int] = ()) -> dict[str, Known]:
    """The people that these parties (public ids) are; `also` are events whose types count whatever their state."""
    members = {member: known.leader(one) for one in ids for member in known.of(one)}
    if not members:
        return {}
    found: dict[str, Known] = {}
    by_key: dict[int, Known] = {}
    for party in _parties(members):
        one = found.setdefault(members[party.public_id], Known(members[party.public_id]))
        by_key[party.pk] = one
        one.parties.append(party.public_id)
        one.keys.append(party.pk)
        one.names.append(party.name)
        if card := getattr(party, "card", None):
            one.cards.append(card)
    also = set(also)
    for part in _parts(by_key):
        rows = models.Mention.objects.filter(party__in=part).order_by()
        for key, side, code, written, event, state in rows.values_list(
            "party", "side", "type", "written", "event", "event__state"
        ):
            one = by_key[key]
            one.written |= {written} - {""}
            if state in _DECIDED or event in also:
                one.types.add((side, code))
    return found


def _parties(public_ids: Iterable[str]) -> list[models.Party]:
    """The people with these ids, with their cards, in the order of the rows."""
    rows = models.Party.objects.filter(kind=models.Party.Kind.PERSON).select_related("card")
    found = [party for part in _parts(public_ids) for party in rows.filter(public_id__in=part)]
    return sorted(found, key=lambda party: party.pk)


def _parts(values: Iterable[Any], most: int = _IN_A_QUERY) -> Iterator[list[Any]]:
    """So many of the values as one query takes."""
    each = iter(values)
    while part := list(islice(each, most)):
        yield part


def _is_of(form: str, names: Iterable[str]) -> bool:
    return any(compare(form, name, "person").probability >= _LIKELY for name in names)


def _somebody(found: Sequence[Known]) -> list[Somebody]:
    """Everybody with the surnames that nobody else in the ledger bears: those alone name the person."""
    first = [Somebody(one.id, one.forms) for one in found]
    wanted = {word for one in first for word in one.surnames}
    names_one = alone(wanted, {key for one in found for key in one.keys})
    return [replace(one, alone=frozenset(filter(names_one.get, one.surnames))) for one in first]


def alone(words: Collection[str], keys: Collection[int]) -> dict[str, bool]:
    """Surname → whether it is of nobody else in the ledger than of these people (row ids of their parties)."""
    found: dict[str, bool] = {}
    for part in _parts(sorted(words), _TOGETHER):
        borne, all_read = _borne_beside(part, keys)
        for text in part:
            known = text in borne or all_read
            found[text] = text not in borne if known else not _is_borne_beside(text, keys)
    return found


def _borne_beside(words: Collection[str], keys: Collection[int]) -> tuple[set[str], bool]:
    """Those of a few surnames that somebody else bears among the first who are asked, and whether those were all."""
    near: dict[str, list[str]] = defaultdict(list)
    for text in words:
        for sounding in skeletons(word_of(text)):
            near[f"w {sounding}"[:320]].append(text)
    people = models.Party.objects.filter(kind=models.Party.Kind.PERSON, blocks__block__in=near).order_by()
    rows = list(people.values_list("pk", "name", "blocks__block")[: _SOME_TOGETHER + 1])
    borne: set[str] = set()
    for pk, name, block in rows:
        if pk not in keys:
            borne |= {text for text in near[block] if text not in borne and _bears(name, word_of(text))}
    return borne, len(rows) <= _SOME_TOGETHER


def _bears(name: str, word: Word) -> bool:
    """Whether a word of the name is this one in some spelling and sounds like it."""
    sounding = set(skeletons(word))
    return any(
        same_word(word, other) and not sounding.isdisjoint(skeletons(other)) for other in person(name).words
    )


def _is_borne_beside(text: str, keys: Collection[int]) -> bool:
    """Whether somebody else's name has this word; most surnames of a large ledger are met among the first names."""
    word = word_of(text)
    near = [f"w {key}"[:320] for key in skeletons(word)]
    people = models.Party.objects.filter(kind=models.Party.Kind.PERSON, blocks__block__in=near).order_by()
    rows = people.values_list("pk", "name").iterator(chunk_size=_SOME)
    return any(pk not in keys and _bears(name, word) for pk, name in rows)


# --- consent ----------------------------------------------------------------------------------------------


def standing(parties: Collection[str]) -> list[Consent]:
    """What the person of these parties agreed to and did not take back, the oldest first."""
    return _still(_standing(parties), parties)


def leave_of(parties: Collection[str], use: str) -> Leave:
    """Where the person of these parties may be named in that use."""
    return _leave(parties, _standing(parties), use)


def _standing(parties: Collection[str]) -> list[Consent]:
    rows = Consent.objects.filter(party__public_id__in=parties).select_related("event", "party")
    return list(rows.order_by("pk"))


def _still(rows: Iterable[Consent], parties: Collection[str]) -> list[Consent]:
    """Of one person's rows those that hold: a withdrawal takes back the row that it names, or all before it."""
    held: list[Consent] = []
    for row in rows:
        if row.party.public_id not in parties:
            continue
        if row.kind == Consent.Kind.GIVEN:
            held.append(row)
        else:
            held = [one for one in held if row.withdraws_id is not None and one.pk != row.withdraws_id]
    return held


def _leave(parties: Collection[str], said: Iterable[Consent], use: str) -> Leave:
    rows = [row for row in _still(said, parties) if use in row.uses]
    if any(row.event_id is None and row.case_id is None for row in rows):
        return Leave(everywhere=True)
    if not rows:
        return Leave()
    agreed = Q(pk__in=[row.event_id for row in rows if row.event_id])
    agreed |= Q(case__in=[row.case_id for row in rows if row.case_id])
    events = set(models.Event.objects.filter(agreed).values_list("public_id", flat=True))
    mentions = models.Mention.objects.filter(party__public_id__in=parties).order_by()
    named = set(mentions.values_list("event__public_id", flat=True))
    return Leave(events=frozenset(events), others=frozenset(named - events))
