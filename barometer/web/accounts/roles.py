"""Who may do what at the desk: one table of acts and the roles that may do them. A person may have several roles."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.db.models import prefetch_related_objects


class Role(StrEnum):
    """A role; kept as the Django group of that name."""

    CONTRIBUTOR = "contributor"  # sees and changes what is theirs alone
    MONITOR = "monitor"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    LAWYER = "lawyer"
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"
    CUSTODIAN = "custodian"  # of tips


class Act(StrEnum):
    """Something done at the desk."""

    ENTER = "enter"  # the desk's first page, one's own account
    LOOK = "look"  # read records, leads, cases and evidence
    HAND_IN = "hand in"
    SOURCES = "sources"
    CODE = "code"  # take leads, code, accept, link, judge names
    REVIEW = "review"
    PUBLISH = "publish"  # publish, correct, withdraw
    CLEAR = "clear"  # mark a link or a copy public
    PEOPLE = "people"  # naming policy and consent
    REDACT = "redact"
    ACCOUNTS = "accounts"  # invite, give roles, end sessions
    AUDIT = "audit"  # read the log of sensitive acts
    TIPS = "tips"
    LEGAL = "legal"  # stand for an issue in law, stop an item of it
    DIRECT = "direct"  # stand for an issue as the house, its imprint


_CODERS = frozenset({Role.MONITOR, Role.REVIEWER, Role.EDITOR})
_DESK = frozenset(Role) - {Role.CONTRIBUTOR, Role.CUSTODIAN, Role.ADMINISTRATOR}

#: act → the roles that may
ACTS: Mapping[Act, frozenset[Role]] = {
    Act.ENTER: frozenset(Role),
    Act.LOOK: _DESK,
    Act.HAND_IN: _DESK | {Role.CONTRIBUTOR},
    Act.SOURCES: _CODERS | {Role.ADMINISTRATOR},
    Act.CODE: _CODERS,
    Act.REVIEW: frozenset({Role.REVIEWER, Role.EDITOR, Role.DIRECTOR}),
    Act.PUBLISH: frozenset({Role.EDITOR, Role.DIRECTOR}),
    Act.CLEAR: frozenset({Role.LAWYER, Role.EDITOR}),
    Act.PEOPLE: _CODERS | {Role.LAWYER},
    Act.REDACT: frozenset({Role.LAWYER, Role.DIRECTOR}),
    Act.ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Act.AUDIT: frozenset({Role.ADMINISTRATOR, Role.DIRECTOR}),
    Act.TIPS: frozenset({Role.CUSTODIAN}),
    Act.LEGAL: frozenset({Role.LAWYER}),
    Act.DIRECT: frozenset({Role.DIRECTOR}),
}


def roles_of(user: Any) -> frozenset[Role]:
    """The roles of a person, asked for once as long as the object lives; a superuser has all but the custodian's."""
    if not user.is_active or user.is_anonymous:
        return frozenset()
    prefetch_related_objects([user], "groups")  # a change through this object makes it forget them
    given = {Role(one.name) for one in user.groups.all() if one.name in set(Role)}
    return frozenset(given | (set(Role) - {Role.CUSTODIAN} if user.is_superuser else set()))


def may(user: Any, act: Act) -> bool:
    """Whether one of the person's roles allows the act."""
    return bool(roles_of(user) & ACTS[act])


def acts_of(user: Any) -> frozenset[Act]:
    """All that the person's roles allow."""
    roles = roles_of(user)
    return frozenset(act for act, allowed in ACTS.items() if roles & allowed)
