"""A share of the leads is coded by a second person who has not seen the first coding; where they differ, one decides.

The second person codes a lead's main event: the first that is not background. They are none of those who took the lead
or wrote a revision of that event. What the first coding and the machine said is kept beside theirs at that moment, so
that the agreement of a month does not change with what is decided afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pydantic import ValidationError

from barometer.codebook import Event as EventValue
from barometer.codebook import codebook
from barometer.errors import NotAllowed, NotReady, UnknownValue
from barometer.review.agreement import FIELDS, Coding, is_chosen
from barometer.web.actions.deciding import refuse
from barometer.web.actions.importing import MACHINE
from barometer.web.actions.leadacts import Act
from barometer.web.actions.locks import Lock, one_at_a_time
from barometer.web.actions.revisions import record_revision, snapshot
from barometer.web.records import mapping
from barometer.web.records.desk import CodingChoice, LeadAct, SecondCoding
from barometer.web.records.gathering import Lead
from barometer.web.records.models import Event, EventType, Mention, Revision, State

YES, NO = "yes", "no"
#: A person has coded it, and it stands.
CODED = (State.ACCEPTED, State.REVIEWED, State.PUBLISHED, State.CORRECTED)
#: Nobody has reviewed it yet, so what was decided may change it.
OPEN = (State.PROPOSED, State.ACCEPTED)
COUNTRY = "KZ"


@dataclass(frozen=True)
class ToCode:
    """A lead that waits for a second person, with its main event."""

    lead: Lead
    event: Event


def to_code(user: Any) -> list[ToCode]:
    """The leads of the share that wait for this person's coding, the oldest first."""
    if not settings.DOUBLE_CODING:
        return []
    rows = Lead.objects.filter(state=Lead.State.TAKEN, second_coding=None, source__isnull=False)
    keys = [
        key for key, unit in rows.values_list("pk", "public_id") if is_chosen(unit, settings.DOUBLE_CODING)
    ]
    return _for_person(user, Lead.objects.filter(pk__in=keys).order_by("created_at", "pk"))


def one_to_code(user: Any, public_id: str) -> ToCode | None:
    """The lead of that id, if it waits for this person's coding."""
    rows = Lead.objects.filter(
        public_id=public_id, state=Lead.State.TAKEN, second_coding=None, source__isnull=False
    )
    found = _for_person(user, rows)
    return found[0] if found and is_chosen(public_id, settings.DOUBLE_CODING) else None


def _for_person(user: Any, rows: Any) -> list[ToCode]:
    leads = list(rows.defer("proposed").select_related("document__evidence"))
    events = _main_events([lead.source_id for lead in leads])
    taken = set(
        LeadAct.objects.filter(user=user, act=Act.TAKE, lead__in=leads).values_list("lead", flat=True)
    )
    touched = set(
        Revision.objects.filter(
            model="event", user=user, record_id__in=[event.public_id for event in events.values()]
        ).values_list("record_id", flat=True)
    )
    return [
        ToCode(lead, event)
        for lead in leads
        if (event := events.get(lead.source_id)) is not None
        and event.state in CODED
        and lead.pk not in taken
        and event.public_id not in touched
    ]


def _main_events(sources: Iterable[int]) -> dict[int, Event]:
    """Source → its first event that is not background, or its first."""
    rows = (
        Event.objects.filter(item__source__in=list(sources))
        .exclude(state=State.WITHDRAWN)
        .select_related("item")
        .order_by("-background", "-item__position", "-ordinal", "-pk")
    )
    return {row.item.source_id: row for row in rows}  # the last of each is the first that is wanted


# --- values -----------------------------------------------------------------------------------------------------------


def values_of(after: Mapping[str, Any]) -> dict[str, str]:
    """The fields that are compared, out of what a revision says of an event."""
    targets = [mention for mention in after["mentions"] if mention["side"] == Mention.Side.TARGET]
    hit = after["people_hit"]
    return {
        "main_type": after["main_type"],
        "kind": after["kind"],
        "phase": after["phase"],
        "region": after["region"],
        "first_day": after["first_day"] or "",
        "target_type": targets[0]["type"] if targets else "",
        "work_link": after["work_link"],
        "people_hit": "" if hit is None else str(hit),
        "is_alleged": YES if after["is_alleged"] else NO,
        "background": YES if after["background"] else NO,
    }


def machine_values(event: Event) -> dict[str, str]:
    """What the reader had proposed; empty where a person wrote the event first."""
    first = Revision.objects.filter(model="event", record_id=event.public_id, number=1).first()
    return values_of(first.after) if first and first.by == MACHINE and first.user_id is None else {}


def choices() -> dict[str, tuple[str, ...]]:
    """The codes that a field may have; fields that are not here are written freely."""
    book = codebook()
    return {
        "main_type": tuple(book.types),
        "kind": tuple(book.kinds),
        "phase": ("", *book.phases),
        "region": ("", *sorted(book.regions[COUNTRY])),
        "target_type": ("", *book.target_types),
        "work_link": ("", *book.work_links),
        "is_alleged": (NO, YES),
        "background": (NO, YES),
    }


def check_values(values: Mapping[str, str]) -> None:
    """UnknownValue, with the field as its place, for what the codebook does not have or does not allow together."""
    for name, codes in choices().items():
        if values[name] not in codes:
            raise UnknownValue(f"{values[name][:60]!r} is not to be had", place=name)
    try:
        EventValue.model_validate(_told(values))
    except ValidationError as error:
        first = error.errors()[0]
        field = {"date": "first_day", "people_hit": "people_hit"}.get(next(map(str, first["loc"]), ""))
        raise UnknownValue(first["msg"].removeprefix("Value error, "), place=field) from None


def _told(values: Mapping[str, str]) -> dict[str, Any]:
    """The values as a coded event has them, as far as an event can be built of them."""
    hit = values["people_hit"]
    return {
        "kind": values["kind"],
        "types": [values["main_type"]],
        "phase": values["phase"] or None,
        "date": values["first_day"] or None,
        "work_link": values["work_link"] or None,
        "people_hit": int(hit) if hit.isascii() and hit.isdecimal() else hit or None,
        "alleged": values["is_alleged"] == YES,
        "background": values["background"] == YES,
    }


# --- coding, and deciding ---------------------------------------------------------------------------------------------


def code(lead: Lead, values: Mapping[str, str], *, by: str, user: Any) -> SecondCoding:
    """Keep a second coding. NotReady where the lead does not wait for this person, UnknownValue for wrong values."""
    given = {name: str(values.get(name, "")).strip() for name in FIELDS}
    check_values(given)
    with transaction.atomic():
        one_at_a_time(Lock.LEADS)
        found = one_to_code(user, lead.public_id)
        if found is None:
            raise NotReady("this lead does not wait for your coding", next_step="take another from the list")
        return SecondCoding.objects.create(
            lead=found.lead,
            event=found.event,
            by=by,
            user=user,
            values=given,
            first=values_of(snapshot(found.event)),
            machine=machine_values(found.event),
        )


def coding_value(row: SecondCoding) -> Coding:
    """A second coding as the core takes it."""
    day = timezone.localdate(row.created_at)
    return Coding(row.public_id, day, row.first, row.values, row.machine or None)


def undecided() -> list[SecondCoding]:
    """The second codings that differ from the first, and nobody has decided yet, the oldest first."""
    rows = SecondCoding.objects.filter(choice=None).select_related("lead", "event").order_by("pk")
    return [row for row in rows if coding_value(row).differing]


@transaction.atomic
def decide(
    coding: SecondCoding, stands: Mapping[str, str], *, reason: str, by: str, user: Any = None
) -> tuple[CodingChoice, bool]:
    """Say of each field that differs whether the first coding stands or the second; and whether the event now says so.

    An event that was reviewed or published is not changed here, nor one whose other fields would no longer fit: that
    is done on its form. NotReady where it was decided before, NotAllowed without a reason.
    """
    refuse(reason, by)
    one_at_a_time(Lock.LEADS)
    wanted = coding_value(coding).differing
    if set(stands) != set(wanted) or not set(stands.values()) <= {"first", "second"}:
        raise NotAllowed("each field that differs needs an answer", next_step="choose one for each")
    if CodingChoice.objects.filter(coding=coding).exists():
        raise NotReady("this was decided before", next_step="look at the list again")
    choice = CodingChoice.objects.create(
        coding=coding, stands=dict(stands), reason=reason.strip(), by=by, user=user
    )
    new = {name: coding.values[name] for name in wanted if stands[name] == "second"}
    return choice, not new or _apply(coding.event, new, reason=reason.strip(), by=by, user=user)


def _apply(event: Event, new: Mapping[str, str], *, reason: str, by: str, user: Any) -> bool:
    """Change the event's fields; False, and nothing is changed, where that cannot be done field by field."""
    old = mapping.event_value(event)
    try:
        value = EventValue.model_validate(_changed(mapping.event_coded(old), new))
    except (ValidationError, LookupError):
        return False
    if event.state not in OPEN or _kinds(old) != _kinds(value):
        return False
    for name, wanted in mapping.event_fields(value).items():
        setattr(event, name, wanted)
    item = event.item
    event.search_text = mapping.search_text(value, [item.headline, item.text_en, item.text_ru, item.text_kk])
    event.save()
    event.types.all().delete()
    EventType.objects.bulk_create(_of(event, mapping.event_types(value)))
    for mention, _, _ in mapping.event_people(value):
        event.mentions.filter(side=mention.side, position=mention.position).update(type=mention.type)
    record_revision(event, "settle two codings", by=by, reason=reason, user=user)
    return True


def _of(event: Event, types: list[EventType]) -> list[EventType]:
    for one in types:
        one.event = event
    return types


def _kinds(value: EventValue) -> list[str]:
    return [kind for _, _, kind in mapping.event_people(value)]


def _changed(coded: dict[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    """The coded event with these fields changed. LookupError where a target is missing or would have to go."""
    told = _told(dict.fromkeys(FIELDS, "") | dict(new))
    changed = dict(coded)
    plain = {"kind": "kind", "phase": "phase", "first_day": "date", "work_link": "work_link"}
    plain |= {"people_hit": "people_hit", "is_alleged": "alleged", "background": "background"}
    changed |= {plain[name]: told[plain[name]] for name in new if name in plain}
    if "main_type" in new:
        changed["types"] = [new["main_type"], *(one for one in coded["types"][1:] if one != new["main_type"])]
        if isinstance(changed.get("alleged"), list | tuple):
            changed["alleged"] = [one for one in changed["alleged"] if one in changed["types"]]
    if "people_hit" in new and not new["people_hit"]:
        changed["people_hit_exact"] = None
    if "region" in new:
        place = {"country": COUNTRY, "name": None} | (coded.get("place") or {})
        changed["place"] = place | {"region": new["region"] or None}
    if "target_type" in new:
        targets = [dict(one) for one in coded.get("targets", [])]
        if not new["target_type"]:
            raise LookupError("targets")
        targets[0]["type"] = new["target_type"]
        changed["targets"] = targets
    return changed
