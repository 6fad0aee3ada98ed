"""Trusted time (RFC 3161): an authority signs that these bytes existed at that time; it sees their digest only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography import x509
from rfc3161_client import TimeStampResponse, VerificationError, VerifierBuilder, decode_timestamp_response

from barometer.errors import BadInput, Unreadable

if TYPE_CHECKING:
    from barometer.fetching import Door

# SEQUENCE { version 1, SEQUENCE { SEQUENCE { sha256, NULL }, OCTET STRING of 32 bytes
_IMPRINT = bytes.fromhex("020101 3031 300d 0609 608648016503040201 0500 0420")
_ASK = "ask the authority again, or name another"


@dataclass(frozen=True)
class Authority:
    """Who stamps: its address, and as PEM the certificates that are trusted for it (roots, intermediates)."""

    address: str
    certificates: bytes


@dataclass(frozen=True)
class Stamp:
    """What an authority answered (a .tsr file): when it saw the digest, under which number of its own."""

    authority: str
    sha256: str
    token: bytes
    at: datetime
    serial: int


def query(sha256: str, nonce: int) -> bytes:
    """A time-stamp query (a .tsq file) that asks for the authority's certificate too; `nonce` under 2**63."""
    number = nonce.to_bytes(8, "big")
    number = number.lstrip(b"\0") or b"\0"
    if number[0] > 0x7F:
        number = b"\0" + number
    body = _IMPRINT + bytes.fromhex(sha256) + bytes([2, len(number)]) + number + b"\x01\x01\xff"
    return bytes([0x30, len(body)]) + body


def request(sha256: str, authority: Authority, door: Door) -> Stamp:
    """Ask for a stamp and check it before it is believed.

    FetchRefused or FetchFailed where the authority cannot be reached: the caller asks again later.
    BadInput where its answer is no stamp of this digest.
    """
    nonce = secrets.randbits(63)
    answer = door.send(
        "POST",
        authority.address,
        content=query(sha256, nonce),
        headers={"Content-Type": "application/timestamp-query"},
        purpose="time-stamping",
    )
    if answer.status != 200:
        raise BadInput(f"{authority.address} answered with status {answer.status}", next_step=_ASK)
    stamp, response = read(answer.body, sha256, authority.address)
    if response.tst_info.nonce != nonce:
        raise BadInput(f"{authority.address} answered another query", next_step=_ASK)
    if wrong := fault(stamp, authority.certificates):
        raise BadInput(f"{authority.address} gave no valid stamp: {wrong}", next_step=_ASK)
    return stamp


def read(token: bytes, sha256: str, authority: str) -> tuple[Stamp, TimeStampResponse]:
    """A stamp from an answer's bytes, not yet checked; Unreadable where there is none."""
    try:
        response = _decoded(token)
        info = response.tst_info
        return Stamp(authority, sha256, token, info.gen_time, info.serial_number), response
    except ValueError as error:
        raise Unreadable(f"{authority} answered with no time stamp: {error}", next_step=_ASK) from None


def fault(stamp: Stamp, certificates: bytes) -> str:
    """Why a stamp does not hold: not of these bytes, not signed by who is trusted; empty where it holds."""
    try:
        trusted = x509.load_pem_x509_certificates(certificates)
        builder = VerifierBuilder()
        for certificate in trusted:
            builder = builder.add_root_certificate(certificate)
        response = _decoded(stamp.token)
        builder.build().verify(response, bytes.fromhex(stamp.sha256))
    except (ValueError, VerificationError) as error:
        return str(error)
    told = (response.tst_info.gen_time, response.tst_info.serial_number)
    return (
        "" if told == (stamp.at, stamp.serial) else "the ledger tells another time or number than the stamp"
    )


def _decoded(token: bytes) -> TimeStampResponse:
    """The answer parsed; ValueError. Many authorities send their certificates in another order than DER asks for.

    That set is not signed: it is put in order for the parser, and the token is kept as it came.
    """
    return decode_timestamp_response(_in_order(token))


def _in_order(token: bytes) -> bytes:
    """The token with the elements of the set SignedData.certificates in the order of DER."""
    try:
        _, content_info = _elements(token, _elements(token, (0, len(token)))[0][1])
        _, wrapped = _elements(token, content_info[1])
        signed_data = _elements(token, wrapped[1])[0]
        _, (begin, end) = next(part for part in _elements(token, signed_data[1]) if part[0] == 0xA0)
        parts, at = [], begin
        for _, (_, stop) in _elements(token, (begin, end)):
            parts.append(token[at:stop])
            at = stop
    except (IndexError, StopIteration, ValueError):
        return token
    return token[:begin] + b"".join(sorted(parts)) + token[end:]


def _elements(data: bytes, span: tuple[int, int]) -> list[tuple[int, tuple[int, int]]]:
    """The DER elements in a span, each with its tag and where its content stands; ValueError, IndexError."""
    found, (at, end) = [], span
    while at < end:
        tag, length, begin = data[at], data[at + 1], at + 2
        if length > 0x80:
            begin += length & 0x7F
            length = int.from_bytes(data[at + 2 : begin], "big")
        elif length == 0x80:
            raise ValueError("a length that is not told")
        at = begin + length
        if at > end:
            raise ValueError("an element that is longer than its whole")
        found.append((tag, (begin, at)))
    return found
