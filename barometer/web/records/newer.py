"""A ledger of a form that only a newer version of the program knows."""

from __future__ import annotations

from collections.abc import Container, Iterable

from django.apps import apps

from barometer import __version__
from barometer.errors import NotReady

Migration = tuple[str, str]


def refuse_newer(done: Iterable[Migration], known: Container[Migration]) -> None:
    """NotReady where something was done to the ledger that this version does not know."""
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("barometer.")}
    if newer := sorted(key for key in done if key[0] in ours and key not in known):
        app, name = newer[-1]
        raise NotReady(
            f"the ledger was made by a newer version of the program: it has {app} {name}, which version {__version__} "
            "does not know",
            next_step="install that version or a later one; the only way down is to restore an older backup",
        )
