"""A headcount is corrected by another entry; like every entry it is never edited."""

from django.db import migrations, models

import pratique.store.models.entry


class Migration(migrations.Migration):
    """The table and its guard."""

    dependencies = [("store", "0003_subscriptions")]

    operations = [
        migrations.CreateModel(
            name="HeadcountCorrection",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "seq",
                    models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True),
                ),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
                ("headcount_id", models.UUIDField(db_index=True)),
                ("heads", models.IntegerField()),
                ("names", models.JSONField(null=True)),
                ("because", models.TextField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("heads__gte", 0)), name="corrected_heads_not_negative"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER store_headcountcorrection_append_only BEFORE UPDATE OR DELETE ON store_headcountcorrection "
            "FOR EACH STATEMENT EXECUTE FUNCTION store_refuse_change();",
            "DROP TRIGGER store_headcountcorrection_append_only ON store_headcountcorrection;",
        ),
    ]
