"""Rooms and who was in them, orders, releases and certificates; exemptions and the grounds of every exit."""

import django.db.models.deletion
import pratique.store.ids
import pratique.store.models.entry
from django.db import migrations, models


ENTRIES = (
    'exemption',
    'exemptionstep',
    'wayjudged',
    'roomevent',
    'lodging',
    'stayorder',
    'stayorderstep',
    'releasedecision',
    'certificate',
    'onwardstep',
)


class Migration(migrations.Migration):
    """The tables, and the guard of those that are entries."""

    dependencies = [
        ('store', '0012_window'),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('traveller_id', models.UUIDField(db_index=True)),
                ('code', models.TextField(unique=True)),
                ('facts', models.JSONField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ExemptionStep',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('exemption_id', models.UUIDField(db_index=True)),
                ('step', models.TextField()),
                ('authority', models.TextField(blank=True)),
                ('reference', models.TextField(blank=True)),
                ('rank', models.TextField(blank=True)),
                ('shifts_before', models.IntegerField(null=True)),
                ('because', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Guest',
            fields=[
                ('traveller_id', models.UUIDField(primary_key=True, serialize=False)),
                ('household', models.TextField(blank=True)),
                ('guardian_id', models.UUIDField(null=True)),
                ('carer_id', models.UUIDField(null=True)),
                ('needs', models.JSONField(default=list)),
                ('diets', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='OnwardStep',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('traveller_id', models.UUIDField(db_index=True)),
                ('unit_id', models.UUIDField(db_index=True)),
                ('step', models.TextField()),
                ('because', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReleaseDecision',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('traveller_id', models.UUIDField(db_index=True)),
                ('conditions', models.JSONField()),
                ('valid_until', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RoomEvent',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('room_id', models.UUIDField(db_index=True)),
                ('step', models.TextField()),
                ('ready_at', models.DateTimeField(null=True)),
                ('because', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StayOrderStep',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('order_id', models.UUIDField(db_index=True)),
                ('step', models.TextField()),
                ('rank', models.TextField(blank=True)),
                ('language', models.TextField(blank=True)),
                ('understood', models.BooleanField(null=True)),
                ('remedy_told', models.BooleanField(null=True)),
                ('because', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WayJudged',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('scan_id', models.UUIDField(db_index=True)),
                ('traveller_id', models.UUIDField(db_index=True)),
                ('custodian_id', models.UUIDField()),
                ('open', models.BooleanField()),
                ('grounds', models.TextField(blank=True)),
                ('exemption_id', models.UUIDField(null=True)),
                ('because', models.JSONField(default=list)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Exemption',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('traveller_id', models.UUIDField(db_index=True)),
                ('sort', models.TextField()),
                ('authority', models.TextField()),
                ('reference', models.TextField()),
                ('reason', models.TextField()),
                ('valid_from', models.DateTimeField()),
                ('valid_until', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('sort__in', ['diplomat', 'minor', 'medical', 'compassionate', 'transit'])), name='exemption_sort_known')],
            },
        ),
        migrations.CreateModel(
            name='HelpCall',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('traveller_id', models.UUIDField(db_index=True)),
                ('sort', models.TextField()),
                ('key', models.TextField(blank=True)),
                ('said', models.BinaryField(null=True)),
                ('answered', models.BinaryField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('asked_by_id', models.UUIDField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by_id', models.UUIDField(null=True)),
                ('erased_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['asked_at'], name='help_call_open')],
            },
        ),
        migrations.CreateModel(
            name='Lodging',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('traveller_id', models.UUIDField()),
                ('facility_id', models.UUIDField()),
                ('room_id', models.UUIDField(null=True)),
                ('because', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['traveller_id', 'happened_at'], name='lodging_of_traveller'), models.Index(fields=['room_id', 'happened_at'], name='lodging_of_room')],
            },
        ),
        migrations.CreateModel(
            name='StayOrder',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('seq', models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('traveller_id', models.UUIDField(db_index=True)),
                ('sort', models.TextField()),
                ('days', models.IntegerField()),
                ('reason', models.TextField()),
                ('document', models.TextField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('sort__in', ['extend', 'reduce'])), name='stay_order_sort_known')],
            },
        ),
        migrations.CreateModel(
            name='Room',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('code', models.TextField()),
                ('floor', models.IntegerField()),
                ('sort', models.TextField(default='single')),
                ('beds', models.IntegerField()),
                ('area', models.TextField(blank=True)),
                ('state', models.TextField(default='ready')),
                ('ready_at', models.DateTimeField(null=True)),
                ('because', models.TextField(blank=True)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rooms', to='store.custodian')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('facility', 'code'), name='room_once'), models.CheckConstraint(condition=models.Q(('beds__gt', 0)), name='room_has_beds'), models.CheckConstraint(condition=models.Q(('sort__in', ['single', 'family', 'barrier_free'])), name='room_sort_known'), models.CheckConstraint(condition=models.Q(('state__in', ['ready', 'blocked', 'disinfecting'])), name='room_state_known')],
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
