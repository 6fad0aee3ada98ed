"""No search tells by its hits what no page shows: random ledgers against the words that readers are shown."""

from __future__ import annotations

import json
import random
from datetime import date
from itertools import product

import pytest
from tried import LONG

from barometer.names.words import index_words, query_words
from barometer.web.actions import names as judging
from barometer.web.actions import people
from barometer.web.actions.importing import import_files
from barometer.web.public import cards, facets, joined, memory
from barometer.web.public.filters import Filters
from barometer.web.records import naming
from barometer.web.records.models import Event, Mention, Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

BY = {"by": "A desk person"}
#: Each in two scripts; stems in English cut the first and the last ("boling": "bole"), and one has small letters.
FORENAMES = (("Dinara", "Динара"), ("Sanzhar", "Санжар"), ("Viktor", "Виктор"))
SURNAMES = (("Boling", "Болинг"), ("Ulgieva", "Улгиева"), ("Qiyalov", "Қиялов"), ("Rowley", "Роули"))
BETWEEN = ("", "", "Maratovna", "Lisica", "Armanuly")
ODD = ("tolkyn media girl", "Shyn")
PLAIN = ("court", "fined", "market", "bolingo", "dinars", "arrest", "lisica", "victory")
TYPES = ("journalist", "journalist", "relative", "media_worker")


def written(chance: random.Random, fore: tuple[str, str], sur: tuple[str, str]) -> str:
    """A person in a text: in one of the ways in which a text names people."""
    latin, cyrillic = (fore[0], sur[0]), (fore[1], sur[1])
    between = chance.choice(BETWEEN)
    return chance.choice(
        [
            " ".join(filter(None, (latin[0], between, latin[1]))), latin[1], f"{latin[0][0]}. {latin[1]}",
            " ".join(cyrillic), f"{cyrillic[1]}у", f"{cyrillic[0]} {cyrillic[1]}", f"{latin[1]}'s",
        ]
    )  # fmt: skip


def coded(chance: random.Random, size: int) -> dict[str, object]:
    """An invented bulletin: entries of one event or two whose texts name people of a small town."""
    everybody = list(product(FORENAMES, SURNAMES))

    def said(*people: tuple[tuple[str, str], tuple[str, str]]) -> str:
        return " ".join(
            [chance.choice(PLAIN).capitalize(), *(f"and {written(chance, *one)}" for one in people),
             *chance.sample(PLAIN, 2)]
        )  # fmt: skip

    def target(one: tuple[tuple[str, str], tuple[str, str]] | None) -> dict[str, str]:
        if one is None:
            name = chance.choice(ODD)
            return {"name": name, "written": name, "type": chance.choice(TYPES)}
        name = f"{one[0][0]} {one[1][0]}"
        form = chance.choice([name, name, written(chance, *one), "Lisica"])
        return {"name": name, "written": form, "type": chance.choice(TYPES)}

    def event(day: int) -> dict[str, object]:
        whom = [chance.choice([*everybody, None]) for _ in range(chance.randint(1, 2))]
        text = said(*(one for one in whom if one), *chance.sample(everybody, chance.randint(0, 1)))
        return {
            "kind": "violation", "types": ["legal.fine"], "date": f"2031-02-{day:02}", "phase": "imposed", "people_hit": 1,
            "targets": [target(one) for one in dict.fromkeys(whom)],
            "actors": [target(one) | {"type": "private_person", "role": "complainant"} for one in chance.sample(everybody, chance.randint(0, 1))], "provisions": [], "work_link": "stated",
            "summary": {"en": text, "ru": said(*(one for one in whom if one))},
        }  # fmt: skip

    entries = [
        {
            "id": f"2-{number:02}", "section": 2, "month": "2031-02", "lines": [number + 2, number + 2],
            "headline": said(*chance.sample(everybody, chance.randint(0, 1))),
            "events": [event(number) for _ in range(chance.randint(1, 2))],
        }
        for number in range(1, size + 1)
    ]  # fmt: skip
    return {
        "source": "town-2031q1.txt", "quarter": "2031Q1", "codebook": "1.2", "language": "en",
        "title": {"en": "An invented barometer"}, "entries": entries,
    }  # fmt: skip


def _names_of(entry: dict) -> list[str]:
    who = [one for event in entry["events"] for one in (*event["targets"], *event["actors"])]
    return [entry["headline"], *(one["written"] for one in who), "were fined."]


def decide(chance: random.Random) -> None:
    """Policies, leave, withdrawals, joins and people set apart, at random."""
    everybody = list(Party.objects.filter(kind="person").order_by("pk"))
    for party in everybody:
        if chance.random() < 0.4:
            policy = chance.choice(["minor", "victim", "private", "professional", "public_role"])
            people.set_policy(party, policy, why="invented", **BY)
        if chance.random() < 0.3:
            event = chance.choice([None, Event.objects.filter(mentions__party=party).first()])
            people.record_consent(
                party,
                uses=["site"],
                how="written",
                day=date(2026, 3, 1),
                taken_by="A monitor",
                event=event,
                **BY,
            )
    for _ in range(2):
        one, other = sorted(row.public_id for row in chance.sample(everybody, 2))
        verdict, seen = chance.choice(["same", "different"]), judging.token(one, other)
        judging.judge(one=one, other=other, verdict=verdict, reason="invented", seen=seen, **BY)
    party = chance.choice(everybody).public_id
    if mentions := naming.mention_keys(party)[:1]:
        judging.set_apart(party, mentions, reason="invented", seen=judging.token_of_mentions(party), **BY)


def shown(row: Event) -> set[str]:
    """Every word by which what is shown of an event and of its entry may be found."""
    told = list(row.item.events.public())
    texts = [
        joined.said(getattr(one, f"summary_{code}"), code, one) for one in told for code in ("en", "ru", "kk")
    ]
    return set(index_words("\n".join([cards.words_of(row), *texts])).split())


def asked(chance: random.Random) -> list[str]:
    """What somebody who looks for a name would type: all words that the ledger knows, their beginnings, names."""
    known = {word for text in Event.objects.values_list("search_text", flat=True) for word in text.split()}
    names = [f"{fore[0]} {sur[0]}" for fore, sur in product(FORENAMES, SURNAMES)]
    each = sorted({*known, *(word[:-1] for word in known if len(word) > 3)})
    spelt = [form for two in (*FORENAMES, *SURNAMES) for form in two]
    return [
        *names,
        *spelt,
        *chance.sample(each, len(each) if LONG else 20),
        *BETWEEN[2:],
        *ODD,
        "court Lisica",
    ]


def by_a_shown_name(text: str) -> set[int]:
    """The events that name somebody whose name is likely meant, and may stand there."""
    return {
        row.event_id
        for row in Mention.objects.select_related("party", "event").filter(event__state="published")
        if not joined.is_hidden(row)
        and any(
            one in facets.parties.leaders([row.party.public_id])
            for ids in facets.parties.alike(text).values()
            for one in ids
        )
    }


@pytest.mark.parametrize("seed", range(20 if LONG else 1))
def test_words_find_no_event_that_does_not_show_them(tmp_path, seed):
    chance = random.Random(seed)
    path, value = tmp_path / "town-2031q1.json", coded(chance, 6)
    path.write_text(json.dumps(value, ensure_ascii=False))
    lines = ["Section 2.", "", *(" ".join(_names_of(entry)) for entry in value["entries"])]
    path.with_suffix(".txt").write_text("\n".join(lines))
    import_files([path], as_published=True, by="A coder")
    decide(chance)
    memory.forget()
    with joined.one_state():
        rows = list(cards.ready(Event.objects.public()).prefetch_related("item__events"))
        words = {row.pk: shown(row) for row in rows}
        leaks = []
        for text in asked(chance):
            wanted = query_words(text)
            found = set(facets.findable(Event.objects.public(), text).values_list("pk", flat=True))
            chosen = facets.select(Filters(text=text))
            found |= set(chosen.columns.pks[chosen.mask].tolist())
            told = {
                pk
                for pk, known in words.items()
                if all(any(word.startswith(start) for word in known) for start in wanted)
            }
            leaks += [(text, pk) for pk in found - told - by_a_shown_name(text)]
        assert leaks == []
