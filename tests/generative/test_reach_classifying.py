"""Whatever a look saw, one rule judges it, and what the rules promise holds for all of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from barometer.countries.blocking import marks
from barometer.reach.classify import RULES, classify, measurement
from barometer.reach.seen import Answer, Attempt, Certificate, Hop, Seen
from barometer.reach.values import Reach, Vantage

HTTPS, HTTP = "https://news.example/", "http://news.example/"
OWN = Certificate((b"x",), names=("news.example",), issuers=("An Authority",))
BLOCKED = "Доступ к ресурсу ограничен по решению суда".encode()
FAILURES = ["tcp.refused", "tcp.timeout", "tcp.no_route", "tcp.proxy", "tls.reset", "tls.timeout", "tls.closed", "tls.alert", "tls.protocol", "tls.name", "tls.expired", "tls.self_signed", "tls.issuer", "tls.incomplete", "http.timeout", "http.closed", "http.reset", "http.loop", "not_public", "proxy", "dns.nxdomain", "dns.lied"]  # fmt: skip
RESOLVED = ("", "nxdomain", "empty", "servfail", "refused", "timeout", "broken")

hops = st.builds(
    Hop,
    url=st.sampled_from([HTTPS, HTTP, "http://portal.example/", "https://192.0.2.7/"]),
    failure=st.sampled_from(["", "", *FAILURES]),
    certificate=st.sampled_from([None, OWN, Certificate((b"y",), names=("other.example",))]),
    bare=st.sampled_from(["", "answered", "silent"]),
    status=st.sampled_from([0, 200, 302, 403, 404, 451, 503, 511]),
    body=st.sampled_from([b"", b"News", BLOCKED, b"\xff\xfe<title>", "Заглавие".encode("cp1251")]),
)
attempts = st.builds(
    Attempt,
    origin=st.sampled_from(["system", "other", "itself", "proxy", "plain"]),
    hops=st.lists(hops, min_size=1, max_size=3).map(tuple),
)
answers = st.builds(
    Answer,
    resolver=st.sampled_from(["system", "9.9.9.9", "1.1.1.1"]),
    kind=st.sampled_from(["A", "AAAA"]),
    addresses=st.sampled_from([(), ("1.1.1.1",), ("2.2.2.2",)]),
    refused=st.sampled_from([(), (), ("10.0.0.1",)]),
    failure=st.sampled_from(RESOLVED),
)
looks = st.builds(
    Seen,
    site=st.sampled_from([HTTPS, HTTP]),
    at=st.just(datetime(2026, 3, 1, tzinfo=UTC)),
    answers=st.lists(answers, max_size=6).map(tuple),
    attempts=st.lists(attempts, max_size=4).map(tuple),
    online=st.sampled_from([None, True, False]),
)


@given(looks)
def test_every_look_is_judged_and_can_be_kept(seen):
    one = measurement(seen, Vantage("home"), marks())
    assert (one.state, one.rule) in {(rule.state, rule.id) for rule in RULES}
    assert json.loads(json.dumps(one.detail)) == one.detail


@given(looks)
def test_nothing_is_confirmed_without_a_publicly_known_mark(seen):
    assert classify(seen, [mark for mark in marks() if not mark.confirms])[0] is not Reach.BLOCKED_CONFIRMED


@given(looks)
def test_a_vantage_that_is_not_online_says_nothing(seen):
    assert classify(replace(seen, online=False), marks()) == (Reach.INSUFFICIENT, "net.offline")


@given(looks, st.sampled_from([b"News", BLOCKED]))
def test_a_page_that_is_the_sites_own_is_never_called_blocked(seen, body):
    """Whatever else is tried beside it, if the names are right and the site shows its page as itself."""
    page = Hop(HTTPS, "1.1.1.1", certificate=OWN, status=200, body=body)
    well = Seen(
        HTTPS,
        seen.at,
        answers=(
            Answer("system", "A", ("1.1.1.1",)),
            *(one for one in seen.answers if one.resolver != "system"),
        ),
        attempts=(Attempt("system", (page,)),),
        online=None,
    )
    assert classify(well, marks()) == (Reach.OK, "ok.page")
