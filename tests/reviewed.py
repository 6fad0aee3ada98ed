"""What the tests of review share: people of the desk with a role, and an event that one of them accepted."""

from __future__ import annotations

from barometer.review import questions

WELL = {one.id: "no" if one.against == "yes" else "yes" for one in questions().values()}


def person(name: str, *roles: str):
    """Somebody of the desk with these roles."""
    from django.contrib.auth.models import Group

    from barometer.web.accounts.models import User

    made = User.objects.create_user(name, first_name=name.capitalize(), last_name="Invented", is_staff=True)
    made.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    return made


def who(user) -> dict:
    """The person as an action takes one."""
    return {"by": user.get_full_name(), "user": user}


def accept(event, user):
    """That person accepts the event as it stands."""
    from django.db import transaction

    from barometer.web.actions.revisions import record_revision

    with transaction.atomic():
        event.state = "accepted"
        event.save()
        record_revision(event, "accept", **who(user))
    return event
