"""The store at an S3-compatible address: the same promises as on disk, each request signed here (SigV4).

What is put there is sealed here first: whoever runs the address cannot read it.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

from lxml import etree

from barometer.errors import EvidenceChanged, EvidenceMissing, NotReady
from barometer.evidence.sealed import Keys, is_sealed, is_under, new_key, seal, unseal
from barometer.evidence.store import Digest, Finding, Store, digest_name, digest_of, gone
from barometer.fetching import Limits

if TYPE_CHECKING:
    from barometer.fetching import Door, Fetched

_LIMITS = Limits(bytes=1 << 30, seconds=900)
_ADDRESS = re.compile(
    r"s3\+(https?://[^/?#@\s]+)/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([\w./-]*))?", re.ASCII
)
_NEXT = "restore it from a backup, then run barometer evidence verify"


@dataclass(frozen=True)
class Credentials:
    """Who writes to the address; the secret is shown nowhere."""

    key: str
    secret: str = field(repr=False)
    region: str = "us-east-1"


def open_store(
    address: str,
    door: Door | None = None,
    credentials: Credentials | None = None,
    keys: Keys | None = None,
) -> Store | S3Store:
    """A folder, or s3+https://HOST[:PORT]/BUCKET[/PREFIX]; NotReady for an address without what it needs."""
    if "://" not in address:
        return Store(Path(address), keys)
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        raise NotReady(
            f"{address!r} is no address of a store", next_step="write s3+https://HOST/BUCKET/PREFIX"
        )
    if door is None or credentials is None:
        raise NotReady(f"{address} needs a key and its secret", next_step="set both")
    return S3Store(
        parts[1], parts[2], (parts[3] or "").strip("/"), door=door, credentials=credentials, keys=keys
    )


class S3Store:
    """Keeps bytes as PREFIX/ab/abcdef… in a bucket; bytes that stand there are never written again."""

    def __init__(
        self,
        endpoint: str,
        bucket: str,
        prefix: str,
        *,
        door: Door,
        credentials: Credentials,
        keys: Keys | None = None,
    ) -> None:
        self.base = f"{endpoint}/{bucket}"
        self.prefix = f"{prefix}/" if prefix else ""
        self._door = door
        self._credentials = credentials
        self._ring = keys

    def keep(self, source: bytes | Path | IO[bytes]) -> Digest:
        """Write the bytes unless they are there; EvidenceChanged if others stand there, NotReady if refused."""
        data = _all(source)
        digest = digest_of(data)
        put, never_over = self._sealed(data, digest.sha256), {"If-None-Match": "*"}
        held = self._held(digest.sha256) if digest.sha256 in self else b""
        if held and self._is_lost(held, digest.sha256):
            never_over = {}
        elif held:
            self.open(digest.sha256).close()
            return digest
        answer = self._send("PUT", self._key(digest.sha256), put, never_over)
        if answer.status == 412:  # another writer came first
            self.open(digest.sha256).close()
        elif answer.status not in (200, 201, 204):
            raise self._refused(answer)
        return digest

    def _sealed(self, data: bytes, sha256: str) -> bytes:
        if self._ring is None:
            return data
        return b"".join(seal([data], self._ring.settle(sha256, new_key())))

    def _is_lost(self, held: bytes, sha256: str) -> bool:
        """Whether it is sealed with a key that nobody has: its change was undone before the key was kept."""
        key = self._ring.find(sha256) if self._ring else None
        return key is not None and is_sealed(io.BytesIO(held)) and not is_under(io.BytesIO(held), key)

    def seal(self, sha256: str) -> bool:
        """Seal what lies there unsealed; whether it did. EvidenceMissing, EvidenceChanged."""
        if self._ring is None or sha256 not in self or is_sealed(io.BytesIO(self._held(sha256))):
            return False
        with self.open(sha256) as stream:
            put = self._sealed(stream.read(), sha256)
        answer = self._send("PUT", self._key(sha256), put)
        if answer.status not in (200, 201, 204):
            raise self._refused(answer)
        return True

    def drop(self, sha256: str) -> None:
        """Take the bytes of an item away whose key was destroyed; a bucket with versions may keep them, sealed."""
        if self._ring is None or not self._ring.erased(sha256):
            raise ValueError(f"{sha256} was not erased")
        answer = self._send("DELETE", self._key(sha256))
        if answer.status not in (200, 204, 404):
            raise self._refused(answer)

    def open(self, sha256: str) -> IO[bytes]:
        """The bytes as a stream to read, checked; EvidenceMissing, EvidenceChanged."""
        stream: IO[bytes] = io.BytesIO(self._held(sha256))
        key = self._key(sha256)
        if is_sealed(stream):
            found = self._ring.find(sha256) if self._ring else None
            if found is None:
                raise gone(sha256, self._ring, key, "the key of these bytes is not there")
            stream = unseal(stream, found)
        data = stream.read()
        if digest_of(data).sha256 != sha256:
            raise EvidenceChanged("these bytes no longer have their digest", file=key, next_step=_NEXT)
        return io.BytesIO(data)

    def held(self, sha256: str) -> IO[bytes]:
        """What lies there, sealed as it is and not checked: for a backup. EvidenceMissing."""
        return io.BytesIO(self._held(sha256))

    def put(self, sha256: str, held: IO[bytes]) -> None:
        """Put what a store held under that digest back, unless something lies there; it is checked when it is read."""
        answer = self._send("PUT", self._key(sha256), held.read(), {"If-None-Match": "*"})
        if answer.status not in (200, 201, 204, 412):
            raise self._refused(answer)

    def _held(self, sha256: str) -> bytes:
        """What lies there."""
        key = self._key(sha256)
        answer = self._send("GET", key)
        if answer.status == 404:
            raise gone(sha256, self._ring, key)
        if answer.status != 200:
            raise self._refused(answer)
        return bytes(answer.body)

    def __contains__(self, sha256: str) -> bool:
        answer = self._send("HEAD", self._key(sha256))
        if answer.status not in (200, 404):
            raise self._refused(answer)
        return bool(answer.status == 200)

    def __iter__(self) -> Iterator[str]:
        """The digests under which bytes are kept, in order; not checked."""
        return (name for key in self._keys() if (name := self._digest_in(key)))

    def verify(self, expected: Iterable[str] = ()) -> list[Finding]:
        """Read everything again: changed, foreign, and what of `expected` is missing; in order of name."""
        held: set[str] = set()
        findings: list[Finding] = []
        for key in self._keys():
            if not (sha256 := self._digest_in(key)):
                name = key.removeprefix(self.prefix)
                findings.append(Finding("foreign", name, "the store did not put this here"))
                continue
            held.add(sha256)
            try:
                self.open(sha256).close()
            except (EvidenceChanged, EvidenceMissing) as error:
                findings.append(Finding("changed", sha256, error.message))
        findings += [
            Finding("missing", sha256, "the ledger relies on these bytes and they are not in the store")
            for sha256 in set(expected) - held
        ]
        return sorted(findings, key=lambda finding: (finding.name, finding.kind))

    def sweep(self) -> int:
        """Killed writers leave nothing here: what is put is whole or not at all."""
        return 0

    def _key(self, sha256: str) -> str:
        return self.prefix + digest_name(sha256)

    def _digest_in(self, key: str) -> str:
        """The digest that a key names; empty for a key that is not the store's."""
        name = key.rsplit("/", 1)[-1]
        return name if re.fullmatch("[0-9a-f]{64}", name) and key == self._key(name) else ""

    def _keys(self) -> Iterator[str]:
        """Every key under the prefix, page by page, in order."""
        after = ""
        while True:
            query = {"list-type": "2", "prefix": self.prefix} | ({"start-after": after} if after else {})
            answer = self._send("GET", "", query=query)
            if answer.status != 200:
                raise self._refused(answer)
            keys, more = _listed(answer.body)
            yield from keys
            if not more or not keys:
                return
            after = keys[-1]

    def _send(
        self,
        method: str,
        key: str,
        content: bytes = b"",
        headers: Mapping[str, str] = {},
        *,
        query: Mapping[str, str] = {},
    ) -> Fetched:
        url = f"{self.base}/{quote(key)}" if key else self.base
        if query:
            url += "?" + _query(query.items())
        signed = sign(method, url, headers, content, self._credentials, datetime.now(UTC))
        return self._door.send(method, url, content=content, headers=signed, purpose="store", limits=_LIMITS)

    def _refused(self, answer: Fetched) -> NotReady:
        said = re.search(rb"<Code>([\w.]{1,80})</Code>", answer.body)
        code = f" ({said[1].decode()})" if said else ""
        return NotReady(
            f"the store answers {answer.status}{code}",
            file=self.base,
            next_step="check its address, its key and its room",
        )


def sign(
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: bytes,
    credentials: Credentials,
    now: datetime,
) -> dict[str, str]:
    """The headers with those that AWS Signature Version 4 adds, for one request to S3 at that time."""
    parts = urlsplit(url)
    at = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    payload = hashlib.sha256(content).hexdigest()
    sent = {**headers, "x-amz-content-sha256": payload, "x-amz-date": at}
    named = sorted((key.lower(), value.strip()) for key, value in {**sent, "host": parts.netloc}.items())
    names = ";".join(key for key, _ in named)
    lines = "".join(f"{key}:{value}\n" for key, value in named)
    query = _query(parse_qsl(parts.query, keep_blank_values=True))
    canonical = "\n".join((method, parts.path or "/", query, lines, names, payload))
    scope = f"{at[:8]}/{credentials.region}/s3/aws4_request"
    told = "\n".join(("AWS4-HMAC-SHA256", at, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{credentials.secret}".encode()
    for step in scope.split("/"):
        key = hmac.digest(key, step.encode(), "sha256")
    signature = hmac.digest(key, told.encode(), "sha256").hex()
    sent["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials.key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return sent


def _query(fields: Iterable[tuple[str, str]]) -> str:
    return "&".join(sorted(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in fields))


def _listed(answer: bytes) -> tuple[list[str], bool]:
    """The keys of one page of a list, and whether more follow."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        whole = etree.fromstring(answer, parser)
    except etree.XMLSyntaxError:
        raise NotReady("the store answers with no list", next_step="check that it speaks S3") from None
    keys = [str(key.text) for key in whole.iter("{*}Key")]
    return keys, next((mark.text == "true" for mark in whole.iter("{*}IsTruncated")), False)


def _all(source: bytes | Path | IO[bytes]) -> bytes:
    if isinstance(source, bytes):
        return source
    return source.read_bytes() if isinstance(source, Path) else source.read()
