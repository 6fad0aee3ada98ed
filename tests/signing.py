"""What the tests of frozen issues share: an issue of the mini bulletin that three people may sign off."""

from __future__ import annotations

import types

from django.utils import timezone
from reviewed import person, who


def nothing_unready(monkeypatch, reasons=()):
    """What else the desk asks of an issue is settled, but for these reasons."""
    from barometer.web.actions import issuing

    told = [types.SimpleNamespace(text=text) for text in reasons]
    monkeypatch.setattr(issuing, "unready", lambda issue: list(told))


def opened(mini):
    """The issue of the mini bulletin, its events published, as the desk has opened it."""
    from barometer.web.actions.importing import import_files
    from barometer.web.records.models import Issue

    import_files([mini.path], as_published=True, by="A coder")
    issue = Issue.objects.get(period="2031Q1")
    issue.opened_at = timezone.now()
    issue.save()
    return issue


def three():
    """Three people of the desk, by what they stand for."""
    return {kind: person(f"signing-{kind}", kind) for kind in ("monitor", "lawyer", "director")}


def approve_all(issue, people=None):
    """All three approve the issue as it is; the people."""
    from barometer.publication import snapshot
    from barometer.web.actions import freezing

    people = people or three()
    digest = snapshot.digest(freezing.packed(issue))
    for kind, user in people.items():
        freezing.approve(issue, kind, digest, **who(user))
    return people


def frozen(issue):
    """The issue, approved and frozen; the people."""
    from barometer.web.actions import freezing

    people = approve_all(issue)
    freezing.freeze(issue, **who(people["director"]))
    issue.refresh_from_db()
    return people
