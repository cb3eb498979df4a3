"""A trip may fetch people from a facility or a hospital."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0019_issue_records")]

    operations = [
        migrations.AddField(
            model_name="trip",
            name="origin",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="trips_out_of",
                to="store.custodian",
            ),
        ),
    ]
