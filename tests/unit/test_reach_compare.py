"""Several witnesses of one site: what they say together, and when nobody may say "blocked"."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import barometer.reach
from barometer.reach.compare import (
    Usual,
    answered_error,
    beyond,
    control_of,
    troubled,
    usual,
    verdict,
    verdicts,
    windows,
)
from barometer.reach.outages import BAD
from barometer.reach.rules import rules, state_of
from barometer.reach.values import Measurement, Reach, Vantage

SITE = "https://news.example/"
NOON = datetime(2031, 3, 1, 12, tzinfo=UTC)
STATES = {"ok": Reach.OK, "down": Reach.DOWN, "over": Reach.OVERLOADED, "likely": Reach.BLOCKED_LIKELY}
STATES |= {"page": Reach.BLOCKED_CONFIRMED, "nothing": Reach.INSUFFICIENT}


def look(words: str, *, at: datetime = NOON, **detail: object) -> Measurement:
    """ "likely A1" is witness A1 (network A, in KZ); "ok control" is a control; "ok DE-1" is a witness in DE."""
    state, name = words.split()
    country, _, number = name.partition("-")
    if name.startswith("control"):
        vantage = Vantage(name, "NL", name, control=True)
    elif number:
        vantage = Vantage(name, country, number)
    else:
        vantage = Vantage(name, "KZ", name[0].removeprefix("?"))
    return Measurement(SITE, at, vantage, STATES[state], "probe.x", detail=detail)


def said(*words: str, known: Usual | None = None) -> tuple[str, str, str]:
    of = verdict([look(each) for each in words], "KZ", known=known)
    assert state_of(of.rule) is of.state
    return of.state.value, of.rule.removeprefix("compare."), f"{of.agreeing}/{of.asked}/{of.insufficient}"


@pytest.mark.parametrize(
    ("witnesses", "expected"),
    [
        # All is well, or nearly.
        ("ok A1", ("ok", "all_reach", "1/1/0")),
        ("ok A1, ok B1, nothing C1", ("ok", "all_reach", "2/3/1")),
        ("ok A1, ok B1, likely C1, ok control", ("ok", "most_reach", "2/3/0")),
        ("ok A1, down control", ("ok", "all_reach", "1/1/0")),
        # Nobody knows: never ok.
        ("nothing A1, nothing B1, ok control", ("insufficient", "nothing_said", "2/2/2")),
        ("ok control, ok DE-1", ("insufficient", "nothing_said", "0/0/0")),
        ("ok A1, likely B1, ok control", ("insufficient", "contradictory", "1/2/0")),
        ("down A1, down B1, ok control1, down control2", ("insufficient", "control_contradictory", "2/2/0")),
        # One network proves nothing, however many of its witnesses say so, and however sure they are.
        ("likely A1, ok control", ("insufficient", "one_network", "1/1/0")),
        ("likely A1, likely A2, likely A3, ok control", ("insufficient", "one_network", "3/3/0")),
        ("likely A1", ("insufficient", "one_network", "1/1/0")),
        ("likely ?1, likely ?2, ok control", ("insufficient", "one_network", "2/2/0")),
        ("down A1, ok control", ("insufficient", "one_network", "1/1/0")),
        ("over A1, ok control", ("insufficient", "one_network", "1/1/0")),
        # The country against the control.
        ("down A1, likely B1, ok control", ("blocked_likely", "only_here", "2/2/0")),
        ("likely A1, likely B1, ok C1, ok control", ("blocked_likely", "only_here", "2/3/0")),
        ("likely A1, likely B1", ("blocked_likely", "signs_no_control", "2/2/0")),
        ("likely A1, likely B1, down control", ("down", "down_everywhere", "2/2/0")),
        ("down A1, down control", ("down", "down_everywhere", "1/1/0")),
        ("down A1", ("down", "down_no_control", "1/1/0")),
        ("down A1, likely B1", ("down", "down_no_control", "2/2/0")),
        ("nothing A1, down B1, nothing control", ("down", "down_no_control", "1/2/1")),
        # A witness in a third country is no control and does not vote.
        ("likely A1, likely B1, down DE-1, ok control", ("blocked_likely", "only_here", "2/2/0")),
        # Block pages.
        ("page A1, page B1, ok control", ("blocked_confirmed", "block_page", "2/2/0")),
        ("page A1, page B1, ok C1, ok D1, ok control", ("blocked_confirmed", "block_page", "2/4/0")),
        ("page A1, ok control", ("blocked_likely", "block_page_once", "1/1/0")),
        ("page A1, page A2, ok control", ("blocked_likely", "block_page_once", "2/2/0")),
        ("page A1, likely B1", ("blocked_likely", "block_page_once", "2/2/0")),
        # A "block page" that the control sees too is the site's own.
        ("page A1, page B1, page control", ("down", "down_everywhere", "2/2/0")),
        # Overloaded.
        ("over A1, over control", ("overloaded", "strained", "1/1/0")),
        ("over A1, over B1, ok control", ("overloaded", "strained", "2/2/0")),
        ("over A1, ok B1", ("insufficient", "contradictory", "1/2/0")),
    ],
)
def test_witnesses(witnesses, expected):
    assert said(*witnesses.split(", ")) == expected


@given(
    st.lists(st.sampled_from(sorted(STATES)), min_size=1, max_size=8),
    st.lists(st.sampled_from(sorted(STATES)), max_size=3),
)
def test_one_network_never_proves_blocking(here, control):
    looks = [look(f"{state} A{number}") for number, state in enumerate(here)]
    looks += [look(f"{state} control{number}") for number, state in enumerate(control)]
    of = verdict(looks, "KZ")
    assert of.state is not Reach.BLOCKED_CONFIRMED
    if of.state is Reach.BLOCKED_LIKELY:
        assert "page" in here
    if of.state is Reach.OK:
        assert "ok" in here
    assert state_of(of.rule) is of.state
    assert 0 <= of.agreeing <= of.asked == len(here)
    assert of.insufficient == here.count("nothing")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(STATES)),
            st.sampled_from(["A1", "A2", "B1", "C1", "control1", "control2"]),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_looks_does_not_matter(told, chance: random.Random):
    looks = [look(f"{state} {name}", at=NOON + timedelta(minutes=minute)) for state, name, minute in told]
    mixed = list(looks)
    chance.shuffle(mixed)
    assert verdict(looks, "KZ") == verdict(mixed, "KZ")


def test_a_witness_has_one_say_its_latest():
    looks = [
        look("likely A1"),
        look("ok A1", at=NOON + timedelta(minutes=2)),
        look("nothing A1", at=NOON + timedelta(minutes=4)),
    ]
    of = verdict(looks, "KZ")
    assert (of.state, of.agreeing, of.asked, of.insufficient, of.at) == (Reach.OK, 1, 1, 0, NOON)


def test_the_helper_of_imported_looks_is_a_control():
    reached = [look("likely A1", control="reached"), look("likely B1", control="reached")]
    assert verdict(reached).rule == "compare.only_here"
    assert control_of(verdict(reached)) == (1, 1)
    failed = [look("likely A1", control="failed"), look("likely B1", control="failed")]
    assert verdict(failed).rule == "compare.down_everywhere"
    assert control_of(verdict(failed)) == (0, 1)


def test_beyond_the_usual():
    # Ten days of 100 looks, of which one is troubled; on one day half are: the usual stays 1 %.
    history = [
        look(
            "over A1" if number < (50 if day == 4 else 1) else "ok A1",
            at=NOON - timedelta(days=day, minutes=number),
        )
        for day in range(1, 11)
        for number in range(100)
    ]
    known = usual(history)
    assert (known.rate, known.looks) == (0.01, 1000)
    assert known.known
    assert beyond(3, 3, known)
    assert not beyond(2, 2, known), "two looks may be chance"
    assert not beyond(100, 5, known), "five of a hundred are no flood"
    assert beyond(100, 12, known)
    assert beyond(20_000, 10_000, known)
    assert not beyond(20_000, 410, known)
    assert not beyond(20, 20, Usual(1.0, 9, 900)), "nothing is beyond always"
    slow = {"http": {"failure": "generic_timeout_error"}}
    looks = [
        look("down A1", **slow),
        look("down B1", **slow),
        look("down C1", **slow),
        look("ok D1"),
        look("ok control"),
        look("down control2"),
    ]
    assert verdict(looks, "KZ", known=known).rule == "compare.beyond_usual"
    # Nobody knows what is usual, or only the country meets time-outs: not overloaded.
    assert verdict(looks, "KZ").rule == "compare.control_contradictory"
    assert verdict(looks[:-1], "KZ", known=known).rule == "compare.only_here"
    # It answers nobody at all: down.
    assert verdict([*looks[:3], look("down control")], "KZ", known=known).rule == "compare.down_everywhere"


@pytest.mark.parametrize("state", ["down", "likely", "over", "ok"])
def test_what_is_trouble(state):
    assert troubled(look(f"{state} A1", http={"status": 503}))
    assert troubled(look(f"{state} A1", tcp={"failure": "timed out"})) is (state != "ok")
    assert troubled(look(f"{state} A1", tls={"failure": "connection_reset"})) is (state == "over")
    assert troubled(look(f"{state} A1", tls=None, http={"status": "503"})) is (state == "over")


def test_the_site_s_own_error_among_several_tries():
    assert answered_error(look("down A1", http=[{"status": 503}, {"failure": "tcp.timeout"}]))
    assert not answered_error(look("ok A1", http=[{"status": 503}, {"status": 200}])), (
        "the second try was answered"
    )
    assert not answered_error(look("down A1", http=[None, {"status": 302}, {"status": "503"}]))


def test_windows():
    minutes = [0, 9, 10, 25, 60]
    looks = [look("ok A1", at=NOON + timedelta(minutes=minute)) for minute in reversed(minutes)]
    groups = windows(looks)
    assert [[(each.at - NOON) // timedelta(minutes=1) for each in group] for group in groups] == [
        [0, 9],
        [10],
        [25],
        [60],
    ]
    assert [len(group) for group in windows(looks, 60)] == [4, 1]
    assert windows([]) == []


def test_a_verdict_is_about_one_site_and_one_country():
    with pytest.raises(ValueError, match="DE, KZ"):
        verdict([look("ok A1"), look("ok DE-1")])
    with pytest.raises(ValueError, match="needs a measurement"):
        verdict([])


def test_rules_are_said_in_three_languages():
    for rule, words in rules().items():
        assert {"en", "ru", "kk"} <= words.keys(), rule
        assert len({words["en"], words["ru"], words["kk"]}) == 3, rule


def test_the_reference_has_every_rule_with_its_state():
    text = (Path(__file__).parents[2] / "docs" / "reference" / "reach-rules.md").read_text("utf-8")
    families = ("ooni.", "file.", "compare.", "kind.", "account.")
    for rule, told in rules().items():
        if rule.startswith(families):
            given_ = told.get("state") or told.get("account")
            state = f" {given_.replace('_', ' ')} |" if given_ else ""
            assert f"| `{rule}` |{state} {told['en']} |" in text, rule


def test_every_rule_is_used_and_every_rule_that_is_used_is_there():
    """A rule's id stands in the code, whole or as what a state's name is put behind."""
    folder = Path(barometer.reach.__file__).parent
    code = "".join(path.read_text("utf-8") for path in sorted(folder.glob("*.py")))
    used = set(re.findall(r'"((?:ooni|file|compare)\.[a-z_]+)"', code))
    assert used == {rule for rule in rules() if rule.startswith(("ooni.", "file.", "compare."))}
    assert {rule for rule in rules() if rule.startswith("kind.")} == {f"kind.{state}" for state in BAD}


def test_a_site_that_answers_with_its_own_errors_is_not_away():
    wrong = {"http": [{"url": SITE, "status": 503}]}
    here = [look("down A1", **wrong), look("down B1", **wrong)]
    assert verdict([*here, look("ok control")]).rule == "compare.strained"
    assert verdict([here[0], look("ok control")]).rule == "compare.one_network"
    assert verdict(here[:1]).rule == "compare.strained"
    assert verdict([*here, look("down C1")]).rule == "compare.strained"
    # One that gives nothing else for days is broken.
    always = Usual(0.9, 14, 1000)
    assert verdict(here, known=always).rule == "compare.down_no_control"
    assert verdict([*here, look("down control", **wrong)], known=always).rule == "compare.down_everywhere"


def test_one_witness_sees_a_flood_by_its_rate():
    """A look every ten minutes: by the third trouble within an hour the usual 1 % cannot explain it."""
    late = {"tcp": [{"address": "93.184.216.34", "failure": "timeout"}]}
    looks = [
        look(f"{'ok' if letter == '.' else 'down'} A1", at=NOON + timedelta(minutes=10 * place), **({} if letter == "." else late))
        for place, letter in enumerate("..xx.xxx......xx")
    ]  # fmt: skip
    known = Usual(0.01, 14, 2000)
    told = [of.rule.removeprefix("compare.") for of in verdicts(looks, "KZ", known=known)]
    away, ok, flood = "down_no_control", "all_reach", "beyond_usual"
    assert told == [ok, ok, away, away, ok, flood, flood, flood, ok, ok, ok, ok, ok, ok, away, away]
    assert [of.rule for of in verdicts(reversed(looks), "KZ", known=known)] == [
        f"compare.{rule}" for rule in told
    ]
    assert {of.state for of in verdicts(looks)} == {Reach.OK, Reach.DOWN}, "nobody knows what is usual"
    assert verdicts([]) == []
