"""Where words come from, and what they may cost."""

from django.db.models import Count, Max, Q

from conversations import breakers, limits, spending
from conversations.models import LLMCall, Provider
from conversations.spending import Standing
from monitoring.incidents.kinds import PROVIDER_LEAST
from monitoring.incidents.signs import Bar, Sign

BAD = (*breakers.COUNTED, "llm_key_refused", "llm_not_accepted")
"""What a provider cannot be excused for; a quota that is used up is told elsewhere."""


def provider(bar: Bar) -> list[Sign]:
    """Most of its calls fail, or so many that it is left alone."""
    in_use = {row.pk: row for row in Provider.objects.filter(enabled=True)}
    asked = LLMCall.objects.filter(started_at__gt=bar.since, provider__in=in_use, purpose=LLMCall.Purpose.TALK)
    wrong = Q(outcome__in=BAD)
    rows = asked.exclude(outcome="open").order_by().values("provider").annotate(
        calls=Count("pk"), failed=Count("pk", filter=wrong), last=Max("pk", filter=wrong)
    )  # fmt: skip
    shut = {one.provider_id: one for one in limits.breakers() if one.provider_id}
    found = {}
    for row in rows:
        bad = row["calls"] >= PROVIDER_LEAST and 100 * row["failed"] >= bar.limit * row["calls"] and row["failed"]
        if bad or (row["provider"] in shut and row["failed"]):
            found[row["provider"]] = {"calls": row["calls"], "failed": row["failed"], "last": row["last"]}
    for pk, one in shut.items():
        if pk not in found:
            found[pk] = {"calls": one.calls, "failed": one.failures, "code": one.reason}
    codes = dict(
        LLMCall.objects.filter(pk__in=[one.get("last") for one in found.values()]).values_list("pk", "outcome")
    )
    return [_failing(in_use[pk], facts, codes) for pk, facts in found.items() if pk in in_use]


def _failing(row: Provider, facts: dict[str, object], codes: dict[int, str]) -> Sign:
    last = facts.pop("last", None)
    code = codes.get(last, "") if isinstance(last, int) else str(facts.pop("code", ""))
    return Sign(f"provider:{row.pk}", {**facts, "name": row.name, "code": code, "reason": ""}, provider_id=row.pk)


def budget_spent(bar: Bar) -> list[Sign]:
    return [_gone(one) for one in spending.standings() if _is_spent(one, bar.limit)]


def budget_tight(bar: Bar) -> list[Sign]:
    """Short of its end: from there on it is told of as used up."""
    return [_gone(one) for one in spending.standings() if one.share * 100 >= bar.limit and not _is_spent(one, 100)]


def _is_spent(one: Standing, limit: float) -> bool:
    return one.is_spent or one.share * 100 >= limit


def _gone(one: Standing) -> Sign:
    budget = one.budget
    facts = {"name": str(budget), "percent": round(one.share * 100)}
    return Sign(
        f"budget:{budget.pk}", facts, chat_id=budget.chat_id, bot_id=budget.bot_id, provider_id=budget.provider_id
    )
