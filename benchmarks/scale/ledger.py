"""An invented ledger, row by row as the program writes it, into an empty ledger of today's form.

Columns that the program works out are worked out by its own functions (words for search, keys of names, locked
fields); the others are written as `barometer.web.records.mapping` would write them, which a test compares.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

import numpy as np
from bulk import Rows, loading, moment
from django.conf import settings
from django.db import transaction
from plan import DAYS, FIRST, KINDS, SOURCES, STATES, Plan, plan, types_of
from world import (
    LANGUAGES,
    LEADS,
    MORE,
    articles,
    local_bodies,
    national_bodies,
    outlets,
    people,
    spots,
    zipf,
)

from barometer import __version__
from barometer.codebook import Quarter, codebook
from barometer.evidence.log import next_entry
from barometer.names.words import index_words
from barometer.review import PUBLIC
from barometer.web.actions.importing import event_key
from barometer.web.records import models
from barometer.web.records.gathering import EvidenceLogEntry, EvidenceStep
from barometer.web.records.mapping import party_kind
from barometer.web.records.naming import refresh_blocks
from barometer.web.records.protected import lock
from barometer.web.records.reviewing import PublicNote

BY = "A coder of the bench"
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_FOURS = [a + b + c + d for a in _LETTERS for b in _LETTERS for c in _LETTERS for d in _LETTERS]
_CHUNK = 10_000
#: How many stories a bulletin prints, and how many of the first reports of a paragraph are kept as evidence.
PRINTED, KEPT = 240, 0.25
_WORK_LINKS = ("stated", "stated", "alleged", "disputed", "unclear")
_PERSON_TYPES = (
    "journalist",
    "journalist",
    "journalist",
    "blogger",
    "editor",
    "media_worker",
    "media_director",
)

RECORD = ("id", "public_id", "created_at", "changed_at")
PARTY = (*RECORD, "name", "kind")
CASE = (*RECORD, "slug")
SOURCE = (*RECORD, "name", "language", "quarter", "published", "title")
ISSUE = (*RECORD, "period", "source")
ITEM = (
    *RECORD, "source", "entry_key", "issue", "section", "month", "position", "headline", "text_en", "text_ru",
    "text_kk", "links", "state",
)  # fmt: skip
EVENT = (
    *RECORD, "key", "item", "ordinal", "kind", "main_type", "date", "date_text", "first_day", "last_day", "phase",
    "background", "is_alleged", "work_link", "people_hit", "people_hit_exact", "country", "region", "place_name", "case",
    "summary_en", "summary_ru", "summary_kk", "note", "grounds", "upcoming", "coded", "search_text", "state",
    "published_by", "published_at",
)  # fmt: skip
TYPE = ("event", "code", "position", "alleged")
PROVISION = ("event", "code", "position")
MENTION = ("event", "party", "side", "position", "written", "type", "role")
REVISION = ("at", "by", "action", "model", "record_id", "number", "after")
NOTE = (*RECORD, "event", "kind", "date", "reason", "words_en", "words_ru", "words_kk", "by", "revision")
RETELLING = (*RECORD, "event", "told", "verdict", "reason", "by")
JUDGEMENT = (*RECORD, "subject", "one", "other", "verdict", "reason", "by")
EVIDENCE = (*RECORD, "sha256", "size", "media_type", "original_name", "how", "received_at", "visibility")
COPY = ("source", "evidence", "role", "added_at")
STEP = ("evidence", "at", "who", "act", "how", "version")
LOGGED = ("index", "at", "sha256", "what", "previous", "leaf")


def make(events: int, *, seed: int = 9, say: Any = None) -> None:
    """Fill the empty ledger at hand with so many events and what belongs to them."""
    if models.Event.objects.exists():
        sys.exit("a ledger is only made where there is none: this one has events already")
    settings.DEBUG = False
    started = time.monotonic()

    def told(what: str) -> None:
        if say:
            say(f"{time.monotonic() - started:8.0f} s, {time.process_time():6.0f} s of a processor  {what}")

    making = _Making(events, seed, told)
    filled = {
        model._meta.db_table
        for model in (
            models.Party, models.Case, models.Source, models.Issue, models.Item, models.Event, models.EventType,
            models.EventProvision, models.Mention, models.Revision, models.Retelling, models.NameJudgement,
            models.EvidenceItem, models.SourceDocument, EvidenceStep, EvidenceLogEntry, PublicNote,
        )
    }  # fmt: skip
    with loading(filled) as rows:
        making.run(rows)
        told("indexes …")
    told("keys of names …")
    _keys_of_names()
    told("made")


def _keys_of_names() -> None:
    """What the program's own command for it does, in larger steps."""
    last = 0
    while some := list(models.Party.objects.filter(pk__gt=last).order_by("pk")[:5_000]):
        with transaction.atomic():
            refresh_blocks(some)
        last = some[-1].pk


class _Making:
    """One ledger; lives as long as it is made."""

    def __init__(self, events: int, seed: int, told: Any) -> None:
        self.told = told
        self.numbers = np.random.default_rng(seed)
        self.chance = random.Random(seed)
        self.plan: Plan = plan(events, self.numbers)
        self.by = lock(BY)
        self.people = people(self.plan.people, self.chance)
        self.outlets = outlets(self.plan.outlets, self.chance)
        self.towns = spots()
        self.local = local_bodies()
        self.bodies = {
            body.name: body for body in (*national_bodies(), *(b for its in self.local.values() for b in its))
        }
        self.national = list(national_bodies())
        self.falling = zipf(len(self.national), 1.0)
        self.laws = articles()
        self.law_weights = zipf(len(self.laws), 1.0)
        self.types = {kind: types_of(kind) for kind in KINDS}
        self.labels = {code: one.label for code, one in codebook().types.items()}
        self.sections = {code: one.section for code, one in codebook().types.items()}
        self.party: dict[tuple[str, str], tuple[int, str]] = {}
        self.slugs: dict[int, tuple[int, str, str]] = {}  # story → case's id, public id, slug
        self.ids = self._ids()
        self.told_before: dict[int, int] = {}
        self.logged: Any = None
        self.at = {"source": 0, "item": 0, "event": 0, "evidence": 0, "note": 0, "retelling": 0}
        self.parties_new: list[tuple[Any, ...]] = []
        self.out: dict[str, list[tuple[Any, ...]]] = defaultdict(list)

    def _ids(self) -> Iterator[str]:
        """Public ids, as barometer.web.records.fields draws them but from the seed."""
        while True:
            drawn = self.numbers.integers(0, len(_FOURS), (4_096, 4)).tolist()
            for a, b, c, d in drawn:
                yield _FOURS[a] + _FOURS[b] + _FOURS[c] + _FOURS[d]

    # --- all of it

    def run(self, rows: Rows) -> None:
        """Write everything."""
        self._cases()
        self._issues()
        drawn = self.plan
        firsts = np.flatnonzero(np.diff(drawn.item, prepend=-1))
        ends = np.append(firsts[1:], drawn.events)
        order = np.argsort(drawn.day[firsts], kind="stable")
        for start in range(0, len(order), _CHUNK):
            for item in order[start : start + _CHUNK]:
                self._item(int(firsts[item]), int(ends[item]))
            self._flush(rows)
            self.told(f"{self.at['event']:>9,} events, {self.at['source']:>9,} sources")
        self._joined_people()
        self._flush(rows)

    def _flush(self, rows: Rows) -> None:
        shapes = {
            "party": (models.Party, PARTY), "case": (models.Case, CASE), "source": (models.Source, SOURCE),
            "issue": (models.Issue, ISSUE), "item": (models.Item, ITEM), "event": (models.Event, EVENT),
            "type": (models.EventType, TYPE), "provision": (models.EventProvision, PROVISION),
            "mention": (models.Mention, MENTION), "revision": (models.Revision, REVISION), "note": (PublicNote, NOTE),
            "retelling": (models.Retelling, RETELLING), "judgement": (models.NameJudgement, JUDGEMENT),
            "evidence": (models.EvidenceItem, EVIDENCE), "copy": (models.SourceDocument, COPY),
            "step": (EvidenceStep, STEP), "logged": (EvidenceLogEntry, LOGGED),
        }  # fmt: skip
        for name, (model, columns) in shapes.items():
            rows.add(model, columns, self.out[name])
            self.out[name].clear()

    def _record(self, number: int, at: datetime) -> tuple[Any, ...]:
        return (number, next(self.ids), moment(at), moment(at))

    def _revise(self, model: str, public_id: str, action: str, after: dict[str, Any], at: datetime) -> None:
        told = lock(json.dumps(after))
        self.out["revision"].append((moment(at), self.by, action, model, public_id, 1, told))

    # --- cases, issues, parties

    def _cases(self) -> None:
        """A case for each story that is one; its row stands when the story begins."""
        drawn = self.plan
        begins = np.flatnonzero(drawn.place_in_story == 0)
        for story in range(drawn.cases):
            day = int(drawn.day[begins[story]])
            family = self.people[drawn.person[story]].name.split()[1].lower()
            plain = "".join(sign for sign in family if "a" <= sign <= "z") or "case"
            slug = f"{plain}-{_date(day).year}-{story + 1}"
            record = self._record(story + 1, _time(day))
            self.out["case"].append((*record, slug))
            self.slugs[story] = (story + 1, record[1], slug)
            after = _told(record[1], _time(day)) | {"slug": slug}
            self._revise("case", record[1], "create", after, _time(day))

    def _issues(self) -> None:
        """The bulletin of each quarter, with its source."""
        self.issues: dict[str, list[int]] = {}
        for number, period in enumerate(dict.fromkeys(_quarter(day) for day in range(0, DAYS, 28)), 1):
            last = Quarter.parse(period).last
            day = min((last - FIRST).days, DAYS - 1)
            self.at["source"] += 1
            source = self.at["source"]
            title = json.dumps(dict.fromkeys(LANGUAGES, f"Bulletin {period}"))
            record = self._record(source, _time(day))
            name = f"bulletin-{period.lower()}.txt"
            self.out["source"].append((*record, name, "en", period, None, title))
            self.out["issue"].append((*self._record(number, _time(day)), period, source))
            self.issues[period] = [number, source, 0]

    def _party_of(self, name: str, kind: str, at: datetime) -> tuple[int, str]:
        known = self.party.get((kind, name))
        if known is None:
            record = self._record(len(self.party) + 1, at)
            self.out["party"].append((*record, name, kind))
            after = _told(record[1], at) | {"name": name, "kind": kind}
            self._revise("party", record[1], "create", after, at)
            known = self.party[kind, name] = (record[0], record[1])
        return known

    # --- a paragraph and its events

    def _item(self, first: int, end: int) -> None:
        drawn, chance = self.plan, self.chance
        day = int(drawn.day[first])
        at = _time(day, 3)
        story = int(drawn.story[first])
        language = chance.choices(LANGUAGES, (30, 45, 25))[0]
        composed = [self._value(number, story) for number in range(first, end)]
        states = [STATES[drawn.state[number]] for number in range(first, end)]
        state = next((one for one in states if one in PUBLIC), states[0])
        lead = composed[0]["said"]
        section = self.sections[composed[0]["coded"]["types"][0]]
        headline = self.labels[composed[0]["coded"]["types"][0]][language] + ": " + composed[0]["who"]
        sentences = {one: [lead[one], chance.choice(MORE[one])] for one in LANGUAGES}
        if chance.random() < 0.4:
            sentences[LANGUAGES[(LANGUAGES.index(language) + 1) % 3]] = []
        sentences[language] += [chance.choice(MORE[language]), chance.choice(MORE[language])]
        texts = {one: " ".join(said) for one, said in sentences.items()}
        source_id, source_name, key, issue, position = self._source(first, day, at, language, section, state)
        links = self._links(texts[language], composed[0]["outlet"], first)
        self.at["item"] += 1
        item = self._record(self.at["item"], at)
        month = _date(day).isoformat()[:7]
        self.out["item"].append(
            (
                *item,
                source_id,
                key,
                issue,
                section,
                month,
                position,
                headline,
                *texts.values(),
                json.dumps(links),
                state,
            )
        )
        words = [headline, *(one for said in sentences.values() for one in said)]
        words += [one["coded"]["summary"].get(language, "") for one in composed for language in LANGUAGES]
        for ordinal, (one, its) in enumerate(zip(composed, states, strict=True), 1):
            self._event(one, its, item, event_key(source_name, key, ordinal), ordinal, words, day, story)

    def _source(
        self, first: int, day: int, at: datetime, language: str, section: int, state: str
    ) -> tuple[int, str, str, int | None, int]:
        """The source of a paragraph: the bulletin while it has room, else a report of its own; and further reports."""
        issue = self.issues[_quarter(day)]
        printed = state in PUBLIC and issue[2] < PRINTED and self.chance.random() < 0.05
        if printed:
            issue[2] += 1
            found = (
                issue[1],
                f"bulletin-{_quarter(day).lower()}.txt",
                f"{section}-{issue[2]}",
                issue[0],
                issue[2],
            )
        else:
            number, name = self._report(first, at, language)
            found = (number, name, "1", None, 1)
            if self.chance.random() < KEPT:
                self._kept(number, name, at)
        wanted = min(int((self.at["event"] + 1) * SOURCES), self.plan.events * SOURCES)
        while self.at["source"] < wanted:
            self._beside(at)
        return found

    def _report(self, about: int, at: datetime, language: str) -> tuple[int, str]:
        self.at["source"] += 1
        number = self.at["source"]
        name = f"report-{number:07}.txt"
        title = json.dumps({language: f"{self.outlets[number % len(self.outlets)].name}, {at:%d.%m.%Y}"})
        self.out["source"].append((*self._record(number, at), name, language, "", at.date(), title))
        return number, name

    def _beside(self, at: datetime) -> None:
        """A report that was taken in, and of which nothing was coded: another had told it already."""
        language = self.chance.choice(LANGUAGES)
        number, _ = self._report(0, at, language)
        said = self.chance.choice(MORE[language])
        self.at["item"] += 1
        texts = [said if one == language else "" for one in LANGUAGES]
        self.out["item"].append(
            (*self._record(self.at["item"], at), number, "1", None, None, "", 1, "", *texts, "[]", "proposed")
        )

    def _kept(self, source: int, name: str, at: datetime) -> None:
        """The report's text as evidence, with its chain and its line in the log; its bytes are not made."""
        digest = sha256(name.encode()).hexdigest()
        self.at["evidence"] += 1
        number = self.at["evidence"]
        item = self._record(number, at)
        self.out["evidence"].append(
            (*item, digest, 2_000 + number % 9_000, "text/plain", name, "import", moment(at), "internal")
        )
        self.out["copy"].append((source, number, "text", moment(at)))
        self.out["step"].append((number, moment(at), self.by, "received", "import", __version__))
        entry = next_entry(self.logged, at=at, sha256=digest, what="text/plain")
        self.logged = entry
        self.out["logged"].append((entry.index, moment(at), digest, entry.what, entry.previous, entry.leaf()))

    def _links(self, text: str, outlet: str, number: int) -> list[dict[str, Any]]:
        start = text.find(outlet)
        if start < 0:
            return []
        address = f"https://{outlet.split()[0].lower()}.example/{number}"
        return [{"text": outlet, "start": start, "end": start + len(outlet), "address": address}]

    # --- an event

    def _value(self, number: int, story: int) -> dict[str, Any]:
        """The event as a coded file has it, and the words that its paragraph is made of."""
        drawn, chance = self.plan, self.chance
        kind = KINDS[drawn.kind[number]]
        codes, weights = self.types[kind]
        own = kind == "violation" and chance.random() < (1 if not drawn.place_in_story[number] else 0.55)
        types = [codes[drawn.type[story]] if own else chance.choices(codes, weights)[0]]
        if chance.random() < 0.25:
            more = chance.choices(*self.types["violation"])[0]
            types += [] if more in types else [more]
        town = self.towns[drawn.spot[story]]
        targets, hit = self._targets(number, story)
        actors, body = self._actors(types[0], int(drawn.spot[story]), story)
        outlet = self.outlets[drawn.outlet[story]]
        who = targets[0]["name"]
        lead = chance.randrange(len(LEADS["en"]))
        said = {
            one: LEADS[one][lead].format(
                what=self.labels[types[0]][one], who=targets[0]["written"] if one != "en" else who,
                outlet=outlet.name, body=body.names[one], place=town.names[one],
            )
            for one in LANGUAGES
        }  # fmt: skip
        coded: dict[str, Any] = {"kind": kind, "types": types, "date": self._date_of(int(drawn.day[number]))}
        phase = {"relief": "ended", "context": None}.get(kind, "imposed")
        if kind == "violation" and drawn.place_in_story[number] and chance.random() < 0.7:
            phase = "step"
        alleged: bool | list[str] = kind == "violation" and chance.random() < 0.15
        if alleged and len(types) > 1 and chance.random() < 0.5:
            alleged = types[1:]
        coded |= {
            "phase": phase, "alleged": alleged, "work_link": chance.choice(_WORK_LINKS) if kind != "context" else None,
            "people_hit": hit, "people_hit_exact": hit is not None and chance.random() < 0.7,
            "place": {"country": "KZ", "name": town.name, "region": town.region},
            "targets": targets if kind != "context" or chance.random() < 0.3 else [], "actors": actors,
            "provisions": self._provisions(types[0]), "case": self.slugs[story][2] if story in self.slugs else None,
            "background": chance.random() < 0.03, "summary": said if chance.random() < 0.8 else {"en": said["en"]},
        }  # fmt: skip
        if chance.random() < 0.06:
            ahead = min(int(drawn.day[number]) + chance.randrange(5, 60), DAYS + 60)
            coded["upcoming"] = [{"date": _date(ahead).isoformat(), "what": "hearing", "of": who}]
        if types[0] == "legal.fine":
            coded["amounts"] = [{"what": "fine", "value": float(chance.randrange(10, 200)), "unit": "MCI"}]
        return {"coded": coded, "said": said, "who": who, "outlet": outlet.name}

    def _targets(self, number: int, story: int) -> tuple[list[dict[str, Any]], int | None]:
        """Whom it hit: the story's person, sometimes another, and the outlet; with how many people that is."""
        drawn, chance = self.plan, self.chance
        numbers = [int(drawn.person[story])]
        if drawn.other[number] >= 0 and drawn.other[number] != numbers[0]:
            numbers.append(int(drawn.other[number]))
        found = []
        for one in numbers:
            who = self.people[one]
            kind = _PERSON_TYPES[one % 7] if one % 50 else "relative"
            found.append({"name": who.name, "written": chance.choice(who.written), "type": kind})
        if chance.random() < 0.6:
            outlet = self.outlets[drawn.outlet[story]].name
            found.append({"name": outlet, "written": outlet, "type": "outlet"})
        return found, len(numbers) if chance.random() < 0.8 else None

    def _actors(self, main: str, town: int, story: int) -> tuple[list[dict[str, Any]], Any]:
        """Who did it: a body of the town or of the country, and who complained where there is a suit."""
        chance = self.chance
        local = {"legal": ("court", "police", "prosecutor"), "obstruction": ("police", "local_executive")}
        kinds = local.get(main.partition(".")[0], ("local_executive", "local_council"))
        if chance.random() < 0.6:
            body = self.local[chance.choice(kinds)][town]
        else:
            body = chance.choices(self.national, self.falling)[0]
        found = [{"name": body.name, "written": body.names["en"], "type": body.type, "role": "decider"}]
        if main in ("legal.civil_suit", "legal.pretrial_claim", "digital.removal_demand"):
            who = self.people[(story * 7 + 3) % len(self.people)]
            kind = chance.choice(("official", "private_person", "public_figure"))
            found.append({"name": who.name, "written": who.name, "type": kind, "role": "complainant"})
        return found, body

    def _provisions(self, main: str) -> list[str]:
        if main.partition(".")[0] != "legal" or self.chance.random() < 0.25:
            return []
        drawn = self.chance.choices(self.laws, self.law_weights, k=1 + (self.chance.random() < 0.2))
        return list(dict.fromkeys(code for code, _ in drawn))

    def _date_of(self, day: int) -> str | None:
        luck = self.chance.random()
        one = _date(day)
        if luck < 0.82:
            return one.isoformat()
        if luck < 0.92:
            return f"{one.isoformat()}/{_date(day + self.chance.randrange(1, 9)).isoformat()}"
        return one.isoformat()[:7] if luck < 0.98 else None

    def _event(
        self, one: dict[str, Any], state: str, item: tuple[Any, ...], key: str, ordinal: int, words: list[str],
        day: int, story: int,
    ) -> None:  # fmt: skip
        """The event's row and all that hangs on it."""
        coded = one["coded"]
        self.at["event"] += 1
        number = self.at["event"]
        at = _time(day, 3, number % 86_000)
        record = self._record(number, at)
        case = self.slugs.get(story)
        public = state in PUBLIC or state == "withdrawn"
        fields = _fields(coded) | {
            "key": key, "ordinal": ordinal, "state": state, "note": "", "grounds": {}, "date_text": "",
            "published_by": BY if public else "", "published_at": at if public else None,
        }  # fmt: skip
        told = {
            **fields, "id": number, "public_id": record[1], "item": item[0], "case": case and case[0],
            "search_text": self._search_text(coded, words),
        }  # fmt: skip
        self.out["event"].append((*record, *(_raw(told[name]) for name in EVENT[len(RECORD) :])))
        after = _told(record[1], at) | fields | {"item": item[1], "case": case and case[1]}
        after |= self._parts(number, coded, at)
        self._revise("event", record[1], "publish" if public else "create", _json(after), at)
        if state in ("corrected", "withdrawn"):
            self._note(number, state, at)
        if story in self.told_before and self.chance.random() < 0.012:
            self._retell(number, self.told_before[story], at)
        self.told_before[story] = number

    def _search_text(self, coded: dict[str, Any], words: list[str]) -> str:
        """As barometer.web.records.mapping.search_text makes it: of each part once what `index_words` finds in it."""
        names = [
            word for who in (*coded["targets"], *coded["actors"]) for word in (who["name"], who["written"])
        ]
        labels = [label for code in coded["types"] for label in self.labels[code].values()]
        summaries = [coded["summary"].get(language, "") for language in LANGUAGES]
        parts = [
            *summaries, *words, *names, coded["place"]["name"], *labels, *coded["provisions"], coded["case"] or "",
        ]  # fmt: skip
        found: dict[str, None] = {}
        for part in parts:
            found |= _forms(part)
        return " ".join(found)

    def _parts(self, number: int, coded: dict[str, Any], at: datetime) -> dict[str, Any]:
        """The rows of types, provisions and mentions; and what a revision says of them."""
        alleged = coded["types"] if coded["alleged"] is True else coded["alleged"] or ()
        types = [(code, code in alleged) for code in coded["types"]]
        self.out["type"] += [(number, code, place, said) for place, (code, said) in enumerate(types)]
        self.out["provision"] += [(number, code, place) for place, code in enumerate(coded["provisions"])]
        mentions = []
        for side in ("target", "actor"):
            for place, who in enumerate(coded[f"{side}s"]):
                party, public_id = self._party_of(who["name"], party_kind(side, who["type"]), at)
                role = who.get("role", "")
                self.out["mention"].append((number, party, side, place, who["written"], who["type"], role))
                mentions.append(
                    {
                        "party": public_id,
                        "side": side,
                        "written": who["written"],
                        "type": who["type"],
                        "role": role,
                    }
                )
        return {
            "types": [{"code": code, "alleged": said} for code, said in types],
            "provisions": coded["provisions"],
            # A revision lists them as the ledger orders them: actors first.
            "mentions": [one for one in mentions if one["side"] == "actor"]
            + [one for one in mentions if one["side"] == "target"],
        }

    def _note(self, event: int, state: str, at: datetime) -> None:
        self.at["note"] += 1
        kind, reason = ("correction", "facts") if state == "corrected" else ("withdrawal", "error")
        said = [MORE[language][event % 26] for language in LANGUAGES]
        later = at + timedelta(days=9)
        self.out["note"].append(
            (*self._record(self.at["note"], later), event, kind, later.date(), reason, *said, self.by, 1)
        )

    def _retell(self, event: int, told: int, at: datetime) -> None:
        self.at["retelling"] += 1
        verdict = self.chance.choice(("same", "background", "different"))
        self.out["retelling"].append(
            (
                *self._record(self.at["retelling"], at),
                event,
                told,
                verdict,
                "Both reports tell of it.",
                self.by,
            )
        )

    def _joined_people(self) -> None:
        """One person in a hundred was written under two names, and somebody said so."""
        ids = [public_id for (kind, _), (_, public_id) in self.party.items() if kind == "person"]
        at = _time(DAYS - 1, 5)
        for number in range(1, len(ids) // 100 + 1):
            one, other = sorted((ids[number * 2], ids[-number]))
            if one != other:
                self.out["judgement"].append(
                    (*self._record(number, at), "party", one, other, "same", "One person.", self.by)
                )


def _fields(coded: dict[str, Any]) -> dict[str, Any]:
    """The columns that follow from the coding alone, as barometer.web.records.mapping.event_fields has them."""
    first = last = None
    if coded["date"]:
        first, last = _interval(coded["date"])
    place = coded["place"]
    return {
        "kind": coded["kind"], "main_type": coded["types"][0], "date": coded["date"] or "", "first_day": first,
        "last_day": last, "phase": coded["phase"] or "", "background": coded["background"],
        "is_alleged": bool(coded["alleged"]), "work_link": coded["work_link"] or "", "people_hit": coded["people_hit"],
        "people_hit_exact": bool(coded["people_hit_exact"]), "country": place["country"], "region": place["region"],
        "place_name": place["name"], "upcoming": coded.get("upcoming", []), "coded": coded,
        **{f"summary_{language}": coded["summary"].get(language, "") for language in LANGUAGES},
    }  # fmt: skip


@lru_cache(maxsize=100_000)
def _forms(text: str) -> dict[str, None]:
    """What a search finds a part of a text by, in its order; sentences and names come again and again."""
    return dict.fromkeys(index_words(text).split())


_INTERVALS: dict[str, tuple[Any, Any]] = {}


def _interval(text: str) -> tuple[Any, Any]:
    if text not in _INTERVALS:
        from barometer.codebook.dates import EventDate

        when = EventDate.parse(text)
        _INTERVALS[text] = when.first, when.last
    return _INTERVALS[text]


def _date(day: int) -> Any:
    return FIRST + timedelta(days=day)


def _quarter(day: int) -> str:
    one = _date(day)
    return f"{one.year}Q{(one.month + 2) // 3}"


def _time(day: int, later: int = 0, seconds: int = 30_000) -> datetime:
    one = _date(day + later)
    return datetime(one.year, one.month, one.day, tzinfo=UTC) + timedelta(seconds=seconds)


def _raw(value: Any) -> Any:
    """A value as the database's own driver takes it."""
    if isinstance(value, dict | list):
        return json.dumps(value)
    return moment(value) if isinstance(value, datetime) else value


def _told(public_id: str, at: datetime) -> dict[str, Any]:
    return {"public_id": public_id, "created_at": _iso(at), "changed_at": _iso(at)}


def _json(after: dict[str, Any]) -> dict[str, Any]:
    return {name: _iso(value) if hasattr(value, "isoformat") else value for name, value in after.items()}


def _iso(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z")
