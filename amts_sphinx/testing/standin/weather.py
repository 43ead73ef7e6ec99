"""The fate of each request, drawn from the faults that are set.

Every decision is drawn from the seed and the number of the request since these faults
were set, so a test that failed fails again.  What is too much is told by buckets of
tokens, one for all requests and one for each operation that Amazon limits by itself.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from random import Random

from amts_sphinx.testing.standin.faults import SHARES, Faults

#: the errors of three of the shares
_ERRORS = {
    "throttle": "TooManyRequestsException",
    "errors": "InternalServerException",
    "unavailable": "ServiceUnavailableException",
}
#: calls a second, as documented
_JOB_RATES = {
    "StartTextTranslationJob": 5.0,
    "StopTextTranslationJob": 5.0,
    "DescribeTextTranslationJob": 10.0,
    "ListTextTranslationJobs": 10.0,
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one request, unless it is wrong in itself."""

    #: ``answered``, ``error``, ``dropped``, ``cut`` or ``rubbish``
    outcome: str
    #: the name of the error
    error: str
    #: is the work done, and billed?
    done: bool
    #: seconds to wait
    delay: float
    #: for all other decisions about the request
    random: Random


class Bucket:
    """Tokens that come at a steady rate; full, it holds those of one second."""

    def __init__(self, rate: float) -> None:
        """``rate`` is tokens a second; 0 means that there is no limit."""
        self._rate = rate
        self._lock = threading.Lock()
        self._tokens = max(1.0, rate)
        self._seen = time.monotonic()

    def take(self) -> bool:
        """Take a token, if there is one."""
        if not self._rate:
            return True
        with self._lock:
            now = time.monotonic()
            gained = (now - self._seen) * self._rate
            self._seen = now
            self._tokens = min(self._tokens + gained, max(1.0, self._rate))
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True


class Weather:
    """Faults on their way: how many requests there were, and what they have used up."""

    def __init__(self, faults: Faults) -> None:
        #: what was asked for
        self.faults = faults
        self._lock = threading.Lock()
        self._count = 0
        self._waiting = list(faults.next_errors)
        self._all = Bucket(faults.rate)
        self._each = {
            operation: Bucket(rate if faults.job_rate_limits else 0)
            for operation, rate in _JOB_RATES.items()
        }

    def throttled(self, operation: str) -> bool:
        """Has this operation been asked for too often within a second?"""
        return operation in self._each and not self._each[operation].take()

    def next(self) -> Fate:
        """The fate of the next request."""
        with self._lock:
            self._count += 1
            number = self._count
            error = self._waiting.pop(0) if self._waiting else ""
        if not error and not self._all.take():
            error = "ThrottlingException"
        random = Random(f"{self.faults.seed}:{number}")  # noqa: S311 - no secret
        outcome, late = self._drawn(random.random()), random.random() < 1 / 2
        delay = self.faults.latency + self.faults.jitter * random.random()
        error = error or _ERRORS.get(outcome, "")
        if error:
            return Fate("error", error, done=False, delay=delay, random=random)
        done = outcome != "dropped" or late
        return Fate(outcome, "", done=done, delay=delay, random=random)

    def _drawn(self, number: float) -> str:
        for name in SHARES:
            number -= getattr(self.faults, name)
            if number < 0:
                return name
        return "answered"
