"""What was read, shown: the numbers lead to the right words, no letter is lost, and nobody's text does anything."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import click
import hypothesis
import pytest
from hypothesis import strategies as st

from barometer.codebook import LANGUAGES, CodedBulletin, CodedLetter, Entry, Event, LetterCase
from barometer.errors import BadInput
from barometer.pipeline.explain import MOST_SHOWN, as_html, in_terminal, write_pages
from barometer.pipeline.read import Read
from barometer.sources import Bulletin, BulletinEntry, Letter
from barometer.sources.bulletin import BulletinSection
from barometer.sources.letter import Passage

FIRST = (
    "On 11 March the court of Almaty fined the newspaper Oyla 500,000 tenge under Article 274; "
    "the suit against Oyla is heard on 25 April."
)
SECOND = "Nothing is proposed for this one."
TEXT = f"2. Legal pressure\n\n{FIRST}\n\n{SECOND}\n"

FINE: dict[str, Any] = {
    "kind": "violation",
    "types": ["legal.fine", "legal.civil_suit"],
    "phase": "imposed",
    "date": "2031-03-11",
    "date_text": "11 March",
    "targets": [{"name": "Oyla", "written": "newspaper Oyla", "type": "outlet"}],
    "actors": [{"name": "court", "written": None, "type": "court", "role": "decider"}],
    "place": {"country": "KZ", "name": "Almaty", "region": "KZ-75"},
    "provisions": ["KZ-CC-274"],
    "amounts": [{"what": "fine", "value": 500_000, "unit": "KZT", "text": "500,000 tenge"}],
    "upcoming": [{"date": "2031-04-25", "what": "the suit is heard", "of": None}],
    "alleged": ["legal.civil_suit"],
}
FINE_WORDS = {
    "types.0": ("fined the newspaper Oyla 500,000 tenge", 0.91),
    "types.1": ("suit against Oyla", 0.49),
    "date": ("11 March", 0.92),
    "targets.0.name": ("newspaper Oyla", 0.5),
    "actors.0.name": ("court", 0.3),
    "place": ("Almaty", 0.97),
    "provisions.0": ("Article 274", 0.96),
    "amounts.0": ("500,000 tenge", 0.8),
    "upcoming.0.date": ("25 April", 0.7),
}
RELIEF = {
    "kind": "relief",
    "types": ["outcome.dismissed"],
    "phase": "ended",
    "background": True,
    "targets": [{"name": "Oyla", "written": "newspaper Oyla", "type": "outlet"}],
}


def event(data: dict[str, Any], words: dict[str, tuple[Any, float]], text: str = TEXT, of: str = "") -> Event:
    """An event whose values rest on those words where they first stand in the text, or on a span given as such."""
    digest = hashlib.sha256((of or text).encode()).hexdigest()
    grounds = {}
    for path, (said, sure) in words.items():
        start, end = said if isinstance(said, tuple) else (text.index(said), text.index(said) + len(said))
        grounds[path] = {
            "span": (start, end), "text_sha256": digest, "rule": f"cue.{path}", "version": "1", "confidence": sure,
        }  # fmt: skip
    return Event.model_validate({**data, "grounds": grounds})


def a_read(
    *entries: tuple[str, list[Event]],
    text: str = TEXT,
    language: str = "en",
    name: str = "r.txt",
    section: bool = True,
) -> Read:
    """A bulletin of those entries, as read by hand."""
    stories, coded = [], []
    for number, (story, events) in enumerate(entries, 1):
        start = text.index(story)
        line = text.count("\n", 0, start) + 1
        lines = (line, line + story.count("\n"))
        held = {"id": f"q1-2-0{number}", "section": 2 if section else None, "month": None, "lines": lines}
        stories.append(
            BulletinEntry(
                **held, text=story, headline=None, links=(), offsets=range(start, start + len(story))
            )
        )
        coded.append(Entry(**held, events=tuple(events)))
    sections = (BulletinSection(2, "Legal pressure", 1, ""),) if section else ()
    document = Bulletin(
        source=name, text=text, language=language, quarter=None, title="", intro="", sections=sections,
        entries=tuple(stories), contact="", line_kinds=(), problems=(),
    )  # fmt: skip
    return Read(Path(name), document, CodedBulletin(source=name, language=language, entries=tuple(coded)))


def usual(language: str = "en") -> Read:
    fine, relief = event(FINE, FINE_WORDS), event(RELIEF, {"targets.0.name": ("newspaper Oyla", 0.4)})
    return a_read((FIRST, [fine, relief]), (SECOND, []), language=language)


class Page(HTMLParser):
    """A page taken apart: tags and attributes, texts without the numbers, marked words by id, headings, faults."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, str] = {}
        self.numbers: dict[str, list[str]] = {}
        self.rows: dict[str, str] = {}
        self.texts: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.faults: list[str] = []
        self.style = ""
        self.feed(html)
        self.close()
        self.faults += [f"{tag} stays open" for tag, _ in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if given.get("class") == "text":
            self.texts.append("")
        if re.fullmatch(r"h\d", tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in self.VOID:
            self.open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            self.faults.append(f"{tag} closes {self.open[-1:]}")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self.open]
        classes = [given.get("class") for _, given in self.open]
        ids = [given.get("id") or "" for _, given in self.open]
        if "style" in inside:
            self.style += data
        if "odd" in classes:
            data = chr(int(data[2:], 16))
        marks = [given.get("id") for tag, given in self.open if tag == "mark"]
        if "sup" in inside:
            self.numbers.setdefault(marks[-1] or "", []).append(data)
            return
        for mark in filter(None, marks):
            self.words[mark] = self.words.get(mark, "") + data
        for name in filter(lambda name: re.match(r"v\d+-\d+-\d+$", name), ids):
            self.rows[name] = f"{self.rows.get(name, '')} {data}"
        if "text" in classes:
            self.texts[-1] += data
        if inside and re.fullmatch(r"h\d", inside[-1]):
            self.headings[-1] = (self.headings[-1][0], self.headings[-1][1] + data)

    def links(self) -> dict[str, str]:
        """Where each link leads, by its accessible name or text."""
        return {given["aria-label"] or "": given["href"] or "" for tag, given in self.tags if given.get("aria-label") and tag == "a"}  # fmt: skip


# --- numbers, words and values ----------------------------------------------------------------------------------


def test_the_numbers_stand_at_the_words_that_the_values_rest_on():
    page = Page(as_html(usual()))
    assert not page.faults
    assert page.words == {
        "w1-1": "11 March",
        "w1-2": "court",
        "w1-3": "Almaty",
        "w1-4": "fined the newspaper Oyla 500,000 tenge",
        "w1-5": "newspaper Oyla",
        "w1-6": "500,000 tenge",
        "w1-7": "Article 274",
        "w1-8": "suit against Oyla",
        "w1-9": "25 April",
    }
    assert {name: "".join(said).split() for name, said in page.numbers.items()} == {
        f"w1-{n}": [str(n)] for n in (1, 2, 3, 4, 6, 7, 8, 9)
    } | {"w1-5": ["5", "5·2"]}


def test_a_number_leads_to_the_value_and_back():
    page = Page(as_html(usual()))
    links = page.links()
    for label, row in {
        "1: Date, event 1": "Date 1 2031-03-11 11 March 92% known words cue.date",
        "2: By whom, event 1": "By whom 2 court Court; Decided or did it 30% known words cue.actors.0.name",
        "3: Place, event 1": "Place 3 Almaty 97% known words cue.place",
        "4: Types, event 1": "Types 4 Fine legal.fine 91% known words cue.types.0",
        "5: Who was hit, event 1": "Who was hit 5 Oyla Outlet newspaper Oyla 50% known words cue.targets.0.name",
        "5·2: Who was hit, event 2": "Who was hit 5 Oyla Outlet newspaper Oyla 40% known words cue.targets.0.name",
        "6: Amounts, event 1": "Amounts 6 500,000 KZT fine 500,000 tenge 80% known words cue.amounts.0",
        "8: Types, event 1": "Types 8 Civil suit legal.civil_suit 49% known words cue.types.1",
        "9: Dates ahead, event 1": "Dates ahead 9 2031-04-25 the suit is heard 70% known words cue.upcoming.0.date",
    }.items():
        assert " ".join(page.rows[links[label][1:]].split()) == row
        number = re.split("[:·]", label)[0]
        assert links[f"{number}: to the words in the text"] == f"#w1-{number}"


def test_values_without_words_bear_no_number():
    page = Page(as_html(usual()))
    plain = [" ".join(row.split()) for row in page.rows.values() if "%" not in row]
    assert plain == [
        "Phase New imposed",
        "Background No",
        "Alleged Civil suit",
        "Types Claim or case dismissed outcome.dismissed",
        "Phase Ended",
        "Background Yes",
        "Alleged No",
    ]


def test_words_of_another_text_are_not_pointed_at():
    strange = event(FINE, FINE_WORDS, of="another text")
    page = Page(as_html(a_read((FIRST, [strange]))))
    assert not page.words and "92%" in " ".join(page.rows.values())


def test_spans_that_cross_are_broken_and_keep_their_one_number():
    text = "aaa bbb ccc ddd"
    data = {"kind": "violation", "types": ["legal.fine", "legal.civil_suit", "legal.detention"]}
    crossing = {"types.0": ((0, 7), 0.9), "types.1": ((4, 11), 0.9), "types.2": ((4, 15), 0.9)}
    page = Page(as_html(a_read((text, [event(data, crossing, text)]), text=text)))
    assert not page.faults and page.texts == [text]
    ids = [named["id"] for tag, named in page.tags if tag == "mark" and "id" in named]
    assert ids == ["w1-1", "w1-2", "w1-3"]
    assert sorted("".join(["".join(said) for said in page.numbers.values()])) == ["1", "2", "3"]
    lines = list(in_terminal(a_read((text, [event(data, crossing, text)]), text=text), False, 200))
    assert "│ [aaa [[bbb|3]|2]|1][[ ccc|3] ddd|2]" in lines


def test_the_summary_counts():
    page = as_html(usual())
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd></div>", page))
    assert facts == {
        "Entries": "2",
        "Entries without an event": "1",
        "Proposed events": "2",
        "Values that rest on words": "10",
        "Of these, less than 50% sure": "3",
    }


def test_a_letter_shows_the_paragraphs_with_events_and_what_stands_nowhere():
    one, two = "The police took away Oyla.", "A court fined Oyla."
    text = f"To whom it may concern\n\n{one}\n\nWe are worried.\n\n{two}\n"
    passages = tuple(
        Passage(said, tuple(range(text.index(said), text.index(said) + len(said))), (line, line), None)
        for said, line in ((one, 3), ("We are worried.", 5), (two, 7))
    )
    letter = Letter(
        source="l.txt", text=text, language="en", date=None, sent_via=None, addressees=(), demands=(),
        signatories=(), body=passages, problems=(),
    )  # fmt: skip
    data = {"kind": "violation", "types": ["legal.fine"]}
    events = (
        event(data, {"types.0": ("fined", 0.9)}, text),
        event(data, {"types.0": ("took away", 0.9)}, text),
        Event.model_validate(data),
    )
    coded = CodedLetter(source="l.txt", kind="open_letter", cases=(LetterCase(person="Oyla", events=events),))
    read = Read(Path("l.txt"), letter, coded)
    page = Page(as_html(read))
    assert page.texts == [one, two] and page.words == {"w1-1": "took away", "w2-1": "fined"}
    assert [said for level, said in page.headings if level == 3] == [
        "Paragraph 1 ", "Paragraph 3 ", "Events whose words are not among those shown",
    ]  # fmt: skip
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd></div>", as_html(read)))
    assert (
        facts["Paragraphs with an event"] == "2"
        and facts["Paragraphs without an event, not shown here"] == "1"
    )
    assert "│ A court [fined|1] Oyla." in list(in_terminal(read, False, 80))


# --- nothing is lost --------------------------------------------------------------------------------------------

LETTERS = st.text(st.characters(exclude_categories=()), min_size=1, max_size=60)
TYPES = ("legal.fine", "legal.civil_suit", "legal.detention", "legal.house_arrest")


@hypothesis.given(
    LETTERS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=4)
)
def test_every_letter_stands_in_order_whatever_is_marked(text, spans):
    text = re.sub("[\r\x00\ud800-\udfff]", "x", text)  # never in a text that was read
    words = {f"types.{i}": ((min(span), max(span)), 0.5) for i, span in enumerate(spans)}
    found = event({"kind": "violation", "types": TYPES[: len(spans)]}, words, text)
    page = Page(as_html(a_read((text, [found]), text=text)))
    assert not page.faults
    assert page.texts == [text]


def text_of(lines: list[str]) -> str:
    """What stands behind the bars, without the marks."""
    said = " ".join(line[2:] for line in lines if line.startswith("│ "))
    return re.sub(r"\|\d+\]|\[\d+\]|\[", "", said)


@pytest.mark.parametrize("width", [40, 60, 100, 400])
@pytest.mark.parametrize("colour", [False, True])
def test_the_terminal_shows_all_of_the_text_in_order_and_no_line_is_too_wide(colour, width):
    lines = list(in_terminal(usual(), colour, width))
    plain = [click.unstyle(line) for line in lines]
    assert text_of(plain) == f"{FIRST} {SECOND}"
    assert max(map(len, plain)) <= width
    assert any("\x1b[" in line for line in lines) is colour


@hypothesis.given(
    st.text(st.sampled_from("аЯz \n界\u0301"), min_size=1, max_size=200),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=4),
    st.integers(0, 90),
)
def test_every_letter_stands_in_order_in_the_terminal(text, spans, width):
    words = {f"types.{i}": ((min(span), max(span)), 0.5) for i, span in enumerate(spans)}
    found = event({"kind": "violation", "types": TYPES[: len(spans)]}, words, text)
    lines = list(in_terminal(a_read((text, [found]), text=text), False, width))
    shown = "".join(line[2:] for line in lines if line.startswith("│ "))
    assert re.sub(r"[\[\]|\d\s]", "", shown) == re.sub(r"\s", "", text)
    wide = (sum(2 if char == "界" else char != "\u0301" for char in line) for line in lines)
    assert max(wide) <= max(width, 40)


def test_the_terminal_says_what_was_proposed():
    lines = list(in_terminal(usual(), False, 200))
    assert lines[0] == "What was read in r.txt"
    assert "│ On [11 March|1] the [court|2] of [Almaty|3] [fined the [newspaper Oyla|5] [500,000 tenge|6]|4] under [Article 274|7]; the [suit against Oyla|8] is heard on [25 April|9]." in lines  # fmt: skip
    said = [" ".join(line.split()) for line in lines]
    for line in (
        "Event 1: Violation",
        "Types Fine legal.fine · 91% · cue.types.0 [4]",
        "Types Civil suit legal.civil_suit · 49% · cue.types.1 [8]",
        "Date 2031-03-11 “11 March” · 92% · cue.date [1]",
        "Phase New imposed",
        "Background No",
        "Alleged Civil suit",
        "Who was hit Oyla (Outlet) “newspaper Oyla” · 50% · cue.targets.0.name [5]",
        "By whom court (Court; Decided or did it) · 30% · cue.actors.0.name [2]",
        "Place Almaty · 97% · cue.place [3]",
        "Dates ahead 2031-04-25 “the suit is heard” · 70% · cue.upcoming.0.date [9]",
        "Amounts 500,000 KZT (fine) “500,000 tenge” · 80% · cue.amounts.0 [6]",
        "Event 2: Relief",
        "Background Yes",
        "No event was proposed here.",
    ):
        assert line in said, line
    assert any(line.startswith("Legal provisions Article 274, Criminal Code KZ-CC-274") for line in said)


def test_in_colour_the_words_have_the_colour_of_their_field():
    shown = "\n".join(in_terminal(usual(), True, 200))
    assert click.style("11 March", fg="green") + click.style("[1]", fg="green", bold=True) in shown.replace(
        click.style("11", fg="green") + " " + click.style("March", fg="green"),
        click.style("11 March", fg="green"),
    )
    assert click.style("Almaty", fg="cyan") + click.style("[3]", fg="cyan", bold=True) in shown


# --- nobody's text does anything --------------------------------------------------------------------------------

HOSTILE = (
    "</div></style><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)> \x1b[2J\x1b]0;owned\x07 "
    "\u202egnorw\u202c \u2066x\u2069 \x9b31m \u2028 &lt;b&gt; [link](javascript:alert(1)) {file} %s \"'"
)
TAGS = frozenset(
    re.findall(
        r"\w+",
        "html head meta title style body a header h1 h2 h3 h4 p main section nav details summary ol ul li dl div dt "
        "dd span b q code mark sup article footer",
    )
)


def hostile() -> Read:
    data = {
        "kind": "violation",
        "types": ["legal.fine"],
        "date": "2031-03-11",
        "date_text": HOSTILE,
        "targets": [{"name": HOSTILE, "written": HOSTILE[:90], "type": "outlet"}],
        "actors": [{"name": "court", "written": HOSTILE, "type": "court", "role": "decider"}],
        "upcoming": [{"date": "2031-04-25", "what": HOSTILE, "of": HOSTILE}],
        "amounts": [{"what": "script", "value": 1, "unit": "b", "text": HOSTILE}],
    }
    found = event(data, {"types.0": ((3, 90), 0.9), "targets.0.name": ((40, 150), 0.9)}, HOSTILE)
    grounds = {
        path: ground.model_copy(update={"rule": HOSTILE}) for path, ground in (found.grounds or {}).items()
    }
    read = a_read((HOSTILE, [found.model_copy(update={"grounds": grounds})]), text=HOSTILE, section=False)
    return Read(Path("<b>\u202e\x1b{x}.txt"), read.document, read.coded)


def test_hostile_text_is_inert_in_the_page():
    html = as_html(hostile())
    page = Page(html)
    assert not page.faults and page.texts == [HOSTILE]
    assert {tag for tag, _ in page.tags} <= TAGS
    for tag, given in page.tags:
        assert set(given) <= {
            "class", "id", "href", "lang", "dir", "aria-labelledby", "aria-label", "aria-hidden", "charset", "name",
            "content", "http-equiv", "open",
        }, (tag, given)  # fmt: skip
        assert given.get("href", "#").startswith("#")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", html)


def test_hostile_text_is_inert_in_the_terminal():
    for colour in (False, True):
        shown = "\n".join(in_terminal(hostile(), colour, 80))
        if colour:
            assert not re.findall(r"\x1b(?!\[[0-9;]*m)", shown)
            shown = click.unstyle(shown)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", shown)
        assert "‹U+001B›[2J" in re.sub(r"\s|│", "", re.sub(r"\|\d+\]|\[\d+\]", "", shown)).replace("[[", "[")


def test_no_line_of_a_text_passes_for_one_of_ours():
    text = "One line.\n  Event 1: Relief\n    Types  Fine" + "x" * 300
    lines = list(in_terminal(a_read((text, []), text=text), False, 80))
    assert all(line.startswith("│ ") for line in lines if "Relief" in line or "xxx" in line)


def test_a_huge_paragraph_is_cut_and_says_so():
    text = "Ошень длинно. " * 71_429
    last = event(
        {"kind": "violation", "types": ["legal.fine", "legal.detention"]},
        {
            "types.0": ((MOST_SHOWN - 4, MOST_SHOWN + 9), 0.9),
            "types.1": ((MOST_SHOWN + 5, MOST_SHOWN + 9), 0.9),
        },
        text,
    )
    page = as_html(a_read((text, [last]), text=text))
    assert len(page) < 60_000
    taken = Page(page)
    assert taken.texts == [text[:MOST_SHOWN]] and list(taken.words) == ["w1-1"]
    assert (
        f"Only the first 20,000 characters are shown; {len(text) - 20_000:,} more stand in the file." in page
    )


def test_the_page_asks_for_nothing_and_allows_only_its_own_style():
    html = as_html(usual())
    page = Page(html)
    policy = next(g["content"] for t, g in page.tags if g.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not re.search(r"://|@import|url\(|<script|<link|<img|style=|\bsrc=|\son\w+=", html)
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    assert {given["href"][1:] for _, given in page.tags if given.get("href")} <= set(ids)


# --- for everybody ----------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_arithmetic_of_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_pair_of_colours_can_be_read():
    style = Page(as_html(usual())).style
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    for scheme in (light, dark.split("}")[0]):
        of = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", scheme))
        fields = [name for name in of if f"{name}-ink" in of]
        assert len(fields) == 9
        text = [(on, ink) for on in ("paper", "panel", "lit") for ink in ("ink", "quiet")]
        text += [pair for field in fields for pair in ((field, "ink"), (field, f"{field}-ink"))]
        for on, ink in text:
            assert contrast(of[on], of[ink]) >= 4.5, (on, ink)
        for on in ("paper", "panel"):
            for line in ("edge", "focus", *(f"{field}-ink" for field in fields)):
                assert contrast(of[on], of[line]) >= 3, (on, line)


@pytest.mark.parametrize(
    ("language", "title", "kind", "event_", "note"),
    [
        ("en", "What was read in r.txt", "Event 1: Violation", "Fine", "a person decides"),
        ("ru", "Что прочитано в файле r.txt", "Событие 1: Нарушение", "Штраф", "решает человек"),
        ("kk", "r.txt файлынан не оқылды", "1-оқиға: Бұзушылық", "Айыппұл", "адам шешеді"),
    ],
)
def test_the_page_speaks_the_language_of_the_document(language, title, kind, event_, note):
    html = as_html(usual(language))
    page = Page(html)
    assert page.tags[0] == ("html", {"lang": language})
    assert page.headings[0] == (1, title)
    assert (4, kind) in page.headings and f"<b>{event_}</b>" in html and note in html
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    shown = "\n".join(in_terminal(usual(language), False, 100))
    assert title in shown and kind in shown and note in re.sub(r"\s+", " ", shown)


def test_every_word_is_there_in_each_language():
    import tomllib

    from barometer.pipeline import explain

    data = tomllib.loads((Path(explain.__file__).parent / "data" / "explain.toml").read_text("utf-8"))
    english = data["en"]
    for language in LANGUAGES:
        assert list(data[language]) == list(english)
        for name, said in english.items():
            other = data[language][name]
            if isinstance(said, dict):
                assert set(said) <= set(other), (language, name)
            else:
                assert set(re.findall(r"\{\w+\}", other)) == set(re.findall(r"\{\w+\}", said)), (
                    language,
                    name,
                )


@pytest.mark.parametrize(
    ("language", "value", "unit", "said"),
    [
        ("en", 1, "month", "1 month"),
        ("ru", 2, "month", "2 месяца"),
        ("kk", 2, "month", "2 ай"),
        ("ru", 200, "MCI", "200 МРП"),
        ("kk", 7, "post", "жазбалар: 7"),
        ("en", 1.5, "USD", "1.5 USD"),
    ],
)
def test_amounts_in_words(language, value, unit, said):
    amount = {"what": "sum", "value": value, "unit": unit, "text": None}
    data = {"kind": "violation", "types": ["legal.fine"], "amounts": [amount]}
    shown = as_html(a_read((FIRST, [event(data, {})]), language=language)).replace("\xa0", " ")
    assert f"<b>{said}</b>" in shown


# --- files ------------------------------------------------------------------------------------------------------


def test_pages_are_written_and_nothing_is_overwritten_silently(tmp_path):
    out, told = tmp_path / "out", []
    assert write_pages([usual()], out, told.append) == [out / "r.html"]
    assert (out / "r.html").read_text("utf-8") == as_html(usual())
    (out / "r.html").write_text("a person's notes", "utf-8")
    write_pages([usual()], out, told.append)
    assert (out / "r.html.bak").read_text("utf-8") == "a person's notes"
    assert len(told) == 1 and "r.html.bak" in told[0]


def test_two_files_of_one_name_are_refused_before_anything_is_written(tmp_path):
    with pytest.raises(BadInput, match=r"r\.html"):
        write_pages([usual(), usual()], tmp_path / "out")
    assert not (tmp_path / "out").exists()
