"""The name of a person who was forgotten may leave a frozen text. Its hash, by which receipts know it, stays."""

from django.db import migrations

FROZEN = """
DROP TRIGGER turn_text_is_frozen ON conversations_turn;
CREATE TRIGGER turn_text_is_frozen BEFORE UPDATE ON conversations_turn FOR EACH ROW
    WHEN (OLD.text_sha256 <> '' AND (NEW.text <> OLD.text OR NEW.text_sha256 <> OLD.text_sha256)
        AND NOT (OLD.state = 'held' AND NEW.state = 'composed' AND NEW.gen > OLD.gen){besides})
    EXECUTE FUNCTION kulis_refuse('its text is frozen');
"""
FORGOTTEN = """
        AND NOT (OLD.mention NOT IN ('', '…') AND NEW.mention = '…' AND NEW.text_sha256 = OLD.text_sha256
            AND NEW.text = replace(OLD.text, OLD.mention, '…'))"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0042_all_rules_are_there")]

    operations = [migrations.RunSQL(FROZEN.format(besides=FORGOTTEN), FROZEN.format(besides=""))]
