"""The command `barometer`: its commands stand in barometer/commands, those that serve the site here.

Exit status: 0 done, 1 done with findings, 2 refused with one clear line. No traceback reaches a user;
BAROMETER_TRACEBACK=1 shows it to whoever looks for a fault.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from barometer import __version__
from barometer.commands import desk, keeping, records, texts, tips
from barometer.errors import BarometerError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="barometer")
def cli() -> None:
    """Press Barometer: sources in, coded events, cases, bulletin and site out."""


for command in (
    texts.read,
    texts.relevance,
    texts.scan,
    texts.codebook,
    texts.names,
    records.import_,
    records.table,
    records.bulletin,
    records.working,
    records.submission,
    records.custody,
    records.logframe,
    records.release,
    records.carryover,
    records.indicators,
    records.series,
    records.mirror,
    desk.gather,
    desk.worker,
    desk.watch,
    desk.digest,
    desk.capture,
    desk.letter,
    desk.people,
    desk.alerts,
    desk.requests,
    desk.takedowns,
    tips.tips,
    keeping.backup,
    keeping.check,
    keeping.restore,
    keeping.move,
    keeping.evidence,
    keeping.redact,
    keeping.subject_access,
):
    cli.add_command(command)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback unless you mean otherwise.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes; more than one not for logins and tips.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the public site, and the desk's login, on this machine.

    Limits on wrong passwords and on floods are kept by one process: serve logins and tips from one, the work of a busy desk
    and the public site from others with several, behind a server that shares them out.
    """
    from barometer.web import entry

    entry.serve(host, port, workers)


@cli.command()
def status() -> None:
    """Say how the house is: database, store, disk, worker, clock, jobs, last backup. Ends with 1 where something is amiss."""
    from barometer.web.status_commands import status as tell_status

    if not tell_status(click.echo):
        raise SystemExit(1)


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
