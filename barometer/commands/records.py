"""Commands that take records into the ledger, and give out what it tells: tables, bulletins, figures, releases."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from barometer.commands.options import FILES, FORMATS, LANGUAGES, STATE, a_day
from barometer.errors import counted


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
@STATE
@click.option("--by", metavar="NAME", help="Who coded it; goes with --as published.")
def import_(files: tuple[Path, ...], dry_run: bool, state: str, by: str | None) -> None:
    """Take bulletins or coded JSON files into the ledger, as proposed events unless a person coded them.

    A source is known by its file's name: name each quarter's bulletin apart, such as bulletin-2026Q2.txt.
    """
    from barometer.web import entry

    report = entry.import_files(files, as_published=state == "published", by=by, dry_run=dry_run)
    for line in report.lines():
        click.echo(line)


@click.group()
def table() -> None:
    """Tables of events: a template to fill in, somebody's own spreadsheet into the ledger, events as a table."""


@table.command("template")
@click.option("--lang", required=True, type=LANGUAGES)
@click.option("--out", required=True, type=FILES, help="The file to write: .xlsx or .csv.")
def table_template(lang: str, out: Path) -> None:
    """Write an empty table with one invented row; as .xlsx with drop-down lists and a page of help."""
    from barometer.pipeline import sheets
    from barometer.web.table_commands import ending

    out.write_bytes(sheets.template(lang, ending(out)))
    click.echo(str(out))


@table.command("import")
@click.argument("file", type=FILES)
@click.option("--mapping", "named", metavar="NAME", default="", help="Read it by a mapping that is kept.")
@click.option("--guess", is_flag=True, help="Take the columns for what their headings say.")
@click.option("--save", metavar="NAME", default="", help="Keep the mapping under this name.")
@click.option("--sheet", metavar="NAME", default="", help="The sheet; by default the first visible one.")
@click.option("--source", metavar="NAME", default="", help="What the table is called in the ledger.")
@click.option("--good-rows", is_flag=True, help="Take the rows that can be taken, leave out the others.")
@click.option("--refused", type=FILES, help="Write the refused rows to this CSV, each with what is wrong.")
@click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
@STATE
@click.option(
    "--by", metavar="NAME", default="", help="Who brings it; with --as published who answers for it."
)
def table_import(
    file: Path,
    named: str,
    guess: bool,
    save: str,
    sheet: str,
    source: str,
    good_rows: bool,
    refused: Path | None,
    dry_run: bool,
    state: str,
    by: str,
) -> None:
    """Take a table (.xlsx, .ods, .xls, .csv) of events into the ledger: one row is one event.

    The same table again updates the same events. Where a row is refused nothing is taken, but with --good-rows.
    Ends with 1 where a dry run would refuse rows.
    """
    from barometer.web import table_commands

    report = table_commands.import_table(
        file,
        sheet=sheet,
        source=source,
        named=named,
        guess=guess,
        save=save,
        refused=refused,
        as_published=state == "published",
        by=by,
        good_rows=good_rows,
        dry_run=dry_run,
        tell=click.echo,
    )
    for line in report.lines():
        click.echo(line)
    if dry_run and report.plan.refused:
        raise SystemExit(1)


@table.command("export")
@click.option("--period", default="", help="2026Q1, 2026-03, 2026 or days; by default everything.")
@click.option("--source", metavar="NAME", default="", help="Only events of this source.")
@click.option("--lang", default="en", show_default=True, type=LANGUAGES)
@click.option("--out", required=True, type=FILES, help="The file to write: .xlsx or .csv.")
@click.option("--by", metavar="NAME", default="", help="Who takes it out, for the log.")
def table_export(period: str, source: str, lang: str, out: Path, by: str) -> None:
    """Write the desk's events as a table, for work inside the house: unpublished ones and notes too."""
    from barometer.web import table_commands

    table_commands.export_table(out, language=lang, period=period, source=source, by=by)
    click.echo(str(out))


@click.command()
@click.argument("period")
@click.option("--lang", required=True, type=LANGUAGES)
@click.option("--format", "format_", required=True, type=FORMATS)
@click.option("--out", required=True, type=FILES, help="The file to write.")
def bulletin(period: str, lang: str, format_: str, out: Path) -> None:
    """Write the bulletin of a period such as 2026Q1: as it was issued, or, until it is frozen, as it would be now."""
    from barometer.web import entry

    def tell(line: str) -> None:
        click.echo(line, err=True)

    click.echo(str(entry.write_bulletin(period, lang, format_, out, tell=tell)))


@click.command()
@click.argument("period")
@click.option("--lang", required=True, type=LANGUAGES)
@click.option("--out", required=True, type=FILES, help="The file to write: .docx.")
@click.option("--by", required=True, metavar="NAME", help="Who takes it, for the log.")
def working(period: str, lang: str, out: Path, by: str) -> None:
    """Write the texts of an issue as a Word file to be edited; the desk reads it back.

    For the desk only: names may stand in it that are not published.
    """
    from barometer.web import document_commands

    document_commands.working_file(period, out, language=lang, by=by)
    click.echo(str(out))


@click.command()
@click.argument("case")
@click.option("--to", "mandate", required=True, type=click.Choice(["unsr-foe", "wgad", "upr", "hrc"]))
@click.option("--lang", default="en", show_default=True, type=click.Choice(["en", "ru"]))
@click.option("--out", required=True, type=FILES, help="The file to write: .docx.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="CODE=TEXT",
    help="Answer a field; may be given several times.",
)
@click.option("--joint", is_flag=True, help="Several send it together: a higher limit of words.")
@click.option("--by", required=True, metavar="NAME", help="Who makes it, for the log.")
def submission(
    case: str, mandate: str, lang: str, out: Path, fields: tuple[str, ...], joint: bool, by: str
) -> None:
    """Write a case as a submission to a body of the UN, and say what is still missing in it.

    Refused where somebody whom the case hits has not agreed (use "un").
    """
    from barometer.web import document_commands

    given = dict(one.partition("=")[::2] for one in fields)
    missing = document_commands.submission(
        case, mandate, out, language=lang, fields=given, joint=joint, by=by
    )
    click.echo(str(out))
    for line in missing:
        click.echo(f"  missing: {line}")


@click.command()
@click.option("--on", "day", required=True, metavar="YYYY-MM-DD")
@click.option("--lang", default="en", show_default=True, type=LANGUAGES)
@click.option("--out", required=True, type=FILES, help="The file to write: .xlsx, .csv or .docx.")
@click.option("--by", required=True, metavar="NAME", help="Who takes it, for the log.")
def custody(day: str, lang: str, out: Path, by: str) -> None:
    """List everybody who is deprived of liberty on a day, by the published record."""
    from barometer.web import document_commands

    document_commands.custody(day, out, language=lang, by=by)
    click.echo(str(out))


@click.command()
@click.argument("first")
@click.argument("last")
@click.option("--lang", default="en", show_default=True, type=LANGUAGES)
@click.option("--out", required=True, type=FILES, help="The file to write: .xlsx.")
@click.option("--by", required=True, metavar="NAME", help="Who takes it, for the log.")
def logframe(first: str, last: str, lang: str, out: Path, by: str) -> None:
    """Write a donor's log-frame: the bulletins' figures from one quarter to another, baseline and target to fill in."""
    from barometer.web import document_commands

    document_commands.logframe(first, last, out, language=lang, by=by)
    click.echo(str(out))


@click.command()
@click.argument("period")
@click.option("--out", required=True, type=FILES, help="The folder in which a new one is made.")
@click.option(
    "--by", metavar="NAME", default="", help="Who issues it, for the record; without a name it is a draft."
)
@click.option("--draft", is_flag=True, help="Write the files, issue nothing.")
@click.option("--as-of", "day", metavar="DAY", help="The day that cases stand on; by default today.")
def release(period: str, out: Path, by: str, draft: bool, day: str | None) -> None:
    """Write the published data of a quarter, a year or `all` as a release; with --by it is issued and on the site.

    Tables (CSV, Parquet, SQLite, described for Frictionless), whole records (JSON lines), FollowTheMoney, JSON-LD, the
    codebook, a crosswalk, checksums and what changed since. The same ledger and day give the same bytes.
    """
    from barometer.web.release_commands import release as act

    made = act(period, out, by=by, draft=draft or not by.strip(), day=day)
    click.echo(
        f"{made.folder}: {counted(len(made.files), 'file')}, "
        f"{counted(len(made.frozen.records.events), 'event')}"
    )
    click.echo(
        "A draft: nothing is issued (that takes --by NAME)."
        if made.row is None
        else f"Issued as version {made.row.version}."
    )


@click.command()
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def carryover(period: str, as_json: bool) -> None:
    """List every case that was open on the first day of a period: last state, next date, whether it moved.

    PERIOD is a quarter (2026Q2), a month (2026-05), a year (2026) or days (2026-04-01/2026-05-15). All events of
    the ledger count, published or not, but withdrawn ones.
    """
    import json

    from barometer.publication.carryover import as_data, table
    from barometer.web import entry

    days, carried = entry.carried_over(period)
    if as_json:
        click.echo(json.dumps(as_data(carried, days), ensure_ascii=False, indent=2))
        return
    for line in table(carried, days, shutil.get_terminal_size((100, 24)).columns):
        click.echo(line)


@click.command()
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="All of it, with the events behind each number.")
@click.option(
    "--experimental-composite",
    "composite",
    is_flag=True,
    help="One number of all spheres too: an experiment.",
)
@click.option("--prose", is_flag=True, help="Sentences for an introduction, each with its ground.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "ru", "kk"]),
    default="en",
    show_default=True,
    help="Of the sentences.",
)
@click.option("--date", "day", metavar="YYYY-MM-DD", help="The day on which it is asked; by default today.")
def indicators(
    period: str, as_json: bool, composite: bool, prose: bool, language: str, day: str | None
) -> None:
    """Tell what the numbers of a quarter (2026Q1) say: counts with units, shares with intervals, spheres, change."""
    from datetime import date

    from barometer.web.indicator_commands import indicators as tell_indicators

    asked = date.fromisoformat(a_day(day) or date.today().isoformat())
    tell_indicators(
        period,
        as_json=as_json,
        composite=composite,
        prose=language if prose else "",
        day=asked,
        tell=click.echo,
    )


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--by", required=True, metavar="NAME", help="Who takes them in.")
def series(files: tuple[Path, ...], by: str) -> None:
    """Take in years of the press freedom index of Reporters Without Borders, from its CSV files as published.

    Lost decimal commas are put back where the order of the ranks leaves one way. Status 1 where a file was broken.
    """
    from barometer.web.indicator_commands import series as take_series

    if not take_series(files, by=by, tell=click.echo):
        raise SystemExit(1)


@click.group(invoke_without_command=True)
@click.option("--out", type=FILES, help="The folder of the mirror: new, empty, or a mirror to renew.")
@click.option("--site", default="", metavar="URL", help="The site's own address; by default its first host.")
@click.option("--key", type=FILES, help="The private key to sign with, if it is on this machine.")
@click.option("--processes", type=click.IntRange(1, 64), help="By default one a core.")
@click.pass_context
def mirror(
    context: click.Context, out: Path | None, site: str, key: Path | None, processes: int | None
) -> None:
    """Write the whole public site as files that any server, an onion service or a disk can carry: --out DIR.

    The same folder again is renewed: only what changed is written. Stopped or killed, the same command goes on.
    """
    if context.invoked_subcommand:
        return
    from barometer.errors import NotReady
    from barometer.web import mirror_commands

    if out is None:
        raise NotReady("no folder is named", next_step="barometer mirror --out DIR")
    done = mirror_commands.make(out, site=site, key=key, processes=processes, tell=click.echo)
    click.echo(f"{out}: {counted(done.files, 'file')}, {done.written} written, {done.removed} removed")


@mirror.command("keygen")
@click.argument("file", type=FILES)
def mirror_keygen(file: Path) -> None:
    """Make the key that signs mirrors, and print its public half. Run this away from the server; needs no ledger."""
    from barometer.web import mirror_commands

    click.echo(mirror_commands.keygen(file), nl=False)


@mirror.command("sign")
@click.argument("folder", type=FILES)
@click.option("--key", required=True, type=FILES, help="The private key.")
def mirror_sign(folder: Path, key: Path) -> None:
    """Sign a mirror with the key, away from the server; needs no ledger."""
    from barometer.web import mirror_commands

    click.echo(str(mirror_commands.sign(folder, key)))


@mirror.command("verify")
@click.argument("folder", type=FILES)
@click.option("--key", type=FILES, help="The public key; without one only the files are compared.")
def mirror_verify(folder: Path, key: Path | None) -> None:
    """Compare a mirror with its manifest, and the manifest with its signature. Ends with 1 where something is amiss."""
    from barometer.web import mirror_commands

    faults = mirror_commands.verify(folder, key)
    for fault in faults:
        click.echo(fault)
    click.echo(counted(len(faults), "fault"))
    if faults:
        raise SystemExit(1)
