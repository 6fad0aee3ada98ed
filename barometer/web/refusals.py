"""What the core refuses, told in the reader's language.

The core's errors are English sentences and know nothing of languages. Those that people of the desk meet most stand here as
they are raised, with a placeholder where the core puts a value: a message is recognised by its words, its values are
taken out, and its translation gets them back. What is not here is told as it is, in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from django.utils.translation import gettext, gettext_noop

from barometer.errors import BarometerError

#: A test holds each to the words of an error in the code.
MESSAGES = (
    gettext_noop("there is no such file"),
    gettext_noop("the file is empty"),
    gettext_noop("it is empty"),
    gettext_noop("it holds no words"),
    gettext_noop("it is locked with a password"),
    gettext_noop("it is locked with a password, or an old .doc file under a new name"),
    gettext_noop("over %(size)s MB"),
    gettext_noop("%(size)s bytes is over the limit of %(limit)s"),
    gettext_noop("files of kind %(kind)s cannot be read"),
    gettext_noop("a document of type %(kind)s holds no words that we read"),
    gettext_noop("its pages are pictures without words"),
    gettext_noop("it is a binary file, not a text"),
    gettext_noop("it is cut off or not a %(kind)s (%(why)s)"),
    gettext_noop("it unpacks to more than %(size)s bytes (a zip bomb, or no document)"),
    gettext_noop("the picture cannot be read: %(why)s"),
    gettext_noop("the PDF cannot be read: %(why)s"),
    gettext_noop("the PDF has no pages"),
    gettext_noop("the parser took too long"),
    gettext_noop("the parser took too much memory"),
    gettext_noop("this is neither a bulletin (.txt, .md, .docx) nor a coded file (.json)"),
    gettext_noop("%(code)s is not a type of codebook %(version)s"),
    gettext_noop("this event was changed since you saw it"),
    gettext_noop("this event is withdrawn"),
    gettext_noop("this event was public"),
    gettext_noop("a judgement needs a reason"),
    gettext_noop("the reason is over %(most)s letters, or unprintable"),
    gettext_noop("a choice needs its reason"),
    gettext_noop("a change needs a reason"),
    gettext_noop("to let a lead go needs a reason"),
    gettext_noop("no lead is chosen"),
    gettext_noop("that day is not ahead"),
    gettext_noop("%(many)s leads are too many at once"),
    gettext_noop("there are no words in it to code"),
    gettext_noop("the note of a call is kept only if the caller agreed"),
    gettext_noop("only a lead that was let go is opened again"),
    gettext_noop("these bytes were erased and are not taken in again"),
    gettext_noop("these bytes were erased for good"),
    gettext_noop("there is nothing to take back"),
    gettext_noop("there is no case %(case)s"),
    gettext_noop("%(text)s is no address of the web"),
    gettext_noop("%(text)s is no address of a site"),
    gettext_noop("%(address)s is watched already"),
    gettext_noop("%(code)s is no country's code"),
    gettext_noop("the outlet has no name"),
    gettext_noop("%(day)s lies ahead"),
    gettext_noop("%(day)s is still to come"),
    gettext_noop("%(day)s lies before the notice or ahead"),
    gettext_noop("the day lies before the letter or ahead"),
    gettext_noop("the letter was sent: its words stay"),
    gettext_noop("the letter was not sent yet"),
    gettext_noop("a reply says who answered what"),
    gettext_noop("nothing has changed since the last version"),
    gettext_noop("there is no version to sign yet"),
    gettext_noop("the issue has changed since you saw it"),
    gettext_noop("the issue is frozen"),
    gettext_noop("this text was changed meanwhile"),
    gettext_noop("there is no text in %(language)s to approve"),
    gettext_noop("there is no row of headings"),
    gettext_noop("it has %(rows)s rows, over %(most)s"),
    gettext_noop("it has %(columns)s columns, over %(most)s"),
    gettext_noop("no column of this table is known"),
    gettext_noop("it is no workbook: cut off, or another kind of file"),
    gettext_noop("each field that differs needs an answer"),
    gettext_noop("this was decided before"),
    gettext_noop("nothing would change"),
    gettext_noop("every question is answered by yes, no or na"),
    gettext_noop("only a lawyer or an editor marks a link"),
    gettext_noop("only a lawyer or an editor makes a copy public"),
    gettext_noop("no role is given"),
    gettext_noop("the invitation is open no more"),
    gettext_noop("nobody changes their own account"),
    gettext_noop("nobody would be left who can let people in"),
    gettext_noop("this is no e-mail address"),
    gettext_noop("there is no address to write to"),
    gettext_noop("it has none of the headers of a letter"),
    gettext_noop("the letter has no words and no files"),
    gettext_noop("%(url)s is not fetched: %(why)s"),
    gettext_noop("%(url)s cannot be fetched (%(kind)s): %(why)s"),
)
STEPS = (
    gettext_noop("cut it into parts"),
    gettext_noop("check the name"),
    gettext_noop("give the name"),
    gettext_noop("look at it again"),
    gettext_noop("say why in a few words"),
    gettext_noop("save it again as UTF-8"),
    gettext_noop("open the page again"),
    gettext_noop("mend the day"),
    gettext_noop("check that the file was saved or copied whole"),
    gettext_noop("get the whole file again"),
    gettext_noop("check that it is the right file"),
    gettext_noop("keep the file, and write what it shows by hand"),
    gettext_noop("have its text recognised (OCR) and hand in that"),
    gettext_noop("export it as .txt, .md or .docx"),
    gettext_noop("save it as one of %(kinds)s"),
    gettext_noop("open it, remove the password and save it as .docx"),
    gettext_noop("remove the password and save it again"),
    gettext_noop("save it without the password"),
    gettext_noop("compare the two versions"),
    gettext_noop("bring it back first"),
    gettext_noop("ask an editor"),
    gettext_noop("name a later day"),
    gettext_noop("tick one"),
    gettext_noop("tick at most %(most)s"),
    gettext_noop("hand in its text"),
    gettext_noop("ask, and say what was agreed"),
    gettext_noop("look at the lead again"),
    gettext_noop("look at the issue again"),
    gettext_noop("look at the request again"),
    gettext_noop("choose from the form"),
    gettext_noop("shorten it"),
    gettext_noop("make it shorter"),
    gettext_noop("write it whole: https://…"),
    gettext_noop("begin it with https://"),
    gettext_noop("look for it in the list"),
    gettext_noop("write two letters, such as KZ"),
    gettext_noop("write the name of the outlet"),
    gettext_noop("write another letter"),
    gettext_noop("send it first"),
    gettext_noop("keep the letter as a version first"),
    gettext_noop("change the letter first"),
    gettext_noop("read it again, then approve it"),
    gettext_noop("write it first"),
    gettext_noop("compare both and decide again"),
    gettext_noop("put the names of the columns into the first row"),
    gettext_noop("say which column is which"),
    gettext_noop("choose one for each"),
    gettext_noop("answer all of them"),
    gettext_noop("change what is wrong, then keep it"),
    gettext_noop("make another administrator first"),
    gettext_noop("ask another administrator, or use the command line"),
    gettext_noop("ask for a new one"),
    gettext_noop("write one, such as name@example.org"),
    gettext_noop("send a smaller picture"),
    gettext_noop("save the letter again"),
    gettext_noop("save it again"),
    gettext_noop("correct it in the form"),
    gettext_noop("see who erased them and why: /desk/redact/"),
    gettext_noop("see who, when and why: /desk/redact/"),
    gettext_noop("write it as 2026-03-14"),
    gettext_noop("judge the two"),
)
_PLACE = re.compile(r"%\\?\((\w+)\\?\)s")


def told(error: BarometerError) -> str:
    """The whole refusal in a line: where, what is the matter, what to do."""
    where = ": ".join(part for part in (error.file, error.place) if part)
    text = ": ".join(part for part in (where, reason(error)) if part).rstrip(".")
    if error.next_step:
        text = gettext("%(what)s. Next: %(step)s") % {
            "what": text,
            "step": in_words(error.next_step).rstrip("."),
        }
    return " ".join(f"{text}.".split())


def reason(error: BarometerError) -> str:
    """What is the matter, without where and what to do."""
    return in_words(error.message)


def in_words(english: str) -> str:
    """A message of the core in the reader's language; as it is where it is not known."""
    if english in _plain():
        return gettext(english)
    for message, form in _forms().items():
        if found := form.fullmatch(english):
            return gettext(message) % found.groupdict()
    return english


@cache
def _plain() -> frozenset[str]:
    return frozenset(one for one in (*MESSAGES, *STEPS) if "%(" not in one)


@cache
def _forms() -> Mapping[str, re.Pattern[str]]:
    return {
        one: re.compile(_PLACE.sub(r"(?P<\1>.+)", re.escape(one)), re.DOTALL)
        for one in (*MESSAGES, *STEPS)
        if "%(" in one
    }
