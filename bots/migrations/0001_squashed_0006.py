"""Who speaks, as it stands: in one step for a new database, which takes a fraction of the time of the steps it replaces."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import pgvector.django.vector
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [('bots', '0001_initial'), ('bots', '0002_audit_is_append_only'), ('bots', '0003_what_roles_may_do'), ('bots', '0004_memory_needs_no_index_by_meaning'), ('bots', '0005_refusals_in_words'), ('bots', '0006_latency_provenance_and_changes')]
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS vector", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Persona',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lineage', models.UUIDField(default=uuid.uuid4, editable=False, verbose_name='lineage')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('name', models.CharField(help_text="What people in the chat read as the speaker's name.", max_length=64, verbose_name='name')),
                ('hint', models.TextField(blank=True, help_text='One or two sentences. Example: a retired teacher who lives on dividends.', verbose_name='who this is')),
                ('tone', models.CharField(blank=True, help_text='How it sounds. Example: calm, a little ironic.', max_length=200, verbose_name='tone')),
                ('risk', models.CharField(choices=[('very_low', 'very low'), ('low', 'low'), ('medium', 'medium'), ('high', 'high')], default='medium', max_length=10, verbose_name='risk appetite')),
                ('horizon', models.CharField(choices=[('short', 'short'), ('medium', 'medium'), ('long', 'long')], default='medium', max_length=10, verbose_name='horizon')),
                ('risk_note', models.CharField(blank=True, max_length=200, verbose_name='risk in own words')),
                ('expertise', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='What it knows well, one a line.', size=None, verbose_name='expertise')),
                ('watchlist', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, help_text='Symbols it follows, one a line. Example: THYAO.', size=None, verbose_name='watchlist')),
                ('interests', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Topics it likes to talk about, one a line.', size=None, verbose_name='interests')),
                ('never_do', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Things this persona would never do or say, one a line.', size=None, verbose_name='never does')),
                ('style_note', models.TextField(blank=True, help_text='How it writes, in plain words.', verbose_name='style')),
                ('mood_note', models.CharField(blank=True, max_length=200, verbose_name='temper')),
                ('phrases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='Used sparingly, one a line.', size=None, verbose_name='signature phrases')),
                ('anecdotes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=400), blank=True, default=list, help_text='Small stories it can tell, one a line.', size=None, verbose_name='anecdotes')),
                ('emoji', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, help_text='Emoji it likes, one a line.', size=None, verbose_name='emoji')),
                ('energy', models.FloatField(default=0.5, help_text='0 to 1. High energy: shorter waits, longer texts.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='energy')),
                ('energy_note', models.CharField(blank=True, max_length=200, verbose_name='energy in own words')),
                ('empathy', models.FloatField(default=0.5, help_text='0 to 1. High empathy: turns to people in a bad mood.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='empathy')),
                ('empathy_note', models.CharField(blank=True, max_length=200, verbose_name='empathy in own words')),
                ('formality', models.FloatField(default=0.5, help_text='0: street talk; 1: lecture hall.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='formality')),
                ('emoji_rate', models.FloatField(default=0.15, help_text='Share of messages that carry an emoji.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='emoji rate')),
                ('slip_rate', models.FloatField(default=0.03, help_text='Share of messages with a small slip and its correction, 0 to 0.3.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(0.3)], verbose_name='slip rate')),
                ('short_weight', models.FloatField(default=0.55, help_text='1-2 sentences.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='weight of short messages')),
                ('medium_weight', models.FloatField(default=0.35, help_text='2-3 sentences.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='weight of medium messages')),
                ('long_weight', models.FloatField(default=0.1, help_text='3-4 sentences.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='weight of long messages')),
                ('wpm', models.PositiveSmallIntegerField(default=36, help_text='How fast it types, 20 to 60.', validators=[django.core.validators.MinValueValidator(20), django.core.validators.MaxValueValidator(60)], verbose_name='words per minute')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('author', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
            ],
            options={
                'verbose_name': 'persona',
                'verbose_name_plural': 'personas',
                'ordering': ['name', '-version'],
                'constraints': [models.UniqueConstraint(fields=('lineage', 'version'), name='persona_version_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='persona_has_a_name'), models.CheckConstraint(condition=models.Q(('energy__gte', 0), ('energy__lte', 1)), name='persona_energy_in_range'), models.CheckConstraint(condition=models.Q(('empathy__gte', 0), ('empathy__lte', 1)), name='persona_empathy_in_range'), models.CheckConstraint(condition=models.Q(('formality__gte', 0), ('formality__lte', 1)), name='persona_formality_in_range'), models.CheckConstraint(condition=models.Q(('emoji_rate__gte', 0), ('emoji_rate__lte', 1)), name='persona_emoji_rate_in_range'), models.CheckConstraint(condition=models.Q(('short_weight__gte', 0), ('short_weight__lte', 1)), name='persona_short_weight_in_range'), models.CheckConstraint(condition=models.Q(('medium_weight__gte', 0), ('medium_weight__lte', 1)), name='persona_medium_weight_in_range'), models.CheckConstraint(condition=models.Q(('long_weight__gte', 0), ('long_weight__lte', 1)), name='persona_long_weight_in_range'), models.CheckConstraint(condition=models.Q(('slip_rate__gte', 0), ('slip_rate__lte', 0.3)), name='persona_slip_rate_in_range'), models.CheckConstraint(condition=models.Q(('wpm__gte', 20), ('wpm__lte', 60)), name='persona_wpm_in_range')],
            },
        ),
        migrations.CreateModel(
            name='Bot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('username', models.CharField(help_text='The Telegram username, without @.', max_length=32, validators=[django.core.validators.RegexValidator('^[A-Za-z][A-Za-z0-9_]{4,31}$')], verbose_name='username')),
                ('telegram_id', models.BigIntegerField(blank=True, editable=False, null=True, unique=True, verbose_name='Telegram id')),
                ('enabled', models.BooleanField(default=True, help_text='Off: it never speaks, anywhere.', verbose_name='enabled')),
                ('paused_until', models.DateTimeField(blank=True, null=True, verbose_name='paused until')),
                ('talkativeness', models.FloatField(default=0.5, help_text='0 to 1. How readily it speaks, against the others.', validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='talkativeness')),
                ('pace', models.FloatField(default=1.0, help_text='0.1 to 10. Multiplies its waits: 2 is twice as slow.', validators=[django.core.validators.MinValueValidator(0.1), django.core.validators.MaxValueValidator(10)], verbose_name='pace')),
                ('latency', models.FloatField(default=8, help_text='How long it usually takes to read and begin to write; sometimes less, sometimes much more.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(600)], verbose_name='reaction time, s')),
                ('hourly_cap', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)], verbose_name='messages an hour')),
                ('token', models.TextField(blank=True, default='', editable=False, verbose_name='token')),
                ('token_hint', models.CharField(blank=True, default='', editable=False, max_length=4)),
                ('token_state', models.CharField(choices=[('missing', 'no token'), ('untested', 'not tested yet'), ('healthy', 'works'), ('dead', 'refused by Telegram')], default='missing', editable=False, max_length=10, verbose_name='token')),
                ('token_checked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='token checked')),
                ('reads_all_messages', models.BooleanField(default=False, editable=False, help_text='Privacy mode is off in BotFather: the bot sees every message of its groups.', verbose_name='reads all messages')),
                ('webhook_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('webhook_version', models.PositiveIntegerField(default=1, editable=False)),
                ('update_offset', models.BigIntegerField(default=0, editable=False)),
                ('next_at', models.DateTimeField(blank=True, editable=False, help_text='Telegram pacing: no call before this moment.', null=True)),
                ('gated_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='gated until')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('retired_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='retired')),
                ('persona', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bots', to='bots.persona', verbose_name='persona')),
            ],
            options={
                'verbose_name': 'bot',
                'verbose_name_plural': 'bots',
                'ordering': ['username'],
                'permissions': [('replace_token', "Can add or replace a bot's token")],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='bot_username_once', violation_error_message='There is a bot with this username already.'), models.CheckConstraint(condition=models.Q(('token', ''), ('token__regex', '^v1\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+=*$'), _connector='OR'), name='bot_token_is_sealed'), models.CheckConstraint(condition=models.Q(models.Q(('token', ''), ('token_state', 'missing')), models.Q(models.Q(('token', ''), _negated=True), models.Q(('token_state', 'missing'), _negated=True)), _connector='OR'), name='bot_token_state_fits'), models.CheckConstraint(condition=models.Q(('talkativeness__gte', 0), ('talkativeness__lte', 1)), name='bot_talkativeness_in_range'), models.CheckConstraint(condition=models.Q(('pace__gte', 0.1), ('pace__lte', 10)), name='bot_pace_in_range'), models.CheckConstraint(condition=models.Q(('hourly_cap__gte', 1), ('hourly_cap__lte', 120)), name='bot_hourly_cap_in_range'), models.CheckConstraint(condition=models.Q(('latency__gte', 0), ('latency__lte', 600)), name='bot_latency_in_range')],
            },
        ),
        migrations.CreateModel(
            name='Relationship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.BigIntegerField(blank=True, null=True, verbose_name='person')),
                ('trust', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='trust')),
                ('respect', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='respect')),
                ('affection', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='affection')),
                ('familiarity', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='familiarity')),
                ('conflict', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='conflict')),
                ('interactions', models.PositiveIntegerField(default=0, verbose_name='interactions')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relationships', to='bots.bot', verbose_name='bot')),
                ('other', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bots.bot', verbose_name='other bot')),
            ],
            options={
                'verbose_name': 'relationship',
                'verbose_name_plural': 'relationships',
                'constraints': [models.UniqueConstraint(condition=models.Q(('other__isnull', False)), fields=('bot', 'other'), name='relationship_once_per_bot'), models.UniqueConstraint(condition=models.Q(('person_id__isnull', False)), fields=('bot', 'person_id'), name='relationship_once_per_person'), models.CheckConstraint(condition=models.Q(('other__isnull', True), ('person_id__isnull', True), _connector='XOR'), name='relationship_has_one_other'), models.CheckConstraint(condition=models.Q(('other', models.F('bot')), _negated=True), name='relationship_is_with_another'), models.CheckConstraint(condition=models.Q(('trust__gte', 0), ('trust__lte', 100)), name='relationship_trust_in_range'), models.CheckConstraint(condition=models.Q(('respect__gte', 0), ('respect__lte', 100)), name='relationship_respect_in_range'), models.CheckConstraint(condition=models.Q(('affection__gte', 0), ('affection__lte', 100)), name='relationship_affection_in_range'), models.CheckConstraint(condition=models.Q(('familiarity__gte', 0), ('familiarity__lte', 100)), name='relationship_familiarity_in_range'), models.CheckConstraint(condition=models.Q(('conflict__gte', 0), ('conflict__lte', 100)), name='relationship_conflict_in_range')],
            },
        ),
        migrations.CreateModel(
            name='BondChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=32, verbose_name='event')),
                ('about', models.CharField(blank=True, max_length=200, verbose_name='about')),
                ('happened_at', models.DateTimeField(verbose_name='happened')),
                ('relationship', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='bots.relationship', verbose_name='relationship')),
            ],
            options={
                'verbose_name': 'relationship change',
                'verbose_name_plural': 'relationship changes',
                'ordering': ['-happened_at', '-id'],
                'indexes': [models.Index(fields=['relationship', '-happened_at', '-id'], name='bond_change_newest')],
            },
        ),
        migrations.CreateModel(
            name='Stance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=64, verbose_name='topic or symbol')),
                ('text', models.TextField(help_text='What it thinks, in its own words. Example: too volatile, not my style.', verbose_name='position')),
                ('confidence', models.FloatField(default=0.6, validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='confidence')),
                ('cooldown_until', models.DateTimeField(blank=True, help_text='Not brought up before this moment.', null=True, verbose_name='rests until')),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stances', to='bots.bot', verbose_name='bot')),
            ],
            options={
                'verbose_name': 'stance',
                'verbose_name_plural': 'stances',
                'ordering': ['topic'],
                'constraints': [models.UniqueConstraint(fields=('bot', 'topic'), name='stance_once_per_topic'), models.CheckConstraint(condition=models.Q(models.Q(('topic', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='stance_says_something'), models.CheckConstraint(condition=models.Q(('confidence__gte', 0), ('confidence__lte', 1)), name='stance_confidence_in_range')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='when')),
                ('actor_name', models.CharField(max_length=150, verbose_name='who')),
                ('action', models.CharField(max_length=64, verbose_name='action')),
                ('subject_kind', models.CharField(blank=True, max_length=64, verbose_name='kind')),
                ('subject_id', models.CharField(blank=True, max_length=64)),
                ('subject_name', models.CharField(blank=True, max_length=200, verbose_name='subject')),
                ('before', models.JSONField(default=dict, help_text='Evidence, as it was.', verbose_name='before')),
                ('after', models.JSONField(default=dict, help_text='Evidence, as it became. Never a secret.', verbose_name='after')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit trail',
                'ordering': ['-id'],
                'permissions': [('read_whole_trail', 'Can read what others did')],
                'indexes': [models.Index(fields=['subject_kind', 'subject_id'], name='audit_subject')],
            },
        ),
        migrations.CreateModel(
            name='ActiveHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.TimeField(verbose_name='from')),
                ('ends', models.TimeField(help_text='Earlier than the start: the range crosses midnight.', verbose_name='to')),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='bots.bot', verbose_name='bot')),
            ],
            options={
                'verbose_name': 'active hours',
                'verbose_name_plural': 'active hours',
                'ordering': ['starts'],
                'constraints': [models.UniqueConstraint(fields=('bot', 'starts'), name='hours_start_once'), models.CheckConstraint(condition=models.Q(('starts', models.F('ends')), _negated=True), name='hours_are_a_range', violation_error_message='Active hours end at another time than they begin.')],
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('symbol', models.CharField(max_length=32, verbose_name='symbol')),
                ('average_price', models.DecimalField(decimal_places=6, help_text="Fictional: the persona's own cost.", max_digits=18, verbose_name='average price')),
                ('size', models.DecimalField(decimal_places=6, max_digits=18, verbose_name='size')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='bots.bot', verbose_name='bot')),
            ],
            options={
                'verbose_name': 'holding',
                'verbose_name_plural': 'holdings',
                'ordering': ['symbol'],
                'constraints': [models.UniqueConstraint(fields=('bot', 'symbol'), name='holding_once_per_symbol'), models.CheckConstraint(condition=models.Q(('average_price__gt', 0), ('size__gt', 0), models.Q(('symbol', ''), _negated=True)), name='holding_is_positive', violation_error_message='Price and size of a holding are above zero.')],
            },
        ),
        migrations.CreateModel(
            name='Memory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('personal_fact', 'personal fact'), ('past_event', 'past event'), ('relationship', 'relationship'), ('preference', 'preference'), ('routine', 'routine'), ('reflection', 'reflection')], max_length=14, verbose_name='kind')),
                ('text', models.TextField(verbose_name='text')),
                ('importance', models.FloatField(default=0.5, validators=[django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)], verbose_name='importance')),
                ('embedding', pgvector.django.vector.VectorField(dimensions=512, editable=False)),
                ('message_id', models.BigIntegerField(blank=True, editable=False, help_text='Number of the message it comes from.', null=True, verbose_name='from message')),
                ('quoted', models.TextField(blank=True, editable=False, verbose_name='words it comes from')),
                ('last_used_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='last used')),
                ('use_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='used')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memories', to='bots.bot', verbose_name='bot')),
            ],
            options={
                'verbose_name': 'memory',
                'verbose_name_plural': 'memories',
                'ordering': ['-importance', 'id'],
                'constraints': [models.UniqueConstraint(fields=('bot', 'text'), name='memory_once'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='memory_says_something'), models.CheckConstraint(condition=models.Q(('importance__gte', 0), ('importance__lte', 1)), name='memory_importance_in_range')],
            },
        ),
        migrations.CreateModel(
            name='Mood',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mood', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='mood')),
                ('energy', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='energy')),
                ('confidence', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='confidence')),
                ('stress', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='stress')),
                ('excitement', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='excitement')),
                ('curiosity', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='curiosity')),
                ('warmth', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='warmth')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('bot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='feelings', to='bots.bot', verbose_name='bot')),
            ],
            options={
                'verbose_name': 'mood',
                'verbose_name_plural': 'moods',
                'constraints': [models.CheckConstraint(condition=models.Q(('mood__gte', 0), ('mood__lte', 100)), name='mood_mood_in_range'), models.CheckConstraint(condition=models.Q(('energy__gte', 0), ('energy__lte', 100)), name='mood_energy_in_range'), models.CheckConstraint(condition=models.Q(('confidence__gte', 0), ('confidence__lte', 100)), name='mood_confidence_in_range'), models.CheckConstraint(condition=models.Q(('stress__gte', 0), ('stress__lte', 100)), name='mood_stress_in_range'), models.CheckConstraint(condition=models.Q(('excitement__gte', 0), ('excitement__lte', 100)), name='mood_excitement_in_range'), models.CheckConstraint(condition=models.Q(('curiosity__gte', 0), ('curiosity__lte', 100)), name='mood_curiosity_in_range'), models.CheckConstraint(condition=models.Q(('warmth__gte', 0), ('warmth__lte', 100)), name='mood_warmth_in_range')],
            },
        ),
        migrations.CreateModel(
            name='MoodChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=32, verbose_name='event')),
                ('about', models.CharField(blank=True, max_length=200, verbose_name='about')),
                ('happened_at', models.DateTimeField(verbose_name='happened')),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mood_changes', to='bots.bot', verbose_name='bot')),
            ],
            options={
                'verbose_name': 'mood change',
                'verbose_name_plural': 'mood changes',
                'ordering': ['-happened_at', '-id'],
                'indexes': [models.Index(fields=['bot', '-happened_at', '-id'], name='mood_change_newest')],
            },
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION kulis_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'rows of % are added, never changed or deleted', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END $$;
            CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON bots_auditentry
                FOR EACH ROW EXECUTE FUNCTION kulis_append_only();
            """,
            """
            DROP TRIGGER audit_append_only ON bots_auditentry;
            DROP FUNCTION kulis_append_only();
            """,
        ),
    ]
