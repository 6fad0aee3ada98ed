"""What comes in, what is to do, and the evidence ledger: chains, the log over all items, trusted times, kept for good."""

import hashlib
import json
from datetime import UTC

import barometer.web.records.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.web.records.keeping import keeper

KEPT = {
    "records_evidencestep": ("a step of a chain", ()),
    "records_evidencelogentry": ("an entry of the evidence log", ("index",)),
    "records_evidencestamp": ("a time stamp", ()),
    "records_logsignature": ("a signed head", ()),
    "records_vanishnote": ("a note on an address", ()),
}


def begin(apps, schema_editor):
    """The items that are there already enter the log, in the order in which they came, and their chains begin."""
    item, entry, step, revision = (
        apps.get_model("records", name)
        for name in ("EvidenceItem", "EvidenceLogEntry", "EvidenceStep", "Revision")
    )
    keepers = dict(
        revision.objects.filter(model="evidenceitem", action="keep").values_list("record_id", "by")
    )
    previous = "0" * 64
    for index, row in enumerate(item.objects.order_by("received_at", "pk")):
        at = row.received_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        told = {"index": index, "at": at, "sha256": row.sha256, "what": row.media_type, "previous": previous}
        line = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        leaf = hashlib.sha256(b"\x00" + line).hexdigest()
        entry.objects.create(
            index=index, at=row.received_at, sha256=row.sha256, what=row.media_type, previous=previous, leaf=leaf
        )
        step.objects.create(
            evidence=row,
            at=row.received_at,
            who=keepers.get(row.public_id) or "not noted",
            act="received",
            how=row.how,
            version="before chains",
        )
        previous = leaf


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0004_retellings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EvidenceLogEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('index', models.PositiveBigIntegerField(unique=True)),
                ('at', models.DateTimeField()),
                ('sha256', models.CharField(max_length=64)),
                ('what', models.CharField(max_length=200)),
                ('previous', models.CharField(max_length=64)),
                ('leaf', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['index'],
            },
        ),
        migrations.CreateModel(
            name='EvidenceStamp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('authority', models.CharField(max_length=300)),
                ('token', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('serial', models.CharField(max_length=80)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='WatchedSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('title', models.CharField(max_length=300)),
                ('publisher', models.CharField(max_length=300)),
                ('kind', models.CharField(max_length=20)),
                ('address', models.CharField(max_length=2000)),
                ('language', models.CharField(max_length=12)),
                ('trust', models.CharField(max_length=12)),
                ('every', models.PositiveIntegerField()),
                ('expected_least', models.PositiveIntegerField(default=0)),
                ('expected_most', models.PositiveIntegerField(default=0)),
                ('proxy', models.CharField(blank=True, max_length=300)),
                ('follow', models.BooleanField(default=True)),
                ('select', models.CharField(blank=True, max_length=300)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('active', models.BooleanField(default=True)),
                ('memory', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('title', models.TextField(blank=True)),
                ('author', models.CharField(blank=True, max_length=300)),
                ('published', models.DateField(blank=True, null=True)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('relevance', models.FloatField()),
                ('sketch', models.JSONField(blank=True, default=list)),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='records.evidenceitem')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('argument', models.JSONField(default=dict)),
                ('key', models.CharField(max_length=160)),
                ('host', models.CharField(blank=True, max_length=260)),
                ('run_after', models.DateTimeField()),
                ('tries', models.PositiveIntegerField(default=0)),
                ('locked_by', models.CharField(blank=True, max_length=80)),
                ('locked_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['done_at', 'run_after'], name='jobs_that_are_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_at__isnull', True)), fields=('key',), name='one_waiting_job_a_key')],
            },
        ),
        migrations.CreateModel(
            name='LogSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.PositiveBigIntegerField()),
                ('root', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('public_key', models.TextField()),
                ('signature', models.BinaryField()),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.CharField(max_length=200)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['size', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('dhash', models.CharField(blank=True, db_index=True, max_length=16)),
                ('notes', models.JSONField(blank=True, default=list)),
                ('clean', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copy_of', to='records.evidenceitem')),
                ('original', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='upload', to='records.evidenceitem')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WatchedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.TextField()),
                ('key', models.CharField(max_length=64, unique=True)),
                ('seen', models.JSONField(blank=True, default=dict)),
                ('looked_at', models.DateTimeField(blank=True, null=True)),
                ('text', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.evidenceitem')),
            ],
        ),
        migrations.CreateModel(
            name='VanishNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=12)),
                ('words', models.TextField()),
                ('difference', models.TextField(blank=True)),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='records.watchedaddress')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Sighting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.TextField(blank=True)),
                ('seen_at', models.DateTimeField(db_index=True)),
                ('title', models.TextField(blank=True)),
                ('digest', models.CharField(max_length=64)),
                ('likeness', models.FloatField(default=1.0)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sightings', to='records.document')),
                ('watched', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sightings', to='records.watchedsource')),
            ],
            options={
                'ordering': ['seen_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Capture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('url', models.TextField()),
                ('final_url', models.TextField()),
                ('status', models.PositiveSmallIntegerField()),
                ('title', models.TextField(blank=True)),
                ('wall', models.CharField(blank=True, max_length=40)),
                ('captured_at', models.DateTimeField()),
                ('resources', models.PositiveIntegerField(default=0)),
                ('notes', models.JSONField(blank=True, default=list)),
                ('hops', models.JSONField(blank=True, default=list)),
                ('archive', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='captures', to='records.evidenceitem')),
                ('pdf', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.evidenceitem')),
                ('screenshot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.evidenceitem')),
                ('text', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.evidenceitem')),
            ],
            options={
                'ordering': ['-captured_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('archive', 'captured_at'), name='one_row_a_capture')],
            },
        ),
        migrations.CreateModel(
            name='DocumentBand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('band', models.BigIntegerField(db_index=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bands', to='records.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'band'), name='one_row_a_band')],
            },
        ),
        migrations.CreateModel(
            name='EvidenceStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('who', models.CharField(max_length=200)),
                ('act', models.CharField(max_length=20)),
                ('how', models.CharField(max_length=200)),
                ('version', models.CharField(max_length=40)),
                ('from_where', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='records.evidenceitem')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('who', ''), _negated=True), models.Q(('version', ''), _negated=True), models.Q(('act', ''), _negated=True)), name='a_step_says_who_and_by_what')],
            },
        ),
        migrations.CreateModel(
            name='Lead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('title', models.TextField(blank=True)),
                ('url', models.TextField(blank=True)),
                ('origin', models.CharField(choices=[('source', 'Source'), ('address', 'Address'), ('text', 'Text'), ('file', 'File'), ('phone', 'Phone')], max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('new', 'New'), ('taken', 'Taken'), ('dismissed', 'Dismissed'), ('joined', 'Joined')], db_index=True, default='new', max_length=10)),
                ('relevance', models.FloatField(default=0.0)),
                ('reasons', models.JSONField(blank=True, default=list)),
                ('proposed', models.JSONField(blank=True, default=dict)),
                ('case_slug', models.CharField(blank=True, max_length=120)),
                ('case_probability', models.FloatField(blank=True, null=True)),
                ('case_reasons', models.JSONField(blank=True, default=list)),
                ('wall', models.CharField(blank=True, max_length=40)),
                ('note', models.TextField(blank=True)),
                ('consent', models.CharField(blank=True, max_length=40)),
                ('given_by', models.CharField(blank=True, max_length=200)),
                ('decided_by', models.CharField(blank=True, max_length=200)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('document', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lead', to='records.document')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='records.evidenceitem')),
                ('joined_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='records.lead')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='records.source')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('state__in', ['taken', 'dismissed']), models.Q(('decided_by', ''), _negated=True)), models.Q(models.Q(('state__in', ['taken', 'dismissed']), _negated=True), ('decided_at__isnull', True), ('decided_by', '')), _connector='OR'), name='decided_by_someone_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('origin', 'phone'), _negated=True), models.Q(('consent', ''), _negated=True), _connector='OR'), name='a_call_is_noted_with_consent')],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('asked', models.PositiveIntegerField(default=0)),
                ('shown', models.PositiveIntegerField(default=0)),
                ('new', models.PositiveIntegerField(default=0)),
                ('answered', models.BooleanField(default=True)),
                ('layout', models.BooleanField(default=False)),
                ('notes', models.JSONField(blank=True, default=list)),
                ('watched', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rounds', to='records.watchedsource')),
            ],
            options={
                'indexes': [models.Index(fields=['watched', 'started_at'], name='rounds_of_a_source')],
            },
        ),
        migrations.RunPython(keeper(KEPT), elidable=False),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
