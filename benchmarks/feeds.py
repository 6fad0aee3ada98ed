"""How many of feedparser's own feed cases our feed reader meets, asked of what `parse_feed` hands out.

    feeds.py SHARED [--rest]        SHARED/data/feeds/feedparser-*-tests.tar.gz

Each case tells in its first comment what must come out of it. A case counts where that concerns an item's title, link,
id, day of publication or change, summary or content, or the encoding. The expectation is written in feedparser's terms;
it is asked of our items in those terms, never of feedparser's own result. Every case, counted or not, is read: none
may raise. Printed: how many were read, counted and met; with --rest, those that were not met.
"""

from __future__ import annotations

import re
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FIELDS = (
    "title|title_detail|link|links|id|guid|guidislink|published|published_parsed|updated|updated_parsed|issued|"
    "issued_parsed|modified|modified_parsed|created|created_parsed|date|date_parsed|summary|summary_detail|"
    "description|description_detail|content"
)
COUNTED = re.compile(rf"entries\[\d+\](?:\.get\(|\[|\.)['\"]?(?:{FIELDS})\b|\bencoding\b")
EXPECTED = re.compile(r"Expect:\s*(.*?)\s*-->", re.DOTALL)
HEADER = re.compile(r"^\s*Header:\s+([^:]+):(.+)$", re.MULTILINE)
HOME = "http://127.0.0.1:8097/"


def cases(archive: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every file of the archive."""
    with tarfile.open(archive) as files:
        for member in files:
            if member.isfile():
                stream = files.extractfile(member)
                assert stream is not None
                yield member.name, stream.read()


def told(data: bytes) -> tuple[str, dict[str, str]]:
    """What a case expects, and the headers it is served with; "" where it expects nothing."""
    for encoding in _encodings(data):
        text = data.decode(encoding, "replace")
        expected = EXPECTED.search(text)
        if expected:
            headers = {name.lower().strip(): value.strip() for name, value in HEADER.findall(text)}
            return expected[1], headers
    return "", {}


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\x00\x00\xfe\xff", b"\xff\xfe\x00\x00")):
        return ("utf-32",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp037")


def in_their_terms(feed: Any) -> dict[str, Any]:
    """Our feed under the names that the expectations use."""
    import feedparser

    entries = []
    for found in feed.entries:
        extra = found.extra
        one: dict[str, Any] = {"id": found.key, "title": extra.get("title", {}).get("value", "")}
        one["link"] = found.url or extra.get("link", "")
        one["summary"] = extra.get("summary", {}).get("value", "")
        for name in ("title", "summary"):
            if extra.get(name):
                one[f"{name}_detail"] = feedparser.FeedParserDict(extra[name])
        one["content"] = [feedparser.FeedParserDict(each) for each in extra.get("content", [])]
        one["links"] = [feedparser.FeedParserDict(each) for each in extra.get("linked", [])]
        one.update(extra.get("written", {}))
        for name, moment in (("published", found.published), ("updated", found.changed)):
            if moment:
                one[f"{name}_parsed"] = moment.utctimetuple()
        if found.published and "created" in extra.get("written", {}) and "published" not in extra["written"]:
            one["created_parsed"] = one.pop("published_parsed")
        entries.append(feedparser.FeedParserDict(one))
    return {"entries": entries, "encoding": feed.encoding, "bozo": bool(feed.notes), "version": feed.version}


def met(expected: str, feed: Any) -> bool:
    """Whether our feed is as expected."""
    try:
        return bool(
            eval(expected, {"__builtins__": {"len": len, "tuple": tuple, "ord": ord}}, in_their_terms(feed))
        )
    except Exception:
        return False


def main(arguments: list[str]) -> int:
    """Read all, print the figures; 1 where a case raised or fewer than 98 of 100 were met."""
    from barometer.sources.feeds import parse_feed

    folder = Path(arguments[0]) / "data" / "feeds"
    archive = next(folder.glob("feedparser-*-tests.tar.gz"))
    read, raised, counted, missed = 0, [], 0, []
    start = time.perf_counter()
    for name, data in cases(archive):
        expected, headers = told(data)
        read += 1
        url = headers.get("content-location") or (HOME + name if HOME in expected else "")
        try:
            feed = parse_feed(data, url=url, content_type=headers.get("content-type", ""))
        except Exception as error:
            raised.append(f"{name}: {error!r}")
            continue
        if COUNTED.search(expected):
            counted += 1
            if not met(expected, feed):
                missed.append(f"{name}: {expected}")
    seconds = time.perf_counter() - start
    share = (counted - len(missed)) / max(1, counted)
    print(f"read {read} cases in {seconds:.1f} s; {len(raised)} raised")
    print(f"counted {counted}; met {counted - len(missed)} ({share:.2%})")
    for line in [*raised, *(missed if "--rest" in arguments else [])]:
        print(" ", " ".join(line.split())[:400])
    return int(bool(raised) or share < 0.98)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
