"""Open letters as plain values: see barometer.web.public.opened."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from barometer.publication.letter import LetterOut
from barometer.web.actions import letters_after, letters_signing
from barometer.web.actions.letters import USE
from barometer.web.public import joined, letters, words
from barometer.web.public.opened_parts import Value, case_name, day_of, moment
from barometer.web.records.letters import Letter
from barometer.web.records.models import Case
from barometer.web.records.withholding import Withheld


def letter(row: Letter) -> Value:
    """The value of a letter from `letters.public_letters`: each asks the database itself, there are few."""
    people = joined.withheld_in(USE)
    told = {code: letters.told_in(row, code) for code in row.languages}
    page = reverse("public:letter", args=[row.public_id])
    named = Case.objects.public().filter(letter_people__letter=row).distinct().order_by("public_id")
    return {
        "id": row.public_id,
        "page": page,
        "languages": list(row.languages),
        "title": {code: one.title for code, one in told.items()},
        "day": day_of(row.day),
        "sent_at": moment(row.sent_at),
        "sent_via": {code: one.sent_via for code, one in told.items() if one.sent_via},
        "addressees": {
            code: [
                {"name": each.name, "role": each.role or None, "lines": list(each.lines)}
                for each in one.addressees
            ]
            for code, one in told.items()
        },
        "text": {code: _letter_text(one) for code, one in told.items()},
        "demands": _demands(row, told, people),
        "signatories": [
            {
                "id": one.public_id,
                "kind": one.kind,
                "name": one.name,
                "about": one.about or None,
                "version": stands.version,
                "logo": reverse("public:letter-logo", args=[row.public_id, one.public_id])
                if one.logo_id
                else None,
            }
            for one, stands in letters_signing.signing(row)
            if one.shown
        ],
        "replies": [
            {
                "id": one.public_id,
                "day": one.day.isoformat(),
                "delay_days": letters_after.delay(row, one),
                "sender": people.text(one.sender, one.language),
                "language": one.language,
                "summary": people.text(one.summary, one.language),
            }
            for one in row.replies.all()
        ],
        "coverage": [
            {
                "id": one.public_id,
                "day": day_of(one.day),
                "outlet": one.outlet,
                "title": one.title or None,
                "address": one.address,
            }
            for one in row.coverage.all()
        ],
        "cases": [case_name(one) for one in named],
        "provisions": [{"code": code, "label": words.provision_label(code)} for code in row.provisions],
    }


def _letter_text(told: LetterOut) -> str:
    """The body of a letter, a paragraph below the other: demands and signatories stand apart."""
    before = (told.salutation, *told.undersigned, *told.concern)
    after = (*(one.text for one in told.people), *told.wider, *told.closing)
    return "\n\n".join(text for text in (*before, *after) if text)


def _demands(row: Letter, told: Mapping[str, LetterOut], people: Withheld) -> list[Value]:
    said = {code: {one.key: one.text for one in each.demands} for code, each in told.items()}
    return [
        {
            "id": demand.public_id,
            "text": {code: by[demand.public_id] for code, by in said.items() if demand.public_id in by},
            "outcomes": [
                {
                    "state": one.state,
                    "day": one.day.isoformat(),
                    "reason": people.text(one.reason, row.source_language),
                    "address": one.address or None,
                }
                for one in demand.outcomes.all()
            ],
        }
        for demand in row.demands.prefetch_related("outcomes")
        if any(demand.public_id in by for by in said.values())
    ]
