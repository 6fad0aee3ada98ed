"""What the templates of the public site need beside Django's own: the way around, and languages."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, override

from barometer.web.public import feeds, words
from barometer.web.public.words import When, Words

register = template.Library()

OWN_NAMES = {"en": "English", "ru": "Русский", "kk": "Қазақша"}


@dataclass(frozen=True)
class NavLink:
    """A page of the masthead; `here` is "page" on it, "true" below it, else ""."""

    label: str
    address: str
    here: str


@register.simple_tag(takes_context=True)
def nav(context: template.Context) -> list[NavLink]:
    """The masthead's pages."""
    request = context.get("request")
    path = request.path if request else ""
    pages = [
        (gettext("Quarter"), reverse("public:home")),
        (gettext("Events"), reverse("public:events")),
        (gettext("Cases"), reverse("public:cases")),
        (gettext("Calendar"), reverse("public:calendar")),
        (gettext("About"), reverse("public:about")),
    ]
    home = pages[0][1]
    return [NavLink(label, address, _here(path, address, home)) for label, address in pages]


def _here(path: str, address: str, home: str) -> str:
    if path == address:
        return "page"
    return "true" if address != home and path.startswith(address) else ""


@dataclass(frozen=True)
class Version:
    """This page in one language."""

    code: str
    name: str
    address: str
    absolute: str
    here: bool


@register.filter
def language_versions(request: HttpRequest) -> list[Version]:
    """This page in every language, with the filters it has."""
    here = (get_language() or "en")[:2]
    return [_version(request, code, code == here) for code, _ in settings.LANGUAGES]


@register.filter
def feed_links(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The feeds of this page: (media type, name, address)."""
    return feeds.links(request)


@register.filter
def default_version(request: HttpRequest) -> str:
    """The address for readers of other languages: English."""
    return _version(request, "en", False).absolute


def _version(request: HttpRequest, code: str, here: bool) -> Version:
    path = _path_in(request, code)
    query = request.META.get("QUERY_STRING", "")
    address = f"{path}?{query}" if query and len(query) < 2000 else path
    return Version(code, OWN_NAMES.get(code, code), address, request.build_absolute_uri(address), here)


def _path_in(request: HttpRequest, code: str) -> str:
    """The page's path in another language; the home page where there is no such page."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        match = None
    with override(code):
        if match and match.view_name.startswith(("public:", "mirror:")):
            return reverse(match.view_name, args=match.args, kwargs=match.kwargs)
        return reverse("public:home")


@register.filter
def within(label: str) -> str:
    """A label within a sentence."""
    return words.within(label)


@register.filter
def sized(size: int) -> str:
    """A size of a file in words."""
    return words.size_words(size)


@register.filter
def timed(when: When, form: str = "") -> str:
    """A date for people and machines; with "capital" as the first word of a line."""
    said = words.capital(when.short) if form == "capital" else when.short
    if not when.iso or "/" in when.iso:
        return format_html("<time>{}</time>", said)
    return format_html('<time datetime="{}">{}</time>', when.iso, said)


@register.filter
def spoken(said: Words) -> str:
    """A text, marked with its language where that is not the page's."""
    if not said.foreign:
        return said.text
    return format_html('<span lang="{}">{}</span>', said.foreign, said.text)


@register.filter
def noted(said: Words) -> str:
    """As `spoken`, with a small note that says in which language it is."""
    if not said.foreign:
        return said.text
    note = {"en": gettext("in English"), "ru": gettext("in Russian"), "kk": gettext("in Kazakh")}[
        said.foreign
    ]
    return format_html('{} <span class="note note-language">({})</span>', spoken(said), note)
