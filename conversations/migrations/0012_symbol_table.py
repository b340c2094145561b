"""The symbols that Kulis knows, once: who changes or removes a row is never overruled."""

import csv
from pathlib import Path

from django.db import migrations

TABLE = Path(__file__).resolve().parent.parent / 'symbols.csv'


def ship(apps, schema_editor):
    symbol = apps.get_model('conversations', 'Symbol')
    known = set(symbol.objects.values_list('code', flat=True))
    with TABLE.open(encoding='utf-8', newline='') as paper:
        symbol.objects.bulk_create(
            symbol(
                code=row['code'],
                name=row['name'],
                aliases=[alias for alias in row['also called'].split('|') if alias],
                kind=row['kind'],
                thin=row['thin'] == 'yes',
            )
            for row in csv.DictReader(paper)
            if row['code'] not in known
        )


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0011_turkish_sources'),
    ]

    operations = [
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
