"""Accounts from before roles: their names are encrypted, and who was of the staff stays able to do what they did."""

from django.db import migrations

NAMES = ("first_name", "last_name", "email")
ROLES = ("contributor", "monitor", "reviewer", "editor", "lawyer", "director", "administrator", "custodian")


def encrypt_names(apps, schema_editor):
    """What stands in the columns was written in the clear; writing it through the model encrypts it."""
    people = apps.get_model("accounts", "User").objects
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, first_name, last_name, email FROM accounts_user")
        rows = cursor.fetchall()
    for key, *values in rows:
        if given := {name: value for name, value in zip(NAMES, values, strict=True) if value}:
            people.filter(pk=key).update(**given)


def give_roles(apps, schema_editor):
    """Editors: they could do everything but let people in."""
    staff = apps.get_model("accounts", "User").objects.filter(is_staff=True, is_superuser=False)
    without = list(staff.exclude(groups__name__in=ROLES))
    if without:
        editor, _ = apps.get_model("auth", "Group").objects.get_or_create(name="editor")
        for person in without:
            person.groups.add(editor)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_invitations'),
    ]

    operations = [
        migrations.RunPython(encrypt_names, migrations.RunPython.noop),
        migrations.RunPython(give_roles, migrations.RunPython.noop),
    ]
