"""The two quarters of invented events that the tests of the public pages begin with."""

from __future__ import annotations

from pathlib import Path

from standing import standing

DATA = Path(__file__).parent / "functional" / "data"
QUARTERS = [DATA / "invented-2025q4.json", DATA / "invented-2026q1.json"]


@standing
def two_quarters() -> None:
    """The ledger has both, published: 1 and 11 events."""
    from barometer.web.actions.importing import import_files

    import_files(QUARTERS, as_published=True, by="A coder")
