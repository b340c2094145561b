"""Prices with a date, budgets, a ledger that reserves, and how busy each provider is."""

import conversations.models.load
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models



SETTLE = "SET CONSTRAINTS ALL IMMEDIATE"


class Migration(migrations.Migration):
    dependencies = [("bots", "0006_latency_provenance_and_changes"), ("conversations", "0029_pace_and_queue")]

    operations = [
        migrations.RunSQL("DROP TRIGGER conversations_provider_revised ON conversations_provider", """
            CREATE TRIGGER conversations_provider_revised AFTER INSERT OR DELETE OR UPDATE OF
                name, kind, base_url, trusted_address, model, priority, enabled, api_key, temperature,
                max_tokens, timeout, requests_per_minute, prompt_price, cached_price, completion_price
                ON conversations_provider
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            """),
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
            ],
            options={
                'verbose_name': 'budget',
                'verbose_name_plural': 'budgets',
                'ordering': ['scope', 'pk'],
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
            ],
            options={
                'verbose_name': 'price',
                'verbose_name_plural': 'prices',
                'ordering': ['provider', 'model', '-valid_from'],
            },
        ),
        migrations.AddField(
            model_name='llmcall',
            name='bot',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='bots.bot', verbose_name='bot'),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='budgets',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='cached_price',
            field=models.DecimalField(decimal_places=4, default=0, editable=False, max_digits=10),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='chat',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='conversations.chat', verbose_name='chat'),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='completion_price',
            field=models.DecimalField(decimal_places=4, default=0, editable=False, max_digits=10),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='estimated',
            field=models.BooleanField(default=False, help_text='The provider did not say how many tokens it took.', verbose_name='estimated'),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='prompt_price',
            field=models.DecimalField(decimal_places=4, default=0, editable=False, max_digits=10),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='reserved_cost',
            field=models.DecimalField(decimal_places=6, default=0, editable=False, max_digits=12, verbose_name='reserved'),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='reserved_tokens',
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='retry',
            field=models.PositiveSmallIntegerField(default=0, help_text='How often the turn had been tried before.', verbose_name='retry'),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='route',
            field=models.PositiveSmallIntegerField(default=1, help_text='1: asked first; more: others had failed before.', verbose_name='route'),
        ),
        migrations.AddField(
            model_name='llmcall',
            name='until',
            field=models.DateTimeField(editable=False, help_text='When nobody waits for the answer any more.', null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='context_tokens',
            field=models.BigIntegerField(blank=True, help_text='How much fits, prompt and answer together. Empty: it is found out by asking.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000000)], verbose_name='context, tokens'),
        ),
        migrations.AddField(
            model_name='provider',
            name='day',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='day_requests',
            field=models.BigIntegerField(default=0, editable=False, verbose_name='requests today'),
        ),
        migrations.AddField(
            model_name='provider',
            name='day_tokens',
            field=models.BigIntegerField(default=0, editable=False, verbose_name='tokens today'),
        ),
        migrations.AddField(
            model_name='provider',
            name='left_requests',
            field=models.BigIntegerField(editable=False, help_text='What of it is left, by its own word.', null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='left_requests_until',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='left_tokens',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='left_tokens_until',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='most_at_once',
            field=models.PositiveSmallIntegerField(default=16, help_text='At most. Where the provider cannot keep up, Kulis asks less at once by itself.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='calls at once'),
        ),
        migrations.AddField(
            model_name='provider',
            name='narrowed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='requests_per_day',
            field=models.BigIntegerField(blank=True, help_text='Istanbul time. Empty: no quota.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000000)], verbose_name='requests a day'),
        ),
        migrations.AddField(
            model_name='provider',
            name='slot',
            field=models.BigIntegerField(default=0, editable=False, help_text='The five seconds that the first number counts.'),
        ),
        migrations.AddField(
            model_name='provider',
            name='slot_requests',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=conversations.models.load.nothing, editable=False, size=14),
        ),
        migrations.AddField(
            model_name='provider',
            name='slot_tokens',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=conversations.models.load.nothing, editable=False, size=14),
        ),
        migrations.AddField(
            model_name='provider',
            name='tokens_per_day',
            field=models.BigIntegerField(blank=True, help_text='Read and written, Istanbul time. Empty: no quota.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000000000)], verbose_name='tokens a day'),
        ),
        migrations.AddField(
            model_name='provider',
            name='tokens_per_minute',
            field=models.BigIntegerField(blank=True, help_text='Read and written. Empty: no quota.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000000)], verbose_name='tokens a minute'),
        ),
        migrations.AddField(
            model_name='provider',
            name='told_requests',
            field=models.BigIntegerField(editable=False, help_text='The limit that the provider names.', null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='told_tokens',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='under_way',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='calls under way'),
        ),
        migrations.AddField(
            model_name='provider',
            name='width',
            field=models.FloatField(editable=False, help_text='So many calls at once go well; empty: as many as are allowed.', null=True),
        ),
        migrations.AlterField(
            model_name='llmcall',
            name='latency_ms',
            field=models.PositiveIntegerField(default=0, verbose_name='latency, ms'),
        ),
        migrations.AlterField(
            model_name='llmcall',
            name='turn',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='calls', to='conversations.turn', verbose_name='turn'),
        ),
        migrations.AddIndex(
            model_name='llmcall',
            index=models.Index(fields=['-started_at'], name='call_by_time'),
        ),
        migrations.AddIndex(
            model_name='llmcall',
            index=models.Index(condition=models.Q(('outcome', 'open')), fields=['until'], name='call_under_way'),
        ),
        migrations.AddConstraint(
            model_name='llmcall',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'open'), _negated=True), ('until__isnull', False), _connector='OR'), name='open_call_ends_once'),
        ),
        migrations.AddConstraint(
            model_name='provider',
            constraint=models.CheckConstraint(condition=models.Q(('tokens_per_minute', None), models.Q(('tokens_per_minute__gte', 1), ('tokens_per_minute__lte', 1000000000)), _connector='OR'), name='provider_tokens_a_minute_in_range'),
        ),
        migrations.AddConstraint(
            model_name='provider',
            constraint=models.CheckConstraint(condition=models.Q(('requests_per_day', None), models.Q(('requests_per_day__gte', 1), ('requests_per_day__lte', 1000000000)), _connector='OR'), name='provider_requests_a_day_in_range'),
        ),
        migrations.AddConstraint(
            model_name='provider',
            constraint=models.CheckConstraint(condition=models.Q(('tokens_per_day', None), models.Q(('tokens_per_day__gte', 1), ('tokens_per_day__lte', 1000000000000)), _connector='OR'), name='provider_tokens_a_day_in_range'),
        ),
        migrations.AddConstraint(
            model_name='provider',
            constraint=models.CheckConstraint(condition=models.Q(('context_tokens', None), models.Q(('context_tokens__gte', 1), ('context_tokens__lte', 100000000)), _connector='OR'), name='provider_context_in_range'),
        ),
        migrations.AddConstraint(
            model_name='provider',
            constraint=models.CheckConstraint(condition=models.Q(('most_at_once__gte', 1), ('most_at_once__lte', 1000)), name='provider_at_once_in_range'),
        ),
        migrations.AddField(
            model_name='budget',
            name='bot',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='budgets', to='bots.bot', verbose_name='bot'),
        ),
        migrations.AddField(
            model_name='budget',
            name='chat',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='budgets', to='conversations.chat', verbose_name='chat'),
        ),
        migrations.AddField(
            model_name='budget',
            name='provider',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='budgets', to='conversations.provider', verbose_name='provider'),
        ),
        migrations.AddField(
            model_name='price',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='conversations.provider', verbose_name='provider'),
        ),
        migrations.AddConstraint(
            model_name='budget',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bot', None), ('chat', None), ('provider', None), ('scope', 'cast')), models.Q(('bot', None), ('chat__isnull', False), ('provider', None), ('scope', 'chat')), models.Q(('bot__isnull', False), ('chat', None), ('provider', None), ('scope', 'bot')), models.Q(('bot', None), ('chat', None), ('provider__isnull', False), ('scope', 'provider')), _connector='OR'), name='budget_is_for_one', violation_error_message='Choose the one that the budget is for, and nobody else.'),
        ),
        migrations.AddConstraint(
            model_name='budget',
            constraint=models.CheckConstraint(condition=models.Q(('dollars__isnull', False), ('tokens__isnull', False), _connector='OR'), name='budget_limits_something', violation_error_message='Give an amount of dollars, of tokens, or both.'),
        ),
        migrations.AddConstraint(
            model_name='budget',
            constraint=models.CheckConstraint(condition=models.Q(('dollars', None), models.Q(('dollars__gte', 0), ('dollars__lte', 1000000)), _connector='OR'), name='budget_dollars_in_range'),
        ),
        migrations.AddConstraint(
            model_name='budget',
            constraint=models.CheckConstraint(condition=models.Q(('tokens', None), models.Q(('tokens__gte', 0), ('tokens__lte', 1000000000000)), _connector='OR'), name='budget_tokens_in_range'),
        ),
        migrations.AddConstraint(
            model_name='budget',
            constraint=models.CheckConstraint(condition=models.Q(('held_cost__gte', 0), ('held_tokens__gte', 0)), name='budget_holds_nothing_negative'),
        ),
        migrations.AddConstraint(
            model_name='budget',
            constraint=models.UniqueConstraint(fields=('scope', 'chat', 'bot', 'provider', 'period'), name='budget_once', nulls_distinct=False, violation_error_message='There is such a budget already: change that one.'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.UniqueConstraint(fields=('provider', 'model', 'valid_from'), name='price_once'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.CheckConstraint(condition=models.Q(('cached__gte', 0), ('completion__gte', 0), ('prompt__gte', 0)), name='price_not_negative', violation_error_message='A price is not negative.'),
        ),
        migrations.RunSQL(
            """
            INSERT INTO conversations_price (provider_id, model, valid_from, prompt, cached, completion)
            SELECT id, model, created_at, prompt_price, cached_price, completion_price FROM conversations_provider
            WHERE prompt_price > 0 OR cached_price > 0 OR completion_price > 0
            """,
            """
            UPDATE conversations_provider provider
            SET prompt_price = price.prompt, cached_price = price.cached, completion_price = price.completion
            FROM (
                SELECT DISTINCT ON (provider_id, model) * FROM conversations_price
                WHERE valid_from <= now() ORDER BY provider_id, model, valid_from DESC
            ) price
            WHERE price.provider_id = provider.id AND price.model = provider.model
            """,
        ),
        migrations.RunSQL(
            """
            UPDATE conversations_llmcall call SET chat_id = turn.chat_id, bot_id = turn.bot_id
            FROM conversations_turn turn WHERE turn.id = call.turn_id
            """,
            "DELETE FROM conversations_llmcall WHERE outcome = 'open'",
        ),
        migrations.RunSQL(SETTLE, SETTLE),
        migrations.RemoveConstraint(
            model_name='provider',
            name='provider_prices_not_negative',
        ),
        migrations.RemoveField(
            model_name='provider',
            name='cached_price',
        ),
        migrations.RemoveField(
            model_name='provider',
            name='completion_price',
        ),
        migrations.RemoveField(
            model_name='provider',
            name='prompt_price',
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER conversations_provider_revised AFTER INSERT OR DELETE OR UPDATE OF
                name, kind, base_url, trusted_address, model, priority, enabled, api_key, temperature,
                max_tokens, timeout, requests_per_minute, tokens_per_minute, requests_per_day, tokens_per_day,
                context_tokens, most_at_once
                ON conversations_provider
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER conversations_price_revised AFTER INSERT OR DELETE OR UPDATE ON conversations_price
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            CREATE TRIGGER conversations_budget_revised AFTER INSERT OR DELETE OR UPDATE OF
                scope, chat_id, bot_id, provider_id, period, dollars, tokens, enabled, warned_on, spent_on
                ON conversations_budget
                FOR EACH STATEMENT EXECUTE FUNCTION kulis_revised();
            """,
            """
            DROP TRIGGER conversations_provider_revised ON conversations_provider;
            DROP TRIGGER conversations_price_revised ON conversations_price;
            DROP TRIGGER conversations_budget_revised ON conversations_budget;
            """,
        ),
    ]
