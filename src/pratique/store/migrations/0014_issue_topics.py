"""What an issue is about and where it was found, so that what comes back is seen as one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0013_stay'),
    ]

    operations = [
        migrations.AddField(
            model_name='issue',
            name='topic',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='issue',
            name='place',
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name='issues', to='store.custodian'
            ),
        ),
    ]
