"""Who is asked to sign a letter, by which private link, and what they say to which version; mails to them.

A link's secret is kept as a digest only. A mail says that there is a letter and where it is read, never its title
nor anybody's name: mail is not safe.
"""

from __future__ import annotations

import hashlib
import secrets
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from barometer.codebook.book import LANGUAGES
from barometer.errors import BadInput, NotAllowed, NotReady, UnknownValue
from barometer.evidence.logos import logo as remade
from barometer.publication.letter import Signed, alphabetical
from barometer.web.actions.evidence import bytes_of, keep_evidence
from barometer.web.actions.revisions import record_revision
from barometer.web.records.letters import Letter, LetterVersion, SignAct, Signatory, SignLink
from barometer.web.records.models import EvidenceItem
from barometer.web.records.protected import digest as keyed

Act = SignAct.Act
#: Who signs a letter, at most; names and words, at most.
MOST, LONGEST_NAME, LONGEST_WORDS = 500, 200, 5_000
#: A reminder comes again after so many days, and from so many days before the deadline on.
REMIND_AFTER, REMIND_BEFORE = timedelta(days=3), timedelta(days=7)
_DECISIVE = (Act.SIGN, Act.DECLINE, Act.WITHDRAW)
BY_LINK = "the signatory, by the link"


# --- where somebody stands --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stands:
    """Where a signatory stands on the letter's last version.

    `state`: unasked, unconfirmed, asked, opened, commented, approved, signed, again (signed an earlier version that
    has changed in substance), declined, withdrawn. `version` is the number of what was signed or approved.
    """

    state: str
    version: int | None = None
    asked_on: date | None = None
    reminded_on: date | None = None
    comments: int = 0

    @property
    def signed(self) -> bool:
        """Whether the signature holds."""
        return self.state == "signed"

    @property
    def waits(self) -> bool:
        """Whether an answer is still hoped for."""
        return self.state in ("asked", "opened", "commented", "approved", "again")


def stands(
    signatory: Signatory,
    acts: Iterable[SignAct],
    versions: Iterable[LetterVersion],
    until: datetime | None = None,
) -> Stands:
    """Where a signatory stands, by all their acts up to a moment, the oldest first."""
    done = [act for act in acts if until is None or act.at <= until]
    asked = next((act for act in done if act.act in (Act.ASK, Act.AGAIN)), None)
    reminded = next((act for act in reversed(done) if act.act == Act.REMIND), None)
    state, number = _state(signatory, done, list(versions))
    return Stands(
        state,
        number,
        asked and timezone.localdate(asked.at),
        reminded and timezone.localdate(reminded.at),
        sum(act.act == Act.COMMENT for act in done),
    )


def _state(
    signatory: Signatory, done: list[SignAct], versions: list[LetterVersion]
) -> tuple[str, int | None]:
    decided = next((act for act in reversed(done) if act.act in _DECISIVE), None)
    if decided and decided.act == Act.SIGN:
        number = decided.version.number
        changed = any(one.substantive and one.number > number for one in versions)
        return ("again" if changed else "signed"), number
    if decided:
        return ("declined" if decided.act == Act.DECLINE else "withdrawn"), None
    approved = next((act for act in reversed(done) if act.act == Act.APPROVE), None)
    if approved:
        return "approved", approved.version.number
    for act, state in ((Act.COMMENT, "commented"), (Act.OPEN, "opened"), (Act.ASK, "asked")):
        if any(one.act == act for one in done):
            if signatory.kind == Signatory.Kind.INDIVIDUAL:
                return "unconfirmed", None
            return state, None
    return ("unconfirmed" if signatory.kind == Signatory.Kind.INDIVIDUAL else "unasked"), None


def all_standing(letter: Letter, until: datetime | None = None) -> list[tuple[Signatory, Stands]]:
    """Every signatory with where they stand, in the order of the letter; three queries."""
    versions = list(letter.versions.defer("content"))
    rows = list(letter.signatories.select_related("logo").prefetch_related("acts__version"))
    found = [(row, stands(row, row.acts.all(), versions, until)) for row in rows]
    return sorted(found, key=lambda one: order_key(letter, one[0], letter.source_language))


def order_key(letter: Letter, signatory: Signatory, language: str) -> tuple[Any, ...]:
    """Organisations before individuals; who leads first where the letter says so; then by the alphabet."""
    leads = signatory.lead and letter.order == Letter.Order.LEAD_FIRST
    return (signatory.kind == Signatory.Kind.INDIVIDUAL, not leads, alphabetical(signatory.name, language))


def signed_for(letter: Letter, version: LetterVersion) -> list[Signatory]:
    """Whose signature holds for that version."""
    versions = list(letter.versions.filter(number__lte=version.number).defer("content"))
    rows = letter.signatories.prefetch_related("acts__version")
    return [row for row in rows if stands(row, row.acts.all(), versions).signed]


def printed(letter: Letter, language: str, *, logos: bool = True) -> tuple[Signed, ...]:
    """Who stands below the letter: of one that was sent, those whose signature held then, but who withdrew since.

    Who wishes to be hidden is counted nowhere and named nowhere.
    """
    rows = [row for row, _ in signing(letter) if row.shown]
    rows.sort(key=lambda row: order_key(letter, row, language))
    return tuple(
        Signed(row.name, row.about, bytes_of(row.logo) if logos and row.logo else b"") for row in rows
    )


def signing(letter: Letter) -> list[tuple[Signatory, Stands]]:
    """Those whose signature stands: after sending, whose signature held then and who did not withdraw since."""
    now = all_standing(letter)
    if letter.frozen_at is None:
        return [(row, one) for row, one in now if one.signed]
    then = {row.pk for row, one in all_standing(letter, letter.frozen_at) if one.signed}
    return [(row, one) for row, one in now if row.pk in then and one.state != "withdrawn"]


def withdrew_after(letter: Letter) -> list[tuple[Signatory, date]]:
    """Who had signed what was sent and withdrew later, with the day."""
    if letter.frozen_at is None:
        return []
    found = []
    for row, one in all_standing(letter, letter.frozen_at):
        last = row.acts.filter(act=Act.WITHDRAW, at__gt=letter.frozen_at).last()
        if one.signed and last and row.shown:
            found.append((row, timezone.localdate(last.at)))
    return found


# --- links ------------------------------------------------------------------------------------------------


def digest_of(secret: str) -> str:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def signatory_of(secret: str) -> Signatory | None:
    """Whose link it is; None for a link that was never given out, or was ended."""
    found = SignLink.objects.filter(digest=digest_of(secret), ended_at=None).select_related(
        "signatory__letter"
    )
    link = found.first()
    return link.signatory if link else None


def letter_to_join(secret: str) -> Letter | None:
    """Which letter a link for individuals opens."""
    return Letter.objects.filter(join_digest=digest_of(secret)).exclude(join_digest="").first()


def address_of(secret: str) -> str:
    """The whole address of a private page, as people reach it."""
    hosts = settings.PUBLIC_HOSTS
    return (f"https://{hosts[0].lstrip('.')}" if hosts else "http://127.0.0.1:8000") + reverse(
        "sign:page", args=[secret]
    )


def _new_link(signatory: Signatory) -> str:
    secret = secrets.token_urlsafe(24)
    SignLink.objects.create(signatory=signatory, digest=digest_of(secret))
    return secret


@transaction.atomic
def new_link(signatory: Signatory, *, by: str, user: Any = None) -> str:
    """A further link in the place of all earlier ones; its secret, which nothing keeps."""
    signatory.links.filter(ended_at=None).update(ended_at=timezone.now())
    record_revision(signatory, "new link", by=by, user=user)
    return _new_link(signatory)


@transaction.atomic
def open_to_individuals(letter: Letter, wanted: bool, *, by: str, user: Any = None) -> str:
    """Let individuals sign, by one link for all of them; its secret, which nothing keeps, or "" where they may not."""
    held = Letter.objects.select_for_update().get(pk=letter.pk)
    _last_version(held)
    secret = secrets.token_urlsafe(24) if wanted else ""
    held.join_digest = digest_of(secret) if secret else ""
    held.save()
    record_revision(held, "open to individuals" if wanted else "close to individuals", by=by, user=user)
    return secret


# --- asking -----------------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    letter: Letter,
    name: str,
    *,
    by: str,
    user: Any = None,
    email: str = "",
    contact: str = "",
    language: str = LANGUAGES[0],
    lead: bool = False,
) -> tuple[Signatory, str]:
    """Ask an organisation: its row, and the secret of its link. NotReady before there is a version to read."""
    held = Letter.objects.select_for_update().get(pk=letter.pk)
    version = _last_version(held)
    row = _signatory(held, Signatory.Kind.ORGANISATION, name, email, language)
    row.contact, row.lead = contact.strip()[:LONGEST_NAME], lead
    row.save()
    record_revision(row, "create", by=by, user=user)
    SignAct.objects.create(signatory=row, act=Act.ASK, version=version, by=by, user=user)
    return row, _new_link(row)


@transaction.atomic
def record(
    letter: Letter,
    name: str,
    act: str,
    proof: EvidenceItem,
    *,
    by: str,
    user: Any = None,
    signatory: Signatory | None = None,
    lead: bool = False,
) -> SignAct:
    """The coordinator records that an organisation signed, declined or withdrew, with the mail that proves it."""
    if act not in (Act.SIGN, Act.DECLINE, Act.WITHDRAW):
        raise UnknownValue(f"{act!r} is not recorded for others", next_step="sign, decline or withdraw")
    held = Letter.objects.select_for_update().get(pk=letter.pk)
    if act != Act.WITHDRAW:
        refuse_closed(held)
    if signatory is None:
        signatory = _signatory(held, Signatory.Kind.ORGANISATION, name, "", held.source_language)
        signatory.lead = lead
        signatory.save()
        record_revision(signatory, "create", by=by, user=user)
    return SignAct.objects.create(
        signatory=signatory, act=act, version=_last_version(held), proof=proof, by=by, user=user
    )


def keep_proof(data: bytes, name: str, *, by: str) -> EvidenceItem:
    """A mail (.eml) or a file that proves something, kept as evidence."""
    if not data:
        raise BadInput("the file is empty", next_step="choose it again")
    kind = "message/rfc822" if name.lower().endswith(".eml") else "application/octet-stream"
    return keep_evidence(data, name=name or "proof", media_type=kind, how="proof of a letter", by=by)


def join(letter: Letter, name: str, about: str, email: str, *, shown: bool, language: str) -> str:
    """An individual wishes to sign: a mail with a link goes to the address; nothing is signed before it is used.

    The secret of that link. Who asks again gets a further link for the row that is there.
    """
    try:
        validate_email(email.strip())
    except ValidationError:
        raise BadInput(gettext("This is no e-mail address.")) from None
    with transaction.atomic():
        held = Letter.objects.select_for_update().get(pk=letter.pk)
        refuse_closed(held)
        known = held.signatories.filter(
            kind=Signatory.Kind.INDIVIDUAL, email_digest=_email_digest(held, email)
        ).first()
        if known is None:
            known = _signatory(held, Signatory.Kind.INDIVIDUAL, name, email, language)
            known.about, known.shown = about.strip()[:LONGEST_NAME], shown
            known.save()
            record_revision(known, "create", by=BY_LINK)
        secret = _new_link(known)
    if not _mail(known, secret, *_words("confirm", known)):
        raise NotReady(gettext("No mail can be sent just now. Try again later."))
    return secret


def _signatory(letter: Letter, kind: str, name: str, email: str, language: str) -> Signatory:
    name = _clean_name(name)
    if language not in LANGUAGES:
        raise UnknownValue(f"{language[:10]!r} is no language of ours", next_step="use en, ru or kk")
    if letter.signatories.count() >= MOST:
        raise NotReady(f"a letter has at most {MOST} signatories")
    email = email.strip()[:254]
    return Signatory(
        letter=letter, kind=kind, name=name, email=email, language=language,
        email_digest=_email_digest(letter, email) if email else "",
    )  # fmt: skip


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(gettext("Write a name of at most %(most)d letters.") % {"most": LONGEST_NAME})
    return name


def _email_digest(letter: Letter, email: str) -> str:
    """Tells the same address again within one letter, and nothing across letters."""
    return keyed(f"{letter.public_id} {email.strip().casefold()}")


def _last_version(letter: Letter) -> LetterVersion:
    refuse_closed(letter, deadline=False)
    last = letter.versions.last()
    if last is None:
        raise NotReady("there is no version to sign yet", next_step="keep the letter as a version first")
    return last


def refuse_closed(letter: Letter, *, deadline: bool = True) -> None:
    """NotReady once the letter is sent, or the deadline is over."""
    if letter.frozen_at:
        raise NotReady(gettext("The letter was sent: nobody can sign it any more."))
    if deadline and letter.deadline and timezone.localdate() > letter.deadline:
        raise NotReady(gettext("The time to sign is over."))


# --- what a signatory does --------------------------------------------------------------------------------


def opened(signatory: Signatory) -> None:
    """Note that the last version was opened by the link, once."""
    version = signatory.letter.versions.last()
    if version and not signatory.acts.filter(act=Act.OPEN, version=version).exists():
        SignAct.objects.create(signatory=signatory, act=Act.OPEN, version=version)


@transaction.atomic
def comment(signatory: Signatory, words: str) -> SignAct:
    """A comment for the coordinator."""
    words = words.replace("\x00", "").strip()
    if not words or len(words) > LONGEST_WORDS:
        raise BadInput(gettext("Write a comment of at most %(most)d letters.") % {"most": LONGEST_WORDS})
    return SignAct.objects.create(
        signatory=signatory, act=Act.COMMENT, words=words, version=signatory.letter.versions.last()
    )


@transaction.atomic
def answer(
    signatory: Signatory, act: str, *, version: int, words: str = "", logo: bytes = b"", name: str = ""
) -> SignAct:
    """Approve, sign or decline that version, or withdraw. NotReady where the letter has changed meanwhile.

    The name as it shall be printed and a logo go with an organisation's signature.
    """
    letter = Letter.objects.select_for_update().get(pk=signatory.letter_id)
    if act not in (Act.APPROVE, Act.SIGN, Act.DECLINE, Act.WITHDRAW):
        raise UnknownValue(f"{act[:20]!r} is no answer")
    if act != Act.WITHDRAW:
        refuse_closed(letter)
    last = letter.versions.last()
    if last is None or (last.number != version and act in (Act.APPROVE, Act.SIGN)):
        raise NotReady(gettext("The letter has changed meanwhile. Read it again."))
    if act == Act.SIGN and signatory.kind == Signatory.Kind.ORGANISATION:
        _keep_name(signatory, name)
        if logo:
            _keep_logo(signatory, logo)
    return SignAct.objects.create(
        signatory=signatory, act=act, version=last, words=words.replace("\x00", "").strip()[:LONGEST_WORDS]
    )


@transaction.atomic
def set_logo(signatory: Signatory, data: bytes, *, by: str, user: Any = None) -> None:
    """The coordinator puts a logo beside a name; b"" takes it away."""
    if data:
        _keep_logo(signatory, data, by)
    else:
        signatory.logo = None
        signatory.save()
    record_revision(signatory, "set logo", by=by, user=user)


def _keep_name(signatory: Signatory, name: str) -> None:
    wanted = _clean_name(name) if name.strip() else signatory.name
    if wanted != signatory.name:
        signatory.name = wanted
        signatory.save()
        record_revision(signatory, "name", by=BY_LINK)


def _keep_logo(signatory: Signatory, data: bytes, by: str = BY_LINK) -> None:
    if signatory.kind != Signatory.Kind.ORGANISATION:
        raise NotAllowed("only an organisation has a logo")
    made = remade(data)
    signatory.logo = keep_evidence(made, name="logo.png", media_type="image/png", how="logo", by=by)
    signatory.save()


# --- mail -------------------------------------------------------------------------------------------------


def tell_of_version(version: LetterVersion) -> tuple[int, int]:
    """Mail those who are asked again or told of a version: how many mails went, and how many could not."""
    rows = SignAct.objects.filter(version=version, act__in=(Act.AGAIN, Act.NOTIFY)).select_related(
        "signatory"
    )
    return _tell([(row.signatory, row.act) for row in rows])


def invite(signatory: Signatory, secret: str) -> bool:
    """Mail the link to an organisation that is asked; whether it went."""
    return _mail(signatory, secret, *_words(Act.ASK, signatory))


def to_remind(letter: Letter, now: datetime | None = None) -> list[Signatory]:
    """Who has not answered yet: the deadline is near, and they were neither asked nor reminded in the last days."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    if letter.frozen_at or not letter.deadline or not today <= letter.deadline <= today + REMIND_BEFORE:
        return []
    last = {
        row.pk: max(
            (act.at for act in row.acts.all() if act.act in (Act.ASK, Act.AGAIN, Act.REMIND)), default=now
        )
        for row in letter.signatories.prefetch_related("acts")
    }
    return [
        row
        for row, one in all_standing(letter)
        if one.waits and row.email and now - last[row.pk] >= REMIND_AFTER
    ]


def remind(signatories: Iterable[Signatory], *, by: str, user: Any = None) -> tuple[int, int]:
    """Mail them a reminder with a further link: how many went, and how many could not."""
    return _tell([(row, Act.REMIND) for row in signatories], by=by, user=user)


def _tell(rows: list[tuple[Signatory, str]], by: str = "", user: Any = None) -> tuple[int, int]:
    sent = 0
    for signatory, act in rows:
        secret = _new_link(signatory)
        if not _mail(signatory, secret, *_words(act, signatory)):
            SignLink.objects.filter(digest=digest_of(secret)).delete()
            continue
        sent += 1
        if act == Act.REMIND:
            version = signatory.letter.versions.last()
            SignAct.objects.create(
                signatory=signatory, act=act, version=version, mailed=True, by=by, user=user
            )
    return sent, len(rows) - sent


def _words(act: str, signatory: Signatory) -> tuple[str, str]:
    """Subject and first line of a mail, in the signatory's language."""
    with override(signatory.language):
        return {
            Act.ASK: (
                gettext("A joint letter for you to read"),
                gettext(
                    "You are asked to read a joint letter and to say whether your organisation signs it."
                ),
            ),
            Act.AGAIN: (
                gettext("A joint letter has changed: please look again"),
                gettext(
                    "A letter that your organisation signed has changed in substance. Your signature does not hold "
                    "for the new version: read it, and sign again if you agree."
                ),
            ),
            Act.NOTIFY: (
                gettext("A small change in a joint letter"),
                gettext(
                    "A slip was mended in a letter that you signed. Your signature holds; you need not do anything."
                ),
            ),
            Act.REMIND: (
                gettext("A joint letter waits for your answer"),
                gettext("You were asked to read a joint letter. We have no answer of yours yet."),
            ),
            "confirm": (
                gettext("Confirm that you sign a letter"),
                gettext(
                    "Somebody, perhaps you, asked to sign a letter with this address. Nothing is signed before you "
                    "open the link and confirm it. If it was not you, do nothing."
                ),
            ),
        }[act]


def _mail(signatory: Signatory, secret: str, subject: str, first: str) -> bool:
    """Whether the mail went. What a server answers may repeat an address: it is told to nobody."""
    if not settings.MAIL.host or not signatory.email:
        return False
    with override(signatory.language):
        lines = [first, address_of(secret), gettext("The link is for you alone: do not send it on.")]
        deadline = signatory.letter.deadline
        if deadline and not signatory.letter.frozen_at:
            lines.append(gettext("Please answer by %(day)s.") % {"day": deadline.isoformat()})
    try:
        EmailMessage(subject, "\n\n".join(lines) + "\n", to=[signatory.email]).send()
    except (OSError, smtplib.SMTPException):
        return False
    return True
