"""The first rules, tuned by the realism rows of a simulated day. Rules that somebody has written stay as they are."""

from django.db import migrations

TUNED = {
    "news_boost": 5.0, "reply_probability": 0.6, "reply_to_bot_probability": 0.45, "quote_newest": 0.35,
    "reaction_probability": 0.2,
}  # fmt: skip
OWN = ("id", "chat_id", "author_id", "author_name", "note", "created_at")


def forward(apps, schema_editor):
    rules = apps.get_model("conversations", "Rules").objects.using(schema_editor.connection.alias)
    everywhere = rules.filter(chat=None).order_by("-id")
    if everywhere.count() != 1:
        return
    first = everywhere.get()
    kept = {f.attname: getattr(first, f.attname) for f in first._meta.concrete_fields if f.attname not in OWN}
    rules.create(author_name="kulis", note="tuned by a simulated day", **(kept | TUNED))


class Migration(migrations.Migration):
    dependencies = [("conversations", "0013_quotas_and_quoting")]

    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
