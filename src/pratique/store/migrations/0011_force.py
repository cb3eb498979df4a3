"""Who may work and when, who is drawn, called out and rostered; training; the hand-over between shifts."""

import django.db.models.deletion
import pratique.store.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0010_tracing'),
    ]

    operations = [
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('on', models.DateField(unique=True)),
                ('places', models.JSONField(default=list)),
                ('short', models.JSONField(default=list)),
                ('passed_over', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField()),
                ('made_by_id', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Separation',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('because', models.TextField()),
                ('entered_at', models.DateTimeField()),
                ('entered_by_id', models.UUIDField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ShiftHandover',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('shift', models.TextField()),
                ('sheet', models.JSONField(default=dict)),
                ('note', models.TextField(blank=True)),
                ('outgoing_at', models.DateTimeField(null=True)),
                ('incoming_at', models.DateTimeField(null=True)),
                ('remark', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Swap',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('giver_on', models.DateField()),
                ('taker_on', models.DateField(null=True)),
                ('because', models.TextField(blank=True)),
                ('state', models.TextField(default='asked')),
                ('asked_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TrainingMark',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('module', models.TextField()),
                ('on', models.DateField()),
                ('passed', models.BooleanField()),
                ('right', models.IntegerField(null=True)),
                ('asked', models.IntegerField(null=True)),
                ('until_on', models.DateField(null=True)),
                ('marked_at', models.DateTimeField()),
                ('marked_by_id', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TrainingSession',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('module', models.TextField()),
                ('on', models.DateField()),
                ('held_at', models.DateTimeField()),
                ('place', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name='deployment',
            name='absent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='deployment',
            name='pinned',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='person',
            name='side',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='person',
            name='team',
            field=models.TextField(blank=True),
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('sort', models.TextField()),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(null=True)),
                ('because', models.TextField(blank=True)),
                ('entered_at', models.DateTimeField()),
                ('entered_by_id', models.UUIDField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancelled_by_id', models.UUIDField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Award',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('post', models.TextField()),
                ('from_on', models.DateField()),
                ('until_on', models.DateField()),
                ('because', models.TextField()),
                ('holders', models.JSONField(default=list)),
                ('awarded_at', models.DateTimeField()),
                ('awarded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='awards_given', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CalendarLink',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('made_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_links', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('written_at', models.DateTimeField()),
                ('written_by_id', models.UUIDField(null=True)),
                ('issue', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_in', to='store.issue')),
            ],
        ),
        migrations.CreateModel(
            name='CallOut',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('place', models.TextField()),
                ('because', models.JSONField(default=dict)),
                ('state', models.TextField(default='called')),
                ('said', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by_id', models.UUIDField(null=True)),
                ('instead_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='substitutes', to='store.callout')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='store.unit')),
                ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='store.vehicle')),
                ('draw', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='store.draw')),
            ],
        ),
        migrations.CreateModel(
            name='Qualification',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('code', models.TextField()),
                ('from_on', models.DateField(null=True)),
                ('until_on', models.DateField(null=True)),
                ('entered_at', models.DateTimeField()),
                ('entered_by_id', models.UUIDField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Quota',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('officers', models.IntegerField()),
                ('vehicles', models.IntegerField()),
                ('because', models.TextField(blank=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quotas', to='store.unit')),
            ],
        ),
        migrations.CreateModel(
            name='Roster',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('state', models.TextField(default='planning')),
                ('first_on', models.DateField()),
                ('days', models.IntegerField()),
                ('document', models.JSONField(default=dict)),
                ('duties', models.JSONField(default=list)),
                ('unfilled', models.JSONField(default=list)),
                ('diff', models.JSONField(default=list)),
                ('left_out', models.JSONField(default=list)),
                ('fairness', models.JSONField(default=list)),
                ('cost', models.JSONField(default=dict)),
                ('progress', models.JSONField(default=list)),
                ('objective', models.FloatField(null=True)),
                ('bound', models.FloatField(null=True)),
                ('seconds', models.FloatField(default=0)),
                ('heard_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('because', models.TextField(blank=True)),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='store.roster')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rosters_made', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rosters_settled', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='deployment',
            name='roster',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deployments', to='store.roster'),
        ),
        migrations.AddIndex(
            model_name='deployment',
            index=models.Index(fields=['on', 'shift'], name='deployment_of_shift'),
        ),
        migrations.AddIndex(
            model_name='deployment',
            index=models.Index(fields=['starts_at', 'ends_at'], name='deployment_of_hours'),
        ),
        migrations.AddConstraint(
            model_name='deployment',
            constraint=models.CheckConstraint(condition=models.Q(('absent_at__isnull', True), ('in_at__isnull', True), _connector='OR'), name='deployment_came_or_not'),
        ),
        migrations.AddField(
            model_name='separation',
            name='one',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='separations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='separation',
            name='other',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='separations_from', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shifthandover',
            name='incoming',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shifts_taken_over', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shifthandover',
            name='outgoing',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shifts_handed_over', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decision',
            name='handover',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='store.shifthandover'),
        ),
        migrations.AddField(
            model_name='swap',
            name='giver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='swaps_asked', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='swap',
            name='taker',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='swaps_offered', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='trainingmark',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='trainingsession',
            name='trainer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions_held', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='trainingmark',
            name='session',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='store.trainingsession'),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['person', 'from_on'], name='absence_of_person'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('sort__in', ['leave', 'health'])), name='absence_sort_known'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('from_on')), _connector='OR'), name='absence_lasts'),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__gte', models.F('from_on'))), name='award_lasts'),
        ),
        migrations.AddIndex(
            model_name='callout',
            index=models.Index(fields=['on', 'unit'], name='call_of_day'),
        ),
        migrations.AddConstraint(
            model_name='callout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', True), ('vehicle__isnull', False)), models.Q(('person__isnull', False), ('vehicle__isnull', True)), _connector='OR'), name='call_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='callout',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['called', 'confirmed', 'declined', 'no_show', 'swapped'])), name='call_state_known'),
        ),
        migrations.AddConstraint(
            model_name='callout',
            constraint=models.UniqueConstraint(fields=('draw', 'person'), name='call_person_once'),
        ),
        migrations.AddConstraint(
            model_name='callout',
            constraint=models.UniqueConstraint(fields=('draw', 'vehicle'), name='call_vehicle_once'),
        ),
        migrations.AddIndex(
            model_name='qualification',
            index=models.Index(fields=['person', 'code'], name='qualification_of_person'),
        ),
        migrations.AddConstraint(
            model_name='quota',
            constraint=models.UniqueConstraint(fields=('unit', 'on'), name='quota_once'),
        ),
        migrations.AddConstraint(
            model_name='quota',
            constraint=models.CheckConstraint(condition=models.Q(('officers__gte', 0), ('vehicles__gte', 0)), name='quota_not_negative'),
        ),
        migrations.AddIndex(
            model_name='roster',
            index=models.Index(fields=['state', 'settled_at'], name='roster_settled'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planning', 'proposed', 'adopted', 'refused', 'replaced', 'failed'])), name='roster_state_known'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('state',), name='roster_one_proposed'),
        ),
        migrations.AddConstraint(
            model_name='separation',
            constraint=models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='separation_sorted'),
        ),
        migrations.AddConstraint(
            model_name='separation',
            constraint=models.UniqueConstraint(condition=models.Q(('cancelled_at__isnull', True)), fields=('one', 'other'), name='separation_once'),
        ),
        migrations.AddConstraint(
            model_name='shifthandover',
            constraint=models.UniqueConstraint(fields=('on', 'shift'), name='shift_handover_once'),
        ),
        migrations.AddConstraint(
            model_name='shifthandover',
            constraint=models.CheckConstraint(condition=models.Q(('incoming__isnull', True), models.Q(('outgoing__isnull', False), models.Q(('incoming', models.F('outgoing')), _negated=True)), _connector='OR'), name='shift_handover_of_two'),
        ),
        migrations.AddIndex(
            model_name='swap',
            index=models.Index(fields=['taker', 'state'], name='swap_to_answer'),
        ),
        migrations.AddConstraint(
            model_name='swap',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'agreed', 'declined', 'withdrawn'])), name='swap_state_known'),
        ),
        migrations.AddConstraint(
            model_name='swap',
            constraint=models.CheckConstraint(condition=models.Q(('giver', models.F('taker')), _negated=True), name='swap_of_two'),
        ),
        migrations.AddIndex(
            model_name='trainingsession',
            index=models.Index(fields=['on', 'module'], name='training_of_day'),
        ),
        migrations.AddIndex(
            model_name='trainingmark',
            index=models.Index(fields=['person', 'module', 'on'], name='training_of_person'),
        ),
    ]
