"""The Celery application. Tasks live in the apps; the schedule is declared in `conversations.schedule`.

The signals of Celery end here: what a worker or a beat says of itself, and how it leaves (docs/decisions).
"""

import os
from typing import Any

from celery import Celery, signals

from bots import traces
from config import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("kulis", amqp="config.broker:Broker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# The models are loaded only when a signal comes, so each handler imports what it needs.


@signals.celeryd_after_setup.connect
def _worker_is_set_up(instance: Any, **_kwargs: Any) -> None:
    """Refuse to start where it cannot work; listen on a queue of its own too, for its canary."""
    from conversations import canary
    from monitoring import boot

    boot.expect_order(threads=instance.concurrency or app.conf.worker_concurrency)
    instance.app.amqp.queues.select_add(canary.queue())


@signals.worker_ready.connect
def _worker_is_ready(sender: Any, **_kwargs: Any) -> None:
    from conversations import canary, presence
    from monitoring.incidents import lookout

    lookout.begin()
    queues = [name for name in sender.app.amqp.queues.consume_from if name != canary.name()]
    presence.begin(presence.kind_of(queues), threads=sender.pool.limit, queues=sorted(queues), canary=canary.send)


@signals.task_prerun.connect
def _begins(task_id: str, **_kwargs: Any) -> None:
    from conversations import labour, presence

    labour.begin(task_id)
    presence.worked()


@signals.task_postrun.connect
def _ends(task_id: str, task: Any, state: str | None = None, **_kwargs: Any) -> None:
    from conversations import labour, presence

    labour.end(task_id, task.name, failed=state == "FAILURE")
    presence.worked()


def _works(**_kwargs: Any) -> None:
    from conversations import presence

    presence.worked()


@signals.before_task_publish.connect
def _task_leaves(headers: dict[str, Any], **_kwargs: Any) -> None:
    """A task carries where it comes from, and nothing else."""
    headers[traces.HEADER] = traces.header()


@signals.task_prerun.connect
def _task_begins(task: Any, **_kwargs: Any) -> None:
    tracing.begin(task)


@signals.task_postrun.connect
def _task_ends(task: Any, **_kwargs: Any) -> None:
    tracing.end(task)


@signals.worker_shutting_down.connect
def _worker_leaves(**_kwargs: Any) -> None:
    from conversations import leaving

    leaving.begin()


@signals.beat_init.connect
def _beat_begins(**_kwargs: Any) -> None:
    """Beat starts with the schedule and the roles of the code, whatever became of their rows."""
    from conversations import presence, schedule
    from conversations.models import Process
    from monitoring import people
    from monitoring.incidents import lookout

    lookout.begin()
    people.ensure_roles()
    schedule.restore()
    presence.begin(Process.Kind.BEAT)
    signals.after_task_publish.connect(_works)  # what beat does is sending
