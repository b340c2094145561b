"""Turkish news and the sample prices, once: who changes or removes a row is never overruled.

The feeds begin disabled, so that Kulis calls nobody whom nobody chose; the sample prices call nobody.
"""

from django.db import migrations

FEEDS = (
    ('Anadolu Ajansı', 'https://www.aa.com.tr/tr/rss/default?cat=ekonomi'),
    ('Bloomberg HT', 'https://www.bloomberght.com/rss'),
    ('Ekonomim', 'https://www.ekonomim.com/export/rss'),
    ('Habertürk', 'https://www.haberturk.com/rss/ekonomi.xml'),
    ('Hürriyet', 'https://www.hurriyet.com.tr/rss/ekonomi'),
    ('NTV', 'https://www.ntv.com.tr/ekonomi.rss'),
    ('TRT Haber', 'https://www.trthaber.com/ekonomi_articles.rss'),
)


def ship(apps, schema_editor):
    feed = apps.get_model('conversations', 'Feed')
    source = apps.get_model('conversations', 'QuoteSource')
    for name, url in FEEDS:
        feed.objects.get_or_create(url=url, defaults={'name': name, 'enabled': False, 'every_minutes': 10})
    source.objects.get_or_create(name='örnek veri', defaults={'kind': 'demo', 'every_minutes': 5})


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0010_what_sources_brought'),
    ]

    operations = [
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
