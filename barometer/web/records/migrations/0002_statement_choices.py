"""What editors choose to print where sources differ, kept for good; the day that a letter or a report bears."""

import barometer.web.records.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


# As for revisions: REPLACE would delete without asking the trigger for deletion, hence the third.
SQLITE = [
    """
    CREATE TRIGGER records_statementchoice_no_update BEFORE UPDATE ON records_statementchoice
    BEGIN SELECT RAISE(ABORT, 'a choice is never changed'); END
    """,
    """
    CREATE TRIGGER records_statementchoice_no_delete BEFORE DELETE ON records_statementchoice
    BEGIN SELECT RAISE(ABORT, 'a choice is never deleted'); END
    """,
    """
    CREATE TRIGGER records_statementchoice_no_replace BEFORE INSERT ON records_statementchoice
    WHEN EXISTS (
        SELECT 1 FROM records_statementchoice AS kept
        WHERE kept.id = NEW.id OR kept.public_id = NEW.public_id
    )
    BEGIN SELECT RAISE(ABORT, 'a choice is never replaced'); END
    """,
]

POSTGRESQL = [
    """
    CREATE FUNCTION records_statementchoice_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a choice is never changed or deleted' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER records_statementchoice_keep_rows BEFORE UPDATE OR DELETE ON records_statementchoice
    FOR EACH ROW EXECUTE FUNCTION records_statementchoice_keep()
    """,
    """
    CREATE TRIGGER records_statementchoice_keep_table BEFORE TRUNCATE ON records_statementchoice
    FOR EACH STATEMENT EXECUTE FUNCTION records_statementchoice_keep()
    """,
]


def keep(apps, schema_editor):
    """Triggers, for the database at hand."""
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='published',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name='StatementChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('point', models.TextField()),
                ('value', models.TextField()),
                ('reason', models.TextField()),
                ('by', models.CharField(max_length=200)),
                ('events', models.JSONField(default=list)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='choices', to='records.case')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('by', ''), _negated=True), models.Q(('value', ''), _negated=True)), name='a_choice_says_what_why_and_by_whom')],
            },
        ),
        migrations.RunPython(keep, elidable=False),
    ]
