"""What `barometer mirror …` does: make the mirror, make its key, sign it, verify it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from barometer import __version__
from barometer.errors import UnknownValue, counted
from barometer.web.entry import ledger_door, migrate

if TYPE_CHECKING:
    from barometer.web.mirror.addresses import Place
    from barometer.web.mirror.manifest import Manifest
    from barometer.web.mirror.tree import Done, Tree

Tell = Callable[[str], None]
#: One line is told every so many files.
EVERY = 2_000


def keygen(file: Path) -> str:
    """Write a new private key; the public one as PEM. Run it away from the server; needs no ledger."""
    from barometer.evidence.signing import make_key

    return make_key(file).decode("ascii")


def sign(folder: Path, key: Path) -> Path:
    """Sign the manifest of a mirror; needs no ledger."""
    from barometer.web.mirror import manifest

    manifest.sign(folder, key)
    return folder / manifest.SIGNATURE


def verify(folder: Path, key: Path | None) -> list[str]:
    """What is amiss with a mirror, a line each; needs no ledger."""
    from barometer.web.mirror import manifest

    return manifest.faults(folder, key)


@ledger_door
def send_alerts(tell: Tell) -> None:
    """Send the e-mail alerts that are due."""
    from barometer.web.actions import alerts

    migrate()
    alerts.send(tell=tell)


@ledger_door
def make(
    out: Path, *, site: str = "", key: Path | None = None, processes: int | None = None, tell: Tell
) -> Done:
    """Make or renew the mirror in a folder; what was written and removed.

    Where nothing that pages are made of has changed since the last run, the mirror is left as it is.
    """
    from django.conf import settings
    from django.db import connection

    from barometer.web.config.lock import alone
    from barometer.web.mirror import manifest
    from barometer.web.mirror.tree import Tree

    migrate()
    out = out.expanduser().absolute()
    site = _site(site or (f"https://{settings.PUBLIC_HOSTS[0].lstrip('.')}" if settings.PUBLIC_HOSTS else ""))
    if key is not None:
        manifest.check_key(key)
    state = _state_file(settings.HOME, out)
    with alone(state.with_suffix(".lock")):
        tree = Tree(out)
        tree.open()
        if connection.in_atomic_block:
            processes = 1  # other processes would not see what this transaction has not written yet
        done = _kept(tree, state, site) or _made(tree, state, site, processes or os.cpu_count() or 1, tell)
    if key is not None:
        manifest.sign(out, key)
    elif (out / manifest.SIGNATURE).exists() is False:
        tell(
            "The mirror is not signed. Next: barometer mirror sign, where its key is (docs/how-to/mirror-the-site.md)."
        )
    return done


def _site(text: str) -> str:
    """The site's own address, without a slash at its end; "" for none."""
    parts = urlsplit(text.strip())
    if not text.strip():
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise UnknownValue(
            f"{text[:80]!r} is no address of a site", place="--site", next_step="write https://and.its.name"
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _state_file(home: Path, out: Path) -> Path:
    """What is remembered of a mirror lies with the ledger, for it tells of what is not public."""
    folder = home / "mirrors"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:16]}.json"


def _kept(tree: Tree, state: Path, site: str) -> Done | None:
    """The mirror as it is, where nothing has changed since it was made; None where it must be made anew."""
    from barometer.web.mirror import manifest, reading
    from barometer.web.mirror.tree import Done

    try:
        last = json.loads(state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    made = manifest.read(tree.folder)
    if made is None or last["manifest"] != hashlib.sha256(made.bytes()).hexdigest():
        return None
    if last["fingerprint"] != reading.fingerprint(last["tables"], site, _today()) or not tree.is_whole(made):
        return None
    return Done(len(made.files), 0, 0)


def _made(tree: Tree, state: Path, site: str, processes: int, tell: Tell) -> Done:
    from barometer.web.mirror import checking, crawling, manifest, reading, searching
    from barometer.web.mirror.making import Job
    from barometer.web.mirror.manifest import Manifest

    state.unlink(missing_ok=True)
    tree.begin()
    day, told = _today(), 0

    def tell_count(count: int) -> None:
        nonlocal told
        if count >= told + EVERY:
            told = count
            tell(f"{counted(count, 'file')} …")

    with crawling.crew(Job(tree.pages, site), processes) as crew:
        walked = crew.walk(_records(), tell_count)
        fingerprint = reading.fingerprint(walked.tables, site, day)
    files = dict(walked.files)
    for name, dead in checking.broken(tree.pages, files).items():
        tell(f"{name}: leads to {sorted(dead)[0]}, which is not there; the link was taken out")
        files[name] = manifest.held(checking.mend(tree.pages, name, dead))
    searching.index(tree.pages)
    for path in sorted((tree.pages / searching.BUNDLE).rglob("*")):
        if path.is_file() and (held := manifest.held_in(path)):
            files[path.relative_to(tree.pages).as_posix()] = held
    made = Manifest(f"Press Barometer {__version__}", day, files)
    done = tree.commit(made)
    _remember(state, made, fingerprint, sorted(walked.tables), tree.folder, site)
    return done


def known(home: Path) -> list[tuple[Path, str]]:
    """The mirrors that were made here and are still there: their folders and the site's address."""
    found = []
    for state in sorted((home / "mirrors").glob("*.json")):
        last = json.loads(state.read_text(encoding="utf-8"))
        if (Path(last["folder"]) / "manifest.json").is_file():
            found.append((Path(last["folder"]), last["site"]))
    return found


def _remember(
    state: Path, made: Manifest, fingerprint: str, tables: list[str], folder: Path, site: str
) -> None:
    kept = {
        "folder": str(folder),
        "site": site,
        "manifest": hashlib.sha256(made.bytes()).hexdigest(),
        "fingerprint": fingerprint,
        "tables": tables,
    }
    draft = state.with_suffix(".new")
    draft.write_text(json.dumps(kept), encoding="utf-8")
    draft.replace(state)


def _today() -> str:
    from barometer.web.public import clock

    return clock.today().isoformat()


def _records() -> Iterable[Place]:
    """The pages of all records, a case before its events, so that none is missed that no list names."""
    from barometer.web.mirror.addresses import place
    from barometer.web.public import joined
    from barometer.web.records.models import Event

    rows = Event.objects.public().order_by("case__slug", "pk").values_list("case__slug", "public_id")
    with joined.one_state():
        for slug, public_id in rows:
            for address in (f"/en/cases/{joined.slug_of(slug)}/" if slug else "", f"/en/events/{public_id}/"):
                if address and (found := place(address)):
                    yield found
