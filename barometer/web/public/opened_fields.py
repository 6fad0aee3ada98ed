"""Every public field of every record: where it stands in the values that leave the house, or why it does not."""

from __future__ import annotations

from collections.abc import Mapping

#: Public fields → where they stand in a value. The rest is in LEFT_OUT; a test asks that every field is in one of both.
GIVEN: Mapping[str, Mapping[str, str]] = {
    "records.Event": {
        "public_id": "event.id", "item": "event.entry", "kind": "event.kind", "main_type": "event.types[0]",
        "date": "event.date", "date_text": "event.date_text", "first_day": "event.first_day",
        "last_day": "event.last_day", "phase": "event.phase", "background": "event.background",
        "is_alleged": "event.alleged", "work_link": "event.work_link", "people_hit": "event.people_hit",
        "people_hit_exact": "event.people_hit_exact", "country": "event.country", "region": "event.region",
        "place_name": "event.place", "case": "event.case", "summary_en": "event.summary.en",
        "summary_ru": "event.summary.ru", "summary_kk": "event.summary.kk", "upcoming": "event.upcoming",
        "published_at": "event.published_at",
    },
    "records.EventType": {
        "event": "event", "code": "event.types.code", "position": "order of event.types",
        "alleged": "event.types.alleged",
    },
    "records.Mention": {
        "event": "event", "party": "event.targets.id", "side": "event.targets or event.actors",
        "position": "order of event.targets", "written": "event.targets.written",
        "type": "event.targets.type", "role": "event.actors.role",
    },
    "records.EventProvision": {
        "event": "event", "code": "event.provisions", "position": "order of event.provisions"
    },
    "records.Item": {
        "public_id": "event.entry.id", "source": "event.entry.source", "entry_key": "event.entry.key",
        "issue": "event.entry.issue", "section": "event.entry.section", "month": "event.entry.month",
        "language": "event.entry.language", "position": "event.entry.position", "headline": "event.entry.headline", "text_en": "event.entry.text.en",
        "text_ru": "event.entry.text.ru", "text_kk": "event.entry.text.kk", "links": "event.entry.links",
    },
    "records.Case": {"public_id": "case.id", "slug": "case.slug"},
    "records.Party": {"public_id": "party.id", "name": "party.name", "kind": "party.kind"},
    "records.StatementChoice": {
        "created_at": "case.differing.chosen_on", "case": "case", "value": "case.differing.printed",
        "reason": "case.differing.reason",
    },
    "records.Source": {
        "public_id": "source.id", "name": "source.name", "title": "source.title", "language": "source.language",
        "quarter": "source.quarter", "published": "source.published", "intro": "source.intro",
        "contact": "source.contact", "sections": "source.sections",
    },
    "records.EvidenceItem": {
        "sha256": "source.copies.sha256", "size": "source.copies.size", "media_type": "source.copies.media_type",
        "received_at": "source.copies.received_at",
    },
    "records.Issue": {
        "public_id": "issue.id", "period": "issue.period", "source": "issue.source", "frozen_at": "issue.frozen_at"
    },
    "records.PublicNote": {
        "event": "note.event", "kind": "note.kind", "date": "note.date", "reason": "note.reason",
        "words_en": "note.words.en", "words_ru": "note.words.ru", "words_kk": "note.words.kk",
    },
    "records.Review": {"event": "event", "double_checked": "event.double_checked"},
    "records.Release": {
        "public_id": "release.id", "period": "release.period", "version": "release.version", "day": "release.day",
        "events": "release.events",
    },
    "records.Letter": {
        "public_id": "letter.id", "languages": "letter.languages", "day": "letter.day", "sent_at": "letter.sent_at",
        "sent_via": "letter.sent_via", "provisions": "letter.provisions",
    },
    "records.LetterPerson": {"letter": "letter", "case": "letter.cases"},
    "records.LetterDemand": {
        "public_id": "letter.demands.id", "letter": "letter", "position": "order of letter.demands"
    },
    "records.DemandOutcome": {
        "demand": "letter.demands", "state": "letter.demands.outcomes.state", "day": "letter.demands.outcomes.day",
        "reason": "letter.demands.outcomes.reason", "address": "letter.demands.outcomes.address",
    },
    "records.LetterVersion": {
        "letter": "letter", "number": "letter.signatories.version", "content": "letter.text, the last version's"
    },
    "records.Signatory": {
        "public_id": "letter.signatories.id", "letter": "letter", "kind": "letter.signatories.kind",
        "name": "letter.signatories.name", "about": "letter.signatories.about", "logo": "letter.signatories.logo",
    },
    "records.LetterReply": {
        "public_id": "letter.replies.id", "letter": "letter", "day": "letter.replies.day",
        "sender": "letter.replies.sender", "summary": "letter.replies.summary", "language": "letter.replies.language",
    },
    "records.LetterCoverage": {
        "public_id": "letter.coverage.id", "letter": "letter", "day": "letter.coverage.day",
        "outlet": "letter.coverage.outlet", "title": "letter.coverage.title", "address": "letter.coverage.address",
    },
    "records.ReleaseFile": {
        "release": "release", "path": "release.files.path", "media_type": "release.files.media_type",
        "size": "release.files.size", "sha256": "release.files.sha256",
    },
    # Takedown notices are given as a file of their own: /takedowns/notices.json.
    "records.TakedownNotice": {
        "public_id": "notice.id", "sender": "notice.sender", "principal": "notice.sender",
        "recipient": "notice.recipient", "ground": "notice.ground", "day": "notice.day", "action": "notice.action",
    },
    "records.NoticeSender": {"public_name": "notice.sender"},
    "records.NoticeTarget": {
        "notice": "notice", "position": "order of notice.targets", "url": "notice.targets.url",
        "outlet": "notice.targets.outlet", "state": "notice.targets.state",
    },
    "records.NoticeStep": {"notice": "notice", "kind": "notice.steps.kind", "day": "notice.steps.day"},
}  # fmt: skip
_NO_RECORD = "nothing of this record is for readers, so its id names nothing"
_BULLETIN = "of a bulletin as a file, which its own page hands out with its digest"
_REQUEST = "of a request for information, which has pages and tables of its own"
_PROOF = "proof of evidence, handed out with the evidence"
_WATCHED = "stands on the pages of watched sites and in their own files"
LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "records.WatchedSite": dict.fromkeys(("public_id", "outlet", "address", "country"), _WATCHED),
    "records.SiteOutage": dict.fromkeys(
        (
            "public_id", "site", "began", "ended", "state", "agreeing", "asked", "unable", "control_reached",
            "control_asked", "rule", "by_day",
        ),
        _WATCHED,
    ),
    "records.Account": dict.fromkeys(("public_id", "outlet", "platform", "handle"), _WATCHED),
    "records.AccountState": dict.fromkeys(("public_id", "account", "state", "how", "day"), _WATCHED),
    "records.Event": {"grounds": "places in the source's text, which is its publisher's"},
    "records.Item": dict.fromkeys(("first_line", "last_line"), "lines of a file that is not given"),
    "records.EvidenceItem": {"public_id": "a copy is known by its digest"},
    "records.StatementChoice": {"public_id": "stands within its case"},
    "records.Letter": {
        "frozen_at": "when it was closed to signing; sent_at tells when it went",
        "sent_how": "stands on no page; sent_via tells what the letter prints",
    },
    "records.ItemEvent": dict.fromkeys(
        ("event", "item", "position", "role"), "how a bulletin tells its stories stands in the bulletin"
    ),
    "records.ImprintLine": dict.fromkeys(
        ("public_id", "text_en", "text_ru", "text_kk"), "stands in the bulletins that print it"
    ),
    "records.Edition": dict.fromkeys(
        ("public_id", "issue", "number", "digest", "codebook", "software"), _BULLETIN
    ),
    "records.FrozenFile": dict.fromkeys(
        ("public_id", "edition", "language", "format", "size", "sha256"), _BULLETIN
    ),
    "records.LetterPerson": {
        "public_id": "stands within its letter", "party": "in the text of the letter, where they may be named",
        "position": "in the order of the text of the letter",
    },
    "records.DemandOutcome": {"public_id": "stands within its demand"},
    "records.LetterVersion": {
        "public_id": "a version is known by its number", "digest": "of words that may have been covered since",
    },
    "records.PublicNote": {"public_id": "stands with its event"},
    "records.SphereFigure": dict.fromkeys(
        ("public_id", "period", "sphere", "method", "weight", "events", "by_severity", "why"),
        "worked out from the events that are given; the page of figures shows it",
    ),
    "records.IndexRow": dict.fromkeys(
        ("public_id", "series", "iso", "year", "rank", "of", "score", "written", "standing"),
        "the index is its publisher's",
    ),
    "records.NoticeSender": {"public_id": "in the address of its page, where it has one"},
    "records.NoticeTarget": {"public_id": "stands within its notice"},
    "records.NoticeStep": {
        "public_id": "stands within its notice", "target": "how each address is stands with the address",
    },
    "records.Review": {"public_id": "stands within its event"},
    "records.EvidenceStamp": dict.fromkeys(("sha256", "authority", "token", "at", "serial"), _PROOF),
    "records.ItemKey": {"sha256": "stands with the source whose copy it seals"},
    "records.Redaction": dict.fromkeys(("public_id", "at"), "that something was erased tells where to look for it"),
    "records.LogSignature": dict.fromkeys(("size", "root", "at", "public_key", "signature"), _PROOF),
    "records.InformationRequest": dict.fromkeys(
        ("public_id", "body", "body_written", "kind", "channel", "language", "title", "questions", "sent_on", "outlet", "case"),
        _REQUEST,
    ),
    "records.RequestStep": dict.fromkeys(
        ("public_id", "request", "kind", "day", "days", "body", "grounds"), _REQUEST
    ),
    "records.QuestionVerdict": dict.fromkeys(("public_id", "request", "number", "verdict"), _REQUEST),
    "records.RequestEvent": dict.fromkeys(("public_id", "request", "event", "why", "due"), _REQUEST),
    "records.DeadlineRule": dict.fromkeys(
        (
            "public_id", "kind", "label", "law", "article", "days", "unit", "extension", "extension_unit", "transfer", "since", "until",
            "source", "note", "confirmed_on",
        ),
        _REQUEST,
    ),
    **{
        f"records.{name}": {"public_id": _NO_RECORD}
        for name in (
            "WorkItem", "NameJudgement", "CaseJudgement", "Retelling", "WatchedSource", "Document", "Lead",
            "Capture", "Upload", "SecondCoding", "CodingChoice", "Draft", "PersonCard", "Consent", "HarmCheck",
            "LinkMark", "HeldStatement", "TableMapping", "PendingTable", "TextState",
            "Alert", "Webhook", "Delivery", "CarryDecision", "GlossaryTerm", "WorkingFile", "ReturnedFile",
            "IssueApproval", "ItemBlock", "RequestFile", "NoticeJudgement", "NoticeEvent",
        )
    },
}  # fmt: skip
