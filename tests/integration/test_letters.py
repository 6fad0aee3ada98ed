"""Joint letters: who must have agreed, what is composed until it is sent, versions, signatories, what came of it."""

from __future__ import annotations

import io
import json
import smtplib
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from docx import Document
from followed import CASE, write
from lettered import DAY, WHO, agree, begun, published, ready
from PIL import Image
from standing import standing

from barometer.cases.state import measure_words, state_on
from barometer.errors import BadInput, NotAllowed, NotReady, UnknownValue, WrongShape
from barometer.publication import drafting
from barometer.web.actions import (
    letters,
    letters_after,
    letters_files,
    letters_signing,
    letters_versions,
    redacting,
)
from barometer.web.actions.holding import hold_back
from barometer.web.actions.importing import import_files
from barometer.web.actions.letters_import import import_letter
from barometer.web.actions.people import record_consent, set_policy, withdraw_consent
from barometer.web.actions.redacting import Why
from barometer.web.config.mail import Mail
from barometer.web.records.letters import Letter, LetterPerson, LetterVersion, SignAct, Signatory
from barometer.web.records.models import Case, Event, Party, Revision, TextState


@pytest.fixture
@standing
def ledger(db, evidence, tmp_path):
    """A published case whose people agreed to letters."""
    published(tmp_path)
    agree("Saule Oydan", "Askar Tusinbek")


@pytest.fixture
def told(monkeypatch):
    """Paragraphs that say a person's measures with their dates, whatever the templates of drafts are."""

    def draft_person(case, subject, day, language):
        rows = state_on(case, day).of(subject).measures
        return drafting.Draft(". ".join(measure_words(row, language) for row in rows), language)

    monkeypatch.setattr(drafting, "draft_person", draft_person)


@pytest.fixture
def letter(ledger, told):
    """A letter with everything approved."""
    made = begun()
    ready(made)
    return made


@pytest.fixture
def mails(settings):
    """Mail goes to a list."""
    settings.MAIL = Mail("127.0.0.1", 25, "none", sender="desk@mail.invalid")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


def paragraph(letter, name="Saule Oydan", language="en"):
    told = letters.composed(letter)[language].people
    return next(one.text for one in told if one.name == name)


def proof():
    return letters_signing.keep_proof(b"From: a@b.example\n\nWe sign.", "yes.eml", by="Alma Invented")


def signed(letter, name="An Invented Fund"):
    """An organisation that signed the last version by its link."""
    row, _ = letters_signing.ask(letter, name, email="a@fund.example", **WHO)
    letters_signing.answer(row, "sign", version=letter.versions.last().number)
    return row


def state(letter, row):
    return next(one.state for each, one in letters_signing.all_standing(letter) if each == row)


def mend(letter, part="closing", text="We are ready to meet you, and soon."):
    letters.write(letter, part, "en", text, **WHO)
    ready(letter)


# --- who agreed ---------------------------------------------------------------------------------------------------


def test_a_letter_from_a_case_has_its_people_and_provisions(letter):
    assert [row.party.name for row in letter.people.all()] == ["Saule Oydan", "Askar Tusinbek"]
    assert letter.provisions == ["KZ-CC-274"]
    said = letters.composed(letter)["en"]
    # From 1 March to 13 April 2021: house arrest on 17 March, told again by a letter of 18 March as an event of its own.
    assert said.concern == ("Since 1 March 2021 there were 2 arrests.",)
    assert "2021-03-17" in paragraph(letter) or "17 March 2021" in paragraph(letter)


def test_nobody_stands_in_a_letter_unasked(db, evidence, tmp_path):
    published(tmp_path)
    agree("Askar Tusinbek")
    with pytest.raises(NotAllowed, match="Saule Oydan"):
        begun()
    assert not Letter.objects.exists()


def test_agreement_to_the_site_is_none_to_a_letter_and_one_to_another_case_neither(ledger):
    saule, case = Party.objects.get(name="Saule Oydan"), Case.objects.get(slug=CASE)
    assert letters.has_agreed(saule, case)
    withdraw_consent(saule, how="voice", day=DAY, taken_by="Dana", **WHO)
    assert not letters.has_agreed(saule, case)
    record_consent(saule, uses=["site"], how="voice", day=DAY, taken_by="Dana", **WHO)
    other = Case.objects.create(slug="another")
    record_consent(saule, uses=["letter"], how="voice", day=DAY, taken_by="D", case=other, **WHO)
    assert not letters.has_agreed(saule, case)
    record_consent(saule, uses=["letter"], how="voice", day=DAY, taken_by="D", case=case, **WHO)
    assert letters.has_agreed(saule, case)


def test_who_takes_it_back_keeps_a_draft_in_the_house(letter):
    assert letters_files.letter_file(letter, "en", "md")
    withdraw_consent(Party.objects.get(name="Saule Oydan"), how="voice", day=DAY, taken_by="Dana", **WHO)
    with pytest.raises(NotReady, match="Saule Oydan"):
        letters_files.letter_file(letter, "en", "md")
    with pytest.raises(NotReady, match="Saule Oydan"):
        letters_versions.keep_version(letter, **WHO)


# --- composing -----------------------------------------------------------------------------------------------------


def test_a_changed_event_changes_the_paragraph_until_the_letter_is_sent(letter):
    letters_versions.keep_version(letter, **WHO)
    signed(letter)

    def happens(day):
        event = Event.objects.get(types__code="legal.house_arrest", first_day="2021-03-17")
        Event.objects.filter(pk=event.pk).update(
            coded=event.coded | {"date": day}, first_day=day, last_day=day
        )

    before = paragraph(letter)
    event = Event.objects.filter(main_type="legal.house_arrest").order_by("first_day").first()
    for row in Event.objects.filter(main_type="legal.house_arrest"):
        day = "2021-03-11"
        Event.objects.filter(pk=row.pk).update(
            coded=row.coded | {"date": day, "upcoming": [], "amounts": []},
            date=day,
            first_day=day,
            last_day=day,
        )
    after = paragraph(letter)
    assert after != before and "2021-03-11" in after
    # What was signed is another letter now: it is not sent before those who signed were asked again.
    with pytest.raises(NotReady, match="has changed since its last version"):
        letters_versions.send(letter, how="by e-mail", **WHO)
    assert letters_versions.proposal(letter).substantive
    version = letters_versions.keep_version(letter, **WHO)
    [row] = letter.signatories.all()
    assert state(letter, row) == "again"
    letters_signing.answer(row, "sign", version=version.number)
    letters_versions.send(letter, how="by e-mail", **WHO)
    Event.objects.filter(pk=event.pk).update(coded=event.coded | {"date": "2021-03-01"}, date="2021-03-01")
    assert paragraph(Letter.objects.get()) == after
    with pytest.raises(NotReady, match="was sent"):
        letters.write(letter, "closing", "en", "Other words.", **WHO)
    with pytest.raises(NotReady, match="was sent"):
        letters_versions.keep_version(letter, **WHO)


def test_own_words_stand_and_are_compared_with_the_record(letter, monkeypatch):
    key = LetterPerson.objects.get(party__name="Saule Oydan").public_id
    letters.write(letter, f"person.{key}", "en", "In prison since 1999.", **WHO)
    assert paragraph(letter) == "In prison since 1999."
    seen = []
    monkeypatch.setattr(
        drafting,
        "misfits",
        lambda text, events, language: (
            seen.append((text, len(events))) or (drafting.Misfit("date", 16, 20, "1999"),)
        ),
    )
    [(at, [misfit])] = letters.misfits_of(letter).items()
    assert (at, misfit.words) == ((key, "en"), "1999")
    assert seen == [("In prison since 1999.", 5)]


def test_a_statement_that_is_held_back_is_not_drafted(letter, monkeypatch, admin_user):
    monkeypatch.setattr(
        drafting,
        "draft_person",
        lambda *_: drafting.Draft("She is well. The invented minister took three golden mirrors home.", "en"),
    )
    hold_back(
        "the invented minister took three golden mirrors home", kind="court order", demanded_by="A court", day=DAY,
        source="a ruling", by="Alma", user=admin_user,
    )  # fmt: skip
    assert paragraph(letter) == "She is well."
    mend(letter, text="The invented minister took three golden mirrors home.")
    assert any("held back" in one for one in letters.unready(letter))


def test_who_may_not_be_named_is_not_named_by_what_was_sent_either(letter):
    letters_versions.keep_version(letter, **WHO)
    signed(letter)
    letters_versions.send(letter, how="by e-mail", **WHO)
    assert "Saule Oydan" in letters_files.letter_file(letter, "en", "html").decode()
    saule = Party.objects.get(name="Saule Oydan")
    set_policy(saule, "victim", why="she asked", **WHO)
    withdraw_consent(saule, how="voice", day=DAY, taken_by="Dana", **WHO)
    for format in ("md", "html"):
        assert "Oydan" not in letters_files.letter_file(letter, "en", format).decode()


def test_three_languages_are_in_step_before_anything_goes_out(ledger, told):
    letter = begun()
    letters.change(letter, languages=["en", "ru"], **WHO)
    assert "Title (ru): there is no text." in letters.unready(letter)
    with pytest.raises(NotReady, match="Title: there is no text"):
        letters.approve(letter, "ru", **WHO)
    parts = [*letters.parts_of(letter)]
    for part in parts:
        if letter.words.get(part, {}).get("en"):
            letters.write(letter, part, "ru", "Перевод.", source="en", **WHO)
    ready(letter)
    assert letters.unready(letter) == ()
    assert TextState.objects.filter(about=letter.public_id, language="ru").first().source_language == "en"
    letters.write(letter, "concern", "en", "Other words of concern.", **WHO)
    letters.approve(letter, "en", **WHO)
    assert letters.unready(letter) == ("The concern (ru): the text it was translated from has changed.",)


def test_a_template_is_filled_in_before_it_goes_out(ledger, told):
    letter = letters.begin(template="arrests", languages=["kk", "en"], day=DAY, since=DAY, **WHO)
    ready(letter)
    assert letter.demands.count() == 3
    assert any("Still to be filled in (kk)" in one for one in letters.unready(letter))
    with pytest.raises(UnknownValue, match="template"):
        letters.begin(template="no such", **WHO)


def test_what_cannot_be_written(letter):
    for part, text, error in (
        ("closing", "{secret_key}", UnknownValue),
        ("demand.nobody", "x", UnknownValue),
        ("closing", "x" * 20_001, BadInput),
    ):
        with pytest.raises(error):
            letters.write(letter, part, "en", text, **WHO)
    with pytest.raises(UnknownValue):
        letters.change(letter, frozen_at=timezone.now(), **WHO)
    with pytest.raises(BadInput, match="figures"):
        letters.change(letter, since=date(2021, 5, 1), **WHO)


# --- versions and signatories --------------------------------------------------------------------------------------


def test_a_slip_notifies_and_substance_asks_again(letter, mails):
    letters_versions.keep_version(letter, **WHO)
    fund, other = signed(letter), signed(letter, "Other Fund")
    letters_signing.answer(other, "decline", version=1)
    mend(letter, text="We are raedy to meet you.")
    proposal = letters_versions.proposal(letter)
    assert ([one.kind for one in proposal.changes], proposal.substantive) == (["spelling"], False)
    second = letters_versions.keep_version(letter, **WHO)
    assert (second.number, second.substantive, state(letter, fund)) == (2, False, "signed")
    assert letters_signing.tell_of_version(second) == (1, 0)
    assert mails[-1].subject == "A small change in a joint letter"

    mend(letter, part="concern", text="Since {since} there were 12 arrests.")
    with pytest.raises(NotAllowed, match="numbers, names, dates or demands"):
        letters_versions.keep_version(letter, substantive=False, **WHO)
    third = letters_versions.keep_version(letter, **WHO)
    assert (third.substantive, state(letter, fund), state(letter, other)) == (True, "again", "declined")
    assert letters_signing.tell_of_version(third) == (1, 0)
    assert mails[-1].subject == "A joint letter has changed: please look again"
    assert letters_signing.printed(letter, "en") == ()
    letters_signing.answer(fund, "sign", version=3)
    assert [one.name for one in letters_signing.printed(letter, "en")] == ["An Invented Fund"]
    # Who signed which version is kept.
    numbers = SignAct.objects.filter(signatory=fund, act="sign").values_list("version__number", flat=True)
    assert list(numbers) == [1, 3]


def test_a_version_is_only_kept_of_what_changed_and_signed_only_as_it_is(letter):
    letters_versions.keep_version(letter, **WHO)
    with pytest.raises(NotReady, match="nothing has changed"):
        letters_versions.keep_version(letter, **WHO)
    row, _ = letters_signing.ask(letter, "An Invented Fund", **WHO)
    with pytest.raises(NotReady, match="changed meanwhile"):
        letters_signing.answer(row, "sign", version=2)
    with pytest.raises(NotReady, match="Nobody has signed"):
        letters_versions.send(letter, how="by post", **WHO)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_signact SET act = 'decline'",
        "DELETE FROM records_signact",
        "UPDATE records_letterversion SET number = 7",
        "DELETE FROM records_letterversion",
        "UPDATE records_demandoutcome SET reason = 'another'",
    ],
)
def test_what_was_signed_and_what_came_of_it_stays(letter, statement):
    letters_versions.keep_version(letter, **WHO)
    signed(letter)
    letters_versions.send(letter, how="by e-mail", **WHO)
    letters_after.set_outcome(
        letter.demands.get(), "open", day=timezone.localdate(), reason="sent today", **WHO
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_links_are_secrets_of_which_a_digest_is_kept(letter):
    letters_versions.keep_version(letter, **WHO)
    row, secret = letters_signing.ask(letter, "An Invented Fund", **WHO)
    assert letters_signing.signatory_of(secret) == row
    assert letters_signing.signatory_of(secret[:-1] + ("y" if secret.endswith("x") else "x")) is None
    assert secret not in json.dumps(list(row.links.values()), default=str)
    other = letters_signing.new_link(row, **WHO)
    assert letters_signing.signatory_of(secret) is None
    assert letters_signing.signatory_of(other) == row


def test_the_coordinator_records_a_signature_with_its_proof(letter, admin_user):
    letters_versions.keep_version(letter, **WHO)
    act = letters_signing.record(letter, "An Invented Fund", "sign", proof(), user=admin_user, **WHO)
    assert (act.proof.media_type, act.version.number) == ("message/rfc822", 1)
    assert state(letter, act.signatory) == "signed"
    with pytest.raises(UnknownValue):
        letters_signing.record(letter, "Other Fund", "approve", proof(), **WHO)
    with pytest.raises(DatabaseError), transaction.atomic():
        SignAct.objects.create(signatory=act.signatory, act="sign", version=act.version, by="Alma")


def test_an_individual_signs_by_a_confirmed_address_and_may_stay_hidden(letter, mails):
    letters_versions.keep_version(letter, **WHO)
    letters_signing.open_to_individuals(letter, True, **WHO)
    first = letters_signing.join(letter, "D. Alim", "editor", "D@mail.example", shown=False, language="ru")
    row = Signatory.objects.get()
    assert (mails[-1].to, state(letter, row)) == (["D@mail.example"], "unconfirmed")
    assert mails[-1].subject == "Подтвердите, что подписываете письмо" or mails[-1].subject
    letters_signing.join(letter, "Another", "", "d@MAIL.example", shown=True, language="en")
    assert Signatory.objects.count() == 1
    letters_signing.answer(letters_signing.signatory_of(first), "sign", version=1)
    assert state(letter, row) == "signed"
    assert letters_signing.printed(letter, "en") == ()
    with pytest.raises(BadInput):
        letters_signing.join(letter, "X", "", "no address", shown=True, language="en")


def test_mails_name_nobody_and_no_letter(letter, mails):
    letters_versions.keep_version(letter, **WHO)
    row, secret = letters_signing.ask(
        letter, "An Invented Fund", email="a@fund.example", language="kk", **WHO
    )
    assert letters_signing.invite(row, secret)
    said = mails[-1].subject + mails[-1].body
    assert secret in said
    for word in ("Oydan", "Letter on", "Invented Fund"):
        assert word not in said


def test_a_mail_server_that_refuses_leaves_no_link_behind(letter, mails, monkeypatch):
    letters_versions.keep_version(letter, **WHO)
    row = signed(letter)
    mend(letter, part="concern", text="Since {since} there were 12 arrests.")
    version = letters_versions.keep_version(letter, **WHO)

    def refuse(*_, **__):
        raise smtplib.SMTPRecipientsRefused({"a@fund.example": (550, b"no")})

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert letters_signing.tell_of_version(version) == (0, 1)
    assert row.links.count() == 1


def test_reminders_go_near_the_deadline_and_not_every_day(letter, mails):
    letters_versions.keep_version(letter, **WHO)
    now = timezone.now()
    today = timezone.localdate(now)
    letters.change(letter, deadline=today + timedelta(days=10), **WHO)
    signed(letter)
    row, _ = letters_signing.ask(letter, "Other Fund", email="o@fund.example", **WHO)
    assert letters_signing.to_remind(letter, now) == []
    assert letters_signing.to_remind(letter, now + timedelta(days=2)) == []
    later = now + timedelta(days=5)
    assert letters_signing.to_remind(letter, later) == [row]
    assert letters_signing.remind([row], **WHO) == (1, 0)
    assert SignAct.objects.get(act="remind").mailed
    assert letters_signing.to_remind(letter, now + timedelta(days=1)) == []
    assert letters_signing.to_remind(letter, now + timedelta(days=11)) == []


def test_after_the_deadline_nobody_signs_but_anybody_withdraws(letter):
    letters_versions.keep_version(letter, **WHO)
    row = signed(letter)
    letters.change(letter, deadline=timezone.localdate() - timedelta(days=1), **WHO)
    with pytest.raises(NotReady, match="over"):
        letters_signing.answer(row, "sign", version=1)
    letters_signing.answer(row, "withdraw", version=1)
    assert state(letter, row) == "withdrawn"


def test_a_logo_is_evidence_made_anew(letter):
    letters_versions.keep_version(letter, **WHO)
    row, _ = letters_signing.ask(letter, "An Invented Fund", **WHO)
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "JPEG", comment=b"a stowaway")
    letters_signing.answer(row, "sign", version=1, logo=out.getvalue())
    [one] = letters_signing.printed(letter, "en")
    assert one.logo.startswith(b"\x89PNG") and b"stowaway" not in one.logo


def test_who_leads_stands_first_where_the_letter_says_so(letter):
    letters_versions.keep_version(letter, **WHO)
    for name, lead in (("Beta Fund", False), ("Zeta Fund", True), ("Alpha Fund", False)):
        letters_signing.record(letter, name, "sign", proof(), lead=lead, **WHO)
    assert [one.name for one in letters_signing.printed(letter, "en")] == [
        "Alpha Fund",
        "Beta Fund",
        "Zeta Fund",
    ]
    letters.change(letter, order="lead first", **WHO)
    letter.refresh_from_db()
    assert [one.name for one in letters_signing.printed(letter, "en")] == [
        "Zeta Fund",
        "Alpha Fund",
        "Beta Fund",
    ]


def test_who_withdraws_after_sending_is_no_longer_below_it(letter):
    letters_versions.keep_version(letter, **WHO)
    row = signed(letter)
    letters_versions.send(letter, how="by e-mail", **WHO)
    assert [one.name for one in letters_signing.printed(letter, "en")] == ["An Invented Fund"]
    letters_signing.answer(row, "withdraw", version=1)
    assert letters_signing.printed(letter, "en") == ()
    assert [one for one, _ in letters_signing.withdrew_after(letter)] == [row]


# --- after ---------------------------------------------------------------------------------------------------------


def test_replies_have_their_delay_and_demands_their_outcomes(letter):
    letters_versions.keep_version(letter, **WHO)
    signed(letter)
    today = timezone.localdate()
    with pytest.raises(NotReady):
        letters_after.add_reply(letter, day=today, sender="Ministry", summary="No.", language="en", **WHO)
    letters_versions.send(letter, how="by e-mail", at=timezone.now() - timedelta(days=9), **WHO)
    reply = letters_after.add_reply(
        letter, day=today - timedelta(days=2), sender="Ministry", summary="No.", language="en", **WHO
    )
    assert letters_after.delay(letter, reply) == 7
    with pytest.raises(BadInput, match="before the letter"):
        letters_after.add_reply(
            letter, day=today - timedelta(days=10), sender="M", summary="No.", language="en", **WHO
        )
    demand = letter.demands.get()
    for state_, day in (("refused", today - timedelta(days=2)), ("partly met", today)):
        letters_after.set_outcome(demand, state_, day=day, reason="They said so.", **WHO)
    assert [one.state for one in demand.outcomes.all()] == ["refused", "partly met"]
    with pytest.raises(BadInput, match="on record already"):
        letters_after.set_outcome(demand, "met", day=today - timedelta(days=1), reason="Late.", **WHO)
    with pytest.raises(BadInput, match="no address"):
        letters_after.add_coverage(letter, outlet="Oyla", address="javascript:alert(1)", **WHO)


def test_every_change_leaves_its_revision(letter):
    letters_versions.keep_version(letter, **WHO)
    signed(letter)
    letters_versions.send(letter, how="by e-mail", **WHO)
    models = set(Revision.objects.values_list("model", "action"))
    assert {
        ("letter", "create"), ("letter", "write"), ("letter", "send"), ("letterversion", "create"),
        ("letterdemand", "create"), ("letterperson", "create"), ("signatory", "create"),
        ("textstate", "approve text"),
    } <= models  # fmt: skip


def test_who_is_erased_is_erased_from_letters_too(letter):
    key = LetterPerson.objects.get(party__name="Saule Oydan").public_id
    letters.write(letter, f"person.{key}", "en", "Saule Oydan is under house arrest.", **WHO)
    ready(letter)
    version = letters_versions.keep_version(letter, note="On Oydan.", **WHO)
    row = signed(letter)
    letters_signing.comment(row, "Say more on Saule Oydan.")
    letters_versions.send(letter, how="by e-mail", **WHO)
    whom = redacting.person(Party.objects.get(name="Saule Oydan").public_id)
    redacting.redact_person(whom, Why("request", "she asked", "Dana"), evidence=[])
    version.refresh_from_db()
    letter.refresh_from_db()
    told = [json.dumps(version.content), json.dumps(letter.words), version.note]
    told += [one.words for one in row.acts.all()]
    told.append(letters_files.letter_file(letter, "en", "html").decode())
    assert not [text for text in told if "Oydan" in text]
    assert "house arrest" in told[0]


# --- a coded letter ------------------------------------------------------------------------------------------------

CODED = {
    "source": "open-letter.txt",
    "kind": "open_letter",
    "date": "2021-06-01",
    "language": "en",
    "sent_via": "post",
    "addressees": [{"name": "Askar Minister", "role": "Minister of Invention"}],
    "signatories": ["Beta Fund", "Alpha Fund"],
    "demands": ["Release her.", "Meet us."],
    "legal_provisions": ["KZ-CC-274"],
    "cases": [
        {
            "person": "Saule Oydan",
            "slug": CASE,
            "events": [
                {
                    "kind": "violation", "types": ["legal.house_arrest"], "date": "2021-03-17",
                    "targets": [{"name": "Saule Oydan", "written": "Oydan", "type": "media_director"}],
                    "actors": [], "provisions": [], "case": CASE, "background": True, "phase": "imposed",
                    "summary": {"en": "Under house arrest since 17 March 2021."},
                }
            ],
        }
    ],
}  # fmt: skip


def test_a_coded_letter_comes_in_with_its_events_and_stays_a_draft(ledger, tmp_path, told):
    path = tmp_path / "open-letter.json"
    path.write_text(json.dumps(CODED))
    brought = import_letter(path, as_published=True, by="A coder")
    letter = brought.letter
    assert brought.is_new and not letter.sent_at
    assert (letter.day, letter.sent_via) == (date(2021, 6, 1), "post")
    said = letters_files.leaving(letter, "en")
    assert [one.text for one in said.demands] == ["Release her.", "Meet us."]
    assert [one.name for one in said.signatories] == ["Alpha Fund", "Beta Fund"]
    assert [one.name for one in said.people] == ["Saule Oydan"]
    assert "house arrest" in said.people[0].text.lower()
    again = import_letter(path, as_published=True, by="A coder")
    assert not again.is_new and again.events.nothing_changed and Letter.objects.count() == 1


def test_another_file_is_no_letter(ledger, tmp_path):
    write(tmp_path)
    with pytest.raises(WrongShape):
        import_letter(tmp_path / "followed-2021q1.json")


@pytest.mark.once
def test_the_real_letter_is_made_again_from_the_ledger(db, evidence, shared_data, tmp_path):
    """Six signatories, all demands, all its people with their dated measures, from events of bulletin and letter."""
    import_files(
        [shared_data / "bulletin-2026q1.txt", shared_data / "bulletin-2026q1.gold.json"],
        as_published=True, by="A coder",
    )  # fmt: skip
    path = shared_data / "letter-2026-04-13.gold.json"
    gold = json.loads(path.read_text())
    letter = import_letter(path, as_published=True, by="A coder").letter
    people = [row.party for row in letter.people.all()]
    named = [case["person"] for case in gold["cases"] if case["person"]]
    assert [party.name for party in people] == named
    with pytest.raises(NotReady, match="no agreement"):
        letters_files.leaving(letter, "en")
    agree(*(party.name for party in people if party.kind == "person"))
    measures = [
        (person["person"], event["date"])
        for person in gold["cases"]
        for event in person["events"]
        if "legal.house_arrest" in event["types"]
    ]
    assert len(measures) == 4
    docx = Document(io.BytesIO(letters_files.letter_file(letter, "en", "docx")))
    html = letters_files.letter_file(letter, "en", "html").decode()
    lines = [paragraph.text for paragraph in docx.paragraphs]
    for text in ("\n".join(lines), html):
        for words in (*gold["signatories"], *gold["demands"]):
            assert words in text.replace("&#x27;", "'"), words
        assert sum(name in text for name in gold["signatories"]) == 6
    for name, day in measures:
        [line] = [line for line in lines if line.startswith(f"{name}: ")]
        when = date.fromisoformat(day)
        assert f"{when.day} {when:%B %Y}" in line or f"{when:%B} {when.day}, {when.year}" in line, line
    assert all(any(line.startswith(f"{name}: ") for line in lines) for name in named)


def test_versions_are_of_one_number_each(letter):
    letters_versions.keep_version(letter, **WHO)
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterVersion.objects.create(
            letter=letter, number=1, digest="", content={}, substantive=True, by="Alma"
        )
