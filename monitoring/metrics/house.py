"""What the house rests on: the newest system check, the newest backup, what it promises."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from bots.models import AuditEntry
from monitoring import promises
from monitoring.help import doctor_lines
from monitoring.metrics.cast import FAR
from monitoring.metrics.family import gauge, gauges, table
from monitoring.models import Checkup, Probe


def read() -> Iterator[Metric]:
    info = GaugeMetricFamily("kulis_info", "1, with the version.", labels=["version"])
    info.add_metric([settings.VERSION], 1)
    yield info
    yield gauge("kulis_demo", "1 in a demo.", settings.DEMO)
    allowed = {name: 1 - share for name, share in promises.OBJECTIVES.items()}
    yield gauges("kulis_promise_allowance_ratio", "So large a share may miss a promise.", "promise", allowed)
    yield gauge("kulis_backup_age_seconds", "Since the last backup; endless if there is none.", _backup_age())
    checked = Checkup.objects.aggregate(newest=Max("ended_at"))["newest"]
    age = (timezone.now() - checked).total_seconds() if checked else FAR
    yield gauge("kulis_check_age_seconds", "Since the newest system check ended.", age)
    found = Probe.objects.filter(is_current=True).order_by().values_list("kind", "state").annotate(count=Count("pk"))
    values = (((kind, state), count) for kind, state, count in found if kind in doctor_lines.LINES)
    yield table("kulis_findings", "What the newest system check found.", ("probe", "state"), values)


def _backup_age() -> float:
    newest = AuditEntry.objects.filter(action="backup.take").aggregate(newest=Max("at"))["newest"]
    return (timezone.now() - newest).total_seconds() if newest else FAR
