"""How much people may ask for, and what of every budget is kept for them."""

import django.core.validators
from django.db import migrations, models

NEW = {
    "asks_per_person": 12, "asks_per_person_day": 120, "asks_per_chat": 60, "asks_per_chat_day": 1000,
    "budget_reserve": 0.1,
}  # fmt: skip


def complete(apps, schema_editor):
    """Fill the new columns of the rules for every chat."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE conversations_rules DISABLE TRIGGER rules_append_only")
        rules = apps.get_model("conversations", "Rules").objects.using(schema_editor.connection.alias)
        rules.filter(chat=None).update(**NEW)
        cursor.execute("ALTER TABLE conversations_rules ENABLE TRIGGER rules_append_only")


class Migration(migrations.Migration):
    dependencies = [("conversations", "0032_money_in_the_ledger")]

    operations = [
        migrations.RemoveConstraint(
            model_name='rules',
            name='rules_are_complete',
        ),
        migrations.AddField(
            model_name='rules',
            name='asks_per_chat',
            field=models.PositiveIntegerField(blank=True, help_text='Of all people together.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10000)], verbose_name='questions in a chat in 10 min'),
        ),
        migrations.AddField(
            model_name='rules',
            name='asks_per_chat_day',
            field=models.PositiveIntegerField(blank=True, help_text='Of all people together.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='questions in a chat a day'),
        ),
        migrations.AddField(
            model_name='rules',
            name='asks_per_person',
            field=models.PositiveIntegerField(blank=True, help_text='So many are answered. More are noted, and left unanswered.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='questions of a person in 10 min'),
        ),
        migrations.AddField(
            model_name='rules',
            name='asks_per_person_day',
            field=models.PositiveIntegerField(blank=True, help_text='So many are answered.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10000)], verbose_name='questions of a person a day'),
        ),
        migrations.AddField(
            model_name='rules',
            name='budget_reserve',
            field=models.FloatField(blank=True, help_text='This share of every budget is for answers to people: chatter ends before it is touched.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='kept for people, share'),
        ),
        migrations.RunPython(complete, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('chat__isnull', False), models.Q(('affinity_pull__isnull', False), ('anecdote_days__isnull', False), ('answer_minutes__isnull', False), ('asks_per_chat__isnull', False), ('asks_per_chat_day__isnull', False), ('asks_per_person__isnull', False), ('asks_per_person_day__isnull', False), ('base_delay__isnull', False), ('best_targets__isnull', False), ('budget_reserve__isnull', False), ('burstiness__isnull', False), ('chain_cap__isnull', False), ('chain_rest_minutes__isnull', False), ('chat_max_per_minute__isnull', False), ('chatter_seconds__isnull', False), ('conflict_pull__isnull', False), ('duplicate_hours__isnull', False), ('duplicate_similarity__isnull', False), ('fatigue__isnull', False), ('fleet_hours__isnull', False), ('fleet_messages__isnull', False), ('fleet_share__isnull', False), ('history_length__isnull', False), ('hourly_activity__isnull', False), ('ignored_minutes__isnull', False), ('inequality__isnull', False), ('judge_stances__isnull', False), ('long_weight__isnull', False), ('longest_wait__isnull', False), ('max_per_minute__isnull', False), ('meaning_similarity__isnull', False), ('medium_weight__isnull', False), ('memories_recalled__isnull', False), ('mention_probability__isnull', False), ('mood_decay__isnull', False), ('mood_pull__isnull', False), ('news_boost__isnull', False), ('news_decay_minutes__isnull', False), ('news_minutes__isnull', False), ('news_per_cast__isnull', False), ('news_probability__isnull', False), ('novelty_pull__isnull', False), ('own_gap__isnull', False), ('own_words__isnull', False), ('phrase_every__isnull', False), ('prime_afternoon_ends__isnull', False), ('prime_afternoon_starts__isnull', False), ('prime_delay__isnull', False), ('prime_morning_ends__isnull', False), ('prime_morning_starts__isnull', False), ('quiet_messages__isnull', False), ('quiet_minutes__isnull', False), ('quote_minutes__isnull', False), ('quote_newest__isnull', False), ('reaction_probability__isnull', False), ('refresh_messages__isnull', False), ('refresh_minutes__isnull', False), ('relevance_pull__isnull', False), ('reply_probability__isnull', False), ('reply_to_bot_probability__isnull', False), ('rewrites__isnull', False), ('scale__isnull', False), ('second_answer__isnull', False), ('share_debt__isnull', False), ('short_weight__isnull', False), ('silence_minutes__isnull', False), ('slip_probability__isnull', False), ('stance_cooldown_minutes__isnull', False), ('topic_drift__isnull', False), ('topic_exhausted__isnull', False), ('topic_window__isnull', False), ('typing_at_once__isnull', False), ('typing_shown__isnull', False)), _connector='OR'), name='rules_are_complete', violation_error_message='Rules for every chat leave no field empty.'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('asks_per_person__isnull', True), models.Q(('asks_per_person__gte', 1), ('asks_per_person__lte', 1000)), _connector='OR'), name='rules_asks_per_person_in_range'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('asks_per_person_day__isnull', True), models.Q(('asks_per_person_day__gte', 1), ('asks_per_person_day__lte', 10000)), _connector='OR'), name='rules_asks_per_person_day_in_range'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('asks_per_chat__isnull', True), models.Q(('asks_per_chat__gte', 1), ('asks_per_chat__lte', 10000)), _connector='OR'), name='rules_asks_per_chat_in_range'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('asks_per_chat_day__isnull', True), models.Q(('asks_per_chat_day__gte', 1), ('asks_per_chat_day__lte', 100000)), _connector='OR'), name='rules_asks_per_chat_day_in_range'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('budget_reserve__isnull', True), models.Q(('budget_reserve__gte', 0), ('budget_reserve__lte', 1)), _connector='OR'), name='rules_budget_reserve_in_range'),
        ),
    ]
