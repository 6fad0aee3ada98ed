"""Bytes with something done to them that happens to files, or that somebody does to hurt.

Files in a wrapping are broken inside it: a member of a ZIP, what a gzip holds, a value of a JSON.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import zipfile
import zlib
from typing import Any

LONGEST = 20_000
PIECES = [
    b"\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc0\xaf", b"\xed\xa0\x80", b"\r\n\r\n", b"\n", b"\x1a", b"\x1b[2J", b"<", b">", b"&", b"]]>", b"<![CDATA[",
    b"<!--", b"-->", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>',
    b"&b;&c;", b"<a>", b"</a>", b"<div>", b"<table><tr><td>", b"<script>", b"{", b"[", b"}", b"]", b'"', b",", b";", b":", b"=", b"'", b"\\", b"\\u0000",
    b"\\ud800", b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"-1", b"0", b"9" * 20, b"9" * 5000, b"2026-02-30", b"0000-00-00", b"9999-12-31T23:59:59+23:59",
    b"31 Feb 99999", b"%00", b"%ZZ", b"../../../etc/passwd", b"http://[::1", b"http://a:99999/", b"javascript:alert(1)", b"=?utf-8?B?!!!?=", b"=?x?Q?=ZZ?=",
    b"Content-Length: -1", b"Content-Length: 99999999999", b"charset=\"nonesuch\"", b"charset=idna", b"charset=unicode_escape", b"charset=zlib", b"encoding='utf-7'",
    b"Content-Transfer-Encoding: base64", b"Content-Type: multipart/mixed; boundary=x", b"--x", b"\xe2\x80\xae", b"\xcc\x81", "İß\u01c5ﬁ".encode(), "²³".encode(), "٣".encode(),
    b"(a+)+$", b"*" * 40, b"/*a" * 20, b".*" * 30,
]  # fmt: skip
#: What may stand where a value of a JSON is expected.
VALUES: list[Any] = [
    None, True, False, 0, -1, 10**18, 10**30, 1.5, -0.0, 1e308, "", " ", "x" * 5000, "\x00", "\ud800", "\u202e", "2026-02-30", "2026-13", "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00+14:00", "-1", "²", "nan", [], {}, [[]], [{}], [None], {"": None}, [0] * 300, {"a": {"b": {"c": []}}}, "http://[", "javascript:x", [["x"] * 3] * 3,
]  # fmt: skip


def broken(data: bytes, chance: random.Random, most: int = LONGEST) -> bytes:
    """The bytes, broken once to four times."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        data = _once(data, chance)
    return data[:most]


def _once(data: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.75:
        if data.startswith(b"PK\x03\x04") and (inside := _in_zip(data, chance)):
            return inside
        if data.startswith(b"\x1f\x8b") and (inside := _in_gzip(data, chance)):
            return inside
        if data[:1] in (b"{", b"[") and chance.random() < 0.7 and (inside := _in_json(data, chance)):
            return inside
    return _bytes(data, chance)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    a = chance.randrange(len(data) + 1)
    b = min(len(data), a + chance.choice((1, 2, 8, 40, 400)))
    piece = chance.choice(PIECES)
    how = chance.randrange(11)
    if how == 0:
        return data[:a]
    if how == 1:
        return data[:a] + data[b:]
    if how == 2:
        return data[:b] + data[a:b] * chance.choice((1, 2, 10, 100)) + data[b:]
    if how == 3:
        flipped = bytearray(data)
        for _ in range(chance.choice((1, 1, 3, 20))):
            if flipped:
                flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        return bytes(flipped)
    if how == 4:
        return data[:a] + piece * chance.choice((2, 10, 100, 1000)) + data[a:]
    if how == 5:
        return re.sub(rb"\d+", lambda _: piece, data, count=chance.choice((1, 0)))
    if how == 6:
        return (
            data.decode("utf-8", "replace")
            .encode(chance.choice(("utf-16", "utf-16-le", "cp1251", "koi8-r", "utf-32")), "replace")
        )  # fmt: skip
    if how == 7:
        other = chance.randrange(len(data) + 1)
        return data[:a] + data[other : other + (b - a)] + data[b:]
    if how == 8 and len(data) > 8:
        at = chance.randrange(len(data) - 4)
        return (
            data[:at]
            + chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
            + data[at + 4 :]
        )
    return data[:a] + piece + data[b if how == 9 else a :]


def _in_zip(data: bytes, chance: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as whole:
            parts = [(info.filename, whole.read(info), info.compress_type) for info in whole.infolist()]
    except Exception:  # broken already: its bytes are broken further
        return b""
    if not parts:
        return b""
    at = chance.randrange(len(parts))
    name, inside, packing = parts[at]
    how = chance.randrange(8)
    if how == 0:
        del parts[at]
    elif how == 1:
        parts[at] = (chance.choice(("../../x", "/etc/passwd", "a\\b", "", "x" * 300, "я")), inside, packing)
    elif how == 2:
        parts.append((name, inside, packing))
    else:
        parts[at] = (name, _once(inside, chance), packing)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        for name, inside, packing in parts:
            info = zipfile.ZipInfo(name or "x")
            info.compress_type = packing
            whole.writestr(info, inside)
    return out.getvalue()


def _in_gzip(data: bytes, chance: random.Random) -> bytes:
    try:
        members, rest = [], data
        while rest.startswith(b"\x1f\x8b"):
            stream = zlib.decompressobj(31)
            members.append(stream.decompress(rest, 1 << 20))
            rest = stream.unused_data
    except zlib.error:
        return b""
    at = chance.randrange(len(members))
    members[at] = _once(members[at], chance)
    return b"".join(gzip.compress(member, mtime=0) for member in members)


def _in_json(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n") if data.startswith(b"{") else [data]
    whole = [data] if len(lines) < 2 or not lines[0].endswith(b"}") else lines
    at = chance.randrange(len(whole))
    try:
        value = json.loads(whole[at])
        whole[at] = json.dumps(_changed(value, chance), ensure_ascii=chance.random() < 0.5).encode(
            "utf-8", "surrogatepass"
        )
    except (ValueError, RecursionError):
        return b""
    return b"\n".join(whole)


def _changed(value: Any, chance: random.Random) -> Any:
    """The value with one node of it changed."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.08:
        return _instead(value, chance)
    if isinstance(value, list):
        at = chance.randrange(len(value))
        return [*value[:at], _changed(value[at], chance), *value[at + 1 :]]
    key = chance.choice(list(value))
    how = chance.random()
    if how < 0.06:
        return {name: one for name, one in value.items() if name != key}
    if how < 0.09:
        return {**value, chance.choice(("", "x", key + "x", "__class__")): value[key]}
    return {**value, key: _changed(value[key], chance)}


def _instead(value: Any, chance: random.Random) -> Any:
    how = chance.random()
    if how < 0.1:
        return [value]
    if how < 0.15:
        for _ in range(chance.choice((5, 50, 400))):
            value = [value]
        return value
    return chance.choice(VALUES)
