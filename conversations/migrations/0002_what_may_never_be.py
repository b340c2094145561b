"""Rules that no CHECK can hold: history is append-only, nobody speaks where the audience was not told."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial"), ("bots", "0002_audit_is_append_only")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER rules_append_only BEFORE UPDATE OR DELETE ON conversations_rules
                FOR EACH ROW EXECUTE FUNCTION kulis_append_only();

            CREATE FUNCTION kulis_chat_is_disclosed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (
                    SELECT 1 FROM conversations_chat
                    WHERE id = NEW.chat_id AND (kind = 'rehearsal' OR disclosed_at IS NOT NULL)
                ) THEN
                    RAISE EXCEPTION 'chat % is not disclosed, so no bot speaks there', NEW.chat_id
                        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'no_bot_speaks_undisclosed';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER no_bot_speaks_undisclosed BEFORE INSERT OR UPDATE OF state ON conversations_turn
                FOR EACH ROW WHEN (NEW.state = 'sending') EXECUTE FUNCTION kulis_chat_is_disclosed();

            CREATE SEQUENCE kulis_event_id;
            CREATE SEQUENCE kulis_rehearsal_message_id;
            """,
            """
            DROP SEQUENCE kulis_rehearsal_message_id;
            DROP SEQUENCE kulis_event_id;
            DROP TRIGGER no_bot_speaks_undisclosed ON conversations_turn;
            DROP FUNCTION kulis_chat_is_disclosed();
            DROP TRIGGER rules_append_only ON conversations_rules;
            """,
        ),
    ]
