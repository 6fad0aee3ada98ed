"""How people are named and what they agreed to; consents are kept for good."""

import barometer.web.records.fields
import barometer.web.records.protected
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from barometer.web.records.keeping import keeper

KEPT = {"records_consent": ("a consent", ("public_id",))}


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0008_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('given', 'Given'), ('withdrawn', 'Withdrawn')], max_length=10)),
                ('uses', models.JSONField(blank=True, default=list)),
                ('how', models.CharField(max_length=12)),
                ('taken_by', barometer.web.records.protected.ProtectedText()),
                ('day', models.DateField()),
                ('address', barometer.web.records.protected.ProtectedText(blank=True)),
                ('words', barometer.web.records.protected.ProtectedText(blank=True)),
                ('by', barometer.web.records.protected.ProtectedText()),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='records.case')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='records.event')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='records.evidenceitem')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='records.party')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('withdraws', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawn_by', to='records.consent')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('event__isnull', True), ('case__isnull', True), _connector='OR'), name='consent_to_an_event_or_a_case'), models.CheckConstraint(condition=models.Q(models.Q(('how', 'public'), _negated=True), models.Q(('address', ''), _negated=True), ('evidence__isnull', False), _connector='OR'), name='who_went_public_did_so_somewhere'), models.CheckConstraint(condition=models.Q(models.Q(('taken_by', ''), _negated=True), models.Q(('by', ''), _negated=True)), name='a_consent_says_who_took_it'), models.CheckConstraint(condition=models.Q(('kind', 'withdrawn'), ('withdraws__isnull', True), _connector='OR'), name='only_a_withdrawal_withdraws')],
            },
        ),
        migrations.CreateModel(
            name='PersonCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=barometer.web.records.fields.new_public_id, editable=False, max_length=16, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('policy', models.CharField(blank=True, max_length=20)),
                ('why', barometer.web.records.protected.ProtectedText(blank=True)),
                ('set_by', barometer.web.records.protected.ProtectedText(blank=True)),
                ('set_at', models.DateTimeField(blank=True, null=True)),
                ('relation', models.CharField(blank=True, max_length=20)),
                ('gender', models.CharField(blank=True, max_length=2)),
                ('employment', models.CharField(blank=True, max_length=20)),
                ('medium', models.CharField(blank=True, max_length=20)),
                ('outlet_language', models.CharField(blank=True, max_length=10)),
                ('country_of_stay', models.CharField(blank=True, max_length=2)),
                ('at_risk', models.BooleanField(default=False)),
                ('party', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='card', to='records.party')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('policy', ''), ('policy__in', ['public_role', 'professional', 'private', 'relative', 'minor', 'victim']), _connector='OR'), name='a_known_naming_policy'), models.CheckConstraint(condition=models.Q(('country_of_stay', ''), ('country_of_stay__in', ('AD', 'AE', 'AF', 'AG', 'AI', 'AL', 'AM', 'AO', 'AQ', 'AR', 'AS', 'AT', 'AU', 'AW', 'AX', 'AZ', 'BA', 'BB', 'BD', 'BE', 'BF', 'BG', 'BH', 'BI', 'BJ', 'BL', 'BM', 'BN', 'BO', 'BQ', 'BR', 'BS', 'BT', 'BV', 'BW', 'BY', 'BZ', 'CA', 'CC', 'CD', 'CF', 'CG', 'CH', 'CI', 'CK', 'CL', 'CM', 'CN', 'CO', 'CR', 'CU', 'CV', 'CW', 'CX', 'CY', 'CZ', 'DE', 'DJ', 'DK', 'DM', 'DO', 'DZ', 'EC', 'EE', 'EG', 'EH', 'ER', 'ES', 'ET', 'FI', 'FJ', 'FK', 'FM', 'FO', 'FR', 'GA', 'GB', 'GD', 'GE', 'GF', 'GG', 'GH', 'GI', 'GL', 'GM', 'GN', 'GP', 'GQ', 'GR', 'GS', 'GT', 'GU', 'GW', 'GY', 'HK', 'HM', 'HN', 'HR', 'HT', 'HU', 'ID', 'IE', 'IL', 'IM', 'IN', 'IO', 'IQ', 'IR', 'IS', 'IT', 'JE', 'JM', 'JO', 'JP', 'KE', 'KG', 'KH', 'KI', 'KM', 'KN', 'KP', 'KR', 'KW', 'KY', 'KZ', 'LA', 'LB', 'LC', 'LI', 'LK', 'LR', 'LS', 'LT', 'LU', 'LV', 'LY', 'MA', 'MC', 'MD', 'ME', 'MF', 'MG', 'MH', 'MK', 'ML', 'MM', 'MN', 'MO', 'MP', 'MQ', 'MR', 'MS', 'MT', 'MU', 'MV', 'MW', 'MX', 'MY', 'MZ', 'NA', 'NC', 'NE', 'NF', 'NG', 'NI', 'NL', 'NO', 'NP', 'NR', 'NU', 'NZ', 'OM', 'PA', 'PE', 'PF', 'PG', 'PH', 'PK', 'PL', 'PM', 'PN', 'PR', 'PS', 'PT', 'PW', 'PY', 'QA', 'RE', 'RO', 'RS', 'RU', 'RW', 'SA', 'SB', 'SC', 'SD', 'SE', 'SG', 'SH', 'SI', 'SJ', 'SK', 'SL', 'SM', 'SN', 'SO', 'SR', 'SS', 'ST', 'SV', 'SX', 'SY', 'SZ', 'TC', 'TD', 'TF', 'TG', 'TH', 'TJ', 'TK', 'TL', 'TM', 'TN', 'TO', 'TR', 'TT', 'TV', 'TW', 'TZ', 'UA', 'UG', 'UM', 'US', 'UY', 'UZ', 'VA', 'VC', 'VE', 'VG', 'VI', 'VN', 'VU', 'WF', 'WS', 'XK', 'YE', 'YT', 'ZA', 'ZM', 'ZW')), _connector='OR'), name='a_stay_is_a_country_and_nothing_finer'), models.CheckConstraint(condition=models.Q(('policy', ''), models.Q(models.Q(('why', ''), _negated=True), models.Q(('set_by', ''), _negated=True), ('set_at__isnull', False)), _connector='OR'), name='a_policy_says_why_and_by_whom')],
            },
        ),
        migrations.RunPython(keeper(KEPT), elidable=False),
    ]
