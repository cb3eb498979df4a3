"""Batches, pooled tubes and files of results; health declarations; screening of staff and others who pass through."""

import django.db.models.deletion
import pratique.store.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0015_cases'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('code', models.TextField(unique=True)),
                ('laboratory', models.TextField()),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('handed_at', models.DateTimeField(null=True)),
                ('handed_count', models.IntegerField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('received_count', models.IntegerField(null=True)),
                ('extra', models.JSONField(default=list)),
                ('cancelled_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='BatchTube',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tube', models.TextField(unique=True)),
                ('scanned_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('received', models.BooleanField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('code', models.TextField(unique=True)),
                ('name_zh', models.TextField()),
                ('name_en', models.TextField()),
                ('closed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('version', models.IntegerField()),
                ('source', models.TextField()),
                ('declared_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('key', models.TextField()),
                ('sealed', models.BinaryField()),
                ('erase_on', models.DateField(db_index=True)),
                ('erased_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('number', models.IntegerField(unique=True)),
                ('sort', models.TextField()),
                ('celsius', models.FloatField(null=True)),
                ('symptoms', models.JSONField(default=list)),
                ('found_at', models.DateTimeField(db_index=True)),
                ('by_id', models.UUIDField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Passing',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('sort', models.TextField()),
                ('heads', models.IntegerField(default=1)),
                ('happened_at', models.DateTimeField()),
                ('by_id', models.UUIDField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ResultFile',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('name', models.TextField()),
                ('format', models.TextField()),
                ('laboratory', models.TextField(blank=True)),
                ('rows', models.IntegerField()),
                ('taken', models.IntegerField()),
                ('taken_at', models.DateTimeField(db_index=True)),
                ('by_id', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='UnknownTube',
            fields=[
                ('tube', models.TextField(primary_key=True, serialize=False)),
                ('laboratory', models.TextField(blank=True)),
                ('result', models.TextField()),
                ('resulted_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_by_id', models.UUIDField(null=True)),
                ('because', models.TextField(blank=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='sample',
            name='sample_result_known',
        ),
        migrations.AddField(
            model_name='sample',
            name='pool_size',
            field=models.IntegerField(default=1),
        ),
        migrations.AlterField(
            model_name='sample',
            name='tube',
            field=models.TextField(db_index=True),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(('result__in', ['', 'negative', 'positive', 'invalid', 'lost', 'pool_positive'])), name='sample_result_known'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(('pool_size__range', (1, 10))), name='sample_pool_size'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.UniqueConstraint(fields=('tube', 'traveller_id'), name='sample_once_a_tube'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.UniqueConstraint(condition=models.Q(('pool_size', 1)), fields=('tube',), name='sample_tube_single'),
        ),
        migrations.AddIndex(
            model_name='batch',
            index=models.Index(condition=models.Q(('cancelled_at', None), ('received_at', None)), fields=['opened_at'], name='batch_on_the_way'),
        ),
        migrations.AddField(
            model_name='batchtube',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tubes', to='store.batch'),
        ),
        migrations.AddField(
            model_name='declaration',
            name='traveller',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declarations', to='store.traveller'),
        ),
        migrations.AddField(
            model_name='finding',
            name='checkpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='store.checkpoint'),
        ),
        migrations.AddField(
            model_name='passing',
            name='checkpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passings', to='store.checkpoint'),
        ),
        migrations.AddField(
            model_name='unknowntube',
            name='file',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='unknown_tubes', to='store.resultfile'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.UniqueConstraint(fields=('traveller', 'version'), name='declaration_version_once'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['traveller', 'desk', 'paper'])), name='declaration_source_known'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('sort__in', ('staff', 'crew', 'visitor', 'other'))), name='finding_sort_known'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('celsius', None), ('celsius__range', (30, 45)), _connector='OR'), name='finding_celsius_possible'),
        ),
        migrations.AddIndex(
            model_name='passing',
            index=models.Index(fields=['checkpoint', 'happened_at'], name='passing_of_checkpoint'),
        ),
        migrations.AddConstraint(
            model_name='passing',
            constraint=models.CheckConstraint(condition=models.Q(('sort__in', ('staff', 'crew', 'visitor', 'other'))), name='passing_sort_known'),
        ),
        migrations.AddConstraint(
            model_name='passing',
            constraint=models.CheckConstraint(condition=models.Q(('heads__range', (1, 500))), name='passing_heads'),
        ),
    ]
