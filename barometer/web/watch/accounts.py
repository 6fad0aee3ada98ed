"""Accounts as pages show them: what they are by their newest state, and what they were."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext

from barometer.web.public import words
from barometer.web.records.watch import Account, AccountState


def state_label(state: str) -> str:
    """What an account was found to be."""
    return {
        AccountState.State.PRESENT: gettext("present"),
        AccountState.State.RESTRICTED: gettext("restricted"),
        AccountState.State.GONE: gettext("gone"),
        AccountState.State.UNKNOWN: gettext("not known"),
    }[AccountState.State(state)]


def how_label(how: str) -> str:
    """How a state is known."""
    return {
        AccountState.How.ENTERED: gettext("seen by a person"),
        AccountState.How.READ: gettext("read on the public page"),
    }[AccountState.How(how)]


@dataclass(frozen=True)
class StateShown:
    """A state in an account's history."""

    row: AccountState
    state: str
    day: str
    how: str


@dataclass(frozen=True)
class AccountShown:
    """An account with its history, the newest first; `since` is the day from which it is what it is."""

    row: Account
    name: str
    state: str
    is_bad: bool
    is_restored: bool
    since: str
    history: tuple[StateShown, ...]


def shown(rows: QuerySet[Account]) -> list[AccountShown]:
    """These accounts: two questions to the ledger."""
    return [_account(row) for row in rows.select_related("outlet").prefetch_related("states")]


def _account(row: Account) -> AccountShown:
    history = list(row.states.all())
    known = [one for one in history if one.state != AccountState.State.UNKNOWN]
    now = known[0].state if known else AccountState.State.UNKNOWN
    run = []
    for one in known:
        if one.state != now:
            break
        run.append(one)
    before = known[len(run)].state if len(known) > len(run) else ""
    bad = (AccountState.State.RESTRICTED, AccountState.State.GONE)
    return AccountShown(
        row,
        words.capital(words.party_name(row.outlet.name, "outlet")),
        state_label(now),
        now in bad,
        now == AccountState.State.PRESENT and before in bad,
        words.day_words(run[-1].day) if run else "",
        tuple(
            StateShown(one, state_label(one.state), words.day_words(one.day), how_label(one.how))
            for one in history
        ),
    )
