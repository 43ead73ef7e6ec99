"""What goes wrong, how often, and always in the same way.

Every decision is drawn from the seed and the number of the request since these faults
were set, so a test that failed fails again.  The shares of ``throttle`` to ``rubbish``
exclude each other in this order: one request has one fate.  A cut body announces the
length it has: the client receives a complete answer that is no JSON, which botocore
takes for an empty one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from amts_sphinx.testing.standin import damage

#: the shares that decide about a request, in order, and the errors of three of them
_SHARES = ("throttle", "errors", "unavailable", "dropped", "cut", "rubbish")
_ERRORS = {
    "throttle": "TooManyRequestsException",
    "errors": "InternalServerException",
    "unavailable": "ServiceUnavailableException",
}


@dataclass(frozen=True, slots=True)
class Faults:
    """How often what goes wrong; without arguments nothing does.

    Raises ValueError if a share is none, or a kind of damage is unknown.
    """

    #: share of requests answered with TooManyRequestsException (429)
    throttle: float = 0.0
    #: … with InternalServerException (500)
    errors: float = 0.0
    #: … with ServiceUnavailableException (503)
    unavailable: float = 0.0
    #: … whose connection is closed without an answer, half of them after the work was
    #: done and billed
    dropped: float = 0.0
    #: … answered with 200 and the first half of the body
    cut: float = 0.0
    #: … answered with 200 and JSON that says something else
    rubbish: float = 0.0
    #: seconds before each answer, and how many more at most, by chance
    latency: float = 0.0
    jitter: float = 0.0
    #: requests a second, above which they get ThrottlingException (429); 0: no limit
    rate: float = 0.0
    #: names of the errors that the next requests get, in order, before all else
    next_errors: tuple[str, ...] = ()
    #: a request that holds this text gets InvalidRequestException; empty: none does
    poison: str = ""
    #: share of the inline elements, or of the sentences, that suffer each kind of
    #: damage (``damage.CODE_KINDS``, ``damage.SENTENCE_KINDS``); at most one each
    damage: Mapping[str, float] = field(default_factory=dict)
    #: share of HTML documents in which two blocks become one, or a block loses its id
    lost_boundaries: float = 0.0
    #: another seed, other victims
    seed: int = 0

    def __post_init__(self) -> None:
        shares = {name: getattr(self, name) for name in (*_SHARES, "lost_boundaries")}
        for name, share in (shares | dict(self.damage)).items():
            if not 0 <= share <= 1:
                message = f"{name} is a share from 0 to 1, not {share}"
                raise ValueError(message)
        known = (*damage.CODE_KINDS, *damage.SENTENCE_KINDS)
        for kind in self.damage:
            if kind not in known:
                message = f"no kind of damage: {kind!r}; known: {', '.join(known)}"
                raise ValueError(message)


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


class Weather:
    """Faults on their way: how many requests there were, and what they have used up."""

    def __init__(self, faults: Faults) -> None:
        #: what was asked for
        self.faults = faults
        self._lock = threading.Lock()
        self._count = 0
        self._waiting = list(faults.next_errors)
        self._tokens = max(1.0, faults.rate)
        self._seen = time.monotonic()

    def next(self) -> Fate:
        """The fate of the next request."""
        with self._lock:
            self._count += 1
            number = self._count
            error = self._waiting.pop(0) if self._waiting else self._over_rate()
        random = Random(f"{self.faults.seed}:{number}")  # noqa: S311 - no secret
        outcome, late = self._drawn(random.random()), random.random() < 1 / 2
        delay = self.faults.latency + self.faults.jitter * random.random()
        error = error or _ERRORS.get(outcome, "")
        if error:
            return Fate("error", error, done=False, delay=delay, random=random)
        done = outcome != "dropped" or late
        return Fate(outcome, "", done=done, delay=delay, random=random)

    def _over_rate(self) -> str:
        """The error that a request gets if there were too many (a token bucket)."""
        if not self.faults.rate:
            return ""
        now = time.monotonic()
        gained = (now - self._seen) * self.faults.rate
        self._seen = now
        self._tokens = min(self._tokens + gained, max(1.0, self.faults.rate))
        if self._tokens < 1:
            return "ThrottlingException"
        self._tokens -= 1
        return ""

    def _drawn(self, number: float) -> str:
        for name in _SHARES:
            number -= getattr(self.faults, name)
            if number < 0:
                return name
        return "answered"
