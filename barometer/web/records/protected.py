"""Columns that a seized database does not tell: their words are encrypted with a key that lies outside it.

The key is `keys/fields` in the data folder, one Fernet key a line, the first for what is written now, the others for
what was written before they were followed. An empty value stays empty, so that a constraint can ask for one. Beside it
lie `keys/evidence`, which seals the keys of evidence, and `keys/digests`, with which what was erased is digested.
"""

from __future__ import annotations

import hmac
import json
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.lookups import Exact

from barometer.errors import NotReady
from barometer.web.config.home import lines_of_key


def ring(name: str = "fields") -> MultiFernet:
    """The keys of that name in the data folder; NotReady where they are none."""
    return _ring(str(settings.KEYS_ROOT), name)


@cache
def _ring(folder: str, name: str) -> MultiFernet:
    path, lines = lines_of_key(folder, name, lambda: Fernet.generate_key().decode())
    try:
        return MultiFernet([Fernet(line) for line in lines])
    except ValueError:
        raise NotReady(
            "this is no key", file=path, next_step="put the key back from where it is kept"
        ) from None


def missing_keys() -> list[Path]:
    """The keys without which what the ledger holds cannot be read, and that are not in the data folder.

    A new one is made for a ledger that holds nothing yet, and never for one that does: it would open nothing, and what
    is written from then on would be under another key than all before.
    """
    from barometer.web.records.models import Revision
    from barometer.web.records.protection import ItemKey

    needed = {"fields": Revision, "evidence": ItemKey}
    paths = {name: Path(settings.KEYS_ROOT) / name for name in needed}
    return [path for name, path in paths.items() if not path.exists() and needed[name].objects.exists()]


def forget_keys() -> None:
    """Read the keys anew: others were put in their place."""
    _ring.cache_clear()


def lock(text: str) -> str:
    """The text as it is kept; '' stays ''."""
    return text and ring().encrypt(text.encode()).decode()


def unlock(kept: str) -> str:
    """What `lock` was given. NotReady where the key is another."""
    try:
        return kept and ring().decrypt(kept.encode()).decode()
    except InvalidToken:
        raise NotReady(
            "a protected field cannot be read with the key in the data folder",
            file=settings.KEYS_ROOT / "fields",
            next_step="put back the key with which it was written, as a line of its own",
        ) from None


def digest(text: str) -> str:
    """What tells that a text was this one, to whoever has the text and the key: an HMAC, in hexadecimal."""
    _, lines = lines_of_key(str(settings.KEYS_ROOT), "digests", lambda: secrets.token_hex(32))
    return hmac.digest(lines[0].encode(), text.encode(), "sha256").hex()


class ProtectedText(models.TextField):
    """A text that the database keeps encrypted. Nothing can be looked up by it, but whether it is empty."""

    def get_prep_value(self, value: Any) -> Any:
        """What is kept."""
        value = super().get_prep_value(value)
        return lock(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """What was given."""
        return unlock(value) if value else value

    def get_lookup(self, name: str) -> Any:
        """Only whether it is empty: two encryptions of one text differ."""
        if name == "exact":
            return _Empty
        if name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it cannot be searched")
        return super().get_lookup(name)


class _Empty(Exact):
    """Whether a protected text is ''."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs != "":
            raise FieldError(
                f"{lhs.output_field.name} is encrypted: it can only be asked whether it is empty"
            )
        super().__init__(lhs, rhs)


class ProtectedJSON(ProtectedText):
    """A value of JSON that the database keeps encrypted."""

    def get_prep_value(self, value: Any) -> Any:
        """What is kept."""
        return value if value is None else super().get_prep_value(json.dumps(value, cls=DjangoJSONEncoder))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """What was given."""
        text = super().from_db_value(value, expression, connection)
        return json.loads(text) if text else text

    def to_python(self, value: Any) -> Any:
        """Values are what they are."""
        return value
