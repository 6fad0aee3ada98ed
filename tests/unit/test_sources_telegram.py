"""Posts of previews and exports; a page without the places we read by is an error that names the place."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from barometer.errors import Unreadable
from barometer.sources.found import LayoutChanged
from barometer.sources.telegram import parse_export, parse_preview, preview_address

URL = "https://t.me/s/invented"
DATE = '<a class="tgme_widget_message_date"><time datetime="2026-03-09T15:00:00+05:00"></time></a>'


def post(number, inside, *, date=DATE, more=""):
    return (
        f'<div class="tgme_widget_message {more}" data-post="invented/{number}"><div class="tgme_widget_message_bubble">'
        f"{inside}{date}</div></div>"
    )


def preview(*posts):
    return (
        '<div class="tgme_channel_info_header_title">Invented</div><section class="tgme_channel_history">'
        f"{''.join(posts)}</section>"
    )


def test_a_post_has_its_own_words_and_not_those_of_others():
    channel = parse_preview(
        preview(
            post(
                1,
                '<a class="tgme_widget_message_reply" href="https://t.me/invented/0"><div class="tgme_widget_message_text">'
                'Answered</div></a><div class="tgme_widget_message_text">Суд <b>отложен</b>.<br>Подробнее: '
                '<a href="https://gazette.example/1">тут</a></div><a class="tgme_widget_message_link_preview">'
                '<div class="tgme_widget_message_text">Preview</div></a>',
            )
        ),
        URL,
    )
    (told,) = channel.posts
    assert (channel.name, channel.title) == ("invented", "Invented")
    assert (told.key, told.url) == ("invented/1", "https://t.me/invented/1")
    assert told.text == "Суд отложен.\nПодробнее: тут"
    assert told.published == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert told.extra["links"] == ["https://gazette.example/1"]
    assert told.extra["answers"] == "https://t.me/invented/0"
    assert b"Preview" in told.body  # what stands there is kept whole


def test_service_messages_go_and_a_post_without_a_moment_is_a_note():
    text = '<div class="tgme_widget_message_text">Words</div>'
    channel = parse_preview(
        preview(post(1, text), post(2, "Photo updated", more="service_message"), post(3, text, date="")), URL
    )
    assert [each.key for each in channel.posts] == ["invented/1"]
    assert [note.place for note in channel.notes] == [
        "https://t.me/invented/3 .tgme_widget_message_date time[datetime]"
    ]


def test_a_kind_of_post_that_we_do_not_know_is_a_note():
    channel = parse_preview(preview(post(1, '<div class="tgme_widget_message_hologram">?</div>')), URL)
    assert "tgme_widget_message_hologram" in channel.notes[0].message


@pytest.mark.parametrize(
    ("html", "place"),
    [
        ("<title>Channel</title><div class=new_message>Words</div>", ".tgme_widget_message[data-post]"),
        ("", ".tgme_widget_message[data-post]"),
        (preview(post(1, "x", date=""), post(2, "y", date="")), ".tgme_widget_message_date time[datetime]"),
        (preview(*(post(at, "<p class=new_text>Words</p>") for at in range(3))), ".tgme_widget_message_text"),
    ],
)
def test_a_changed_layout_names_the_place_and_what_was_seen(html, place):
    with pytest.raises(LayoutChanged, match="seen: ") as changed:
        parse_preview(html, URL)
    assert (changed.value.place, changed.value.file) == (place, URL)


def test_an_empty_channel_is_no_error():
    assert parse_preview(preview(), URL).posts == ()


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<div class="tgme_page_title">Private</div>', "shows no preview"),
        ('<body class="tgme_landing"><h1>Telegram</h1>', "no such channel"),
    ],
)
def test_a_channel_that_cannot_be_read(html, words):
    with pytest.raises(Unreadable, match=words) as error:
        parse_preview(html, URL)
    assert not isinstance(error.value, LayoutChanged)


@pytest.mark.parametrize("written", ["invented", "@invented", "https://t.me/invented", "t.me/s/invented/"])
def test_the_address_of_a_preview(written):
    assert preview_address(written) == URL


@pytest.mark.parametrize("written", ["https://t.me/+abcdef", "x", "@канал", "https://t.me/invented/12"])
def test_what_names_no_channel(written):
    with pytest.raises(Unreadable, match="names no public channel"):
        preview_address(written)


def test_an_export():
    messages = [
        {
            "id": 1,
            "type": "message",
            "date": "2026-03-09T15:00:00",
            "date_unixtime": "1773050400",
            "from": "A",
            "text": [
                "Суд ",
                {"type": "bold", "text": "отложен"},
                {"type": "text_link", "text": " тут", "href": "https://g.example/1"},
            ],
            "photo": "photos/1.jpg",
            "reply_to_message_id": 0,
        },
        {"id": 2, "type": "service", "action": "join"},
        {
            "id": 3,
            "type": "message",
            "date": "never",
            "text": "",
            "file": "(File not included.)",
            "file_name": "a.pdf",
        },
        {"id": 4, "type": "dream", "text": "x"},
        "no message",
        {
            "id": 5,
            "type": "message",
            "date": "2026-03-09T15:00:00",
            "text": "",
            "poll": {"question": "Q?", "answers": [{"text": "Yes"}, {"text": "No"}]},
        },
    ]
    (chat,) = parse_export(json.dumps({"name": "C", "id": 9, "messages": messages}).encode())
    first, second, third = chat.posts
    assert (first.key, first.text, first.extra["links"]) == (
        "9/1",
        "Суд отложен тут",
        ["https://g.example/1"],
    )
    assert first.published == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert [(file.name, file.address) for file in first.attachments] == [("1.jpg", "photos/1.jpg")]
    assert (second.published, second.attachments[0].address) == (None, "")
    assert third.text == "Q?\nYes\nNo"
    assert [note.place for note in chat.notes] == [
        "chat 9 messages[2]",
        "chat 9 messages[3]",
        "chat 9 messages[4]",
    ]
    whole = {
        "chats": {"list": [{"id": 1, "messages": []}]},
        "left_chats": {"list": [{"id": 2, "messages": []}]},
    }
    assert [each.name for each in parse_export(json.dumps(whole).encode())] == ["1", "2"]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"messages": 1}', b'{"messages": [', b"\xff\xfe", b"[" * 100_000]
)
def test_what_is_no_export(data):
    with pytest.raises(Unreadable, match="Next: export the chat again"):
        parse_export(data)


@pytest.mark.shared
def test_the_shared_pages_and_exports(shared_data):
    folder = shared_data / "telegram"
    pages = folder / "teleglance"
    feed = parse_preview((pages / "feed_page.html").read_text(encoding="utf-8"), URL)
    assert ([int(each.key.partition("/")[2]) for each in feed.posts], feed.notes) == (
        [*range(101, 109), 110],
        (),
    )
    assert len(parse_preview((pages / "embed_message.html").read_text(encoding="utf-8"), URL).posts) == 1
    for name in ("card_page.html", "not_found.html"):
        with pytest.raises(Unreadable):
            parse_preview((pages / name).read_text(encoding="utf-8"), URL)
    counts = {
        path.name: [(len(chat.posts), len(chat.notes)) for chat in parse_export(path.read_bytes())]
        for path in (folder / "exports").glob("*.json")
    }
    assert counts == {
        "personal_chat.json": [(4, 0)],
        "supergroup_with_topics.json": [(4, 0)],
        "telegram-export-md_result.json": [(12, 0), (1, 0)],
    }
