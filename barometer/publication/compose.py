"""From what the ledger hands over to what a bulletin prints in one language."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from barometer.codebook import LANGUAGES, codebook
from barometer.errors import NotReady
from barometer.indicators import Counted, Figures, figures
from barometer.publication import numbers
from barometer.publication.linking import leading_phrase
from barometer.publication.values import (
    IMPRINT_PARTS,
    BulletinOut,
    House,
    IssueIn,
    Item,
    Linked,
    LinkIn,
    MonthItems,
    Said,
    SectionIn,
    SectionOut,
    StoryIn,
)
from barometer.publication.words import number, quarter_name, words

#: where a language has no text, the first of these that has one is printed, marked as what it is
FALLBACKS = ("en", "ru", "kk")

_SCHEMES = ("http", "https", "mailto")
_SPACE = re.compile(r"[ \t\r\n\f\v\x1c-\x1f\x85\u2028\u2029]+")


def compose(issue: IssueIn, language: str) -> BulletinOut:
    """The bulletin in that language.

    UnknownValue for a language or period that is none; NotReady where the quarter has nothing to print, or an
    item has no text in any language.
    """
    said = words(language)
    counts = _count(issue)
    issue = _with_numbers(issue, counts)
    if not issue.stories:
        raise NotReady(
            f"there is nothing to print for {issue.period}",
            next_step="import the quarter's bulletin or publish its events, then try again",
        )
    sections = _sections(issue, language)
    items = [item for section in sections for month in section.months for item in month.items]
    return BulletinOut(
        period=issue.period,
        period_words=quarter_name(issue.period, language),
        language=language,
        title=paragraph(issue.titles.get(language, "")) or said["title"],
        intro=_several(issue.intros, language, issue.machine_in.get("intro", frozenset())),
        sections=sections,
        figures=counts,
        contact=_one(issue.contacts, language),
        imprint=(*_recorded(issue, counts, language), *_imprint(issue, items, language)),
        houses={form: _house(issue, form, language) for form in {"", *issue.imprint}},
        measures=issue.measures,
    )


# --- figures ----------------------------------------------------------------------------------------------


def _count(issue: IssueIn) -> Figures:
    printed = (
        Counted(event, story.section, story.month, story.key, place in story.again)
        for story in issue.stories
        for place, event in enumerate(story.events)
    )
    return figures(printed, issue.period, entries=len(issue.stories))


def _imprint(issue: IssueIn, items: list[Item], language: str) -> tuple[str, ...]:
    """How the numbers are counted, what is not translated, what a machine wrote, what made it."""
    said = words(language)
    foreign = sum(item.language != language for item in items)
    machine = sum(item.machine for item in items)
    return (
        said["method"],
        *([said["other_language"].format(count=foreign)] if foreign else []),
        *([said["machine_items"].format(count=machine)] if machine else []),
        *([said["edition"].format(number=issue.edition)] if issue.edition > 1 else []),
        said["made"].format(codebook=issue.codebook or codebook().version),
    )


def _house(issue: IssueIn, form: str, language: str) -> House:
    """The house's lines in copies of one format: a part of that format, else of all."""
    given = {**issue.imprint.get("", {}), **issue.imprint.get(form, {})}
    lines = [_one(given[part], language) for part in IMPRINT_PARTS if part != "contact" and part in given]
    contact = Said(paragraph(given.get("contact", {}).get(language, "")), language)
    return House(tuple(line for line in lines if line.text), contact if contact.text else None)


def _recorded(issue: IssueIn, counts: Figures, language: str) -> tuple[str, ...]:
    """How much is on record for the quarter, beside what is printed, and how much was for the quarter before."""
    if not issue.recorded or not issue.previous:
        return ()
    told = {
        "recorded": issue.recorded["new_violations"],
        "printed": counts.new_violations,
        "previous": issue.previous["new_violations"],
    }
    return (words(language)["recorded"].format(**{name: number(n, language) for name, n in told.items()}),)


# --- live numbers -----------------------------------------------------------------------------------------


def _with_numbers(issue: IssueIn, counts: Figures) -> IssueIn:
    """The issue with its live numbers written out, in each language as that language writes them."""
    values = numbers.values(counts, issue.recorded, issue.previous)
    said = {
        language: {name: number(value, language) for name, value in values.items()} for language in LANGUAGES
    }

    def told(texts: Mapping[str, str]) -> dict[str, str]:
        return {language: numbers.filled(text, said[language])[0] for language, text in texts.items()}

    def story(one: StoryIn) -> StoryIn:
        _, places = numbers.filled(one.texts.get(one.source_language, ""), said[one.source_language])
        links = tuple((_place(places, start), _place(places, end), to) for start, end, to in one.links)
        return replace(one, texts=told(one.texts), links=links)

    return replace(
        issue,
        titles=told(issue.titles),
        intros=told(issue.intros),
        sections=tuple(
            replace(section, titles=told(section.titles), intros=told(section.intros))
            for section in issue.sections
        ),
        stories=tuple(story(one) for one in issue.stories),
    )


# --- sections ---------------------------------------------------------------------------------------------


def _sections(issue: IssueIn, language: str) -> tuple[SectionOut, ...]:
    """Every section that has items or an intro, by number."""
    stories: dict[int, list[StoryIn]] = defaultdict(list)
    for story in sorted(issue.stories, key=lambda story: (story.position, story.key)):
        stories[_section_of(story)].append(story)
    given = {section.number: section for section in issue.sections}
    wanted = set(stories) | {number for number, section in given.items() if any(section.intros.values())}
    return tuple(
        _section(
            given.get(number, SectionIn(number)),
            stories[number],
            language,
            issue.address_of_site,
            issue.machine_in,
        )
        for number in sorted(wanted)
    )


def _section_of(story: StoryIn) -> int:
    """The editor's choice; else what the first event's type proposes (rule 22); else the general situation."""
    if story.section is not None:
        return story.section
    return codebook().type(story.events[0].main_type).section if story.events else min(codebook().sections)


def _section(
    section: SectionIn,
    stories: list[StoryIn],
    language: str,
    site: str | None,
    machine_in: Mapping[str, frozenset[str]],
) -> SectionOut:
    months: dict[str | None, list[Item]] = defaultdict(list)
    for story in stories:
        months[story.month].append(_item(story, language, site))
    machine = machine_in.get(f"section.{section.number}.intro", frozenset())
    title = _title(section, language)
    standing = codebook().sections.get(section.number)
    return SectionOut(
        number=section.number,
        title=title,
        label=standing.in_language(language) if standing else title.text,
        intro=_several(section.intros, language, machine),
        months=tuple(
            MonthItems(month, tuple(months[month])) for month in sorted(months, key=lambda m: m or "")
        ),
    )


def _title(section: SectionIn, language: str) -> Said:
    """Standing sections have the codebook's title; a section that changes has its source's."""
    standing = codebook().sections.get(section.number)
    if standing:
        return Said(standing.title[language], language)
    source = _one(section.titles, language)
    if source.text:
        return Said(re.sub(r"\s*\.$", "", source.text), source.language)
    return Said(words(language)["section"].format(number=section.number), language)


def _one(texts: Mapping[str, str], language: str) -> Said:
    """One paragraph in the language, else in the first fallback that has it, else nothing."""
    for candidate in (language, *FALLBACKS):
        if text := paragraph(texts.get(candidate, "")):
            return Said(text, candidate)
    return Said("", language)


def _several(texts: Mapping[str, str], language: str, machine_in: frozenset[str]) -> Said:
    """The same for a text of paragraphs, which blank lines part; they are kept as lines."""
    for candidate in (language, *FALLBACKS):
        parts = [paragraph(part) for part in re.split(r"\n\s*\n", texts.get(candidate, ""))]
        if any(parts):
            return Said("\n".join(part for part in parts if part), candidate, candidate in machine_in)
    return Said("", language)


# --- items ------------------------------------------------------------------------------------------------


def _item(story: StoryIn, language: str, site: str | None) -> Item:
    raw, told_in, own = _text(story, language)
    text, offsets = _clean(raw)
    page = _page(story, language, site)
    printed = own and told_in == story.source_language
    found = _source_links(story, text, offsets) if printed else ()
    if not found:
        # In another language the story rests on the same source; a story that the source does not link has its page.
        address = None if printed else next((safe for *_, a in story.links if (safe := _safe(a))), None)
        found = ((*(_headline(story, text) or leading_phrase(text, told_in)), address),)
    return Item(
        key=story.key,
        text=text,
        links=tuple(Linked(start, end, leads) for start, end, address in found if (leads := address or page)),
        event_ids=story.event_ids,
        language=told_in,
        machine=story.machine or (own and told_in in story.machine_in),
    )


def _text(story: StoryIn, language: str) -> tuple[str, str, bool]:
    """The text to print, its language, and whether it is the story's own (not its events' summaries)."""
    for candidate in (language, *FALLBACKS, story.source_language):
        if story.texts.get(candidate, "").strip():
            return story.texts[candidate], candidate, True
        if summaries := _summaries(story, candidate):
            return summaries, candidate, False
    raise NotReady(
        f"item {story.key!r} has no text and its events have no summary, in any language",
        next_step="write a text for it, or a summary for each of its events",
    )


def _summaries(story: StoryIn, language: str) -> str:
    """The events' summaries in that language, or nothing where one of them is not in it."""
    told = [paragraph(event.summary_in(language) or "") for event in story.events]
    return (
        " ".join(text if re.search(r"[.!?…]\W*$", text) else f"{text}." for text in told) if all(told) else ""
    )


def _headline(story: StoryIn, text: str) -> tuple[int, int] | None:
    """Where the story's headline stands in the text, if it does."""
    headline = paragraph(story.headline or "")
    start = text.find(headline) if headline else -1
    return (start, start + len(headline)) if start >= 0 else None


def _source_links(story: StoryIn, text: str, offsets: Sequence[int]) -> tuple[LinkIn, ...]:
    """The source's links moved to the clean text: in order, without blank edges and overlaps."""
    found: list[LinkIn] = []
    for start, end, address in sorted(story.links, key=lambda link: link[:2]):
        left, right = _place(offsets, start), _place(offsets, end)
        left = max(left, found[-1][1] if found else 0)
        said = text[left:right]
        left, right = left + len(said) - len(said.lstrip()), right - (len(said) - len(said.rstrip()))
        if left < right:
            found.append((left, right, _safe(address)))
    return tuple(found)


def _place(offsets: Sequence[int], offset: int) -> int:
    """How many characters of the clean text stand before that offset of the raw one."""
    return bisect_left(offsets, offset)


def _page(story: StoryIn, language: str, site: str | None) -> str | None:
    """The public page of the story's first event, where there is a site."""
    if not site or not story.event_ids:
        return None
    return _safe(f"{site.rstrip('/')}/{language}/events/{story.event_ids[0]}/")


def _safe(address: str | None) -> str | None:
    """An address that a reader may follow, in ASCII marks that no format trips over; else None."""
    cleaned = "".join((address or "").split())
    try:
        scheme = urlsplit(cleaned).scheme.lower()
    except ValueError:
        return None
    if scheme not in _SCHEMES or _control(cleaned):
        return None
    return cleaned.translate({ord(mark): f"%{ord(mark):02X}" for mark in '()<>"\\`{}|^'})


# --- clean text -------------------------------------------------------------------------------------------


def paragraph(text: str) -> str:
    """The text as one paragraph: line ends are spaces, control characters are gone."""
    return _clean(text)[0]


def _clean(text: str) -> tuple[str, Sequence[int]]:
    """The same, and for each character its offset in the text given."""
    if text.isprintable() and "  " not in text and text == text.strip(" "):
        return text, range(len(text))
    kept = [(character, offset) for offset, character in _characters(text) if not _control(character)]
    while kept and kept[0][0] == " ":
        kept.pop(0)
    while kept and kept[-1][0] == " ":
        kept.pop()
    return "".join(character for character, _ in kept), [offset for _, offset in kept]


def _characters(text: str) -> Iterable[tuple[int, str]]:
    """Every character with its offset; a run of white space is one space at its start."""
    place = 0
    for match in _SPACE.finditer(text):
        yield from enumerate(text[place : match.start()], place)
        yield match.start(), " "
        place = match.end()
    yield from enumerate(text[place:], place)


def _control(text: str) -> bool:
    """Whether there is a control character, a lone surrogate or a code point that is none (XML takes no such)."""
    return any(unicodedata.category(mark) in ("Cc", "Cs") or ord(mark) & 0xFFFE == 0xFFFE for mark in text)
