"""Check that the repository says what is true: docs against code, links, locks.

    check_repository.py [--write]

--write renders the pages that are made from code (docs/reference/commands.md, settings.md, coding-manual.md).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from barometer.cli import cli
from barometer.codebook import codebook
from barometer.codebook.manual import render as render_manual
from barometer.reading.learned import examples_digest, learned_from
from barometer.web.config.settings_reference import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)(#[^)]*)?\)")
TOO_BIG = 2_000_000


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, in order."""
    for name in sorted(group.commands):
        command = group.commands[name]
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def render_commands() -> str:
    """The reference of all commands, from their own help."""
    parts = [
        "# Commands",
        "",
        "Made from the commands' own help by `tools/check_repository.py --write`.",
        "",
        "Every command ends with status 0 (done), 1 (done, with findings) or 2 (refused, with one clear line).",
        "",
    ]
    for name, command in commands(cli):
        context = click.Context(command, info_name=f"barometer {name}")
        parts += [f"## barometer {name}", "", "```", command.get_help(context), "```", ""]
    return "\n".join(parts)


def render_settings() -> str:
    """The reference of all settings, from the one list."""
    parts = [
        "# Settings",
        "",
        "All settings are environment variables. Made from the list in the code by `tools/check_repository.py --write`.",
        "",
        "| name | default | meaning |",
        "| --- | --- | --- |",
    ]
    parts += [f"| `{s.name}` | {s.default} | {s.meaning} |" for s in SETTINGS]
    return "\n".join([*parts, ""])


PAGES = {
    "commands.md": render_commands,
    "settings.md": render_settings,
    "coding-manual.md": render_manual,
}


def old_model() -> Iterator[str]:
    """A model that was made of other examples than those that stand beside it."""
    if examples_digest() != learned_from():
        yield "barometer/reading/data/model.json was made of other examples. Next: make model"


def drift() -> Iterator[str]:
    """Pages made from code that are not what the code says now, and types no page has."""
    for name, render in PAGES.items():
        page = REFERENCE / name
        if not page.is_file() or page.read_text(encoding="utf-8") != render():
            yield f"docs/reference/{name} is not what the code says. Next: make docs"
    manual = render_manual()
    yield from (
        f"{code} is not in the coding manual" for code in codebook().types if f"`{code}`" not in manual
    )


def broken_links() -> Iterator[str]:
    """Relative links in the documents that lead nowhere."""
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "samples").rglob("*.md")]:
        for target, _ in LINK.findall(page.read_text(encoding="utf-8")):
            if (
                "://" not in target
                and not target.startswith("mailto:")
                and not (page.parent / target).exists()
            ):
                yield f"{page.relative_to(ROOT)}: link to {target} leads nowhere"


def decisions() -> Iterator[str]:
    """Decisions that the index does not list."""
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for page in sorted(folder.glob("[0-9]*.md")):
        if page.name not in index:
            yield f"docs/decisions/README.md does not list {page.name}"


def locks() -> Iterator[str]:
    """Lock lines that hold an address, and requirements without a hash."""
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        if "://" in text or "index-url" in text:
            yield f"{lock.name} holds a registry's address"
        for requirement in re.split(r"\n(?=[a-z0-9])", text):
            if "==" in requirement and "--hash=sha256:" not in requirement:
                yield f"{lock.name}: {requirement.split()[0]} has no hash"


def too_big() -> Iterator[str]:
    """Files that a repository should not carry."""
    skipped = {".git", ".venv", "out", "home", "node_modules", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
    for path in ROOT.rglob("*"):
        if (
            not skipped & set(path.relative_to(ROOT).parts)
            and path.is_file()
            and path.stat().st_size > TOO_BIG
        ):
            yield f"{path.relative_to(ROOT)} is over {TOO_BIG:,} bytes"


def main() -> int:
    """0 where all holds, else 1 with a line a finding."""
    if "--write" in sys.argv:
        for name, render in PAGES.items():
            (REFERENCE / name).write_text(render(), encoding="utf-8")
    findings = [*drift(), *old_model(), *broken_links(), *decisions(), *locks(), *too_big()]
    for finding in findings:
        print(finding)
    print(
        f"repository: {len(findings)} findings"
        if findings
        else "repository: docs, links and locks agree with the code"
    )
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
