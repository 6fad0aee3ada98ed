"""Takedown notices, what came of them, what people make of them."""

import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.web.records.keeping import keeper, redactable

KEPT = {
    "records_noticestep": ("a step of a notice", ("public_id",)),
    "records_noticejudgement": ("a judgement of a notice", ("public_id",)),
}
WORDY = {"records_noticestep": ("words", "by"), "records_noticejudgement": ("reason", "by")}


def let_erase(apps, schema_editor):
    """Words may be erased, as everywhere."""
    for table, words in WORDY.items():
        for statement in redactable(schema_editor.connection, table, KEPT[table][0], words):
            schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0022_watch'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeSender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('name', barometer.web.records.protected.ProtectedText()),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('kind', models.CharField(choices=[('unknown', 'Unknown'), ('organisation', 'Organisation'), ('person', 'Person')], default='unknown', max_length=12)),
                ('public_name', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('public_name', ''), ('kind', 'organisation'), _connector='OR'), name='only_organisations_are_shown')],
            },
        ),
        migrations.CreateModel(
            name='TakedownNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('source', models.CharField(max_length=20)),
                ('number', models.CharField(blank=True, max_length=200)),
                ('same', models.CharField(db_index=True, max_length=64)),
                ('recipient', models.CharField(blank=True, max_length=200)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('ground', models.CharField(choices=[('copyright', 'Copyright'), ('trademark', 'Trademark'), ('defamation', 'Defamation'), ('privacy', 'Privacy'), ('court_order', 'Court Order'), ('regulator', 'Regulator'), ('other', 'Other')], default='other', max_length=12)),
                ('work', barometer.web.records.protected.ProtectedText(blank=True)),
                ('works', barometer.web.records.protected.ProtectedJSON(blank=True, default=list)),
                ('work_date', models.DateField(blank=True, null=True)),
                ('target_words', barometer.web.records.protected.ProtectedText(blank=True)),
                ('target_date', models.DateField(blank=True, null=True)),
                ('day', models.DateField(blank=True, null=True)),
                ('action', models.CharField(blank=True, choices=[('', 'Unknown'), ('removed', 'Removed'), ('restricted', 'Restricted'), ('refused', 'Refused'), ('none', 'None')], default='', max_length=12)),
                ('words', barometer.web.records.protected.ProtectedText(blank=True)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('rules', models.CharField(blank=True, max_length=20)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', barometer.web.records.protected.ProtectedText(blank=True)),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='takedown_notices', to='records.evidenceitem')),
                ('principal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stands_behind', to='records.noticesender')),
                ('sender', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent', to='records.noticesender')),
            ],
            options={
                'ordering': [models.OrderBy(models.F('day'), descending=True, nulls_last=True), '-pk'],
            },
        ),
        migrations.CreateModel(
            name='NoticeTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('url', models.CharField(max_length=2000)),
                ('title', models.CharField(blank=True, max_length=500)),
                ('state', models.CharField(choices=[('unknown', 'Unknown'), ('up', 'Up'), ('restricted', 'Restricted'), ('removed', 'Removed'), ('restored', 'Restored')], default='unknown', max_length=10)),
                ('outlet', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notice_targets', to='records.party')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='records.takedownnotice')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='NoticeStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('removed', 'Removed'), ('restricted', 'Restricted'), ('up', 'Up'), ('counter-notice', 'Counter'), ('reply', 'Reply'), ('refused', 'Refused'), ('restored', 'Restored'), ('account', 'Account'), ('court', 'Court')], max_length=16)),
                ('day', models.DateField()),
                ('words', barometer.web.records.protected.ProtectedText(blank=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notice_steps', to='records.evidenceitem')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('target', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='records.noticetarget')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='records.takedownnotice')),
            ],
            options={
                'ordering': ['day', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='NoticeSign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('told', barometer.web.records.protected.ProtectedJSON(blank=True, default=dict)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signs', to='records.takedownnotice')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='NoticeJudgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('sign', models.CharField(blank=True, max_length=40)),
                ('verdict', models.CharField(choices=[('abusive', 'Abusive'), ('not', 'Not'), ('unsure', 'Unsure')], max_length=10)),
                ('reason', barometer.web.records.protected.ProtectedText()),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='records.takedownnotice')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='NoticeEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('what', models.CharField(choices=[('notice', 'Notice'), ('restored', 'Restored'), ('account', 'Account')], max_length=10)),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='of_notice', to='records.event')),
                ('outlet', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.party')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='records.takedownnotice')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='takedownnotice',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('source', 'number'), name='one_notice_a_number'),
        ),
        migrations.AddConstraint(
            model_name='takedownnotice',
            constraint=models.CheckConstraint(condition=models.Q(('published_at__isnull', True), models.Q(('published_by', ''), _negated=True), _connector='OR'), name='a_notice_is_published_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='noticetarget',
            constraint=models.UniqueConstraint(fields=('notice', 'position'), name='one_target_a_place'),
        ),
        migrations.AddConstraint(
            model_name='noticestep',
            constraint=models.CheckConstraint(condition=models.Q(('by', ''), _negated=True), name='a_notice_step_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='noticesign',
            constraint=models.UniqueConstraint(fields=('notice', 'code'), name='one_row_a_sign'),
        ),
        migrations.AddConstraint(
            model_name='noticejudgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('by', ''), _negated=True)), name='a_notice_judgement_says_why_and_by_whom'),
        ),
        migrations.RunPython(keeper(KEPT), elidable=False),
        migrations.RunPython(let_erase, elidable=False),
    ]
