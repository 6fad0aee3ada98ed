"""Public previews of Telegram channels (t.me/s/NAME) and exports of Telegram Desktop → posts.

A page that no longer has the places we read is an error that names the place, never a quiet day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from barometer.errors import Unreadable
from barometer.sources.found import Attachment, Found, LayoutChanged, Note, clean_text, in_utc, one_line
from barometer.sources.markup import lines, links, parsed, web_address

_POST = ".tgme_widget_message[data-post]"
_HISTORY = ".tgme_channel_history"
_TEXT = ".tgme_widget_message_text"
_TIME = ".tgme_widget_message_date time[datetime]"
#: What words of others stand in inside a post: the post answered, the preview of a linked page, a forwarder's name.
_OF_OTHERS = (".tgme_widget_message_reply", ".tgme_widget_message_link_preview")
#: Posts without words that we know by name.
_WORDLESS = {
    ".tgme_widget_message_sticker_wrap, .tgme_widget_message_sticker": "sticker",
    ".tgme_widget_message_location_wrap, .tgme_widget_message_location": "location",
    ".tgme_widget_message_contact_wrap, .tgme_widget_message_contact": "contact",
    ".tgme_widget_message_roundvideo_player": "video",
    ".tgme_widget_message_game, .tgme_widget_message_invoice": "game or invoice",
    ".message_media_not_supported": "kept for the app",
}
_IMAGE = re.compile(r"background-image:\s*url\(['\"]?([^'\")]+)")
_NAME = re.compile(r"(?:@|(?:https?://)?(?:t\.me|telegram\.me)/(?:s/)?)?([A-Za-z]\w{3,31})/?")


@dataclass(frozen=True)
class Channel:
    """A channel as read: the oldest post first. `before` is the address of the page of older posts, or ""."""

    name: str
    title: str
    description: str
    posts: tuple[Found, ...]
    before: str = ""
    notes: tuple[Note, ...] = ()


def preview_address(written: str) -> str:
    """The address of a channel's preview, from its name, @name or link; Unreadable where that names no channel.

    An address on another host than Telegram's (a mirror) stays as it is.
    """
    if web_address(written) and urlsplit(written).hostname not in ("t.me", "telegram.me"):
        return written
    match = _NAME.fullmatch(written.strip())
    if match is None:
        raise Unreadable(
            f"{written!r} names no public channel",
            place="address",
            next_step="write its name, as in https://t.me/NAME",
        )
    return f"https://t.me/s/{match[1]}"


# --- a preview --------------------------------------------------------------------------------------------------


def parse_preview(html: str, url: str) -> Channel:
    """The posts of a preview page.

    LayoutChanged where a place that we read by is gone; Unreadable where the page is not a channel's preview (no such
    channel, or one that shows none).
    """
    page = parsed(html)
    found = page.css(_POST)
    if not found:
        _check_empty(page, url)
    notes: list[Note] = []
    posts = [post for node in found if (post := _post(node, url, notes))]
    _check_places(page, found, posts, url)
    older = page.css_first("a.tme_messages_more[data-before]")
    name = found[0].attributes.get("data-post") or "" if found else urlsplit(url).path.rpartition("/")[2]
    return Channel(
        name.partition("/")[0],
        one_line(" ".join(lines(page.css_first(".tgme_channel_info_header_title")))),
        "\n".join(lines(page.css_first(".tgme_channel_info_description"))),
        tuple(posts),
        web_address(older.attributes.get("href") or "", url) if older else "",
        tuple(notes),
    )


def _check_empty(page: Any, url: str) -> None:
    """Raise unless the page is the preview of a channel without posts."""
    if page.css_first(".tgme_page_title"):
        raise Unreadable(
            "the channel shows no preview (it is private, or has it switched off)",
            file=url,
            next_step="ask for it by an export of Telegram Desktop",
        )
    if page.css_first(_HISTORY) and not page.css_first(".tgme_widget_message"):
        return
    heading = one_line(" ".join(lines(page.css_first("title")) or lines(page.body)[:2]), 60)
    title = page.css_first("title")
    heading = heading or one_line(title.text() if title else "", 60)
    if page.css_first("body.tgme_landing, .tl_page"):
        raise Unreadable(
            f"there is no such channel (Telegram answers with its front page, {heading!r})",
            file=url,
            next_step="check the channel's name; it may have been renamed or removed",
        )
    seen = sorted({name for node in page.css("[class*=message]") for name in _classes(node)})[:6]
    raise LayoutChanged(
        f"no post is there; seen: {heading!r}, {', '.join(seen) or 'nothing named after a message'}",
        file=url,
        place=_POST,
        next_step="compare the page with what barometer/sources/telegram.py reads",
    )


def _check_places(page: Any, found: list[LexborNode], posts: list[Found], url: str) -> None:
    shown = [node for node in found if "service_message" not in _classes(node)]
    if shown and not posts:
        _changed(url, _TIME, "no post has its moment", shown)
    if len(posts) >= 3 and not any(post.text or post.attachments or post.extra["kinds"] for post in posts):
        _changed(url, _TEXT, "no post has words or files", shown)


def _changed(url: str, place: str, message: str, nodes: list[LexborNode]) -> None:
    seen = sorted({name for node in nodes[:3] for each in node.css("[class]") for name in _classes(each)})
    raise LayoutChanged(
        f"{message}; seen: {', '.join(seen[:12])}",
        file=url,
        place=place,
        next_step="compare the page with what barometer/sources/telegram.py reads",
    )


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _post(node: LexborNode, url: str, notes: list[Note]) -> Found | None:
    if "service_message" in _classes(node):
        return None
    key = node.attributes.get("data-post") or ""
    address = f"https://t.me/{key}"
    moment = _moment(node.css_first(_TIME))
    if moment is None:
        notes.append(Note("this post has no moment; left out", f"{address} {_TIME}"))
        return None
    body = (node.html or "").encode("utf-8", "replace")
    forwarded = node.css_first(".tgme_widget_message_forwarded_from_name")
    answered = node.css_first(".tgme_widget_message_reply")
    preview = node.css_first(".tgme_widget_message_link_preview")
    for place in _OF_OTHERS:
        for part in node.css(place):
            part.decompose(recursive=True)
    words = [part for part in node.css(_TEXT) if not _inside(part, _TEXT[1:], node)]
    text = "\n".join(line for part in words for line in lines(part))
    question = lines(node.css_first(".tgme_widget_message_poll_question"))
    options = [line for part in node.css(".tgme_widget_message_poll_option_text") for line in lines(part)]
    text = "\n".join(filter(None, [text, *question, *options]))
    attachments = tuple(_media(node, url))
    kinds = [kind for place, kind in _WORDLESS.items() if node.css_first(place)]
    if not (text or attachments or kinds or preview):
        seen = sorted({name for each in node.css("[class]") for name in _classes(each)})[:8]
        notes.append(Note(f"this post has nothing that we know; seen: {', '.join(seen)}", address))
    return Found(
        key=key,
        url=address,
        title=one_line(text, 120),
        published=moment,
        author=one_line(" ".join(lines(node.css_first(".tgme_widget_message_from_author")))),
        body=body,
        media_type="text/html",
        text=clean_text(text),
        attachments=attachments,
        extra={
            "kinds": kinds,
            "views": " ".join(lines(node.css_first(".tgme_widget_message_views"))),
            "forwarded_from": (forwarded.attributes.get("href") or forwarded.text()) if forwarded else "",
            "answers": (answered.attributes.get("href") or "") if answered else "",
            "links": [link for part in words for link, _ in links(part, url)],
        },
    )


def _moment(node: LexborNode | None) -> datetime | None:
    try:
        return in_utc(datetime.fromisoformat(node.attributes.get("datetime") or "")) if node else None
    except ValueError:
        return None


def _inside(part: LexborNode, name: str, until: LexborNode) -> bool:
    """Whether a part stands within another of that class: a quotation, not the post's own words."""
    above = part.parent
    while above is not None and above.mem_id != until.mem_id:
        if name in _classes(above):
            return True
        above = above.parent
    return False


def _media(node: LexborNode, url: str) -> Iterator[Attachment]:
    for photo in node.css(".tgme_widget_message_photo_wrap"):
        image = _IMAGE.search(photo.attributes.get("style") or "")
        yield _file(image[1] if image else "", "image/jpeg", url, "photo")
    for film in node.css("video[src]"):
        yield _file(film.attributes.get("src") or "", "video/mp4", url, "video")
    if not node.css_first("video[src]") and node.css_first(".tgme_widget_message_video_player"):
        yield Attachment("video", "video/mp4")
    for sound in node.css("audio[src]"):
        yield _file(sound.attributes.get("src") or "", "audio/ogg", url, "voice")
    for paper in node.css(".tgme_widget_message_document_title"):
        yield Attachment(one_line(paper.text(), 200), "application/octet-stream")


def _file(address: str, media_type: str, url: str, kind: str) -> Attachment:
    address = web_address(address, url)
    return Attachment(
        one_line(urlsplit(address).path.rpartition("/")[2], 200) or kind, media_type, address=address
    )


# --- an export --------------------------------------------------------------------------------------------------


def parse_export(data: bytes) -> tuple[Channel, ...]:
    """The chats of a Telegram Desktop export (result.json); Unreadable where it is none.

    A message that cannot be read is a note. Service messages (somebody joined) are passed by.
    """
    try:
        export = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _no_export(f"byte {error.start:,} is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise _no_export(f"it is no whole JSON ({one_line(str(error), 100)})") from None
    chats = list(_chats(export))
    if not chats:
        raise _no_export("it names no chat with messages")
    return tuple(_chat(chat) for chat in chats)


def _no_export(message: str) -> Unreadable:
    return Unreadable(
        message, place="result.json", next_step="export the chat again from Telegram Desktop as JSON"
    )


def _chats(export: Any) -> Iterator[Mapping[str, Any]]:
    """A chat by itself, or all of them in the list of a whole export."""
    if not isinstance(export, dict):
        return
    if isinstance(export.get("messages"), list):
        yield export
    for name in ("chats", "left_chats"):
        listed = export.get(name)
        listed = listed.get("list") if isinstance(listed, dict) else listed
        for chat in listed if isinstance(listed, list) else []:
            if isinstance(chat, dict) and isinstance(chat.get("messages"), list):
                yield chat


def _chat(chat: Mapping[str, Any]) -> Channel:
    name = str(chat.get("id", ""))
    posts, notes = [], []
    for at, message in enumerate(chat["messages"]):
        place = f"chat {name} messages[{at}]"
        if not isinstance(message, dict) or "id" not in message:
            notes.append(Note("this message is none; left out", place))
        elif message.get("type") == "message":
            posts.append(_message(message, name))
            if posts[-1].published is None:
                notes.append(Note(f"its date {message.get('date')!r} is no moment", place))
        elif message.get("type") != "service":
            notes.append(Note(f"a message of type {message.get('type')!r} is unknown; left out", place))
    return Channel(name, one_line(str(chat.get("name") or "")), "", tuple(posts), notes=tuple(notes))


def _message(message: Mapping[str, Any], chat: str) -> Found:
    parts = list(_parts(message.get("text_entities") or message.get("text") or ""))
    text = clean_text("".join(words for words, _ in parts)).strip()
    text = "\n".join(filter(None, [text, *_poll(message.get("poll"))]))
    return Found(
        key=f"{chat}/{message['id']}",
        title=one_line(text, 120),
        published=_unix(message.get("date_unixtime"), message.get("date")),
        changed=_unix(message.get("edited_unixtime"), message.get("edited")),
        author=one_line(str(message.get("from") or message.get("actor") or "")),
        body=json.dumps(message, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace"),
        media_type="application/json",
        text=text,
        attachments=tuple(_exported_files(message)),
        extra={
            "kinds": [str(message["media_type"])] if message.get("media_type") else [],
            "forwarded_from": str(message.get("forwarded_from") or ""),
            "answers": f"{chat}/{message['reply_to_message_id']}" if "reply_to_message_id" in message else "",
            "links": [address for _, address in parts if address],
        },
    )


def _parts(text: Any) -> Iterator[tuple[str, str]]:
    """(words, the address behind them) of a text in one string, or in pieces."""
    pieces: Iterable[Any] = text if isinstance(text, list) else [text]
    for piece in pieces:
        if isinstance(piece, str):
            yield piece, ""
        elif isinstance(piece, dict):
            words = str(piece.get("text") or "")
            yield words, web_address(str(piece.get("href") or (words if piece.get("type") == "link" else "")))


def _poll(poll: Any) -> list[str]:
    """A poll's question and answers, a line each."""
    if not isinstance(poll, dict):
        return []
    answers = poll.get("answers") or poll.get("options") or []
    told = [poll.get("question"), *(each.get("text") for each in answers if isinstance(each, dict))]
    return [one_line(str(words)) for words in told if words]


def _unix(seconds: Any, written: Any) -> datetime | None:
    """A moment by its Unix time; by the machine's local time, taken for UTC, where an old export has no other."""
    try:
        if seconds:
            return datetime.fromtimestamp(int(seconds), UTC)
        return in_utc(datetime.fromisoformat(str(written))) if written else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _exported_files(message: Mapping[str, Any]) -> Iterator[Attachment]:
    """The files of a message by their paths within the export's folder; one that was not exported has no address."""
    for key, kind in (("photo", "image/jpeg"), ("file", "application/octet-stream")):
        path = message.get(key)
        if isinstance(path, str):
            there = not path.startswith("(")
            name = str(message.get("file_name") or path.rpartition("/")[2])
            yield Attachment(
                one_line(name, 200), str(message.get("mime_type") or kind), address=path if there else ""
            )
