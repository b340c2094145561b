from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('bots', '0002_audit_is_append_only'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='auditentry',
            options={'ordering': ['-id'], 'permissions': [('read_whole_trail', 'Can read what others did')], 'verbose_name': 'audit entry', 'verbose_name_plural': 'audit trail'},
        ),
        migrations.AlterModelOptions(
            name='bot',
            options={'ordering': ['username'], 'permissions': [('replace_token', "Can add or replace a bot's token")], 'verbose_name': 'bot', 'verbose_name_plural': 'bots'},
        ),
    ]
