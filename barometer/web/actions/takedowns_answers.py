"""How a notice is answered: drafts with what the notice tells, and the days by which something is to be done."""

from __future__ import annotations

from dataclasses import replace

from barometer.reach.notices import Draft, draft_counter, draft_kinds, facts_of, kind_for
from barometer.web.actions.takedowns import notice_of
from barometer.web.records.takedowns import TakedownNotice


def drafts(row: TakedownNotice) -> list[Draft]:
    """Drafts of an answer, that which fits the recipient first; what the notice does not tell is a blank."""
    notice = replace(notice_of(row), number=row.number)
    first = kind_for(notice)
    facts = facts_of(notice)
    kinds = [first, *(kind for kind in draft_kinds() if kind != first)]
    return [draft_counter(kind, facts) for kind in kinds]
