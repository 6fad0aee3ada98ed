"""What the program proposes of its own accord is coded by data, and no room that proposes names a type itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import barometer
from barometer.codebook import codebook
from barometer.codebook.occasions import occasions, type_of, types_of
from barometer.errors import UnknownValue
from barometer.reach.values import Reach

PROPOSING = ("reach/outages.py", "web/actions/requests_events.py", "web/actions/watching_outages.py",
             "web/actions/watching_accounts.py", "web/actions/takedowns_events.py")  # fmt: skip


def test_every_occasion_is_of_types_that_the_codebook_has():
    assert all(types and set(types) <= set(codebook().types) for types in occasions().values())
    assert {f"outage.{state.value}" for state in Reach} - set(occasions()) == {
        "outage.ok",
        "outage.insufficient",
    }
    assert type_of("outage.down") == "digital.outage"
    # Rule 11: what is kept secret stands before the refusal.
    assert types_of("request.classified") == ("information.classified", "information.refusal")
    with pytest.raises(UnknownValue, match="'outage.ok' is no occasion"):
        types_of("outage.ok")


@pytest.mark.parametrize("room", PROPOSING)
def test_no_type_is_written_where_events_are_proposed(room):
    text = (Path(barometer.__file__).parent / room).read_text(encoding="utf-8")
    assert not set(re.findall(r'"([a-z]+\.[a-z_]+)"', text)) & set(codebook().types)
