"""Chats as staff run them: quiet hours, feeds of their own, a limit of bots, and bots that a person speaks through."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FIRST = """
ALTER TABLE conversations_rules DISABLE TRIGGER rules_append_only;
UPDATE conversations_rules SET group_most = 20, takeover_minutes = 10 WHERE chat_id IS NULL;
ALTER TABLE conversations_rules ENABLE TRIGGER rules_append_only;
"""

COLUMNS = (
    "kind, mode, title, telegram_id, thread_id, topics, timezone, observes_hours, tempo, listener_id, disclosed_at, "
    "reactions"
)


def watched(columns):
    return f"""
    DROP TRIGGER conversations_chat_revised ON conversations_chat;
    CREATE TRIGGER conversations_chat_revised AFTER INSERT OR DELETE OR UPDATE OF {columns}
        ON conversations_chat FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
    """


FEEDS = """
CREATE TRIGGER conversations_chat_feeds_revised AFTER INSERT OR DELETE OR UPDATE
    ON conversations_chat_feeds FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
"""
UNFED = "DROP TRIGGER conversations_chat_feeds_revised ON conversations_chat_feeds;"


class Migration(migrations.Migration):

    dependencies = [
        ('bots', '0008_origins'),
        ('conversations', '0046_people_found_by_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rules',
            name='rules_are_complete',
        ),
        migrations.AddField(
            model_name='chat',
            name='feeds',
            field=models.ManyToManyField(blank=True, help_text='News come from these alone. None chosen: from all.', related_name='chats', to='conversations.feed', verbose_name='news feeds'),
        ),
        migrations.AddField(
            model_name='chat',
            name='quiet_ends',
            field=models.TimeField(blank=True, help_text='By the clock of this chat. May be the next morning.', null=True, verbose_name='quiet to'),
        ),
        migrations.AddField(
            model_name='chat',
            name='quiet_starts',
            field=models.TimeField(blank=True, help_text='From here on nobody chatters; whoever is asked still answers. Both empty: no quiet hours.', null=True, verbose_name='quiet from'),
        ),
        migrations.AddField(
            model_name='membership',
            name='taken_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='taken over'),
        ),
        migrations.AddField(
            model_name='membership',
            name='taken_by',
            field=models.ForeignKey(blank=True, editable=False, help_text='Whoever speaks through the bot here; so long the engine leaves it alone.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken over by'),
        ),
        migrations.AddField(
            model_name='membership',
            name='taken_until',
            field=models.DateTimeField(blank=True, editable=False, help_text='By the clock of the database; every word moves it on.', null=True, verbose_name='taken over until'),
        ),
        migrations.AddField(
            model_name='rules',
            name='group_most',
            field=models.PositiveIntegerField(blank=True, help_text='More are not taken into a Telegram group. Telegram itself allows about 20.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='bots in one group'),
        ),
        migrations.AddField(
            model_name='rules',
            name='takeover_minutes',
            field=models.PositiveIntegerField(blank=True, help_text='Whoever speaks through a bot and falls silent for so long has handed it back.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)], verbose_name='taken over for, min'),
        ),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
        migrations.RunSQL(watched(f"{COLUMNS}, quiet_starts, quiet_ends") + FEEDS, watched(COLUMNS) + UNFED),
        migrations.AlterField(
            model_name='turn',
            name='trigger',
            field=models.CharField(choices=[('schedule', 'its turn came'), ('mention', 'it was mentioned'), ('reply', 'it was replied to'), ('question', 'a question to everybody'), ('news', 'news came in'), ('operator', 'a person spoke through it')], max_length=10, verbose_name='trigger'),
        ),
        migrations.AddConstraint(
            model_name='chat',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_ends', None), ('quiet_starts', None)), models.Q(('quiet_ends__isnull', False), ('quiet_starts__isnull', False), models.Q(('quiet_starts', models.F('quiet_ends')), _negated=True)), _connector='OR'), name='chat_quiet_is_a_range', violation_error_message='Quiet hours need a beginning and an end, and the two differ.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_at', None), ('taken_until', None)), models.Q(('taken_at__isnull', False), ('taken_until__isnull', False)), _connector='OR'), name='membership_is_taken_for_a_while'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('chat__isnull', False), models.Q(('affinity_pull__isnull', False), ('anecdote_days__isnull', False), ('answer_minutes__isnull', False), ('asks_per_chat__isnull', False), ('asks_per_chat_day__isnull', False), ('asks_per_person__isnull', False), ('asks_per_person_day__isnull', False), ('base_delay__isnull', False), ('best_targets__isnull', False), ('budget_reserve__isnull', False), ('burstiness__isnull', False), ('chain_cap__isnull', False), ('chain_rest_minutes__isnull', False), ('chat_max_per_minute__isnull', False), ('chatter_seconds__isnull', False), ('conflict_pull__isnull', False), ('duplicate_hours__isnull', False), ('duplicate_similarity__isnull', False), ('fatigue__isnull', False), ('fleet_hours__isnull', False), ('fleet_messages__isnull', False), ('fleet_share__isnull', False), ('group_most__isnull', False), ('history_length__isnull', False), ('hourly_activity__isnull', False), ('hush_minutes__isnull', False), ('ignored_minutes__isnull', False), ('inequality__isnull', False), ('judge_stances__isnull', False), ('late_replies__isnull', False), ('long_weight__isnull', False), ('longest_wait__isnull', False), ('max_per_minute__isnull', False), ('meaning_similarity__isnull', False), ('medium_weight__isnull', False), ('memories_recalled__isnull', False), ('mention_probability__isnull', False), ('mood_decay__isnull', False), ('mood_pull__isnull', False), ('news_boost__isnull', False), ('news_decay_minutes__isnull', False), ('news_minutes__isnull', False), ('news_per_cast__isnull', False), ('news_probability__isnull', False), ('novelty_pull__isnull', False), ('own_gap__isnull', False), ('own_words__isnull', False), ('phrase_every__isnull', False), ('prime_afternoon_ends__isnull', False), ('prime_afternoon_starts__isnull', False), ('prime_delay__isnull', False), ('prime_morning_ends__isnull', False), ('prime_morning_starts__isnull', False), ('prompt_days__isnull', False), ('quiet_messages__isnull', False), ('quiet_minutes__isnull', False), ('quote_minutes__isnull', False), ('quote_newest__isnull', False), ('reaction_probability__isnull', False), ('refresh_messages__isnull', False), ('refresh_minutes__isnull', False), ('relevance_pull__isnull', False), ('reply_probability__isnull', False), ('reply_to_bot_probability__isnull', False), ('rewrites__isnull', False), ('scale__isnull', False), ('second_answer__isnull', False), ('share_debt__isnull', False), ('short_weight__isnull', False), ('silence_minutes__isnull', False), ('slip_probability__isnull', False), ('stance_cooldown_minutes__isnull', False), ('takeover_minutes__isnull', False), ('topic_drift__isnull', False), ('topic_exhausted__isnull', False), ('topic_window__isnull', False), ('turn_days__isnull', False), ('typing_at_once__isnull', False), ('typing_shown__isnull', False), ('waiting_most__isnull', False)), _connector='OR'), name='rules_are_complete', violation_error_message='Rules for every chat leave no field empty.'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('group_most__isnull', True), models.Q(('group_most__gte', 1), ('group_most__lte', 100)), _connector='OR'), name='rules_group_most_in_range'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('takeover_minutes__isnull', True), models.Q(('takeover_minutes__gte', 1), ('takeover_minutes__lte', 240)), _connector='OR'), name='rules_takeover_minutes_in_range'),
        ),
    ]
