"""Commands for tips from people at risk; those for the machine away from the server need no ledger."""

from __future__ import annotations

from pathlib import Path

import click

from barometer.commands.options import FILES, identities_of
from barometer.errors import counted


@click.group()
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

    identities = identities_of(keys)
    with Apart(calls=1) as apart:
        for file in files:
            for folder in open_bundle(file, identities, out, apart):
                click.echo(str(folder))


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

    identities = identities_of(keys)
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
