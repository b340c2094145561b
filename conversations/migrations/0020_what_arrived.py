"""The moves of a turn as the database knows them, and what the proof of what arrived rests on."""

from django.db import migrations, models

MOVES = """
    'planned>composing', 'planned>skipped',
    'composing>composed', 'composing>held', 'composing>skipped', 'composing>failed', 'composing>planned',
    'held>composed', 'held>skipped',
    'composed>sending', 'composed>sent', 'composed>skipped',
    'sending>sent', 'sending>failed', 'sending>composed', 'sending>uncertain',
    'uncertain>sent', 'uncertain>composed', 'uncertain>skipped', 'uncertain>unresolved',
    'unresolved>sent'
"""

FORWARD = f"""
CREATE FUNCTION kulis_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% %: %', TG_TABLE_NAME, OLD.id, TG_ARGV[0]
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE TRIGGER turn_moves_as_allowed BEFORE UPDATE ON conversations_turn FOR EACH ROW
    WHEN (OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN ({MOVES}))
    EXECUTE FUNCTION kulis_refuse('there is no such move');
CREATE TRIGGER turn_claims_are_fenced BEFORE UPDATE ON conversations_turn FOR EACH ROW
    WHEN (NEW.gen < OLD.gen
        OR NEW.gen = OLD.gen AND OLD.state <> NEW.state AND NEW.state IN ('composing', 'sending'))
    EXECUTE FUNCTION kulis_refuse('a claim raises gen, and nothing lowers it');
CREATE TRIGGER turn_absence_is_proven BEFORE UPDATE ON conversations_turn FOR EACH ROW
    WHEN (OLD.state = 'uncertain' AND NEW.state = 'skipped' AND NEW.reason <> 'expired_undelivered')
    EXECUTE FUNCTION kulis_refuse('nobody skips what may have been sent');
CREATE TRIGGER turn_was_tried_before_it_was_sent BEFORE UPDATE ON conversations_turn FOR EACH ROW
    WHEN (OLD.state = 'composed' AND NEW.state = 'sent' AND OLD.chat_seq IS NULL)
    EXECUTE FUNCTION kulis_refuse('it was never handed over');
CREATE TRIGGER turn_text_is_frozen BEFORE UPDATE ON conversations_turn FOR EACH ROW
    WHEN (OLD.text_sha256 <> '' AND (NEW.text <> OLD.text OR NEW.text_sha256 <> OLD.text_sha256)
        AND NOT (OLD.state = 'held' AND NEW.state = 'composed' AND NEW.gen > OLD.gen))
    EXECUTE FUNCTION kulis_refuse('its text is frozen');
CREATE TRIGGER attempt_sent_is_final BEFORE UPDATE ON conversations_sendattempt FOR EACH ROW
    WHEN (OLD.outcome = 'sent' AND NEW.outcome <> 'sent')
    EXECUTE FUNCTION kulis_refuse('it arrived');
"""
BACK = """
DROP FUNCTION kulis_refuse() CASCADE;
UPDATE conversations_turn SET sent_id = 0 WHERE state = 'sent' AND sent_id IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("conversations", "0019_the_quick_path")]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="copies",
            field=models.PositiveSmallIntegerField(
                default=0,
                editable=False,
                help_text="How often it stands in the chat beyond once.",
                verbose_name="further copies",
            ),
        ),
        migrations.AlterField(
            model_name="turn",
            name="text_sha256",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Of its letters and digits: what a receipt is told by.",
                max_length=64,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="sees_bots_since",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when Telegram brings it what other bots of the cast say here.",
                null=True,
                verbose_name="sees the others since",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="sees_bots_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="By the clock of Telegram.",
                null=True,
                verbose_name="saw another last",
            ),
        ),
        migrations.AddIndex(
            model_name="inboundupdate",
            index=models.Index(
                condition=models.Q(("state", "done"), _negated=True),
                fields=["bot", "received_at"],
                name="update_unread",
            ),
        ),
        migrations.RemoveConstraint(model_name="turn", name="sent_needs_a_message_id"),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True),
                    models.Q(
                        ("sent_at__isnull", False),
                        models.Q(("sent_id__isnull", False), ("reason", "confirmed"), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="sent_needs_a_message_id",
            ),
        ),
        migrations.RunSQL(FORWARD, BACK),
    ]
