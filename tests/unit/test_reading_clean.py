"""Hidden and look-alike signs: the text is read as it is seen, and what is told as written is what stood there."""

from __future__ import annotations

import pytest

from barometer.reading import read_bulletin
from barometer.reading.clean import clean
from barometer.reading.relevance import relevance
from barometer.reading.spans import Spans
from barometer.sources import read_document


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Журнaлист", "Журналист"),  # a Latin a
        ("Aлматы", "Алматы"),  # a Latin A
        ("Қaзaқстан əділет", "Қазақстан әділет"),  # Latin a, and the Latin schwa for ә
        ("Аlmaty", "Almaty"),  # a Cyrillic А
        ("MAEға", "МАЕға"),  # Latin letters before an ending that only Kazakh has
        ("Жур\u00adна\u00adлист", "Журналист"),  # soft hyphens
        ("Ал\u200dма\u200bты", "Алматы"),  # joiners
        ("\u202eАлматы\u202c", "Алматы"),  # marks of direction
        ("\ufeffАлматы", "Алматы"),  # a mark of byte order
        ("5\u00a0000\u202fтенге", "5 000 тенге"),  # spaces that do not break
        ("редакции\u0306", "редакций"),  # й in two signs
        ("ее\u0308", "её"),
        ("cafe\u0301", "café"),
        ("тре\u0301бовал", "требовал"),  # a mark of stress
        ("oﬃce ﬁned", "office fined"),  # ligatures
        ("１２ марта", "12 марта"),  # wide figures
    ],
)
def test_what_is_seen(written, seen):
    text, places = clean(written)
    assert text == seen
    assert places is not None
    assert len(places) == len(text)
    assert places == sorted(places)


@pytest.mark.parametrize(
    "text",
    [
        "Журналист Алма Тестова задержана.",
        "Vlast.kz хабарлады",
        "Telegram-канал",
        "Instagramға YouTubeтегі",  # a name with an ending is of two alphabets by right
        "Vlastа",  # an ending of one letter
        "KazTAGа",
        "№ 5 — «Ойла»…",
        "😀",
    ],
)
def test_what_stays(text):
    assert clean(text)[0] == text


def test_places_lead_to_the_text_given():
    written = "\u200bЖур\u00adнaлист и\u0306ог oﬃce"
    text, places = clean(written)
    assert text == "Журналист йог office"
    assert places == [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 18, 18, 19, 20]


PLAIN = (
    "Журналист Алма Тестова из издания «Пример» задержана в Алматы 12 марта 2026 года. "
    "Суд оштрафовал её на 50 000 тенге по статье 274 УК РК.\n"
)
SAME = {
    "homoglyphs": PLAIN.replace("Алм", "Aлм").replace("марта", "мaртa").replace("Тестова", "Тестовa"),
    "soft hyphens": PLAIN.replace("листа", "ли\u00adста").replace("Тестова", "Тесто\u00adва").replace("марта", "мар\u00adта").replace("Алматы", "Ал\u00adматы"),
    "joiners": PLAIN.replace("Алм", "Ал\u200dм").replace("марта", "мар\u200dта").replace("Тестова", "Тес\u200bтова"),
    "spaces that do not break": PLAIN.replace("Алма Тестова", "Алма\u00a0Тестова").replace("12 марта 2026", "12\u00a0марта\u00a02026").replace("50 000 тенге", "50\u202f000\u00a0тенге"),
}  # fmt: skip


@pytest.mark.parametrize("how", SAME)
def test_a_report_is_read_as_if_it_were_clean(how):
    text = SAME[how]
    assert text != PLAIN
    [[clean_event], [event]] = (
        read_bulletin(read_document("x.txt", one)).entries[0].events for one in (PLAIN, text)
    )
    assert (event.types, event.date, event.provisions) == (("legal.detention",), "2026-03-12", ("KZ-CC-274",))
    assert event.place is not None
    assert event.place.region == "KZ-75"
    assert [target.name for target in event.targets] == ["Алма Тестова"]
    assert [(one.what, one.value) for one in event.amounts or ()] == [("fine", 50_000.0)]
    for one in (event, clean_event):
        assert one.targets[0].name == "Алма Тестова"
    # What is told as written is what stands in the text, hidden signs and all.
    assert "".join(event.targets[0].written.split()) in "".join(text.split())
    assert event.grounds is not None
    for name, words in (("date", event.date_text), ("targets.0.name", event.targets[0].written)):
        start, end = event.grounds[name].span
        assert text[start:end].replace("\u00a0", " ") == words
    assert clean(text[slice(*event.grounds["place"].span)])[0] == "Алматы"


def test_kazakh_in_latin_letters_keeps_its_words_whole():
    """A name that begins or ends with two letters for one sign: "Ts…" is "Ц…"."""
    text = "Jurnalist Alma Testova turaly Tsentr gazetınıñ redaktory aitty, ol jazyp jür, sot boldy. 2026 jylğy 12 naurızda Almaty qalasynda polisia jurnalist Alma Testovany ūstady.\n"
    for entry in read_bulletin(read_document("x.txt", text)).entries:
        for event in entry.events:
            for one in (*event.targets, *event.actors):
                assert one.written in text
            for amount in event.amounts or ():
                assert amount.text in text
            assert event.date_text is None or event.date_text in text


def test_relevance_sees_through_look_alikes():
    plain = "В Алматы задержали журналиста издания за публикацию о чиновниках."
    hidden = "В Aлматы зaдержaли журнaлистa издaния зa публикaцию о чинoвникaх."
    assert relevance(hidden) == relevance(plain)


def test_spans():
    spans = Spans([(5, 8), (1, 3), (2, 4)])
    assert not spans.free(3, 4)
    assert spans.free(4, 5)
    assert not spans.free(0, 2)
    assert spans.free(8, 9)
    spans.take(7, 12)  # over what is taken already
    assert not spans.free(11, 12)
    assert spans.free(12, 13)
    spans.take(4, 5)
    assert not spans.free(4, 5)
