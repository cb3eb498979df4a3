"""Why a count differed from the book when a flight was closed."""

from django.db import migrations, models

import pratique.store.models.entry


class Migration(migrations.Migration):
    dependencies = [("store", "0020_trip_origin")]

    operations = [
        migrations.CreateModel(
            name="FlightDifference",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "seq",
                    models.BigIntegerField(db_default=pratique.store.models.entry.NextEntry(), unique=True),
                ),
                ("happened_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("by_id", models.UUIDField(null=True)),
                ("flight_id", models.UUIDField(db_index=True)),
                ("source", models.TextField()),
                ("heads", models.IntegerField()),
                ("booked", models.IntegerField()),
                ("because", models.TextField()),
                ("second_id", models.UUIDField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.RunSQL(
            "CREATE TRIGGER store_flightdifference_append_only BEFORE UPDATE OR DELETE ON store_flightdifference "
            "FOR EACH STATEMENT EXECUTE FUNCTION store_refuse_change();",
            "DROP TRIGGER store_flightdifference_append_only ON store_flightdifference;",
        ),
    ]
