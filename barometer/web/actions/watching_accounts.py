"""Outlets' accounts on platforms: what they were found to be, day by day, and the events that a person makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from barometer.codebook import codebook
from barometer.codebook.occasions import types_of
from barometer.errors import BadInput, BarometerError, UnknownValue
from barometer.reach.accounts import platform_of
from barometer.web.actions import outside
from barometer.web.actions.evidence import keep_evidence
from barometer.web.actions.jobs import Again, ensure
from barometer.web.actions.proposing import propose
from barometer.web.actions.revisions import record_revision
from barometer.web.actions.watching import outlet_named
from barometer.web.actions.watching_days import MACHINE
from barometer.web.actions.watching_words import name_in
from barometer.web.records.gathering import Job
from barometer.web.records.models import Event, EvidenceItem
from barometer.web.records.watch import Account, AccountState

ACCOUNTS = "accounts"
#: What reading one page may take.
SECONDS, MEMORY = 30.0, 1 << 30
BAD = (AccountState.State.RESTRICTED, AccountState.State.GONE)
_SAID: Mapping[str, Mapping[str, str]] = {
    AccountState.State.RESTRICTED: {
        "en": "The account of {name} on {platform} ({handle}) was found restricted.",
        "ru": "Доступ к аккаунту «{name}» на платформе {platform} ({handle}) оказался ограничен.",
        "kk": "«{name}» басылымының {platform} платформасындағы аккаунтына ({handle}) қолжетімділік шектелгені анықталды.",
    },
    AccountState.State.GONE: {
        "en": "The account of {name} on {platform} ({handle}) was found to be gone.",
        "ru": "Аккаунт «{name}» на платформе {platform} ({handle}) оказался недоступен.",
        "kk": "«{name}» басылымының {platform} платформасындағы аккаунты ({handle}) қолжетімсіз болып шықты.",
    },
    AccountState.State.PRESENT: {
        "en": "The account of {name} on {platform} ({handle}) is there again.",
        "ru": "Аккаунт «{name}» на платформе {platform} ({handle}) снова доступен.",
        "kk": "«{name}» басылымының {platform} платформасындағы аккаунты ({handle}) қайта қолжетімді болды.",
    },
}


@transaction.atomic
def save_account(
    row: Account | None,
    *,
    outlet: str,
    platform: str,
    handle: str,
    read: bool = False,
    by: str,
    user: Any = None,
) -> Account:
    """Keep an account in the list, or change what is said of it. `read` has its public page read every day."""
    platform, handle = " ".join(platform.split())[:80], handle.strip()[:200]
    if not platform or not handle:
        raise BadInput("an account needs a platform and a name", next_step="write both")
    same = Account.objects.filter(platform=platform, handle=handle)
    if same.exclude(pk=row.pk if row else None).exists():
        raise BadInput(f"{platform}: {handle} is in the list already", next_step="look for it there")
    if read and not platform_of(handle):
        raise BadInput(
            f"{handle[:80]} is no page that can be read", next_step="write the address of the account"
        )
    is_new = row is None
    row = row or Account()
    row.outlet, row.platform, row.handle = outlet_named(outlet, by=by, user=user), platform, handle
    row.read = read
    row.save()
    record_revision(row, "create" if is_new else "change", by=by, user=user)
    return row


def standing(row: Account) -> AccountState | None:
    """The account's newest state that says something."""
    return row.states.exclude(state=AccountState.State.UNKNOWN).first()


@transaction.atomic
def add_state(
    row: Account,
    state: str,
    *,
    day: date | None = None,
    how: str = AccountState.How.ENTERED,
    sign: str = "",
    note: str = "",
    evidence: EvidenceItem | None = None,
    as_event: bool = False,
    by: str,
    user: Any = None,
) -> AccountState:
    """Note what an account is on a day. `as_event` proposes the event of a change: restricted or gone, or back again."""
    day = day or timezone.localdate()
    if state not in AccountState.State.values:
        raise UnknownValue(f"{state[:20]!r} is none of {', '.join(AccountState.State.values)}")
    if day > timezone.localdate():
        raise BadInput(f"{day} is still to come", next_step="write the day on which it was seen")
    before = standing(row)
    told = AccountState(
        account=row,
        state=state,
        how=how,
        day=day,
        sign=sign[:200],
        note=note,
        evidence=evidence,
        by=by,
        user=user,
    )
    if as_event:
        told.event = _propose(told, before, by=by)
    told.save()
    record_revision(told, "note", by=by, user=user)
    return told


def _propose(told: AccountState, before: AccountState | None, *, by: str) -> Event:
    """The event of a change. BadInput where there is none."""
    was_bad = before is not None and before.state in BAD
    is_back = told.state == AccountState.State.PRESENT and was_bad
    if not is_back and (told.state not in BAD or (before and before.state == told.state)):
        raise BadInput(
            "this is no change of which an event could be proposed", next_step="leave the box empty"
        )
    row = told.account
    said = {
        language: text.format(
            name=name_in(row.outlet.name, language), platform=row.platform, handle=row.handle
        )
        for language, text in _SAID[told.state].items()
    }
    name = row.outlet.name
    coded = {
        "kind": "relief" if is_back else "violation",
        "types": [*(types_of("back.restored") if is_back else ()), *types_of("account.lost")],
        "date": told.day.isoformat(),
        "phase": "ended" if is_back else "imposed",
        "targets": [{"written": name, "name": name, "type": "outlet"}],
        "summary": said,
    }
    if not is_back:
        coded["actors"] = [
            {"written": row.platform, "name": row.platform, "type": "platform", "role": "decider"}
        ]
    return propose(
        coded,
        name=f"account-{row.public_id}-{told.public_id}",
        headline=said,
        section=codebook().types[coded["types"][0]].section,
        evidence=[told.evidence] if told.evidence else (),
        reason="the state of an account",
        by=by,
    )


# --- read by the program ----------------------------------------------------------------------------------------------


def look_at(row: Account) -> AccountState | None:
    """Read an account's public page; the state where it is other than was known, with the page kept. FetchFailed."""
    address = row.handle if "://" in row.handle else f"https://{row.handle}"
    answer = outside.door().get(address)
    page = (answer.body, answer.charset or "", address, answer.url, answer.status)
    told = outside.apart().run("barometer.reach.reading:account_of", page, seconds=SECONDS, memory=MEMORY)
    known = standing(row)
    if told["state"] == (known.state if known else AccountState.State.UNKNOWN):
        return None
    if told["state"] == AccountState.State.UNKNOWN:
        return None
    kept = keep_evidence(
        answer.body, name="account.html", media_type=answer.media_type or "text/html", how="account read",
        by=MACHINE, act="captured", from_where=answer.url,
    )  # fmt: skip
    sign = f"{told['rule']}: {told['sign']}".strip(": ")
    how = AccountState.How.READ
    return add_state(row, told["state"], how=how, sign=sign, evidence=kept, by=MACHINE)


def start() -> None:
    """Have the worker read the pages of accounts, where any is to be read."""
    if Account.objects.filter(active=True, read=True).exists():
        ensure(ACCOUNTS)


def work(job: Job) -> Again:
    """The worker's job: the pages of all accounts that are to be read, once a day; one that does not answer waits."""
    for row in Account.objects.filter(active=True, read=True):
        with suppress(BarometerError):
            look_at(row)
    return Again(timezone.now() + timedelta(days=1))
