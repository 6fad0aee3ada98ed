"""Signs of abuse, one by one: when they are there and when they are not; their words; groups of notices."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from barometer.countries.political import PoliticalDate, political_dates
from barometer.errors import UnknownValue
from barometer.reach.notices import (
    Context,
    Notice,
    Sign,
    abuse_signs,
    by_company,
    by_sender,
    context_of,
    is_flagged,
    label_of,
    signs_in_words,
    signs_of_all,
    weight,
)
from barometer.reach.notices.signs import LANGUAGES, codes, rules

VOTE = PoliticalDate(
    date(2024, 10, 6), "referendum", {"en": "Vote", "ru": "Голосование", "kk": "Дауыс"}, "test", True
)
CONTEXT = Context(
    (VOTE,),
    {"qyran.example": "Qyran Tynysy", "t.me/qyran": "Qyran Tynysy"},
    {"fresh.example": date(2025, 1, 1)},
)
TEXT = "The ferry that takes the children to school has not been repaired for three years"


def notice(**values: object) -> Notice:
    return replace(
        Notice(
            "1",
            "desk",
            sender="Some Sender",
            ground="copyright",
            work=TEXT,
            works=("https://own.example/ferry",),
        ),
        **values,
    )  # type: ignore[arg-type]


def found(one: Notice, others: tuple[Notice, ...] = (), context: Context = CONTEXT) -> dict[str, Sign]:
    return {sign.code: sign for sign in abuse_signs(one, others, context)}


# --- days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("original", "works", "target", "targets", "days"),
    [
        (date(2024, 5, 18), (), date(2024, 5, 17), (), "1"),
        (date(2024, 5, 18), (), date(2024, 5, 18), (), None),  # the same day says nothing
        (date(2024, 5, 17), (), date(2024, 5, 18), (), None),
        (None, ("https://w.example/2024/05/18/a",), None, ("https://t.example/2024/04/29/b",), "19"),
        # a month is all its days: May may be after 18 May, but not surely
        (date(2024, 5, 18), (), None, ("https://t.example/2024/05/b",), None),
        (date(2024, 5, 18), (), None, ("https://t.example/2024/04/b",), "18"),
        (None, ("https://w.example/2024/a",), None, ("https://t.example/2023/b",), None),  # a year is no day
        (None, ("https://w.example/2024/02/30/a",), date(2024, 1, 1), (), None),  # no such day
        # the earliest day of the original counts: 17 May is in its address
        (date(2024, 6, 1), ("https://w.example/2024-05-17-a",), date(2024, 5, 18), (), None),
        (date(2024, 5, 18), (), None, (), None),
    ],
)  # fmt: skip
def test_an_original_that_is_younger(
    original: date | None,
    works: tuple[str, ...],
    target: date | None,
    targets: tuple[str, ...],
    days: str | None,
) -> None:
    one = found(notice(work_date=original, works=works, target_date=target, targets=targets))
    assert (one["younger_original"].values["days"] if "younger_original" in one else None) == days


def test_a_month_in_an_address_is_told_as_a_month_and_the_days_as_the_least() -> None:
    month = notice(
        works=("https://w.example/2026/02/a",), targets=("https://t.example/2026/01/05/b",), work_date=None
    )
    one = found(month)["younger_original"]
    assert one.values["original"] == "2026-02"
    assert signs_in_words(one, "en") == (
        "The claimed original is dated by its address to February 2026, the targeted page 2026-01-05: "
        "at least 27 days earlier."
    )
    assert "февраль 2026 (по адресу)" in signs_in_words(one, "ru")
    assert "2026 жылғы ақпан" in signs_in_words(one, "kk") and "кемінде 27 күн" in signs_in_words(one, "kk")
    day = found(notice(work_date=date(2026, 2, 1), targets=("https://t.example/2026/01/05/b",)))
    assert "dated 2026-02-01, the targeted page 2026-01-05: 27 days" in signs_in_words(
        day["younger_original"], "en"
    )


@pytest.mark.parametrize(
    ("day", "address", "since"),
    [
        (date(2014, 3, 2), "https://telegra.ph/a-03-02", "2016-11-22"),
        (date(2016, 11, 22), "https://telegra.ph/a-11-22", None),
        (date(2024, 12, 31), "https://www.fresh.example/a", "2025-01-01"),  # somebody looked the host up
        (date(2020, 1, 1), "https://old.example/2023/06/05/a", "2023-06-05"),
        (date(2023, 5, 20), "https://old.example/2023/06/05/a", None),  # within a month
        (None, "https://old.example/2023/06/05/a", None),
        (date(2001, 1, 1), "https://own.example/a", None),
    ],
)
def test_an_original_that_is_back_dated(day: date | None, address: str, since: str | None) -> None:
    one = found(notice(work_date=day, works=(address,)))
    assert (one["backdated_original"].values["since"] if "backdated_original" in one else None) == since


def test_an_original_is_younger_than_all_targets_or_nothing_is_said() -> None:
    both = ("https://t.example/2024/04/29/a", "https://t.example/2024/06/29/b")
    assert "younger_original" not in found(notice(work_date=date(2024, 5, 18), targets=both))
    assert "younger_original" in found(notice(work_date=date(2024, 7, 18), targets=both))


def test_a_free_platform_is_no_part_of_a_name() -> None:
    assert "throwaway_original" in found(notice(works=("https://me.blogspot.com/a",)))
    assert "throwaway_original" not in found(notice(works=("https://notblogspot.com/a",)))
    assert "throwaway_original" not in found(notice(works=("https://blogspot.com.evil.example/a",)))


# --- words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("work", "target", "code"),
    [
        (TEXT, "Customs officers closed the mountain road while lorries waited three weeks for diesel", "about_something_else"),
        (TEXT, "For three years nobody repaired the ferry which takes children to their school", ""),
        (TEXT, "Паром, который возит детей в школу, не ремонтировали три года", "other_language"),
        ("Photograph of the ferry at dawn with children and a dog", "Customs officers closed the road while lorries waited", ""),
        ("My ferry", "Customs officers closed the mountain road while lorries waited for weeks", ""),
        (TEXT, "", ""),
        ("Тергеу изоляторындағы журналистің әйелі кездесуге рұқсат сұрады", "Қойма түбіндегі хаттарды мұрағатшы әйел қалай тауып, кімге берді", "about_something_else"),
    ],
)  # fmt: skip
def test_about_something_else_only_within_one_language_and_only_for_texts(
    work: str, target: str, code: str
) -> None:
    one = set(found(notice(work=work, target_words=target))) & {"about_something_else", "other_language"}
    assert one == ({code} if code else set())


def test_reputation_in_a_copyright_form() -> None:
    for words in (
        "These false and defamatory lines must go",
        "Сведения порочат, то есть порочащие честь и достоинство",
        "Мақала компанияның іскерлік беделіне нұқсан келтіреді",
    ):
        assert "reputation_as_copyright" in found(notice(words=words))
    assert "reputation_as_copyright" not in found(notice(words="They copied my text"))
    assert "reputation_as_copyright" not in found(notice(ground="defamation", words="This is slander"))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("By decision of the Invented District Court of Taldysu the post must go", True),
        ("Remove it on the ground of a court order that is in force", False),
        ("Решением Вымышленного районного суда города Сулытау запись признана ложной", True),
        ("Удалите запись на основании решения суда, вступившего в силу", False),
        ("Удалите запись на основании вступившего в силу решения суда немедленно", False),
        ("Under a Court order you must remove the page today", False),
        ("Решение Есильского суда прилагается, удалите запись сегодня", True),
        ("Удалите запись по делу № 3514-24-00-2/118 как можно скорее", True),
        ("Ойдан шығарылған аудандық соттың шешімі, Сұлытау аудандық сотының қаулысы бойынша", True),
        ("Шешімге сәйкес жазбаны дереу өшіруді талап етеміз", False),
        ("", True),  # nothing is told, so nothing is missing
    ],
)
def test_a_court_order_names_its_court(words: str, named: bool) -> None:
    assert ("court_not_named" not in found(notice(ground="court_order", words=words))) is named


# --- who --------------------------------------------------------------------------------------------------------


def many(count: int, day: date | None = None, **values: object) -> tuple[Notice, ...]:
    return tuple(
        replace(notice(**values), number=f"m{at}", targets=(f"https://site{at}.example/news/a",), day=day)
        for at in range(count)
    )


def test_one_sender_against_many_sites_is_a_circumstance_only() -> None:
    some = many(6, date(2024, 2, 2))
    one = found(some[0], some[1:])
    assert one["many_outlets"].values == {"sender": "Some Sender", "notices": "6", "sites": "6"}
    assert one["same_day"].values["notices"] == "6"
    assert not is_flagged(one.values())
    assert "many_outlets" not in found(some[0], some[1:2]) and "same_day" not in found(some[0], some[1:3])


def test_circumstances_alone_never_flag() -> None:
    around = [code for code in codes() if rules()["sign"][code].get("circumstance")]
    assert len(around) == 4
    signs = [Sign(code, strength=rules()["sign"][code]["strength"]) for code in around]
    assert weight(signs) == 2 and not is_flagged(signs)


def test_spellings_of_a_sender_are_one() -> None:
    names = (
        "Brightleaf Claims Ltd",
        "BRIGHTLEAF CLAIMS",
        "Brightleaf Claims, LLC",
        "ТОО «Brightleaf Claims»",
    )
    some = tuple(
        notice(
            number=str(at), sender=name, targets=(f"https://s{at}.example/a",), day=date(2024, 1, 1 + at % 2)
        )
        for at, name in enumerate(names)
    )
    (group,) = by_sender(some)
    assert group.spellings == tuple(sorted(names)) and len(group.sites) == 4
    assert group.days == ((date(2024, 1, 1), 2), (date(2024, 1, 2), 2))
    assert (group.first, group.last) == (date(2024, 1, 1), date(2024, 1, 2))
    assert by_sender([notice(sender=""), notice(sender="***")]) == ()


def test_one_owner_with_several_senders() -> None:
    some = tuple(
        replace(one, sender=f"Sender {'ABCD'[at]}lpha", principal="Quillstone Media")
        for at, one in enumerate(many(4))
    )
    assert found(some[0], some[1:])["many_outlets_owner"].values["senders"] == "4"
    assert "many_outlets_owner" not in found(
        *((lambda s: (s[0], s[1:]))(many(4, principal="Quillstone Media")))
    )


COMPANY = (
    ("Земли под буровую: как ТОО «Кенкияк Мунай Трейд» получило разрешение", "https://a.example/news/1"),
    ("Unpaid wages at the plant", "https://b.example/unpaid-wages-kenkiyak-munai-trade"),
    ("Kenkiyak Munai Trade LLP is silent", "https://c.example/3"),
)


def test_all_targets_name_one_company_in_any_alphabet_or_in_the_address() -> None:
    some = tuple(
        notice(number=str(at), target_words=words, targets=(address,))
        for at, (words, address) in enumerate(COMPANY)
    )
    one = found(some[0], some[1:])
    assert one["one_company"].values["targets"] == "3"
    assert one["one_company"].about in ("Кенкияк Мунай Трейд", "Kenkiyak Munai Trade")
    own = tuple(replace(each, principal="Kenkiyak Munai Trade") for each in some)
    assert "own_company" in found(own[0], own[1:]) and "one_company" not in found(own[0], own[1:])
    apart = (*some, notice(number="9", target_words="Roses in spring", targets=("https://d.example/9",)))
    assert "one_company" not in found(apart[0], apart[1:])
    assert "one_company" not in found(some[0], some[1:2])  # two are too few
    (group,) = by_company(some)
    assert len(group.notices) == 2  # the page that has it in its address only is not told by its words


def test_one_person_is_counted_and_not_named() -> None:
    texts = (
        "What Zarina Invented said in court",
        "Zarina Invented waits",
        "Again about Zarina Invented and the road",
    )
    some = tuple(
        notice(number=str(at), target_words=text, targets=(f"https://s{at}.example/a",))
        for at, text in enumerate(texts)
    )
    one = found(some[0], some[1:])["one_person"]
    assert one.about == "" and "Zarina" not in str(one) and one.values["targets"] == "3"


def test_a_newspaper_that_poses_and_one_that_writes_from_free_mail() -> None:
    target = ("https://www.qyran.example/news/1",)
    one = found(
        notice(sender="The Qyran Tynysy Newspaper", targets=target, words="Write to q.desk@gmail.com")
    )
    assert (
        one["poses_as_target"].values["outlet"] == "Qyran Tynysy"
        and one["not_at_owner"].values["host"] == "gmail.com"
    )
    one = found(
        notice(
            sender="Port Larkin Gazette", targets=target, words="Write to red@larkin.example, or x@gmail.com"
        )
    )
    assert "poses_as_target" not in one and "not_at_owner" not in one
    assert "not_at_owner" not in found(notice(sender="A Photographer", words="me@gmail.com"))


def test_a_trademark_and_a_brand_against_news() -> None:
    brand = notice(sender="Velmora Shoes", ground="trademark", targets=("https://t.me/qyran/12",))
    assert {"unrelated_brand", "trademark_on_news"} <= set(found(brand))
    shop = replace(
        brand, targets=("https://t.me/cheap_shoes/12",), target_words="Shoes wholesale, order here"
    )
    assert not {"unrelated_brand", "trademark_on_news"} & set(found(shop))


def test_a_distant_newspaper_needs_another_language_and_an_unknown_name() -> None:
    russian = "Паром, который возит детей в школу, не ремонтировали три года, говорят жители"
    assert "distant_newspaper" in found(notice(sender="Port Larkin Gazette", target_words=russian))
    assert "distant_newspaper" not in found(notice(sender="Port Larkin Gazette", target_words=TEXT))
    assert "distant_newspaper" not in found(notice(sender="The Astana Times", target_words=russian))


# --- votes ------------------------------------------------------------------------------------------------------


def test_a_burst_before_a_vote() -> None:
    day = VOTE.day - timedelta(days=10)
    some = many(3, day)
    one = found(some[0], some[1:])["before_vote"]
    assert one.values["notices"] == "3" and one.values["usual"] == "0.0"
    assert signs_in_words(one, "ru").startswith(
        "Уведомлений за 30 дней до события «Голосование» (2024-10-06): 3"
    )
    assert "before_vote" not in found(some[0], some[1:2])
    assert "before_vote" not in found(*(lambda s: (s[0], s[1:]))(many(3, VOTE.day + timedelta(days=1))))
    assert "before_vote" not in found(*(lambda s: (s[0], s[1:]))(many(3, VOTE.day - timedelta(days=31))))
    # as many all year round are no burst: 12 × 3 before, so 3.06 in a usual span
    year = [
        replace(each, day=day - timedelta(days=31 * month), number=f"{month}{each.number}")
        for month in range(1, 12)
        for each in some
    ]
    assert "before_vote" not in found(some[0], (*some[1:], *year))


def test_the_country_s_votes_have_sources() -> None:
    votes = political_dates("KZ")
    assert date(2024, 10, 6) in {vote.day for vote in votes} and [*votes] == sorted(
        votes, key=lambda one: one.day
    )
    assert all(vote.source and set(vote.name) == set(LANGUAGES) for vote in votes)
    assert political_dates("XX") == ()


# --- words and the whole ----------------------------------------------------------------------------------------


def test_every_sign_has_words_in_three_languages_and_none_says_proof() -> None:
    for code in codes():
        row = rules()["sign"][code]
        blanks = [set(re.findall(r"\{(\w+)\}", row["words"][language])) for language in LANGUAGES]
        assert blanks[0] == blanks[1] == blanks[2], code
        assert row["strength"] in (1, 2, 3) and row["says"] and row["not"]
        for language in LANGUAGES:
            assert label_of(code, language)
            text = f"{row['words'][language]} {row['label'][language]}".casefold()
            assert not any(word in text for word in ("proof", "proves", "доказ", "дәлел")), code
    with pytest.raises(UnknownValue, match="no sign 'x'"):
        signs_in_words(Sign("x"), "en")


def test_languages_are_named_in_the_reader_s_own() -> None:
    one = found(notice(target_words="Паром, который возит детей в школу, не ремонтировали три года"))[
        "other_language"
    ]
    assert signs_in_words(one, "en").startswith("The claimed work is in English, the target in Russian")
    assert "английский" in signs_in_words(one, "ru") and "орыс тілі" in signs_in_words(one, "kk")


def test_values_are_filled_in_once() -> None:
    some = many(3, sender="{sites} {owner} Agency")
    one = found(some[0], some[1:])["many_outlets"]
    assert signs_in_words(one, "en") == "{sites} {owner} Agency sent 3 notices against 3 different sites."


def test_the_same_alone_and_together() -> None:
    some = many(5, date(2024, 9, 28), target_words="ТОО «Проба» и паром")
    assert signs_of_all(some, CONTEXT) == [abuse_signs(one, some, CONTEXT) for one in some]
    assert abuse_signs(Notice("1", "desk"), [], context_of()) == ()


def test_many_notices_are_looked_at_in_little_time() -> None:
    some = [
        notice(number=str(at), sender="One Sender", target_words=f"Words {at} ТОО «Проба {at % 60}»", targets=(f"https://s{at}.example/{at}",))
        for at in range(2000)
    ]  # fmt: skip
    started = time.process_time()
    assert len(signs_of_all(some, CONTEXT)) == 2000
    huge = notice(
        work="A b " * 9000,
        target_words="Aa «" * 9000 + "ТОО «" * 9000,
        words="W w " * 9000 + "первого " * 9000,
    )
    abuse_signs(huge, [], CONTEXT)
    abuse_signs(replace(huge, ground="court_order"), [], CONTEXT)
    assert time.process_time() - started < 8
