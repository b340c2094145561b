"""What is said, as it stands: in one step for a new database, which takes a fraction of the time of those it replaces.

The order: tables, what may never be, the revision of settled things, then what a fresh Kulis begins with.
"""

import csv
from datetime import time
from pathlib import Path

import conversations.models.chat
import conversations.models.load
import conversations.models.rules.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.utils.timezone
import pgvector.django.vector
import uuid
from django.conf import settings
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

MOVES_ONLY = f"""
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

WATCHED = {
    "bots_persona": (),
    "bots_bot": (
        "username", "persona_id", "enabled", "talkativeness", "pace", "latency", "hourly_cap", "token", "token_state",
        "retired_at",
    ),
    "bots_activehours": (),
    "bots_stance": ("bot_id", "topic", "text", "confidence"),
    "bots_holding": (),
    "conversations_membership": ("weight", "ended_at"),
    "conversations_chat": (
        "kind", "mode", "title", "telegram_id", "thread_id", "topics", "timezone", "observes_hours", "tempo",
        "listener_id", "disclosed_at", "reactions",
    ),
    "conversations_rules": (),
    "conversations_symbol": (),
    "conversations_provider": (
        "name", "kind", "base_url", "trusted_address", "model", "priority", "enabled", "api_key", "temperature",
        "max_tokens", "timeout", "requests_per_minute", "tokens_per_minute", "requests_per_day", "tokens_per_day",
        "context_tokens", "most_at_once",
    ),
    "conversations_price": (),
    "conversations_budget": (
        "scope", "chat_id", "bot_id", "provider_id", "period", "dollars", "tokens", "enabled", "warned_on", "spent_on",
    ),
}  # fmt: skip

REVISED = """
INSERT INTO conversations_revision (id, number) SELECT seat, 0 FROM generate_series(1, 16) seat;
CREATE SEQUENCE kulis_revision;
CREATE FUNCTION kulis_revised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A number is never given twice, not even after a rollback.
    UPDATE conversations_revision SET number = nextval('kulis_revision')
    WHERE id = pg_backend_pid() % 16 + 1;
    RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_revised AFTER INSERT OR DELETE OR UPDATE {"OF " + ", ".join(columns) if columns else ""}
    ON {table} FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
"""
    for table, columns in WATCHED.items()
)

FIRST = {
    "own_gap": 120,
    "inequality": 1.0,
    "share_debt": 0.5,
    "relevance_pull": 1.0,
    "novelty_pull": 1.0,
    "conflict_pull": 1.0,
    "affinity_pull": 1.0,
    "mood_pull": 1.0,
    "fatigue": 0.5,
    "reply_probability": 0.6,
    "reply_to_bot_probability": 0.45,
    "quote_newest": 0.35,
    "best_targets": 3,
    "reaction_probability": 0.2,
    "mention_probability": 0.35,
    "second_answer": 0.35,
    "chain_cap": 12,
    "chain_rest_minutes": 12.0,
    "quiet_messages": 3,
    "quiet_minutes": 10,
    "hush_minutes": 60,
    "answer_minutes": 10,
    "scale": 1.0,
    "max_per_minute": 60,
    "chat_max_per_minute": 20,
    "waiting_most": 200,
    "base_delay": 30.0,
    "prime_delay": 18.0,
    "burstiness": 1.5,
    "longest_wait": 7200.0,
    "hourly_activity": [0.25, 0.12, 0.06, 0.03, 0.03, 0.05, 0.15, 0.35, 0.6, 0.9, 1.0, 1.0, 0.85, 0.85, 0.95, 1.0, 1.0, 0.95, 0.9, 0.85, 0.85, 0.85, 0.7, 0.45],
    "prime_morning_starts": time(9, 30),
    "prime_morning_ends": time(12, 0),
    "prime_afternoon_starts": time(14, 0),
    "prime_afternoon_ends": time(18, 0),
    "news_boost": 5.0,
    "news_decay_minutes": 12.0,
    "chatter_seconds": 90,
    "typing_shown": True,
    "typing_at_once": 2,
    "topic_window": 15,
    "topic_exhausted": 15,
    "topic_drift": 0.15,
    "news_probability": 0.5,
    "news_minutes": 180,
    "news_per_cast": 2,
    "quote_minutes": 20,
    "short_weight": 0.55,
    "medium_weight": 0.35,
    "long_weight": 0.1,
    "history_length": 30,
    "memories_recalled": 3,
    "own_words": 3,
    "refresh_messages": 8,
    "refresh_minutes": 30,
    "stance_cooldown_minutes": 20,
    "phrase_every": 10,
    "anecdote_days": 7.0,
    "slip_probability": 0.5,
    "duplicate_hours": 24,
    "duplicate_similarity": 0.85,
    "meaning_similarity": 0.85,
    "rewrites": 2,
    "judge_stances": True,
    "fleet_share": 0.7,
    "fleet_messages": 6,
    "fleet_hours": 6,
    "mood_decay": 0.1,
    "ignored_minutes": 30,
    "silence_minutes": 120,
    "asks_per_person": 12,
    "asks_per_person_day": 120,
    "asks_per_chat": 60,
    "asks_per_chat_day": 1000,
    "budget_reserve": 0.1,
    "prompt_days": 30,
    "turn_days": 180,
}


def begin(apps, schema_editor):
    """The engine starts switched off, under the rules that docs/operations.md explains."""
    apps.get_model("conversations", "Engine").objects.get_or_create(id=1)
    rules = apps.get_model("conversations", "Rules")
    if not rules.objects.filter(chat=None).exists():
        rules.objects.create(author_name="kulis", note="defaults", **FIRST)


FEEDS = (
    ('Anadolu Ajansı', 'https://www.aa.com.tr/tr/rss/default?cat=ekonomi'),
    ('Bloomberg HT', 'https://www.bloomberght.com/rss'),
    ('Ekonomim', 'https://www.ekonomim.com/export/rss'),
    ('Habertürk', 'https://www.haberturk.com/rss/ekonomi.xml'),
    ('Hürriyet', 'https://www.hurriyet.com.tr/rss/ekonomi'),
    ('NTV', 'https://www.ntv.com.tr/ekonomi.rss'),
    ('TRT Haber', 'https://www.trthaber.com/ekonomi_articles.rss'),
)


def ship_sources(apps, schema_editor):
    feed = apps.get_model('conversations', 'Feed')
    source = apps.get_model('conversations', 'QuoteSource')
    for name, url in FEEDS:
        feed.objects.get_or_create(url=url, defaults={'name': name, 'enabled': False, 'every_minutes': 10})
    source.objects.get_or_create(name='örnek veri', defaults={'kind': 'demo', 'every_minutes': 5})


TABLE = Path(__file__).resolve().parent.parent / 'symbols.csv'


def ship_symbols(apps, schema_editor):
    symbol = apps.get_model('conversations', 'Symbol')
    known = set(symbol.objects.values_list('code', flat=True))
    with TABLE.open(encoding='utf-8', newline='') as paper:
        symbol.objects.bulk_create(
            symbol(
                code=row['code'],
                name=row['name'],
                aliases=[alias for alias in row['also called'].split('|') if alias],
                kind=row['kind'],
                thin=row['thin'] == 'yes',
            )
            for row in csv.DictReader(paper)
            if row['code'] not in known
        )


class Migration(migrations.Migration):
    initial = True
    replaces = [('conversations', '0001_initial'), ('conversations', '0002_what_may_never_be'), ('conversations', '0003_first_rules'), ('conversations', '0004_what_roles_may_do'), ('conversations', '0005_turn_stance_and_poller'), ('conversations', '0006_provider_address_is_plain'), ('conversations', '0007_refusals_in_words'), ('conversations', '0008_disclosure_pinned'), ('conversations', '0009_the_engine_in_full'), ('conversations', '0010_what_sources_brought'), ('conversations', '0011_turkish_sources'), ('conversations', '0012_symbol_table'), ('conversations', '0013_quotas_and_quoting'), ('conversations', '0019_the_quick_path'), ('conversations', '0020_what_arrived'), ('conversations', '0024_what_comes_in'), ('conversations', '0028_breakers_and_retries'), ('conversations', '0029_pace_and_queue'), ('conversations', '0032_money_in_the_ledger'), ('conversations', '0033_what_people_may_ask'), ('conversations', '0036_processes'), ('conversations', '0037_revision_of_a_turn'), ('conversations', '0040_turn_stages'), ('conversations', '0041_retention'), ('conversations', '0042_all_rules_are_there')]
    dependencies = [("bots", "0001_squashed_0006"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Named as the source wherever its news appear.', max_length=100, verbose_name='name')),
                ('url', models.URLField(max_length=500, unique=True, verbose_name='address')),
                ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                ('every_minutes', models.PositiveSmallIntegerField(default=10, help_text='How often it is looked at.', validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(1440)], verbose_name='every, min')),
                ('etag', models.CharField(blank=True, editable=False, max_length=300)),
                ('modified', models.CharField(blank=True, editable=False, max_length=100)),
                ('next_at', models.DateTimeField(blank=True, db_index=True, editable=False, null=True, verbose_name='next look')),
                ('fetched_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last look')),
                ('found', models.PositiveIntegerField(default=0, editable=False, verbose_name='headlines at the last look')),
                ('added', models.PositiveIntegerField(default=0, editable=False, verbose_name='new ones among them')),
                ('undated', models.PositiveIntegerField(default=0, editable=False, verbose_name='left out, without a date')),
                ('failures', models.PositiveIntegerField(default=0, editable=False, verbose_name='failures in a row')),
                ('last_error', models.CharField(blank=True, editable=False, max_length=300, verbose_name='last error')),
            ],
            options={
                'verbose_name': 'news feed',
                'verbose_name_plural': 'news feeds',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Symbol',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=16, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z0-9]{2,16}$', 'Capital letters and digits, 2 to 16. Example: THYAO.')], verbose_name='code')),
                ('name', models.CharField(blank=True, max_length=64, verbose_name='name')),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, help_text='What people write instead of the code, one a line. Example: dolar.', size=None, verbose_name='also called')),
                ('kind', models.CharField(choices=[('share', 'share'), ('index', 'stock index'), ('currency', 'currency'), ('metal', 'precious metal'), ('crypto', 'crypto'), ('other', 'other')], default='share', max_length=8, verbose_name='kind')),
                ('thin', models.BooleanField(default=False, help_text='The cast never speaks of it: a few words could move its price.', verbose_name='thinly traded')),
            ],
            options={
                'verbose_name': 'symbol',
                'verbose_name_plural': 'symbols',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Chat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('telegram', 'Telegram group'), ('rehearsal', 'rehearsal room')], default='telegram', max_length=10, verbose_name='kind')),
                ('mode', models.CharField(choices=[('live', 'live'), ('approval', 'every message is approved first'), ('paused', 'paused'), ('disabled', 'disabled')], default='disabled', help_text='Live: the cast talks. Approval: each message waits for a person. Paused and disabled: silence.', max_length=10, verbose_name='mode')),
                ('title', models.CharField(max_length=128, verbose_name='title')),
                ('telegram_id', models.BigIntegerField(blank=True, help_text='The number of the group; groups begin with a minus.', null=True, verbose_name='Telegram id')),
                ('thread_id', models.BigIntegerField(blank=True, help_text='Only for forums: the topic in which the cast talks.', null=True, verbose_name='forum topic')),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), blank=True, default=list, help_text='What the talk is about, one a line.', size=None, verbose_name='topics')),
                ('timezone', models.CharField(default='Europe/Istanbul', max_length=64, validators=[conversations.models.chat.validate_timezone], verbose_name='time zone')),
                ('observes_hours', models.BooleanField(default=True, help_text="Bots keep their active hours and the market's prime hours here. Rehearsal rooms usually do not.", verbose_name='keeps hours')),
                ('tempo', models.FloatField(default=1.0, help_text='Multiplies the waits of this chat: 2 is twice as slow.', validators=[django.core.validators.MinValueValidator(0.1), django.core.validators.MaxValueValidator(10)], verbose_name='tempo')),
                ('disclosed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='disclosed')),
                ('disclosed_by', models.CharField(blank=True, editable=False, max_length=150, verbose_name='disclosed by')),
                ('disclosure_message_id', models.BigIntegerField(blank=True, editable=False, null=True)),
                ('disclosure_pinned', models.BooleanField(default=False, editable=False, verbose_name='disclosure pinned')),
                ('advice_note', models.BooleanField(default=True, help_text='Part of the disclosure of this chat.', verbose_name='“not investment advice” note')),
                ('hushed_until', models.DateTimeField(blank=True, editable=False, help_text='Somebody there asked for quiet (/sus).', null=True, verbose_name='quiet until')),
                ('closed_at', models.DateTimeField(blank=True, editable=False, help_text='Nobody may write in a closed topic.', null=True, verbose_name='topic closed')),
                ('next_due', models.DateTimeField(blank=True, db_index=True, editable=False, null=True, verbose_name='next turn')),
                ('next_at', models.DateTimeField(blank=True, editable=False, help_text='Group pacing: no send before this moment.', null=True)),
                ('last_seq', models.BigIntegerField(default=0, editable=False)),
                ('reactions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, editable=False, help_text="The emoji that may be reacted with. Empty: none. Unknown: all of Telegram's.", null=True, size=None, verbose_name='reactions')),
                ('chain', models.PositiveIntegerField(default=0, editable=False, help_text='Bot messages in a row since a person, news or a break.')),
                ('after_person', models.PositiveIntegerField(default=0, editable=False, help_text="Bot messages since a person's last.")),
                ('spoke_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='a bot spoke last')),
                ('heard_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='a person spoke last')),
                ('stirred_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='news came last')),
                ('seats', models.BigIntegerField(default=0, editable=False, help_text='Counts the turns that took their moment.')),
                ('slot', models.BigIntegerField(default=0, editable=False, help_text='Counts the scheduled turns opened here.')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('listener', models.ForeignKey(blank=True, help_text='The one bot whose view of the chat counts.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='bots.bot', verbose_name='listener')),
            ],
            options={
                'verbose_name': 'chat',
                'verbose_name_plural': 'chats',
                'ordering': ['title'],
                'constraints': [models.UniqueConstraint(models.F('telegram_id'), django.db.models.functions.comparison.Coalesce('thread_id', 0), name='chat_place_once', violation_error_message='This group is registered already.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'rehearsal'), ('telegram_id', None)), models.Q(('kind', 'telegram'), ('telegram_id__isnull', False)), _connector='OR'), name='chat_has_its_place', violation_error_message='A Telegram group needs its number; a rehearsal room has none.'), models.CheckConstraint(condition=models.Q(('thread_id', None), ('kind', 'telegram'), _connector='OR'), name='chat_thread_needs_telegram'), models.CheckConstraint(condition=models.Q(('tempo__gte', 0.1), ('tempo__lte', 10)), name='chat_tempo_in_range'), models.CheckConstraint(condition=models.Q(('disclosed_at', None), models.Q(('disclosed_by', ''), _negated=True), _connector='OR'), name='chat_disclosure_is_signed')],
            },
        ),
        migrations.CreateModel(
            name='Engine',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('running', models.BooleanField(default=False, verbose_name='running')),
                ('restore_epoch', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('changed_by', models.CharField(blank=True, max_length=150, verbose_name='changed by')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('listener', models.CharField(blank=True, max_length=120, verbose_name='poller')),
                ('listener_until', models.DateTimeField(blank=True, null=True)),
                ('thinned_to', models.BigIntegerField(default=0, editable=False, help_text='Turns up to this number have had their evidence pruned.')),
                ('ticked_at', models.DateTimeField(blank=True, null=True, verbose_name='last tick')),
            ],
            options={
                'verbose_name': 'engine',
                'verbose_name_plural': 'engine',
                'permissions': [('start_engine', 'Can switch the cast on'), ('stop_engine', 'Can switch the cast off')],
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='engine_is_one')],
            },
        ),
        migrations.CreateModel(
            name='Headline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=300, verbose_name='headline')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('link', models.URLField(max_length=500, unique=True, verbose_name='link')),
                ('source', models.CharField(max_length=100, verbose_name='source')),
                ('published_at', models.DateTimeField(db_index=True, verbose_name='published')),
                ('fetched_at', models.DateTimeField(auto_now_add=True, verbose_name='fetched')),
                ('demo', models.BooleanField(default=False, help_text='Made up; for rehearsal rooms only.', verbose_name='sample news')),
                ('feed', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='headlines', to='conversations.feed', verbose_name='feed')),
            ],
            options={
                'verbose_name': 'headline',
                'verbose_name_plural': 'headlines',
                'ordering': ['-published_at'],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weight', models.FloatField(default=1.0, help_text='0 to 10. How often it speaks here, against the others; 0: only when asked.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(10)], verbose_name='weight')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ended')),
                ('ended_reason', models.CharField(blank=True, editable=False, max_length=64, verbose_name='ended because')),
                ('next_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('gated_until', models.DateTimeField(blank=True, editable=False, help_text='Telegram asked for silence until then.', null=True, verbose_name='gated until')),
                ('gated_at', models.DateTimeField(blank=True, editable=False, help_text='When Telegram asked for it.', null=True)),
                ('calls', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), blank=True, default=list, editable=False, help_text='The newest calls, oldest first.', size=None)),
                ('last_said_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last said')),
                ('sees_bots_since', models.DateTimeField(blank=True, editable=False, help_text='Since when Telegram brings it what other bots of the cast say here.', null=True, verbose_name='sees the others since')),
                ('sees_bots_at', models.DateTimeField(blank=True, editable=False, help_text='By the clock of Telegram.', null=True, verbose_name='saw another last')),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='bots.bot', verbose_name='bot')),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='conversations.chat', verbose_name='chat')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ['chat_id', 'bot_id'],
                'constraints': [models.UniqueConstraint(fields=('chat', 'bot'), name='membership_once'), models.CheckConstraint(condition=models.Q(('weight__gte', 0), ('weight__lte', 10)), name='membership_weight_in_range'), models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(('ended_reason', ''), _negated=True), _connector='OR'), name='membership_end_has_a_reason')],
            },
        ),
        migrations.AddField(
            model_name='chat',
            name='members',
            field=models.ManyToManyField(related_name='chats', through='conversations.Membership', to='bots.bot', verbose_name='members'),
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('telegram_id', models.BigIntegerField(blank=True, null=True, unique=True, verbose_name='Telegram id')),
                ('name', models.CharField(max_length=128, verbose_name='name')),
                ('username', models.CharField(blank=True, max_length=64, verbose_name='username')),
                ('first_seen_at', models.DateTimeField(auto_now_add=True, verbose_name='first seen')),
                ('last_seen_at', models.DateTimeField(auto_now=True, verbose_name='last seen')),
                ('hushed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='asked for quiet')),
                ('forgotten_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='forgotten')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='participant', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'participant',
                'verbose_name_plural': 'participants',
                'ordering': ['name'],
                'permissions': [('forget_person', "Can delete a person's data on request"), ('export_person', "Can hand out a person's data on request")],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('forgotten_at', None), ('telegram_id__isnull', False), ('user', None)), models.Q(('forgotten_at', None), ('telegram_id', None), ('user__isnull', False)), models.Q(('forgotten_at__isnull', False), ('name', ''), ('telegram_id', None), ('user', None), ('username', '')), _connector='OR'), name='participant_is_known_one_way')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('text', 'text'), ('photo', 'photo'), ('video', 'video'), ('animation', 'animation'), ('sticker', 'sticker'), ('voice', 'voice message'), ('audio', 'audio'), ('video_note', 'video message'), ('document', 'file'), ('poll', 'poll'), ('location', 'location'), ('contact', 'contact'), ('dice', 'dice'), ('story', 'story'), ('other', 'something without words'), ('erased', "deleted at a person's wish")], db_default='text', default='text', help_text='What it is besides its words; without words only this is known, and no model sees it.', max_length=10, verbose_name='kind')),
                ('message_id', models.BigIntegerField(verbose_name='number in the chat')),
                ('text', models.TextField(verbose_name='text')),
                ('folded', models.TextField(editable=False, help_text='Lower case by Turkish rules, for search and for spotting repeats.')),
                ('topic', models.CharField(blank=True, max_length=64, verbose_name='topic')),
                ('mentions_other', models.BooleanField(default=False, editable=False, help_text='Speaks to another human: not for the cast.')),
                ('said_at', models.DateTimeField(verbose_name='said')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='edited')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('bot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='bots.bot', verbose_name='bot')),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='conversations.chat', verbose_name='chat')),
                ('reply_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replies', to='conversations.message', verbose_name='reply to')),
                ('participant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='conversations.participant', verbose_name='participant')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-said_at', '-id'],
                'constraints': [models.UniqueConstraint(fields=('chat', 'message_id'), name='message_once'), models.CheckConstraint(condition=models.Q(('bot__isnull', True), ('participant__isnull', True), _connector='XOR'), name='message_has_one_author')],
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('folded', name='gin_trgm_ops'), name='message_alike'), models.Index(fields=['chat', '-said_at', '-id'], name='message_newest'), models.Index(fields=['bot', '-said_at'], name='message_of_bot'), models.Index(fields=['-said_at'], name='message_by_time')],
            },
        ),
        migrations.AddField(
            model_name='chat',
            name='noted_by',
            field=models.ForeignKey(blank=True, editable=False, help_text='Who added a bot of the cast to this group, as Telegram told it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.participant', verbose_name='brought in by'),
        ),
        migrations.CreateModel(
            name='Process',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('web', 'page'), ('writer', 'writer'), ('sender', 'sender'), ('beat', 'beat'), ('poller', 'poller')], max_length=6, verbose_name='kind')),
                ('host', models.CharField(max_length=120, verbose_name='host')),
                ('pid', models.PositiveIntegerField(verbose_name='process')),
                ('version', models.CharField(max_length=40, verbose_name='version')),
                ('threads', models.PositiveSmallIntegerField(default=1, verbose_name='threads')),
                ('queues', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='queues')),
                ('memory_mb', models.PositiveIntegerField(default=0, verbose_name='memory, MB')),
                ('stopping', models.BooleanField(default=False, verbose_name='stopping')),
                ('hits', models.BigIntegerField(default=0, verbose_name='settled things kept')),
                ('misses', models.BigIntegerField(default=0, verbose_name='settled things read')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('beat_at', models.DateTimeField(verbose_name='last sign of life')),
                ('worked_at', models.DateTimeField(verbose_name='last work')),
            ],
            options={
                'verbose_name': 'process',
                'verbose_name_plural': 'processes',
                'ordering': ['kind', 'host', 'pid'],
                'constraints': [models.UniqueConstraint(fields=('host', 'pid'), name='process_once')],
            },
        ),
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('under_way', models.PositiveIntegerField(default=0, editable=False, verbose_name='calls under way')),
                ('width', models.FloatField(editable=False, help_text='So many calls at once go well; empty: as many as are allowed.', null=True)),
                ('narrowed_at', models.DateTimeField(editable=False, null=True)),
                ('slot', models.BigIntegerField(default=0, editable=False, help_text='The five seconds that the first number counts.')),
                ('slot_requests', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=conversations.models.load.nothing, editable=False, size=14)),
                ('slot_tokens', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=conversations.models.load.nothing, editable=False, size=14)),
                ('day', models.DateField(editable=False, null=True)),
                ('day_requests', models.BigIntegerField(default=0, editable=False, verbose_name='requests today')),
                ('day_tokens', models.BigIntegerField(default=0, editable=False, verbose_name='tokens today')),
                ('told_requests', models.BigIntegerField(editable=False, help_text='The limit that the provider names.', null=True)),
                ('left_requests', models.BigIntegerField(editable=False, help_text='What of it is left, by its own word.', null=True)),
                ('left_requests_until', models.DateTimeField(editable=False, null=True)),
                ('told_tokens', models.BigIntegerField(editable=False, null=True)),
                ('left_tokens', models.BigIntegerField(editable=False, null=True)),
                ('left_tokens_until', models.DateTimeField(editable=False, null=True)),
                ('failures', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='failures in a row')),
                ('resting_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='rests until')),
                ('last_error', models.CharField(blank=True, editable=False, max_length=300, verbose_name='last error')),
                ('last_ok_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last success')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=64, unique=True, verbose_name='name')),
                ('kind', models.CharField(choices=[('openai', 'OpenAI-compatible'), ('offline', 'offline voice')], default='openai', max_length=8, verbose_name='kind')),
                ('base_url', models.CharField(blank=True, help_text='Example: https://api.openai.com/v1', max_length=200, verbose_name='address')),
                ('trusted_address', models.BooleanField(default=False, editable=False, help_text='Given on the command line, so it may be a private address.')),
                ('model', models.CharField(max_length=100, verbose_name='model')),
                ('priority', models.PositiveSmallIntegerField(default=10, help_text='Lower is asked first.', verbose_name='priority')),
                ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                ('api_key', models.TextField(blank=True, default='', editable=False)),
                ('api_key_hint', models.CharField(blank=True, default='', editable=False, max_length=4)),
                ('temperature', models.FloatField(default=0.9, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(2)], verbose_name='temperature')),
                ('max_tokens', models.PositiveIntegerField(default=300, validators=[django.core.validators.MinValueValidator(16), django.core.validators.MaxValueValidator(4096)], verbose_name='longest answer, tokens')),
                ('timeout', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(45)], verbose_name='time-out, s')),
                ('requests_per_minute', models.PositiveIntegerField(blank=True, help_text='The quota of your contract. Used up, the next provider is asked. Empty: no quota.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000)], verbose_name='requests a minute')),
                ('tokens_per_minute', models.BigIntegerField(blank=True, help_text='Read and written. Empty: no quota.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000000)], verbose_name='tokens a minute')),
                ('requests_per_day', models.BigIntegerField(blank=True, help_text='Istanbul time. Empty: no quota.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000000)], verbose_name='requests a day')),
                ('tokens_per_day', models.BigIntegerField(blank=True, help_text='Read and written, Istanbul time. Empty: no quota.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000000000)], verbose_name='tokens a day')),
                ('context_tokens', models.BigIntegerField(blank=True, help_text='How much fits, prompt and answer together. Empty: it is found out by asking.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000000)], verbose_name='context, tokens')),
                ('most_at_once', models.PositiveSmallIntegerField(default=16, help_text='At most. Where the provider cannot keep up, Kulis asks less at once by itself.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='calls at once')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
            ],
            options={
                'verbose_name': 'provider',
                'verbose_name_plural': 'providers',
                'ordering': ['priority', 'name'],
                'permissions': [('replace_key', "Can add or replace a provider's key")],
                'constraints': [models.CheckConstraint(condition=models.Q(('api_key', ''), ('api_key__regex', '^v1\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+=*$'), _connector='OR'), name='provider_key_is_sealed'), models.CheckConstraint(condition=models.Q(('kind', 'offline'), models.Q(('base_url', ''), _negated=True), _connector='OR'), name='provider_has_an_address', violation_error_message='An OpenAI-compatible provider needs its address.'), models.CheckConstraint(condition=models.Q(('temperature__gte', 0), ('temperature__lte', 2)), name='provider_temperature_in_range'), models.CheckConstraint(condition=models.Q(('max_tokens__gte', 16), ('max_tokens__lte', 4096)), name='provider_max_tokens_in_range'), models.CheckConstraint(condition=models.Q(('timeout__gte', 2), ('timeout__lte', 45)), name='provider_timeout_in_range'), models.CheckConstraint(condition=models.Q(('requests_per_minute', None), models.Q(('requests_per_minute__gte', 1), ('requests_per_minute__lte', 1000000)), _connector='OR'), name='provider_quota_in_range'), models.CheckConstraint(condition=models.Q(('tokens_per_minute', None), models.Q(('tokens_per_minute__gte', 1), ('tokens_per_minute__lte', 1000000000)), _connector='OR'), name='provider_tokens_a_minute_in_range'), models.CheckConstraint(condition=models.Q(('requests_per_day', None), models.Q(('requests_per_day__gte', 1), ('requests_per_day__lte', 1000000000)), _connector='OR'), name='provider_requests_a_day_in_range'), models.CheckConstraint(condition=models.Q(('tokens_per_day', None), models.Q(('tokens_per_day__gte', 1), ('tokens_per_day__lte', 1000000000000)), _connector='OR'), name='provider_tokens_a_day_in_range'), models.CheckConstraint(condition=models.Q(('context_tokens', None), models.Q(('context_tokens__gte', 1), ('context_tokens__lte', 100000000)), _connector='OR'), name='provider_context_in_range'), models.CheckConstraint(condition=models.Q(('most_at_once__gte', 1), ('most_at_once__lte', 1000)), name='provider_at_once_in_range')],
            },
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=100, verbose_name='model')),
                ('valid_from', models.DateTimeField(default=django.utils.timezone.now, verbose_name='valid from')),
                ('prompt', models.DecimalField(decimal_places=4, default=0, help_text='US dollars a million tokens.', max_digits=10, verbose_name='prompt tokens')),
                ('cached', models.DecimalField(decimal_places=4, default=0, help_text='US dollars a million tokens.', max_digits=10, verbose_name='cached tokens')),
                ('completion', models.DecimalField(decimal_places=4, default=0, help_text='US dollars a million tokens.', max_digits=10, verbose_name='written tokens')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='conversations.provider', verbose_name='provider')),
            ],
            options={
                'verbose_name': 'price',
                'verbose_name_plural': 'prices',
                'ordering': ['provider', 'model', '-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('provider', 'model', 'valid_from'), name='price_once'), models.CheckConstraint(condition=models.Q(('cached__gte', 0), ('completion__gte', 0), ('prompt__gte', 0)), name='price_not_negative', violation_error_message='A price is not negative.')],
            },
        ),
        migrations.CreateModel(
            name='Budget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('cast', 'the whole cast'), ('chat', 'one chat'), ('bot', 'one bot'), ('provider', 'one provider')], default='cast', max_length=8, verbose_name='for')),
                ('period', models.CharField(choices=[('day', 'a day'), ('month', 'a month')], default='day', max_length=5, verbose_name='period')),
                ('dollars', models.DecimalField(blank=True, decimal_places=4, help_text='The most it may cost. Empty: money is not limited.', max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1000000)], verbose_name='US dollars')),
                ('tokens', models.BigIntegerField(blank=True, help_text='The most tokens, read and written. Empty: tokens are not limited.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1000000000000)], verbose_name='tokens')),
                ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                ('since', models.DateField(editable=False, null=True)),
                ('spent_cost', models.DecimalField(decimal_places=6, default=0, editable=False, max_digits=14)),
                ('spent_tokens', models.BigIntegerField(default=0, editable=False)),
                ('held_cost', models.DecimalField(decimal_places=6, default=0, editable=False, max_digits=14)),
                ('held_tokens', models.BigIntegerField(default=0, editable=False)),
                ('warned_on', models.DateField(editable=False, null=True, verbose_name='warned')),
                ('spent_on', models.DateField(editable=False, null=True, verbose_name='used up')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('bot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='budgets', to='bots.bot', verbose_name='bot')),
                ('chat', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='budgets', to='conversations.chat', verbose_name='chat')),
                ('provider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='budgets', to='conversations.provider', verbose_name='provider')),
            ],
            options={
                'verbose_name': 'budget',
                'verbose_name_plural': 'budgets',
                'ordering': ['scope', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('bot', None), ('chat', None), ('provider', None), ('scope', 'cast')), models.Q(('bot', None), ('chat__isnull', False), ('provider', None), ('scope', 'chat')), models.Q(('bot__isnull', False), ('chat', None), ('provider', None), ('scope', 'bot')), models.Q(('bot', None), ('chat', None), ('provider__isnull', False), ('scope', 'provider')), _connector='OR'), name='budget_is_for_one', violation_error_message='Choose the one that the budget is for, and nobody else.'), models.CheckConstraint(condition=models.Q(('dollars__isnull', False), ('tokens__isnull', False), _connector='OR'), name='budget_limits_something', violation_error_message='Give an amount of dollars, of tokens, or both.'), models.CheckConstraint(condition=models.Q(('dollars', None), models.Q(('dollars__gte', 0), ('dollars__lte', 1000000)), _connector='OR'), name='budget_dollars_in_range'), models.CheckConstraint(condition=models.Q(('tokens', None), models.Q(('tokens__gte', 0), ('tokens__lte', 1000000000000)), _connector='OR'), name='budget_tokens_in_range'), models.CheckConstraint(condition=models.Q(('held_cost__gte', 0), ('held_tokens__gte', 0)), name='budget_holds_nothing_negative'), models.UniqueConstraint(fields=('scope', 'chat', 'bot', 'provider', 'period'), name='budget_once', nulls_distinct=False, violation_error_message='There is such a budget already: change that one.')],
            },
        ),
        migrations.CreateModel(
            name='Breaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(blank=True, max_length=100, verbose_name='model')),
                ('state', models.CharField(choices=[('closed', 'works'), ('open', 'rests'), ('half_open', 'is tried out')], default='closed', max_length=9, verbose_name='state')),
                ('openings', models.PositiveIntegerField(default=0, verbose_name='openings in a row')),
                ('until', models.DateTimeField(blank=True, help_text='Tried again then.', null=True, verbose_name='until')),
                ('probe', models.BigIntegerField(default=0, help_text='Counts the probes, so that an overtaken one changes nothing.')),
                ('after', models.BigIntegerField(default=0, help_text='Calls up to this one of the ledger do not count any more.')),
                ('calls', models.PositiveIntegerField(default=0, help_text='When it failed last.', verbose_name='calls in 30 s')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in 30 s')),
                ('in_a_row', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
                ('reason', models.CharField(blank=True, max_length=64, verbose_name='last trouble')),
                ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='failed last')),
                ('opened_at', models.DateTimeField(blank=True, null=True, verbose_name='opened')),
                ('bot', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='breaker', to='bots.bot', verbose_name='bot')),
                ('provider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='breakers', to='conversations.provider', verbose_name='provider')),
            ],
            options={
                'verbose_name': 'breaker',
                'verbose_name_plural': 'breakers',
                'ordering': ['-failed_at', 'id'],
                'permissions': [('reset_breaker', 'Can close a breaker by hand')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'model'), name='breaker_of_model_once'), models.CheckConstraint(condition=models.Q(models.Q(('bot__isnull', False), ('model', ''), ('provider', None)), models.Q(('bot', None), ('provider__isnull', False), models.Q(('model', ''), _negated=True)), _connector='OR'), name='breaker_is_of_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('openings', 0), ('state', 'closed'), ('until', None)), models.Q(('openings__gte', 1), ('state__in', ['open', 'half_open']), ('until__isnull', False)), _connector='OR'), name='breaker_ends_its_rest')],
            },
        ),
        migrations.CreateModel(
            name='Quote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('symbol', models.CharField(max_length=32, verbose_name='symbol')),
                ('price', models.DecimalField(decimal_places=6, max_digits=18, verbose_name='price')),
                ('change', models.FloatField(blank=True, help_text='Since the day before.', null=True, verbose_name='change, %')),
                ('currency', models.CharField(default='TRY', max_length=8, verbose_name='currency')),
                ('source', models.CharField(max_length=100, verbose_name='source')),
                ('demo', models.BooleanField(default=False, help_text='Made up; for rehearsal rooms only.', verbose_name='sample data')),
                ('as_of', models.DateTimeField(verbose_name='as of')),
            ],
            options={
                'verbose_name': 'quote',
                'verbose_name_plural': 'quotes',
                'ordering': ['symbol', '-as_of'],
                'indexes': [models.Index(fields=['symbol', '-as_of'], name='quote_newest')],
                'constraints': [models.UniqueConstraint(fields=('symbol', 'source', 'as_of'), name='quote_once'), models.CheckConstraint(condition=models.Q(('price__gt', 0), models.Q(('source', ''), _negated=True)), name='quote_has_price_and_source')],
            },
        ),
        migrations.CreateModel(
            name='QuoteSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(help_text='Named as the source of its prices.', max_length=100, unique=True, verbose_name='name')),
                ('kind', models.CharField(choices=[('feed', 'one CSV or JSON file with all symbols'), ('http', 'one JSON address per symbol'), ('demo', 'sample data, made up; rehearsal rooms only')], max_length=4, verbose_name='kind')),
                ('url', models.CharField(blank=True, help_text='For one address per symbol, {symbol} stands for the code.', max_length=500, verbose_name='address')),
                ('symbol_field', models.CharField(blank=True, default='symbol', max_length=64, verbose_name='column of the symbol')),
                ('price_field', models.CharField(blank=True, default='price', max_length=64, verbose_name='column of the price')),
                ('change_field', models.CharField(blank=True, default='change', max_length=64, verbose_name='column of the change, %')),
                ('time_field', models.CharField(blank=True, default='time', help_text='ISO 8601 or Unix seconds.', max_length=64, verbose_name='column of the time')),
                ('currency', models.CharField(default='TRY', max_length=8, verbose_name='currency')),
                ('api_key', models.TextField(blank=True, default='', editable=False)),
                ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                ('every_minutes', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='every, min')),
                ('next_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='next look')),
                ('fetched_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last look')),
                ('found', models.PositiveIntegerField(default=0, editable=False, verbose_name='prices at the last look')),
                ('failures', models.PositiveIntegerField(default=0, editable=False, verbose_name='failures in a row')),
                ('last_error', models.CharField(blank=True, editable=False, max_length=300, verbose_name='last error')),
            ],
            options={
                'verbose_name': 'price source',
                'verbose_name_plural': 'price sources',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind', 'demo'), models.Q(('url', ''), _negated=True), _connector='OR'), name='quote_source_has_an_address', violation_error_message='A source of prices needs an address, unless it is the sample data.')],
            },
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('emoji', models.CharField(max_length=16, verbose_name='emoji')),
                ('reacted_at', models.DateTimeField(verbose_name='reacted')),
                ('bot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='bots.bot', verbose_name='bot')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='conversations.message', verbose_name='message')),
                ('participant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='conversations.participant', verbose_name='participant')),
            ],
            options={
                'verbose_name': 'reaction',
                'verbose_name_plural': 'reactions',
                'ordering': ['-reacted_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('bot__isnull', False)), fields=('message', 'bot'), name='reaction_once_per_bot'), models.UniqueConstraint(condition=models.Q(('participant__isnull', False)), fields=('message', 'participant'), name='reaction_once_per_person'), models.CheckConstraint(condition=models.Q(models.Q(('bot__isnull', True), ('participant__isnull', True), _connector='XOR'), models.Q(('emoji', ''), _negated=True)), name='reaction_has_one_author')],
                'indexes': [models.Index(fields=['-reacted_at'], name='reaction_by_time')],
            },
        ),
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
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bots.bot', verbose_name='bot')),
            ],
            options={
                'verbose_name': 'answer to a command',
                'verbose_name_plural': 'answers to commands',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='response_sending_has_a_lease'), models.CheckConstraint(condition=models.Q(models.Q(('chat_number__isnull', False), ('state__in', ['waiting', 'sending'])), models.Q(models.Q(('state__in', ['waiting', 'sending']), _negated=True), ('chat_number', None), ('ended_at__isnull', False), ('person_number', None), ('reply_to', None)), _connector='OR'), name='response_forgets_where_it_went'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['failed', 'unknown', 'expired']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='response_ended_needs_a_reason')],
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'sending'])), fields=['send_after'], name='response_open'), models.Index(fields=['asker', '-created_at'], name='response_of_asker')],
            },
        ),
        migrations.CreateModel(
            name='Retry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('provider', models.ForeignKey(blank=True, help_text='Empty: Telegram.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='retries', to='conversations.provider', verbose_name='provider')),
            ],
            options={
                'verbose_name': 'retry',
                'verbose_name_plural': 'retries',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['provider', 'at'], name='retry_of_endpoint')],
            },
        ),
        migrations.CreateModel(
            name='Rules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('duplicate_hours', models.PositiveIntegerField(blank=True, help_text='How far back a text must be new.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)], verbose_name='repeats looked for in, h')),
                ('duplicate_similarity', models.FloatField(blank=True, help_text='By letters, 0.5 to 1. Lower is stricter.', null=True, validators=[django.core.validators.MinValueValidator(0.5), django.core.validators.MaxValueValidator(1)], verbose_name='counts as a repeat from')),
                ('meaning_similarity', models.FloatField(blank=True, help_text='By meaning, 0.5 to 1. Lower is stricter. 1: not looked at.', null=True, validators=[django.core.validators.MinValueValidator(0.5), django.core.validators.MaxValueValidator(1)], verbose_name='says the same from')),
                ('rewrites', models.PositiveIntegerField(blank=True, help_text='How often a refused draft is written anew before the turn is skipped.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(5)], verbose_name='rewrites')),
                ('judge_stances', models.BooleanField(blank=True, help_text='Where words do not tell, the model is asked whether a text contradicts.', null=True, verbose_name='second opinion on stances')),
                ('fleet_share', models.FloatField(blank=True, help_text="Of the cast's messages about one symbol at most this share may lean the same way.", null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='one direction, share')),
                ('fleet_messages', models.PositiveIntegerField(blank=True, help_text='Counted only from so many messages on.', null=True, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(200)], verbose_name='one direction, from')),
                ('fleet_hours', models.PositiveIntegerField(blank=True, help_text='Counted over so many hours.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)], verbose_name='one direction, h')),
                ('mood_decay', models.FloatField(blank=True, help_text='Every 15 minutes this share of the way back to the start.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='moods calm down')),
                ('ignored_minutes', models.PositiveIntegerField(blank=True, help_text='A message without reply or reaction for so long.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='unanswered for, min')),
                ('silence_minutes', models.PositiveIntegerField(blank=True, help_text='A bot that has not spoken for so long grows curious.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='long silence, min')),
                ('prompt_days', models.PositiveIntegerField(blank=True, help_text='Prompts, candidates and verdicts of turns, and updates as Telegram brought them; deleted after so long.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='evidence is kept, days')),
                ('turn_days', models.PositiveIntegerField(blank=True, help_text='Turns, their calls and attempts, and what was said; deleted after so long.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3650)], verbose_name='turns are kept, days')),
                ('asks_per_person', models.PositiveIntegerField(blank=True, help_text='So many are answered. More are noted, and left unanswered.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='questions of a person in 10 min')),
                ('asks_per_person_day', models.PositiveIntegerField(blank=True, help_text='So many are answered.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10000)], verbose_name='questions of a person a day')),
                ('asks_per_chat', models.PositiveIntegerField(blank=True, help_text='Of all people together.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10000)], verbose_name='questions in a chat in 10 min')),
                ('asks_per_chat_day', models.PositiveIntegerField(blank=True, help_text='Of all people together.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='questions in a chat a day')),
                ('budget_reserve', models.FloatField(blank=True, help_text='This share of every budget is for answers to people: chatter ends before it is touched.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='kept for people, share')),
                ('scale', models.FloatField(blank=True, help_text='0.1 to 10. 2 makes everybody twice as talkative.', null=True, validators=[django.core.validators.MinValueValidator(0.1), django.core.validators.MaxValueValidator(10)], verbose_name='scale')),
                ('max_per_minute', models.PositiveIntegerField(blank=True, help_text='Upper limit over all chats together.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='messages a minute, all bots')),
                ('chat_max_per_minute', models.PositiveIntegerField(blank=True, help_text='Upper limit of the bots in one chat.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='messages a minute, one chat')),
                ('waiting_most', models.PositiveIntegerField(blank=True, help_text='So many turns may wait for their words. What is more is dropped: news and chatter first, answers last.', null=True, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(100000)], verbose_name='turns waiting, all chats')),
                ('base_delay', models.FloatField(blank=True, help_text='Between two turns of one chat, outside prime hours.', null=True, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(3600)], verbose_name='mean wait, s')),
                ('prime_delay', models.FloatField(blank=True, help_text='On market days.', null=True, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(3600)], verbose_name='mean wait in prime hours, s')),
                ('burstiness', models.FloatField(blank=True, help_text='0: regular as a clock. 1.5: lively moments and pauses, as in real groups. 3: storms and long silences.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(3)], verbose_name='uneven waits')),
                ('longest_wait', models.FloatField(blank=True, help_text='No wait between two turns is drawn longer than this.', null=True, validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(86400)], verbose_name='longest wait, s')),
                ('hourly_activity', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)]), blank=True, help_text='24 numbers from 0 to 1, from midnight on: how lively the cast is at that hour. 0.5: waits twice as long.', null=True, size=24, verbose_name='activity by hour')),
                ('prime_morning_starts', models.TimeField(blank=True, null=True, verbose_name='prime hours from')),
                ('prime_morning_ends', models.TimeField(blank=True, null=True, verbose_name='prime hours to')),
                ('prime_afternoon_starts', models.TimeField(blank=True, null=True, verbose_name='afternoon prime hours from')),
                ('prime_afternoon_ends', models.TimeField(blank=True, null=True, verbose_name='afternoon prime hours to')),
                ('news_boost', models.FloatField(blank=True, help_text='How many times livelier a chat is just after news.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='livelier after news')),
                ('news_decay_minutes', models.FloatField(blank=True, help_text='After so long a little more than a third of that is left.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)], verbose_name='news wears off, min')),
                ('chatter_seconds', models.PositiveIntegerField(blank=True, help_text='Chatter later than this is not sent.', null=True, validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(3600)], verbose_name='chatter stays fresh, s')),
                ('typing_shown', models.BooleanField(blank=True, help_text='“is typing” before a message.', null=True, verbose_name='typing is shown')),
                ('typing_at_once', models.PositiveIntegerField(blank=True, help_text='So many bots may type in one chat at the same time.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='typing at once')),
                ('topic_window', models.PositiveIntegerField(blank=True, help_text='The topic is read from so many of the newest messages.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='messages that set the topic')),
                ('topic_exhausted', models.PositiveIntegerField(blank=True, help_text='After so many messages on one topic the talk moves on.', null=True, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(200)], verbose_name='topic is exhausted after')),
                ('topic_drift', models.FloatField(blank=True, help_text='How often a new thought leaves the topic of the talk.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='change of topic')),
                ('news_probability', models.FloatField(blank=True, help_text='How often a fitting fresh headline is taken up.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='share of news')),
                ('news_minutes', models.PositiveIntegerField(blank=True, help_text='An older headline is not brought up.', null=True, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1440)], verbose_name='news stay fresh, min')),
                ('news_per_cast', models.PositiveIntegerField(blank=True, help_text='The whole cast brings up one headline at most so often; a chat once.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='one headline, all chats')),
                ('quote_minutes', models.PositiveIntegerField(blank=True, help_text='An older price is not stated.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='prices stay fresh, min')),
                ('short_weight', models.FloatField(blank=True, help_text='1-2 sentences.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='weight of short messages')),
                ('medium_weight', models.FloatField(blank=True, help_text='2-3 sentences.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='weight of medium messages')),
                ('long_weight', models.FloatField(blank=True, help_text='3-4 sentences.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='weight of long messages')),
                ('history_length', models.PositiveIntegerField(blank=True, help_text='How many of the newest messages the model sees.', null=True, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(100)], verbose_name='messages remembered')),
                ('memories_recalled', models.PositiveIntegerField(blank=True, help_text='So many memories of the bot reach the model.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(10)], verbose_name='memories recalled')),
                ('own_words', models.PositiveIntegerField(blank=True, help_text='So many of its own messages on the topic, two hours to a week old, too.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(10)], verbose_name='own earlier words')),
                ('refresh_messages', models.PositiveIntegerField(blank=True, help_text='After so many own messages the model is reminded who it is.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='persona refresher, messages')),
                ('refresh_minutes', models.PositiveIntegerField(blank=True, help_text='Or after so long.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='persona refresher, min')),
                ('stance_cooldown_minutes', models.PositiveIntegerField(blank=True, help_text='After a bot has used a stance it leaves it alone for so long.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1440)], verbose_name='stance rests, min')),
                ('phrase_every', models.PositiveIntegerField(blank=True, help_text='At most once in so many own messages a bot uses a signature phrase.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(200)], verbose_name='signature phrase every')),
                ('anecdote_days', models.FloatField(blank=True, help_text='In one chat it is told again after so long.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(365)], verbose_name='anecdote again after, days')),
                ('slip_probability', models.FloatField(blank=True, help_text='Scales how often personas make a small slip. 0: never.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='slips')),
                ('own_gap', models.PositiveIntegerField(blank=True, help_text='A bot waits at least this long before it speaks again in the same chat.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(3600)], verbose_name='rest after own message, s')),
                ('inequality', models.FloatField(blank=True, help_text='0: all speak as often. 1: as in real groups, a few say much and many say little. 2: very unequal.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(2)], verbose_name='unequal voices')),
                ('share_debt', models.FloatField(blank=True, help_text='How strongly a bot that fell behind its usual share is preferred. 0: not at all.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(2)], verbose_name='catching up')),
                ('relevance_pull', models.FloatField(blank=True, help_text='How strongly its watchlist and interests draw a bot into the talk.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(3)], verbose_name='pull of own subjects')),
                ('novelty_pull', models.FloatField(blank=True, help_text='How strongly a bot holds back that has just spoken about this topic.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(2)], verbose_name='something new to say')),
                ('conflict_pull', models.FloatField(blank=True, help_text='How strongly a bot is drawn to answer another view.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(2)], verbose_name='pull of disagreement')),
                ('affinity_pull', models.FloatField(blank=True, help_text='How strongly friends and rivals are drawn to answer each other.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(2)], verbose_name='pull of relationships')),
                ('mood_pull', models.FloatField(blank=True, help_text='How strongly mood changes who speaks, how fast and how long.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(2)], verbose_name='pull of mood')),
                ('fatigue', models.FloatField(blank=True, help_text='How much of its appetite a bot has lost when its hourly cap is nearly used up.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='tiredness')),
                ('reply_probability', models.FloatField(blank=True, help_text="When the newest message is a person's.", null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='share of replies')),
                ('reply_to_bot_probability', models.FloatField(blank=True, help_text="When the newest message is a bot's.", null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='share of replies to bots')),
                ('quote_newest', models.FloatField(blank=True, help_text="How often a reply to the very newest message uses Telegram's reply; others always do.", null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='newest message quoted')),
                ('best_targets', models.PositiveIntegerField(blank=True, help_text='So many of the best messages take part in the draw.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='replies chosen among')),
                ('reaction_probability', models.FloatField(blank=True, help_text='How often an emoji on a message replaces words.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='share of reactions')),
                ('mention_probability', models.FloatField(blank=True, help_text="How often a reply also says the other's name.", null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='share of mentions')),
                ('second_answer', models.FloatField(blank=True, help_text='How often a question to everybody gets a second answer from another bot.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1)], verbose_name='second answer')),
                ('chain_cap', models.PositiveIntegerField(blank=True, help_text='After so many without a person or news, the cast takes a break.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='bot messages in a row')),
                ('chain_rest_minutes', models.FloatField(blank=True, help_text='How long that break lasts; a silence as long starts a new row.', null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1440)], verbose_name='break after a row, min')),
                ('quiet_messages', models.PositiveIntegerField(blank=True, help_text="At most so many follow a person's message inside the next field's time.", null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='bot messages after a person')),
                ('quiet_minutes', models.PositiveIntegerField(blank=True, help_text="How long a person's message quiets the cast. 0: not at all.", null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(120)], verbose_name='quiet after a person, min')),
                ('hush_minutes', models.PositiveIntegerField(blank=True, help_text='How long /sus quiets the cast in a group. Nobody speaks, asked or not.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='quiet on request, min')),
                ('answer_minutes', models.PositiveIntegerField(blank=True, help_text='An answer later than this is not sent.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)], verbose_name='answers stay fresh, min')),
                ('author_name', models.CharField(editable=False, max_length=150, verbose_name='author')),
                ('note', models.CharField(blank=True, help_text='Why it was changed. Others will thank you.', max_length=200, verbose_name='reason')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='saved')),
                ('author', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('chat', models.ForeignKey(blank=True, help_text='Empty: for every chat. With a chat, an empty field inherits.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='conversations.chat', verbose_name='only for')),
            ],
            options={
                'verbose_name': 'rules',
                'verbose_name_plural': 'rules',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('chat__isnull', False), models.Q(('affinity_pull__isnull', False), ('anecdote_days__isnull', False), ('answer_minutes__isnull', False), ('asks_per_chat__isnull', False), ('asks_per_chat_day__isnull', False), ('asks_per_person__isnull', False), ('asks_per_person_day__isnull', False), ('base_delay__isnull', False), ('best_targets__isnull', False), ('budget_reserve__isnull', False), ('burstiness__isnull', False), ('chain_cap__isnull', False), ('chain_rest_minutes__isnull', False), ('chat_max_per_minute__isnull', False), ('chatter_seconds__isnull', False), ('conflict_pull__isnull', False), ('duplicate_hours__isnull', False), ('duplicate_similarity__isnull', False), ('fatigue__isnull', False), ('fleet_hours__isnull', False), ('fleet_messages__isnull', False), ('fleet_share__isnull', False), ('history_length__isnull', False), ('hourly_activity__isnull', False), ('hush_minutes__isnull', False), ('ignored_minutes__isnull', False), ('inequality__isnull', False), ('judge_stances__isnull', False), ('long_weight__isnull', False), ('longest_wait__isnull', False), ('max_per_minute__isnull', False), ('meaning_similarity__isnull', False), ('medium_weight__isnull', False), ('memories_recalled__isnull', False), ('mention_probability__isnull', False), ('mood_decay__isnull', False), ('mood_pull__isnull', False), ('news_boost__isnull', False), ('news_decay_minutes__isnull', False), ('news_minutes__isnull', False), ('news_per_cast__isnull', False), ('news_probability__isnull', False), ('novelty_pull__isnull', False), ('own_gap__isnull', False), ('own_words__isnull', False), ('phrase_every__isnull', False), ('prime_afternoon_ends__isnull', False), ('prime_afternoon_starts__isnull', False), ('prime_delay__isnull', False), ('prime_morning_ends__isnull', False), ('prime_morning_starts__isnull', False), ('prompt_days__isnull', False), ('quiet_messages__isnull', False), ('quiet_minutes__isnull', False), ('quote_minutes__isnull', False), ('quote_newest__isnull', False), ('reaction_probability__isnull', False), ('refresh_messages__isnull', False), ('refresh_minutes__isnull', False), ('relevance_pull__isnull', False), ('reply_probability__isnull', False), ('reply_to_bot_probability__isnull', False), ('rewrites__isnull', False), ('scale__isnull', False), ('second_answer__isnull', False), ('share_debt__isnull', False), ('short_weight__isnull', False), ('silence_minutes__isnull', False), ('slip_probability__isnull', False), ('stance_cooldown_minutes__isnull', False), ('topic_drift__isnull', False), ('topic_exhausted__isnull', False), ('topic_window__isnull', False), ('turn_days__isnull', False), ('typing_at_once__isnull', False), ('typing_shown__isnull', False), ('waiting_most__isnull', False)), _connector='OR'), name='rules_are_complete', violation_error_message='Rules for every chat leave no field empty.'), models.CheckConstraint(condition=models.Q(('own_gap__isnull', True), models.Q(('own_gap__gte', 0), ('own_gap__lte', 3600)), _connector='OR'), name='rules_own_gap_in_range'), models.CheckConstraint(condition=models.Q(('inequality__isnull', True), models.Q(('inequality__gte', 0), ('inequality__lte', 2)), _connector='OR'), name='rules_inequality_in_range'), models.CheckConstraint(condition=models.Q(('share_debt__isnull', True), models.Q(('share_debt__gte', 0), ('share_debt__lte', 2)), _connector='OR'), name='rules_share_debt_in_range'), models.CheckConstraint(condition=models.Q(('relevance_pull__isnull', True), models.Q(('relevance_pull__gte', 0), ('relevance_pull__lte', 3)), _connector='OR'), name='rules_relevance_pull_in_range'), models.CheckConstraint(condition=models.Q(('novelty_pull__isnull', True), models.Q(('novelty_pull__gte', 0), ('novelty_pull__lte', 2)), _connector='OR'), name='rules_novelty_pull_in_range'), models.CheckConstraint(condition=models.Q(('conflict_pull__isnull', True), models.Q(('conflict_pull__gte', 0), ('conflict_pull__lte', 2)), _connector='OR'), name='rules_conflict_pull_in_range'), models.CheckConstraint(condition=models.Q(('affinity_pull__isnull', True), models.Q(('affinity_pull__gte', 0), ('affinity_pull__lte', 2)), _connector='OR'), name='rules_affinity_pull_in_range'), models.CheckConstraint(condition=models.Q(('mood_pull__isnull', True), models.Q(('mood_pull__gte', 0), ('mood_pull__lte', 2)), _connector='OR'), name='rules_mood_pull_in_range'), models.CheckConstraint(condition=models.Q(('fatigue__isnull', True), models.Q(('fatigue__gte', 0), ('fatigue__lte', 1)), _connector='OR'), name='rules_fatigue_in_range'), models.CheckConstraint(condition=models.Q(('reply_probability__isnull', True), models.Q(('reply_probability__gte', 0), ('reply_probability__lte', 1)), _connector='OR'), name='rules_reply_probability_in_range'), models.CheckConstraint(condition=models.Q(('reply_to_bot_probability__isnull', True), models.Q(('reply_to_bot_probability__gte', 0), ('reply_to_bot_probability__lte', 1)), _connector='OR'), name='rules_reply_to_bot_probability_in_range'), models.CheckConstraint(condition=models.Q(('quote_newest__isnull', True), models.Q(('quote_newest__gte', 0), ('quote_newest__lte', 1)), _connector='OR'), name='rules_quote_newest_in_range'), models.CheckConstraint(condition=models.Q(('best_targets__isnull', True), models.Q(('best_targets__gte', 1), ('best_targets__lte', 10)), _connector='OR'), name='rules_best_targets_in_range'), models.CheckConstraint(condition=models.Q(('reaction_probability__isnull', True), models.Q(('reaction_probability__gte', 0), ('reaction_probability__lte', 1)), _connector='OR'), name='rules_reaction_probability_in_range'), models.CheckConstraint(condition=models.Q(('mention_probability__isnull', True), models.Q(('mention_probability__gte', 0), ('mention_probability__lte', 1)), _connector='OR'), name='rules_mention_probability_in_range'), models.CheckConstraint(condition=models.Q(('second_answer__isnull', True), models.Q(('second_answer__gte', 0), ('second_answer__lte', 1)), _connector='OR'), name='rules_second_answer_in_range'), models.CheckConstraint(condition=models.Q(('chain_cap__isnull', True), models.Q(('chain_cap__gte', 1), ('chain_cap__lte', 1000)), _connector='OR'), name='rules_chain_cap_in_range'), models.CheckConstraint(condition=models.Q(('chain_rest_minutes__isnull', True), models.Q(('chain_rest_minutes__gte', 0), ('chain_rest_minutes__lte', 1440)), _connector='OR'), name='rules_chain_rest_minutes_in_range'), models.CheckConstraint(condition=models.Q(('quiet_messages__isnull', True), models.Q(('quiet_messages__gte', 1), ('quiet_messages__lte', 100)), _connector='OR'), name='rules_quiet_messages_in_range'), models.CheckConstraint(condition=models.Q(('quiet_minutes__isnull', True), models.Q(('quiet_minutes__gte', 0), ('quiet_minutes__lte', 120)), _connector='OR'), name='rules_quiet_minutes_in_range'), models.CheckConstraint(condition=models.Q(('hush_minutes__isnull', True), models.Q(('hush_minutes__gte', 1), ('hush_minutes__lte', 1440)), _connector='OR'), name='rules_hush_minutes_in_range'), models.CheckConstraint(condition=models.Q(('answer_minutes__isnull', True), models.Q(('answer_minutes__gte', 1), ('answer_minutes__lte', 120)), _connector='OR'), name='rules_answer_minutes_in_range'), models.CheckConstraint(condition=models.Q(('scale__isnull', True), models.Q(('scale__gte', 0.1), ('scale__lte', 10)), _connector='OR'), name='rules_scale_in_range'), models.CheckConstraint(condition=models.Q(('max_per_minute__isnull', True), models.Q(('max_per_minute__gte', 1), ('max_per_minute__lte', 100000)), _connector='OR'), name='rules_max_per_minute_in_range'), models.CheckConstraint(condition=models.Q(('chat_max_per_minute__isnull', True), models.Q(('chat_max_per_minute__gte', 1), ('chat_max_per_minute__lte', 1000)), _connector='OR'), name='rules_chat_max_per_minute_in_range'), models.CheckConstraint(condition=models.Q(('waiting_most__isnull', True), models.Q(('waiting_most__gte', 5), ('waiting_most__lte', 100000)), _connector='OR'), name='rules_waiting_most_in_range'), models.CheckConstraint(condition=models.Q(('base_delay__isnull', True), models.Q(('base_delay__gte', 2), ('base_delay__lte', 3600)), _connector='OR'), name='rules_base_delay_in_range'), models.CheckConstraint(condition=models.Q(('prime_delay__isnull', True), models.Q(('prime_delay__gte', 2), ('prime_delay__lte', 3600)), _connector='OR'), name='rules_prime_delay_in_range'), models.CheckConstraint(condition=models.Q(('burstiness__isnull', True), models.Q(('burstiness__gte', 0), ('burstiness__lte', 3)), _connector='OR'), name='rules_burstiness_in_range'), models.CheckConstraint(condition=models.Q(('longest_wait__isnull', True), models.Q(('longest_wait__gte', 10), ('longest_wait__lte', 86400)), _connector='OR'), name='rules_longest_wait_in_range'), models.CheckConstraint(condition=models.Q(('news_boost__isnull', True), models.Q(('news_boost__gte', 1), ('news_boost__lte', 10)), _connector='OR'), name='rules_news_boost_in_range'), models.CheckConstraint(condition=models.Q(('news_decay_minutes__isnull', True), models.Q(('news_decay_minutes__gte', 1), ('news_decay_minutes__lte', 240)), _connector='OR'), name='rules_news_decay_minutes_in_range'), models.CheckConstraint(condition=models.Q(('chatter_seconds__isnull', True), models.Q(('chatter_seconds__gte', 10), ('chatter_seconds__lte', 3600)), _connector='OR'), name='rules_chatter_seconds_in_range'), models.CheckConstraint(condition=models.Q(('typing_at_once__isnull', True), models.Q(('typing_at_once__gte', 1), ('typing_at_once__lte', 10)), _connector='OR'), name='rules_typing_at_once_in_range'), models.CheckConstraint(condition=models.Q(('topic_window__isnull', True), models.Q(('topic_window__gte', 1), ('topic_window__lte', 100)), _connector='OR'), name='rules_topic_window_in_range'), models.CheckConstraint(condition=models.Q(('topic_exhausted__isnull', True), models.Q(('topic_exhausted__gte', 2), ('topic_exhausted__lte', 200)), _connector='OR'), name='rules_topic_exhausted_in_range'), models.CheckConstraint(condition=models.Q(('topic_drift__isnull', True), models.Q(('topic_drift__gte', 0), ('topic_drift__lte', 1)), _connector='OR'), name='rules_topic_drift_in_range'), models.CheckConstraint(condition=models.Q(('news_probability__isnull', True), models.Q(('news_probability__gte', 0), ('news_probability__lte', 1)), _connector='OR'), name='rules_news_probability_in_range'), models.CheckConstraint(condition=models.Q(('news_minutes__isnull', True), models.Q(('news_minutes__gte', 5), ('news_minutes__lte', 1440)), _connector='OR'), name='rules_news_minutes_in_range'), models.CheckConstraint(condition=models.Q(('news_per_cast__isnull', True), models.Q(('news_per_cast__gte', 1), ('news_per_cast__lte', 50)), _connector='OR'), name='rules_news_per_cast_in_range'), models.CheckConstraint(condition=models.Q(('quote_minutes__isnull', True), models.Q(('quote_minutes__gte', 1), ('quote_minutes__lte', 1440)), _connector='OR'), name='rules_quote_minutes_in_range'), models.CheckConstraint(condition=models.Q(('short_weight__isnull', True), models.Q(('short_weight__gte', 0), ('short_weight__lte', 1)), _connector='OR'), name='rules_short_weight_in_range'), models.CheckConstraint(condition=models.Q(('medium_weight__isnull', True), models.Q(('medium_weight__gte', 0), ('medium_weight__lte', 1)), _connector='OR'), name='rules_medium_weight_in_range'), models.CheckConstraint(condition=models.Q(('long_weight__isnull', True), models.Q(('long_weight__gte', 0), ('long_weight__lte', 1)), _connector='OR'), name='rules_long_weight_in_range'), models.CheckConstraint(condition=models.Q(('history_length__isnull', True), models.Q(('history_length__gte', 5), ('history_length__lte', 100)), _connector='OR'), name='rules_history_length_in_range'), models.CheckConstraint(condition=models.Q(('memories_recalled__isnull', True), models.Q(('memories_recalled__gte', 0), ('memories_recalled__lte', 10)), _connector='OR'), name='rules_memories_recalled_in_range'), models.CheckConstraint(condition=models.Q(('own_words__isnull', True), models.Q(('own_words__gte', 0), ('own_words__lte', 10)), _connector='OR'), name='rules_own_words_in_range'), models.CheckConstraint(condition=models.Q(('refresh_messages__isnull', True), models.Q(('refresh_messages__gte', 1), ('refresh_messages__lte', 100)), _connector='OR'), name='rules_refresh_messages_in_range'), models.CheckConstraint(condition=models.Q(('refresh_minutes__isnull', True), models.Q(('refresh_minutes__gte', 1), ('refresh_minutes__lte', 1440)), _connector='OR'), name='rules_refresh_minutes_in_range'), models.CheckConstraint(condition=models.Q(('stance_cooldown_minutes__isnull', True), models.Q(('stance_cooldown_minutes__gte', 0), ('stance_cooldown_minutes__lte', 1440)), _connector='OR'), name='rules_stance_cooldown_minutes_in_range'), models.CheckConstraint(condition=models.Q(('phrase_every__isnull', True), models.Q(('phrase_every__gte', 1), ('phrase_every__lte', 200)), _connector='OR'), name='rules_phrase_every_in_range'), models.CheckConstraint(condition=models.Q(('anecdote_days__isnull', True), models.Q(('anecdote_days__gte', 0), ('anecdote_days__lte', 365)), _connector='OR'), name='rules_anecdote_days_in_range'), models.CheckConstraint(condition=models.Q(('slip_probability__isnull', True), models.Q(('slip_probability__gte', 0), ('slip_probability__lte', 1)), _connector='OR'), name='rules_slip_probability_in_range'), models.CheckConstraint(condition=models.Q(('duplicate_hours__isnull', True), models.Q(('duplicate_hours__gte', 1), ('duplicate_hours__lte', 168)), _connector='OR'), name='rules_duplicate_hours_in_range'), models.CheckConstraint(condition=models.Q(('duplicate_similarity__isnull', True), models.Q(('duplicate_similarity__gte', 0.5), ('duplicate_similarity__lte', 1)), _connector='OR'), name='rules_duplicate_similarity_in_range'), models.CheckConstraint(condition=models.Q(('meaning_similarity__isnull', True), models.Q(('meaning_similarity__gte', 0.5), ('meaning_similarity__lte', 1)), _connector='OR'), name='rules_meaning_similarity_in_range'), models.CheckConstraint(condition=models.Q(('rewrites__isnull', True), models.Q(('rewrites__gte', 0), ('rewrites__lte', 5)), _connector='OR'), name='rules_rewrites_in_range'), models.CheckConstraint(condition=models.Q(('fleet_share__isnull', True), models.Q(('fleet_share__gte', 0), ('fleet_share__lte', 1)), _connector='OR'), name='rules_fleet_share_in_range'), models.CheckConstraint(condition=models.Q(('fleet_messages__isnull', True), models.Q(('fleet_messages__gte', 2), ('fleet_messages__lte', 200)), _connector='OR'), name='rules_fleet_messages_in_range'), models.CheckConstraint(condition=models.Q(('fleet_hours__isnull', True), models.Q(('fleet_hours__gte', 1), ('fleet_hours__lte', 168)), _connector='OR'), name='rules_fleet_hours_in_range'), models.CheckConstraint(condition=models.Q(('mood_decay__isnull', True), models.Q(('mood_decay__gte', 0), ('mood_decay__lte', 1)), _connector='OR'), name='rules_mood_decay_in_range'), models.CheckConstraint(condition=models.Q(('ignored_minutes__isnull', True), models.Q(('ignored_minutes__gte', 1), ('ignored_minutes__lte', 1440)), _connector='OR'), name='rules_ignored_minutes_in_range'), models.CheckConstraint(condition=models.Q(('silence_minutes__isnull', True), models.Q(('silence_minutes__gte', 1), ('silence_minutes__lte', 1440)), _connector='OR'), name='rules_silence_minutes_in_range'), models.CheckConstraint(condition=models.Q(('asks_per_person__isnull', True), models.Q(('asks_per_person__gte', 1), ('asks_per_person__lte', 1000)), _connector='OR'), name='rules_asks_per_person_in_range'), models.CheckConstraint(condition=models.Q(('asks_per_person_day__isnull', True), models.Q(('asks_per_person_day__gte', 1), ('asks_per_person_day__lte', 10000)), _connector='OR'), name='rules_asks_per_person_day_in_range'), models.CheckConstraint(condition=models.Q(('asks_per_chat__isnull', True), models.Q(('asks_per_chat__gte', 1), ('asks_per_chat__lte', 10000)), _connector='OR'), name='rules_asks_per_chat_in_range'), models.CheckConstraint(condition=models.Q(('asks_per_chat_day__isnull', True), models.Q(('asks_per_chat_day__gte', 1), ('asks_per_chat_day__lte', 100000)), _connector='OR'), name='rules_asks_per_chat_day_in_range'), models.CheckConstraint(condition=models.Q(('budget_reserve__isnull', True), models.Q(('budget_reserve__gte', 0), ('budget_reserve__lte', 1)), _connector='OR'), name='rules_budget_reserve_in_range'), models.CheckConstraint(condition=models.Q(('prompt_days__isnull', True), models.Q(('prompt_days__gte', 1), ('prompt_days__lte', 3650)), _connector='OR'), name='rules_prompt_days_in_range'), models.CheckConstraint(condition=models.Q(('turn_days__isnull', True), models.Q(('turn_days__gte', 1), ('turn_days__lte', 3650)), _connector='OR'), name='rules_turn_days_in_range'), models.CheckConstraint(condition=models.Q(('hourly_activity', None), ('hourly_activity__len', 24), _connector='OR'), name='rules_hourly_activity_has_24_hours', violation_error_message='A day has 24 hours: give 24 numbers.'), models.CheckConstraint(condition=conversations.models.rules.fields.EachWithin('hourly_activity', 0, 1), name='rules_hourly_activity_is_shares', violation_error_message="Each hour's activity is a number from 0 to 1."), models.CheckConstraint(condition=models.Q(('prime_morning_starts__lt', models.F('prime_morning_ends')), ('prime_morning_starts', None), ('prime_morning_ends', None), _connector='OR'), name='rules_morning_is_a_range', violation_error_message='Prime hours end after they begin.'), models.CheckConstraint(condition=models.Q(('prime_afternoon_starts__lt', models.F('prime_afternoon_ends')), ('prime_afternoon_starts', None), ('prime_afternoon_ends', None), _connector='OR'), name='rules_afternoon_is_a_range', violation_error_message='Prime hours end after they begin.')],
                'indexes': [models.Index(fields=['chat', '-id'], name='rules_newest')],
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
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='steward', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'steward',
                'verbose_name_plural': 'stewards',
                'ordering': ['user__username'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('bound_at', None), ('telegram_id', None)), models.Q(('bound_at__isnull', False), ('telegram_id__gt', 0)), _connector='OR'), name='steward_is_a_person_who_proved_it'), models.CheckConstraint(condition=models.Q(('code', ''), ('code_expires_at__isnull', False), _connector='OR'), name='steward_code_ends')],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('trigger', models.CharField(choices=[('schedule', 'its turn came'), ('mention', 'it was mentioned'), ('reply', 'it was replied to'), ('question', 'a question to everybody'), ('news', 'news came in')], max_length=10, verbose_name='trigger')),
                ('plan_key', models.CharField(editable=False, max_length=120, unique=True)),
                ('priority', models.PositiveSmallIntegerField(help_text='Lower goes first.', verbose_name='priority')),
                ('state', models.CharField(choices=[('planned', 'planned'), ('composing', 'being written'), ('held', 'waits for approval'), ('composed', 'ready to send'), ('sending', 'being sent'), ('uncertain', 'perhaps delivered'), ('sent', 'sent'), ('skipped', 'skipped'), ('failed', 'failed'), ('unresolved', 'never resolved')], default='planned', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, help_text='Why it ended as it did.', max_length=64, verbose_name='reason')),
                ('detail', models.TextField(blank=True, verbose_name='detail')),
                ('gen', models.PositiveIntegerField(default=0, editable=False, verbose_name='claims')),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='tries to write')),
                ('sends', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='tries to send')),
                ('lease_owner', models.CharField(blank=True, editable=False, max_length=120)),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('chat_seq', models.BigIntegerField(blank=True, editable=False, null=True)),
                ('restore_epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('composing_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='writing began')),
                ('composed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='writing ended')),
                ('send_after', models.DateTimeField(blank=True, null=True, verbose_name='send after')),
                ('typing_from', models.DateTimeField(blank=True, null=True, verbose_name='typing from')),
                ('typing_shown_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('intent', models.CharField(blank=True, choices=[('message', 'new thought'), ('reply', 'reply to a bot'), ('answer', 'answer to a person'), ('reaction', 'emoji on a message')], max_length=10, verbose_name='intent')),
                ('quoting', models.BooleanField(default=True, help_text='A reply in the chat, or an answer by its words alone.', verbose_name='as a reply')),
                ('mention', models.CharField(blank=True, max_length=128, verbose_name='addresses')),
                ('topic', models.CharField(blank=True, max_length=64, verbose_name='topic')),
                ('length', models.CharField(blank=True, choices=[('short', 'short'), ('medium', 'medium'), ('long', 'long')], max_length=6, verbose_name='length')),
                ('seed', models.BigIntegerField(editable=False)),
                ('phrase', models.CharField(blank=True, max_length=200, verbose_name='signature phrase')),
                ('anecdote', models.CharField(blank=True, max_length=400, verbose_name='anecdote')),
                ('memories', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='memories used')),
                ('candidates', models.JSONField(default=list, help_text='Evidence: every candidate with score and blocking reason.', verbose_name='candidates')),
                ('prompt', models.JSONField(default=list, help_text='Evidence: the messages as the model received them.', verbose_name='prompt')),
                ('verdicts', models.JSONField(default=list, help_text='Evidence: what voice, guard and duplicate check said.', verbose_name='verdicts')),
                ('quotes', models.JSONField(blank=True, default=list, help_text='Evidence: the prices that the model was given.', verbose_name='prices')),
                ('draft', models.TextField(blank=True, verbose_name='draft')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('embedding', pgvector.django.vector.VectorField(dimensions=512, editable=False, null=True)),
                ('text_sha256', models.CharField(blank=True, editable=False, help_text='Of its letters and digits: what a receipt is told by.', max_length=64)),
                ('model', models.CharField(blank=True, max_length=100, verbose_name='model')),
                ('prompt_tokens', models.PositiveIntegerField(default=0, verbose_name='prompt tokens')),
                ('completion_tokens', models.PositiveIntegerField(default=0, verbose_name='completion tokens')),
                ('cached_tokens', models.PositiveIntegerField(default=0, verbose_name='cached tokens')),
                ('cost', models.DecimalField(decimal_places=6, default=0, help_text='In US dollars.', max_digits=12, verbose_name='cost')),
                ('model_ms', models.PositiveIntegerField(blank=True, null=True, verbose_name='time to write, ms')),
                ('sent_id', models.BigIntegerField(blank=True, null=True, verbose_name='number in the chat')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('copies', models.PositiveSmallIntegerField(default=0, editable=False, help_text='How often it stands in the chat beyond once.', verbose_name='further copies')),
                ('uncertain_since', models.DateTimeField(blank=True, null=True, verbose_name='uncertain since')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='opened')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('digested', models.BooleanField(default=False, editable=False, help_text='Whether what it changed in minds has been worked out.')),
                ('revision', models.BigIntegerField(blank=True, editable=False, help_text='Of settled things, as its last claim saw them.', null=True)),
                ('bot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='bots.bot', verbose_name='bot')),
                ('cause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.message', verbose_name='caused by')),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='conversations.chat', verbose_name='chat')),
                ('headline', models.ForeignKey(blank=True, help_text='The news that this turn takes up.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='turns', to='conversations.headline', verbose_name='headline')),
                ('message', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='turn', to='conversations.message', verbose_name='message')),
                ('persona', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bots.persona', verbose_name='persona')),
                ('provider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.provider', verbose_name='provider')),
                ('reply_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.message', verbose_name='reply to')),
                ('retry_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='retries', to='conversations.turn', verbose_name='retry of')),
                ('rules', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conversations.rules', verbose_name='rules')),
                ('stance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='bots.stance', verbose_name='stance')),
            ],
            options={
                'verbose_name': 'turn',
                'verbose_name_plural': 'turns',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'sending')), fields=('chat',), name='one_sending_per_chat'), models.UniqueConstraint(condition=models.Q(('chat_seq__isnull', False)), fields=('chat', 'chat_seq'), name='turn_order_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), models.Q(('sent_at__isnull', False), models.Q(('sent_id__isnull', False), ('reason', 'confirmed'), _connector='OR')), _connector='OR'), name='sent_needs_a_message_id'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['composing', 'sending']), _negated=True), models.Q(('lease_until__isnull', False), models.Q(('lease_owner', ''), _negated=True)), _connector='OR'), name='claimed_needs_a_lease'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['skipped', 'failed', 'unresolved']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='ended_needs_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['held', 'composed', 'sending', 'sent', 'uncertain', 'unresolved']), _negated=True), models.Q(models.Q(('text', ''), _negated=True), models.Q(('text_sha256', ''), _negated=True), ('bot__isnull', False), ('send_after__isnull', False)), _connector='OR'), name='composed_has_text_and_speaker'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['sending', 'sent']), _negated=True), ('chat_seq__isnull', False), _connector='OR'), name='sending_has_its_place'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'uncertain'), _negated=True), ('uncertain_since__isnull', False), _connector='OR'), name='uncertain_since_when'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('due_at'))), name='turn_expires_after_due'), models.UniqueConstraint(condition=models.Q(('state', 'composing'), ('trigger__in', ['schedule', 'news', 'question'])), fields=('chat', 'bot'), name='one_unasked_turn_per_bot')],
                'indexes': [models.Index(condition=models.Q(('state', 'planned')), fields=['due_at'], name='turn_planned'), models.Index(condition=models.Q(('state', 'composed')), fields=['chat', 'priority', 'send_after', 'id'], name='turn_head_of_chat'), models.Index(condition=models.Q(('state__in', ['composing', 'sending'])), fields=['lease_until'], name='turn_leases'), models.Index(fields=['chat', '-id'], name='turn_of_chat'), models.Index(fields=['bot', '-id'], name='turn_of_bot'), models.Index(condition=models.Q(('state__in', ['planned', 'composing', 'held', 'composed', 'sending', 'uncertain'])), fields=['chat'], name='turn_open_in_chat'), models.Index(condition=models.Q(('anecdote', ''), _negated=True), fields=['chat', '-created_at'], name='turn_that_told'), models.Index(fields=['state', '-id'], name='turn_by_state'), models.Index(condition=models.Q(('state', 'sent')), fields=['bot', '-sent_at'], name='turn_sent_by_bot'), models.Index(condition=models.Q(('state', 'sent')), fields=['-sent_at'], name='turn_sent_by_time'), models.Index(condition=models.Q(('digested', False), ('state', 'sent')), fields=['id'], name='turn_undigested'), models.Index(condition=models.Q(('headline__isnull', False)), fields=['headline'], name='turn_of_headline')],
            },
        ),
        migrations.CreateModel(
            name='SendAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gen', models.PositiveIntegerField(verbose_name='claim')),
                ('outcome', models.CharField(choices=[('open', 'no answer yet'), ('sent', 'delivered'), ('not_sent', 'provably not sent'), ('rejected', 'refused'), ('ambiguous', 'nobody knows')], default='open', max_length=10, verbose_name='outcome')),
                ('reason', models.CharField(blank=True, max_length=64, verbose_name='reason')),
                ('detail', models.TextField(blank=True, verbose_name='detail')),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='HTTP status')),
                ('retry_after', models.FloatField(blank=True, null=True, verbose_name='retry after, s')),
                ('sent_id', models.BigIntegerField(blank=True, null=True, verbose_name='number in the chat')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('turn', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='conversations.turn', verbose_name='turn')),
            ],
            options={
                'verbose_name': 'send attempt',
                'verbose_name_plural': 'send attempts',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('turn', 'gen'), name='attempt_once_per_claim'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'sent'), _negated=True), ('sent_id__isnull', False), _connector='OR'), name='attempt_sent_needs_a_message_id')],
                'indexes': [models.Index(fields=['started_at'], name='attempt_by_time')],
            },
        ),
        migrations.CreateModel(
            name='LLMCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=100, verbose_name='model')),
                ('route', models.PositiveSmallIntegerField(default=1, help_text='1: asked first; more: others had failed before.', verbose_name='route')),
                ('retry', models.PositiveSmallIntegerField(default=0, help_text='How often the turn had been tried before.', verbose_name='retry')),
                ('outcome', models.CharField(max_length=32, verbose_name='outcome')),
                ('detail', models.CharField(blank=True, max_length=300, verbose_name='detail')),
                ('prompt_tokens', models.PositiveIntegerField(default=0, verbose_name='prompt tokens')),
                ('completion_tokens', models.PositiveIntegerField(default=0, verbose_name='completion tokens')),
                ('cached_tokens', models.PositiveIntegerField(default=0, verbose_name='cached tokens')),
                ('estimated', models.BooleanField(default=False, help_text='The provider did not say how many tokens it took.', verbose_name='estimated')),
                ('prompt_price', models.DecimalField(decimal_places=4, default=0, editable=False, max_digits=10)),
                ('cached_price', models.DecimalField(decimal_places=4, default=0, editable=False, max_digits=10)),
                ('completion_price', models.DecimalField(decimal_places=4, default=0, editable=False, max_digits=10)),
                ('cost', models.DecimalField(decimal_places=6, default=0, max_digits=12, verbose_name='cost')),
                ('reserved_cost', models.DecimalField(decimal_places=6, default=0, editable=False, max_digits=12, verbose_name='reserved')),
                ('reserved_tokens', models.BigIntegerField(default=0, editable=False)),
                ('budgets', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None)),
                ('until', models.DateTimeField(editable=False, help_text='When nobody waits for the answer any more.', null=True)),
                ('latency_ms', models.PositiveIntegerField(default=0, verbose_name='latency, ms')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('bot', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='bots.bot', verbose_name='bot')),
                ('chat', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.chat', verbose_name='chat')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='conversations.provider', verbose_name='provider')),
                ('turn', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='calls', to='conversations.turn', verbose_name='turn')),
            ],
            options={
                'verbose_name': 'model call',
                'verbose_name_plural': 'model calls',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'open'), _negated=True), ('until__isnull', False), _connector='OR'), name='open_call_ends_once')],
                'indexes': [models.Index(fields=['provider', '-started_at'], name='call_of_provider'), models.Index(fields=['-started_at'], name='call_by_time'), models.Index(condition=models.Q(('outcome', 'open')), fields=['until'], name='call_under_way')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('message', 'message'), ('turn', 'turn'), ('typing', 'typing'), ('engine', 'engine'), ('chat', 'chat')], max_length=8, verbose_name='kind')),
                ('subject_id', models.BigIntegerField(blank=True, help_text='Row of the message or turn.', null=True, verbose_name='subject')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='when')),
                ('chat', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='conversations.chat', verbose_name='chat')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['chat', 'id'], name='event_of_chat'), models.Index(fields=['at'], name='event_by_time')],
            },
        ),
        migrations.CreateModel(
            name='InboundUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('update_id', models.BigIntegerField(verbose_name='update')),
                ('kind', models.CharField(blank=True, db_default='', default='', max_length=32, verbose_name='kind')),
                ('chat_number', models.BigIntegerField(blank=True, help_text='The chat it tells of; updates of one chat are read in order.', null=True, verbose_name='chat')),
                ('number', models.BigIntegerField(db_default=0, default=0, help_text='Of the message, in its chat.', verbose_name='message')),
                ('happened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now, verbose_name='happened')),
                ('payload', models.JSONField(help_text='Evidence: the update as it came.', verbose_name='content')),
                ('state', models.CharField(choices=[('stored', 'stored'), ('done', 'done'), ('parked', 'parked'), ('discarded', 'discarded')], default='stored', max_length=9, verbose_name='state')),
                ('outcome', models.CharField(blank=True, max_length=64, verbose_name='outcome')),
                ('cause', models.TextField(blank=True, db_default='', default='', help_text='Why it could not be read, in words.', verbose_name='cause')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('received_at', models.DateTimeField(auto_now_add=True, verbose_name='received')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='bots.bot', verbose_name='bot')),
            ],
            options={
                'verbose_name': 'update',
                'verbose_name_plural': 'updates',
                'ordering': ['-id'],
                'permissions': [('settle_inboundupdate', 'Can read parked updates again or discard them')],
                'indexes': [models.Index(condition=models.Q(('state', 'stored')), fields=['chat_number', 'happened_at', 'number', 'id'], name='update_waiting'), models.Index(condition=models.Q(('state', 'parked')), fields=['-id'], name='update_parked'), models.Index(condition=models.Q(('state', 'done'), _negated=True), fields=['bot', 'received_at'], name='update_unread')],
                'constraints': [models.UniqueConstraint(fields=('bot', 'update_id'), name='update_once')],
            },
        ),
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
        migrations.RunSQL(REVISED, "DROP FUNCTION kulis_revised() CASCADE; DROP SEQUENCE kulis_revision;"),
        migrations.RunSQL(MOVES_ONLY, "DROP FUNCTION kulis_refuse() CASCADE;"),
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(ship_sources, migrations.RunPython.noop),
        migrations.RunPython(ship_symbols, migrations.RunPython.noop),
    ]
