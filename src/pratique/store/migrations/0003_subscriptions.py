"""Who is told of entries outside, and how far readers inside have come, in tables of their own."""

from django.db import migrations, models

import pratique.store.ids


class Migration(migrations.Migration):
    """A reader that starts at nought reads everything once more, which does no harm: nothing is carried over."""

    dependencies = [("store", "0002_append_only")]

    operations = [
        migrations.DeleteModel(name="Subscription"),
        migrations.CreateModel(
            name="Watermark",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("last_seq", models.BigIntegerField(default=0)),
                ("read_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.UUIDField(default=pratique.store.ids.make_id, primary_key=True, serialize=False)),
                ("name", models.TextField(unique=True)),
                ("url", models.TextField()),
                ("kinds", models.JSONField(default=list)),
                ("key", models.TextField()),
                ("sealed", models.BinaryField()),
                ("last_seq", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(default=0)),
                ("failed_at", models.DateTimeField(null=True)),
                ("because", models.TextField(blank=True)),
                ("paused_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
