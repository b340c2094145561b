"""An approval may be taken back before anything was tried: the turn waits for a person again."""

from django.db import migrations

BEFORE = """
    'planned>composing', 'planned>skipped',
    'composing>composed', 'composing>held', 'composing>skipped', 'composing>failed', 'composing>planned',
    'held>composed', 'held>skipped',
    'composed>sending', 'composed>sent', 'composed>skipped',
    'sending>sent', 'sending>failed', 'sending>composed', 'sending>uncertain',
    'uncertain>sent', 'uncertain>composed', 'uncertain>skipped', 'uncertain>unresolved',
    'unresolved>sent'
"""
MOVES = f"{BEFORE}, 'composed>held'"


def only(moves: str) -> str:
    return f"""
    DROP TRIGGER turn_moves_as_allowed ON conversations_turn;
    CREATE TRIGGER turn_moves_as_allowed BEFORE UPDATE ON conversations_turn FOR EACH ROW
        WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN ({moves}))
        EXECUTE FUNCTION kulis_refuse('there is no such move');
    """


FENCE = """
CREATE TRIGGER turn_is_taken_back_untried BEFORE UPDATE ON conversations_turn FOR EACH ROW
    WHEN (OLD.state = 'composed' AND NEW.state = 'held' AND (OLD.sends > 0 OR NEW.gen = OLD.gen))
    EXECUTE FUNCTION kulis_refuse('it was tried already');
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0044_late_replies")]

    operations = [
        migrations.RunSQL(
            only(MOVES) + FENCE,
            "DROP TRIGGER turn_is_taken_back_untried ON conversations_turn;" + only(BEFORE),
        )
    ]
