"""Many questions to the outside at once, with one end for all of them."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from django.utils import translation

from conversations import pool

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
THREADS = 16


def ask(things: Iterable[Asked], question: Callable[[Asked], Answer], *, seconds: float) -> list[Answer | None]:
    """The answers in the order of `things`; None for those that did not come in time.

    A question runs in a thread of its own. What it may ask the database is little, and its connection is given back.
    """
    language = translation.get_language()

    def asked(thing: Asked) -> Answer:
        try:
            with translation.override(language):  # threads begin with the language of the settings
                return question(thing)
        finally:
            pool.give_back()

    pool.give_back()
    threads = ThreadPoolExecutor(THREADS)
    answers = [threads.submit(asked, thing) for thing in things]
    wait(answers, timeout=seconds)
    threads.shutdown(wait=False, cancel_futures=True)
    return [answer.result() if answer.done() and not answer.cancelled() else None for answer in answers]
