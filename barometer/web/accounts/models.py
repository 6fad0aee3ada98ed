"""People of the desk."""

from django.contrib.auth.models import AbstractUser

from barometer.web.records.fields import INTERNAL, PROTECTED


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
