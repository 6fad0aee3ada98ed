"""Commands for the desk's day: sources, letters, people, requests, takedowns, tips."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from barometer.commands.options import FILES, FORMATS, LANGUAGES
from barometer.errors import counted


@click.command()
@click.argument("sources", nargs=-1)
def gather(sources: tuple[str, ...]) -> None:
    """Visit watched sources once: all that are active, or those named.

    SOURCE is the short name of a source, or its file (NAME.toml), which is kept. Ends with 1 where one did not answer.
    """
    from barometer.web import gather_commands

    if not gather_commands.gather(sources, click.echo):
        raise SystemExit(1)


@click.command()
@click.option("--once", is_flag=True, help="End when nothing is due.")
def worker(once: bool) -> None:
    """Do what is due until stopped: visit sources by rhythm, capture, ask for time stamps, look at addresses again.

    Several may run at once, also on several machines with PostgreSQL.
    """
    from barometer.web import gather_commands

    gather_commands.work(once=once, tell=click.echo)


@click.group(invoke_without_command=True)
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


@click.command()
@click.option("--to", "name", metavar="USER", default="", help="One person, whether it is due or not.")
@click.option("--dry-run", is_flag=True, help="Show the mails, send none.")
def digest(name: str, dry_run: bool) -> None:
    """Tell people by mail what waits for them: those who chose it under "My day" and for whom it is due.

    A mail has counts and addresses of pages, no name and no title: mail is not safe. The worker does this every
    morning at seven where BAROMETER_MAIL_HOST names a server.
    """
    from barometer.web import gather_commands

    gather_commands.digest(name, dry_run=dry_run, tell=click.echo)


@click.command()
@click.argument("urls", nargs=-1, required=True)
@click.option("--by", metavar="NAME", default="", help="Who captures it, for the chain.")
def capture(urls: tuple[str, ...], by: str) -> None:
    """Capture addresses as evidence: every request and answer, and with Chromium a screenshot and a PDF.

    Prints the id and the SHA-256 of each archive. Ends with 1 where one of several could not be had.
    """
    from barometer.web import gather_commands

    if not gather_commands.capture(urls, by=by, tell=click.echo):
        raise SystemExit(1)


@click.group()
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


@click.group()
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
    click.echo(people_commands.where_it_leads(), err=True)


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


@click.group()
def alerts() -> None:
    """Mails to readers who asked to be told of news."""


@alerts.command("send")
def alerts_send() -> None:
    """Send the mails that are due now. The worker does this every morning at seven."""
    from barometer.web import mirror_commands

    mirror_commands.send_alerts(click.echo)


@click.group()
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


@click.group()
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
