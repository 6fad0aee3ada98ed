"""What one look says of a site: a list of rules, of which the first that holds decides.

Two principles. An answer that is wrong is a sign; no answer is none. And who speaks over a line that the site's own
certificate secures is the site: what it shows there is no block page, whatever its words. One look never proves
blocking; it is confirmed only by a mark that is publicly known. Their words are in
data/probe_rules.toml; docs/reference/probe-rules.md tells of them. Whether a site is overloaded, several looks say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from urllib.parse import urlsplit

from barometer.countries.blocking import Mark
from barometer.reach.seen import OTHER, PLAIN, SYSTEM, Answer, Attempt, Hop, Seen
from barometer.reach.values import Measurement, Reach, Vantage

#: Seconds after which a page that came is called slow.
SLOW = 10.0
#: A block page is short; what is longer is an article.
_SHORT = 1500
_UNSEEN = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>")
#: A longer page is no short notice, whatever of it is seen.
_LONG = 1 << 16
_TITLE = re.compile(r"(?is)<title[^<>]{0,300}>(.{0,1000}?)</title>")
#: Of several attempts that failed, the one that came farthest says most.
_STAGES = ("not_public", "dns.", "proxy", "tcp.", "tls.", "http.")
_SILENCES = ("tls.reset", "tls.timeout", "tls.closed")
_NEGLECTED = ("tls.expired", "tls.early", "tls.self_signed", "tls.name")
_REFUSALS = frozenset({401, 403, 407, 429})
_SECOND_LEVEL = frozenset({"com", "org", "net", "gov", "edu", "co", "mil", "ac"})


@dataclass(frozen=True)
class Rule:
    """A rule by its id: the state that it gives, and when it holds."""

    id: str
    state: Reach
    holds: Callable[[_Case], bool]


def classify(seen: Seen, known: Sequence[Mark]) -> tuple[Reach, str]:
    """The state that the look gives the site, and the id of the rule that says so."""
    rule = _Case(seen, known).rule
    return rule.state, rule.id


def measurement(seen: Seen, vantage: Vantage, known: Sequence[Mark]) -> Measurement:
    """The look as a measurement from that vantage; `detail` names the mark that was found."""
    case = _Case(seen, known)
    detail = seen.detail() | ({"mark": case.mark.id} if case.mark else {})
    return Measurement(seen.site, seen.at, vantage, case.rule.state, case.rule.id, detail=detail)


class _Case:
    """A look with what the rules ask of it, worked out once."""

    def __init__(self, seen: Seen, known: Sequence[Mark]) -> None:
        self.seen = seen
        self._known = known

    @cached_property
    def rule(self) -> Rule:
        """The first rule that holds."""
        return next(rule for rule in RULES if rule.holds(self))

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

    def status_in_the_open(self, status: int) -> bool:
        """Whether that status came over a line that nobody answers for."""
        return any(hop.status == status and not hop.authentic for hop in self.seen.hops())

    @cached_property
    def stumbled(self) -> bool:
        """Whether a way failed before one led to the page."""
        return any(attempt.last.failure or attempt.last.status >= 500 for attempt in self.here)

    @cached_property
    def elsewhere(self) -> bool:
        """Whether the site answers as itself only at addresses that the system's resolver does not name."""
        away = self.there is not None and self.there.authentic
        return self.own == "addresses" and self.disjoint and self.best.failure != "" and away

    @cached_property
    def spoken_for(self) -> bool:
        """Whether somebody answered in the site's place: silence and a dead server are no answer."""
        return self.failed("tls.name", "tls.issuer", "tls.self_signed")

    @cached_property
    def by_name(self) -> bool:
        """Whether every handshake with the name failed, two at least, and each time one without was answered."""
        ends = [attempt.last for attempt in self.here]
        return len(ends) > 1 and all(hop.bare == "answered" for hop in ends)

    @cached_property
    def own_name(self) -> bool:
        """Whether the certificate names the site or a neighbour (www, another subdomain)."""
        names = self.best.certificate.names if self.best.certificate else ()
        return any(_same_site(self.best.url, f"https://{name.removeprefix('*.')}/") for name in names)

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


#: What a resolver says that says nothing of the name.
_NO_ANSWER = ("timeout", "servfail", "broken", "refused_to_say")
_OK, _DOWN, _NOTHING = Reach.OK, Reach.DOWN, Reach.INSUFFICIENT
_LIKELY, _CONFIRMED = Reach.BLOCKED_LIKELY, Reach.BLOCKED_CONFIRMED

#: All rules, in the order in which they are asked.
RULES = (
    Rule("net.offline", _NOTHING, lambda case: case.seen.online is False),
    Rule("known.mark", _CONFIRMED, lambda case: case.marked("block", confirms=True)),
    Rule("portal.mark", _NOTHING, lambda case: case.mark is not None and case.mark.kind == "portal"),
    Rule("portal.511", _NOTHING, lambda case: case.status_in_the_open(511)),
    Rule(
        "portal.private", _NOTHING, lambda case: case.failed("not_public") and not case.way[-2:][0].authentic
    ),
    Rule("net.proxy", _NOTHING, lambda case: case.failed("proxy")),
    Rule("dns.sinkhole", _LIKELY, lambda case: case.own == "private" and "addresses" in case.others),
    Rule(
        "dns.denied",
        _LIKELY,
        lambda case: (
            case.failed("dns.lied") or (case.own in ("nxdomain", "empty") and "addresses" in case.others)
        ),
    ),
    Rule("dns.elsewhere", _LIKELY, lambda case: case.elsewhere and case.spoken_for),
    Rule("dns.own", _NOTHING, lambda case: case.own in _NO_ANSWER and bool(case.others)),
    Rule("dns.uncompared", _NOTHING, lambda case: case.own == "private" and not case.others),
    Rule("dns.private", _DOWN, lambda case: case.own == "private"),
    Rule("dns.nxdomain", _DOWN, lambda case: case.own == "nxdomain"),
    Rule("dns.empty", _DOWN, lambda case: case.own == "empty"),
    Rule("net.unknown", _NOTHING, lambda case: case.own == "timeout" and case.seen.online is None),
    Rule("dns.failed", _DOWN, lambda case: case.own in _NO_ANSWER),
    Rule("http.451", _LIKELY, lambda case: any(hop.status == 451 for hop in case.seen.hops())),
    Rule("page.words", _LIKELY, lambda case: case.marked("block", confirms=False)),
    Rule("http.elsewhere", _NOTHING, lambda case: case.best.answered and case.strayed),
    Rule("http.differs", _NOTHING, lambda case: case.best.answered and case.differs),
    Rule("http.denied", _NOTHING, lambda case: case.best.answered and case.best.status in _REFUSALS),
    Rule("http.gone", _DOWN, lambda case: case.best.answered and 400 <= case.best.status < 500),
    Rule("http.5xx", _DOWN, lambda case: case.best.answered and case.best.status >= 500),
    Rule("http.empty", _NOTHING, lambda case: case.best.answered and not case.best.body.strip()),
    Rule("ok.slow", _OK, lambda case: case.best.answered and case.best.seconds > SLOW),
    Rule("ok.again", _OK, lambda case: case.best.answered and case.stumbled),
    Rule("ok.page", _OK, lambda case: case.best.answered),
    Rule("http.loop", _NOTHING, lambda case: case.failed("http.loop")),
    Rule("http.reset", _LIKELY, lambda case: case.failed("http.reset") and case.best.url[:7] == "http://"),
    Rule("tls.by_name", _LIKELY, lambda case: case.failed(*_SILENCES) and case.by_name),
    Rule("tls.reset", _LIKELY, lambda case: case.failed("tls.reset")),
    Rule("dns.dead", _NOTHING, lambda case: case.elsewhere),
    Rule("tls.other", _LIKELY, lambda case: case.failed("tls.name", "tls.self_signed") and not case.own_name),
    Rule("tls.issuer", _LIKELY, lambda case: case.failed("tls.issuer")),
    Rule("tls.incomplete", _NOTHING, lambda case: case.failed("tls.incomplete", "tls.untrusted")),
    Rule("tls.own", _DOWN, lambda case: case.failed(*_NEGLECTED)),
    Rule("tls.failed", _DOWN, lambda case: case.best.failure.startswith("tls.")),
    Rule("http.failed", _DOWN, lambda case: case.best.failure.startswith("http.")),
    Rule("tcp.no_route", _NOTHING, lambda case: case.failed("tcp.no_route")),
    Rule("tcp.failed", _DOWN, lambda case: case.best.failure.startswith("tcp.")),
    Rule("dns.hop", _DOWN, lambda case: case.best.failure.startswith(("dns.", "not_public"))),
    Rule("net.nothing", _NOTHING, lambda case: True),
)


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
        except (UnicodeError, LookupError):
            continue
    return hop.body.decode("utf-8", "replace")


def _short(hop: Hop) -> Iterable[str]:
    """What a short page says, its title and its markup; nothing of a long one."""
    text = _text(hop)
    if len(text) > _LONG:
        return ()
    said = " ".join(unescape(_UNSEEN.sub(" ", text)).split())
    if len(said) > _SHORT or hop.cut:
        return ()
    return (f"{title(hop)} {said}", text)
