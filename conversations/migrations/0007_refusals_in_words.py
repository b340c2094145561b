from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0006_provider_address_is_plain'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name='rules',
            name='rules_morning_is_a_range',
            constraint=models.CheckConstraint(condition=models.Q(('prime_morning_starts__lt', models.F('prime_morning_ends')), ('prime_morning_starts', None), ('prime_morning_ends', None), _connector='OR'), name='rules_morning_is_a_range', violation_error_message='Prime hours end after they begin.'),
        ),
        migrations.AlterConstraint(
            model_name='rules',
            name='rules_afternoon_is_a_range',
            constraint=models.CheckConstraint(condition=models.Q(('prime_afternoon_starts__lt', models.F('prime_afternoon_ends')), ('prime_afternoon_starts', None), ('prime_afternoon_ends', None), _connector='OR'), name='rules_afternoon_is_a_range', violation_error_message='Prime hours end after they begin.'),
        ),
    ]
