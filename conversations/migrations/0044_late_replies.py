"""Replies that come after more than an hour have a share of their own."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("conversations", "0043_a_name_may_go")]

    operations = [
        migrations.RemoveConstraint(
            model_name='rules',
            name='rules_are_complete',
        ),
        migrations.AddField(
            model_name='rules',
            name='late_replies',
            field=models.FloatField(blank=True, help_text='How often a reply takes up what was said more than an hour ago.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='share of late replies'),
        ),
        migrations.RunSQL(
            """
            ALTER TABLE conversations_rules DISABLE TRIGGER rules_append_only;
            UPDATE conversations_rules SET late_replies = 0.08 WHERE chat_id IS NULL;
            ALTER TABLE conversations_rules ENABLE TRIGGER rules_append_only;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('chat__isnull', False), models.Q(('affinity_pull__isnull', False), ('anecdote_days__isnull', False), ('answer_minutes__isnull', False), ('asks_per_chat__isnull', False), ('asks_per_chat_day__isnull', False), ('asks_per_person__isnull', False), ('asks_per_person_day__isnull', False), ('base_delay__isnull', False), ('best_targets__isnull', False), ('budget_reserve__isnull', False), ('burstiness__isnull', False), ('chain_cap__isnull', False), ('chain_rest_minutes__isnull', False), ('chat_max_per_minute__isnull', False), ('chatter_seconds__isnull', False), ('conflict_pull__isnull', False), ('duplicate_hours__isnull', False), ('duplicate_similarity__isnull', False), ('fatigue__isnull', False), ('fleet_hours__isnull', False), ('fleet_messages__isnull', False), ('fleet_share__isnull', False), ('history_length__isnull', False), ('hourly_activity__isnull', False), ('hush_minutes__isnull', False), ('ignored_minutes__isnull', False), ('inequality__isnull', False), ('judge_stances__isnull', False), ('late_replies__isnull', False), ('long_weight__isnull', False), ('longest_wait__isnull', False), ('max_per_minute__isnull', False), ('meaning_similarity__isnull', False), ('medium_weight__isnull', False), ('memories_recalled__isnull', False), ('mention_probability__isnull', False), ('mood_decay__isnull', False), ('mood_pull__isnull', False), ('news_boost__isnull', False), ('news_decay_minutes__isnull', False), ('news_minutes__isnull', False), ('news_per_cast__isnull', False), ('news_probability__isnull', False), ('novelty_pull__isnull', False), ('own_gap__isnull', False), ('own_words__isnull', False), ('phrase_every__isnull', False), ('prime_afternoon_ends__isnull', False), ('prime_afternoon_starts__isnull', False), ('prime_delay__isnull', False), ('prime_morning_ends__isnull', False), ('prime_morning_starts__isnull', False), ('prompt_days__isnull', False), ('quiet_messages__isnull', False), ('quiet_minutes__isnull', False), ('quote_minutes__isnull', False), ('quote_newest__isnull', False), ('reaction_probability__isnull', False), ('refresh_messages__isnull', False), ('refresh_minutes__isnull', False), ('relevance_pull__isnull', False), ('reply_probability__isnull', False), ('reply_to_bot_probability__isnull', False), ('rewrites__isnull', False), ('scale__isnull', False), ('second_answer__isnull', False), ('share_debt__isnull', False), ('short_weight__isnull', False), ('silence_minutes__isnull', False), ('slip_probability__isnull', False), ('stance_cooldown_minutes__isnull', False), ('topic_drift__isnull', False), ('topic_exhausted__isnull', False), ('topic_window__isnull', False), ('turn_days__isnull', False), ('typing_at_once__isnull', False), ('typing_shown__isnull', False), ('waiting_most__isnull', False)), _connector='OR'), name='rules_are_complete', violation_error_message='Rules for every chat leave no field empty.'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('late_replies__isnull', True), models.Q(('late_replies__gte', 0), ('late_replies__lte', 1)), _connector='OR'), name='rules_late_replies_in_range'),
        ),
    ]
