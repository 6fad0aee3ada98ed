"""Judgements on names, kept for good, and the keys by which parties are found."""

import barometer.web.records.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


# As for revisions: REPLACE would delete without asking the trigger for deletion, hence the third.
SQLITE = [
    """
    CREATE TRIGGER records_namejudgement_no_update BEFORE UPDATE ON records_namejudgement
    BEGIN SELECT RAISE(ABORT, 'a judgement is never changed'); END
    """,
    """
    CREATE TRIGGER records_namejudgement_no_delete BEFORE DELETE ON records_namejudgement
    BEGIN SELECT RAISE(ABORT, 'a judgement is never deleted'); END
    """,
    """
    CREATE TRIGGER records_namejudgement_no_replace BEFORE INSERT ON records_namejudgement
    WHEN EXISTS (
        SELECT 1 FROM records_namejudgement AS kept
        WHERE kept.id = NEW.id OR kept.public_id = NEW.public_id
    )
    BEGIN SELECT RAISE(ABORT, 'a judgement is never replaced'); END
    """,
]

POSTGRESQL = [
    """
    CREATE FUNCTION records_namejudgement_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a judgement is never changed or deleted' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER records_namejudgement_keep_rows BEFORE UPDATE OR DELETE ON records_namejudgement
    FOR EACH ROW EXECUTE FUNCTION records_namejudgement_keep()
    """,
    """
    CREATE TRIGGER records_namejudgement_keep_table BEFORE TRUNCATE ON records_namejudgement
    FOR EACH STATEMENT EXECUTE FUNCTION records_namejudgement_keep()
    """,
]


def keep(apps, schema_editor):
    """Triggers, for the database at hand."""
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


def fill(apps, schema_editor):
    """Keys of the parties that are there already; `barometer manage name_blocks` makes them anew at any time."""
    from barometer.names.index import blocks

    party, block = apps.get_model("records", "Party"), apps.get_model("records", "PartyBlock")
    for row in party.objects.iterator():
        keys = blocks(row.name, row.kind) | blocks(row.name, row.kind, transliterate=False)
        block.objects.bulk_create(block(party=row, block=key[:320]) for key in sorted(keys))


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0002_statement_choices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NameJudgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('subject', models.CharField(choices=[('party', 'Party'), ('mention', 'Mention')], max_length=10)),
                ('one', models.CharField(max_length=560)),
                ('other', models.CharField(max_length=560)),
                ('verdict', models.CharField(choices=[('same', 'Same'), ('different', 'Different'), ('unsure', 'Unsure'), ('open', 'Open')], max_length=10)),
                ('reason', models.TextField()),
                ('by', models.CharField(max_length=200)),
                ('proposed', models.JSONField(blank=True, default=dict)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['one'], name='judgement_one'), models.Index(fields=['other'], name='judgement_other')],
                'constraints': [models.CheckConstraint(condition=models.Q(('one', models.F('other')), _negated=True), name='about_two_not_one')],
            },
        ),
        migrations.CreateModel(
            name='PartyBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('block', models.CharField(db_index=True, max_length=320)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='records.party')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('party', 'block'), name='one_row_a_block')],
            },
        ),
        migrations.RunPython(keep, elidable=False),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
