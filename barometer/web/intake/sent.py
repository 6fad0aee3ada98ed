"""What a form was sent with: its words without what no keyboard writes, its files in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext, ngettext

from barometer.sources.found import clean_text
from barometer.tips import File
from barometer.web.intake.memory import InMemory
from barometer.web.intake.rules import LONGEST, LONGEST_LINE, MOST_BYTES, MOST_FILES

#: Fields that may have many lines.
LONG = ("what", "text")
_UNREADABLE = (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
    MultiPartParserError,
    UnreadablePostError,
)


@dataclass(frozen=True)
class Sent:
    """The fields by name, '' where one was left out, and the files. `problem` says why it cannot be taken."""

    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: tuple[File, ...] = field(default=(), repr=False)
    problem: str = ""


def sent_with(request: HttpRequest, names: Iterable[str]) -> Sent:
    """What of these fields a request holds, and its files; read once, into memory alone."""
    handler = InMemory(request)
    request.upload_handlers = [handler]
    try:
        fields = {name: clean_text(request.POST.get(name, "")).strip() for name in names}
        uploads = request.FILES.getlist("files")
    except _UNREADABLE:
        return Sent(problem=gettext("This could not be read. Go back: your words are still in the form."))
    if handler.too_large:
        return Sent(fields, problem=_too_large())
    if problem := _problem(fields, uploads):
        return Sent(fields, problem=problem)
    return Sent(fields, tuple(File(each.name, each.read()) for each in uploads))


def _problem(fields: Mapping[str, str], uploads: list[Any]) -> str:
    for name, text in fields.items():
        most = LONGEST if name in LONG else LONGEST_LINE
        if len(text) > most:
            return gettext("A text is longer than %(most)s letters: send it as a file.") % {
                "most": f"{most:,}"
            }
    if len(uploads) > MOST_FILES:
        said = ngettext("At most %(most)d file at a time.", "At most %(most)d files at a time.", MOST_FILES)
        return said % {"most": MOST_FILES}
    if any(not each.size for each in uploads):
        return gettext("One of the files is empty. Choose the files again.")
    return ""


def _too_large() -> str:
    return gettext(
        "The files are larger than %(most)s MB together. Your words are kept here: choose fewer files, and send the "
        "others afterwards with your receipt."
    ) % {"most": MOST_BYTES >> 20}
