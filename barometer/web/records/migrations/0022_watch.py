"""Watched sites and accounts."""

import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.web.records.keeping import keeper, redactable

KEPT = {"records_accountstate": ("a state", ("public_id",))}


def let_words_go(apps, schema_editor):
    """A redaction erases words of these rows, and nothing else changes them."""
    for statement in redactable(
        schema_editor.connection, "records_accountstate", "a state", ("by", "note")
    ):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0021_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SiteOutage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('began', models.DateTimeField()),
                ('ended', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('ok', 'Ok'), ('down', 'Down'), ('overloaded', 'Overloaded'), ('blocked_likely', 'Blocked Likely'), ('blocked_confirmed', 'Blocked Confirmed'), ('insufficient', 'Insufficient')], max_length=20)),
                ('agreeing', models.PositiveIntegerField(default=0)),
                ('asked', models.PositiveIntegerField(default=0)),
                ('unable', models.PositiveIntegerField(default=0)),
                ('control_reached', models.PositiveIntegerField(default=0)),
                ('control_asked', models.PositiveIntegerField(default=0)),
                ('rule', models.CharField(blank=True, max_length=60)),
                ('by_day', models.JSONField(blank=True, default=dict)),
                ('worked_out_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('set_aside', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-began', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='WitnessKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=80)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('platform', models.CharField(max_length=80)),
                ('handle', models.CharField(max_length=200)),
                ('read', models.BooleanField(default=False)),
                ('active', models.BooleanField(default=True)),
                ('public', models.BooleanField(default=False)),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='records.party')),
            ],
            options={
                'ordering': ['platform', 'handle'],
            },
        ),
        migrations.CreateModel(
            name='AccountState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('state', models.CharField(choices=[('present', 'Present'), ('restricted', 'Restricted'), ('gone', 'Gone'), ('unknown', 'Unknown')], max_length=12)),
                ('how', models.CharField(choices=[('entered', 'Entered'), ('read', 'Read')], max_length=10)),
                ('day', models.DateField()),
                ('sign', models.CharField(blank=True, max_length=200)),
                ('note', barometer.web.records.protected.ProtectedText(blank=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='states', to='records.account')),
                ('event', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account_state', to='records.event')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account_states', to='records.evidenceitem')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-day', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='OutageEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('began', 'Began'), ('back', 'Back')], max_length=10)),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='outage_event', to='records.event')),
                ('outage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='records.siteoutage')),
            ],
        ),
        migrations.CreateModel(
            name='VantagePoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('own', 'Own'), ('proxy', 'Proxy'), ('desk', 'Desk'), ('ooni', 'Ooni')], max_length=10)),
                ('name', models.CharField(max_length=120)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('network', models.CharField(blank=True, max_length=20)),
                ('control', models.BooleanField(default=False)),
                ('proxy', barometer.web.records.protected.ProtectedText(blank=True)),
                ('active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['kind', 'country', 'network', 'name'],
                'constraints': [models.UniqueConstraint(fields=('name', 'country', 'network'), name='one_row_a_vantage_point')],
            },
        ),
        migrations.CreateModel(
            name='WatchedSite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('address', models.CharField(max_length=300, unique=True)),
                ('country', models.CharField(default='KZ', max_length=2)),
                ('every', models.PositiveIntegerField(default=10)),
                ('active', models.BooleanField(default=True)),
                ('public', models.BooleanField(default=False)),
                ('looked_at', models.DateTimeField(blank=True, null=True)),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='watched_sites', to='records.party')),
            ],
            options={
                'ordering': ['address'],
            },
        ),
        migrations.AddField(
            model_name='siteoutage',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outages', to='records.watchedsite'),
        ),
        migrations.CreateModel(
            name='SiteDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('looks', models.BinaryField()),
                ('hours', models.PositiveIntegerField(default=0)),
                ('ok', models.PositiveIntegerField(default=0)),
                ('down', models.PositiveIntegerField(default=0)),
                ('overloaded', models.PositiveIntegerField(default=0)),
                ('blocked_likely', models.PositiveIntegerField(default=0)),
                ('blocked_confirmed', models.PositiveIntegerField(default=0)),
                ('insufficient', models.PositiveIntegerField(default=0)),
                ('vantage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='records.vantagepoint')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='records.watchedsite')),
            ],
        ),
        migrations.CreateModel(
            name='SiteCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField()),
                ('told', models.JSONField(blank=True, default=dict)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='records.evidenceitem')),
                ('vantage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.vantagepoint')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='certificates', to='records.watchedsite')),
            ],
            options={
                'ordering': ['-seen_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='LookDetail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('state', models.CharField(choices=[('ok', 'Ok'), ('down', 'Down'), ('overloaded', 'Overloaded'), ('blocked_likely', 'Blocked Likely'), ('blocked_confirmed', 'Blocked Confirmed'), ('insufficient', 'Insufficient')], max_length=20)),
                ('rule', models.CharField(max_length=60)),
                ('source', models.CharField(max_length=10)),
                ('source_id', models.CharField(blank=True, max_length=200)),
                ('detail', models.JSONField(blank=True, default=dict)),
                ('vantage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='details', to='records.vantagepoint')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='details', to='records.watchedsite')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='WatchFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('day', 'Day'), ('ooni', 'Ooni'), ('desk', 'Desk')], max_length=10)),
                ('name', models.CharField(max_length=255)),
                ('day', models.DateField(blank=True, null=True)),
                ('measurements', models.PositiveIntegerField(default=0)),
                ('elsewhere', models.PositiveIntegerField(default=0)),
                ('broken', models.JSONField(blank=True, default=list)),
                ('broken_count', models.PositiveIntegerField(default=0)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('evidence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='watch_file', to='records.evidenceitem')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(fields=('platform', 'handle'), name='one_row_an_account'),
        ),
        migrations.AddConstraint(
            model_name='outageevent',
            constraint=models.UniqueConstraint(fields=('outage', 'what'), name='one_event_a_beginning_and_end'),
        ),
        migrations.AddIndex(
            model_name='siteoutage',
            index=models.Index(fields=['site', 'began'], name='outages_of_a_site'),
        ),
        migrations.AddConstraint(
            model_name='siteoutage',
            constraint=models.CheckConstraint(condition=models.Q(('ended', None), ('ended__gte', models.F('began')), _connector='OR'), name='an_outage_ends_after_it_began'),
        ),
        migrations.AddIndex(
            model_name='siteday',
            index=models.Index(fields=['day', 'site'], name='days_of_all_sites'),
        ),
        migrations.AddConstraint(
            model_name='siteday',
            constraint=models.UniqueConstraint(fields=('site', 'vantage', 'day'), name='one_row_a_day_and_place'),
        ),
        migrations.AddConstraint(
            model_name='sitecertificate',
            constraint=models.UniqueConstraint(fields=('site', 'evidence'), name='one_row_a_certificate_of_a_site'),
        ),
        migrations.AddConstraint(
            model_name='lookdetail',
            constraint=models.UniqueConstraint(fields=('site', 'vantage', 'at', 'state', 'rule'), name='one_row_a_look_in_detail'),
        ),
        migrations.RunPython(keeper(KEPT), elidable=False),
        migrations.RunPython(let_words_go, elidable=False),
    ]
