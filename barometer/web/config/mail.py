"""BAROMETER_MAIL_… → how mail leaves the house; without a host none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr

from barometer.errors import UnknownValue

#: security → its usual port
PORTS = {"starttls": 587, "tls": 465, "none": 25}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Mail:
    """A mail server and who writes; `host` is empty where no mail is sent."""

    host: str = ""
    port: int = 0
    security: str = "starttls"
    user: str = ""
    password: str = ""
    sender: str = ""


def mail(environ: Mapping[str, str]) -> Mail:
    """What the environment says. UnknownValue for what cannot be; a password is never repeated."""
    host = environ.get("BAROMETER_MAIL_HOST", "").strip()
    if not host:
        return Mail()
    security = environ.get("BAROMETER_MAIL_SECURITY", "").strip() or "starttls"
    if security not in PORTS:
        raise _refused("SECURITY", security, f"write one of {', '.join(PORTS)}")
    if security == "none" and host not in LOOPBACK:
        raise _refused("SECURITY", "none", "write starttls or tls: only this machine is reached in the open")
    port = environ.get("BAROMETER_MAIL_PORT", "").strip() or str(PORTS[security])
    if not (port.isascii() and port.isdecimal() and len(port) < 6 and 0 < int(port) < 65_536):
        raise _refused("PORT", port, "write a number, such as 587")
    sender = environ.get("BAROMETER_MAIL_FROM", "").strip()
    if len(sender) > 320 or "@" not in parseaddr(sender)[1]:
        raise _refused("FROM", sender, "write the address that mails come from")
    user, password = (
        environ.get("BAROMETER_MAIL_USER", "").strip(),
        environ.get("BAROMETER_MAIL_PASSWORD", ""),
    )
    return Mail(host, int(port), security, user, password, sender)


def _refused(name: str, value: str, step: str) -> UnknownValue:
    return UnknownValue(f"{value[:60]!r} cannot be", place=f"BAROMETER_MAIL_{name}", next_step=step)
