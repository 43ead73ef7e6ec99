"""Doing many requests at once, in an order that an interrupt cannot disturb."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, NamedTuple, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Done(NamedTuple, Generic[Task, Result]):
    """A task has come to its end."""

    result: Result
    rest: tuple[Task, ...] = ()  #: tasks to do in its place, before any other


def work(
    tasks: Iterable[Task],
    do: Callable[[Task], Done[Task, Result]],
    threads: int,
    stop: Callable[[], object],
) -> Generator[Result, None, None]:
    """Do all tasks and those they leave behind; yield results as they come.

    If the caller stops listening, or is interrupted, no other task begins, ``stop`` is
    called, and what is under way is waited for.  What ``do`` raises ends the work in
    the same way.
    """
    waiting = deque(tasks)
    running: set[Future[Done[Task, Result]]] = set()
    pool = ThreadPoolExecutor(threads)
    try:
        while waiting or running:
            while waiting and len(running) < threads:
                running.add(pool.submit(do, waiting.popleft()))
            # not for ever: an interrupt just before the wait would go unnoticed
            done, running = wait(running, timeout=1, return_when=FIRST_COMPLETED)
            for future in done:
                result, rest = future.result()
                waiting.extendleft(reversed(rest))
                yield result
    finally:
        if running:
            stop()
        pool.shutdown(wait=True, cancel_futures=True)
