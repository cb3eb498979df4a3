"""What a traveller's own page needs: slips, visits, petitions with replies, versions of contact data."""

import django.db.models.deletion
import pratique.store.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0011_force'),
    ]

    operations = [
        migrations.CreateModel(
            name='Petition',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('sort', models.TextField()),
                ('about', models.TextField(blank=True)),
                ('language', models.TextField()),
                ('key', models.TextField(blank=True)),
                ('sealed', models.BinaryField()),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='petitions', to=settings.AUTH_USER_MODEL)),
                ('traveller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='petitions', to='store.traveller')),
            ],
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('phrase', models.TextField(blank=True)),
                ('outcome', models.TextField(blank=True)),
                ('key', models.TextField(blank=True)),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to=settings.AUTH_USER_MODEL)),
                ('petition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='store.petition')),
            ],
        ),
        migrations.CreateModel(
            name='Slip',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('secret_hash', models.BinaryField(max_length=32, unique=True)),
                ('language', models.TextField()),
                ('issued_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slips_issued', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slips_revoked', to=settings.AUTH_USER_MODEL)),
                ('traveller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slips', to='store.traveller')),
            ],
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('opened_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('slip', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visits', to='store.slip')),
            ],
        ),
        migrations.CreateModel(
            name='ContactVersion',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('version', models.IntegerField()),
                ('key', models.TextField()),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contact_versions', to=settings.AUTH_USER_MODEL)),
                ('traveller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contact_versions', to='store.traveller')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('traveller', 'version'), name='contact_version_once')],
            },
        ),
        migrations.AddIndex(
            model_name='petition',
            index=models.Index(condition=models.Q(('settled_at__isnull', True)), fields=['asked_at'], name='petition_open'),
        ),
        migrations.AddConstraint(
            model_name='petition',
            constraint=models.CheckConstraint(condition=models.Q(('sort__in', ('complaint', 'objection'))), name='petition_sort_known'),
        ),
    ]
