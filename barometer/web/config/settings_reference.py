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
        "BAROMETER_PROXIES",
        "1 with `BAROMETER_ALLOWED_HOSTS`, else 0",
        "How many servers stand in front and write `X-Forwarded-For`: the limit of wrong logins goes by it. "
        "Fewer than there are, and a stranger's tries count against everybody.",
    ),
    Setting(
        "BAROMETER_SECOND_FACTOR",
        "`required`",
        "Whether a person needs a second factor before anything of the desk opens: `required` or `optional`.",
    ),
    Setting(
        "BAROMETER_SMALL_DESK",
        "`no`",
        "`yes` declares a desk of one or two: who coded may also review, and the record says that nobody checked twice.",
    ),
    Setting(
        "BAROMETER_WORKING_DAYS",
        "empty: the days that came with the software",
        "A file of days that were moved since, in the form of `barometer/countries/kz/working_days.toml`: its years stand "
        "in place of those that came along, its holidays and feasts beside them. Deadlines are counted by it after a restart.",
    ),
    Setting(
        "BAROMETER_BREACHED_PASSWORDS",
        "empty: only Django's list of common passwords",
        "A file of SHA-1 digests of breached passwords in order, as Have I Been Pwned gives it; searched on this machine.",
    ),
    Setting(
        "BAROMETER_BLOCK_PAGES",
        "empty: only the block pages that came with the software",
        "Files of OONI's lists of known block pages (`fingerprints_http`, `fingerprints_dns`, JSON or CSV), with `:` between "
        "them; what they know confirms a blocking in the measurements that are brought in.",
    ),
    Setting(
        "BAROMETER_CONTACT",
        "empty",
        "Contact line of the site, and of a bulletin whose source has none.",
    ),
    Setting(
        "BAROMETER_IMPRINT",
        "empty",
        "A TOML file with lines that every bulletin prints, by language, until the desk writes others "
        "([how](../how-to/freeze-an-issue.md)).",
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
        "BAROMETER_ALLOW",
        "empty: nothing private is reached",
        "What may be reached though it is private, for one purpose each: `time-stamping=10.0.0.5:8080; "
        "store=10.0.0.6:9000; proxy=127.0.0.1:9050`. Purposes are web, time-stamping, store, proxy, mailbox, webhook and reach.",
    ),
    Setting(
        "BAROMETER_STAMPS",
        "empty: no time stamps",
        "Addresses of time-stamping authorities (RFC 3161), with spaces between them; each new item is stamped by all.",
    ),
    Setting("BAROMETER_STAMP_CERTIFICATES", "empty", "A PEM file with the certificates trusted for them."),
    Setting(
        "BAROMETER_STORE",
        "`evidence` in `BAROMETER_HOME`",
        "Where evidence is kept instead: `s3+https://HOST/BUCKET/PREFIX`, any S3-compatible store.",
    ),
    Setting("BAROMETER_STORE_KEY", "empty", "The key of that store."),
    Setting("BAROMETER_STORE_SECRET", "empty", "Its secret."),
    Setting("BAROMETER_STORE_REGION", "us-east-1", "Its region, where it has one."),
    Setting(
        "BAROMETER_SIGHTING_DAYS",
        "90",
        "Days for which it is known that a document which became no lead was seen.",
    ),
    Setting("BAROMETER_LOOK_DAYS", "30", "Days between two looks at an address behind a published event."),
    Setting(
        "BAROMETER_WATCH_RESOLVERS",
        "empty: only the machine's own",
        "Resolvers that the answers of the machine's own are held against when sites are watched, with commas between.",
    ),
    Setting(
        "BAROMETER_WATCH_CONTROLS",
        "empty: nobody is asked",
        "Sites that are always there: where none of them answers, a look at a watched site says nothing.",
    ),
    Setting("BAROMETER_PATIENCE", "120", "Seconds that one answer of a source may take."),
    Setting(
        "BAROMETER_FOLDERS",
        "empty: no source is read from this machine",
        "Folders within which sources that are files are read, with `:` between them.",
    ),
    Setting(
        "BAROMETER_MAILBOX_PASSWORDS",
        "empty",
        'A TOML file, readable by its owner alone, with a line for each mailbox: `source = "password"`.',
    ),
    Setting(
        "BAROMETER_MAIL_HOST",
        "empty: no mail is sent",
        "The mail server by which people are told what waits for them: counts and addresses of pages, nothing else.",
    ),
    Setting(
        "BAROMETER_MAIL_SECURITY", "starttls", "`starttls`, `tls`, or `none` for a server on this machine."
    ),
    Setting("BAROMETER_MAIL_PORT", "587, with `tls` 465, with `none` 25", "Its port."),
    Setting("BAROMETER_MAIL_USER", "empty", "The name by which it knows us, if it asks for one."),
    Setting("BAROMETER_MAIL_PASSWORD", "empty", "The password to it."),
    Setting("BAROMETER_MAIL_FROM", "none: needed with a host", "The address that mails come from."),
    Setting(
        "BAROMETER_DOUBLE_CODING",
        "0",
        "The share of leads, 0 to 1, that a second person codes too, without seeing the first coding.",
    ),
    Setting(
        "BAROMETER_TIP_DAYS",
        "90",
        "Days after which a tip is deleted in which nothing moved; what nobody of the desk has opened stays.",
    ),
    Setting("BAROMETER_TIP_SPAM_DAYS", "14", "The same for tips marked as spam."),
    Setting(
        "BAROMETER_TIP_ONION",
        "empty",
        "The onion address of this site, such as `….onion`: shown on the form of tips, and told to Tor Browser. It "
        "must be among `BAROMETER_ALLOWED_HOSTS` too.",
    ),
    Setting("BAROMETER_TIP_SPACE", "4096", "Megabytes that all tips together may take."),
    Setting(
        "BAROMETER_METRICS_TOKEN",
        "empty: they are told to this machine alone",
        "The secret with which `/metrics`, and what `/health/ready/` found, may be asked for from elsewhere: "
        "`Authorization: Bearer …` ([how](../how-to/monitor.md)).",
    ),
    Setting(
        "BAROMETER_TRACEBACK",
        "empty",
        "Anything: an unexpected fault of the program shows its traceback, for reports of faults.",
    ),
)
