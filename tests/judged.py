"""Somebody at the desk says of two people drawn from the ledger whether they are one."""

from __future__ import annotations

import random

from barometer.web.actions.revisions import record_revision
from barometer.web.records.models import NameJudgement, Party


def judge(chance: random.Random) -> None:
    """Two people are said to be one, or not, or it is taken back."""
    one, other = sorted(row.public_id for row in chance.sample(list(Party.objects.filter(kind="person")), 2))
    row = NameJudgement.objects.create(
        subject="party", one=one, other=other, verdict=chance.choice(["same", "different", "open"]),
        reason="invented", by="An editor",
    )  # fmt: skip
    record_revision(row, "judge", by="An editor")
