"""The ledger from its first day, with what the database itself keeps: revisions, words for search."""

import barometer.web.records.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


# What the database itself keeps. Written out here, for a landed migration never changes its meaning.

SQLITE = [
    # Revisions are written once. REPLACE would delete without asking the trigger for deletion: hence the third.
    """
    CREATE TRIGGER records_revision_no_update BEFORE UPDATE ON records_revision
    BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END
    """,
    """
    CREATE TRIGGER records_revision_no_delete BEFORE DELETE ON records_revision
    BEGIN SELECT RAISE(ABORT, 'a revision is never deleted'); END
    """,
    """
    CREATE TRIGGER records_revision_no_replace BEFORE INSERT ON records_revision
    WHEN EXISTS (
        SELECT 1 FROM records_revision AS kept
        WHERE kept.id = NEW.id
        OR (kept.model = NEW.model AND kept.record_id = NEW.record_id AND kept.number = NEW.number)
    )
    BEGIN SELECT RAISE(ABORT, 'a revision is never replaced'); END
    """,
    # Search: the words come folded, so FTS5 takes every letter outside ASCII as it is.
    """
    CREATE VIRTUAL TABLE records_event_words USING fts5(
        search_text, content='records_event', content_rowid='id', tokenize='ascii'
    )
    """,
    """
    CREATE TRIGGER records_event_words_insert AFTER INSERT ON records_event BEGIN
        INSERT INTO records_event_words (rowid, search_text) VALUES (NEW.id, NEW.search_text);
    END
    """,
    """
    CREATE TRIGGER records_event_words_delete AFTER DELETE ON records_event BEGIN
        INSERT INTO records_event_words (records_event_words, rowid, search_text)
        VALUES ('delete', OLD.id, OLD.search_text);
    END
    """,
    """
    CREATE TRIGGER records_event_words_update AFTER UPDATE OF id, search_text ON records_event BEGIN
        INSERT INTO records_event_words (records_event_words, rowid, search_text)
        VALUES ('delete', OLD.id, OLD.search_text);
        INSERT INTO records_event_words (rowid, search_text) VALUES (NEW.id, NEW.search_text);
    END
    """,
]

POSTGRESQL = [
    """
    CREATE FUNCTION records_revision_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a revision is never changed or deleted' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER records_revision_keep_rows BEFORE UPDATE OR DELETE ON records_revision
    FOR EACH ROW EXECUTE FUNCTION records_revision_keep()
    """,
    """
    CREATE TRIGGER records_revision_keep_table BEFORE TRUNCATE ON records_revision
    FOR EACH STATEMENT EXECUTE FUNCTION records_revision_keep()
    """,
    """
    CREATE INDEX records_event_words ON records_event
    USING gin (array_to_tsvector(array_remove(string_to_array(search_text, ' '), '')))
    """,
]


def keep(apps, schema_editor):
    """Triggers and the index of words, for the database at hand."""
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('slug', models.SlugField(max_length=120, unique=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EvidenceItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('size', models.PositiveBigIntegerField()),
                ('media_type', models.CharField(max_length=100)),
                ('original_name', models.CharField(max_length=255)),
                ('how', models.CharField(max_length=100)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('visibility', models.CharField(choices=[('public', 'Public'), ('reference only', 'Reference'), ('internal', 'Internal')], default='internal', max_length=20)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('period', models.CharField(max_length=6, unique=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=255, unique=True)),
                ('language', models.CharField(blank=True, max_length=2)),
                ('quarter', models.CharField(blank=True, max_length=6)),
                ('title', models.JSONField(blank=True, default=dict)),
                ('intro', models.JSONField(blank=True, default=dict)),
                ('contact', models.JSONField(blank=True, default=dict)),
                ('sections', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('entry_key', models.CharField(max_length=120)),
                ('section', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('month', models.CharField(blank=True, max_length=7)),
                ('position', models.PositiveIntegerField(default=0)),
                ('first_line', models.PositiveIntegerField(default=0)),
                ('last_line', models.PositiveIntegerField(default=0)),
                ('headline', models.TextField(blank=True)),
                ('text_en', models.TextField(blank=True)),
                ('text_ru', models.TextField(blank=True)),
                ('text_kk', models.TextField(blank=True)),
                ('links', models.JSONField(blank=True, default=list)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('accepted', 'Accepted'), ('reviewed', 'Reviewed'), ('published', 'Published'), ('corrected', 'Corrected'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=12)),
                ('issue', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='records.issue')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='records.source')),
            ],
            options={
                'ordering': [models.OrderBy(models.F('section'), nulls_last=True), 'month', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('key', models.CharField(max_length=400, unique=True)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(max_length=12)),
                ('main_type', models.CharField(max_length=60)),
                ('date', models.CharField(blank=True, max_length=21)),
                ('date_text', models.CharField(blank=True, max_length=300)),
                ('first_day', models.DateField(blank=True, null=True)),
                ('last_day', models.DateField(blank=True, null=True)),
                ('phase', models.CharField(blank=True, max_length=10)),
                ('background', models.BooleanField(default=False)),
                ('is_alleged', models.BooleanField(default=False)),
                ('work_link', models.CharField(blank=True, max_length=10)),
                ('people_hit', models.PositiveIntegerField(blank=True, null=True)),
                ('people_hit_exact', models.BooleanField(default=False)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('region', models.CharField(blank=True, max_length=10)),
                ('place_name', models.CharField(blank=True, max_length=200)),
                ('summary_en', models.TextField(blank=True)),
                ('summary_ru', models.TextField(blank=True)),
                ('summary_kk', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('grounds', models.JSONField(blank=True, default=dict)),
                ('upcoming', models.JSONField(blank=True, default=list)),
                ('coded', models.JSONField(default=dict)),
                ('search_text', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('proposed', 'Proposed'), ('accepted', 'Accepted'), ('reviewed', 'Reviewed'), ('published', 'Published'), ('corrected', 'Corrected'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=12)),
                ('published_by', models.CharField(blank=True, max_length=200)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='records.case')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='records.item')),
            ],
            options={
                'ordering': [models.OrderBy(models.F('first_day'), nulls_last=True), 'item', 'ordinal', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=300)),
                ('kind', models.CharField(choices=[('person', 'Person'), ('outlet', 'Outlet'), ('body', 'Body')], max_length=10)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'kind'), name='one_party_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('target', 'Target'), ('actor', 'Actor')], max_length=6)),
                ('position', models.PositiveSmallIntegerField()),
                ('written', models.CharField(blank=True, max_length=500)),
                ('type', models.CharField(db_index=True, max_length=30)),
                ('role', models.CharField(blank=True, max_length=12)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='records.event')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mentions', to='records.party')),
            ],
            options={
                'ordering': ['side', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('by', models.CharField(max_length=200)),
                ('action', models.CharField(max_length=60)),
                ('model', models.CharField(max_length=60)),
                ('record_id', models.CharField(max_length=16)),
                ('number', models.PositiveIntegerField()),
                ('reason', models.TextField(blank=True)),
                ('after', models.JSONField()),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='issue',
            name='source',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='records.source'),
        ),
        migrations.CreateModel(
            name='SourceDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('text', 'Text'), ('coding', 'Coding')], max_length=10)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.evidenceitem')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.source')),
            ],
        ),
        migrations.AddField(
            model_name='source',
            name='documents',
            field=models.ManyToManyField(related_name='sources', through='records.SourceDocument', to='records.evidenceitem'),
        ),
        migrations.CreateModel(
            name='WorkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('missing address', 'Missing Address'), ('unmatched', 'Unmatched'), ('unplaced text', 'Unplaced'), ('changed', 'Changed')], max_length=20)),
                ('text', models.TextField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='records.event')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='records.item')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='records.source')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='EventProvision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(db_index=True, max_length=40)),
                ('position', models.PositiveSmallIntegerField()),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='provisions', to='records.event')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('event', 'code'), name='one_row_a_provision')],
            },
        ),
        migrations.CreateModel(
            name='EventType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(db_index=True, max_length=60)),
                ('position', models.PositiveSmallIntegerField()),
                ('alleged', models.BooleanField(default=False)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='types', to='records.event')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('event', 'code'), name='one_row_a_type')],
            },
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['state', 'first_day'], name='records_eve_state_8925c9_idx'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['main_type'], name='records_eve_main_ty_1eee2d_idx'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_day__isnull', True), ('last_day__isnull', True)), models.Q(('first_day__isnull', False), ('last_day__gte', models.F('first_day')), ('last_day__isnull', False)), _connector='OR'), name='both_days_or_neither'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['published', 'corrected']), _negated=True), models.Q(('published_at__isnull', False), models.Q(('published_by', ''), _negated=True)), _connector='OR'), name='published_by_someone_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='mention',
            constraint=models.UniqueConstraint(fields=('event', 'side', 'position'), name='one_mention_a_place'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(fields=['record_id'], name='records_rev_record__0ead59_idx'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('model', 'record_id', 'number'), name='one_revision_a_number'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.UniqueConstraint(fields=('source', 'entry_key'), name='one_item_an_entry'),
        ),
        migrations.AddConstraint(
            model_name='sourcedocument',
            constraint=models.UniqueConstraint(fields=('source', 'evidence', 'role'), name='one_row_a_copy'),
        ),
        migrations.RunPython(keep, elidable=False),
    ]
