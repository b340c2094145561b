"""Updates in order and with their cause, what media there was, quiet and closed topics, answers to commands, stewards."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def complete(apps, schema_editor):
    """Fill the new rule for every chat. The one time that a revision is touched."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE conversations_rules DISABLE TRIGGER rules_append_only")
        rules = apps.get_model("conversations", "Rules").objects.using(schema_editor.connection.alias)
        rules.filter(chat=None).update(hush_minutes=60)
        cursor.execute("ALTER TABLE conversations_rules ENABLE TRIGGER rules_append_only")


def fit_into_the_older_shape(apps, schema_editor):
    """On the way back: nobody is forgotten there, so who was gets a number that no account has."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE conversations_participant SET telegram_id = -4000000000000000000 - id WHERE forgotten_at IS NOT NULL"
        )
        cursor.execute("UPDATE conversations_inboundupdate SET state = 'done' WHERE state = 'discarded'")


class Migration(migrations.Migration):

    dependencies = [("bots", "0006_latency_provenance_and_changes"), ("conversations", "0020_what_arrived")]

    operations = [
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('command', models.CharField(max_length=16, verbose_name='command')),
                ('key', models.CharField(help_text='Made from the message that asked.', max_length=64, unique=True)),
                ('asker', models.CharField(help_text='Made from who asked what, where; the same again must wait.', max_length=64)),
                ('chat_number', models.BigIntegerField(blank=True, null=True, verbose_name='chat')),
                ('thread_id', models.BigIntegerField(blank=True, null=True, verbose_name='forum topic')),
                ('reply_to', models.BigIntegerField(blank=True, null=True, verbose_name='reply to')),
                ('person_number', models.BigIntegerField(blank=True, help_text='Whose right an errand depends on.', null=True)),
                ('errand', models.CharField(blank=True, choices=[('', 'nothing more'), ('lift', 'end the quiet, if an administrator asks')], default='', max_length=8, verbose_name='errand')),
                ('text', models.TextField(verbose_name='text')),
                ('otherwise', models.TextField(blank=True, verbose_name='text if the errand is refused')),
                ('state', models.CharField(choices=[('waiting', 'waits'), ('sending', 'being sent'), ('sent', 'sent'), ('failed', 'failed'), ('unknown', 'perhaps delivered'), ('expired', 'came too late')], default='waiting', max_length=8, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=64, verbose_name='reason')),
                ('detail', models.TextField(blank=True, verbose_name='detail')),
                ('gen', models.PositiveIntegerField(default=0, verbose_name='claims')),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('send_after', models.DateTimeField(verbose_name='send after')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='asked')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'answer to a command',
                'verbose_name_plural': 'answers to commands',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Steward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('telegram_id', models.BigIntegerField(blank=True, editable=False, null=True, unique=True, verbose_name='Telegram id')),
                ('bound_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='proven')),
                ('code', models.CharField(blank=True, editable=False, help_text='Digest of the one-time code.', max_length=64)),
                ('code_expires_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='code ends')),
                ('invited_at', models.DateTimeField(auto_now_add=True, verbose_name='named')),
            ],
            options={
                'verbose_name': 'steward',
                'verbose_name_plural': 'stewards',
                'ordering': ['user__username'],
            },
        ),
        migrations.AlterModelOptions(
            name='inboundupdate',
            options={'ordering': ['-id'], 'permissions': [('settle_inboundupdate', 'Can read parked updates again or discard them')], 'verbose_name': 'update', 'verbose_name_plural': 'updates'},
        ),
        migrations.AlterModelOptions(
            name='participant',
            options={'ordering': ['name'], 'permissions': [('forget_person', "Can delete a person's data on request"), ('export_person', "Can hand out a person's data on request")], 'verbose_name': 'participant', 'verbose_name_plural': 'participants'},
        ),
        migrations.RemoveConstraint(
            model_name='participant',
            name='participant_is_known_one_way',
        ),
        migrations.RemoveConstraint(
            model_name='rules',
            name='rules_are_complete',
        ),
        migrations.RemoveIndex(
            model_name='inboundupdate',
            name='update_waiting',
        ),
        migrations.AddField(
            model_name='chat',
            name='closed_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='Nobody may write in a closed topic.', null=True, verbose_name='topic closed'),
        ),
        migrations.AddField(
            model_name='chat',
            name='hushed_until',
            field=models.DateTimeField(blank=True, editable=False, help_text='Somebody there asked for quiet (/sus).', null=True, verbose_name='quiet until'),
        ),
        migrations.AddField(
            model_name='chat',
            name='noted_by',
            field=models.ForeignKey(blank=True, editable=False, help_text='Who added a bot of the cast to this group, as Telegram told it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.participant', verbose_name='brought in by'),
        ),
        migrations.AddField(
            model_name='inboundupdate',
            name='cause',
            field=models.TextField(blank=True, db_default='', default='', help_text='Why it could not be read, in words.', verbose_name='cause'),
        ),
        migrations.AddField(
            model_name='inboundupdate',
            name='chat_number',
            field=models.BigIntegerField(blank=True, help_text='The chat it tells of; updates of one chat are read in order.', null=True, verbose_name='chat'),
        ),
        migrations.AddField(
            model_name='inboundupdate',
            name='happened_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, verbose_name='happened'),
        ),
        migrations.AddField(
            model_name='inboundupdate',
            name='kind',
            field=models.CharField(blank=True, db_default='', default='', max_length=32, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='inboundupdate',
            name='number',
            field=models.BigIntegerField(db_default=0, default=0, help_text='Of the message, in its chat.', verbose_name='message'),
        ),
        migrations.AddField(
            model_name='message',
            name='kind',
            field=models.CharField(choices=[('text', 'text'), ('photo', 'photo'), ('video', 'video'), ('animation', 'animation'), ('sticker', 'sticker'), ('voice', 'voice message'), ('audio', 'audio'), ('video_note', 'video message'), ('document', 'file'), ('poll', 'poll'), ('location', 'location'), ('contact', 'contact'), ('dice', 'dice'), ('story', 'story'), ('other', 'something without words'), ('erased', "deleted at a person's wish")], db_default='text', default='text', help_text='What it is besides its words; without words only this is known, and no model sees it.', max_length=10, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='participant',
            name='forgotten_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='forgotten'),
        ),
        migrations.AddField(
            model_name='participant',
            name='hushed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='asked for quiet'),
        ),
        migrations.AddField(
            model_name='rules',
            name='hush_minutes',
            field=models.PositiveIntegerField(blank=True, help_text='How long /sus quiets the cast in a group. Nobody speaks, asked or not.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='quiet on request, min'),
        ),
        migrations.AlterField(
            model_name='inboundupdate',
            name='state',
            field=models.CharField(choices=[('stored', 'stored'), ('done', 'done'), ('parked', 'parked'), ('discarded', 'discarded')], default='stored', max_length=9, verbose_name='state'),
        ),
        migrations.RunPython(complete, fit_into_the_older_shape),
        migrations.AddIndex(
            model_name='inboundupdate',
            index=models.Index(condition=models.Q(('state', 'stored')), fields=['chat_number', 'happened_at', 'number', 'id'], name='update_waiting'),
        ),
        migrations.AddIndex(
            model_name='inboundupdate',
            index=models.Index(condition=models.Q(('state', 'parked')), fields=['-id'], name='update_parked'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('forgotten_at', None), ('telegram_id__isnull', False), ('user', None)), models.Q(('forgotten_at', None), ('telegram_id', None), ('user__isnull', False)), models.Q(('forgotten_at__isnull', False), ('name', ''), ('telegram_id', None), ('user', None), ('username', '')), _connector='OR'), name='participant_is_known_one_way'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('chat__isnull', False), models.Q(('affinity_pull__isnull', False), ('anecdote_days__isnull', False), ('answer_minutes__isnull', False), ('base_delay__isnull', False), ('best_targets__isnull', False), ('burstiness__isnull', False), ('chain_cap__isnull', False), ('chain_rest_minutes__isnull', False), ('chat_max_per_minute__isnull', False), ('chatter_seconds__isnull', False), ('conflict_pull__isnull', False), ('duplicate_hours__isnull', False), ('duplicate_similarity__isnull', False), ('fatigue__isnull', False), ('fleet_hours__isnull', False), ('fleet_messages__isnull', False), ('fleet_share__isnull', False), ('history_length__isnull', False), ('hourly_activity__isnull', False), ('hush_minutes__isnull', False), ('ignored_minutes__isnull', False), ('inequality__isnull', False), ('judge_stances__isnull', False), ('long_weight__isnull', False), ('longest_wait__isnull', False), ('max_per_minute__isnull', False), ('meaning_similarity__isnull', False), ('medium_weight__isnull', False), ('memories_recalled__isnull', False), ('mention_probability__isnull', False), ('mood_decay__isnull', False), ('mood_pull__isnull', False), ('news_boost__isnull', False), ('news_decay_minutes__isnull', False), ('news_minutes__isnull', False), ('news_per_cast__isnull', False), ('news_probability__isnull', False), ('novelty_pull__isnull', False), ('own_gap__isnull', False), ('own_words__isnull', False), ('phrase_every__isnull', False), ('prime_afternoon_ends__isnull', False), ('prime_afternoon_starts__isnull', False), ('prime_delay__isnull', False), ('prime_morning_ends__isnull', False), ('prime_morning_starts__isnull', False), ('quiet_messages__isnull', False), ('quiet_minutes__isnull', False), ('quote_minutes__isnull', False), ('quote_newest__isnull', False), ('reaction_probability__isnull', False), ('refresh_messages__isnull', False), ('refresh_minutes__isnull', False), ('relevance_pull__isnull', False), ('reply_probability__isnull', False), ('reply_to_bot_probability__isnull', False), ('rewrites__isnull', False), ('scale__isnull', False), ('second_answer__isnull', False), ('share_debt__isnull', False), ('short_weight__isnull', False), ('silence_minutes__isnull', False), ('slip_probability__isnull', False), ('stance_cooldown_minutes__isnull', False), ('topic_drift__isnull', False), ('topic_exhausted__isnull', False), ('topic_window__isnull', False), ('typing_at_once__isnull', False), ('typing_shown__isnull', False)), _connector='OR'), name='rules_are_complete', violation_error_message='Rules for every chat leave no field empty.'),
        ),
        migrations.AddConstraint(
            model_name='rules',
            constraint=models.CheckConstraint(condition=models.Q(('hush_minutes__isnull', True), models.Q(('hush_minutes__gte', 1), ('hush_minutes__lte', 1440)), _connector='OR'), name='rules_hush_minutes_in_range'),
        ),
        migrations.AddField(
            model_name='response',
            name='bot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bots.bot', verbose_name='bot'),
        ),
        migrations.AddField(
            model_name='steward',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='steward', to=settings.AUTH_USER_MODEL, verbose_name='account'),
        ),
        migrations.AddIndex(
            model_name='response',
            index=models.Index(condition=models.Q(('state__in', ['waiting', 'sending'])), fields=['send_after'], name='response_open'),
        ),
        migrations.AddIndex(
            model_name='response',
            index=models.Index(fields=['asker', '-created_at'], name='response_of_asker'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='response_sending_has_a_lease'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('chat_number__isnull', False), ('state__in', ['waiting', 'sending'])), models.Q(models.Q(('state__in', ['waiting', 'sending']), _negated=True), ('chat_number', None), ('ended_at__isnull', False), ('person_number', None), ('reply_to', None)), _connector='OR'), name='response_forgets_where_it_went'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['failed', 'unknown', 'expired']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='response_ended_needs_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='steward',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bound_at', None), ('telegram_id', None)), models.Q(('bound_at__isnull', False), ('telegram_id__gt', 0)), _connector='OR'), name='steward_is_a_person_who_proved_it'),
        ),
        migrations.AddConstraint(
            model_name='steward',
            constraint=models.CheckConstraint(condition=models.Q(('code', ''), ('code_expires_at__isnull', False), _connector='OR'), name='steward_code_ends'),
        ),
    ]
