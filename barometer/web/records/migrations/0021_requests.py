"""Requests for information; their steps and the verdicts on answers are kept for good, but for an erasure."""

import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.web.records.keeping import keeper, redactable

KEPT = {
    "records_requeststep": ("a step of a request", ("public_id", "voids_id")),
    "records_questionverdict": ("a verdict on an answer", ("public_id",)),
}
#: Their columns whose words may be erased.
WORDY = {"records_requeststep": ("by", "note", "proposed"), "records_questionverdict": ("by",)}


def door(apps, schema_editor):
    """Words of kept rows may be erased through the door of a redaction."""
    for table, wordy in WORDY.items():
        for statement in redactable(schema_editor.connection, table, KEPT[table][0], wordy):
            schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ("records", "0020_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeadlineRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(max_length=40)),
                ('label', models.JSONField(blank=True, default=dict)),
                ('law', models.CharField(max_length=300)),
                ('article', models.CharField(blank=True, max_length=100)),
                ('days', models.PositiveSmallIntegerField()),
                ('unit', models.CharField(choices=[('working', 'Working'), ('calendar', 'Calendar'), ('months', 'Months')], max_length=10)),
                ('extension', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('extension_unit', models.CharField(blank=True, choices=[('working', 'Working'), ('calendar', 'Calendar'), ('months', 'Months')], max_length=10)),
                ('transfer', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('source', models.CharField(max_length=2000)),
                ('note', models.TextField(blank=True)),
                ('confirmed_by', barometer.web.records.protected.ProtectedText(blank=True)),
                ('confirmed_on', models.DateField(blank=True, null=True)),
                ('dropped', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['kind', 'since'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'since'), name='one_deadline_rule_a_kind_and_day'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='a_deadline_rule_has_a_source'), models.CheckConstraint(condition=models.Q(('confirmed_on__isnull', True), models.Q(('confirmed_by', ''), _negated=True), _connector='OR'), name='a_rule_is_confirmed_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='InformationRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('body_written', models.CharField(blank=True, max_length=300)),
                ('kind', models.CharField(max_length=40)),
                ('channel', models.CharField(choices=[('eotinish', 'Eotinish'), ('mail', 'Mail'), ('portal', 'Portal'), ('paper', 'Paper'), ('oral', 'Oral'), ('other', 'Other')], max_length=10)),
                ('language', models.CharField(max_length=2)),
                ('title', models.CharField(max_length=300)),
                ('text', barometer.web.records.protected.ProtectedText(blank=True)),
                ('questions', models.JSONField(blank=True, default=list)),
                ('sent_on', models.DateField()),
                ('number', models.CharField(blank=True, max_length=100)),
                ('asker', barometer.web.records.protected.ProtectedText(blank=True)),
                ('visibility', models.CharField(choices=[('internal', 'Internal'), ('public', 'Public')], default='internal', max_length=10)),
                ('assigned_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to=settings.AUTH_USER_MODEL)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests_to', to='records.party')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='records.case')),
                ('outlet', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests_by', to='records.party')),
            ],
            options={
                'ordering': ['-sent_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='QuestionVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('verdict', models.CharField(choices=[('answered', 'Answered'), ('partly', 'Partly'), ('not', 'Not'), ('irrelevant', 'Irrelevant')], max_length=12)),
                ('proposed', models.CharField(blank=True, max_length=12)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='records.informationrequest')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RequestEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('why', models.CharField(choices=[('no reply', 'No Reply'), ('refusal', 'Refusal'), ('formal reply', 'Formal Reply'), ('delay', 'Delay'), ('linked', 'Linked')], max_length=12)),
                ('due', models.DateField(blank=True, null=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='request_links', to='records.event')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='records.informationrequest')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RequestFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('role', models.CharField(choices=[('request', 'Request'), ('reply', 'Reply'), ('attachment', 'Attachment')], max_length=10)),
                ('day', models.DateField(blank=True, null=True)),
                ('message_digest', models.CharField(blank=True, db_index=True, max_length=64)),
                ('read', barometer.web.records.protected.ProtectedJSON(blank=True, null=True)),
                ('fate', models.CharField(choices=[('none', 'None'), ('waiting', 'Waiting'), ('step', 'Step'), ('no step', 'No Step')], default='none', max_length=10)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='request_files', to='records.evidenceitem')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='records.informationrequest')),
            ],
            options={
                'ordering': ['day', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RequestStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('registered', 'Registered'), ('extended', 'Extended'), ('transferred', 'Transferred'), ('clarification', 'Clarification'), ('partial', 'Partial'), ('answered', 'Answered'), ('form_letter', 'Form Letter'), ('refused', 'Refused'), ('corrected', 'Corrected'), ('withdrawn', 'Withdrawn'), ('appealed', 'Appealed')], max_length=20)),
                ('day', models.DateField()),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('grounds', models.JSONField(blank=True, default=list)),
                ('note', barometer.web.records.protected.ProtectedText(blank=True)),
                ('proposed', barometer.web.records.protected.ProtectedJSON(blank=True, null=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request_steps', to='records.party')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request_steps', to='records.evidenceitem')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='records.informationrequest')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('voids', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='voided_by', to='records.requeststep')),
            ],
            options={
                'ordering': ['day', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='informationrequest',
            index=models.Index(fields=['number'], name='request_by_number'),
        ),
        migrations.AddConstraint(
            model_name='informationrequest',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='a_request_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='questionverdict',
            constraint=models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='a_verdict_on_an_answer_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='requestevent',
            constraint=models.UniqueConstraint(fields=('request', 'event'), name='one_link_a_request_and_event'),
        ),
        migrations.AddConstraint(
            model_name='requestfile',
            constraint=models.UniqueConstraint(fields=('request', 'evidence'), name='one_row_a_file_of_a_request'),
        ),
        migrations.AddConstraint(
            model_name='requeststep',
            constraint=models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='a_step_says_by_whom'),
        ),
        migrations.RunPython(keeper(KEPT), elidable=False),
        migrations.RunPython(door, elidable=False),
    ]
