"""Running processes as rows, renewed by themselves."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0033_what_people_may_ask")]

    operations = [
        migrations.CreateModel(
            name="Process",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("web", "page"),
                            ("writer", "writer"),
                            ("sender", "sender"),
                            ("beat", "beat"),
                            ("poller", "poller"),
                        ],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("host", models.CharField(max_length=120, verbose_name="host")),
                ("pid", models.PositiveIntegerField(verbose_name="process")),
                ("version", models.CharField(max_length=40, verbose_name="version")),
                ("threads", models.PositiveSmallIntegerField(default=1, verbose_name="threads")),
                (
                    "queues",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="queues",
                    ),
                ),
                ("memory_mb", models.PositiveIntegerField(default=0, verbose_name="memory, MB")),
                ("stopping", models.BooleanField(default=False, verbose_name="stopping")),
                ("hits", models.BigIntegerField(default=0, verbose_name="settled things kept")),
                ("misses", models.BigIntegerField(default=0, verbose_name="settled things read")),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("beat_at", models.DateTimeField(verbose_name="last sign of life")),
                ("worked_at", models.DateTimeField(verbose_name="last work")),
            ],
            options={
                "verbose_name": "process",
                "verbose_name_plural": "processes",
                "ordering": ["kind", "host", "pid"],
            },
        ),
        migrations.AddConstraint(
            model_name="process",
            constraint=models.UniqueConstraint(fields=("host", "pid"), name="process_once"),
        ),
    ]
