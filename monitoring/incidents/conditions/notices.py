"""Whether who should be told is told."""

from monitoring.incidents.models import Delivery
from monitoring.incidents.signs import HOUSE, Bar, Sign


def failing(bar: Bar) -> list[Sign]:
    lost = Delivery.objects.filter(state=Delivery.State.FAILED, ended_at__gt=bar.since, channel__enabled=True)
    count = lost.count()
    last = lost.select_related("channel").order_by("-ended_at").first()
    if last is None or count < bar.limit:
        return []
    return [Sign(HOUSE, {"count": count, "name": last.channel.name, "reason": last.error})]
