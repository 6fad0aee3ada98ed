"""The rooms of the desk, in the order of the work, and who finds which in the masthead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from barometer.web.accounts.roles import ACTS, Act, Role, roles_of


@dataclass(frozen=True)
class Room:
    """A page where work begins: its address by name, what it is called, and the act that opens it."""

    name: str
    label: Any
    act: Act

    @property
    def address(self) -> str:
        """Where it is."""
        return reverse(self.name)


#: Groups of rooms; the first stands in the masthead, the others behind one word.
GROUPS: tuple[tuple[Any, tuple[Room, ...]], ...] = (
    (
        _("Every day"),
        (
            Room("desk:day", _("My day"), Act.LOOK),
            Room("desk:intake", _("Hand something in"), Act.HAND_IN),
            Room("desk:leads", _("Inbox"), Act.LOOK),
            Room("desk:code", _("To code"), Act.CODE),
            Room("desk:review", _("Review"), Act.LOOK),
            Room("desk:cases", _("Cases"), Act.LOOK),
            Room("desk:letters", _("Letters"), Act.LOOK),
            Room("desk:tips", _("Tips"), Act.TIPS),
        ),
    ),
    (
        _("Who and what belongs together"),
        (
            Room("desk:people", _("People in the record"), Act.PEOPLE),
            Room("desk:names", _("Names"), Act.LOOK),
            Room("desk:linking", _("Linking"), Act.LOOK),
            Room("desk:carryover", _("Carry-over"), Act.LOOK),
        ),
    ),
    (
        _("Requests, reach and takedowns"),
        (
            Room("desk:requests", _("Requests for information"), Act.LOOK),
            Room("desk:watch", _("Watched sites"), Act.LOOK),
            Room("desk:takedowns", _("Takedown notices"), Act.LOOK),
        ),
    ),
    (
        _("What leaves the house"),
        (
            Room("desk:issues", _("Bulletin"), Act.LOOK),
            Room("desk:glossary", _("Glossary"), Act.LOOK),
            Room("desk:signoff-list", _("Sign-off"), Act.LOOK),
            Room("desk:imprint", _("Imprint"), Act.LOOK),
            Room("desk:sheets", _("Sheets"), Act.LOOK),
            Room("desk:webhooks", _("Webhooks"), Act.PUBLISH),
        ),
    ),
    (
        _("Sources and evidence"),
        (
            Room("desk:sources", _("Sources"), Act.SOURCES),
            Room("desk:evidence", _("Evidence"), Act.LOOK),
            Room("desk:tables", _("Tables"), Act.CODE),
        ),
    ),
    (
        _("How well it is done"),
        (
            Room("desk:second-list", _("Second coding"), Act.CODE),
            Room("desk:agreement", _("Agreement"), Act.LOOK),
            Room("desk:held", _("What is not repeated"), Act.LOOK),
            Room("desk:redactions", _("Erasures"), Act.REDACT),
        ),
    ),
    (
        _("The desk itself"),
        (
            Room("desk:staff", _("People of the desk"), Act.ACCOUNTS),
            Room("desk:audit", _("Log of sensitive acts"), Act.AUDIT),
            Room("mfa_index", _("Your account"), Act.ENTER),
        ),
    ),
)


def rooms_for(held: Iterable[Role]) -> list[tuple[Any, list[Room]]]:
    """The groups with the rooms that these roles open; empty groups are left out."""
    roles = frozenset(held)
    found = [(title, [room for room in rooms if roles & ACTS[room.act]]) for title, rooms in GROUPS]
    return [(title, rooms) for title, rooms in found if rooms]


def rooms_of(user: Any) -> list[tuple[Any, list[Room]]]:
    """`rooms_for` a person."""
    return rooms_for(roles_of(user))
