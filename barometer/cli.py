"""The command `barometer`: one function a command, one line an answer or an error.

Exit status: 0 done, 1 done with findings, 2 refused with one clear line. No traceback reaches a user;
BAROMETER_TRACEBACK=1 shows it to whoever looks for a fault.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from barometer import __version__
from barometer.errors import BarometerError, counted

FILES = click.Path(path_type=Path)
LANGUAGES = click.Choice(["en", "ru", "kk"])
FORMATS = click.Choice(["md", "html", "docx", "pdf"])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="barometer")
def cli() -> None:
    """Press Barometer: sources in, coded events, cases, bulletin and site out."""


@cli.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--out", required=True, type=FILES, help="Folder for NAME.json, one a file.")
def read(files: tuple[Path, ...], out: Path) -> None:
    """Read bulletins (txt, md, docx) and write what they report as coded JSON, one OUT/NAME.json a file.

    Another file of that name, such as one that you corrected, is kept as NAME.json.bak.
    """
    from barometer.pipeline import write

    for path in write(files, out, tell=click.echo):
        click.echo(str(path))


@cli.group()
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


@cli.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
@click.option(
    "--as",
    "state",
    type=click.Choice(["proposed", "published"]),
    default="proposed",
    show_default=True,
    help="`published` is for coding that a person did.",
)
@click.option("--by", metavar="NAME", help="Who coded it; goes with --as published.")
def import_(files: tuple[Path, ...], dry_run: bool, state: str, by: str | None) -> None:
    """Take bulletins or coded JSON files into the ledger, as proposed events unless a person coded them.

    A source is known by its file's name: name each quarter's bulletin apart, such as bulletin-2026Q2.txt.
    """
    from barometer.web import entry

    report = entry.import_files(files, as_published=state == "published", by=by, dry_run=dry_run)
    for line in report.lines():
        click.echo(line)


@cli.command()
@click.argument("period")
@click.option("--lang", required=True, type=LANGUAGES)
@click.option("--format", "format_", required=True, type=FORMATS)
@click.option("--out", required=True, type=FILES, help="The file to write.")
def bulletin(period: str, lang: str, format_: str, out: Path) -> None:
    """Write the bulletin of a period such as 2026Q1 from the ledger's published records."""
    from barometer.web import entry

    click.echo(str(entry.write_bulletin(period, lang, format_, out)))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback unless you mean otherwise.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
def serve(host: str, port: int) -> None:
    """Serve the public site, and the desk's login, on this machine."""
    from barometer.web import entry

    entry.serve(host, port)


@cli.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands, such as `barometer manage createsuperuser`."""
    from barometer.web import entry

    entry.manage(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; every refusal is one line on standard error and status 2."""
    try:
        cli.main(args=list(arguments) if arguments is not None else None, prog_name="barometer")
    except BarometerError as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{error.filename or 'this machine'}: {error.strerror or error}. {_step(error)}")
    except Exception as error:
        if os.environ.get("BAROMETER_TRACEBACK"):
            raise
        _refuse(
            f"an unexpected {type(error).__name__}; this is a fault of the program. "
            "Next: run it again with BAROMETER_TRACEBACK=1 and report what it prints."
        )


def _step(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "Next: let this user read or write there."
    return "Next: check the name, the folder and the space on the disk."


def _refuse(line: str) -> None:
    click.echo(f"barometer: {' '.join(line.split())}", err=True)
    sys.exit(2)
