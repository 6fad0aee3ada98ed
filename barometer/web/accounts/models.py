"""People of the desk."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from barometer.web.records.fields import INTERNAL, PROTECTED, new_public_id
from barometer.web.records.protected import ProtectedText


class User(AbstractUser):
    """A person of the desk, known by a username; nobody is looked up by name or address, so both are encrypted."""

    first_name = ProtectedText(_("first name"), blank=True)
    last_name = ProtectedText(_("last name"), blank=True)
    email = ProtectedText(_("email address"), blank=True)

    REQUIRED_FIELDS: list[str] = []

    field_classes = {
        "id": INTERNAL,
        "password": PROTECTED,
        "last_login": PROTECTED,
        "is_superuser": INTERNAL,
        "username": INTERNAL,
        "first_name": PROTECTED,
        "last_name": PROTECTED,
        "email": PROTECTED,
        "is_staff": INTERNAL,
        "is_active": INTERNAL,
        "date_joined": INTERNAL,
        "groups": INTERNAL,
        "user_permissions": INTERNAL,
    }


class Invitation(models.Model):
    """A way in for one person, new or come back: the link's secret is kept as a digest only."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the secret in the link
    roles = models.JSONField(default=list)
    #: whose way back in it is; the person keeps the username and the roles they have then
    returning = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="ways_back"
    )
    made_for = ProtectedText(blank=True)
    made_by = ProtectedText()
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="ways_in"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    field_classes = {
        "id": INTERNAL,
        "public_id": INTERNAL,
        "digest": PROTECTED,
        "roles": INTERNAL,
        "returning": INTERNAL,
        "made_for": PROTECTED,
        "made_by": PROTECTED,
        "made_at": INTERNAL,
        "expires_at": INTERNAL,
        "used_at": INTERNAL,
        "used_by": INTERNAL,
        "withdrawn_at": INTERNAL,
    }

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"invitation {self.public_id}"


class AuditEntry(models.Model):
    """A sensitive act, with who did it; never changed or deleted (database triggers). barometer.web.actions.audit"""

    at = models.DateTimeField(default=timezone.now, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    by = ProtectedText()
    act = models.CharField(max_length=40, db_index=True)
    about = models.CharField(max_length=120, blank=True)  # a record's public id, a username …
    detail = ProtectedText(blank=True)

    field_classes = {
        "id": INTERNAL,
        "at": INTERNAL,
        "user": PROTECTED,
        "by": PROTECTED,
        "act": INTERNAL,
        "about": INTERNAL,
        "detail": PROTECTED,
    }

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.act} {self.about}"
