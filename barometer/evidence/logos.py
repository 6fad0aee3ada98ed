"""Logos that others hand in: small PNG or JPEG in, a small PNG of the same pixels out, and nothing else of the file."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from barometer.errors import TooLarge, Unreadable
from barometer.evidence.images import clean_copy, pixels
from barometer.fetching.apart import run_apart

#: What is taken, and the room that the copy fits in.
MOST_BYTES, MOST_PIXELS = 1 << 20, 8_000_000
WIDTH, HEIGHT = 600, 300
_SECONDS, _MEMORY = 20, 1 << 30


def logo(data: bytes) -> bytes:
    """The PNG, made in a fenced process. TooLarge over a megabyte or eight megapixels, Unreadable for other files."""
    if len(data) > MOST_BYTES:
        raise TooLarge(f"the logo is over {MOST_BYTES >> 20} MB", next_step="send a smaller picture")
    if not data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise Unreadable("the logo is neither PNG nor JPEG", next_step="save it as one of these")
    made = run_apart("barometer.evidence.logos:remade", data, seconds=_SECONDS, memory=_MEMORY)
    return bytes(made["data"])


def remade(data: bytes) -> dict[str, Any]:
    """Run apart: the picture opened, scaled down, written anew."""
    if pixels(data) > MOST_PIXELS:
        raise TooLarge("the logo has too many pixels", next_step="send a smaller picture")
    clean, _ = clean_copy(data)
    with Image.open(io.BytesIO(clean)) as image:
        small = image.convert("RGBA" if image.mode in ("RGBA", "LA", "P") else "RGB")
        small.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        small.save(out, "PNG", optimize=True)
    return {"data": out.getvalue()}
