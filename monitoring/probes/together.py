"""Many questions to the outside at once, with one end for all of them."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
THREADS = 16


def ask(things: Iterable[Asked], question: Callable[[Asked], Answer], *, seconds: float) -> list[Answer | None]:
    """The answers in the order of `things`; None for those that did not come in time."""
    threads = ThreadPoolExecutor(THREADS)
    answers = [threads.submit(copy_context().run, question, thing) for thing in things]  # they speak our language
    wait(answers, timeout=seconds)
    threads.shutdown(wait=False, cancel_futures=True)
    return [answer.result() if answer.done() and not answer.cancelled() else None for answer in answers]
