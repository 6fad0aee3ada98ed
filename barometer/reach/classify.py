"""What one look says of a site: a list of rules, of which the first that holds decides.

Two principles. An answer that is wrong is a sign; no answer is none. And who speaks over a line that the site's own
certificate secures is the site: what it shows there is no block page, whatever its words. One look never proves
blocking; it is confirmed only by a mark that is publicly known. The rules with their sentences are in
docs/reference/probe-rules.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from math import comb
from urllib.parse import urlsplit

from barometer.countries.blocking import Mark
from barometer.reach.seen import OTHER, PLAIN, SYSTEM, Answer, Attempt, Hop, Seen
from barometer.reach.values import Measurement, Reach, Vantage

#: Seconds after which a page that came is called slow.
SLOW = 10.0
#: A block page is short; what is longer is an article.
_SHORT = 1500
_UNSEEN = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>")
_TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title>")
#: Of several attempts that failed, the one that came farthest says most.
_STAGES = ("not_public", "dns.", "proxy", "tcp.", "tls.", "http.")
_SECOND_LEVEL = frozenset({"com", "org", "net", "gov", "edu", "co", "mil", "ac", "info", "mediapress"})


@dataclass(frozen=True)
class Rule:
    """A rule by its id: the state that it gives and the sentence that says when it holds."""

    id: str
    state: Reach
    words: str
    holds: Callable[[_Case], bool]


def classify(seen: Seen, known: Sequence[Mark]) -> tuple[Reach, str]:
    """The state that the look gives the site, and the id of the rule that says so."""
    case = _Case(seen, known)
    rule = next(rule for rule in RULES if rule.holds(case))
    return rule.state, rule.id


def measurement(seen: Seen, vantage: Vantage, known: Sequence[Mark]) -> Measurement:
    """The look as a measurement from that vantage; `detail` names the mark that was found."""
    state, rule = classify(seen, known)
    mark = _Case(seen, known).mark
    detail = seen.detail() | ({"mark": mark.id} if mark else {})
    return Measurement(site=seen.site, at=seen.at, vantage=vantage, state=state, rule=rule, detail=detail)


def strained(failed: int, asked: int, usual: float) -> bool:
    """Whether `failed` of the last `asked` looks (time-outs, server errors) are far beyond the site's usual share.

    At least six looks, at least half of them failed, and less than one chance in a thousand that its usual share
    (never taken for less than one in fifty) gives so many.
    """
    share = min(max(usual, 0.02), 1.0)
    chance = sum(comb(asked, n) * share**n * (1 - share) ** (asked - n) for n in range(failed, asked + 1))
    return asked >= 6 and 2 * failed >= asked and chance < 0.001


def overloaded(now: Measurement, recent: Sequence[Measurement], usual: float) -> Measurement:
    """The measurement, as overloaded if the site did not keep up in it and too often in `recent` ones for its `usual`.

    `recent` are earlier measurements of the site from the same vantage, `usual` the share of them that failed in
    ordinary weeks. Those that say nothing are not counted.
    """
    told = [one for one in (*recent, now) if one.state is not Reach.INSUFFICIENT]
    failed = sum(one.rule in STRAIN or one.state is Reach.OVERLOADED for one in told)
    if now.rule in STRAIN and strained(failed, len(told), usual):
        return replace(now, state=Reach.OVERLOADED, rule=OVER_RATE)
    return now


class _Case:
    """A look with what the rules ask of it, worked out once."""

    def __init__(self, seen: Seen, known: Sequence[Mark]) -> None:
        self.seen = seen
        self._known = known

    # --- names --------------------------------------------------------------------------------------------------

    @cached_property
    def own(self) -> str:
        """What the system's resolver said: addresses, refused (private), a failure, or "" where it was not asked."""
        return _said([answer for answer in self.seen.answers if answer.resolver == SYSTEM])

    @cached_property
    def others(self) -> frozenset[str]:
        """What the other resolvers said, those apart that said nothing."""
        resolvers = {answer.resolver for answer in self.seen.answers} - {SYSTEM}
        said = {
            _said([answer for answer in self.seen.answers if answer.resolver == one]) for one in resolvers
        }
        return frozenset(said - {"timeout", "servfail", "broken", "refused_to_say"})

    @cached_property
    def disjoint(self) -> bool:
        """Whether no address is named by both the system's resolver and another."""
        own = {a for answer in self.seen.answers if answer.resolver == SYSTEM for a in answer.addresses}
        others = {a for answer in self.seen.answers if answer.resolver != SYSTEM for a in answer.addresses}
        return bool(own and others) and not own & others

    # --- ways ---------------------------------------------------------------------------------------------------

    @cached_property
    def here(self) -> list[Attempt]:
        return [attempt for attempt in self.seen.attempts if attempt.origin not in (OTHER, PLAIN)]

    @cached_property
    def best(self) -> Hop:
        """Where the way ended that came farthest; nowhere, if there was none."""
        ends = [attempt.last for attempt in self.here]
        return max(ends, key=_distance) if ends else Hop(self.seen.site, failure="none")

    @cached_property
    def way(self) -> tuple[Hop, ...]:
        return next((attempt.hops for attempt in self.here if attempt.last is self.best), ())

    @cached_property
    def there(self) -> Hop | None:
        """Where the way over another resolver's address ended, if the site itself answered."""
        ends = (attempt.last for attempt in self.seen.attempts if attempt.origin == OTHER)
        return next((hop for hop in ends if hop.answered and hop.status < 400), None)

    def failed(self, *failures: str) -> bool:
        return self.best.failure in failures

    @cached_property
    def lost(self) -> bool:
        """Whether no way of its own led to an answer, and the site answered at another resolver's address."""
        return self.best.failure != "" and self.there is not None and self.there.authentic

    @cached_property
    def strayed(self) -> bool:
        """Whether plain http led to another site: who said so is not known."""
        pairs = zip(self.way, self.way[1:], strict=False)
        return any(not a.authentic and not _same_site(a.url, b.url) for a, b in pairs)

    @cached_property
    def differs(self) -> bool:
        """Whether plain http shows another page at another resolver's address."""
        return (
            self.disjoint
            and not self.best.authentic
            and self.there is not None
            and title(self.there) != title(self.best)
        )

    # --- marks --------------------------------------------------------------------------------------------------

    @cached_property
    def mark(self) -> Mark | None:
        """The mark that was found: one that confirms before a portal's, that before a general wording."""
        found = [mark for mark in self._known if any(mark.fits(text) for text in self._texts[mark.where])]
        ranks = [(not mark.confirms, mark.kind != "portal", n) for n, mark in enumerate(found)]
        return found[min(ranks)[2]] if found else None

    def marked(self, kind: str, *, confirms: bool) -> bool:
        return self.mark is not None and self.mark.kind == kind and self.mark.confirms is confirms

    @cached_property
    def _texts(self) -> dict[str, list[str]]:
        """What marks are held against, by where they are looked for."""
        hops = list(self.seen.hops())
        strange = [hop for hop in hops if hop.status and (not hop.authentic or hop.status in (403, 451))]
        system = [answer for answer in self.seen.answers if answer.resolver == SYSTEM]
        return {
            "body": [text for hop in strange for text in _short(hop)],
            "location": [hop.header("location") for hop in strange if hop.header("location")],
            "server": [hop.header("server") for hop in strange if hop.header("server")],
            "dns": [text for one in system for text in (*one.addresses, *one.refused, *one.names)],
            "certificate": [
                issuer
                for hop in hops
                if hop.certificate and not hop.authentic
                for issuer in hop.certificate.issuers
            ],
        }


def _rules() -> Iterator[Rule]:
    """All rules, in the order in which they are asked."""
    ok, down, likely = Reach.OK, Reach.DOWN, Reach.BLOCKED_LIKELY
    nothing, confirmed = Reach.INSUFFICIENT, Reach.BLOCKED_CONFIRMED
    yield Rule(
        "net.offline",
        nothing,
        "No site that is always there answered either: the trouble is the vantage's own.",
        lambda case: case.seen.online is False,
    )
    yield Rule(
        "known.mark",
        confirmed,
        "A publicly known mark of blocking: a block page, a sinkhole's address, the authority of an interception.",
        lambda case: case.marked("block", confirms=True),
    )
    yield Rule(
        "portal.mark",
        nothing,
        "A page that a network shows before it lets anybody through.",
        lambda case: case.marked("portal", confirms=False) or case.marked("portal", confirms=True),
    )
    yield Rule(
        "portal.511",
        nothing,
        "Status 511: the network asks for a log-in (RFC 6585).",
        lambda case: any(hop.status == 511 and not hop.authentic for hop in case.seen.hops()),
    )
    yield Rule(
        "portal.private",
        nothing,
        "Plain http led to an address that is not public, as portals of networks do.",
        lambda case: case.failed("not_public") and not case.way[-2:][0].authentic,
    )
    yield Rule(
        "net.proxy",
        nothing,
        "The proxy that is the vantage does not answer.",
        lambda case: case.failed("proxy"),
    )
    yield Rule(
        "dns.sinkhole",
        likely,
        "The system's resolver gives only addresses that are not public, another one public ones.",
        lambda case: case.own == "private" and "addresses" in case.others,
    )
    yield Rule(
        "dns.denied",
        likely,
        "The system's resolver says that the name does not exist or has no address, another one gives addresses.",
        lambda case: (
            (case.own in ("nxdomain", "empty") and "addresses" in case.others) or case.failed("dns.lied")
        ),
    )
    yield Rule(
        "dns.elsewhere",
        likely,
        "At the addresses of the system's resolver the site does not answer as itself; at those of another it does, "
        "with its own certificate.",
        lambda case: case.own == "addresses" and case.disjoint and case.lost,
    )
    yield Rule(
        "dns.own",
        nothing,
        "The system's resolver does not answer for this name, another one does: that may be its own trouble.",
        lambda case: case.own in _NO_ANSWER and bool(case.others),
    )
    yield Rule(
        "dns.uncompared",
        nothing,
        "The system's resolver gives an address that is not public, and there is no other answer to hold it against.",
        lambda case: case.own == "private" and not case.others,
    )
    yield Rule(
        "dns.private",
        down,
        "Every resolver gives an address that is not public.",
        lambda case: case.own == "private",
    )
    yield Rule(
        "dns.nxdomain",
        down,
        "The name does not exist, by every resolver that answered.",
        lambda case: case.own == "nxdomain",
    )
    yield Rule(
        "dns.empty",
        down,
        "The name has no address, by every resolver that answered.",
        lambda case: case.own == "empty",
    )
    yield Rule(
        "net.unknown",
        nothing,
        "No resolver answered, and nothing tells whether the vantage is online.",
        lambda case: case.own == "timeout" and case.seen.online is None,
    )
    yield Rule(
        "dns.failed",
        down,
        "Every resolver fails on this name (SERVFAIL, no answer), while the vantage is online.",
        lambda case: case.own in _NO_ANSWER,
    )
    yield Rule(
        "http.451",
        likely,
        "Status 451: not available for legal reasons (RFC 7725). The site itself may say so of a country.",
        lambda case: any(hop.status == 451 for hop in case.seen.hops()),
    )
    yield Rule(
        "page.words",
        likely,
        "A short page says that access is restricted by a decision or a law, and it is not the site's own by a "
        "certificate, or it is a refusal (403).",
        lambda case: case.marked("block", confirms=False),
    )
    yield Rule(
        "http.elsewhere",
        nothing,
        "Plain http led to another site: who said so cannot be told.",
        lambda case: case.best.answered and case.strayed,
    )
    yield Rule(
        "http.differs",
        nothing,
        "Over plain http the address of another resolver shows a page of another title.",
        lambda case: case.best.answered and case.differs,
    )
    yield Rule(
        "http.denied",
        nothing,
        "The site answers and refuses the probe (401, 403, 407, 429).",
        lambda case: case.best.answered and case.best.status in (401, 403, 407, 429),
    )
    yield Rule(
        "http.gone",
        down,
        "The site answers that there is no such page (other 4xx).",
        lambda case: case.best.answered and 400 <= case.best.status < 500,
    )
    yield Rule(
        "http.5xx",
        down,
        "The site answers with a server's error, twice.",
        lambda case: case.best.answered and case.best.status >= 500,
    )
    yield Rule(
        "http.empty",
        nothing,
        "The answer has no content.",
        lambda case: case.best.answered and not case.best.body.strip() and case.best.status != 304,
    )
    yield Rule(
        "ok.slow",
        ok,
        f"The page came, later than after {SLOW:g} seconds.",
        lambda case: case.best.answered and case.best.seconds > SLOW,
    )
    yield Rule(
        "ok.again",
        ok,
        "The page came, at the second attempt or at the second address.",
        lambda case: (
            case.best.answered
            and any(attempt.last.failure or attempt.last.status >= 500 for attempt in case.here)
        ),
    )
    yield Rule("ok.page", ok, "The page came.", lambda case: case.best.answered)
    yield Rule(
        "http.loop",
        nothing,
        "Redirects without an end: a site that wants a cookie does that too, and the probe keeps none.",
        lambda case: case.failed("http.loop"),
    )
    yield Rule(
        "http.reset",
        likely,
        "Over plain http the line was reset after the request, which names the site.",
        lambda case: case.failed("http.reset") and case.best.url.startswith("http://"),
    )
    yield Rule(
        "http.failed",
        down,
        "The line was made, and no answer that can be read came over it.",
        lambda case: case.best.failure.startswith("http."),
    )
    yield Rule(
        "tls.by_name",
        likely,
        "A handshake that names the site gets silence or a reset, twice; one that names nobody is answered by the same "
        "address.",
        lambda case: case.failed("tls.reset", "tls.timeout", "tls.closed") and _again_by_name(case),
    )
    yield Rule(
        "tls.reset",
        likely,
        "The line was reset after the handshake's first message, which names the site.",
        lambda case: case.failed("tls.reset"),
    )
    yield Rule(
        "tls.other",
        likely,
        "The certificate is another's: for names that are not of this site.",
        lambda case: case.failed("tls.name") and not _own_name(case.best),
    )
    yield Rule(
        "tls.issuer",
        likely,
        "The certificate is signed by an authority that nobody knows.",
        lambda case: case.failed("tls.issuer"),
    )
    yield Rule(
        "tls.incomplete",
        nothing,
        "The chain of certificates lacks a link: many sites forget it, and an interception may lack it too.",
        lambda case: case.failed("tls.incomplete", "tls.untrusted"),
    )
    yield Rule(
        "tls.own",
        down,
        "The certificate is the site's own and out of date, signed by itself or for a neighbouring name: browsers warn.",
        lambda case: case.failed("tls.expired", "tls.early", "tls.self_signed", "tls.name"),
    )
    yield Rule(
        "tls.failed",
        down,
        "The handshake came to nothing: an alert, no answer, or no TLS.",
        lambda case: case.best.failure.startswith("tls."),
    )
    yield Rule(
        "tcp.no_route",
        nothing,
        "The vantage has no way to that kind of address (IPv6, as a rule).",
        lambda case: case.failed("tcp.no_route"),
    )
    yield Rule(
        "tcp.failed",
        down,
        "No line could be made: refused, no answer, unreachable, or not by the proxy.",
        lambda case: case.best.failure.startswith("tcp."),
    )
    yield Rule(
        "dns.hop",
        down,
        "The site leads to a name that does not exist or has no public address.",
        lambda case: case.best.failure.startswith(("dns.", "not_public")),
    )
    yield Rule("none", nothing, "The look ended before anything was seen.", lambda case: True)


#: What a resolver says that says nothing of the name.
_NO_ANSWER = ("timeout", "servfail", "broken", "refused_to_say")
RULES: tuple[Rule, ...] = tuple(_rules())
#: The rules under which a site did not keep up, for the rate of `strained`.
STRAIN = frozenset({"http.5xx", "http.failed", "tcp.failed", "tls.failed"})
#: The rule of `overloaded`, which needs more than one look.
OVER_RATE = "rate.strained"


def _said(answers: Sequence[Answer]) -> str:
    """What a resolver said of both kinds of address together."""
    if not answers:
        return ""
    if any(answer.addresses for answer in answers):
        return "addresses"
    if any(answer.refused for answer in answers):
        return "private"
    failures = {answer.failure for answer in answers}
    if failures & {"nxdomain", "empty"}:
        return "nxdomain" if "nxdomain" in failures else "empty"
    named = {"refused": "refused_to_say"}
    return next(
        (named.get(one, one) for one in ("servfail", "refused", "broken") if one in failures), "timeout"
    )


def _distance(hop: Hop) -> tuple[int, int]:
    """How far a way came: an answer before everything, the better answer first."""
    if hop.answered:
        return 1 + len(_STAGES), -hop.status
    stage = next((n for n, name in enumerate(_STAGES) if hop.failure.startswith(name)), -1)
    return stage, 0


def _again_by_name(case: _Case) -> bool:
    """Whether every handshake with the name failed, two at least, and one without a name was answered."""
    hops = [attempt.last for attempt in case.here]
    return len(hops) > 1 and all(hop.bare == "answered" for hop in hops)


def _own_name(hop: Hop) -> bool:
    """Whether a certificate names a neighbour of the site (www, another subdomain)."""
    names = hop.certificate.names if hop.certificate else ()
    return any(_same_site(hop.url, f"https://{name.removeprefix('*.')}/") for name in names)


def _same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one owner, by the end of their names."""
    return _owner(one) == _owner(other)


def _owner(url: str) -> str:
    host = (urlsplit(url).hostname or "").removesuffix(".")
    labels = host.split(".")
    if labels[-1].isdigit() or ":" in host:
        return host
    deep = len(labels) > 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if deep else -2 :])


def title(hop: Hop) -> str:
    """The title of a page, in one line."""
    found = _TITLE.search(_text(hop))
    return " ".join(unescape(found.group(1)).split()) if found else ""


def _text(hop: Hop) -> str:
    """The body as text: as it says, as UTF-8, else as Windows writes Cyrillic."""
    said = re.search(r"charset=[\"']?([\w-]+)", hop.header("content-type"))
    for charset in (*([said.group(1)] if said else []), "utf-8", "cp1251"):
        try:
            return hop.body.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return hop.body.decode("utf-8", "replace")


def _short(hop: Hop) -> Iterable[str]:
    """What a short page says, its title and its markup; nothing of a long one."""
    text = _text(hop)
    said = " ".join(unescape(_UNSEEN.sub(" ", text)).split())
    if len(said) > _SHORT or hop.cut:
        return ()
    return (f"{title(hop)} {said}", text)
