"""The folder of a mirror: made beside the old one inside it, then put in place file by file.

While pages are made they lie in `.making`, and the mirror is the old one. When all are there, `.making/plan.json`
says what goes where; from then on only whole files are moved, and a run that was stopped is finished by the next one
before it does anything else. No reader ever meets half a file.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from barometer.errors import NotReady
from barometer.web.mirror import manifest
from barometer.web.mirror.manifest import Held, Manifest

MAKING, PLAN, PAGES = ".making", "plan.json", "pages"


@dataclass(frozen=True)
class Done:
    """What a run did: files that the mirror has, that were written, that were removed."""

    files: int
    written: int
    removed: int


class Tree:
    """One mirror's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.making = folder / MAKING
        self.pages = self.making / PAGES

    def open(self) -> None:
        """Make the folder, or finish what a stopped run left. NotReady for a folder that holds something else."""
        if self.folder.exists() and not self.folder.is_dir():
            raise NotReady("this is a file", file=self.folder, next_step="name a folder: --out DIR")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            names = {path.name for path in self.folder.iterdir()}
        except OSError as error:
            raise NotReady(
                f"the folder cannot be used: {error.strerror}", file=self.folder, next_step="name another one"
            ) from None
        if names and names != {MAKING} and manifest.read(self.folder) is None and not self._is_planned():
            raise NotReady(
                "this folder is not empty and is no mirror", file=self.folder, next_step="name a new folder"
            )
        if self._is_planned():
            self._finish()

    def begin(self) -> None:
        """An empty place for the new pages."""
        shutil.rmtree(self.making, ignore_errors=True)
        self.pages.mkdir(parents=True)

    def write(self, name: str, data: bytes) -> None:
        """Put a file among the new pages."""
        path = self.pages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def is_whole(self, made: Manifest) -> bool:
        """Whether the mirror holds just what the manifest says."""
        return manifest.read(self.folder) == made and all(
            manifest.held_in(self.folder / name) == held for name, held in made.files.items()
        )

    def commit(self, made: Manifest) -> Done:
        """Put the new pages in place: changed ones moved, gone ones removed, the rest left alone with their times."""
        _without_twins(made.files)
        old = manifest.read(self.folder)
        moved = [name for name, held in made.files.items() if manifest.held_in(self.folder / name) != held]
        gone = sorted(set(old.files if old else ()) - set(made.files))
        (self.making / manifest.NAME).write_bytes(made.bytes())
        draft = self.making / f"{PLAN}.new"
        draft.write_text(json.dumps({"moved": sorted(moved), "gone": gone}), encoding="utf-8")
        draft.replace(self.making / PLAN)
        self._finish()
        return Done(len(made.files), len(moved), len(gone))

    def _is_planned(self) -> bool:
        return (self.making / PLAN).is_file()

    def _finish(self) -> None:
        """Carry out the plan, whatever of it has been done already."""
        plan = json.loads((self.making / PLAN).read_text(encoding="utf-8"))
        for name in plan["moved"]:
            if (draft := self.pages / name).is_file():
                path = self.folder / name
                self._make_way(path)
                draft.replace(path)
        for name in plan["gone"]:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                (self.folder / name).unlink()
            self._tidy((self.folder / name).parent)
        self._put_manifest()
        shutil.rmtree(self.making)

    def _make_way(self, path: Path) -> None:
        """A folder where a file stood, or a file where a folder stood."""
        for parent in path.relative_to(self.folder).parents:
            if (self.folder / parent).is_file():
                (self.folder / parent).unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)

    def _put_manifest(self) -> None:
        new = self.making / manifest.NAME
        if not new.is_file():
            return
        if manifest.held_in(self.folder / manifest.NAME) != manifest.held_in(new):
            (self.folder / manifest.SIGNATURE).unlink(missing_ok=True)  # it was over the old one
            new.replace(self.folder / manifest.NAME)

    def _tidy(self, folder: Path) -> None:
        while folder != self.folder and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _without_twins(files: Mapping[str, Held]) -> None:
    """No two names that a system without capitals takes for one."""
    seen: dict[str, str] = {}
    for name in files:
        twin = seen.setdefault(name.lower(), name)
        if twin != name:
            raise NotReady(
                f"{name} and {twin} would be one file on some systems",
                next_step="report this fault of the program",
            )
