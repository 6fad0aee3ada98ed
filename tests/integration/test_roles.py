"""Every address of the site and who may open it: the table, and nothing that is not in it.

A new page gets a line here: its name, the act that opens it, the act that its form needs.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.template import Template
from django.urls import URLPattern, get_resolver, reverse

from barometer.web.accounts.models import User
from barometer.web.accounts.roles import ACTS, Act, Role

pytestmark = pytest.mark.django_db

#: name → (the act by which it is opened, the act by which it is posted to); None: it is not opened, or not posted to
DESK = {
    "desk:home": (Act.ENTER, None),
    "desk:staff": (Act.ACCOUNTS, Act.ACCOUNTS),
    "desk:staff-person": (Act.ACCOUNTS, Act.ACCOUNTS),
    "desk:staff-withdraw": (None, Act.ACCOUNTS),
    "desk:audit": (Act.AUDIT, None),
    "desk:webhooks": (Act.PUBLISH, Act.PUBLISH),
    "desk:webhook": (Act.PUBLISH, Act.PUBLISH),
    "desk:requests": (Act.LOOK, None),
    "desk:request-new": (Act.CODE, Act.CODE),
    "desk:request-bring": (Act.CODE, Act.CODE),
    "desk:request-rules": (Act.LOOK, None),
    "desk:request-rule-new": (Act.LOOK, Act.CLEAR),
    "desk:request-rule": (Act.LOOK, Act.CLEAR),
    "desk:request-calendar": (Act.LOOK, None),
    "desk:request-table": (Act.LOOK, None),
    "desk:request": (Act.LOOK, None),
    "desk:request-edit": (Act.CODE, Act.CODE),
    "desk:request-act": (None, Act.CODE),
    "desk:request-publish": (None, Act.PUBLISH),
    "desk:request-files": (None, Act.CODE),
    "desk:request-draft": (Act.LOOK, None),
    "desk:cases": (Act.LOOK, None),
    "desk:case": (Act.LOOK, Act.CODE),
    "desk:carryover": (Act.LOOK, None),
    "desk:carryover-of": (Act.LOOK, None),
    "desk:linking": (Act.LOOK, None),
    "desk:linking-log": (Act.LOOK, None),
    "desk:linking-judge": (None, Act.CODE),
    "desk:linking-undo": (None, Act.CODE),
    "desk:linking-case": (None, Act.CODE),
    "desk:linking-case-undo": (None, Act.CODE),
    "desk:names": (Act.LOOK, None),
    "desk:names-log": (Act.LOOK, None),
    "desk:names-judge": (None, Act.CODE),
    "desk:names-undo": (None, Act.CODE),
    "desk:names-search": (Act.LOOK, None),
    "desk:names-mentions": (Act.LOOK, None),
    "desk:names-apart": (None, Act.CODE),
    "desk:names-back": (None, Act.CODE),
    "desk:sources": (Act.SOURCES, None),
    "desk:source-new": (Act.SOURCES, Act.SOURCES),
    "desk:source": (Act.SOURCES, Act.SOURCES),
    "desk:source-visit": (None, Act.SOURCES),
    "desk:source-rest": (None, Act.SOURCES),
    "desk:intake": (Act.HAND_IN, Act.HAND_IN),
    "desk:leads": (Act.LOOK, None),
    "desk:lead": (Act.LOOK, None),
    "desk:lead-take": (None, Act.CODE),
    "desk:lead-dismiss": (None, Act.CODE),
    "desk:lead-reopen": (None, Act.CODE),
    "desk:evidence": (Act.LOOK, None),
    "desk:addresses": (Act.LOOK, None),
    "desk:evidence-head": (Act.LOOK, None),
    "desk:evidence-item": (Act.LOOK, None),
    "desk:evidence-bytes": (Act.LOOK, None),
    "desk:evidence-export": (Act.LOOK, None),
    "desk:evidence-report": (Act.LOOK, None),
    "desk:evidence-visibility": (None, Act.CLEAR),
    "desk:people": (Act.PEOPLE, None),
    "desk:person": (Act.PEOPLE, None),
    "desk:person-policy": (None, Act.PEOPLE),
    "desk:person-consent": (None, Act.PEOPLE),
    "desk:person-withdraw": (None, Act.PEOPLE),
    "desk:person-describe": (None, Act.PEOPLE),
    "desk:leads-act": (None, Act.CODE),
    "desk:leads-undo": (None, Act.CODE),
    "desk:leads-view": (None, Act.LOOK),
    "desk:leads-view-drop": (None, Act.LOOK),
    "desk:tables": (Act.CODE, Act.CODE),
    "desk:table-template": (Act.CODE, None),
    "desk:table-export": (None, Act.CODE),
    "desk:table": (Act.CODE, Act.CODE),
    "desk:table-rows": (Act.CODE, Act.CODE),
    "desk:table-import": (None, Act.CODE),
    "desk:table-refused": (Act.CODE, None),
    "desk:table-drop": (None, Act.CODE),
    "desk:code": (Act.CODE, None),
    "desk:code-new": (Act.CODE, Act.CODE),
    "desk:code-new-draft": (None, Act.CODE),
    "desk:code-parties": (Act.CODE, None),
    "desk:code-cases": (Act.CODE, None),
    "desk:code-draft-drop": (None, Act.CODE),
    "desk:code-event": (Act.CODE, Act.CODE),
    "desk:code-draft": (None, Act.CODE),
    "desk:code-text": (Act.CODE, None),
    "desk:code-more": (Act.CODE, None),
    "desk:code-reject": (None, Act.CODE),
    "desk:code-return": (None, Act.CODE),
    "desk:code-restore": (None, Act.CODE),
    "desk:code-split": (None, Act.CODE),
    "desk:code-merge": (None, Act.CODE),
    "desk:code-background": (None, Act.CODE),
    "desk:day": (Act.LOOK, None),
    "desk:day-seen": (None, Act.LOOK),
    "desk:day-wish": (None, Act.LOOK),
    "desk:case-follow": (None, Act.LOOK),
    "desk:second-list": (Act.CODE, None),
    "desk:second": (Act.CODE, Act.CODE),
    "desk:agreement": (Act.LOOK, None),
    "desk:differing": (Act.REVIEW, Act.REVIEW),
    "desk:review": (Act.LOOK, None),
    "desk:review-record": (Act.LOOK, None),
    "desk:review-act": (
        None,
        Act.LOOK,
    ),  # each act of it asks for its own: tests/integration/test_reviewing.py
    "desk:held": (Act.LOOK, Act.LOOK),
    "desk:held-free": (None, Act.CLEAR),
    "desk:history": (Act.LOOK, Act.LOOK),
    "desk:issues": (Act.LOOK, Act.PUBLISH),
    "desk:issue": (Act.LOOK, None),
    "desk:issue-act": (None, Act.CODE),
    "desk:issue-ready": (Act.LOOK, None),
    "desk:issue-words": (Act.LOOK, Act.CODE),
    "desk:issue-carryover": (Act.LOOK, Act.CODE),
    "desk:issue-item": (Act.LOOK, Act.CODE),
    "desk:issue-arrange": (None, Act.CODE),
    "desk:glossary": (Act.LOOK, Act.CODE),
    "desk:tips": (Act.TIPS, None),
    "desk:tips-spam": (None, Act.TIPS),
    "desk:tip": (Act.TIPS, None),
    "desk:tip-out": (None, Act.TIPS),
    "desk:tip-ask": (None, Act.TIPS),
    "desk:tip-mark": (None, Act.TIPS),
    "desk:tip-release": (None, Act.TIPS),
    "desk:signoff-list": (Act.LOOK, None),
    "desk:signoff": (Act.LOOK, None),
    "desk:signoff-copy": (Act.LOOK, None),
    "desk:signoff-act": (None, Act.LOOK),  # each act of it asks for its own: test_signoff_pages.py
    "desk:imprint": (Act.LOOK, Act.DIRECT),
    "desk:imprint-of": (Act.LOOK, Act.DIRECT),
    "desk:letters": (Act.LOOK, Act.PUBLISH),
    "desk:letter": (Act.LOOK, None),
    "desk:letter-act": (None, Act.PUBLISH),
    "desk:letter-edit": (Act.LOOK, Act.PUBLISH),
    "desk:letter-signing": (Act.PUBLISH, Act.PUBLISH),
    "desk:letter-after": (Act.LOOK, Act.PUBLISH),
    "desk:letter-file": (Act.LOOK, None),
    "desk:word": (Act.CODE, Act.CODE),
    "desk:word-file": (Act.CODE, None),
    "desk:word-returned": (Act.CODE, None),
    "desk:word-decide": (None, Act.CODE),
    "desk:submission": (Act.CLEAR, Act.CLEAR),
    "desk:sheets": (Act.LOOK, Act.LOOK),
    "desk:redactions": (Act.REDACT, None),
    "desk:watch": (Act.LOOK, Act.SOURCES),
    "desk:watch-site": (Act.LOOK, Act.SOURCES),
    "desk:watch-site-rest": (None, Act.SOURCES),
    "desk:watch-site-show": (None, Act.PUBLISH),
    "desk:watch-places": (Act.LOOK, Act.SOURCES),
    "desk:watch-place": (Act.SOURCES, Act.SOURCES),
    "desk:watch-keys": (None, Act.SOURCES),
    "desk:watch-files": (Act.LOOK, Act.SOURCES),
    "desk:watch-accounts": (Act.LOOK, Act.SOURCES),
    "desk:watch-account": (Act.LOOK, Act.CODE),
    "desk:watch-account-rest": (None, Act.SOURCES),
    "desk:watch-account-show": (None, Act.PUBLISH),
    "desk:redact-find": (Act.REDACT, None),
    "desk:redact": (Act.REDACT, Act.REDACT),
    "desk:takedowns": (Act.LOOK, Act.CODE),
    "desk:takedown-new": (Act.CODE, Act.CODE),
    "desk:takedown-sender": (Act.LOOK, Act.PUBLISH),
    "desk:takedown-companies": (Act.LOOK, None),
    "desk:takedown-company": (Act.LOOK, None),
    "desk:takedown": (Act.LOOK, Act.CODE),
    "desk:takedown-edit": (Act.CODE, Act.CODE),
    "desk:takedown-publish": (None, Act.PUBLISH),
    "desk:takedown-draft": (Act.LOOK, None),
    "desk:takedown-dates": (Act.LOOK, None),
}
#: Pages about oneself: for everybody who is logged in, whatever they may do.
OWN = {
    "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
    "account_change_password", "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_remove_webauthn", "account_sessions",
}  # fmt: skip
#: The doors themselves, and what lies outside of them.
OPEN = {
    "choose-language", "robots", "account_login", "account_inactive", "invitation", "mfa_login_webauthn",
    "mfa_authenticate", "account_logout", "admin:login", "tips:form", "tips:back", "sign:page", "sign:page-in",
    "release-file", "health:alive", "health:ready",
    "health:metrics",  # to this machine, or with the secret: test_health.py
}  # fmt: skip


#: What is for everybody to read: the site, and its data.
PUBLIC = ("public:", "api:")


def addresses():
    """Every address of the site: (its name with namespaces, its pattern)."""

    def walk(patterns, prefix=""):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield prefix + (pattern.name or ""), pattern
            else:
                yield from walk(
                    pattern.url_patterns, prefix + (f"{pattern.namespace}:" if pattern.namespace else "")
                )

    return list(walk(get_resolver().url_patterns))


PATTERNS = dict(addresses())


def address(name):
    """The name's address, with arguments that belong to nothing."""
    samples = {
        key: 987654 if type(converter).__name__ == "IntConverter" else "x"
        for key, converter in PATTERNS[name].pattern.converters.items()
    }
    return reverse(name, kwargs=samples)


def somebody(role):
    """A person with the one role; "" is none, "superuser" a superuser."""
    if role == "superuser":
        return User.objects.create_superuser("anybody")
    person = User.objects.create(username="anybody", password="never asked for")
    if role:
        person.groups.add(Group.objects.create(name=role))
    return person


def test_every_address_has_a_line():
    known = set(DESK) | OWN | OPEN
    named = {name for name in PATTERNS if not name.startswith((*PUBLIC, "admin:"))}
    assert named - known == set(), "give these a line in the table"
    assert known - set(PATTERNS) == set(), "these lines are of addresses that are gone"


def test_what_is_open_needs_no_login_and_nothing_else_is_open():
    opened = {
        name for name, pattern in PATTERNS.items() if not getattr(pattern.callback, "login_required", True)
    }
    assert {name for name in opened if not name.startswith(PUBLIC)} == OPEN
    assert {name for name in PATTERNS if name.startswith(PUBLIC)} <= opened


def test_without_login_every_door_leads_to_the_login(client):
    for name in [*DESK, *OWN]:
        for answer in (client.get(address(name)), client.post(address(name))):
            assert answer.status_code in (302, 403), (
                name
            )  # 403: allauth's own, of what is never opened unasked
            if answer.status_code == 302:
                assert answer["Location"].startswith("/desk/login/"), name


@pytest.mark.parametrize("role", ["", "superuser", *Role])
def test_a_role_opens_what_it_may_and_nothing_else(client, role, evidence, monkeypatch):
    client.force_login(somebody(role))
    if role in set(
        Role
    ):  # whether a door opens is asked; what is behind it is rendered for who may all and who nothing
        monkeypatch.setattr(Template, "render", lambda *_: "")
    held = {Role(role)} if role in set(Role) else set(Role) - {Role.CUSTODIAN} if role else set()
    for name, acts in DESK.items():
        for send, act in zip((client.get, client.post), acts, strict=True):
            if act is None:
                continue
            answer = send(address(name))
            if held & ACTS[act]:
                assert answer.status_code != 403, (name, act)
                assert "/login/" not in answer.get("Location", ""), name
            else:
                assert answer.status_code == 403, (name, act)


@pytest.mark.parametrize("role", ["", *Role])
def test_the_whole_ledger_is_for_superusers(client, role):
    client.force_login(somebody(role))
    for path in (
        "",
        "records/event/",
        "records/event/1/change/",
        "accounts/user/",
        "no-such-page/",
        "jsi18n/",
    ):
        assert client.get(f"/desk/admin/{path}").status_code == 403, path


def test_everybody_has_an_account_page(client):
    client.force_login(somebody(Role.CUSTODIAN))
    for path in ("account/", "account/sessions/", "account/password/"):
        assert client.get(f"/desk/{path}").status_code == 200


def test_an_account_that_is_closed_opens_nothing(client):
    person = somebody(Role.EDITOR)
    client.force_login(person)
    assert client.get("/desk/").status_code == 200
    User.objects.update(is_active=False)
    assert client.get("/desk/").status_code == 302
