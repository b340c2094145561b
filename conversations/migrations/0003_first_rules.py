"""The engine starts switched off, under the rules that docs/operations.md explains."""

from datetime import time

from django.db import migrations

FIRST = {
    "scale": 1.0, "max_per_minute": 60, "base_delay": 30.0, "prime_delay": 18.0,
    "prime_morning_starts": time(9, 30), "prime_morning_ends": time(12, 0),
    "prime_afternoon_starts": time(14, 0), "prime_afternoon_ends": time(18, 0),
    "own_gap": 120, "reply_probability": 0.65, "reply_to_bot_probability": 0.5, "mention_probability": 0.35,
    "short_weight": 0.55, "medium_weight": 0.35, "long_weight": 0.10, "history_length": 30, "chain_cap": 12,
    "quiet_messages": 3, "quiet_minutes": 10, "answer_minutes": 10, "chatter_seconds": 90,
    "duplicate_hours": 12, "duplicate_similarity": 0.85, "rewrites": 2, "refresh_messages": 8, "refresh_minutes": 30,
    "stance_cooldown_minutes": 20, "slip_probability": 0.5, "typing_shown": True,
}


def forward(apps, schema_editor):
    apps.get_model("conversations", "Engine").objects.get_or_create(id=1)
    rules = apps.get_model("conversations", "Rules")
    if not rules.objects.filter(chat=None).exists():
        rules.objects.create(author_name="kulis", note="defaults", **FIRST)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_what_may_never_be")]

    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
