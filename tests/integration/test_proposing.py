"""An event that a deadline, an outage or a notice gives rise to."""

from __future__ import annotations

import pytest

from barometer.errors import BadInput
from barometer.web.actions.proposing import propose
from barometer.web.records.models import Event, EvidenceItem, Revision, Source

pytestmark = pytest.mark.django_db

CODED = {
    "kind": "violation",
    "types": ["information.no_reply"],
    "date": "2031-03-14",
    "phase": "imposed",
    "targets": [{"written": "Dala Tany", "name": "Dala Tany", "type": "outlet"}],
    "actors": [
        {
            "written": "Ministry of Weather",
            "name": "Ministry of Weather",
            "type": "ministry",
            "role": "decider",
        }
    ],
    "summary": {"en": "The Ministry of Weather did not answer Dala Tany."},
}


def _propose(**changed):
    given = {
        "name": "request-1-no-reply",
        "headline": {"en": "No answer by 14 March"},
        "reason": "the deadline passed",
    }
    return propose(**({"coded": CODED, "by": "barometer worker"} | given | changed))


def test_a_proposal_is_an_event_with_its_source_its_copies_and_its_history():
    copy = EvidenceItem.objects.create(
        sha256="0" * 64, size=1, media_type="text/plain", original_name="letter.txt"
    )
    row = _propose(evidence=[copy, copy])
    assert (row.state, row.main_type, row.item.month) == ("proposed", "information.no_reply", "2031-03")
    assert [mention.party.name for mention in row.mentions.all()] == ["Ministry of Weather", "Dala Tany"]
    assert list(row.item.source.documents.all()) == [copy]
    last = Revision.objects.filter(record_id=row.public_id).latest("pk")
    assert (last.action, last.reason) == ("propose", "the deadline passed")


def test_the_same_thing_is_proposed_once():
    assert _propose() == _propose()
    assert Event.objects.count() == Source.objects.count() == 1


def test_what_breaks_the_codebook_leaves_nothing_behind():
    with pytest.raises(BadInput, match="request-1-no-reply"):
        _propose(coded=CODED | {"types": ["information.nothing"]})
    assert not Event.objects.exists()
    assert not Source.objects.exists()
