from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bots', '0004_memory_needs_no_index_by_meaning'),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name='activehours',
            name='hours_are_a_range',
            constraint=models.CheckConstraint(condition=models.Q(('starts', models.F('ends')), _negated=True), name='hours_are_a_range', violation_error_message='Active hours end at another time than they begin.'),
        ),
        migrations.AlterConstraint(
            model_name='holding',
            name='holding_is_positive',
            constraint=models.CheckConstraint(condition=models.Q(('average_price__gt', 0), ('size__gt', 0), models.Q(('symbol', ''), _negated=True)), name='holding_is_positive', violation_error_message='Price and size of a holding are above zero.'),
        ),
    ]
