"""Every setting, in one list: the reference page is made from it and checked against it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default in words, what it means."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "BAROMETER_HOME",
        "the platform's data folder, `~/.local/share/press-barometer` on Linux",
        "The folder of the ledger, the evidence and the secret key; made with mode 0700 on first use.",
    ),
    Setting(
        "DATABASE_URL",
        "`ledger.sqlite3` in `BAROMETER_HOME`",
        "The database: `sqlite:///relative/path`, `sqlite:////absolute/path` or "
        "`postgres://user:password@host:port/name?sslmode=…`; signs such as `@` or `/` in a password are "
        "percent-encoded.",
    ),
    Setting(
        "BAROMETER_ALLOWED_HOSTS",
        "none: loopback only",
        "Names under which the site is reached, with commas between them. TLS is expected in front of them: "
        "login cookies are then sent over HTTPS only.",
    ),
    Setting(
        "BAROMETER_CONTACT",
        "empty",
        "Contact line of the site, and of a bulletin whose source has none.",
    ),
    Setting(
        "BAROMETER_LLM_URL",
        "empty: no language model",
        "An OpenAI-compatible address that `read --with-model` may ask, such as a local one "
        "([how](../how-to/language-model.md)).",
    ),
    Setting("BAROMETER_LLM_MODEL", "empty", "The model's name there."),
    Setting("BAROMETER_LLM_KEY", "empty", "The key that the server asks for, if it does."),
    Setting("BAROMETER_LLM_TIMEOUT", "60", "Seconds to wait for one answer."),
    Setting(
        "BAROMETER_TRACEBACK",
        "empty",
        "Anything: an unexpected fault of the program shows its traceback, for reports of faults.",
    ),
)
