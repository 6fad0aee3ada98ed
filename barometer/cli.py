"""The command `barometer`: one function a command, one line an answer or an error.

Exit status: 0 done, 1 done with findings, 2 refused with one clear line. No traceback reaches a user;
BAROMETER_TRACEBACK=1 shows it to whoever looks for a fault.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from barometer import __version__
from barometer.errors import BarometerError, counted

if TYPE_CHECKING:
    from barometer.pipeline.read import Read

FILES = click.Path(path_type=Path)
LANGUAGES = click.Choice(["en", "ru", "kk"])
FORMATS = click.Choice(["md", "html", "docx", "pdf", "email", "csv"])


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="barometer")
def cli() -> None:
    """Press Barometer: sources in, coded events, cases, bulletin and site out."""


@cli.command()
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
    day = _day(published)
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


def _day(text: str | None) -> str | None:
    """A day as it is written in files; refused otherwise."""
    from datetime import date

    from barometer.errors import UnknownValue

    if text is None:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UnknownValue(f"{text!r} is no day", next_step="write it like 2026-03-14") from None


@cli.command()
@click.argument("file", type=FILES)
@click.option("--out", required=True, type=FILES, help="The file to write.")
def relevance(file: Path, out: Path) -> None:
    """Say of each item of a news flow how likely it is about press freedom here: JSON lines in, JSON lines out.

    Each line is an object with `text`, perhaps `title`; all fields are kept, `relevance` (0 to 1), `language`,
    `reasons` and `relevant` are added.
    """
    from barometer.pipeline.relevance import score_file

    score_file(file, out, tell=click.echo)


@cli.command()
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


@cli.group()
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


@cli.group()
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
@click.option(
    "--as",
    "state",
    type=click.Choice(["proposed", "published"]),
    default="proposed",
    show_default=True,
    help="`published` is for coding that a person did.",
)
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


@cli.command()
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


@cli.command()
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


@cli.command()
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


@cli.command()
@click.option("--on", "day", required=True, metavar="YYYY-MM-DD")
@click.option("--lang", default="en", show_default=True, type=LANGUAGES)
@click.option("--out", required=True, type=FILES, help="The file to write: .xlsx, .csv or .docx.")
@click.option("--by", required=True, metavar="NAME", help="Who takes it, for the log.")
def custody(day: str, lang: str, out: Path, by: str) -> None:
    """List everybody who is deprived of liberty on a day, by the published record."""
    from barometer.web import document_commands

    document_commands.custody(day, out, language=lang, by=by)
    click.echo(str(out))


@cli.command()
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


@cli.command()
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


@cli.command()
@click.argument("file", type=FILES)
@click.option(
    "--to",
    "recipients",
    multiple=True,
    metavar="AGE1…",
    help="A public key to seal it to; may be given again.",
)
@click.option(
    "--evidence", type=click.Choice(["included", "referenced"]), default="included", show_default=True
)
def backup(file: Path, recipients: tuple[str, ...], evidence: str) -> None:
    """Write the whole ledger as it stands, its keys and its evidence to one sealed file, while the desk works.

    A pair of keys is made by `barometer tips keygen`; keep the private one away from this machine.
    """
    from barometer.web.backup_commands import backup as write_backup

    if not write_backup(file, recipients, with_evidence=evidence == "included", tell=click.echo):
        raise SystemExit(1)


@cli.command()
def check() -> None:
    """Say whether the ledger is whole: database, keys, history, evidence, clock. Each fault with the way back."""
    from barometer.web.backup_commands import check as look

    faults = look()
    for line in faults:
        click.echo(line)
    click.echo(counted(len(faults), "fault"))
    if faults:
        raise SystemExit(1)


@cli.command()
@click.argument("file", type=FILES)
@click.option(
    "--key", "keys", required=True, multiple=True, type=FILES, help="A private key, as keygen wrote it."
)
def restore(file: Path, keys: tuple[Path, ...]) -> None:
    """Bring a backup back into an empty ledger, SQLite or PostgreSQL: all of it, or nothing."""
    from barometer.web.backup_commands import restore as bring_back

    if not bring_back(file, _identities(keys), tell=click.echo):
        raise SystemExit(1)


@cli.command()
@click.argument("database_url")
@click.option("--salvage", is_flag=True, help="Of a damaged ledger: what can be read, told by counts.")
def move(database_url: str, salvage: bool) -> None:
    """Copy the ledger to another, empty database (postgresql://…, sqlite:///…), compared table by table."""
    from barometer.web import backup_commands

    carry = backup_commands.salvage if salvage else backup_commands.move
    if not carry(database_url, tell=click.echo):
        raise SystemExit(1)


@cli.command()
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


@cli.command()
@click.argument("sources", nargs=-1)
def gather(sources: tuple[str, ...]) -> None:
    """Visit watched sources once: all that are active, or those named.

    SOURCE is the short name of a source, or its file (NAME.toml), which is kept. Ends with 1 where one did not answer.
    """
    from barometer.web import gather_commands

    if not gather_commands.gather(sources, click.echo):
        raise SystemExit(1)


@cli.command()
@click.option("--once", is_flag=True, help="End when nothing is due.")
def worker(once: bool) -> None:
    """Do what is due until stopped: visit sources by rhythm, capture, ask for time stamps, look at addresses again.

    Several may run at once, also on several machines with PostgreSQL.
    """
    from barometer.web import gather_commands

    gather_commands.work(once=once, tell=click.echo)


@cli.group(invoke_without_command=True)
@click.option("--once", is_flag=True, help="End after one round.")
@click.option(
    "--site", "sites", multiple=True, metavar="ADDRESS", help="Only this one, now; may be repeated."
)
@click.option(
    "--country", metavar="CODE", default="", help="Say in which country this machine stands, such as KZ."
)
@click.option("--network", metavar="AS", default="", help="Say in whose network, such as AS9198.")
@click.pass_context
def watch(context: click.Context, once: bool, sites: tuple[str, ...], country: str, network: str) -> None:
    """Look at the watched sites by rhythm until stopped: DNS, TCP, TLS, HTTP, from here and through proxies.

    Outages become proposed events. The worker does the same; both may run.
    """
    if context.invoked_subcommand is None:
        from barometer.web import watch_commands

        watch_commands.watch(once=once, sites=sites, country=country, network=network, tell=click.echo)


@watch.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--by", metavar="NAME", default="", help="Who brings them, for the record.")
def watch_import(files: tuple[Path, ...], by: str) -> None:
    """Take in files of measurements: OONI's (JSON, JSON lines, pages of its API) and other desks'.

    Each is kept as evidence. What of it is broken is named, and the command ends with 1.
    """
    from barometer.web import watch_commands

    if not watch_commands.take_files(files, by=by, tell=click.echo):
        raise SystemExit(1)


@watch.command("export")
@click.argument("first")
@click.argument("last", required=False, default="")
@click.option("--out", required=True, type=FILES, help="The file to write.")
def watch_export(first: str, last: str, out: Path) -> None:
    """Write this machine's measurements of a day, or from FIRST to LAST, signed, for another desk to import.

    Places are told by country and network alone. The other desk needs the public key that is printed.
    """
    from barometer.web import watch_commands

    count, key = watch_commands.export(first, last, out)
    click.echo(f"{out}: {counted(count, 'measurement')}, signed by {key}")


@cli.command()
@click.option("--to", "name", metavar="USER", default="", help="One person, whether it is due or not.")
@click.option("--dry-run", is_flag=True, help="Show the mails, send none.")
def digest(name: str, dry_run: bool) -> None:
    """Tell people by mail what waits for them: those who chose it under "My day" and for whom it is due.

    A mail has counts and addresses of pages, no name and no title: mail is not safe. The worker does this every
    morning at seven where BAROMETER_MAIL_HOST names a server.
    """
    from barometer.web import gather_commands

    gather_commands.digest(name, dry_run=dry_run, tell=click.echo)


@cli.command()
@click.argument("urls", nargs=-1, required=True)
@click.option("--by", metavar="NAME", default="", help="Who captures it, for the chain.")
def capture(urls: tuple[str, ...], by: str) -> None:
    """Capture addresses as evidence: every request and answer, and with Chromium a screenshot and a PDF.

    Prints the id and the SHA-256 of each archive. Ends with 1 where one of several could not be had.
    """
    from barometer.web import gather_commands

    if not gather_commands.capture(urls, by=by, tell=click.echo):
        raise SystemExit(1)


@cli.group()
def letter() -> None:
    """Joint letters: begin one from cases, show it, take a coded one in, remind those who have not answered."""


@letter.command("list")
def letter_list() -> None:
    """List the letters, the newest first, with their ids."""
    from barometer.web import letter_commands

    for line in letter_commands.listed():
        click.echo(line)


@letter.command("new")
@click.option("--from", "cases", multiple=True, metavar="CASE", help="A case; may be given several times.")
@click.option("--template", default="", help="arrests, blocked-site, draft-law or attack-not-investigated.")
@click.option(
    "--lang", "languages", multiple=True, type=LANGUAGES, help="Its languages, that of the original first."
)
@click.option("--by", required=True, metavar="NAME", help="Who begins it, for the record.")
def letter_new(cases: tuple[str, ...], template: str, languages: tuple[str, ...], by: str) -> None:
    """Begin a letter and print its id. Everybody in it must have agreed to a letter, on record under People."""
    from barometer.web import letter_commands

    click.echo(letter_commands.begin(cases, template=template, languages=languages or ("en",), by=by))


@letter.command("show")
@click.argument("id")
@click.option("--lang", default="en", show_default=True, type=LANGUAGES)
@click.option("--format", "format_", default="md", show_default=True, type=FORMATS)
@click.option("--out", type=FILES, help="The file to write; without it, Markdown and HTML are printed.")
def letter_show(id: str, lang: str, format_: str, out: Path | None) -> None:
    """Print a letter as it stands, or write it to a file: composed from the ledger until it is sent."""
    from barometer.web import letter_commands

    if out is None and format_ not in ("md", "html"):
        raise click.UsageError(f"{format_} is no text to print: name a file with --out")
    data = letter_commands.show(id, language=lang, format_=format_, out=out)
    click.echo(str(out) if out else data.decode())


@letter.command("import")
@click.argument("file", type=FILES)
@click.option("--as", "state", type=click.Choice(["proposed", "published"]), default="proposed")
@click.option("--by", metavar="NAME", default="", help="Who answers for the coding, with --as published.")
def letter_import(file: Path, state: str, by: str) -> None:
    """Take a coded open letter in: its events, and the letter with its demands, people and signatories.

    It stays a draft. The text beside the file, if there is one, gives its words.
    """
    from barometer.web import letter_commands

    for line in letter_commands.take(file, as_published=state == "published", by=by):
        click.echo(line)


@letter.command("remind")
@click.option("--by", required=True, metavar="NAME", help="Who reminds, for the record.")
@click.option("--dry-run", is_flag=True, help="Count only.")
def letter_remind(by: str, dry_run: bool) -> None:
    """Mail those who were asked to sign and have not answered: from a week before the deadline, every third day."""
    from barometer.web import letter_commands

    letter_commands.remind(by=by, dry_run=dry_run, tell=click.echo)


@cli.command()
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

    asked = date.fromisoformat(_day(day) or date.today().isoformat())
    tell_indicators(
        period,
        as_json=as_json,
        composite=composite,
        prose=language if prose else "",
        day=asked,
        tell=click.echo,
    )


@cli.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--by", required=True, metavar="NAME", help="Who takes them in.")
def series(files: tuple[Path, ...], by: str) -> None:
    """Take in years of the press freedom index of Reporters Without Borders, from its CSV files as published.

    Lost decimal commas are put back where the order of the ranks leaves one way. Status 1 where a file was broken.
    """
    from barometer.web.indicator_commands import series as take_series

    if not take_series(files, by=by, tell=click.echo):
        raise SystemExit(1)


@cli.group()
def people() -> None:
    """People of the desk: let somebody in, or back in; say what they may do; see who there is."""


@people.command("invite")
@click.option("--role", "roles", multiple=True, required=True, help="A role; may be given several times.")
@click.option("--by", required=True, metavar="NAME", help="Who invites, for the log.")
@click.option(
    "--for", "made_for", default="", metavar="WORDS", help="Who it is for, for the list at the desk."
)
@click.option("--days", default=3, show_default=True, help="How long the link holds.")
def people_invite(roles: tuple[str, ...], by: str, made_for: str, days: int) -> None:
    """Print a link that lets one person make an account with these roles. It is shown this once.

    Roles: contributor, monitor, reviewer, editor, lawyer, director, administrator, custodian.
    """
    from barometer.web import people_commands

    click.echo(people_commands.invite(roles, by=by, made_for=made_for, days=days))


@people.command("back")
@click.argument("username")
@click.option("--by", required=True, metavar="NAME", help="Who lets them back in, for the log.")
@click.option("--days", default=3, show_default=True, help="How long the link holds.")
def people_back(username: str, by: str, days: int) -> None:
    """Print a link for somebody who lost password or telephone."""
    from barometer.web import people_commands

    click.echo(people_commands.let_back(username, by=by, days=days))


@people.command("roles")
@click.argument("username")
@click.option("--role", "roles", multiple=True, required=True, help="A role; may be given several times.")
@click.option("--by", required=True, metavar="NAME", help="Who gives them, for the log.")
def people_roles(username: str, roles: tuple[str, ...], by: str) -> None:
    """Give a person these roles in place of those they have."""
    from barometer.web import people_commands

    people_commands.set_roles(username, roles, by=by)


@people.command("list")
def people_list() -> None:
    """List the accounts with their roles."""
    from barometer.web import people_commands

    for line in people_commands.listed():
        click.echo(line)


@cli.group()
def alerts() -> None:
    """Mails to readers who asked to be told of news."""


@alerts.command("send")
def alerts_send() -> None:
    """Send the mails that are due now. The worker does this every morning at seven."""
    from barometer.web import mirror_commands

    mirror_commands.send_alerts(click.echo)


@cli.group(invoke_without_command=True)
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


@cli.group()
def evidence() -> None:
    """The evidence: verify it, take an item out, report on it, sign the head of its log."""


@evidence.command("verify")
def evidence_verify() -> None:
    """Recompute everything: bytes, log, stamps, signed heads. Ends with 1 where something is amiss."""
    from barometer.web import gather_commands

    faults = gather_commands.verify()
    for line in gather_commands.erased():
        click.echo(line)
    for fault in faults:
        click.echo(f"{fault.kind}: {fault.name}: {fault.message}")
    click.echo(counted(len(faults), "fault"))
    if faults:
        raise SystemExit(1)


@evidence.command("seal")
def evidence_seal() -> None:
    """Encrypt the evidence that earlier versions kept as it came, each item with a key of its own. Can be stopped."""
    from barometer.web import gather_commands

    click.echo(f"{counted(gather_commands.seal(), 'item')} sealed")


@evidence.command("export")
@click.argument("id")
@click.option("--out", type=FILES, help="The file to write, by default DIGEST.wacz.")
def evidence_export(id: str, out: Path | None) -> None:
    """Write an item as a WACZ that ReplayWeb.page opens. ID is its id, or the beginning of its SHA-256."""
    from barometer.web import gather_commands

    click.echo(str(gather_commands.export(id, out)))


@evidence.command("report")
@click.argument("id")
@click.option("--lang", default="en", show_default=True, type=LANGUAGES)
@click.option("--out", type=FILES, help="The file to write, by default DIGEST.pdf.")
def evidence_report(id: str, lang: str, out: Path | None) -> None:
    """Write a report on an item that a court can read, as a PDF."""
    from barometer.web import gather_commands

    click.echo(str(gather_commands.report(id, lang, out)))


@evidence.command("head")
def evidence_head() -> None:
    """Print the head of the log: four lines to sign, to stamp and to publish."""
    from barometer.web import gather_commands

    click.echo(gather_commands.head(), nl=False)


@evidence.command("key")
@click.argument("file", type=FILES)
def evidence_key(file: Path) -> None:
    """Make the key that signs heads, and print its public part. Run this away from the server; needs no ledger."""
    from barometer.web import gather_commands

    click.echo(gather_commands.make_key(file), nl=False)


@evidence.command("sign")
@click.argument("head", type=FILES)
@click.option("--key", required=True, type=FILES, help="The private key.")
@click.option("--out", required=True, type=FILES, help="The file for the signature.")
def evidence_sign(head: Path, key: Path, out: Path) -> None:
    """Sign a head with the key, away from the server; needs no ledger."""
    from barometer.web import gather_commands

    click.echo(str(gather_commands.sign(head, key, out)))


@evidence.command("keep-signature")
@click.argument("head", type=FILES)
@click.option("--signature", required=True, type=FILES)
@click.option("--public-key", required=True, type=FILES)
@click.option("--by", required=True, metavar="NAME", help="Who brings it.")
def evidence_keep_signature(head: Path, signature: Path, public_key: Path, by: str) -> None:
    """Take the signature of a head into the ledger; refused where it does not hold, or the log does not lead there."""
    from barometer.web import gather_commands

    size = gather_commands.keep_signature(head, signature, public_key, by=by)
    click.echo(f"signed: {counted(size, 'entry', 'entries')}")


@cli.group()
def tips() -> None:
    """Tips from people at risk: keys, opening away from the server, letters, deletion by rule."""


@tips.command("keygen")
@click.option("--out", required=True, type=FILES, help="The file for the private key.")
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase, under which the key is kept.")
def tips_keygen(out: Path, passphrase: bool) -> None:
    """Make a key that opens tips, and print its public half. Run this away from the server; needs no ledger."""
    from barometer.tips import make_identity

    words = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True) if passphrase else ""
    click.echo(make_identity(out, passphrase=words))


@tips.command("open")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option(
    "--key", "keys", required=True, multiple=True, type=FILES, help="A private key; may be given again."
)
@click.option("--out", required=True, type=FILES, help="The folder for what is opened.")
def tips_open(files: tuple[Path, ...], keys: tuple[Path, ...], out: Path) -> None:
    """Open tips that the desk handed out, on a machine without a network; needs no ledger.

    Originals are named so that a click opens nothing; look at the copies, which have no metadata.
    """
    from barometer.fetching import Apart
    from barometer.tips.opening import open_bundle

    identities = _identities(keys)
    with Apart(calls=1) as apart:
        for file in files:
            for folder in open_bundle(file, identities, out, apart):
                click.echo(str(folder))


def _identities(keys: Sequence[Path]) -> list[str]:
    from barometer.tips import read_identities

    def ask() -> str:
        return str(click.prompt("Passphrase", hide_input=True))

    return [identity for key in keys for identity in read_identities(key, ask=ask)]


@tips.command("reseal")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--key", "keys", required=True, multiple=True, type=FILES, help="The old private key.")
@click.option(
    "--to", "recipients", required=True, multiple=True, help="A new public key; may be given again."
)
@click.option("--out", required=True, type=FILES, help="The folder for what is sealed anew.")
def tips_reseal(
    files: tuple[Path, ...], keys: tuple[Path, ...], recipients: tuple[str, ...], out: Path
) -> None:
    """Seal handed out tips to new keys, away from the server; needs no ledger. Then, there: tips replace."""
    from barometer.tips.opening import reseal

    identities = _identities(keys)
    for file in files:
        click.echo(str(reseal(file, identities, recipients, out)))


@tips.command("replace")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--by", required=True, metavar="NAME", help="Who brings them.")
def tips_replace(files: tuple[Path, ...], by: str) -> None:
    """Put tips that were sealed anew in the place of the old ones."""
    from barometer.web import tip_commands

    tip_commands.replace(files, by=by, tell=click.echo)


@tips.group("recipients")
def tips_recipients() -> None:
    """The public keys that this server seals tips to."""


@tips_recipients.command("add")
@click.argument("key")
@click.option("--label", required=True, help="Whose it is, or where it lies.")
@click.option("--by", required=True, metavar="NAME", help="Who adds it.")
def tips_recipients_add(key: str, label: str, by: str) -> None:
    """Seal to a further public key from now on."""
    from barometer.web import tip_commands

    click.echo(tip_commands.add(key, label=label, by=by))


@tips_recipients.command("list")
def tips_recipients_list() -> None:
    """List the public keys, those that were retired too."""
    from barometer.web import tip_commands

    for line in tip_commands.listed():
        click.echo(line)


@tips_recipients.command("retire")
@click.argument("key")
@click.option("--by", required=True, metavar="NAME", help="Who retires it.")
def tips_recipients_retire(key: str, by: str) -> None:
    """Seal to a public key no more; what was sealed to it before stays so."""
    from barometer.web import tip_commands

    click.echo(tip_commands.retire(key, by=by))


@tips.command("mail")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--remove", is_flag=True, help="Delete each file once all of it is sealed.")
def tips_mail(files: tuple[Path, ...], remove: bool) -> None:
    """Seal letters (.eml, mbox) as tips, marked as not anonymous. Ends with 1 where one could not be read."""
    from barometer.web import tip_commands

    if not tip_commands.mail(files, remove=remove, tell=click.echo):
        raise SystemExit(1)


@tips.command("fetch")
@click.argument("address")
@click.option("--proxy", default="", metavar="URL", help="Such as socks5://127.0.0.1:9050.")
def tips_fetch(address: str, proxy: str) -> None:
    """Seal what came to a mailbox (imaps://user@host/FOLDER) since it was last read, marked as not anonymous.

    The password is the line `tips` of BAROMETER_MAILBOX_PASSWORDS, or asked for. Nothing is deleted there.
    """
    from barometer.web import tip_commands

    def ask() -> str:
        return str(click.prompt("Password", hide_input=True))

    if not tip_commands.fetch(address, proxy=proxy, ask=ask, tell=click.echo):
        raise SystemExit(1)


@tips.command("sweep")
def tips_sweep() -> None:
    """Delete the tips whose time is over, as the worker does each day; none that the desk has not seen."""
    from barometer.web import tip_commands

    deleted, unseen = tip_commands.sweep()
    click.echo(f"{counted(deleted, 'tip')} deleted")
    if unseen:
        click.echo(f"{counted(unseen, 'tip')} past the time that nobody opened: they stay")


GROUNDS = click.Choice(["request", "consent withdrawn", "safety", "court", "mistake", "kept long enough"])


def _why(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every erasure has."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Say what would be erased, erase nothing."),
        click.option(
            "--ground", type=GROUNDS, default="request", show_default=True, help="What asks for it."
        ),
        click.option("--reason", required=True, metavar="TEXT", help="Why, without the name; it is kept."),
        click.option("--by", required=True, metavar="NAME", help="Who erases; it is kept."),
    ):
        command = option(command)
    return command


def _evidence_too(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--evidence", metavar="all|none|ID,ID", default="", help="Whose keys are destroyed for good."
    )(command)


@cli.group()
def requests() -> None:
    """Requests for information: letters that come, deadlines that pass."""


@requests.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--by", required=True, metavar="NAME", help="Who brings them, for the chain.")
def requests_import(files: tuple[Path, ...], by: str) -> None:
    """Keep letters (.eml, mbox, PDF, DOCX, text) with the requests that they answer or whose number they bear.

    A person decides at the desk what each means. Ends with 1 where a letter was broken or found no request.
    """
    from barometer.web import request_commands

    if not request_commands.bring(files, by=by, tell=click.echo):
        raise SystemExit(1)


@requests.command("look")
@click.option("--by", metavar="NAME", default="", help="Who looks, for the record; by default the worker.")
def requests_look(by: str) -> None:
    """Propose the events that passed deadlines, refusals and the like give rise to, as the worker does each night."""
    from barometer.web import request_commands

    for line in request_commands.look(by=by):
        click.echo(line)


@cli.group()
def redact() -> None:
    """Erase somebody or something for good. The digest, the day, the reason and who stay."""


@redact.command("person")
@click.argument("party")
@click.option("--also", multiple=True, metavar="WORDS", help="Further words that name the person.")
@click.option("--spare", multiple=True, metavar="FORM", help="A form that is somebody else's.")
@click.option("--maybe", is_flag=True, help="Erase the forms too that are not sure.")
@_evidence_too
@_why
def redact_person(party: str, **said: Any) -> None:
    """Erase a person: site, search, bulletin, revisions, leads, and the evidence that you choose.

    PARTY is the id of one of the person's records; what judgements joined to it goes too. Start with --dry-run.
    """
    from barometer.web import protect_commands

    protect_commands.redact_person(party, tell=click.echo, **said)


@redact.command("statement")
@click.argument("record")
@_evidence_too
@_why
def redact_statement(record: str, **said: Any) -> None:
    """Erase every word of an item, an event or a lead; what was public of it is withdrawn."""
    from barometer.web import protect_commands

    protect_commands.redact_statement(record, tell=click.echo, **said)


@redact.command("evidence")
@click.argument("id")
@_why
def redact_evidence(id: str, **said: Any) -> None:
    """Destroy the key of an item of evidence and of what was captured with it."""
    from barometer.web import protect_commands

    protect_commands.redact_evidence(id, tell=click.echo, **said)


@redact.command("words")
@click.argument("words")
@click.option(
    "--in", "record", required=True, metavar="RECORD", help="The id of an item, an event or a lead."
)
@_evidence_too
@_why
def redact_words(words: str, record: str, **said: Any) -> None:
    """Erase words from one record and its revisions."""
    from barometer.web import protect_commands

    protect_commands.redact_words(words, record=record, tell=click.echo, **said)


@cli.group()
def takedowns() -> None:
    """Takedown notices: who asks which platform to take down what."""


@takedowns.command("import")
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--by", required=True, metavar="NAME", help="Who brings them in, for the record.")
def takedowns_import(files: tuple[Path, ...], by: str) -> None:
    """Take in notices: Lumen's JSON, tables (CSV) and letters of platforms (.eml, mbox), each kept as evidence first.

    Ends with status 1 where something could not be read; what is known already is not taken twice.
    """
    from barometer.web import takedown_commands

    if not takedown_commands.take(files, by=by, tell=click.echo):
        sys.exit(1)


@cli.command("subject-access")
@click.argument("party")
@click.option("--out", required=True, type=FILES, help="The ZIP to write.")
@click.option("--by", required=True, metavar="NAME", help="Who takes it out; it is noted.")
def subject_access(party: str, out: Path, by: str) -> None:
    """Write everything that is held on a person, protected fields too, for that person: JSON and pages to read."""
    from barometer.web import protect_commands

    click.echo(str(protect_commands.subject_access(party, out, by=by)))


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback unless you mean otherwise.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes; more than one for the public site alone.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the public site, and the desk's login, on this machine.

    Limits on wrong passwords and on floods are kept by one process: serve the desk and tips from one, and the public site
    from another `serve` with several, behind a server that shares them out.
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
