"""Which events tell one thing, and on which case an event goes: judgements kept for good."""

import barometer.web.records.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.web.records.keeping import keeper

KEPT = {table: ("a judgement", ("public_id",)) for table in ("records_casejudgement", "records_retelling")}

class Migration(migrations.Migration):

    dependencies = [
        ('records', '0003_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseJudgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('verdict', models.CharField(choices=[('proposed', 'Proposed'), ('belongs', 'Belongs'), ('not', 'Not'), ('open', 'Open')], max_length=10)),
                ('reason', models.TextField()),
                ('by', models.CharField(max_length=200)),
                ('proposed', models.JSONField(blank=True, default=dict)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='records.case')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='case_judgements', to='records.event')),
                ('otherwise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='left_for', to='records.case')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('by', ''), _negated=True)), name='a_case_judgement_says_why_and_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='Retelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('verdict', models.CharField(choices=[('proposed', 'Proposed'), ('same', 'Same'), ('background', 'Background'), ('different', 'Different'), ('open', 'Open')], max_length=10)),
                ('reason', models.TextField()),
                ('by', models.CharField(max_length=200)),
                ('proposed', models.JSONField(blank=True, default=dict)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retells', to='records.event')),
                ('told', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='retold', to='records.event')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('event', models.F('told')), _negated=True), name='a_retelling_is_of_two'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('by', ''), _negated=True)), name='a_retelling_says_why_and_by_whom')],
            },
        ),
        migrations.RunPython(keeper(KEPT), elidable=False),
    ]
