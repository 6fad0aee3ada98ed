"""Commands that keep the ledger and its evidence, prove them, and erase from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from barometer.commands.options import FILES, LANGUAGES, identities_of
from barometer.errors import counted

GROUNDS = click.Choice(["request", "consent withdrawn", "safety", "court", "mistake", "kept long enough"])


@click.command()
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


@click.command()
def check() -> None:
    """Say whether the ledger is whole: database, keys, history, evidence, clock. Each fault with the way back."""
    from barometer.web.backup_commands import check as look

    faults = look()
    for line in faults:
        click.echo(line)
    click.echo(counted(len(faults), "fault"))
    if faults:
        raise SystemExit(1)


@click.command()
@click.argument("file", type=FILES)
@click.option(
    "--key", "keys", required=True, multiple=True, type=FILES, help="A private key, as keygen wrote it."
)
def restore(file: Path, keys: tuple[Path, ...]) -> None:
    """Bring a backup back into an empty ledger, SQLite or PostgreSQL: all of it, or nothing."""
    from barometer.web.backup_commands import restore as bring_back

    if not bring_back(file, identities_of(keys), tell=click.echo):
        raise SystemExit(1)


@click.command()
@click.argument("database_url")
@click.option("--salvage", is_flag=True, help="Of a damaged ledger: what can be read, told by counts.")
def move(database_url: str, salvage: bool) -> None:
    """Copy the ledger to another, empty database (postgresql://…, sqlite:///…), compared table by table."""
    from barometer.web import backup_commands

    carry = backup_commands.salvage if salvage else backup_commands.move
    if not carry(database_url, tell=click.echo):
        raise SystemExit(1)


@click.group()
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


@click.group()
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


@click.command("subject-access")
@click.argument("party")
@click.option("--out", required=True, type=FILES, help="The ZIP to write.")
@click.option("--by", required=True, metavar="NAME", help="Who takes it out; it is noted.")
def subject_access(party: str, out: Path, by: str) -> None:
    """Write everything that is held on a person, protected fields too, for that person: JSON and pages to read."""
    from barometer.web import protect_commands

    click.echo(str(protect_commands.subject_access(party, out, by=by)))
