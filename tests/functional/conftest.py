"""A browser, the site with a ledger of invented people, and what the browser asked for."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from invented import two_quarters


class Asked:
    """Every request that a page made, and every complaint of the browser."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.complaints: list[str] = []

    def hosts(self) -> set[str]:
        """The hosts that were asked."""
        return {urlsplit(address).netloc for address in self.addresses}


@pytest.fixture
def browser(chromium):
    """Make a page: `browser(width=390, color_scheme="dark", java_script_enabled=False)`; it records in `page.asked`."""
    contexts = []

    def make(width: int = 1280, height: int = 900, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.asked = Asked()
        page.on("request", lambda request: page.asked.addresses.append(request.url))
        page.on(
            "console", lambda message: message.type == "error" and page.asked.complaints.append(message.text)
        )
        page.on("pageerror", lambda error: page.asked.complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()


class Site:
    """The running site with its addresses."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def at(self, path: str, language: str = "en") -> str:
        """An address below a language."""
        return f"{self.url}/{language}/{path}"

    def event(self, key: str) -> str:
        """The path of the event whose key ends so: "2-01#1"."""
        from barometer.web.records.models import Event

        return f"events/{Event.objects.get(key__endswith=key).public_id}/"

    def party(self, kind: str) -> str:
        """The path of some body, outlet or person of a published event."""
        from barometer.web.records.models import Party

        folder = {"body": "bodies", "outlet": "outlets", "person": "people"}[kind]
        found = Party.objects.filter(kind=kind, mentions__event__state="published").order_by("name").first()
        return f"{folder}/{found.public_id}/"


@pytest.fixture
def site(transactional_db, live_server, settings, tmp_path) -> Site:
    """The site over two quarters of invented events."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    two_quarters()
    return Site(live_server.url)
