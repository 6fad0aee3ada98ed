"""Ed25519 keys in files: those that sign heads of the evidence log, and mirrors. Only public halves live on the server."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from barometer.errors import NotReady, Unreadable


def make_key(path: Path) -> bytes:
    """Write a new private key that only this user may read; the public key as PEM. NotReady if a file is there."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(pem)
    except OSError as error:
        raise NotReady(
            f"the key cannot be written: {error.strerror}", file=path, next_step="name a new file"
        ) from None
    return public_pem(key)


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """The public half, as PEM."""
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def private_key(path: Path, next_step: str) -> Ed25519PrivateKey:
    """The private key in a file; Unreadable, with what to do, where there is none."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unreadable("there is no Ed25519 private key", file=path, next_step=next_step)
    return key


def public_key(source: Path | bytes, next_step: str) -> Ed25519PublicKey:
    """The public key of a PEM or a file with one; Unreadable, with what to do, where there is none."""
    try:
        key = serialization.load_pem_public_key(source if isinstance(source, bytes) else source.read_bytes())
    except (OSError, ValueError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        file = None if isinstance(source, bytes) else source
        raise Unreadable("there is no Ed25519 public key", file=file, next_step=next_step)
    return key
