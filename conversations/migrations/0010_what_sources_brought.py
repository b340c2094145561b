import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0009_the_engine_in_full'),
    ]

    operations = [
        migrations.AddField(
            model_name='feed',
            name='found',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='headlines at the last look'),
        ),
        migrations.AddField(
            model_name='feed',
            name='added',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='new ones among them'),
        ),
        migrations.AddField(
            model_name='feed',
            name='undated',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='left out, without a date'),
        ),
        migrations.AddField(
            model_name='headline',
            name='demo',
            field=models.BooleanField(default=False, help_text='Made up; for rehearsal rooms only.', verbose_name='sample news'),
        ),
        migrations.AddField(
            model_name='quotesource',
            name='found',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='prices at the last look'),
        ),
        migrations.AddField(
            model_name='quotesource',
            name='uuid',
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        # Rows that were there have all got the same one.
        migrations.RunSQL('UPDATE conversations_quotesource SET uuid = gen_random_uuid()', migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='quotesource',
            name='uuid',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
