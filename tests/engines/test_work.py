"""Many requests at once: each is done, and none begins once nobody listens any more."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_sphinx.engines.work import Done, work

#: seconds after which a test that hangs fails
PATIENCE = 10


class Desk:
    """Does tasks that are numbers; the first comes to its end, others wait for it.

    A task that waits goes on once ``stop`` was called, as a request does that is not
    repeated any more.
    """

    def __init__(self, first: Callable[[], object] = lambda: None) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.stops = 0
        self.stopped = threading.Event()
        self.together = threading.Barrier(2)  # the first and one that waits
        self._first = first

    def do(self, task: int) -> Done[int, int]:
        """The first task, with one that waits beside it; or a task that waits."""
        self.begun.append(task)
        if task < 2:
            self.together.wait(PATIENCE)
        if task == 0:
            self._first()
        elif not self.stopped.wait(PATIENCE):
            return Done(-1)
        self.ended.append(task)
        return Done(task)

    def stop(self) -> None:
        """No further attempt is to be made."""
        self.stops += 1
        self.stopped.set()

    def working(self) -> Generator[int, None, None]:
        """Two threads at ten tasks."""
        return work(range(10), self.do, 2, self.stop)


def fail(message: str) -> Callable[[], object]:
    """A task that raises."""

    def task() -> object:
        raise RuntimeError(message)

    return task


def never() -> None:
    """What must not be called."""
    pytest.fail("the work was stopped")


def once(task: int) -> Done[int, int]:
    """A task that leaves nothing behind."""
    return Done(task)


def test_all_is_done() -> None:
    """Every task once, and nothing is stopped at the end."""
    assert Counter(work(range(50), once, 8, never)) == Counter(range(50))


def test_nothing_is_done() -> None:
    """No task, no result."""
    assert list(work([], once, 8, never)) == []


def test_one_thread_keeps_the_order() -> None:
    """First things first."""
    assert list(work(range(5), once, 1, never)) == [0, 1, 2, 3, 4]


def test_what_is_left_is_done_first() -> None:
    """What a task leaves behind comes before any other, in its order."""
    rests = {"b": ("b1", "b2"), "b1": ("b11", "b12")}

    def do(task: str) -> Done[str, str]:
        return Done(task, rests.get(task, ()))

    found = list(work(["a", "b", "c"], do, 1, never))
    assert found == ["a", "b", "b1", "b11", "b12", "b2", "c"]


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 20), max_size=6),
    st.integers(1, 8),
)
def test_all_that_is_left_is_done(tasks: list[int], threads: int) -> None:
    """Whatever is halved and halved again: all parts are there at the end."""

    def do(task: int) -> Done[int, int]:
        if task < 2:
            return Done(task)
        return Done(0, (task // 2, task - task // 2))

    assert sum(work(tasks, do, threads, never)) == sum(tasks)


def test_no_more_than_so_many_at_once() -> None:
    """Exactly as many as there are threads, if there is enough to do."""
    lock = threading.Lock()
    full = threading.Barrier(3)
    now = most = 0

    def do(task: int) -> Done[int, int]:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        full.wait(PATIENCE)
        with lock:
            now -= 1
        return Done(task)

    assert len(list(work(range(9), do, 3, never))) == 9
    assert most == 3


def test_results_come_as_they_come() -> None:
    """One is there before another has ended."""
    desk = Desk()
    with closing(desk.working()) as results:
        assert next(results) == 0
        assert desk.ended == [0]


def test_the_caller_has_heard_enough() -> None:
    """What is under way is told to stop and waited for; no other task begins."""
    desk = Desk()
    with closing(desk.working()) as results:
        next(results)
    assert desk.stops == 1
    assert sorted(desk.begun) == sorted(desk.ended) == [0, 1]


def test_the_caller_is_interrupted() -> None:
    """The same where an interrupt meets whoever listens."""
    desk = Desk()
    results = desk.working()
    next(results)
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt)
    assert desk.stops == 1
    assert sorted(desk.begun) == sorted(desk.ended) == [0, 1]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_the_work_is_interrupted() -> None:
    """The same where it meets the work itself, which is waiting."""
    main = threading.main_thread().ident
    assert main
    signals: list[int] = []

    def interrupt() -> None:
        time.sleep(0.1)  # by then the work waits
        signals.append(signal.SIGINT)
        signal.pthread_kill(main, signal.SIGINT)
        desk.stopped.wait(PATIENCE)

    desk = Desk(interrupt)
    with pytest.raises(KeyboardInterrupt):
        list(desk.working())
    assert signals
    assert desk.stops == 1
    assert sorted(desk.begun) == sorted(desk.ended) == [0, 1]


def test_a_task_that_raises() -> None:
    """It ends the work in the same way, and the caller hears of it."""
    desk = Desk(fail("broken"))
    with pytest.raises(RuntimeError, match="broken"):
        list(desk.working())
    assert desk.stops == 1
    assert sorted(desk.begun) == [0, 1]
    assert desk.ended == [1]


def test_the_only_task_raises() -> None:
    """The caller hears of it, and no other begins."""
    begun: list[int] = []

    def do(task: int) -> Done[int, int]:
        begun.append(task)
        raise RuntimeError(str(task))

    with pytest.raises(RuntimeError, match="0"):
        list(work(range(3), do, 1, lambda: None))
    assert begun == [0]


def test_no_thread_is_left() -> None:
    """However the work ended, nothing of it runs afterwards."""
    before = threading.active_count()
    for first in (lambda: None, fail("broken")):
        desk = Desk(first)
        with closing(desk.working()) as results:
            for _ in (1, 2):
                try:
                    next(results, None)
                except RuntimeError:
                    break
                results.close()
    assert threading.active_count() == before
