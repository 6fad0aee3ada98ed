"""A request for information from its recording to readers: silence, proposal, late refusal, verdicts, take-backs."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction

from barometer.deadlines.values import Clock
from barometer.errors import BadInput, NotReady
from barometer.web.accounts.models import User
from barometer.web.actions import requests as actions
from barometer.web.actions import requests_events, requests_import, requests_steps
from barometer.web.actions.jobs import Again
from barometer.web.actions.requests import Asked
from barometer.web.actions.requests_drafts import drafts_for
from barometer.web.actions.requests_rules import rules, save_rule
from barometer.web.actions.revisions import last_number
from barometer.web.public import clock
from barometer.web.public.words import day_words
from barometer.web.records.models import Event, EvidenceItem, Revision
from barometer.web.records.requests import (
    InformationRequest,
    QuestionVerdict,
    RequestEvent,
    RequestFile,
    RequestStep,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence")]

#: Monday 4 May 2026: five working days on, past the holidays of 7 and 9 May (9 is a Saturday, so 11 May is off),
#: a journalist's request is due on 13 May: 5, 6, 8, 12, 13.
SENT, DUE = date(2026, 5, 4), date(2026, 5, 13)
BY = "Alma Invented"
REFUSAL = (
    "Министерство погоды рассмотрело Ваш запрос № 77-А. Запрашиваемые сведения имеют пометку «для служебного "
    "пользования» и не могут быть предоставлены."
)


@pytest.fixture
def at(monkeypatch):
    """Set the day."""

    def put(day: date) -> None:
        monkeypatch.setattr(clock, "today", lambda: day)

    put(SENT)
    return put


def asked(**changed) -> Asked:
    return Asked(
        **{
            "body": "Ministry of Weather",
            "kind": "journalist",
            "channel": "eotinish",
            "language": "ru",
            "title": "Расходы на зонты",
            "sent_on": SENT,
            "text": "Просим сообщить расходы.",
            "questions": ("Сколько зонтов куплено в 2025 году?", "По какой цене?"),
            "number": "77-А",
            "asker": "Bolat Imaginary",
            "outlet": "Dala Tany",
        }
        | changed
    )


@pytest.fixture
def request_(at) -> InformationRequest:
    return actions.record(asked(), by=BY)


def stands(row) -> object:
    return actions.standing_of(actions.request_of(row.public_id), rules())


def events() -> list[Event]:
    return list(Event.objects.order_by("pk"))


def step(row, kind, day, **more) -> RequestStep:
    return requests_steps.add(row, kind, day, by=BY, **more)


# --- silence --------------------------------------------------------------------------------------------------


def test_silence_is_proposed_on_the_day_after_the_last_one_and_once(request_, at):
    at(DUE)
    assert (stands(request_).due, stands(request_).clock) == (DUE, Clock.SOON)
    assert requests_events.look() == []
    at(date(2026, 5, 14))
    assert isinstance(requests_events.daily(None), Again)
    requests_events.look()
    [event] = events()
    assert (event.state, event.main_type, event.date) == ("proposed", "information.no_reply", "2026-05-13")
    told = {(one.side, one.party.name, one.type, one.role) for one in event.mentions.select_related("party")}
    assert told == {
        ("target", "Dala Tany", "outlet", ""),
        ("actor", "Ministry of Weather", "state_body", "decider"),
    }
    assert event.summary_ru == (
        "Запрос информации от 4 мая 2026 года (кто спрашивает: Dala Tany; кому: Ministry of Weather). "
        "Последний день для ответа — 13 мая 2026 года; ответа нет."
    )
    assert "Bolat" not in str(event.coded)
    link = RequestEvent.objects.get()
    assert (link.event, link.why, link.due) == (event, "no reply", DUE)


def test_a_person_alone_is_a_journalist_without_a_name(at):
    actions.record(asked(outlet=""), by=BY)
    at(date(2026, 6, 1))
    [event] = requests_events.look()
    [target] = event.mentions.filter(side="target").select_related("party")
    assert (target.type, target.written) == ("journalist", "a journalist")
    assert "Bolat" not in event.summary_en + event.item.headline


def test_an_extension_told_later_is_noted_and_changes_nothing(request_, at):
    at(date(2026, 5, 14))
    [event] = requests_events.look()
    before = (event.date, event.summary_en)
    step(request_, "extended", date(2026, 5, 12), days=15)
    event.refresh_from_db()
    assert (event.date, event.summary_en, Event.objects.count()) == (*before, 1)
    notes = Revision.objects.filter(model="event", record_id=event.public_id, action="note")
    assert [one.reason for one in notes] == [
        f"the last day in time is now {day_words(stands(request_).due)}, as what was recorded since says"
    ]
    at(date(2026, 8, 1))
    assert requests_events.look() == []
    assert notes.count() == 1


def test_what_was_answered_in_time_gives_rise_to_nothing(request_, at):
    at(date(2026, 5, 20))
    step(request_, "answered", date(2026, 5, 12))
    assert events() == requests_events.look() == []
    assert stands(request_).clock == Clock.IN_TIME


def test_a_very_late_answer_is_delay_unless_the_silence_was_proposed(request_, at):
    other = actions.record(asked(title="Another", number=""), by=BY)
    at(date(2026, 7, 1))
    step(other, "answered", date(2026, 6, 30))
    assert [one.main_type for one in events()] == ["information.delay"]
    [silence] = requests_events.look()
    step(request_, "answered", date(2026, 6, 30))
    assert Event.objects.count() == 2
    last = Revision.objects.filter(record_id=silence.public_id).latest("pk")
    assert last.reason == "a reply of 30 June 2026 (answered) is on record, after the deadline"


def test_refusals_form_letters_and_circles(request_, at):
    at(date(2026, 5, 12))
    step(request_, "refused", date(2026, 5, 6), grounds=["official_use"])
    step(request_, "form_letter", date(2026, 5, 7))
    plain = actions.record(asked(title="Another", number=""), by=BY)
    step(plain, "transferred", date(2026, 5, 5), body="Committee of Rain")
    assert Event.objects.count() == 2
    step(plain, "transferred", date(2026, 5, 6), body="Ministry of Weather")
    step(plain, "refused", date(2026, 5, 8), grounds=["competence"])
    assert [list(one.types.values_list("code", flat=True)) for one in events()] == [
        ["information.classified", "information.refusal"],
        ["information.formal_reply"],
        ["information.formal_reply"],
        ["information.refusal"],
    ]
    circle, refusal = events()[2:]
    [actor] = circle.mentions.filter(side="actor").select_related("party")
    assert actor.party.name == "Committee of Rain"  # who had it passed it back
    assert refusal.mentions.get(side="actor").party.name == "Ministry of Weather"


# --- steps ----------------------------------------------------------------------------------------------------


def test_steps_stand_and_one_in_error_is_taken_back(request_, at):
    at(date(2026, 5, 12))
    wrong = step(request_, "refused", date(2026, 5, 6))
    assert stands(request_).clock == Clock.ENDED
    requests_steps.take_back(wrong, reason="of another request", by=BY)
    assert stands(request_).clock == Clock.SOON
    [event] = events()
    assert Revision.objects.filter(record_id=event.public_id).latest("pk").reason.startswith("the step")
    with pytest.raises(NotReady, match="taken back already"):
        requests_steps.take_back(wrong, reason="again", by=BY)
    for change in (wrong.delete, lambda: RequestStep.objects.update(kind="answered")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("day", [date(2026, 5, 3), date(2026, 5, 5)])
def test_a_step_lies_between_the_request_and_today(request_, day):
    with pytest.raises(BadInput, match=day_words(day)):
        step(request_, "answered", day)
    assert not RequestStep.objects.exists()


def test_two_who_change_it_at_once_are_told(request_, at):
    base = last_number(request_)
    actions.change(request_, asked(title="Mended"), base=base, by="Dana Example")
    for do in (
        lambda: actions.change(request_, asked(), base=base, by=BY),
        lambda: step(request_, "registered", SENT, base=base),
        lambda: actions.judge(request_, {1: "not"}, base=base, by=BY),
        lambda: actions.set_visibility(request_, "public", base=base, reason="r", by=BY),
    ):
        with pytest.raises(actions.Outdated):
            do()
    assert InformationRequest.objects.get().title == "Mended"


def test_questions_with_a_verdict_stay_in_their_place(request_):
    base = last_number(request_)
    actions.judge(request_, {2: "partly"}, base=base, by=BY)
    with pytest.raises(NotReady, match="question 2"):
        actions.change(request_, asked(questions=("One",)), base=last_number(request_), by=BY)
    row = QuestionVerdict.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_a_rule_of_the_desk_stands_over_the_countrys(request_):
    rule = {
        "kind": "journalist",
        "law": "KZ-MEDIA",
        "article": "36",
        "days": 7,
        "unit": "working",
        "extension": None,
        "extension_unit": "",
        "transfer": None,
        "since": date(2024, 8, 20),
        "until": None,
        "source": "a lawyer's letter",
        "note": "",
        "confirmed_by": "Dana Example",
        "confirmed_on": date(2026, 5, 1),
        "dropped": False,
        "label": {},
    }
    row = save_rule(rule, reason="the lawyer says so", by=BY)
    assert stands(request_).due == date(2026, 5, 15)
    assert stands(request_).rule.confirmed
    with pytest.raises(NotReady):
        save_rule(rule | {"days": 8}, reason="again", by=BY)
    save_rule(rule | {"dropped": True}, reason="it does not hold", by=BY, row=row, base=1)
    assert stands(request_) is None
    assert requests_events.look() == []


# --- letters --------------------------------------------------------------------------------------------------


def mail(
    text: str,
    *,
    subject="Ответ",
    sender="office@weather.example",
    day="Tue, 19 May 2026 10:00:00 +0500",
    **more,
) -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"] = sender, "desk@dala-tany.example"
    message["Subject"], message["Date"] = subject, day
    message["Message-ID"] = more.pop("key", "<reply-1@weather.example>")
    for name, value in more.pop("headers", {}).items():
        message[name] = value
    message.set_content(text)
    for name, data in more.pop("files", {}).items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_a_letter_is_kept_read_and_decided_on(request_, at):
    at(date(2026, 5, 20))
    requests_events.look()
    [file, enclosed] = requests_import.take(
        request_, mail(REFUSAL, files={"scan.bin": b"\x00\x01"}), "reply.eml", by=BY
    )
    assert (file.role, file.fate, file.day) == ("reply", "waiting", date(2026, 5, 19))
    assert (enclosed.role, enclosed.fate) == ("attachment", "none")
    assert file.read["kind"] == "refused"
    assert [one["code"] for one in file.read["grounds"]] == ["official_use"]
    assert {one["verdict"] for one in file.read["answers"]} <= {"not", "irrelevant"}
    made = step(request_, "refused", date(2026, 5, 19), grounds=["official_use"], file=file)
    assert (made.evidence, made.proposed["kind"]) == (file.evidence, "refused")
    assert [one.main_type for one in events()] == ["information.no_reply", "information.classified"]
    assert list(events()[1].item.source.documents.all()) == [file.evidence]
    with pytest.raises(NotReady, match="already"):
        step(request_, "refused", date(2026, 5, 19), file=file)
    with pytest.raises(BadInput, match="already"):
        requests_import.take(request_, mail(REFUSAL), "reply.eml", by=BY) and requests_import.take(
            request_, mail(REFUSAL), "reply.eml", by=BY
        )
    requests_steps.take_back(made, reason="read again", by=BY)
    file.refresh_from_db()
    assert file.fate == "waiting"


def test_letters_find_their_request(request_, at):
    at(date(2026, 5, 20))
    other = actions.record(asked(title="Цены на снег", number="77-АБ"), by=BY)
    sent = mail("Просим сообщить.", key="<ask-1@dala.example>", day="Mon, 4 May 2026 09:00:00 +0500")
    [ours] = requests_import.take(request_, sent, "ask.eml", by=BY)
    assert (ours.role, ours.fate, ours.read) == ("request", "none", None)

    def likely(data: bytes) -> list[tuple[InformationRequest, str]]:
        found = requests_import.likely_requests(requests_import.letters_of(data, "x.eml"))
        return [(one.request, one.why) for one in found]

    answer = mail("Ответ прилагается.", headers={"In-Reply-To": "<ask-1@dala.example>"})
    assert likely(answer) == [(request_, "answers")]
    assert likely(mail("На Ваш № 77-АБ сообщаем")) == [(other, "number")]
    assert likely(mail("…", subject="Re: Отв: цены на  снег")) == [(other, "subject")]
    assert likely(mail("Рекламное письмо 77")) == []


def test_a_thread_of_several_letters(request_, at):
    at(date(2026, 5, 20))
    box = b"".join(
        b"From x@example.org Mon May  4 09:00:00 2026\n" + one + b"\n\n"
        for one in (
            mail("Просим.", key="<a@d.example>", day="Mon, 4 May 2026 09:00:00 +0500"),
            mail(
                "Ваше обращение зарегистрировано за № 88.",
                key="<b@w.example>",
                day="Tue, 5 May 2026 09:00:00 +0500",
            ),
        )
    )
    made = requests_import.take(request_, box, "thread.mbox", by=BY)
    assert [(one.role, one.fate) for one in made] == [
        ("attachment", "none"),
        ("request", "none"),
        ("reply", "waiting"),
    ]


def pdf(text: str) -> bytes:
    import typst

    return typst.compile(f"#set page(width: 15cm, height: 10cm)\n{text}".encode())


def docx(text: str) -> bytes:
    from io import BytesIO

    from docx import Document

    document, out = Document(), BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("make", "name"), [(pdf, "reply.pdf"), (docx, "reply.docx"), (mail, "reply.eml")])
def test_a_refusal_is_read_from_each_kind_of_file(request_, at, make, name):
    at(date(2026, 5, 20))
    enclosing = mail("См. вложение.", files={"ответ.pdf": pdf(REFUSAL)})
    data = enclosing if make is mail else make(REFUSAL)
    [file, *_] = requests_import.take(request_, data, name, by=BY, day=date(2026, 5, 18))
    assert (file.read["kind"], file.day) == ("refused", date(2026, 5, 19 if make is mail else 18))
    [ground] = file.read["grounds"]
    words = file.read["text"][ground["start"] : ground["end"]]
    assert (ground["code"], "служебного" in words) == ("official_use", True)


def locked_pdf() -> bytes:
    """A PDF that cannot be opened without its password: its trailer names a lock that nobody has the key of."""
    plain = pdf("Nothing to see.")
    lock = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <" + b"11" * 32 + b"> /U <" + b"22" * 32 + b"> >>"
    )
    assert b"/Root" in plain
    return plain.replace(b"/Root", lock + b" /Root", 1)


BROKEN = {
    "locked.pdf": None,
    "empty.eml": b"",
    "binary.eml": b"\x00\x01\x02" * 500,
    "half.pdf": b"%PDF-1.7\n1 0 obj <</Type /Catal",
    "half.docx": b"PK\x03\x04word/" + b"\x00" * 40,
    "no-letter.eml": b"hello\n\nthere",
    "program.exe": b"MZ\x90\x00" + b"\x00" * 100,
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_refused_and_leaves_nothing(request_, name):
    with pytest.raises(BadInput):
        requests_import.take(
            request_, BROKEN[name] if BROKEN[name] is not None else locked_pdf(), name, by=BY
        )
    assert not RequestFile.objects.exists()
    assert not EvidenceItem.objects.exists()


def test_a_letter_with_too_many_files_leaves_nothing(request_):
    many = mail("…", files={f"{number}.txt": b"x" for number in range(51)})
    with pytest.raises(BadInput, match="51 files"):
        requests_import.take(request_, many, "many.eml", by=BY)
    assert not EvidenceItem.objects.exists()


def test_a_reply_of_the_same_day_is_no_letter_of_ours(request_):
    answer = mail(
        "Ваш запрос зарегистрирован за № 77-А.",
        day="Mon, 4 May 2026 18:00:00 +0500",
        headers={"In-Reply-To": "<a@d.example>"},
    )
    [file] = requests_import.take(request_, answer, "auto.eml", by=BY)
    assert (file.role, file.read["kind"], file.read["number"]) == ("reply", "registered", "77-А")


def test_a_file_without_words_is_kept_where_a_person_says_so(request_):
    [file] = requests_import.take(request_, BROKEN["half.pdf"], "scan.pdf", by=BY, unread=True)
    assert (file.fate, file.read) == ("waiting", {})


@pytest.mark.parametrize(
    ("day", "held"),
    [(date(2026, 5, 12), True), (DUE, True), (None, True), (date(2026, 5, 14), False)],
)
def test_silence_waits_for_a_letter_that_may_be_an_answer_in_time(request_, at, day, held):
    at(date(2026, 5, 20))
    [letter] = requests_import.take(request_, docx(REFUSAL), "reply.docx", by=BY, day=day)
    assert len(requests_events.look()) == (not held)
    assert ("reminder" in drafts_for(request_, stands(request_))) is not held
    assert ("violation_note" in drafts_for(request_, stands(request_))) is not held
    requests_steps.no_step(letter, reason="of another request", by=BY)
    requests_events.look()
    assert [one.main_type for one in events()] == ["information.no_reply"]


@pytest.mark.parametrize("day", [date(2026, 5, 12), date(2026, 5, 19), None])
def test_nothing_becomes_public_while_a_letter_waits(request_, at, day):
    at(date(2026, 5, 20))
    [letter] = requests_import.take(request_, docx(REFUSAL), "reply.docx", by=BY, day=day)

    def publish(visibility: str) -> None:
        actions.set_visibility(request_, visibility, base=last_number(request_), reason="r", by=BY)

    with pytest.raises(NotReady, match=r"waits for a decision.*decide on the letter first"):
        publish("public")
    publish("internal")
    step(request_, "refused", date(2026, 5, 19), file=letter)
    publish("public")


@pytest.mark.django_db(transaction=True)
def test_the_command_brings_letters_to_their_requests(evidence, request_, at, tmp_path):
    from click.testing import CliRunner

    from barometer.cli import cli

    at(date(2026, 5, 20))
    good, strange, broken = (tmp_path / name for name in ("a.eml", "b.eml", "c.pdf"))
    good.write_bytes(mail(REFUSAL))
    strange.write_bytes(mail("Без номера.", key="<other@w.example>"))
    broken.write_bytes(BROKEN["half.pdf"])
    files = [str(one) for one in (good, strange, broken)]
    done = CliRunner().invoke(cli, ["requests", "import", *files, "--by", BY])
    assert done.exit_code == 1
    assert f"a.eml: 1 file kept with {request_.public_id}" in done.output
    assert "b.eml: it belongs to no request that is known" in done.output
    assert "c.pdf" in done.output
    assert RequestFile.objects.count() == EvidenceItem.objects.count() == 1
    look = CliRunner().invoke(cli, ["requests", "look", "--by", BY])
    assert look.output.startswith("information.no_reply  2026-05-13  ")
    assert Revision.objects.get(model="event").by == BY


# --- at the desk ----------------------------------------------------------------------------------------------


@pytest.fixture
def editor(client):
    person = User.objects.create_user("alma", first_name="Alma", last_name="Invented", is_staff=True)
    person.groups.add(Group.objects.create(name="editor"))
    client.force_login(person)
    return person


def post(client, path: str, status: int = 302, **given):
    answer = client.post(f"/desk/requests/{path}", given)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer


def test_what_requests_give_rise_to_waits_on_the_page_of_the_day(client, editor, request_, at):
    at(date(2026, 5, 14))
    heading = "Proposals that nobody has decided on"
    assert heading not in client.get("/desk/day/").content.decode()
    requests_events.look()
    [event] = events()
    page = client.get("/desk/day/").content.decode()
    assert heading in page and f'href="/desk/code/{event.public_id}/"' in page
    assert "a request for information" in page
    Event.objects.update(state="accepted")
    assert heading not in client.get("/desk/day/").content.decode()


def test_a_body_that_the_country_knows_has_its_name_in_the_readers_language(client, editor, at):
    row = actions.record(asked(body="Ministry of Internal Affairs"), by=BY)
    here = f"/desk/requests/{row.public_id}/"
    for language, name in (("ru", "Министерство внутренних дел"), ("kk", "Ішкі істер министрлігі")):
        client.cookies["django_language"] = language
        for path in (here, "/desk/requests/"):
            assert name in client.get(path).content.decode(), (language, path)


def test_the_whole_story_at_the_desk(client, editor, at):
    from django.core.files.uploadedfile import SimpleUploadedFile

    at(date(2026, 5, 4))
    given = {
        "title": "Расходы на зонты", "body": "Министерство погоды", "kind": "journalist", "channel": "mail",
        "language": "ru", "sent_on": "2026-05-04", "questions": "1. Сколько зонтов?\n2) По какой цене?",
        "number": "77-А", "asker": "Bolat Imaginary", "outlet": "Dala Tany",
    }  # fmt: skip
    post(client, "new/", **given)
    row = InformationRequest.objects.get()
    assert row.questions == ["Сколько зонтов?", "По какой цене?"]
    here = f"{row.public_id}/"
    at(date(2026, 5, 20))
    page = client.get(f"/desk/requests/{here}").content.decode()
    assert "late by 5 working days" in page
    assert "Propose it now" in page
    assert "Расходы на зонты" in client.get("/desk/requests/?state=late").content.decode()
    assert "Расходы на зонты" not in client.get("/desk/requests/?state=soon").content.decode()
    post(client, f"{here}act/", act="propose")
    assert Event.objects.get().main_type == "information.no_reply"
    event = Event.objects.get().public_id
    assert f"/desk/requests/{here}" in client.get(f"/desk/code/{event}/").content.decode()
    post(client, "bring/", file=SimpleUploadedFile("reply.eml", mail(REFUSAL)))
    file = RequestFile.objects.get()
    page = client.get(f"/desk/requests/{here}").content.decode()
    assert "The reader proposes: <strong>Refused to answer</strong>" in page
    assert "<mark>" in page
    post(
        client, f"{here}act/", act="step", file=file.public_id, kind="refused", day="2026-05-19",
        grounds="official_use", base=last_number(row),
    )  # fmt: skip
    assert Event.objects.count() == 2
    post(
        client,
        f"{here}act/",
        act="judge",
        base=last_number(row),
        **{"question-1": "not", "question-2": "not"},
    )
    post(client, f"{here}publish/", status=400, visibility="public", reason="r", base=1)
    post(client, f"{here}publish/", visibility="public", reason="the outlet agreed", base=last_number(row))
    public = client.get(f"/en/requests/{row.public_id}/").content.decode()
    assert "Расходы на зонты" in public
    assert not any(word in public for word in ("Bolat", "77-А", "reply.eml", "Alma Invented"))
    assert "proposed" in client.get(f"/desk/requests/{here}").content.decode()


def test_a_file_whose_request_is_not_found_is_kept_and_chosen(client, editor, request_, at):
    from django.core.files.uploadedfile import SimpleUploadedFile

    at(date(2026, 5, 20))
    page = post(client, "bring/", 200, file=SimpleUploadedFile("a.eml", mail("Без номера."))).content.decode()
    kept = EvidenceItem.objects.get()
    assert kept.public_id in page
    assert request_.title in page
    post(client, "bring/", 400, kept=kept.public_id)
    waiting = f'<a href="?kept={kept.public_id}">a.eml</a>'
    assert waiting in client.get("/desk/requests/bring/").content.decode()
    again = client.get("/desk/requests/bring/", {"kept": kept.public_id}).content.decode()
    assert f'name="kept" value="{kept.public_id}"' in again
    assert "Ministry of Weather, 4 May 2026" in again
    assert 'name="kept"' not in client.get("/desk/requests/bring/?kept=%00none").content.decode()
    post(client, "bring/", kept=kept.public_id, request=request_.public_id)
    assert RequestFile.objects.get().request == request_
    assert waiting not in client.get("/desk/requests/bring/").content.decode()


def test_the_page_says_what_a_letter_holds_up_and_chooses_no_verdict(client, editor, request_, at):
    here = f"/desk/requests/{request_.public_id}/"
    at(date(2026, 5, 20))
    sent = mail(REFUSAL, day="Tue, 12 May 2026 10:00:00 +0500")
    [letter] = requests_import.take(request_, sent, "reply.eml", by=BY)
    page = client.get(here).content.decode()
    assert "A letter waits for your decision; nothing is proposed until then." in page
    assert "Propose it now" not in page
    assert "The reader proposes: not answered" in page
    questions = page[page.index('class="req-questions"') :].partition("</ol>")[0]
    assert "selected" not in questions
    post(client, f"{request_.public_id}/act/", act="judge", base=last_number(request_), **{"question-1": ""})
    assert not QuestionVerdict.objects.exists()
    post(
        client,
        f"{request_.public_id}/publish/",
        400,
        visibility="public",
        reason="r",
        base=last_number(request_),
    )
    step(request_, "refused", date(2026, 5, 12), file=letter)
    page = client.get(here).content.decode()
    assert "Refused to answer; the last day for an answer was 13 May 2026." in page
    assert "nothing is proposed until then" not in page


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("refused", "Refused to answer, 4 working days after the last day for an answer (13 May 2026)."),
        ("form_letter", "without an answer, 4 working days after the last day for an answer (13 May 2026)."),
        ("withdrawn", "Withdrawn by the asker; the last day for an answer was 13 May 2026."),
    ],
)
def test_what_ends_late_without_an_answer_says_how_late(client, editor, request_, at, kind, said):
    at(date(2026, 5, 20))
    step(request_, kind, date(2026, 5, 19))
    page = client.get(f"/desk/requests/{request_.public_id}/").content.decode()
    assert said in page
    listed = client.get("/desk/requests/?state=ended").content.decode()
    assert said in listed
    assert "ended without an answer" not in page + listed


def test_the_calendar_and_the_tables(client, editor, request_, at):
    text = client.get("/desk/requests/answers-due.ics").content.decode()
    assert "DTSTART;VALUE=DATE:20260513" in text
    assert "Bolat" not in text
    table = client.get("/desk/requests/requests.csv").content.decode("utf-8-sig")
    assert "Расходы на зонты,Ministry of Weather,Dala Tany" in table
    assert client.get("/desk/requests/requests.xlsx").content[:2] == b"PK"


def test_bad_forms_are_told_and_change_nothing(client, editor, request_):
    here = f"{request_.public_id}/"
    for path, given in (
        ("new/", {"title": "x"}),
        ("new/", {"title": "x", "body": "B", "sent_on": "2026-99-01"}),
        (f"{here}act/", {"act": "step", "kind": "answered", "day": ""}),
        (f"{here}act/", {"act": "step", "kind": "nothing", "day": "2026-05-04"}),
        (f"{here}act/", {"act": "step", "kind": "extended", "day": "2026-05-04", "days": "9999"}),
        (f"{here}act/", {"act": "link", "event": "none"}),
        (f"{here}act/", {"act": "take-back", "step": "none"}),
        (f"{here}files/", {}),
        ("bring/", {}),
        ("rules/new/", {"kind": "journalist", "reason": "r", "days": "5", "since": "2026-01-01"}),
    ):
        post(client, path, 400, **given)
    assert client.post(f"/desk/requests/{here}act/", {"act": "none"}).status_code == 404
    assert InformationRequest.objects.count() == 1
    assert not RequestStep.objects.exists()


DRAFTS = ["complaint_refusal", "court", "violation_note"]


def test_drafts_fit_how_it_stands(client, editor, request_, at):
    from io import BytesIO

    from docx import Document

    here = f"/desk/requests/{request_.public_id}/"
    assert client.get(f"{here}reminder.ru.txt").status_code == 404
    at(date(2026, 5, 20))
    text = client.get(f"{here}complaint_silence.ru.txt").content.decode()
    for words in ("13 мая 2026", "77-А", "Bolat Imaginary"):
        assert words in text
    step(request_, "refused", date(2026, 5, 19), grounds=["official_use"])
    assert client.get(f"{here}complaint_silence.ru.txt").status_code == 404
    page = client.get(here).content.decode()
    for kind in DRAFTS:
        for language in ("en", "ru", "kk"):
            path = f"{here}{kind}.{language}.docx"
            assert path in page
            document = Document(BytesIO(client.get(path).content))
            assert document.core_properties.keywords.startswith("digitalSourceType=")
            assert len(document.paragraphs) > 6
    note = client.get(f"{here}violation_note.ru.txt").content.decode()
    assert "Рабочих дней просрочки: 4." in note
    in_time = actions.record(asked(title="Another", number=""), by=BY)
    step(in_time, "refused", date(2026, 5, 12))
    assert drafts_for(in_time, stands(in_time)) == ("complaint_refusal", "court")
    assert client.get(f"{here}court.de.txt").status_code in (400, 404)
    assert client.get(f"{here}court.ru.exe").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_is_gone_from_requests_too(evidence, at):
    from barometer.web.actions import redacting
    from barometer.web.records.models import Party

    name = "Aigerim Testbekova"
    row = actions.record(asked(title=f"Letter of {name}", asker=name, questions=(f"Did {name} ask?",)), by=BY)
    at(date(2026, 5, 20))
    step(row, "refused", date(2026, 5, 19), note=f"{name} called us")
    [letter] = requests_import.take(row, mail(f"Dear {name}, we cannot answer."), "reply.eml", by=BY)
    person = Party.objects.create(name=name, kind="person")
    why = redacting.Why("request", "asked for it in a letter", BY)
    redacting.redact_person(redacting.person(person.public_id), why, evidence=[letter.evidence.public_id])
    row.refresh_from_db()
    letter.refresh_from_db()
    told = str([row.title, row.asker, row.questions, row.steps.get().note, letter.read])
    assert "Testbekov" not in told
    assert row.steps.get().kind == "refused"
