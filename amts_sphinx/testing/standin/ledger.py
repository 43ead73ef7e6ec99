"""What was asked of the stand-in, what became of it, and what would be billed.

It is the other side's books: a client's own figures are held against them.  So a record
is there before the first byte of its answer is sent, an answer that gets lost on the
way is billed all the same, and all counts are sums over the records.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One request, or one document that a batch job has translated."""

    #: what was asked for, such as ``"TranslateText"``; empty if that was unclear; of a
    #: document ``"TextTranslationJob"``, with parallel data, which costs more,
    #: ``"ActiveCustomTranslationJob"``
    operation: str
    #: inner HTML of each block as it was sent; the lines of a plain text
    texts: tuple[str, ...] = ()
    #: characters that would be billed
    billed: int = 0
    #: ``answered``, ``refused`` (the request is wrong), ``throttled``, ``error``,
    #: ``dropped``, ``cut`` or ``rubbish``; of a document ``translated``
    outcome: str = "answered"
    #: the name of the error that was answered
    error: str = ""
    #: the status code that was answered; 0 if none was
    status: int = 200


class Ledger:
    """All requests since the start, or since the last reset; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: list[Record] = []

    def add(self, record: Record) -> int:
        """Enter one record; returns how many there are now."""
        with self._lock:
            self._records.append(record)
            return len(self._records)

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._records.clear()

    @property
    def asked(self) -> list[Record]:
        """One record a request, or a document of a job, the most recent last."""
        with self._lock:
            return list(self._records)

    @property
    def requests(self) -> int:
        """How many requests there were."""
        return sum(record.outcome != "translated" for record in self.asked)

    @property
    def documents(self) -> int:
        """How many documents batch jobs have translated, each language by itself."""
        return sum(record.outcome == "translated" for record in self.asked)

    @property
    def answered(self) -> int:
        """How many were answered completely."""
        return sum(record.outcome == "answered" for record in self.asked)

    @property
    def billed(self) -> int:
        """How many characters would be billed."""
        return sum(record.billed for record in self.asked)

    @property
    def statuses(self) -> Counter[int]:
        """How often each HTTP status code was answered."""
        return Counter(record.status for record in self.asked if record.status)

    @property
    def outcomes(self) -> Counter[str]:
        """How often each outcome came about."""
        return Counter(record.outcome for record in self.asked)

    def as_json(self) -> dict[str, Any]:
        """The same for other processes, of one moment."""
        with self._lock:
            still = Ledger()
            still._records = list(self._records)
        return {
            "requests": still.requests,
            "answered": still.answered,
            "documents": still.documents,
            "billed": still.billed,
            "statuses": {str(code): n for code, n in sorted(still.statuses.items())},
            "outcomes": dict(sorted(still.outcomes.items())),
            "asked": [asdict(record) for record in still._records],
        }
