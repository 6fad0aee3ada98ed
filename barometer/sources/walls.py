"""Whether a captured page is the post or a wall before it: a login, a captcha, a consent, a paywall, "not found".

Told by signs that sites share (a password field, the words and address of a login page, how little else is there),
never by one site's name; each verdict says its reasons. The words are data (data/walls.toml), in en, ru and kk.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from barometer.sources.found import one_line
from barometer.sources.markup import lines, parsed

WallKind = Literal["", "login", "captcha", "cookie consent", "paywall", "not found page"]

#: Signs must add up to this much.
ENOUGH = 3
#: A page with so many characters of prose is the post, whatever stands around it.
_PROSE = 1200
#: A line of prose has this many characters at least: menus and buttons are shorter.
_SENTENCE = 80
_CAPTCHAS = "[class*=g-recaptcha], [class*=h-captcha], [class*=cf-turnstile], [id*=captcha], [class*=captcha], iframe[src*=captcha], form[action*=captcha]"
_APPS = re.compile(r"(?:tg|intent|fb|instagram|vk|twitter|viber|whatsapp|market):")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "ё": "е"})


@dataclass(frozen=True)
class Wall:
    """What stands before the post; `kind` is "" where the page is the post. `reasons` are the signs, for people."""

    kind: WallKind
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Words:
    kind: WallKind
    title: re.Pattern[str]
    words: re.Pattern[str]
    address: re.Pattern[str]


@cache
def _vocabulary() -> tuple[_Words, ...]:
    with (resources.files("barometer.sources") / "data" / "walls.toml").open("rb") as stream:
        data = tomllib.load(stream)
    return tuple(
        _Words(cast(WallKind, kind), _any(of["title"]), _any(of["words"]), _any(of["address"]))
        for kind, of in data.items()
    )


def _any(words: list[str]) -> re.Pattern[str]:
    ordered = sorted((_folded(word) for word in words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)")


def _folded(text: str) -> str:
    return " ".join(text.casefold().translate(_QUOTES).split())


def wall(html: str, url: str) -> WallKind:
    """The kind of wall that a page or its plain text is, or ""."""
    return look_for_wall(html, url).kind


def look_for_wall(html: str, url: str) -> Wall:
    """The wall that a page (or its plain text) is, with the reasons. `url` is where the redirects led."""
    return wall_of(parsed(html), url)


def wall_of(page: LexborHTMLParser, url: str) -> Wall:
    """As `look_for_wall`, of a page that is parsed already."""
    told = lines(page.body)
    prose = sum(len(line) for line in told if len(line) >= _SENTENCE)
    title = page.css_first("title")
    headings = [
        title.text()[:300] if title else "",
        *(" ".join(lines(node))[:300] for node in page.css("h1, h2")[:5]),
    ]
    heads = _folded(" · ".join(headings))
    # What a wall says, it says early or as the page's last word.
    text = _folded("\n".join(told))
    text = text if len(text) < 6000 else f"{text[:3000]} {text[-3000:]}"
    found = {words.kind: list(_signs(words, heads, text, url, page)) for words in _vocabulary()}
    scores = {kind: sum(weight for weight, _ in signs) for kind, signs in found.items()}
    best = max(scores, key=lambda kind: scores[kind])
    needed = ENOUGH if prose < _PROSE / 4 else ENOUGH + 2 if best != "not found page" else ENOUGH + 1
    # A paper shows the beginning of an article before its wall, and news under "not found".
    if prose >= _PROSE and best not in ("paywall", "not found page") or scores[best] < needed:
        return Wall("")
    reasons = [reason for _, reason in found[best]]
    return Wall(best, (*reasons, f"{prose:,} characters of prose"))


def _signs(
    words: _Words, heads: str, text: str, url: str, page: LexborHTMLParser
) -> Iterator[tuple[int, str]]:
    """(weight, reason) of each sign of one kind of wall."""
    if match := words.title.search(heads):
        yield 2, f"its heading says {match[0]!r}"
    said = list(dict.fromkeys(words.words.findall(text)))
    if said:
        # A banner that asks for consent lies over many a post; alone it is no wall.
        most = 2 if words.kind == "cookie consent" else 3
        yield min(most, 1 + len(said)), f"it says {', '.join(map(repr, said[:4]))}"
    if place := _in_address(words.address, url):
        yield 2, f"its address has {place!r}"
    yield from _marks(words.kind, page)


def _in_address(pattern: re.Pattern[str], url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    match = pattern.search(unquote(parts.path).casefold().replace("_", " "))
    first = pattern.fullmatch((parts.hostname or "").partition(".")[0])
    return match[0] if match else first[0] if first else ""


def _marks(kind: WallKind, page: LexborHTMLParser) -> Iterator[tuple[int, str]]:
    """The signs in a page's make."""
    if kind == "login":
        if page.css_first("input[type=password]"):
            yield 2, "it asks for a password"
        application = next(
            (each for each in page.css("a[href]") if _APPS.match(each.attributes.get("href") or "")), None
        )
        if application is not None:
            yield 2, f"it leads into an app ({one_line(application.attributes.get('href') or '', 40)})"
    elif kind == "captcha" and page.css_first(_CAPTCHAS):
        yield 2, "it has the field of a captcha"
    elif kind == "paywall" and (
        mark := page.css_first("[class*=paywall], [id*=paywall], [class*=subscriber-only]")
    ):
        yield (
            2,
            f"it has a part named {one_line(mark.attributes.get('class') or mark.attributes.get('id') or '', 40)!r}",
        )
    elif kind == "paywall" and re.search(
        r'"isAccessibleForFree"\s*:\s*"?false', page.html or "", re.IGNORECASE
    ):
        yield 2, "it says of itself that it is not free to read"
