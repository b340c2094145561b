"""What settled things were like when a turn was claimed, on the turn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0036_processes")]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="revision",
            field=models.BigIntegerField(
                blank=True, editable=False, help_text="Of settled things, as its last claim saw them.", null=True
            ),
        ),
    ]
