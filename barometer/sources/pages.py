"""A page that is watched for changes: its words in lines, and what changed since the last look."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from barometer.errors import BadInput
from barometer.sources.found import LayoutChanged, one_line
from barometer.sources.markup import lines, links, parsed

#: A watched part has some hundred lines; more are looked at only so far.
MOST_LINES = 20_000


@dataclass(frozen=True)
class Difference:
    """The lines that came and went, in their order, and both in a unified diff of plain text ("" where none)."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    diff: str

    def __bool__(self) -> bool:
        return bool(self.diff)


def look(html: str, select: str, *, url: str = "") -> tuple[str, ...]:
    """The lines of the part that `select` names; none where that part is there and empty.

    LayoutChanged where the page has no such part; BadInput where `select` is no CSS selector.
    """
    return tuple(line for node in _parts(html, select, url) for line in lines(node))[:MOST_LINES]


def listed(html: str, select: str, url: str) -> tuple[tuple[str, str], ...]:
    """(address, words) of the links within the part that `select` names, the whole page where that is "". As `look`."""
    found = [link for node in _parts(html, select or "body", url) for link in links(node, url)]
    return tuple(dict(reversed(found)).items())[::-1]


def _parts(html: str, select: str, url: str) -> list[LexborNode]:
    page = parsed(html)
    try:
        nodes = page.css(select)
    except SelectolaxError:
        raise BadInput(
            f"{select!r} is no CSS selector", place="select", next_step='write one such as "main .news"'
        ) from None
    if not nodes:
        raise LayoutChanged(
            f"the page has no such part; seen: {_seen(page)}",
            file=url or None,
            place=select,
            next_step="look at the page and give the source the selector of that part now",
        )
    ids = {node.mem_id for node in nodes}
    return [node for node in nodes if not _within(node, ids)]


def _within(node: LexborNode, ids: set[int]) -> bool:
    above = node.parent
    while above is not None:
        if above.mem_id in ids:
            return True
        above = above.parent
    return False


def _seen(page: LexborHTMLParser) -> str:
    """The title and the named parts of a page, in a few words."""
    title = page.css_first("title")
    names = [f"#{node.attributes['id']}" for node in page.css("[id]") if node.attributes.get("id")]
    names += [node.tag or "" for node in page.css("main, article, section, table")]
    heading = one_line(title.text(), 60) if title else "no title"
    return ", ".join([repr(heading), *list(dict.fromkeys(names))[:8]])


def difference(old: Sequence[str], new: Sequence[str]) -> Difference:
    """What changed between two looks. A line that only moved is neither added nor removed, and shows in the diff."""
    before, after = Counter(old), Counter(new)
    return Difference(
        _more(new, after - before),
        _more(old, before - after),
        "\n".join(difflib.unified_diff(list(old), list(new), "before", "now", n=1, lineterm="")),
    )


def _more(told: Sequence[str], counts: Counter[str]) -> tuple[str, ...]:
    left = Counter(counts)
    found = []
    for line in told:
        if left[line] > 0:
            left[line] -= 1
            found.append(line)
    return tuple(found)
