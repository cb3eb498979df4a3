"""Who was with a custodian in a span of time is read from an index: contact tracing."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0009_convoys'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='scan',
            index=models.Index(
                fields=('custodian_id', 'happened_at'), include=('traveller_id',), name='scan_of_custodian'
            ),
        ),
    ]
