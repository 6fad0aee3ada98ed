"""The keys of evidence, each in a row of the ledger and sealed there with the installation's own key."""

from __future__ import annotations

import base64

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils import timezone

from barometer.errors import NotAllowed, NotReady
from barometer.web.records.protected import ring
from barometer.web.records.protection import ItemKey, Redaction


class LedgerKeys:
    """The ledger's keys as a store asks for them (barometer.evidence.sealed.Keys)."""

    def settle(self, sha256: str, key: bytes) -> bytes:
        """The key that the item has, or else this one, which it has from now on. NotAllowed for an erased item."""
        row, _ = ItemKey.objects.get_or_create(sha256=sha256, defaults={"sealed": _sealed(key)})
        if not row.sealed:
            raise NotAllowed(
                "these bytes were erased and are not taken in again",
                file=sha256,
                next_step="see who erased them and why: /desk/redact/",
            )
        return _opened(row.sealed)

    def find(self, sha256: str) -> bytes | None:
        """The item's key; None where there is none, or none any more."""
        sealed = ItemKey.objects.filter(sha256=sha256).values_list("sealed", flat=True).first()
        return _opened(sealed) if sealed else None

    def erased(self, sha256: str) -> bool:
        """Whether the item's key was destroyed."""
        return ItemKey.objects.filter(sha256=sha256, sealed="").exists()


def destroy(sha256: str, redaction: Redaction) -> None:
    """Destroy an item's key, in the transaction of its redaction; an item that was never sealed gets none any more."""
    gone = {"sealed": "", "destroyed_at": timezone.now(), "redaction": redaction}
    ItemKey.objects.update_or_create(sha256=sha256, defaults=gone)


class DraftLock:
    """What locks captures that wait for the ledger; those of earlier versions lie there open, and are read."""

    def lock(self, data: bytes) -> bytes:
        """What lies on the disk."""
        return ring("evidence").encrypt(data)

    def unlock(self, data: bytes) -> bytes:
        """What was locked; ValueError where it does not open."""
        if not data.startswith(b"gAAAA"):  # as every such token begins
            return data
        try:
            return ring("evidence").decrypt(data)
        except InvalidToken:
            raise ValueError("it does not open with this key") from None


def _sealed(key: bytes) -> str:
    return ring("evidence").encrypt(base64.b64encode(key)).decode()


def _opened(sealed: str) -> bytes:
    try:
        return base64.b64decode(ring("evidence").decrypt(sealed.encode()))
    except InvalidToken:
        raise NotReady(
            "evidence cannot be read with the key in the data folder",
            file=settings.KEYS_ROOT / "evidence",
            next_step="put back the key with which it was sealed, as a line of its own",
        ) from None
