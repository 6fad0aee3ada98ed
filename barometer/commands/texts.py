"""Commands that read and compare texts; most of them need no ledger."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from barometer.commands.options import FILES, a_day
from barometer.errors import counted

if TYPE_CHECKING:
    from barometer.pipeline.read import Read


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--out", required=True, type=FILES, help="Folder for NAME.json, one a file.")
@click.option(
    "--date", "published", metavar="YYYY-MM-DD", help="The day on which single reports were published."
)
@click.option("--explain", is_flag=True, help="Show each value's words, here and as OUT/NAME.html.")
@click.option("--with-model", is_flag=True, help="Ask the language model of BAROMETER_LLM_URL too.")
def read(files: tuple[Path, ...], out: Path, published: str | None, explain: bool, with_model: bool) -> None:
    """Read bulletins, open letters and single reports (txt, md, docx) and write what they tell as coded JSON.

    One OUT/NAME.json a file; what a file is, is told by its form.

    Another file of that name, such as one that you corrected, is kept as NAME.json.bak.
    """
    from barometer.pipeline import write

    shown = _explained(out) if explain else None
    asked = _model_asked() if with_model else None
    day = a_day(published)
    for path in write(files, out, tell=click.echo, published=day, explained=shown, further=asked):
        click.echo(str(path))


def _explained(out: Path) -> Callable[[Sequence[Read]], None]:
    """What shows in the terminal, and writes as pages, the words that each value rests on."""
    from barometer.pipeline.explain import in_terminal, write_pages

    def show(reads: Sequence[Read]) -> None:
        colour, width = sys.stdout.isatty(), shutil.get_terminal_size().columns
        for read in reads:
            for line in in_terminal(read, colour=colour, width=width):
                click.echo(line)
        for path in write_pages(reads, out):
            click.echo(str(path))

    return show


def _model_asked() -> Callable[[Read], Read]:
    """What asks the language model that the environment names; NotReady where it names none."""
    from barometer.errors import NotReady
    from barometer.pipeline.helped import helped
    from barometer.reading.helper import settings_from

    settings = settings_from(os.environ)
    if settings is None:
        raise NotReady(
            "no language model is named", next_step="set BAROMETER_LLM_URL and BAROMETER_LLM_MODEL"
        )
    return lambda read: helped(read, settings, tell=click.echo)


@click.command()
@click.argument("file", type=FILES)
@click.option("--out", required=True, type=FILES, help="The file to write.")
def relevance(file: Path, out: Path) -> None:
    """Say of each item of a news flow how likely it is about press freedom here: JSON lines in, JSON lines out.

    Each line is an object with `text`, perhaps `title`; all fields are kept, `relevance` (0 to 1), `language`,
    `reasons` and `relevant` are added.
    """
    from barometer.pipeline.relevance import score_file

    score_file(file, out, tell=click.echo)


@click.command()
@click.argument("archives", nargs=-1, required=True, type=FILES)
@click.option("--out", required=True, type=FILES, help="The file of leads to write.")
@click.option("--workers", type=click.IntRange(1, 1024), help="Processes; by default one a core.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, such as tcp://10.0.0.1:8786.")
def scan(archives: tuple[Path, ...], out: Path, workers: int | None, scheduler: str | None) -> None:
    """Find in archives of news (WARC, ARC, WACZ, JSON lines) what may be about press freedom here.

    Stopped or killed, the same command goes on. Status 1 where something was damaged: see OUT's .damage file.
    """
    from barometer.pipeline.scan import scan_command

    if status := scan_command(archives, out, workers, scheduler, click.echo):
        raise SystemExit(status)


@click.group()
def codebook() -> None:
    """The codebook: what may be recorded, and how."""


@codebook.command("check")
@click.argument("file", type=FILES)
def codebook_check(file: Path) -> None:
    """Say whether a coded JSON file follows the codebook; each finding with its path."""
    from barometer.codebook.check import check_file

    findings = check_file(file)
    for finding in findings:
        click.echo(f"{finding.level}: {finding.path or '(file)'}: {finding.message}")
    errors = sum(finding.level == "error" for finding in findings)
    click.echo(f"{file}: {counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}")
    if errors:
        raise SystemExit(1)


@click.group()
def names() -> None:
    """Names: how likely two are one, and where a name stands in the ledger."""


@names.command("compare")
@click.argument("a")
@click.argument("b")
@click.option(
    "--kind", type=click.Choice(["person", "outlet", "body", "company"]), default="person", show_default=True
)
def names_compare(a: str, b: str, kind: str) -> None:
    """Say how likely two written names are of one person, outlet, body or company, and why.

    Each reason with how much it speaks for (above 0) or against (below 0). A proposal: people judge.
    """
    from barometer.names.comparison import compare

    found = compare(a, b, kind)
    click.echo(f"{found.probability:.4f}")
    for reason in found.reasons:
        click.echo(f"  {reason}")


@names.command("score")
@click.argument("file", type=FILES)
@click.option("--out", required=True, type=FILES, help="The file to write.")
def names_score(file: Path, out: Path) -> None:
    """Score a CSV of pairs of names: columns a and b, perhaps kind; adds `score`, how likely the two are one.

    Other columns and the order of the rows are kept; an unknown or missing kind counts as person.
    """
    from barometer.names.files import score_file

    count = score_file(file, out)
    click.echo(f"{out}: {counted(count, 'pair')}")


@names.command("search")
@click.argument("name")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="At most so many.")
@click.option("--exact", is_flag=True, help="In these letters only: no other script or spelling.")
def names_search(name: str, limit: int, exact: bool) -> None:
    """Find a name in the ledger, in any script and spelling: people, outlets and bodies, and how they were written.

    Each with how likely it is the name, its kind, how often it stands there and in which cases.
    """
    from barometer.web import entry

    found = entry.search_names(name, limit=limit, exact=exact)
    for one in found:
        also = f" = {', '.join(one.others)}" if one.others else ""
        form = f", written {one.form}" if one.form not in (one.name, *one.others) else ""
        cases = f", in {', '.join(one.cases)}" if one.cases else ""
        times = counted(one.times, "mention")
        click.echo(f"{one.probability:.2f}  {one.name}{also} ({one.kind}): {times}{form}{cases}")
    if not found:
        click.echo(f"No name in the ledger is likely {name}.")
