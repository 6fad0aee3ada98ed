"""Joint letters as they are written: begun from cases, their words in three languages, their people, their demands.

What a letter says is composed from the ledger whenever it is read, until it is sent: see `composed`. It has published
events alone, and nobody whom a letter may not name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from barometer.codebook.book import LANGUAGES
from barometer.errors import BadInput, NotAllowed, NotReady, UnknownValue
from barometer.publication import drafting
from barometer.publication.drafting import Misfit
from barometer.publication.letter import (
    DEMAND,
    NEEDED,
    PARTS,
    PERSON,
    PERSON_NAME,
    LetterIn,
    LetterOut,
    compose,
    of_content,
    templates,
)
from barometer.publication.letter_figures import names_in
from barometer.reading.sentences import sentences
from barometer.review.texts import Standing
from barometer.web.actions import letters_figures
from barometer.web.actions.holding import is_held_back
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.texts import approve_text, note_text, standings_of
from barometer.web.public import joined
from barometer.web.records import mapping, naming, timelines
from barometer.web.records.letters import Letter, LetterDemand, LetterPerson
from barometer.web.records.models import Case, Event, Mention, Party
from barometer.web.records.naming import Shown
from barometer.web.records.withholding import leave_of, party_clusters

USE = "letter"
LONGEST = 20_000
MOST_PEOPLE, MOST_DEMANDS = 40, 30


# --- reading ----------------------------------------------------------------------------------------------


def letter_of(public_id: str) -> Letter:
    """The letter of that id; UnknownValue for none."""
    found = Letter.objects.filter(public_id=public_id).first()
    if found is None:
        raise UnknownValue(
            f"there is no letter {public_id[:40]!r}", next_step="see them all: barometer letter list"
        )
    return found


def composed(letter: Letter) -> dict[str, LetterOut]:
    """What the letter says in each of its languages: of one that is frozen as it was sent, else as of today."""
    if letter.frozen_at:
        kept = letter.versions.last().content
        return {language: of_content(kept[language], language) for language in letter.languages}
    told = value(letter)
    return {language: compose(told, language) for language in letter.languages}


def value(letter: Letter) -> LetterIn:
    """What the ledger hands over: words, people with their drafted paragraphs, figures."""
    names = joined.names_in(USE)
    rows = list(letter.people.select_related("case", "party"))
    events = _events_of([row.case_id for row in rows])
    day = letter.day or timezone.localdate()
    languages = letter.languages
    return LetterIn(
        words=letter.words,
        day=letter.day,
        sent_via=letter.sent_via,
        demands=tuple(letter.demands.values_list("public_id", flat=True)),
        people=tuple(_person(row, events.get(row.case_id, ()), names, day, languages) for row in rows),
        figures=letters_figures.figures(figures_named(letter), letter.since, day, languages),
    )


def _person(
    row: LetterPerson, events: Sequence[Event], names: Shown, day: date, languages: Iterable[str]
) -> tuple[str, dict[str, str], dict[str, str]]:
    """The key, the name and the drafted paragraph by language."""
    called, drafts = {}, {}
    for language in languages:
        with override(language):
            case = timelines.case_value(row.case.slug, events, public=True, names=names)
            called[language] = subject_of(row.party, events, names)
            draft = drafting.draft_person(case, called[language], day, language)
            drafts[language] = without_held(draft.text)
    return row.public_id, called, drafts


def subject_of(party: Party, events: Sequence[Event], names: Shown) -> str:
    """The name of a party as a letter may print it, which is how the case's own value calls it."""
    mentions = [one for event in events for one in event.mentions.all() if one.party_id == party.pk]
    if mentions:
        first = mentions[0]
        return names.of(party.kind, party.name, naming.mention_key(first), first.type)
    hidden = names.withheld.hidden(party.kind, party.name)
    return names.withheld.printed(hidden) if hidden else party.name


def without_held(text: str) -> str:
    """The text without the sentences that repeat a statement which is held back."""
    if not is_held_back(text):
        return text
    return " ".join(one.text for one in sentences(text) if not is_held_back(one.text))


def _events_of(cases: Collection[int]) -> dict[int, list[Event]]:
    rows = timelines.public_events().filter(case__in=cases).select_related("item__source", "case")
    found: dict[int, list[Event]] = {}
    for row in rows.prefetch_related(models.Prefetch("mentions", Mention.objects.select_related("party"))):
        found.setdefault(row.case_id, []).append(row)
    return found


def figures_named(letter: Letter) -> tuple[str, ...]:
    """The figures that its words name."""
    texts = [text for part in letter.words.values() for text in part.values()]
    return tuple(dict.fromkeys(name for text in texts for name in names_in(text)))


def parts_of(letter: Letter) -> dict[str, dict[str, str]]:
    """Every text of the letter that people write, by part: the fixed parts, its demands, own words on people."""
    wanted = [*PARTS, *(DEMAND + key for key in letter.demands.values_list("public_id", flat=True))]
    wanted += [
        part
        for key in letter.people.values_list("public_id", flat=True)
        for part in (PERSON_NAME + key, PERSON + key)
        if any(letter.words.get(part, {}).values())
    ]
    return {
        part: {language: letter.words.get(part, {}).get(language, "") for language in LANGUAGES}
        for part in wanted
    }


def standings_of_letter(letter: Letter) -> dict[str, dict[str, Standing]]:
    """How each text stands in each language."""
    found = standings_of({letter.public_id: parts_of(letter)}, letter.source_language)
    return {part: standing for (_, part), standing in found.items()}


def misfits_of(letter: Letter) -> dict[tuple[str, str], tuple[Misfit, ...]]:
    """What own words on a person say that no event of the case bears, by the person's key and language."""
    names = joined.names_in(USE)
    rows = list(letter.people.select_related("case"))
    events = _events_of([row.case_id for row in rows])
    found = {}
    for row in rows:
        told = [
            mapping.renamed(mapping.event_value(one), one.public_id, names)
            for one in events.get(row.case_id, ())
        ]
        for language in letter.languages:
            own = letter.words.get(PERSON + row.public_id, {}).get(language, "")
            if own and (missed := drafting.misfits(own, told, language)):
                found[row.public_id, language] = missed
    return found


# --- who agreed -------------------------------------------------------------------------------------------


def without_agreement(letter: Letter) -> tuple[str, ...]:
    """Names of the people in the letter of whom no agreement to it is on record: their own, the family's, a lawyer's."""
    return tuple(
        row.party.name
        for row in letter.people.select_related("party", "case")
        if not has_agreed(row.party, row.case)
    )


def has_agreed(party: Party, case: Case) -> bool:
    """Whether that person may stand in a letter with that case; outlets and bodies need not be asked."""
    if party.kind != Party.Kind.PERSON:
        return True
    parties = party_clusters().of(party.public_id)
    events = Event.objects.public().filter(case=case, mentions__party__public_id__in=parties)
    return leave_of(parties, USE).covers(list(events.values_list("public_id", flat=True)))


def _refuse_without_agreement(party: Party, case: Case) -> None:
    if not has_agreed(party, case):
        raise NotAllowed(
            f"nothing is on record that {party.name}, the family or a lawyer agreed to a letter",
            next_step="ask them, and write the consent down under People with the use “letter”",
        )


# --- what keeps it from going out -------------------------------------------------------------------------


def unready(letter: Letter) -> tuple[str, ...]:
    """What must be done before signatories are asked and before the letter is sent, in words; empty when nothing."""
    found: list[str] = []
    try:
        told = composed(letter)
    except NotReady as error:
        return (str(error),)
    if not letter.demands.exists():
        found.append(gettext("The letter asks for nothing yet: add a demand."))
    found += [
        gettext("No agreement to a letter is on record of %(name)s.") % {"name": name}
        for name in without_agreement(letter)
    ]
    for part, standing in standings_of_letter(letter).items():
        needed = part in NEEDED or part.startswith(DEMAND)
        for language in letter.languages:
            one = standing[language]
            if one.ready or (one.state == "missing" and not needed):
                continue
            found.append(_not_ready(part_label(letter, part), one))
    for language, said in told.items():
        if said.gaps:
            found.append(
                gettext("Still to be filled in (%(language)s): %(gaps)s")
                % {"language": language, "gaps": ", ".join(dict.fromkeys(said.gaps))}
            )
        texts = [said.title, *said.undersigned, *said.concern, *said.wider, *said.closing]
        texts += [one.text for one in (*said.demands, *said.people)]
        if is_held_back("\n".join(texts)):
            found.append(
                gettext("The letter (%(language)s) repeats a statement that is held back.")
                % {"language": language}
            )
    return tuple(found)


def _not_ready(part: str, standing: Standing) -> str:
    words = {"part": part, "language": standing.language}
    if standing.state == "missing":
        return gettext("%(part)s (%(language)s): there is no text.") % words
    if standing.stale:
        return gettext("%(part)s (%(language)s): the text it was translated from has changed.") % words
    return gettext("%(part)s (%(language)s): nobody has approved it.") % words


def part_label(letter: Letter, part: str) -> str:
    """What a part is called at the desk."""
    fixed = {
        "title": gettext("Title"),
        "addressees": gettext("Addressees"),
        "salutation": gettext("Salutation"),
        "undersigned": gettext("The undersigned"),
        "concern": gettext("The concern"),
        "wider": gettext("The wider pattern"),
        "closing": gettext("Closing"),
    }
    if part in fixed:
        return fixed[part]
    kind, _, key = part.partition(".")
    if f"{kind}." == DEMAND:
        keys = list(letter.demands.values_list("public_id", flat=True))
        return gettext("Demand %(number)d") % {"number": keys.index(key) + 1}
    name = letter.people.select_related("party").get(public_id=key).party.name
    return gettext("Paragraph on %(name)s") % {"name": name}


# --- writing ----------------------------------------------------------------------------------------------


@transaction.atomic
def begin(
    *,
    by: str,
    user: Any = None,
    cases: Iterable[Case] = (),
    template: str = "",
    languages: Sequence[str] = (LANGUAGES[0],),
    day: date | None = None,
    since: date | None = None,
) -> Letter:
    """Begin a letter, from cases if any are given: their people stand in it. UnknownValue for a template that is none.

    NotAllowed where nothing is on record that a person, the family or a lawyer agreed.
    """
    _refuse_languages(languages)
    if template and template not in templates():
        raise UnknownValue(f"{template[:40]!r} is no template", next_step=f"use {', '.join(templates())}")
    letter = Letter.objects.create(
        source_language=languages[0], languages=list(languages), template=template, day=day, since=since
    )
    if template:
        start = templates()[template]
        letter.words = {part: _in(texts, languages) for part, texts in start.words.items()}
        for texts in start.demands:
            _new_demand(letter, _in(texts, languages))
    letter.save()
    record_revision(letter, "create", by=by, user=user)
    for part, texts in letter.words.items():
        for language in texts:
            note_text(letter.public_id, part, language, texts, by=by, user=user, machine=True)
    for case in cases:
        add_case(letter, case, by=by, user=user)
    return letter


def _in(texts: Mapping[str, str], languages: Iterable[str]) -> dict[str, str]:
    return {language: texts[language] for language in languages}


def _refuse_languages(languages: Sequence[str]) -> None:
    if not languages or set(languages) - set(LANGUAGES) or len(set(languages)) < len(languages):
        raise UnknownValue(
            f"{', '.join(languages) or 'nothing'!r}: a letter is in some of en, ru, kk",
            next_step="name each of its languages once",
        )


@transaction.atomic
def add_case(letter: Letter, case: Case, *, by: str, user: Any = None) -> list[LetterPerson]:
    """Everybody whom the violations of a case hit gets a paragraph; its provisions are the letter's.

    NotReady for a case of which nothing is published.
    """
    events = timelines.public_events().filter(case=case)
    hit = Party.objects.filter(
        mentions__event__in=events.filter(kind="violation"), mentions__side=Mention.Side.TARGET
    )
    people = list(hit.filter(kind=Party.Kind.PERSON).distinct().order_by("pk")) or list(
        hit.filter(kind=Party.Kind.OUTLET).distinct().order_by("pk")
    )
    if not people:
        raise NotReady(
            f"nothing is published of the case {case.slug} that hit somebody",
            next_step="publish its events first",
        )
    made = [add_person(letter, case, party, by=by, user=user) for party in people]
    codes = events.values_list("provisions__code", flat=True)
    known = list(dict.fromkeys([*letter.provisions, *sorted({code for code in codes if code})]))
    if known != letter.provisions:
        change(letter, by=by, user=user, provisions=known)
    return made


@transaction.atomic
def add_person(
    letter: Letter, case: Case, party: Party, *, by: str, user: Any = None, historical: bool = False
) -> LetterPerson:
    """A paragraph on somebody of a case. NotAllowed without agreement on record.

    `historical`: as in an imported letter, which is checked again before anything goes out.
    """
    held = _held(letter)
    if not historical:
        _refuse_without_agreement(party, case)
    if held.people.count() >= MOST_PEOPLE:
        raise BadInput(f"a letter has at most {MOST_PEOPLE} people", next_step="write a second letter")
    known = held.people.filter(case=case, party=party).first()
    if known:
        return known
    row = LetterPerson.objects.create(letter=held, case=case, party=party, position=_next(held.people))
    record_revision(row, "create", by=by, user=user)
    return row


@transaction.atomic
def drop_person(row: LetterPerson, *, by: str, user: Any = None) -> None:
    """Take a paragraph out."""
    _drop(row, (PERSON, PERSON_NAME), by=by, user=user)


@transaction.atomic
def add_demand(letter: Letter, texts: Mapping[str, str], *, by: str, user: Any = None) -> LetterDemand:
    """A further demand, with its text in the languages that are given; the first of them is its source."""
    held = _held(letter)
    if held.demands.count() >= MOST_DEMANDS:
        raise BadInput(f"a letter has at most {MOST_DEMANDS} demands", next_step="ask for less")
    row = _new_demand(held, {})
    record_revision(row, "create", by=by, user=user)
    first = next(iter(texts), "")
    for language, text in texts.items():
        write(held, DEMAND + row.public_id, language, text, source=first, by=by, user=user)
    letter.words = held.words
    return row


@transaction.atomic
def drop_demand(row: LetterDemand, *, by: str, user: Any = None) -> None:
    """Take a demand out."""
    _drop(row, (DEMAND,), by=by, user=user)


@transaction.atomic
def move(row: LetterPerson | LetterDemand, up: bool, *, by: str, user: Any = None) -> None:
    """Change places with the one before or behind it."""
    letter = _held(row.letter)
    siblings = list(letter.people.all() if isinstance(row, LetterPerson) else letter.demands.all())
    at = siblings.index(row)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(siblings):
        return
    siblings[at], siblings[to] = siblings[to], siblings[at]
    for position, one in enumerate(siblings, 1):
        type(one).objects.filter(pk=one.pk).update(position=position)
    row.refresh_from_db()
    record_revision(row, "move", by=by, user=user)


@transaction.atomic
def write(
    letter: Letter,
    part: str,
    language: str,
    text: str,
    *,
    by: str,
    user: Any = None,
    source: str = "",
    machine: bool = False,
) -> Letter:
    """Write a text of the letter; `source` is the language that it was translated from, its own where it is the first.

    UnknownValue for a part, a language or a figure in braces that is none; NotReady once the letter is sent.
    """
    held = _held(letter)
    text = "\n".join(text.replace("\x00", "").replace("\r\n", "\n").strip().splitlines())
    if part not in (*PARTS, *_own_parts(held)) or language not in LANGUAGES:
        raise UnknownValue(f"a letter has no part {part[:40]!r} in {language[:10]!r}")
    if len(text) > LONGEST:
        raise BadInput(f"the text is over {LONGEST:,} letters", next_step="say it shorter")
    names_in(text)
    before = held.words.get(part, {}).get(language, "")
    if before == text:
        return held
    texts = held.words.get(part, {}) | {language: text}
    held.words = held.words | {part: texts}
    held.save()
    note_text(
        held.public_id, part, language, texts, by=by, user=user, source_language=source, machine=machine
    )
    record_revision(held, "write", by=by, user=user)
    letter.words = held.words
    return held


@transaction.atomic
def approve(letter: Letter, language: str, *, by: str, user: Any = None) -> int:
    """Approve every text of the letter in that language as it stands; how many. NotReady where one is missing or stale."""
    held = _held(letter)
    count = 0
    for part, standing in standings_of_letter(held).items():
        one = standing.get(language)
        if (
            one is None
            or one.ready
            or (one.state == "missing" and part not in NEEDED and not part.startswith(DEMAND))
        ):
            continue
        try:
            approve_text(held.public_id, part, language, parts_of(held)[part], by=by, user=user)
        except NotReady as error:
            raise NotReady(f"{part_label(held, part)}: {error.message}", next_step=error.next_step) from None
        count += 1
    return count


#: What `change` takes.
DETAILS = ("day", "since", "sent_via", "languages", "provisions", "order", "embargo", "deadline")


@transaction.atomic
def change(letter: Letter, *, by: str, user: Any = None, **details: Any) -> Letter:
    """Change what is no text of the letter: DETAILS. Only the deadline and the embargo once it is sent."""
    held = Letter.objects.select_for_update().get(pk=letter.pk)
    for name, new in details.items():
        if name not in DETAILS:
            raise UnknownValue(f"{name!r} is no detail of a letter", next_step=f"use {', '.join(DETAILS)}")
        if getattr(held, name) != new and name != "embargo":
            refuse_sent(held)
    if "languages" in details:
        _refuse_languages(details["languages"])
    if details.get("order", held.order) not in Letter.Order.values:
        raise UnknownValue(f"{details['order']!r} is no order", next_step=" or ".join(Letter.Order.values))
    since, day = details.get("since", held.since), details.get("day", held.day)
    if since and day and since > day:
        raise BadInput(
            "the figures would begin after the day of the letter", next_step="mend one of the days"
        )
    for name, new in details.items():
        setattr(held, name, new)
        setattr(letter, name, new)
    held.save()
    record_revision(held, "change", by=by, user=user)
    return held


def refuse_sent(letter: Letter) -> None:
    """NotReady once a letter is frozen: what was sent stays."""
    if letter.frozen_at:
        raise NotReady("the letter was sent: its words stay", next_step="write another letter")


def _held(letter: Letter) -> Letter:
    """The row, held until the end of the transaction; NotReady once it is sent."""
    held = Letter.objects.select_for_update().get(pk=letter.pk)
    refuse_sent(held)
    return held


def _own_parts(letter: Letter) -> list[str]:
    people = letter.people.values_list("public_id", flat=True)
    return [
        *(DEMAND + key for key in letter.demands.values_list("public_id", flat=True)),
        *(prefix + key for key in people for prefix in (PERSON, PERSON_NAME)),
    ]


def _new_demand(letter: Letter, texts: dict[str, str]) -> LetterDemand:
    row = LetterDemand.objects.create(letter=letter, position=_next(letter.demands))
    if texts:
        letter.words = letter.words | {DEMAND + row.public_id: texts}
    return row


def _next(rows: Any) -> int:
    return (rows.aggregate(last=models.Max("position"))["last"] or 0) + 1


def _drop(row: LetterPerson | LetterDemand, prefixes: Iterable[str], *, by: str, user: Any) -> None:
    letter = _held(row.letter)
    gone = {prefix + row.public_id for prefix in prefixes}
    letter.words = {part: texts for part, texts in letter.words.items() if part not in gone}
    letter.save()
    record_revision(row, "drop", by=by, user=user)
    record_revision(letter, "change", by=by, user=user)
    row.delete()


def is_public(letter: Letter, now: datetime | None = None) -> bool:
    """Whether readers may see it: sent, and its embargo is over."""
    return bool(letter.sent_at) and (letter.embargo is None or letter.embargo <= (now or timezone.now()))
