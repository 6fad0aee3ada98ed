"""The desk's keys: identities of age, which stay away from the server, and their public halves, which it seals to."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pyrage
from pyrage import x25519

from barometer.errors import NotAllowed, NotReady, UnknownValue, Unreadable

_SEALED = b"age-encryption.org/v1"
_LONGEST = 1 << 16


def make_identity(path: Path, *, passphrase: str = "") -> str:
    """Write a new identity, readable by its owner alone, if need be under a passphrase; its public key.

    NotReady where there is a file of that name: a key is never written over.
    """
    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    text = f"# public key: {recipient}\n{identity}\n".encode()
    data = pyrage.passphrase.encrypt(text, passphrase) if passphrase else text
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise NotReady(
            "there is a file of this name", file=path, next_step="name another: a key is never replaced"
        ) from None
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return recipient


def read_identities(path: Path, *, ask: Callable[[], str] | None = None) -> list[str]:
    """The identities in a file as `age-keygen` and `make_identity` write it; `ask` gives the passphrase."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_LONGEST)
    except OSError as error:
        raise Unreadable(
            f"the key cannot be read ({error.strerror})", file=path, next_step="check the name"
        ) from None
    if data.startswith(_SEALED):
        data = _unlocked(data, path, ask)
    lines = [line.strip() for line in data.decode("ascii", "replace").splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    try:
        identities = [str(x25519.Identity.from_str(line)) for line in found]
    except pyrage.IdentityError:
        identities = []
    if not identities:
        raise Unreadable(
            "there is no private key of age in it", file=path, next_step="name the file that keygen wrote"
        )
    return identities


def _unlocked(data: bytes, path: Path, ask: Callable[[], str] | None) -> bytes:
    if ask is None:
        raise NotAllowed("the key is under a passphrase", file=path, next_step="give the passphrase")
    try:
        return bytes(pyrage.passphrase.decrypt(data, ask()))
    except pyrage.DecryptError:
        raise NotAllowed("the passphrase does not open the key", file=path, next_step="try again") from None


def recipient_of(identity: str) -> str:
    """The public half of an identity."""
    return str(x25519.Identity.from_str(identity).to_public())


def check_recipient(text: str) -> str:
    """A public key as age writes it; UnknownValue where it is none. A private key is refused without being repeated."""
    text = text.strip()
    if text.upper().startswith("AGE-SECRET-KEY"):
        raise NotAllowed(
            "this is a private key: it does not belong here",
            next_step="make a new one, for this one was seen, and give the line that begins with age1",
        )
    try:
        return str(x25519.Recipient.from_str(text))
    except pyrage.RecipientError:
        raise UnknownValue(
            f"{text[:80]!r} is no public key of age", next_step="give the line that begins with age1"
        ) from None
