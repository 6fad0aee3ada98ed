"""A scan in parts: what one piece of an archive gave, kept whole in a folder beside the result until all are there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import IO, Any

from barometer import __version__
from barometer.errors import NotReady
from barometer.evidence import digest_of
from barometer.evidence.disk import sync_folder
from barometer.pipeline.scan_page import is_page, lead_of
from barometer.reading import entry, heads, learned, relevance
from barometer.sources.archive_records import Damage, Piece
from barometer.sources.archives import Reader

#: What a page gives may change with each of these.
_SCAN = "1"
_LIBRARIES = ("trafilatura", "selectolax")


@cache
def version() -> str:
    """All that the leads of the same bytes depend on: parts of another version are not put together with ours."""
    learned_from = (relevance.learned_from(), heads.learned_from(), learned.learned_from())
    libraries = (f"{name} {installed(name)}" for name in _LIBRARIES)
    return " ".join(
        [__version__, _SCAN, entry.VERSION, *(digest[:16] for digest in learned_from), *libraries]
    )


@dataclass(frozen=True)
class Part:
    """What a piece gave: leads and damages as JSON lines, `looked` pages. `start` and `end` as in `Reader`.

    `lost`: whoever read it was killed by it each time, so that its end is not known.
    """

    version: str
    start: int | None
    end: int
    looked: int
    leads: tuple[str, ...]
    damages: tuple[str, ...]
    lost: bool = False


def line(value: dict[str, Any]) -> str:
    """A value as one line of JSON, the same on every machine."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def damage_line(damage: Damage) -> str:
    """What could not be read, as a line."""
    return line(asdict(damage))


def scan_piece(piece: Piece, start: int | None = None) -> Part:
    """Read a piece: the same part wherever and whenever it is read."""
    reader = Reader(piece, start)
    leads: list[str] = []
    damages: list[str] = []
    looked = 0
    for found in reader:
        if isinstance(found, Damage):
            damages.append(damage_line(found))
        elif is_page(found):
            looked += 1
            try:
                lead = lead_of(found, piece.name)
            except Exception as error:  # a page is hostile input to five libraries; it costs itself only
                what = f"a page could not be read ({type(error).__name__})"
                damages.append(damage_line(Damage(piece.name, found.offset, found.within, what)))
                continue
            if lead:
                leads.append(line(lead))
    return Part(version(), reader.start, reader.end, looked, tuple(leads), tuple(damages))


def lost_part(piece: Piece) -> Part:
    """The part of a piece that killed whoever read it."""
    what = f"the {piece.stop - piece.start:,} bytes from here on killed the process that read them, each time"
    damage = Damage(piece.name, piece.start, 0, what, "look at them apart, with more memory")
    return Part(version(), None, piece.stop, 0, (), (damage_line(damage),), lost=True)


# --- the folder -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """An archive as it was when the scan began."""

    name: str
    size: int
    changed: int
    sha256: str


class Parts:
    """The folder OUT.parts: plan.json says of which archives, bytes and version; NNNNNNN.json is the part of a piece.

    Each file is written whole or not at all, and is on disk before it bears its name.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.folder = out.with_name(f"{out.name}.parts")
        self._lock: IO[bytes] | None = None

    def begin(self, archives: Sequence[Path], piece_size: int) -> str:
        """Go on with what is there if it is of these archives and this version, else begin anew; says which, and why."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._hold()
        before = self._plan()
        kept = {source["name"]: source for source in (before or {}).get("archives", ())}
        sources = [asdict(_source(path, kept.get(str(path)))) for path in archives]
        plan = {"version": version(), "piece": piece_size, "archives": sources}
        told = ""
        if before is None or _plain(before) != _plain(plan):
            self._empty()
            if before is not None:
                told = f"{self.folder}: begun anew: {_difference(before, plan)}"
        else:
            told = f"{self.folder}: goes on with {len(list(self._parts()))} parts that are done"
        if before != plan:
            self._write("plan.json", line(plan))
        return told

    def get(self, number: int) -> Part | None:
        """The part of a piece, None where it is not done."""
        try:
            row = json.loads((self.folder / _name(number)).read_bytes())
            return Part(**row | {"leads": tuple(row["leads"]), "damages": tuple(row["damages"])})
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None

    def keep(self, number: int, part: Part) -> None:
        """Keep the part of a piece."""
        self._write(_name(number), line(asdict(part)))

    def join(self, leads: Iterator[str], damages: Sequence[str]) -> Path | None:
        """Give the result its name, and what is damaged beside it; the folder goes. What stood there with other words
        is kept as OUT.bak, whose path is returned."""
        joined = self.folder / "joined"
        with joined.open("wb") as stream:
            stream.writelines(f"{one}\n".encode() for one in leads)
            _to_disk(stream)
        self._write("damages", "".join(f"{one}\n" for one in damages))
        kept = _keep(self.out, joined)
        (self.folder / "damages").replace(damage_file(self.out))
        joined.replace(self.out)
        sync_folder(self.out.parent)
        self._empty()
        for name in ("plan.json", "lock"):
            (self.folder / name).unlink(missing_ok=True)
        self.folder.rmdir()
        return kept

    def close(self) -> None:
        """Let another scan use the folder."""
        if self._lock:
            self._lock.close()
            self._lock = None

    def _hold(self) -> None:
        """One scan at a time; a killed one holds nothing."""
        try:
            import fcntl
        except ImportError:  # pragma: no cover - Windows
            return
        self._lock = (self.folder / "lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise NotReady(
                "another scan is writing here",
                file=self.folder,
                next_step="wait for it, or name another --out",
            ) from None

    def _plan(self) -> dict[str, Any] | None:
        try:
            plan = json.loads((self.folder / "plan.json").read_bytes())
        except FileNotFoundError:
            foreign = [path.name for path in self.folder.iterdir() if not self._ours(path.name)]
            if foreign:
                raise NotReady(
                    f"this folder is no scan's: it holds {foreign[0]}",
                    file=self.folder,
                    next_step="move it away, or name another --out",
                ) from None
            return None
        except ValueError:
            return {}
        return plan if isinstance(plan, dict) else {}

    def _ours(self, name: str) -> bool:
        return name in ("lock", "joined", "damages", "draft") or (
            name[:7].isdigit() and name.endswith(".json")
        )

    def _parts(self) -> Iterator[Path]:
        return (path for path in self.folder.glob("*.json") if path.stem.isdigit())

    def _empty(self) -> None:
        for path in (*self._parts(), *(self.folder / name for name in ("joined", "damages", "draft"))):
            path.unlink(missing_ok=True)

    def _write(self, name: str, text: str) -> None:
        draft = self.folder / "draft"
        with draft.open("wb") as stream:
            stream.write(text.encode())
            _to_disk(stream)
        draft.replace(self.folder / name)
        sync_folder(self.folder)


def damage_file(out: Path) -> Path:
    """leads.jsonl → leads.damage.jsonl"""
    return out.with_name(f"{out.stem}.damage{out.suffix}")


def _name(number: int) -> str:
    return f"{number:07}.json"


def _source(path: Path, before: dict[str, Any] | None) -> Source:
    """An archive's size, time of change and digest; it is not read again where the first two are as they were."""
    state = path.stat()
    if before and (before["size"], before["changed"]) == (state.st_size, state.st_mtime_ns):
        return Source(**before)
    return Source(str(path), state.st_size, state.st_mtime_ns, digest_of(path).sha256)


def _plain(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan without times: an archive that was only touched is the same."""
    archives = [{**source, "changed": 0} for source in plan.get("archives", ())]
    return {**plan, "archives": archives}


def _difference(before: dict[str, Any], plan: dict[str, Any]) -> str:
    if before.get("version") != plan["version"]:
        return "what is there is of another version of the program"
    if before.get("piece") != plan["piece"]:
        return "what is there is in pieces of another size"
    old = {source["name"]: source["sha256"] for source in before.get("archives", ())}
    for source in plan["archives"]:
        if old.get(source["name"], source["sha256"]) != source["sha256"]:
            return f"{source['name']} has changed"
    return "what is there is of other archives"


def _keep(out: Path, new: Path) -> Path | None:
    """Another name for what stands there, if it is something else: NAME.bak, NAME.bak2 and so on."""
    if not out.exists() or digest_of(out) == digest_of(new):
        return None
    number = 1
    while (kept := out.with_name(f"{out.name}.bak{number if number > 1 else ''}")).exists():
        if kept.samefile(out):
            return kept
        number += 1
    os.link(out, kept)
    return kept


def _to_disk(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())
