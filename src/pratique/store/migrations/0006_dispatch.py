"""Transport plans, boarding lists, licences, and where somebody is bound for."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import pratique.store.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0005_escalation'),
    ]

    operations = [
        migrations.CreateModel(
            name='BoardingLine',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('row', models.IntegerField()),
                ('seat', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('state', models.TextField(default='proposed')),
                ('document', models.JSONField()),
                ('trips', models.JSONField()),
                ('unmoved', models.JSONField(default=list)),
                ('diff', models.JSONField(default=list)),
                ('left_out', models.JSONField(default=list)),
                ('cost', models.JSONField(default=dict)),
                ('objective', models.FloatField()),
                ('bound', models.FloatField()),
                ('made_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('because', models.TextField(blank=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='trip',
            name='trip_vehicle_not_twice',
        ),
        migrations.AddField(
            model_name='person',
            name='licence',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='traveller',
            name='bound',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bound_here', to='store.custodian'),
        ),
        migrations.AddField(
            model_name='trip',
            name='pinned',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='trip',
            name='reliefs',
            field=models.ManyToManyField(related_name='trips_relieved', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='trip',
            name='withdrawn_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='boardingline',
            name='traveller',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='boarding_lines', to='store.traveller'),
        ),
        migrations.AddField(
            model_name='boardingline',
            name='trip',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='store.trip'),
        ),
        migrations.AddField(
            model_name='plan',
            name='base',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='store.plan'),
        ),
        migrations.AddField(
            model_name='plan',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plans_made', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='plan',
            name='settled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plans_settled', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='trip',
            name='plan',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opened', to='store.plan'),
        ),
        migrations.AddConstraint(
            model_name='trip',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('withdrawn_at__isnull', True)), expressions=[('vehicle', '='), ('during', '&&')], name='trip_vehicle_not_twice'),
        ),
        migrations.AddConstraint(
            model_name='boardingline',
            constraint=models.UniqueConstraint(fields=('trip', 'traveller'), name='boarding_line_once'),
        ),
        migrations.AddIndex(
            model_name='plan',
            index=models.Index(fields=['state', 'settled_at'], name='store_plan_state_9ef8ee_idx'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'adopted', 'refused', 'replaced'])), name='plan_state_known'),
        ),
        migrations.AddConstraint(
            model_name='plan',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('state',), name='plan_one_proposed'),
        ),
    ]
