"""Protected columns are encrypted; evidence gets its keys, and kept rows a door through which alone they are erased."""

import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.web.records.keeping import door_statements, keeper, redactable
from barometer.web.records.protected import lock

#: table → its columns that were plain and are encrypted from now on
PLAIN = {
    "records_casejudgement": ("by",),
    "records_evidencestep": ("from_where", "note", "who"),
    "records_job": ("argument", "error"),
    "records_lead": ("consent", "decided_by", "given_by", "note"),
    "records_logsignature": ("by",),
    "records_namejudgement": ("by",),
    "records_retelling": ("by",),
    "records_revision": ("after", "by", "reason"),
    "records_statementchoice": ("by",),
    "records_watchedsource": ("address", "proxy"),
}
#: Tables whose rows are kept → what a row is called, and the columns whose words may be erased.
REDACTABLE = {
    "accounts_auditentry": ("an entry of the audit log", ("about", "by", "detail")),
    "records_casejudgement": ("a judgement", ("by", "proposed", "reason")),
    "records_codingchoice": ("a choice between codings", ("by", "reason", "stands")),
    "records_consent": ("a consent", ("address", "by", "taken_by", "words")),
    "records_evidencestep": ("a step of a chain", ("from_where", "how", "note", "who")),
    "records_harmcheck": ("a harm check", ("by", "note")),
    "records_leadact": ("an act on a lead", ("before", "by", "reason")),
    "records_linkmark": ("a mark on a link", ("address", "by", "reason")),
    "records_logsignature": ("a signed head", ("by",)),
    "records_namejudgement": ("a judgement", ("by", "one", "other", "proposed", "reason")),
    "records_publicnote": ("a note for readers", ("by", "words_en", "words_kk", "words_ru")),
    "records_retelling": ("a judgement", ("by", "proposed", "reason")),
    "records_review": ("a review", ("by",)),
    "records_revision": ("a revision", ("after", "by", "reason")),
    "records_secondcoding": ("a second coding", ("by", "first", "machine", "values")),
    "records_statementchoice": ("a choice", ("by", "point", "reason", "value")),
    "records_vanishnote": ("a note on an address", ("difference", "words")),
}
_BATCH = 500
_aside = []


def step_aside(apps, schema_editor):
    """The triggers that keep the tables to be changed: noted on SQLite, which loses them with a table that it makes anew."""
    _aside.clear()
    if schema_editor.connection.vendor == "postgresql":
        for table in REDACTABLE:
            schema_editor.execute(f"DROP TRIGGER {table}_keep_rows ON {table}")
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        _aside.extend((name, sql) for name, sql, table in cursor.fetchall() if table in REDACTABLE)
    for name, _ in _aside:
        schema_editor.execute(f"DROP TRIGGER {name}")


def encrypt(apps, schema_editor):
    """What stands there in plain words is encrypted; '' stays ''."""
    with schema_editor.connection.cursor() as cursor:
        for table, columns in PLAIN.items():
            _encrypt(cursor, table, columns)
        if schema_editor.connection.vendor == "postgresql":
            # Nothing may wait to be checked when the tables get their triggers.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _encrypt(cursor, table, columns):
    named = ", ".join(f'"{column}"' for column in columns)
    assigned = ", ".join(f'"{column}" = %s' for column in columns)
    last = 0
    while True:
        cursor.execute(f"SELECT id, {named} FROM {table} WHERE id > %s ORDER BY id LIMIT {_BATCH}", [last])
        rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        cursor.executemany(
            f"UPDATE {table} SET {assigned} WHERE id = %s", [(*map(lock, words), row) for row, *words in rows]
        )


def keep_again(apps, schema_editor):
    """The triggers come back, now with the door."""
    connection = schema_editor.connection
    for statement in door_statements(connection.vendor):
        schema_editor.execute(statement)
    for _, sql in _aside:
        schema_editor.execute(sql)
    for table, (noun, wordy) in REDACTABLE.items():
        for statement in redactable(connection, table, noun, wordy):
            schema_editor.execute(statement)
        if connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_keep_rows BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_keep()"
            )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0009_people"),
        ("accounts", "0002_audit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(step_aside, elidable=False),
        migrations.CreateModel(
            name='Redaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('person', 'Person'), ('statement', 'Statement'), ('evidence', 'Evidence'), ('words', 'Words')], max_length=10)),
                ('subject', models.CharField(max_length=16)),
                ('digest', models.CharField(max_length=64)),
                ('ground', models.CharField(choices=[('request', 'Request'), ('consent withdrawn', 'Consent'), ('safety', 'Safety'), ('court', 'Court'), ('mistake', 'Mistake'), ('kept long enough', 'Retention')], max_length=20)),
                ('reason', barometer.web.records.protected.ProtectedText()),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('places', models.JSONField(blank=True, default=dict)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AlterField(
            model_name='casejudgement',
            name='by',
            field=barometer.web.records.protected.ProtectedText(),
        ),
        migrations.AlterField(
            model_name='evidencestep',
            name='from_where',
            field=barometer.web.records.protected.ProtectedText(blank=True),
        ),
        migrations.AlterField(
            model_name='evidencestep',
            name='note',
            field=barometer.web.records.protected.ProtectedText(blank=True),
        ),
        migrations.AlterField(
            model_name='evidencestep',
            name='who',
            field=barometer.web.records.protected.ProtectedText(),
        ),
        migrations.AlterField(
            model_name='job',
            name='argument',
            field=barometer.web.records.protected.ProtectedJSON(default=dict),
        ),
        migrations.AlterField(
            model_name='job',
            name='error',
            field=barometer.web.records.protected.ProtectedText(blank=True),
        ),
        migrations.AlterField(
            model_name='lead',
            name='consent',
            field=barometer.web.records.protected.ProtectedText(blank=True),
        ),
        migrations.AlterField(
            model_name='lead',
            name='decided_by',
            field=barometer.web.records.protected.ProtectedText(blank=True),
        ),
        migrations.AlterField(
            model_name='lead',
            name='given_by',
            field=barometer.web.records.protected.ProtectedText(blank=True),
        ),
        migrations.AlterField(
            model_name='lead',
            name='note',
            field=barometer.web.records.protected.ProtectedText(blank=True),
        ),
        migrations.AlterField(
            model_name='logsignature',
            name='by',
            field=barometer.web.records.protected.ProtectedText(),
        ),
        migrations.AlterField(
            model_name='namejudgement',
            name='by',
            field=barometer.web.records.protected.ProtectedText(),
        ),
        migrations.AlterField(
            model_name='retelling',
            name='by',
            field=barometer.web.records.protected.ProtectedText(),
        ),
        migrations.AlterField(
            model_name='revision',
            name='after',
            field=barometer.web.records.protected.ProtectedJSON(),
        ),
        migrations.AlterField(
            model_name='revision',
            name='by',
            field=barometer.web.records.protected.ProtectedText(),
        ),
        migrations.AlterField(
            model_name='revision',
            name='reason',
            field=barometer.web.records.protected.ProtectedText(blank=True),
        ),
        migrations.AlterField(
            model_name='statementchoice',
            name='by',
            field=barometer.web.records.protected.ProtectedText(),
        ),
        migrations.AlterField(
            model_name='watchedsource',
            name='address',
            field=barometer.web.records.protected.ProtectedText(),
        ),
        migrations.AlterField(
            model_name='watchedsource',
            name='proxy',
            field=barometer.web.records.protected.ProtectedText(blank=True),
        ),
        migrations.CreateModel(
            name='RedactionDoor',
            fields=[
                ('redaction', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='records.redaction', to_field='public_id')),
            ],
        ),
        migrations.CreateModel(
            name='ItemKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('sealed', models.TextField()),
                ('destroyed_at', models.DateTimeField(blank=True, null=True)),
                ('redaction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='records.redaction')),
            ],
        ),
        migrations.AddConstraint(
            model_name='redaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('by', ''), _negated=True), models.Q(('ground', ''), _negated=True)), name='an_erasure_says_why_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='itemkey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', True), ('redaction__isnull', True), models.Q(('sealed', ''), _negated=True)), models.Q(('destroyed_at__isnull', False), ('redaction__isnull', False), ('sealed', '')), _connector='OR'), name='a_key_is_there_or_destroyed_by_a_redaction'),
        ),
        migrations.RunPython(encrypt, elidable=False),
        migrations.RunPython(keep_again, elidable=False),
        migrations.RunPython(keeper({"records_redaction": ("a redaction", ("public_id",))}), elidable=False),
    ]
