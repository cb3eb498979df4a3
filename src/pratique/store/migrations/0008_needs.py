"""What crews speak and what vehicles have places for, so that plans meet what people need on the way."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0007_positions'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='speaks',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='vehicle',
            name='wheelchairs',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='vehicle',
            name='child_seats',
            field=models.IntegerField(null=True),
        ),
    ]
