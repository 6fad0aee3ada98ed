"""Joint letters; versions, what signatories did and what came of demands are kept for good, but for an erasure."""

import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.web.records.keeping import keeper, redactable

KEPT = {
    "records_letterversion": ("a version of a letter", ("public_id",)),
    "records_signact": ("an act of a signatory", ()),
    "records_demandoutcome": ("an outcome", ("public_id",)),
}
#: Their columns whose words may be erased.
WORDY = {
    "records_letterversion": ("by", "content", "note"),
    "records_signact": ("by", "words"),
    "records_demandoutcome": ("address", "by", "reason"),
}
#: REPLACE on the other unique key of versions would delete without asking the trigger for deletion.
_NO_SECOND = """
    CREATE TRIGGER records_letterversion_no_second BEFORE INSERT ON records_letterversion
    WHEN EXISTS (
        SELECT 1 FROM records_letterversion AS kept WHERE kept.letter_id = NEW.letter_id AND kept.number = NEW.number
    )
    BEGIN SELECT RAISE(ABORT, 'a version of a letter is never replaced'); END
"""


def door(apps, schema_editor):
    """Words of kept rows may be erased through the door of a redaction."""
    connection = schema_editor.connection
    for table, wordy in WORDY.items():
        for statement in redactable(connection, table, KEPT[table][0], wordy):
            schema_editor.execute(statement)
    if connection.vendor == "sqlite":
        schema_editor.execute(_NO_SECOND)


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0015_freezing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('words', models.JSONField(blank=True, default=dict)),
                ('source_language', models.CharField(default='en', max_length=2)),
                ('languages', models.JSONField(default=list)),
                ('template', models.CharField(blank=True, max_length=30)),
                ('day', models.DateField(blank=True, null=True)),
                ('since', models.DateField(blank=True, null=True)),
                ('sent_via', models.CharField(blank=True, max_length=200)),
                ('provisions', models.JSONField(blank=True, default=list)),
                ('order', models.CharField(choices=[('alphabetical', 'Alphabetical'), ('lead first', 'Lead First')], default='alphabetical', max_length=20)),
                ('embargo', models.DateTimeField(blank=True, null=True)),
                ('deadline', models.DateField(blank=True, null=True)),
                ('join_digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('sent_how', models.CharField(blank=True, max_length=300)),
                ('proof', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='records.evidenceitem')),
                ('source', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letter', to='records.source')),
            ],
        ),
        migrations.CreateModel(
            name='LetterCoverage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('day', models.DateField(blank=True, null=True)),
                ('outlet', models.CharField(max_length=300)),
                ('title', models.CharField(blank=True, max_length=500)),
                ('address', models.CharField(max_length=2000)),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='coverage', to='records.letter')),
            ],
            options={
                'verbose_name_plural': 'letter coverage',
                'ordering': ['day', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LetterDemand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='demands', to='records.letter')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DemandOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('partly met', 'Partly'), ('met', 'Met'), ('refused', 'Refused')], max_length=12)),
                ('day', models.DateField()),
                ('reason', models.TextField()),
                ('address', models.CharField(blank=True, max_length=2000)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='demand_outcomes', to='records.evidenceitem')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('demand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='records.letterdemand')),
            ],
            options={
                'ordering': ['day', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LetterPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_people', to='records.case')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='records.letter')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_people', to='records.party')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LetterReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('day', models.DateField()),
                ('sender', models.CharField(max_length=300)),
                ('summary', models.TextField()),
                ('language', models.CharField(max_length=2)),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letter_replies', to='records.evidenceitem')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='records.letter')),
            ],
            options={
                'verbose_name_plural': 'letter replies',
                'ordering': ['day', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LetterVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('number', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('content', models.JSONField()),
                ('substantive', models.BooleanField()),
                ('note', models.TextField(blank=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='records.letter')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Signatory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('organisation', 'Organisation'), ('individual', 'Individual')], max_length=12)),
                ('name', barometer.web.records.protected.ProtectedText()),
                ('about', barometer.web.records.protected.ProtectedText(blank=True)),
                ('lead', models.BooleanField(default=False)),
                ('shown', models.BooleanField(default=True)),
                ('language', models.CharField(default='en', max_length=2)),
                ('contact', barometer.web.records.protected.ProtectedText(blank=True)),
                ('email', barometer.web.records.protected.ProtectedText(blank=True)),
                ('email_digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatories', to='records.letter')),
                ('logo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='logo_of', to='records.evidenceitem')),
            ],
            options={
                'verbose_name_plural': 'signatories',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SignAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('ask', 'Ask'), ('open', 'Open'), ('comment', 'Comment'), ('approve', 'Approve'), ('sign', 'Sign'), ('decline', 'Decline'), ('withdraw', 'Withdraw'), ('again', 'Again'), ('notify', 'Notify'), ('remind', 'Remind')], max_length=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('words', barometer.web.records.protected.ProtectedText(blank=True)),
                ('mailed', models.BooleanField(default=False)),
                ('by', barometer.web.records.protected.ProtectedText(blank=True)),
                ('proof', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sign_acts', to='records.evidenceitem')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='records.letterversion')),
                ('signatory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='records.signatory')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SignLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('signatory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='records.signatory')),
            ],
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), models.Q(('frozen_at__isnull', False), models.Q(('sent_how', ''), _negated=True)), _connector='OR'), name='a_letter_is_sent_frozen_and_somehow'),
        ),
        migrations.AddConstraint(
            model_name='demandoutcome',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('by', ''), _negated=True)), name='an_outcome_says_why_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='letterperson',
            constraint=models.UniqueConstraint(fields=('letter', 'case', 'party'), name='one_paragraph_a_person_and_case'),
        ),
        migrations.AddConstraint(
            model_name='letterversion',
            constraint=models.UniqueConstraint(fields=('letter', 'number'), name='one_version_a_number'),
        ),
        migrations.AddConstraint(
            model_name='letterversion',
            constraint=models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='a_version_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='signatory',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='a_signatory_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='signact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act__in', ['sign', 'approve']), _negated=True), ('version__isnull', False), _connector='OR'), name='a_signature_is_under_a_version'),
        ),
        migrations.AddConstraint(
            model_name='signact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act__in', ['sign', 'decline', 'withdraw']), _negated=True), ('by', ''), ('proof__isnull', False), _connector='OR'), name='a_signature_that_the_desk_records_has_its_proof'),
        ),
        migrations.RunPython(keeper(KEPT), elidable=False),
        migrations.RunPython(door, elidable=False),
    ]
