"""Tips that come by e-mail: sealed like the others, and marked as not anonymous."""

from __future__ import annotations

from datetime import date

from barometer.sources.found import Found
from barometer.tips.seal import File, Message

NOT_ANONYMOUS = "no: it came by e-mail, whose way and address others know"


def message_of(letter: Found, *, day: date) -> Message:
    """A letter as a message: its words, who sent it, the letter itself and what was attached to it."""
    fields = {
        "anonymous": NOT_ANONYMOUS,
        "from": letter.author,
        "to": str(letter.extra.get("to", "")),
        "date": str(letter.extra.get("date", "")),
        "subject": letter.title,
        "text": letter.text,
    }
    attached = (File(each.name, each.body) for each in letter.attachments)
    return Message("mail", day, fields, (File("letter.eml", letter.body), *attached))
