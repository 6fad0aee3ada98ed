"""A letter of a platform or a host that tells of a notice, or forwards one → the notice.

Fields are known by their labels, platforms by the domain that they write from; no letter's wording is listed. A letter
that was forwarded inside another is read with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from barometer.errors import BarometerError
from barometer.reach.notices.addresses import addresses_in, host_of, is_under, mail_hosts_in
from barometer.reach.notices.fields import LONGEST, action_of, day_of, field_of, ground_of, table
from barometer.reach.notices.values import Broken, Notice
from barometer.sources import language_of
from barometer.sources.found import Found, one_line
from barometer.sources.mail import parse_message

_MOST_LINES = 20_000
_DEPTH = 3
#: What is written in Latin letters in every language.
_ADDRESSES = re.compile(r"(?:https?://|www\.|hxxps?://)\S{1,2000}|\S{1,64}@\S{1,200}")
_NAME_END = re.compile(
    r"[.;<>\n(]|\s(?:regarding|about|concerning|has|was|on your|об|о нарушении|в отношении)\b"
)


@dataclass
class _Read:
    """What was found in the lines of a letter, by field."""

    told: dict[str, list[str]] = field(default_factory=dict)
    addresses: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return " ".join(self.told.get(name, ()))


def read_mail(data: bytes, name: str) -> list[Notice | Broken]:
    """The notice of a letter, and what of the letter was not read; Broken where it is no letter or tells of no notice."""
    try:
        return notice_of(parse_message(data), name)
    except BarometerError as error:
        return [Broken(name, "", error.message, error.next_step or "")]


def notice_of(letter: Found, name: str) -> list[Notice | Broken]:
    """The notice that a letter tells of or forwards."""
    letters, broken = _with_forwarded(letter, name)
    text = "\n".join(one.text for one in letters)[:LONGEST]
    read = _read(text)
    platform = _platform(letters, read)
    own = [*table()["letter"]["own"], *(platform["own"] if platform else ())]
    links = [link for one in letters for link in one.extra.get("links", ())]
    targets = _aimed(read.addresses.get("targets", ()), own)
    originals = _aimed(read.addresses.get("works", ()), own)
    if not targets:
        loose = _aimed([*read.addresses.get("", ()), *links], own)
        targets = tuple(one for one in loose if one not in originals)
    ground = ground_of(read.text("ground")) or ground_of(f"{letter.title}\n{text}")
    if not targets and not ground and not read.text("sender"):
        return [
            Broken(name, "", "it names no address, no ground and no sender of a notice", "enter it by hand"),
            *broken,
        ]
    return [
        Notice(
            number=one_line(read.text("number") or letter.key, 200),
            source="mail",
            sender=one_line(read.text("sender") or _asked(f"{letter.title}\n{text}")),
            principal=one_line(read.text("principal")),
            recipient=one_line(read.text("recipient"))
            or (platform["name"] if platform else _writer(letter.author)),
            country=one_line(read.text("country"), 100),
            ground=ground or "other",
            work="\n".join(read.told.get("work", ())),
            works=originals or _aimed(read.addresses.get("work", ()), own),
            work_date=day_of(read.text("work_date")),
            targets=targets,
            target_words="\n".join(read.told.get("target_words", ())) or _titles(read),
            target_date=day_of(read.text("target_date")),
            day=day_of(read.text("day")) or (letter.published.date() if letter.published else None),
            action=action_of(read.text("action")) or action_of(f"{letter.title}\n{text}"),
            words=text,
            language=language_of(_ADDRESSES.sub(" ", text)),
        ),
        *broken,
    ]


def _with_forwarded(letter: Found, name: str) -> tuple[list[Found], list[Notice | Broken]]:
    """The letter and those inside it; a file of it that is not read is named."""
    letters: list[Found] = []
    broken: list[Notice | Broken] = []
    todo = [(letter, 0)]
    while todo:
        one, depth = todo.pop(0)
        letters.append(one)
        for file in one.attachments:
            if file.media_type == "message/rfc822" and depth < _DEPTH:
                try:
                    todo.append((parse_message(file.body), depth + 1))
                except BarometerError as error:
                    broken.append(Broken(name, file.name, error.message, error.next_step or ""))
            elif not file.media_type.startswith("image/"):
                broken.append(Broken(name, file.name, "a file of the letter is not read", "read it by hand"))
    return letters, broken


def _read(text: str) -> _Read:
    """The fields by their labels: "Label: value", "Label | value", or a label alone above its values."""
    read, current = _Read(), ""
    for line in _lines(text):
        label, value = _labelled(line)
        if label:
            current = "" if label == "none" else label
            line = value
        if not line:
            continue
        found = addresses_in(line)
        read.addresses.setdefault(current, []).extend(found)
        words = _without(line, found)
        if current and words and (len(read.told.setdefault(current, [])) == 0 or current in _LONG):
            read.told[current].append(words)
        if not found and current not in _LONG and not label:
            current = ""
    return read


#: Fields that go on over several lines until the next label.
_LONG = ("words", "targets", "works", "work")


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(text.split("\n")):
        if number >= _MOST_LINES:
            return
        yield line.strip().lstrip("> \t").strip("*_ ")


def _labelled(line: str) -> tuple[str, str]:
    """(field, value) of a line that begins with a label; ("", line) of any other."""
    head, sign, value = _parted(line)
    if sign:
        field_ = field_of(head)
        if field_:
            return field_, value.strip(" |*_")
        return "", line
    field_ = field_of(line)
    return (field_, "") if field_ else ("", line)


def _parted(line: str) -> tuple[str, str, str]:
    """Parted at the first colon or cell border in the beginning of a line."""
    start = line[:100]
    places = [at for at in (start.find(":"), start.find(" | "), start.find("：")) if at > 0]
    if not places:
        return line, "", ""
    at = min(places)
    sign = " | " if line[at] == " " else line[at]
    return line[:at], sign, line[at + len(sign) :]


def _without(line: str, found: tuple[str, ...]) -> str:
    for address in found:
        line = line.replace(address, " ")
    return line.strip(" -–—•·|\t") if any(letter.isalnum() for letter in line) else ""


def _titles(read: _Read) -> str:
    """Words of three and more that stand among the targeted addresses: mostly their titles."""
    return "\n".join(one for one in read.told.get("targets", ()) if len(one.split()) > 2)


def _aimed(addresses: Any, own: list[str]) -> tuple[str, ...]:
    """Addresses that are no help page of the platform and no button of the letter."""
    aside = table()["letter"]["aside"]
    return tuple(
        dict.fromkeys(
            one
            for one in addresses
            if not any(_is_own(one, of) for of in own) and not any(word in one.casefold() for word in aside)
        )
    )


def _is_own(address: str, of: str) -> bool:
    """Whether an address is of a host, or of a part of it ("facebook.com/help")."""
    host, _, path = of.partition("/")
    return is_under(host_of(address), host) and (not path or f"/{path}" in address)


def _platform(letters: list[Found], read: _Read) -> dict[str, Any] | None:
    """Whose letter it is: by the domain of From, or of a From line in what was forwarded."""
    writers = [one.author for one in letters] + read.told.get("from", [])
    for host in (host for writer in writers for host in mail_hosts_in(writer)):
        found = [row for row in table()["platform"] if any(is_under(host, one) for one in row["mail"])]
        if found:
            best: dict[str, Any] = max(
                found, key=lambda row: max(len(one) for one in row["mail"] if is_under(host, one))
            )
            return best
    return None


def _writer(author: str) -> str:
    """The name in From, else the host it was written from."""
    name = one_line(re.sub(r"<[^>]{0,300}>", "", author)).strip('" ')
    return name if name and "@" not in name else next(iter(mail_hosts_in(author)), "")


def _asked(text: str) -> str:
    """Who asked, by the words after "complaint from" and the like; "" where nothing tells."""
    small = text.casefold()
    if len(small) != len(text):  # a letter that changes its length with its case: positions would not fit
        text = small
    for row in table()["asked"]:
        for words in row["words"]:
            at = small.find(words)
            if at >= 0:
                rest = text[at + len(words) : at + len(words) + 100].lstrip(' :«"“')
                name = one_line(_NAME_END.split(rest, maxsplit=1)[0]).strip(' ,»"”:')
                if name and name[0].isupper():
                    return name
    return ""
