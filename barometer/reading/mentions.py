"""Who and what is named in a text: people with their trade, outlets, bodies, places."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TypeVar

from barometer.countries import Finder, Found, Outlet, country, finder_of
from barometer.reading.clean import clean
from barometer.reading.forms import base_form
from barometer.reading.lexicon import marker, pairs
from barometer.reading.spans import Spans
from barometer.reading.tagger import name_spans

CAPITAL = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІ"
_WORD = rf"[{CAPITAL}][\w’'ʼ]*(?:-[\w’'ʼ]+)*"
#: In Cyrillic texts outlets stand in quotation marks or in Latin letters.
_LATIN = r"[A-Z][A-Za-z0-9.-]*[A-Za-z0-9]"
_SEQUENCE = re.compile(rf"(?<![\w.])(?:{_WORD})(?:\s+(?:{_WORD})){{0,3}}")
_DOMAIN = re.compile(
    r"(?<![\w@.])(?:www\.)?([\w-]{2,63}(?:\.[\w-]{2,63})?\.(?:kz|media|com|org|info|net|asia|news|live|ru|kg|uz|tv|me))(?![\w])",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“«„‘'](?!\s)([^\"“”«»„‘’\n]{2,40})[\"”»“’'](?!\w)")
_SURNAME = re.compile(
    r"(?:[оеё]в|[ыи]н|[сц]кий|[сц]кой|ко|ук|юк|ян|дзе|бек|бай|ев|хан|кан|ұлы|қызы|тегі|улы|кызы|вич|ич)"
    r"(?:а|у|ым|ом|е|ой|ого|ому|ую|ая|ы|ның|нің|дың|дің|тың|тің|ға|ге|қа|ке|ны|ні|ды|ді|ты|ті|мен|пен|бен|дан|ден|тан|тен)?$"
    r"|(?:[оеё]в|[ыи]н)а(?:я|ның|ға|ны|мен|дан|сы)?$|(?:ск|цк)(?:ая|ой|ую|им|аяға|аяның)$|(?:баев|беков|улов|[аеи]ев|киев)\w{0,4}$"
)
#: The confidence of an actor who has no name, only a trade.
UNNAMED = 0.5
#: No name is longer, in letters.
LONGEST_NAME = 150
#: Outlets and words for outlets beside quoted names.
_NEAR = 60
#: What stands farther apart than this has nothing to do with each other; names and trades are shorter.
_LINE = 300


@dataclass(frozen=True)
class Mention:
    """A name in a text, from `start` to `end`.

    `kind` is person, outlet or body; `type` is the codebook's type of target (people of the media, outlets) or of
    actor (officials, bodies), None for a person of unknown trade; `side` says which of the two it is.
    """

    start: int
    end: int
    written: str
    kind: str
    type: str | None
    side: str
    name: str
    confidence: float = 0.8


@dataclass(frozen=True)
class Mentions:
    """All that is named in a text, from left to right."""

    people: tuple[Mention, ...]
    outlets: tuple[Mention, ...]
    bodies: tuple[Mention, ...]


@cache
def _outlets() -> Finder[Outlet]:
    return finder_of(country().outlets)


@cache
def _bodies() -> Finder[tuple[str, str]]:
    """Bodies by name → (canonical name, actor type); foreign public bodies are `foreign_state`."""
    return Finder(
        (
            (name, (body.name, body.type))
            for body in country().bodies
            for name in {*body.names.values(), *body.spellings}
        ),
        capital=True,
    )


@cache
def _laws() -> Finder[str]:
    """Laws by their titles: no part of one is a person's name."""
    return Finder(
        (name, law.code)
        for law in country().laws.values()
        for name in {*law.title.values(), *law.short.values(), *law.spellings}
    )


@cache
def _words(use: str) -> Finder[str]:
    """Generic words of a use ("body", "target", "actor") or of one type ("outlet") → the type they point to."""
    return Finder(
        (word, group.type or use)
        for group in country().words
        if use in (group.use, group.type)
        for words in group.words.values()
        for word in words
    )


@cache
def _places() -> Finder[str]:
    c = country()
    named = [(n, p.region) for p in c.places for n in {*p.names.values(), *p.spellings}]
    named += [
        (n, r.code) for r in c.regions.values() for n in {*r.names.values(), *r.short.values(), *r.spellings}
    ]
    named += [(n, "abroad") for a in c.abroad for n in {*a.names.values(), *a.spellings}]
    return Finder(named, capital=True)


_ORGANISATIONS = frozenset({"outlet", "media_ngo", "public"})


@dataclass(frozen=True)
class Role:
    """A word for a trade: `side` target or actor, `type` of the codebook."""

    start: int
    end: int
    type: str
    side: str


_Standing = TypeVar("_Standing", Mention, Role)


def roles(text: str) -> list[Role]:
    """Words for trades of people: journalist, editor, minister, judge …"""
    found = media_roles(text)
    found += [
        Role(hit.start, hit.end, hit.values[0], "actor")
        for hit in _words("actor").find(text)
        if not _in_a_title(text, hit)
    ]
    return sorted(found, key=lambda role: role.start)


def media_roles(text: str) -> list[Role]:
    """Words for trades of people of the media, and for who else is hit with them."""
    return [
        Role(hit.start, hit.end, hit.values[0], "target")
        for hit in _words("target").find(text)
        if hit.values[0] not in _ORGANISATIONS and not _in_a_title(text, hit)
    ]


def words_for_outlets(text: str) -> int:
    """How many words for outlets stand in a text: newspaper, site, channel …"""
    return len(_words("outlet").find(text))


def _in_a_title(text: str, hit: Found[str]) -> bool:
    """ "Chamber of Entrepreneurs": a plural with a capital letter inside a sentence is part of a name."""
    return (
        hit.written[0].isupper()
        and hit.written.endswith("s")
        and hit.written.isascii()
        and bool(re.search(r"[a-z]\s$", text[max(0, hit.start - 2) : hit.start]))
    )


@dataclass(frozen=True)
class Known:
    """Who is presented somewhere in the same document: outlets by name, people of the media by name and type."""

    outlets: frozenset[str] = frozenset()
    people: frozenset[tuple[str, str]] = frozenset()


def presented(texts: Iterable[str], language: str) -> Known:
    """The outlets and people of the media that the texts present: "the magazine Marshrut", "reporter Alma Testova"."""
    outlets: set[str] = set()
    people: dict[str, str] = {}
    for text in texts:
        found = mentions(clean(text)[0], language)
        outlets |= {m.written for m in found.outlets if m.confidence < 0.85 and len(m.written) > 3}
        for m in found.people:
            if m.side == "target" and m.type and len(m.written.split()) > 1 and m.confidence > 0.8:
                people.setdefault(m.written, m.type)
    return Known(frozenset(outlets), frozenset(people.items()))


@lru_cache(maxsize=512)
def _any_of(names: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?![\w-])")


def mentions(text: str, language: str, known: Known | None = None) -> Mentions:
    """All people, outlets and bodies named in a text; `known` are those whom the document presents elsewhere."""
    known = known or Known()
    return _mentions(
        text,
        language,
        Known(
            frozenset(name for name in known.outlets if name in text),
            frozenset(person for person in known.people if person[0] in text),
        ),
    )


@lru_cache(maxsize=512)
def _mentions(text: str, language: str, known: Known) -> Mentions:
    known_roles = roles(text)
    outlets = _short_enough(_outlets_in(text, known_roles, known))
    bodies = _short_enough(_bodies_in(text, outlets))
    taken = [(m.start, m.end) for m in outlets] + [(m.start, m.end) for m in bodies if m.confidence > 0.8]
    people = [
        _as_head(text, m, language, outlets)
        for m in _short_enough(_people_in(text, language, known_roles, Spans(taken), known))
    ]
    bodies = sorted([*bodies, *_unnamed(text, known_roles, people, outlets + bodies)], key=lambda m: m.start)
    bodies = [_as_foreign(text, m) for m in bodies]
    return Mentions(tuple(people), tuple(outlets), tuple(bodies))


def _short_enough(some: list[Mention]) -> list[Mention]:
    """Words run together by whoever wrote the file are no name."""
    return [m for m in some if max(len(m.written), len(m.name)) <= LONGEST_NAME]


@cache
def _foreign() -> re.Pattern[str]:
    """Names and adjectives of other countries: "of Kyrgyzstan", "Georgian", "киргизские"."""
    words = [
        stem
        for place in country().abroad
        if place.kind == "country"
        for stem in (*place.names.values(), *place.spellings, *place.adjectives)
    ]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})\w{{0,4}}")


def _as_foreign(text: str, body: Mention) -> Mention:
    """A body of another state: "Georgian border guards", "the Ministry of Justice of Kyrgyzstan"."""
    if body.type not in pairs().groups["authorities"]:
        return body
    before = text[max(0, body.start - 24) : body.start]
    of = re.match(r"\s+(?:of\s+|in\s+)?(?:the\s+)?", text[body.end : body.end + 12])
    behind = text[body.end + of.end() : body.end + of.end() + 24] if of else ""
    near = re.search(rf"(?:{_foreign().pattern})\s+(?:[a-zа-яәғқңөұүһі]+\s+)?$", before)
    if near or _foreign().search(body.written) or _foreign().match(behind):
        return replace(body, type="foreign_state")
    return body


def _unnamed(
    text: str, known_roles: list[Role], people: list[Mention], taken: list[Mention]
) -> list[Mention]:
    """Who acts under a word for a trade alone: "the judge", "unknown individuals", "a security guard"."""
    found = []
    spans = Spans((m.start, m.end) for m in taken)
    in_order = sorted(people, key=lambda person: person.start)
    for role in known_roles:
        if role.side != "actor" or not spans.free(role.start, role.end):
            continue
        named = any(
            person.type == role.type
            and -30 <= person.start - role.end <= 70
            or role.type is not None
            and 0 <= role.start - person.end <= 30
            for person in _near(in_order, role.start, role.end)
        )
        if not named:
            written = text[role.start : role.end]
            found.append(Mention(role.start, role.end, written, "body", role.type, "actor", written, UNNAMED))
    return found


def _as_head(text: str, person: Mention, language: str, outlets: list[Mention]) -> Mention:
    """Who heads or founded an outlet named beside: a media director."""
    if person.side == "target" and person.type != "media_director":
        return person
    after = text[person.end : person.end + _NEAR]
    before = text[max(0, person.start - _NEAR) : person.start]
    head = marker("head", language)
    near = [m for m in outlets if 0 <= m.start - person.end < 80 or 0 <= person.start - m.end < 40]
    beside = (after[:2] in (", ", " –", " —", " (") and head.search(after)) or head.search(before[-45:])
    if near and beside:
        return replace(person, type="media_director", side="target", confidence=0.7)
    return person


# --- outlets ------------------------------------------------------------------------------------------------------


class _Found(list[Mention]):
    """Mentions found so far, with the stretches that they take."""

    def __init__(self) -> None:
        super().__init__()
        self.spans = Spans()

    def append(self, one: Mention) -> None:
        """Keep one whose stretch is free."""
        super().append(one)
        self.spans.take(one.start, one.end)


def _outlets_in(text: str, known_roles: list[Role], known: Known) -> list[Mention]:
    found = _Found()
    for match in _DOMAIN.finditer(text):
        outlet = country().outlet_by_domain(match[1])
        name = outlet.name if outlet else match[1]
        kind = outlet.type if outlet else "outlet"
        if outlet or match[1].lower().endswith((".kz", ".media")):
            found.append(Mention(match.start(), match.end(), match[0], "outlet", kind, "target", name, 0.9))
    for hit in _outlets().find(text):
        outlet = hit.values[0]
        if _free(found, hit.start, hit.end) and (not outlet.ambiguous or _stands_as_outlet(text, hit)):
            branch = _BRANCH.match(text, hit.end)
            end = branch.end() if branch else hit.end
            found.append(
                Mention(
                    hit.start, end, text[hit.start : end], "outlet", outlet.type, "target", outlet.name, 0.85
                )
            )
    for match in _any_of(known.outlets).finditer(text) if known.outlets else ():
        if _free(found, *match.span()):
            found.append(Mention(*match.span(), match[0], "outlet", "outlet", "target", match[0], 0.7))
    for start, end in (
        _beside_outlet_words(text) + _worked_for(text, known_roles) + _listed_at_outlet_words(text)
    ):
        if _free(found, start, end):
            found.append(
                Mention(start, end, text[start:end], "outlet", "outlet", "target", text[start:end], 0.55)
            )
    for match in _QUOTED.finditer(text):
        start, end = match.span(1)
        if (
            _free(found, start, end)
            and match[1][0].isupper()
            and (
                _word_of_outlet_near(text, match.start(), match.end())
                or _listed_with(text, match.start(), match.end(), found)
                or any(0 < match.start() - role.end <= 2 for role in known_roles if role.side == "target")
            )
        ):
            found.append(Mention(start, end, match[1], "outlet", "outlet", "target", match[1], 0.6))
    return sorted(found, key=lambda m: m.start)


#: A branch of an outlet goes by its name and the country's: "RFE/RL-Kazakhstan".
_BRANCH = re.compile(rf"-[{CAPITAL}][\w’']+")
_JOINED = r"[\"”»’']?(?:\s+[а-яәғқңөұүһі]+)?\s*(?:,|and|и|мен|пен|бен|және)\s*[\"“«‘']?"


def _listed_with(text: str, start: int, end: int, found: list[Mention]) -> bool:
    """Whether the quoted name is one of a list with an outlet: "‘Semei Shamy’ and ‘Zhetinshi Kun’"."""
    return any(
        re.fullmatch(_JOINED, text[m.end : start] if m.end < start else text[end : m.start])
        for m in found
        if m.end < start < m.end + 12 or m.start - 12 < end <= m.start
    )


_WORKED_FOR = re.compile(
    rf"\s+(?:of|for|at|with|from)\s+(?:the\s+)?({_LATIN}(?:\s+{_LATIN}){{0,2}})(?![\w-]|\.\w)"
)


def _worked_for(text: str, known_roles: list[Role]) -> list[tuple[int, int]]:
    """ "a reporter for Irtysh Rakurs": whom a journalist works for is an outlet, if it is no place or body."""
    spans = []
    for role in known_roles:
        match = _WORKED_FOR.match(text, role.end) if role.type in pairs().groups["of_the_press"] else None
        if match and not marker("no_outlet", "any").match(match[1]):
            name = match[1]
            if not (_places().find(name) or _bodies().find(name) or _words("body").find(name) or roles(name)):
                spans.append(match.span(1))
    return spans


def _beside_outlet_words(text: str) -> list[tuple[int, int]]:
    """ "the editorial team at Oydanmedia", "the Oydan project": a capital letter beside a word for an outlet."""
    spans = []
    for hit in _words("outlet").find(text):
        after = re.match(
            rf"(?:\s+(?:at|of))?\s+({_LATIN}(?:\s+{_LATIN})?(?:\s+and\s+{_LATIN}(?:\s+{_LATIN})?)?)(?![\w-]|\.\w)(?!\s+[{CAPITAL}])",
            text[hit.end : hit.end + 60],
        )
        article = r"\b[Tt]he\s+" if hit.written.isascii() else r"(?<![\w.-])"
        before = re.search(rf"{article}({_LATIN})\s+$", text[max(0, hit.start - 40) : hit.start])
        if after and not marker("no_outlet", "any").match(after[1]):
            start = hit.end + after.start(1)
            parts = re.split(r"\s+and\s+", after[1])
            spans.append((start, start + len(parts[0])))
            if len(parts) == 2:
                spans.append((start + len(after[1]) - len(parts[1]), start + len(after[1])))
        elif before and not marker("no_outlet", "any").match(before[1]):
            start = max(0, hit.start - 40) + before.start(1)
            spans.append((start, start + len(before[1])))
    return [
        span for span in spans if not _places().find(text[slice(*span)]) and not roles(text[slice(*span)])
    ]


_ONE_LISTED = rf"(?:[\"“«‘'][^\"“”«»‘’'\n]{{2,40}}[\"”»’']|{_LATIN}(?:\s+{_LATIN}){{0,2}})"
#: A list is closed by an "and": "the outlet A, B" may be an outlet and somebody of it.
_LIST = rf"{_ONE_LISTED}(?:\s*,\s*{_ONE_LISTED})*,?\s+(?:and|и|мен|пен|бен|және)\s+{_ONE_LISTED}"
_LIST_AFTER = re.compile(
    r"(?:\s*[,:–—-])?\s*(?:(?:including|such as|among them|namely|в том числе|включая|такие как|среди них|соның ішінде|оның ішінде)\s+)?"
    rf"({_LIST})(?![\w-]|\.\w)"
)
_LIST_BEFORE = re.compile(rf"(?<![\w.-])({_LIST})\s+(?:TV\s+)?$")


def _listed_at_outlet_words(text: str) -> list[tuple[int, int]]:
    """Names listed beside a word for outlets: "media outlets, including A and B", "‘A’, ‘B’ and C TV channels"."""
    spans = []
    for hit in _words("outlet").find(text):
        if hit.written.isascii() and not hit.written.endswith("s"):
            continue  # one outlet is no list
        after = _LIST_AFTER.match(text, hit.end, hit.end + _LINE)
        before = _LIST_BEFORE.search(text, max(0, hit.start - _LINE), hit.start)
        for match in (after, before):
            for one in re.finditer(_ONE_LISTED, match[1]) if match else ():
                quoted = one[0][0] in "\"“«‘'"
                start, end = (match.start(1) + at for at in one.span()) if match else (0, 0)
                if quoted:
                    start, end = start + 1, end - 1
                name = text[start:end]
                common = marker("no_outlet", "any").match(name) or _places().find(name)
                other = roles(name) or _bodies().find(name) or _words("body").find(name)
                if name[0].isupper() and not other and (quoted or not common):
                    spans.append((start, end))
    return spans


def _free(found: _Found, start: int, end: int) -> bool:
    return found.spans.free(start, end)


def _stands_as_outlet(text: str, hit: Found[Outlet]) -> bool:
    """A name that is also a common word counts in quotation marks, beside a word for an outlet, or in a longer form."""
    if len(hit.written.split()) > max(len(name.split()) for name in hit.values[0].names.values()):
        return True
    quoted = text[max(0, hit.start - 1) : hit.start] in "\"“«„‘'" and hit.start > 0
    return quoted or _word_of_outlet_near(text, hit.start, hit.end, reach=18)


def _word_of_outlet_near(text: str, start: int, end: int, reach: int = 30) -> bool:
    """A word for an outlet before a name, or right behind it ("«Ойла» газеті", "‘Vlast’ magazine"); no company's."""
    before = text[max(0, start - reach) : start]
    if any(
        len(before) - word.end <= 2
        for word in _words("body").find(before)
        if word.values[0] in pairs().groups["titled"]
    ):
        return False
    behind = re.match(r"[\"”»’']?\s+(?:\w+\s+)?", text[end : end + reach])
    after = text[end : end + reach].split(".")[0]
    first = _words("outlet").find(after)
    return bool(_words("outlet").find(before)) or bool(behind and first and first[0].start <= behind.end())


# --- bodies -------------------------------------------------------------------------------------------------------


def _bodies_in(text: str, outlets: list[Mention]) -> list[Mention]:
    found = _Found()
    by_outlets = Spans((m.start, m.end) for m in outlets)
    for named in _bodies().find(text):
        if by_outlets.free(named.start, named.end):
            name, type_ = named.values[0]
            found.append(Mention(named.start, named.end, named.written, "body", type_, "actor", name, 0.9))
    for form in _words("company_form").find(text):
        company = _company_at(text, form.start, form.end)
        if company and _free(found, company.start, company.end):
            found.append(company)
    for word in _words("body").find(text):
        behind = text[word.end : word.end + 60]
        title = _NAMED_BEHIND.match(behind) if word.values[0] in pairs().groups["titled"] else None
        if title and _free(found, word.start, word.end) and by_outlets.free(word.start, word.end):
            start, end = word.end + title.start(1), word.end + title.end(1)
            found.append(
                Mention(start, end, text[start:end], "body", word.values[0], "actor", text[start:end], 0.85)
            )
        elif _free(found, word.start, word.end) and by_outlets.free(word.start, word.end):
            start, end = _whole_name(text, word.start, word.end)
            found.append(
                Mention(start, end, text[start:end], "body", word.values[0], "actor", text[start:end], 0.7)
            )
    return sorted(found, key=lambda m: m.start)


_COMPANY_BEFORE = re.compile(rf"(?:[\"“«‘][^\"“”«»‘’\n]{{1,40}}[\"”»’]|(?:{_WORD}\s+){{0,3}}{_WORD})\s*$")
_COMPANY_AFTER = re.compile(rf"^\s*(?:[\"“«‘'][^\"“”«»‘’'\n]{{1,40}}[\"”»’']|{_WORD})")
_STATE = re.compile(
    r"\b(?:SPK|СПК|ӘКК|Samruk|Самрук|Самұрық|National|Национальн\w+|Ұлттық|State|Государств\w+|Мемлекеттік)\b"
)


def _company_at(text: str, start: int, end: int) -> Mention | None:
    """ "KomTrans LLP", "ТОО «Комтранс»", "«Комтранс» ЖШС" around a legal form."""
    after = _COMPANY_AFTER.match(text[end : end + 60])
    before = _COMPANY_BEFORE.search(text[max(0, start - 60) : start])
    if after and text[end : end + 1].isspace() and after[0].strip()[:1] in "\"“«‘'":
        span = (start, end + after.end())
    elif before:
        span = (max(0, start - 60) + before.start(), end)
    else:
        return None
    written = text[slice(*span)].strip()
    type_ = "state_company" if _STATE.search(written) else "company"
    return Mention(*span, written, "body", type_, "actor", written, 0.85)


_NAMED_BEHIND = re.compile(rf"\s+([\"“«‘'][^\"“”«»‘’'\n]{{2,40}}[\"”»’']|{_WORD}(?:\s+{_WORD}){{0,2}})")


_TAIL = re.compile(rf"^(?:\s+(?:of\s+(?:the\s+)?{_WORD}(?:\s+{_WORD}){{0,3}}|No\.?\s*\d+|№\s*\d+))+")


def _whole_name(text: str, start: int, end: int) -> tuple[int, int]:
    """A body's whole name: "Taraz City Court", "Department of Energy of the West Kazakhstan Region"."""
    head = re.search(rf"(?:{_WORD}\s+){{1,4}}$", text[max(0, start - 60) : start])
    if head and start - (max(0, start - 60) + head.start()) < 50:
        begin = max(0, start - 60) + head.start()
        words = text[begin:start].split()
        if words and words[0] in {"The", "In", "On", "At", "A", "An", "В", "На"}:
            begin += len(words[0]) + 1
        start = begin
    tail = _TAIL.match(text[end : end + 80])
    return start, end + (tail.end() if tail else 0)


# --- people -------------------------------------------------------------------------------------------------------


def _people_in(
    text: str, language: str, known_roles: list[Role], taken: Spans, known: Known
) -> list[Mention]:
    trades = dict(known.people)
    places = [(hit.start, hit.end) for hit in _places().find(text)]
    generic = [(hit.start, hit.end) for use in ("body", "outlet", "law") for hit in _words(use).find(text)]
    generic += [(hit.start, hit.end) for hit in _laws().find(text)]
    occupied = Spans([*((role.start, role.end) for role in known_roles), *generic])
    learned = [span for span in name_spans(text, language) if span.kind == "person"]
    by_model = Spans((span.start, span.end) for span in learned)
    found: list[Mention] = []
    for match in _SEQUENCE.finditer(text):
        if not by_model.free(*match.span()):
            continue
        for first, last in _each_name(text, match.start(), match.end(), language, places):
            span = _trimmed(text, first, last, occupied)
            if span is None or not taken.free(*span):
                continue
            person = _person(text, span, language, known_roles, places)
            if person:
                found.append(person)
    for one in learned:
        span = _trimmed(text, one.start, one.end, occupied)
        if span is not None and taken.free(*span):
            found.append(_learned_person(text, span, language, known_roles))
    found = _without_short(sorted(found, key=lambda m: m.start))
    found = [
        replace(m, type=trades[m.written], side="target", confidence=0.7)
        if m.side == "unknown" and m.written in trades
        else m
        for m in found
    ]
    return _spread_roles(text, found, known_roles) + _short_mentions(text, found)


def _learned_person(text: str, span: tuple[int, int], language: str, known_roles: list[Role]) -> Mention:
    """A person found by a learned model, with the trade that stands beside."""
    start, end = span
    role = _role_at(text, start, end, known_roles)
    return Mention(
        start,
        end,
        text[start:end],
        "person",
        role.type if role else None,
        role.side if role else "unknown",
        _plain(text, start, end, language, role),
        0.85 if role else 0.65,
    )


def _without_short(people: list[Mention]) -> list[Mention]:
    """Surnames alone are left to the later mentions of whoever is named in full, unless a trade stands beside."""
    stems = {
        m.written.split()[-1][: max(4, len(m.written.split()[-1]) - 2)].casefold()
        for m in people
        if " " in m.written
    }
    return [
        m
        for m in people
        if " " in m.written
        or not any(m.written.casefold().startswith(stem) for stem in stems)
        and (m.side != "unknown" or len(m.written) > 3)
    ]


_PATRONYMIC = re.compile(r"(?:вич|вн[аыеу]|ұлы|қызы|улы|кызы|vich|vna|uly|kyzy|qyzy)\w{0,4}$", re.IGNORECASE)


def _each_name(
    text: str, start: int, end: int, language: str, places: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The names in a run of capital letters: a place behind a name is none, and in Cyrillic texts two people can
    stand side by side ("Айжан Әуелбекова Гүлайым Рахмонованың")."""
    words = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", text[start:end])]
    while len(words) > 2 and any(a <= words[-1][0] and words[-1][1] <= b for a, b in places):
        words.pop()
    if language == "en" or len(words) <= 2:
        return [(words[0][0], words[-1][1])]
    if len(words) == 3:
        by_father = any(_PATRONYMIC.search(text[slice(*word)]) for word in words[1:])
        surname_second = bool(_SURNAME.search(text[slice(*words[1])]))
        if by_father or not surname_second:
            return [(words[0][0], words[-1][1])]
        return [(words[0][0], words[1][1]), words[2]]
    return [(words[0][0], words[1][1]), (words[2][0], words[-1][1])]


def _trimmed(text: str, start: int, end: int, occupied: Spans) -> tuple[int, int] | None:
    """The sequence without a leading word for a trade or a common word, and cut before a body's word."""
    words = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", text[start:end])]
    while words and (not occupied.free(*words[0]) or marker("no_name", "any").match(text[slice(*words[0])])):
        words.pop(0)
    kept: list[tuple[int, int]] = []
    for word in words:
        if not occupied.free(*word) or marker("no_name", "any").match(text[slice(*word)]):
            break
        kept.append(word)
    if not kept:
        return None
    stop = kept[-1][1]
    if text[kept[0][0] : stop].endswith(("’s", "'s")):
        stop -= 2
    return kept[0][0], stop


def _person(
    text: str, span: tuple[int, int], language: str, known_roles: list[Role], places: list[tuple[int, int]]
) -> Mention | None:
    start, end = span
    words = text[start:end].split()
    in_place = any(a <= start and end <= b for a, b in places)
    role = _role_at(text, start, end, known_roles)
    if len(words) == 1:
        # A surname alone is a person only right behind a word for a trade: "Judge Askarov", "судья Аскаров".
        if (
            role is None
            or in_place
            or len(words[0]) < 4
            or words[0].isupper()
            or role.end > start
            or start - role.end > 2
        ):
            return None
    elif (
        any(word.isupper() and len(word) > 1 for word in words)
        or any(a <= start and b >= end for a, b in places)
        or language != "en"
        and role is None
        and not any(_SURNAME.search(word) for word in words)
        or role is None
        and any(a < end and start < b for a, b in places)
    ):
        return None
    if _quoted(text, start, end) or _of_a_thing(text, start, end):
        return None
    confidence = 0.85 if role else 0.6
    kind = ("target", role.type) if role and role.side == "target" else ("actor", role.type if role else None)
    return Mention(
        start,
        end,
        text[start:end],
        "person",
        kind[1],
        kind[0] if role else "unknown",
        _plain(text, start, end, language, role),
        confidence,
    )


_KAZAKH_CASE = re.compile(r"(?:[нтд][ыі]ң|[ғқ]а|[гк]е|[нтд][ыі]|[тд][ае]н?|н[ае]н|[мпб]ен)$")
#: How Kazakh surnames end; only before one of these is an ending taken for that of a case.
_SURNAME_ENDS = re.compile(r"(?:[оеё]в|[оеё]ва|ин|ина|ский|ская|бек|бай|хан|ұлы|қызы|улы|кызы|қан|гүл)$")


def _plain(text: str, start: int, end: int, language: str, role: Role | None) -> str:
    """A person's name in its base form: "Дина Қиялованы" → "Дина Қиялова", "Дину Киялову" → "Дина Киялова"."""
    name = text[start:end]
    if language == "ru":
        before = text[role.start : role.end] if role and role.end <= start else _word_before(text, start)
        return base_form(name, before.split()[-1] if before.split() else "")
    if language != "kk" or " " not in name:
        return name
    head, _, surname = name.rpartition(" ")
    bare = _KAZAKH_CASE.sub("", surname)
    return f"{head} {bare}" if bare != surname and _SURNAME_ENDS.search(bare) else name


def _word_before(text: str, start: int) -> str:
    match = re.search(r"(\w+)\s+$", text[max(0, start - 24) : start])
    return match[1] if match else ""


def _quoted(text: str, start: int, end: int) -> bool:
    """The whole name stands in quotation marks: a title, not a person."""
    return text[start - 1 : start] in ('"', "“", "«", "‘") and text[end : end + 1] in ('"', "”", "»", "’")


def _near(some: list[_Standing], start: int, end: int) -> list[_Standing]:
    """Those that stand no farther than a line from a stretch; they are in the order of the text."""
    first = bisect_left(some, start - _LINE, key=lambda one: one.start)
    return some[first : bisect_left(some, end + _LINE, key=lambda one: one.start)]


def _of_a_thing(text: str, start: int, end: int) -> bool:
    """A title that goes on or ends with a quotation mark, an organisation, and a name right before a word for an
    outlet: no person."""
    behind = text[end : end + 24]
    if marker("organised", "any").search(text[start:end]):
        return True
    return bool(re.search(r"[’'](?=\s)", text[start:end])) or any(
        hit.start <= 1 and behind[:1] == " " for hit in _words("outlet").find(behind)
    )


def _role_at(text: str, start: int, end: int, known_roles: list[Role]) -> Role | None:
    """The word for a trade that goes with a name: right before it, or behind a comma after it."""
    best: tuple[int, Role] | None = None
    for role in _near(known_roles, start, end):
        if role.end <= start:
            between = text[role.end : start]
            distance = len(between)
            if (
                distance > 70
                or re.search(r"[.;:!?]|,\s*$", between)
                and distance > 3
                and not _affiliation(between)
            ):
                continue
            cost = distance if distance <= 2 else distance + 10
        elif role.start >= end:
            between = text[end : role.start]
            if len(between) > 25 or not re.match(r"^\)?\s*(?:,|\(|–|—|-)\s*", between) or "." in between:
                continue
            cost = len(between) + 5
        else:
            continue
        if best is None or cost < best[0]:
            best = (cost, role)
    return best[1] if best else None


def _affiliation(between: str) -> bool:
    """ "editor-in-chief of the newspaper X, " and "correspondent of Y " between a trade and the name."""
    return (
        bool(
            re.match(
                r"^\s+(?:of|from|at|for|with|the|издани|газет|сайт|агентств|журнал|телеканал|портал|канал)",
                between,
            )
        )
        and between.count(",") <= 1
    )


def _spread_roles(text: str, people: list[Mention], known_roles: list[Role]) -> list[Mention]:
    """In a list of people ("A, B and C") all have the trade of the one whose trade is told."""
    spread: list[Mention] = []
    for run in lists(text, people):
        told = next((person for person in run if person.side != "unknown"), None)
        joined = len(run) > 1 and told is not None
        spread += [
            replace(p, type=told.type, side=told.side) if joined and told and p.side == "unknown" else p
            for p in run
        ]
    return spread


_COMMA = re.compile(r"[\"”»’']?\s*,\s*[\"“«‘']?")
_AND = re.compile(r"[\"”»’']?\s*,?\s*\b(?:and|и|а также|as well as|мен|пен|бен|және)\b\s*[\"“«‘']?")


def lists(text: str, people: Iterable[Mention]) -> list[list[Mention]]:
    """Names in lists: joined by commas, and by an "and" at the end; who stands alone is a list of one."""
    runs: list[list[Mention]] = []
    commas: list[Mention] = []
    for person in sorted(people, key=lambda p: p.start):
        last = commas[-1] if commas else None
        between = text[last.end : person.start] if last else ""
        if last and (_COMMA.fullmatch(between) or _AND.fullmatch(between)):
            commas.append(person)
            continue
        runs += _ended(text, commas)
        commas = [person]
    return runs + _ended(text, commas)


def _ended(text: str, commas: list[Mention]) -> list[list[Mention]]:
    """A run of names is a list if an "and" closes it or three stand in it; else each stands alone."""
    closed = len(commas) > 2 or (len(commas) == 2 and _AND.fullmatch(text[commas[0].end : commas[1].start]))
    return [commas] if commas and closed else [[person] for person in commas]


def _short_mentions(text: str, people: list[Mention]) -> list[Mention]:
    """Later mentions by the surname alone of people who were named in full."""
    short: dict[int, Mention] = {}
    taken = sorted((p.start, p.end) for p in people)
    by_stem = {
        words[-1][: max(4, len(words[-1]) - 2)]: person
        for person in reversed(people)
        if len(words := person.written.split()) > 1 and len(words[-1]) >= 4
    }
    for stem, person in by_stem.items():
        for match in re.finditer(rf"(?<!\w){re.escape(stem)}\w{{0,4}}", text):
            before = bisect_left(taken, match.end(), key=lambda span: span[0]) - 1
            if match.start() not in short and (before < 0 or taken[before][1] <= match.start()):
                short[match.start()] = replace(person, start=match.start(), end=match.end())
    return list(short.values())


def is_source_of_news(text: str, mention: Mention, language: str) -> bool:
    """Whether a name stands only for where the news comes from: "according to X", "published on X"."""
    return bool(marker("source_of_news", language).search(text[max(0, mention.start - 60) : mention.start]))
