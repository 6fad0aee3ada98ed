"""What people say of names: same, not the same, unsure. Rows are added, never changed; undoing adds one more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.db import transaction

from barometer.errors import NotReady, UnknownValue
from barometer.names.clusters import DIFFERENT, OPEN, SAME, Clusters, clusters, last_words, pair
from barometer.web.actions.deciding import refuse
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision
from barometer.web.records import naming
from barometer.web.records.models import Mention, NameJudgement, Party
from barometer.web.records.naming import MENTION, PARTY, log, mention_key


class Outdated(NotReady):
    """The two are no longer as the person saw them; `last` is the newest judgement that touches them, if there is one."""

    def __init__(self, last: NameJudgement | None) -> None:
        self.last = last
        since = f"{last.by} has judged one of them since" if last else "the records have changed since"
        super().__init__(f"these two are not as you saw them: {since}", next_step="look at them again")


def judge(
    *,
    one: str,
    other: str,
    verdict: str,
    reason: str,
    seen: str,
    by: str,
    user: Any = None,
    subject: str = PARTY,
    proposed: Mapping[str, Any] | None = None,
) -> NameJudgement:
    """Add what a person says of two parties or mentions, if they still are as that person saw them.

    `seen` is the `token` of what the page showed. Outdated where anything of the two, or of those joined with them, has
    changed; NotAllowed without a name or a reason; UnknownValue where one of the two is not there.
    """
    one, other = pair(one, other)
    _refuse(one, other, verdict, reason, by)
    with transaction.atomic():
        one_at_a_time(Lock.NAMES)
        if token(one, other, subject=subject) != seen:
            raise Outdated(_newest(one, other, subject, after=seen))
        return _add(subject, one, other, verdict, reason, by, user, proposed or {})


def undo(judgement: NameJudgement, *, reason: str, by: str, user: Any = None) -> NameJudgement:
    """Take a judgement back: one more row, which says of the pair what stood before it. Everything follows.

    Outdated where the pair was judged again since.
    """
    _refuse(judgement.one, judgement.other, judgement.verdict, reason, by)
    with transaction.atomic():
        one_at_a_time(Lock.NAMES)
        rows = NameJudgement.objects.filter(
            subject=judgement.subject, one=judgement.one, other=judgement.other
        )
        last, *earlier = rows.order_by("-pk")
        if last.pk != judgement.pk:
            raise Outdated(last)
        before = earlier[0].verdict if earlier else OPEN
        return _add(judgement.subject, judgement.one, judgement.other, before, reason, by, user, {})


def set_apart(
    party: str, mentions: Sequence[str], *, reason: str, seen: str, by: str, user: Any = None
) -> list[NameJudgement]:
    """Say that these mentions of a party are all of one other person of the same name: rows on mentions, all or none.

    `seen` is the `token_of_mentions` of what the page showed; Outdated where it changed, UnknownValue for a mention
    that is not the party's.
    """
    if not mentions:
        raise UnknownValue("no mention is chosen", next_step="tick those that are of somebody else")
    with transaction.atomic():
        one_at_a_time(Lock.NAMES)
        if token_of_mentions(party) != seen:
            about = _touching([*naming.mention_keys(party), party], MENTION)
            raise Outdated(about.filter(pk__gt=_newest_seen(seen)).order_by("-pk").first())
        for key in mentions:
            _refuse(key, party, DIFFERENT, reason, by)
            if _mention(key).party.public_id != party:
                raise UnknownValue(f"{key!r} is no mention of this name", next_step="look at the page again")
        told = [(*pair(key, party), DIFFERENT) for key in mentions]
        told += [(*pair(one, other), SAME) for one, other in pairwise(mentions)]
        return [
            _add(MENTION, one, other, verdict, reason, by, user, {})
            for one, other, verdict in dict.fromkeys(told)
        ]


def put_back(party: str, mention: str, *, reason: str, by: str, user: Any = None) -> list[NameJudgement]:
    """Take back all that was said of a mention and its party, or of it and other mentions: it is of the party again."""
    _refuse(mention, party, OPEN, reason, by)
    with transaction.atomic():
        one_at_a_time(Lock.NAMES)
        last = last_words(log(MENTION))
        return [
            _add(MENTION, one, other, OPEN, reason, by, user, {})
            for one, other in last
            if mention in (one, other)
        ]


def token_of_mentions(party: str) -> str:
    """What a person sees of a party's mentions: the newest judgement on them, and a digest of them and of all those."""
    mentions = sorted(naming.mention_keys(party))
    rows = list(_touching([*mentions, party], MENTION).order_by("pk").values_list("pk", flat=True))
    digest = hashlib.sha256(json.dumps([party, mentions, rows]).encode()).hexdigest()
    return f"{rows[-1] if rows else 0}-{digest}"


def token(one: str, other: str, *, subject: str = PARTY, known: Clusters | None = None) -> str:
    """What a person sees of the two: the newest judgement on their clusters, and a digest of all that, of their names
    and of how they are written.

    UnknownValue where one of them is not there.
    """
    known = known or clusters(log(subject))
    members = sorted(_cluster(one, known) | _cluster(other, known))
    judgements = list(_touching(members, subject).order_by("pk").values_list("pk", flat=True))
    records = [_record(member, subject) for member in pair(one, other)]
    digest = hashlib.sha256(json.dumps([records, members, judgements]).encode()).hexdigest()
    return f"{judgements[-1] if judgements else 0}-{digest}"


def _cluster(member: str, known: Clusters) -> frozenset[str]:
    """The member's cluster, also where it contradicts itself and is not joined."""
    found = [conflict.members for conflict in known.conflicts if member in conflict.members]
    return found[0] if found else known.of(member)


def _record(member: str, subject: str) -> list[Any]:
    if subject == MENTION and ":" in member:
        return [member, _mention(member).party.public_id]
    party = Party.objects.filter(public_id=member).first()
    if party is None:
        raise UnknownValue(f"there is no party {member!r}", next_step="look at the list again")
    written = party.mentions.order_by("event__key", "side", "position")
    rows = written.values_list("event__public_id", "side", "written", "type", "role")
    return [member, party.name, party.kind, [list(row) for row in rows]]


def _mention(key: str) -> Mention:
    event, _, rest = key.partition(":")
    side, _, _ = rest.partition(":")
    rows = Mention.objects.filter(event__public_id=event, side=side).select_related("event", "party")
    found = next((row for row in rows if mention_key(row) == key), None)
    if found is None:
        raise UnknownValue(f"there is no mention {key!r}", next_step="look at the list again")
    return found


def _touching(members: list[str], subject: str) -> Any:
    rows = NameJudgement.objects.filter(subject=subject)
    return rows.filter(one__in=members) | rows.filter(other__in=members)


def _newest(one: str, other: str, subject: str, *, after: str) -> NameJudgement | None:
    """The newest judgement on the two or their clusters that the person has not seen."""
    known = clusters(log(subject))
    members = sorted(_cluster(one, known) | _cluster(other, known))
    return _touching(members, subject).filter(pk__gt=_newest_seen(after)).order_by("-pk").first()


def _newest_seen(token: str) -> int:
    """The newest judgement that a token knows of."""
    number = token.partition("-")[0]
    return int(number) if number.isdecimal() and number.isascii() and len(number) < 18 else 0


def _refuse(one: str, other: str, verdict: str, reason: str, by: str) -> None:
    if one == other:
        raise UnknownValue("a judgement is about two records, not one")
    if verdict not in NameJudgement.Verdict.values:
        raise UnknownValue(f"{verdict!r} is no verdict", next_step="say same, different or unsure")
    refuse(reason, by)


def _add(
    subject: str, one: str, other: str, verdict: str, reason: str, by: str, user: Any, proposed: Mapping
) -> NameJudgement:
    row = NameJudgement.objects.create(
        subject=subject, one=one, other=other, verdict=verdict, reason=reason.strip(), by=by.strip(), user=user,
        proposed=dict(proposed),
    )  # fmt: skip
    record_revision(row, "judge", by=row.by, reason=row.reason, user=user)
    return row
