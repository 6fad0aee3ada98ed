"""Pages as files: each is made by the view that makes it on the site, for a reader who is nobody, and rewritten."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, set_urlconf
from django.utils import translation

from barometer.errors import NotReady
from barometer.web.mirror import manifest
from barometer.web.mirror.addresses import Place
from barometer.web.mirror.manifest import Held
from barometer.web.mirror.reading import Watch
from barometer.web.mirror.rewriting import Notes, Rewriter
from barometer.web.public import joined

URLS = "barometer.web.mirror.urls"
#: The name by which a site without an address is asked; no page shows it.
NO_SITE = "mirror.invalid"
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)


@dataclass(frozen=True)
class Job:
    """What all processes of a run know: where pages go, and the site's own address ("" where it has none)."""

    pages: Path
    site: str


@dataclass
class Made:
    """What came of some pages: the files, the pages that these lead to, and the files that were asked for in vain."""

    files: dict[str, Held] = field(default_factory=dict)
    leads_to: list[Place] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


class Asked(WSGIRequest):
    """A reader's request: of the site's host, without a cookie."""

    def __init__(self, place: Place, site: str) -> None:
        parts = urlsplit(site or f"https://{NO_SITE}")
        self._host = parts.netloc
        self.site = site
        path, _, query = place.address.partition("?")
        super().__init__(
            {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "SERVER_NAME": parts.hostname,
                "SERVER_PORT": "443" if parts.scheme == "https" else "80",
                "HTTP_X_FORWARDED_PROTO": parts.scheme,
                "wsgi.url_scheme": parts.scheme,
                "wsgi.input": BytesIO(),
            }
        )

    def get_host(self) -> str:
        return self._host


class Maker:
    """Makes pages one after the other; what is the same for all of them is worked out once."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.host = urlsplit(job.site or f"https://{NO_SITE}").netloc
        self._told: set[str] = set()
        self._open = ExitStack()

    def __enter__(self) -> Maker:
        set_urlconf(URLS)
        self._open.callback(set_urlconf, None)
        self._open.callback(translation.activate, translation.get_language() or "en")
        self._open.enter_context(joined.one_state())
        self.watch = Watch()
        self._open.enter_context(connection.execute_wrapper(self.watch))
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def make(self, places: Iterable[Place]) -> Made:
        """Make the pages, each in every language that it has."""
        made = Made()
        for one in places:
            for place in [one.in_language(code) for code in LANGUAGES] if one.language else [one]:
                self._make(place, made)
        return made

    def _make(self, place: Place, made: Made) -> None:
        data, found = self._static(place) if place.page.startswith(settings.STATIC_URL) else self._page(place)
        if data is None:
            made.missing.append(place.file)
            return
        path = self.job.pages / place.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        made.files[place.file] = manifest.held(data)
        for target in found:
            key = f"{target.language and '*'}/{target.page}"
            if key not in self._told:
                self._told.add(key)
                made.leads_to.append(target)

    def _static(self, place: Place) -> tuple[bytes | None, list[Place]]:
        path = finders.find(place.page.removeprefix(settings.STATIC_URL))
        if not path:
            return None, []
        data = Path(path).read_bytes()
        if not place.file.endswith(".css"):
            return data, []
        text, found = self._rewriter("en").style(data.decode("utf-8"), place)
        return text.encode("utf-8"), found

    def _page(self, place: Place) -> tuple[bytes | None, list[Place]]:
        language = place.language or "en"
        with translation.override(language):
            return self._answered(place, language)

    def _answered(self, place: Place, language: str) -> tuple[bytes | None, list[Place]]:
        request = Asked(place, self.job.site)
        try:
            match = request.resolver_match = resolve(request.path_info)
            answer = match.func(request, *match.args, **match.kwargs)
        except (Http404, Resolver404):
            return None, []
        if answer.status_code in (301, 302):
            return self._moved(answer["Location"], place)
        if answer.status_code == 404:
            return None, []
        if answer.status_code not in (200, 410):
            raise NotReady(
                f"a page answers {answer.status_code}",
                place=place.address,
                next_step="look at it on the site",
            )
        data = _body(answer)
        if not answer["Content-Type"].startswith("text/html"):
            return data, []
        text, found = self._rewriter(language).html(data.decode("utf-8"), place)
        return text.encode("utf-8"), found

    def _moved(self, address: str, place: Place) -> tuple[bytes | None, list[Place]]:
        """A page that leads on to where the site sends its readers."""
        text = render_to_string("mirror/moved.html", {"address": address, "language": place.language or "en"})
        text, found = self._rewriter(place.language or "en").html(text, place)
        return text.encode("utf-8"), found

    def _rewriter(self, language: str) -> Rewriter:
        return joined.once("rewriter", lambda: Rewriter(self.host, self.job.site, _notes()))


def _body(answer: HttpResponse) -> bytes:
    if answer.streaming:
        return b"".join(answer.streaming_content)
    if hasattr(answer, "render") and not answer.is_rendered:
        answer.render()
    return bytes(answer.content)


def _notes() -> Notes:
    """The mirror's own words on every page, in the language at hand."""

    def words(name: str) -> str:
        return render_to_string(f"mirror/_{name}.html", {"at": "@AT@"}).strip()

    found = {name: words(name) for name in ("search", "form", "foot")}

    def said(name: str):
        return lambda at: found[name].replace("@AT@", at)

    return Notes(said("search"), said("form"), said("foot"))
