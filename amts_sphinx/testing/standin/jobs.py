"""Batch jobs and the states they go through.

A job takes as long as it is told to and is worked off when somebody looks after that:
nothing runs in the background, so the same requests always find the same states.  It is
SUBMITTED at the first look and IN_PROGRESS at the next ones.  Ten jobs run at a time,
the others wait in the order they came.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.terminologies import Terminology

#: jobs that run, and jobs that wait, as documented; tests that reach these quotas make
#: them smaller
RUNNING, WAITING = 10, 1_000
#: what one more is refused with; by the model it can be only this error
FULL = errors.TOO_MANY_REQUESTS


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the work on a job ended."""

    status: str  #: COMPLETED, COMPLETED_WITH_ERROR, FAILED or STOPPED
    message: str  #: for people
    translated: int = 0  #: documents, in all target languages
    spoilt: int = 0  #: documents, in one target language or more


@dataclass(slots=True)
class Job:
    """One job."""

    id: str
    request: dict[str, Any]  #: StartTextTranslationJob
    submitted: float  #: seconds since 1970
    output: str  #: ``s3://`` address of its own folder
    documents: int  #: in the input folder
    terminology: Terminology | None
    #: examples of translations, source to target, by target language
    examples: Mapping[str, Mapping[str, str]]
    status: str = "SUBMITTED"
    began: float | None = None  #: since when it does not wait any more
    looks: int = 0  #: how often somebody has looked since it was started
    ended: float | None = None  #: seconds since 1970
    outcome: Outcome | None = None

    @property
    def properties(self) -> dict[str, Any]:
        """What the service tells about it."""
        names = (
            *("JobName", "SourceLanguageCode", "TargetLanguageCodes", "Settings"),
            *("TerminologyNames", "ParallelDataNames", "InputDataConfig"),
            "DataAccessRoleArn",
        )
        output = self.request["OutputDataConfig"]
        told = {
            "JobId": self.id,
            "JobStatus": self.status,
            **{name: self.request.get(name) for name in names},
            "OutputDataConfig": {**output, "S3Uri": self.output},
            "SubmittedTime": self.submitted,
            "EndTime": self.ended,
        }
        if self.outcome:
            told["Message"] = self.outcome.message
            told["JobDetails"] = {
                "InputDocumentsCount": self.documents,
                "TranslatedDocumentsCount": self.outcome.translated,
                "DocumentsWithErrorsCount": self.outcome.spoilt,
            }
        return told


@dataclass(slots=True)
class Jobs:
    """All of them, in the order they came; safe between threads."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    known: list[Job] = field(default_factory=list)

    def get(self, identity: str) -> Job:
        """Raises ServiceError if there is none."""
        for job in self.known:
            if job.id == identity:
                return job
        message = f"Job {identity!r} not found"
        raise ServiceError(errors.RESOURCE_NOT_FOUND, message)

    def next_id(self) -> str:
        """The name of the next job: always the same, and looking like Amazon's."""
        return hashlib.sha256(f"job {len(self.known)}".encode()).hexdigest()[:32]

    def add(self, job: Job) -> None:
        """Start one.

        Raises ServiceError if too many wait.
        """
        with self.lock:
            open_ = [one for one in self.known if not one.ended]
            if len(open_) >= RUNNING + WAITING:
                message = f"There may be {RUNNING} jobs running and {WAITING} waiting"
                raise ServiceError(FULL, message)
            self.known.append(job)
            self._let_in()

    def look(self, delay: float, work: Callable[[Job], Outcome]) -> None:
        """Work off the jobs whose time has come, and let others begin."""
        with self.lock:
            for job in self.known:
                if job.ended:
                    continue
                self._let_in()
                job.looks += 1
                if job.status == "STOP_REQUESTED":
                    _end(job, Outcome("STOPPED", "Your job has been stopped."))
                elif job.began is None:
                    continue
                elif time.monotonic() - job.began >= delay:
                    _end(job, work(job))
                elif job.looks > 1:
                    job.status = "IN_PROGRESS"
            self._let_in()

    def stop(self, identity: str) -> Job:
        """Stop one, unless it has ended; raises ServiceError if there is none."""
        with self.lock:
            job = self.get(identity)
            if not job.ended:
                job.status = "STOP_REQUESTED"
            return job

    def _let_in(self) -> None:
        """The first ten jobs that have not ended do not wait."""
        now = time.monotonic()
        for job in [one for one in self.known if not one.ended][:RUNNING]:
            if job.began is None:
                job.began = now


def _end(job: Job, outcome: Outcome) -> None:
    job.status, job.outcome, job.ended = outcome.status, outcome, round(time.time(), 3)
