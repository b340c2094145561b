"""The newest calls of each membership, when it was gated, and the bound on turns that wait for their words."""

import django.contrib.postgres.fields
import django.core.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("conversations", "0028_breakers_and_retries")]

    operations = [
        migrations.RemoveConstraint(
            model_name='rules',
            name='rules_are_complete',
        ),
        migrations.AddField(
            model_name='membership',
            name='calls',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), blank=True, default=list, editable=False, help_text='The newest calls, oldest first.', size=None),
        ),
        migrations.AddField(
            model_name='membership',
            name='gated_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When Telegram asked for it.', null=True),
        ),
        migrations.AddField(
            model_name='rules',
            name='waiting_most',
            field=models.PositiveIntegerField(blank=True, help_text='So many turns may wait for their words. What is more is dropped: news and chatter first, answers last.', null=True, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(100000)], verbose_name='turns waiting, all chats'),
        ),
        migrations.RunSQL(
            """
            ALTER TABLE conversations_rules DISABLE TRIGGER rules_append_only;
            UPDATE conversations_rules SET waiting_most = 200 WHERE chat_id IS NULL;
            ALTER TABLE conversations_rules ENABLE TRIGGER rules_append_only;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('chat__isnull', False), models.Q(('affinity_pull__isnull', False), ('anecdote_days__isnull', False), ('answer_minutes__isnull', False), ('base_delay__isnull', False), ('best_targets__isnull', False), ('burstiness__isnull', False), ('chain_cap__isnull', False), ('chain_rest_minutes__isnull', False), ('chat_max_per_minute__isnull', False), ('chatter_seconds__isnull', False), ('conflict_pull__isnull', False), ('duplicate_hours__isnull', False), ('duplicate_similarity__isnull', False), ('fatigue__isnull', False), ('fleet_hours__isnull', False), ('fleet_messages__isnull', False), ('fleet_share__isnull', False), ('history_length__isnull', False), ('hourly_activity__isnull', False), ('ignored_minutes__isnull', False), ('inequality__isnull', False), ('judge_stances__isnull', False), ('long_weight__isnull', False), ('longest_wait__isnull', False), ('max_per_minute__isnull', False), ('meaning_similarity__isnull', False), ('medium_weight__isnull', False), ('memories_recalled__isnull', False), ('mention_probability__isnull', False), ('mood_decay__isnull', False), ('mood_pull__isnull', False), ('news_boost__isnull', False), ('news_decay_minutes__isnull', False), ('news_minutes__isnull', False), ('news_per_cast__isnull', False), ('news_probability__isnull', False), ('novelty_pull__isnull', False), ('own_gap__isnull', False), ('own_words__isnull', False), ('phrase_every__isnull', False), ('prime_afternoon_ends__isnull', False), ('prime_afternoon_starts__isnull', False), ('prime_delay__isnull', False), ('prime_morning_ends__isnull', False), ('prime_morning_starts__isnull', False), ('quiet_messages__isnull', False), ('quiet_minutes__isnull', False), ('quote_minutes__isnull', False), ('quote_newest__isnull', False), ('reaction_probability__isnull', False), ('refresh_messages__isnull', False), ('refresh_minutes__isnull', False), ('relevance_pull__isnull', False), ('reply_probability__isnull', False), ('reply_to_bot_probability__isnull', False), ('rewrites__isnull', False), ('scale__isnull', False), ('second_answer__isnull', False), ('share_debt__isnull', False), ('short_weight__isnull', False), ('silence_minutes__isnull', False), ('slip_probability__isnull', False), ('stance_cooldown_minutes__isnull', False), ('topic_drift__isnull', False), ('topic_exhausted__isnull', False), ('topic_window__isnull', False), ('typing_at_once__isnull', False), ('typing_shown__isnull', False), ('waiting_most__isnull', False)), _connector='OR'), name='rules_are_complete', violation_error_message='Rules for every chat leave no field empty.'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('waiting_most__isnull', True), models.Q(('waiting_most__gte', 5), ('waiting_most__lte', 100000)), _connector='OR'), name='rules_waiting_most_in_range'),
        ),
    ]
