"""What the templates of the public site need beside Django's own: the way around, and languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
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
        (gettext("Articles of law"), reverse("public:provisions")),
        (gettext("Bulletins"), reverse("public:bulletins")),
        (gettext("Letters"), reverse("public:letters")),
        (gettext("Calendar"), reverse("public:calendar")),
        (gettext("Method"), reverse("public:methodology")),
    ]
    home = pages[0][1]
    return [NavLink(label, address, _here(path, address, home)) for label, address in pages]


@register.simple_tag
def footer() -> list[tuple[str, list[tuple[str, str]]]]:
    """All other pages, in groups: (title, (label, address))."""
    groups = {
        gettext("On record"): [
            (gettext("Events"), "public:events"),
            (gettext("Cases"), "public:cases"),
            (gettext("People"), "public:people"),
            (gettext("Outlets"), "public:outlets"),
            (gettext("Bodies"), "public:bodies"),
            (gettext("Articles of law"), "public:provisions"),
            (gettext("Requests for information"), "public:requests"),
            (gettext("Availability of sites"), "public:watch"),
            (gettext("Takedown notices"), "public:takedowns"),
        ],
        gettext("Published"): [
            (gettext("Bulletins"), "public:bulletins"),
            (gettext("Letters"), "public:letters"),
            (gettext("Open data"), "public:data"),
            (gettext("Follow"), "public:follow"),
        ],
        gettext("Figures and dates"): [
            (gettext("The quarter at a glance"), "public:home"),
            (gettext("What the numbers say"), "public:figures"),
            (gettext("People hit, in figures"), "public:figures-people"),
            (gettext("Calendar"), "public:calendar"),
        ],
        gettext("How we work"): [
            (gettext("Method and codebook"), "public:methodology"),
            (gettext("Corrections"), "public:corrections"),
            (gettext("Data protection"), "public:data-protection"),
            (gettext("About"), "public:about"),
        ],
        gettext("Tell us"): [
            (gettext("Report a violation"), "public:report"),
            (gettext("Send a tip"), "tips:form"),
        ],
    }
    return [(title, [(label, reverse(name)) for label, name in links]) for title, links in groups.items()]


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


#: What of an address makes another page, and not another way to it.
_TELLING = ("period", "state", "page", "q")
_LOCALES = {"en": "en_GB", "ru": "ru_RU", "kk": "kk_KZ"}


@register.filter
def canonical(request: HttpRequest) -> str:
    """The one address of this page in this language."""
    pairs = [(name, request.GET[name]) for name in _TELLING if request.GET.get(name)]
    query = f"?{urlencode(pairs)}" if pairs else ""
    return request.build_absolute_uri(request.path + query)


@register.simple_tag(takes_context=True)
def sharing(context: template.Context) -> str:
    """What a link to this page shows elsewhere: OpenGraph, without anybody's picture."""
    request = context["request"]
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block("title") if blocks else None
    title = block.nodelist.render(context).strip() if block else gettext("Press Barometer")
    found = {
        "og:title": mark_safe(title),  # noqa: S308 (it was rendered, and escaped, by the template)
        "og:type": "website",
        "og:url": canonical(request),
        "og:site_name": gettext("Press Barometer"),
        "og:locale": _LOCALES[words.language()],
    }
    return format_html_join("\n", '<meta property="{}" content="{}">', found.items())


@register.filter
def as_json_ld(value: Mapping[str, object]) -> str:
    """What the page is, for machines: JSON-LD that cannot end its element."""
    text = json.dumps({"@context": "https://schema.org", **value}, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


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
def called(name: str, kind: str) -> str:
    """The name of an outlet or a body in the reader's language, where the country's data has it."""
    return words.party_name(name, kind)


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
