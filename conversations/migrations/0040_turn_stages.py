from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0037_revision_of_a_turn")]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="composing_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="writing began"),
        ),
        migrations.AddField(
            model_name="turn",
            name="composed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="writing ended"),
        ),
    ]
