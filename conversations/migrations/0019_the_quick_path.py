"""What the quick path from a due turn to its message rests on: the revision of settled things, and indexes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bots", "0006_latency_provenance_and_changes"),
        ("conversations", "0013_quotas_and_quoting"),
    ]

    operations = [
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunSQL(
            """
            INSERT INTO conversations_revision (id, number) SELECT seat, 0 FROM generate_series(1, 16) seat;
            CREATE SEQUENCE kulis_revision;
            CREATE FUNCTION kulis_revised() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                -- A number is never given twice, not even after a rollback.
                UPDATE conversations_revision SET number = nextval('kulis_revision')
                WHERE id = pg_backend_pid() % 16 + 1;
                RETURN NULL;
            END $$;
            CREATE TRIGGER bots_persona_revised AFTER INSERT OR DELETE OR UPDATE ON bots_persona
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER bots_bot_revised AFTER INSERT OR DELETE OR UPDATE OF
                username, persona_id, enabled, talkativeness, pace, latency, hourly_cap, token,
                token_state, retired_at
                ON bots_bot
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER bots_activehours_revised AFTER INSERT OR DELETE OR UPDATE ON bots_activehours
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER bots_stance_revised AFTER INSERT OR DELETE OR UPDATE OF
                bot_id, topic, text, confidence
                ON bots_stance
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER bots_holding_revised AFTER INSERT OR DELETE OR UPDATE ON bots_holding
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER conversations_membership_revised AFTER INSERT OR DELETE OR UPDATE OF
                weight, ended_at
                ON conversations_membership
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER conversations_chat_revised AFTER INSERT OR DELETE OR UPDATE OF
                kind, mode, title, telegram_id, thread_id, topics, timezone, observes_hours, tempo,
                listener_id, disclosed_at, reactions
                ON conversations_chat
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER conversations_rules_revised AFTER INSERT OR DELETE OR UPDATE ON conversations_rules
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER conversations_symbol_revised AFTER INSERT OR DELETE OR UPDATE ON conversations_symbol
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER conversations_provider_revised AFTER INSERT OR DELETE OR UPDATE OF
                name, kind, base_url, trusted_address, model, priority, enabled, api_key, temperature,
                max_tokens, timeout, requests_per_minute, prompt_price, cached_price, completion_price
                ON conversations_provider
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            """,
            """
            DROP FUNCTION kulis_revised() CASCADE;
            DROP SEQUENCE kulis_revision;
            """,
        ),
        migrations.AddField(
            model_name="chat",
            name="seats",
            field=models.BigIntegerField(
                default=0, editable=False, help_text="Counts the turns that took their moment."
            ),
        ),
        migrations.AddField(
            model_name="turn",
            name="digested",
            field=models.BooleanField(
                default=False, editable=False, help_text="Whether what it changed in minds has been worked out."
            ),
        ),
        migrations.RunSQL("UPDATE conversations_turn SET digested = true", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(
                condition=models.Q(("digested", False), ("state", "sent")), fields=["id"], name="turn_undigested"
            ),
        ),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(fields=["bot", "-id"], name="turn_of_bot"),
        ),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(
                condition=models.Q(("state__in", ["planned", "composing", "held", "composed", "sending", "uncertain"])),
                fields=["chat"],
                name="turn_open_in_chat",
            ),
        ),
        migrations.AddIndex(
            model_name="turn",
            index=models.Index(
                condition=models.Q(("anecdote", ""), _negated=True),
                fields=["chat", "-created_at"],
                name="turn_that_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state", "composing"), ("trigger__in", ["schedule", "news", "question"])
                ),
                fields=("chat", "bot"),
                name="one_unasked_turn_per_bot",
            ),
        ),
    ]
