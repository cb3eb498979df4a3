"""Which record an issue comes from, so that every figure of the zero board opens into what is behind it."""

from django.db import migrations, models

COMPLAINTS = """
UPDATE store_issue SET record = 'complaint', record_id = id WHERE id IN (SELECT id FROM store_petition)
"""
"""An issue of a traveller's complaint has the complaint's own id."""


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0018_staff_samples'),
    ]

    operations = [
        migrations.AddField(
            model_name='issue',
            name='record',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.AddField(
            model_name='issue',
            name='record_id',
            field=models.UUIDField(null=True),
        ),
        migrations.RunSQL(COMPLAINTS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('record', ''), ('record_id__isnull', True)), models.Q(('record__in', ('case', 'complaint', 'decision', 'inspection', 'result', 'staff')), ('record_id__isnull', False)), _connector='OR'), name='issue_record_known'),
        ),
    ]
