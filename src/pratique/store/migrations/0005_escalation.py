"""How far an overdue duty has been taken up its ladder, and who was told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The register fills both by itself at its next tick."""

    dependencies = [("store", "0004_headcount_correction")]

    operations = [
        migrations.AddField("owed", "level", models.IntegerField(default=0)),
        migrations.AddField("owed", "told", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("subject_kind", models.TextField()),
                ("subject_id", models.TextField()),
                ("code", models.TextField()),
                ("key", models.TextField(blank=True)),
                ("owner", models.TextField()),
                ("told", models.TextField()),
                ("level", models.IntegerField()),
                ("custodian_id", models.UUIDField(null=True)),
                ("reached_at", models.DateTimeField()),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id"], name="store_escal_subject_idx"),
                    models.Index(fields=["told", "reached_at"], name="store_escal_told_idx"),
                ]
            },
        ),
    ]
