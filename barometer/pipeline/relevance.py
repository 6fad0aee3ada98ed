"""Items of a news flow, one JSON object a line → the same items with their relevance."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from barometer.errors import BadInput, Unreadable, counted
from barometer.pipeline.paths import make_folder, put, refuse_address
from barometer.reading.relevance import LONGEST, relevance

#: An item longer than this is no item of a flow.
LONGEST_LINE = 16 * 1024 * 1024
_ADDED = ("relevance", "language", "reasons", "relevant")


def score_file(path: Path, out: Path, tell: Callable[[str], None] | None = None) -> Path:
    """Write OUT with the lines of FILE in their order, every field kept, relevance, language and reasons added.

    BadInput names the first line that is no object with a text; nothing is written then. A field of the input that
    bears one of the added names is kept as `given_NAME`.
    """
    path, out = Path(path), Path(out)
    refuse_address(path)
    lines = [json.dumps(scored(item), ensure_ascii=False) for item in _items(path)]
    make_folder(out.parent)
    kept = put(out, "".join(f"{line}\n" for line in lines))
    if tell:
        if kept:
            tell(f"{out}: another file stood there and is kept as {kept.name}")
        tell(f"{out}: {counted(len(lines), 'item')}")
    return out


def scored(item: dict[str, Any]) -> dict[str, Any]:
    """The item with its relevance."""
    text = "\n".join(str(item[part])[:LONGEST] for part in ("title", "text") if item.get(part))
    found = relevance(text)
    kept = {f"given_{key}" if key in _ADDED else key: value for key, value in item.items()}
    return kept | {
        "relevance": found.relevance,
        "language": found.language,
        "reasons": list(found.reasons),
        "relevant": found.relevant,
    }


def _items(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open("rb") as stream:
            for number, raw in enumerate(stream, 1):
                if raw.strip():
                    yield _item(path, number, raw)
    except OSError as error:
        raise Unreadable(
            f"it cannot be opened ({error.strerror})",
            file=path,
            next_step="check the name and its permissions",
        ) from None


def _item(path: Path, number: int, raw: bytes) -> dict[str, Any]:
    place, step = f"line {number}", 'write one JSON object a line, such as {"text": "…"}'
    if len(raw) > LONGEST_LINE:
        raise BadInput("the line is over 16 MB", file=path, place=place, next_step=step)
    try:
        item = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("it is not UTF-8", file=path, place=place, next_step="save it as UTF-8") from None
    except (ValueError, RecursionError):
        raise BadInput("it is no JSON", file=path, place=place, next_step=step) from None
    if not isinstance(item, dict) or not isinstance(item.get("text", item.get("title")), str):
        raise BadInput("it is no object with a text", file=path, place=place, next_step=step)
    return item
