"""Cases, and the level of protection worn on a shift."""

import django.db.models.deletion
import pratique.store.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0014_issue_topics'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ('code', models.TextField(unique=True)),
                ('subject_kind', models.TextField()),
                ('subject_id', models.TextField()),
                ('source', models.TextField()),
                ('opened_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='deployment',
            name='protection',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='deployment',
            constraint=models.CheckConstraint(condition=models.Q(('protection__isnull', True), ('protection__range', (0, 3)), _connector='OR'), name='deployment_protection_level'),
        ),
        migrations.AddField(
            model_name='case',
            name='opened_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases_opened', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('subject_kind', 'subject_id'), name='case_once'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('subject_kind__in', ['traveller', 'staff'])), name='case_of_person'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['result', 'epidemiologist', 'home'])), name='case_source_known'),
        ),
    ]
