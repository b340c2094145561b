"""How a worker and beat come back to the broker: they ask every second.

Celery waits two seconds longer from try to try, up to 30, so that a broker that was away for a quarter of a minute
was found again five to ten seconds late. Nothing is spared by that: a refused connection costs nothing.
"""

from typing import Any, Self

from celery.app.amqp import AMQP
from kombu import Connection
from typing_extensions import override

SECONDS = 1


class Asking(Connection):
    @override
    def ensure_connection(self, *args: Any, **options: Any) -> Self:
        every_second = {"interval_start": SECONDS, "interval_step": 0, "interval_max": SECONDS}
        return super().ensure_connection(*args, **{**every_second, **options})


class Broker(AMQP):
    Connection = Asking
