"""The observer's eyes: one bot that sees what the others say, polled by the product's own poller code."""

import threading
from typing import Self

from django.db import DatabaseError, connection

from bots.models import Bot
from conversations import polling


class Observing:
    """Asks for the observer's updates while it runs; `pause` makes it lag."""

    def __init__(self, observer: Bot) -> None:
        self._observer = observer
        self._over, self._awake = threading.Event(), threading.Event()
        self._awake.set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._awake.set()
        self._thread.join()

    def pause(self) -> None:
        self._awake.clear()

    def go_on(self) -> None:
        self._awake.set()

    def _run(self) -> None:
        while not self._over.is_set():
            self._awake.wait()
            if self._over.is_set():
                return
            try:
                polling.ask(self._observer.pk, wait=1)
            except DatabaseError:
                self._over.wait(0.5)
            finally:
                connection.close()
