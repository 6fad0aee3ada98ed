"""The pages of figures in a browser: no fault that axe finds, nothing that scrolls sideways, in light and dark."""

from __future__ import annotations

import pytest
from looking import languages, looks_well

from barometer.web.public.figures_behind import behind

pytestmark = [pytest.mark.browser, pytest.mark.long]


@pytest.mark.parametrize("language", languages("ru"))
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(site, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    from barometer.web.public.figures import made_for

    key = next(iter(behind(made_for("2026Q1"))))
    page = browser(locale=language)
    for path in ("figures/", "figures/in-force/?day=2026-03-31", f"figures/2026Q1/{key}/"):
        page.goto(f"{site.url}/{language}/{path}")
        looks_well(page, Axe(), path)
