"""Convoys and the designated rest places at which they stop."""


import django.db.models.deletion
import pratique.store.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0008_needs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Convoy',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('code', models.TextField(unique=True)),
                ('on', models.DateField()),
                ('halts', models.JSONField(default=list)),
                ('formed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('disbanded_at', models.DateTimeField(null=True)),
                ('commander', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='convoys_commanded', to=settings.AUTH_USER_MODEL)),
                ('destination', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='convoys_to', to='store.custodian')),
                ('formed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='convoys_formed', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='trip',
            name='convoy',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='trips', to='store.convoy'),
        ),
        migrations.CreateModel(
            name='RestPlace',
            fields=[
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('name_zh', models.TextField()),
                ('name_en', models.TextField()),
                ('minutes', models.IntegerField()),
                ('km', models.FloatField(default=0)),
                ('towards', models.JSONField(default=list)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes__gt', 0)), name='rest_place_on_the_way')],
            },
        ),
        migrations.AddIndex(
            model_name='convoy',
            index=models.Index(condition=models.Q(('disbanded_at__isnull', True), ('ended_at__isnull', True)), fields=['formed_at'], name='convoy_open'),
        ),
        migrations.AddConstraint(
            model_name='convoy',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('disbanded_at__isnull', True), _connector='OR'), name='convoy_ends_once'),
        ),
    ]
