"""Trackers, fixes with their tallies and erasures, coordinates of places, times of a routing server."""

import django.db.models.deletion
import pratique.store.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0006_dispatch'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoadServer',
            fields=[
                ('kind', models.TextField(primary_key=True, serialize=False)),
                ('answered_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('because', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='FixErasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('erased_at', models.DateTimeField()),
                ('count', models.IntegerField()),
                ('trip', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fix_erasures', to='store.trip')),
            ],
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), name='place_on_earth')],
            },
        ),
        migrations.CreateModel(
            name='RoadTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('one', models.TextField()),
                ('other', models.TextField()),
                ('minutes', models.FloatField()),
                ('km', models.FloatField(null=True)),
                ('asked_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('one', 'other'), name='road_time_once')],
            },
        ),
        migrations.CreateModel(
            name='Tracker',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('identifier_hash', models.BinaryField(max_length=32, unique=True)),
                ('issued_at', models.DateTimeField()),
                ('heard_at', models.DateTimeField(null=True)),
                ('battery', models.FloatField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='trackers_issued', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='trackers_revoked', to=settings.AUTH_USER_MODEL)),
                ('vehicle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trackers', to='store.vehicle')),
            ],
        ),
        migrations.CreateModel(
            name='Fix',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
                ('accuracy_metres', models.FloatField(null=True)),
                ('speed_kmh', models.FloatField(null=True)),
                ('heading', models.FloatField(null=True)),
                ('source', models.TextField()),
                ('received_at', models.DateTimeField()),
                ('trip', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fixes', to='store.trip')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='store_fix_at_a4a160_idx')],
                'constraints': [models.UniqueConstraint(fields=('trip', 'at'), name='fix_once'), models.CheckConstraint(condition=models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), name='fix_on_earth')],
            },
        ),
        migrations.CreateModel(
            name='FixTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('code', models.TextField()),
                ('count', models.IntegerField(default=0)),
                ('last_at', models.DateTimeField()),
                ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='fix_tallies', to='store.vehicle')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('on', 'vehicle', 'code'), name='fix_tally_once', nulls_distinct=False)],
            },
        ),
    ]
