"""Who was with a custodian in a span of time, and who had a room, is read from indexes: contact tracing."""

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
        migrations.AddIndex(
            model_name='traveller',
            index=models.Index(
                condition=models.Q(('room', ''), _negated=True), fields=['room'], name='traveller_of_room'
            ),
        ),
    ]
