"""People of the desk."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone

from barometer.web.records.fields import INTERNAL, PROTECTED
from barometer.web.records.protected import ProtectedText


class User(AbstractUser):
    """A person of the desk: a model of our own from the first migration, so that it can grow."""

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
