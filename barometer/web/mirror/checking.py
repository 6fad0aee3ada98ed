"""Every link of a mirror leads to a file of it: checked over all pages before they are put in place."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from barometer.web.mirror.rewriting import links, unlinked


def broken(pages: Path, files: Collection[str]) -> dict[str, set[str]]:
    """Page → the files of the mirror that it leads to and that are not there."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in sorted(files):
        if name.endswith(".html"):
            for address in links((pages / name).read_text(encoding="utf-8")):
                target = target_of(name, address)
                if target is not None and target not in files:
                    found[name].add(target)
    return dict(found)


@lru_cache(maxsize=100_000)
def target_of(page: str, address: str) -> str | None:
    """The file that an address on a page leads to; None where it leads out of the mirror or stays on the page."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))


def mend(pages: Path, name: str, dead: Collection[str]) -> bytes:
    """Take links to what is not there out of a page; its new bytes."""
    path = pages / name
    text = unlinked(path.read_text(encoding="utf-8"), lambda address: target_of(name, address) in dead)
    path.write_text(text, encoding="utf-8")
    return text.encode("utf-8")
