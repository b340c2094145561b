from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0003_first_rules'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='engine',
            options={'permissions': [('start_engine', 'Can switch the cast on'), ('stop_engine', 'Can switch the cast off')], 'verbose_name': 'engine', 'verbose_name_plural': 'engine'},
        ),
        migrations.AlterModelOptions(
            name='provider',
            options={'ordering': ['priority', 'name'], 'permissions': [('replace_key', "Can add or replace a provider's key")], 'verbose_name': 'provider', 'verbose_name_plural': 'providers'},
        ),
    ]
