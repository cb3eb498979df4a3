"""The force's own safety: inspections, movements of supplies, where staff sleep."""

import django.db.models.deletion
import pratique.store.ids
import pratique.store.models.entry
from django.conf import settings
from django.db import migrations, models


ENTRIES = ("inspection", "stockmove")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0016_care'),
    ]

    operations = [
        migrations.CreateModel(
            name='Inspection',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('checklist', models.TextField()),
                ('edition', models.TextField()),
                ('about', models.TextField()),
                ('subject_id', models.TextField()),
                ('answers', models.JSONField()),
                ('passed', models.BooleanField()),
                ('grave', models.BooleanField()),
            ],
            options={
                'indexes': [models.Index(fields=['about', 'subject_id', 'happened_at'], name='inspection_of_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('about__in', ['facility', 'place', 'vehicle', 'lodging', 'person'])), name='inspection_about_known')],
            },
        ),
        migrations.CreateModel(
            name='Quarters',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('code', models.TextField(unique=True)),
                ('beds', models.IntegerField()),
                ('note', models.TextField(blank=True)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('beds__gt', 0)), name='quarters_have_beds')],
            },
        ),
        migrations.CreateModel(
            name='StockMove',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('supply', models.TextField()),
                ('sort', models.TextField()),
                ('quantity', models.IntegerField()),
                ('because', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['supply', 'happened_at'], name='stockmove_of_supply')],
                'constraints': [models.CheckConstraint(condition=models.Q(('sort__in', ['in', 'out', 'count'])), name='stockmove_sort_known'), models.CheckConstraint(condition=models.Q(('quantity__gte', 0)), name='stockmove_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Berth',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('from_at', models.DateTimeField()),
                ('until_at', models.DateTimeField(null=True)),
                ('by_id', models.UUIDField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='berths', to=settings.AUTH_USER_MODEL)),
                ('quarters', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='berths', to='store.quarters')),
            ],
            options={
                'indexes': [models.Index(fields=['quarters', 'from_at'], name='berth_of_quarters')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_at__isnull', True)), fields=('person',), name='berth_one_a_person')],
            },
        ),
        migrations.RunSQL(
            ''.join(
                f'CREATE TRIGGER store_{name}_append_only BEFORE UPDATE OR DELETE ON store_{name} '
                f'FOR EACH STATEMENT EXECUTE FUNCTION store_refuse_change();'
                for name in ENTRIES
            ),
            ''.join(f'DROP TRIGGER store_{name}_append_only ON store_{name};' for name in ENTRIES),
        ),
    ]
