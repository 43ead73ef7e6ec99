"""The door to what a batch job needs: S3, parallel data, jobs.

All of it can be asked for twice.  What is uploaded has a name made of its content, and
is written once; what exists already is as good as created; a job is looked up by its
name before another is started.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from amts_sphinx.engines.addresses import Address
from amts_sphinx.engines.amazon_calls import BusyError, CallError, called, pages
from amts_sphinx.engines.amazon_session import control, of_s3
from amts_sphinx.engines.amazon_storage import Imported, Storage
from amts_sphinx.engines.amazon_sync import Place
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.secrets import redacted

__all__ = ["JOBS", "BusyError", "Door", "Imported", "State"]

JOBS = "TextTranslationJobPropertiesList"
_UNKNOWN, _LIMIT = "ResourceNotFoundException", "LimitExceededException"
_MANY = "TooManyRequestsException"
#: jobs of these states have a place in the queue
_OPEN = ("SUBMITTED", "IN_PROGRESS")
_IDS = {_UNKNOWN: "amts jobs list tells the ids"}


class State(NamedTuple):
    """The state of a job."""

    job: str
    status: str
    message: str = ""
    output: str = ""  #: ``s3://`` address of its folder
    translated: int = 0
    failed: int = 0  #: documents with an error


class Door(Storage):
    """Clients of boto3 for one place; threads may share it."""

    def __init__(self, place: Place, address: Address) -> None:
        """Raises EngineError if there is no region, or an address is not Amazon's."""
        translate = control(place.region, address)
        super().__init__(place, of_s3(place.region), translate)

    def close(self) -> None:
        """Give connections back."""
        self._translate.close()
        self._s3.close()

    def find_job(self, name: str) -> str:
        """The id of the job of that name; "" if there is none.  Raises EngineError."""
        call = self._translate.list_text_translation_jobs
        found = pages(call, JOBS, f"the job: {name}", Filter={"JobName": name})
        return next((str(job["JobId"]) for job in found), "")

    def all_jobs(self) -> Iterator[Mapping[str, Any]]:
        """All jobs of the account that the service remembers."""
        yield from pages(self._translate.list_text_translation_jobs, JOBS, "the jobs")

    def start_job(self, **parameters: object) -> str:
        """Start a job; returns its id.

        Raises BusyError if the service has too many, EngineError if it refuses.
        """
        gone = "a terminology, or parallel data, are gone; run amts sync again"
        hints = {_UNKNOWN: gone, _MANY: ""}  # whoever must wait says so
        targets = parameters.get("TargetLanguageCodes")
        if isinstance(targets, Sequence):
            pair = f"{parameters.get('SourceLanguageCode')} to {', '.join(targets)}"
            remedy = f"the service does not translate {pair}; choose another engine"
            hints["UnsupportedLanguagePairException"] = remedy
        try:
            found = called(
                self._translate.start_text_translation_job,
                what=f"the job: {parameters.get('JobName', '')}",
                hints=hints,
                DataAccessRoleArn=self.place.role,
                **parameters,
            )
        except CallError as error:
            raise self._queue(error) from None
        return str(found["JobId"])

    def _queue(self, error: CallError) -> Exception:
        """What it means that a job is refused: to wait for others, or that it fails."""
        if error.name not in {_MANY, _LIMIT}:
            return error
        call, count = self._translate.list_text_translation_jobs, Counter[str]()
        try:
            for state in _OPEN:
                found = pages(call, JOBS, "the jobs", Filter={"JobStatus": state})
                count[state] = sum(1 for _ in found)
        except EngineError:
            return BusyError(error)  # the second error says less than the first
        if not count.total():
            return error if error.name == _LIMIT else BusyError(error)
        open_ = " and ".join(f"{count[state]:,} {state}" for state in _OPEN)
        return BusyError(EngineError(f"jobs of the account: {open_} ({error.name})"))

    def job(self, job: str) -> State:
        """How far a job has come.  Raises EngineError if there is none."""
        call = self._translate.describe_text_translation_job
        found = called(call, JobId=job, what=f"the job: {job}", hints=_IDS)
        at = found["TextTranslationJobProperties"]
        counts = at.get("JobDetails", {})
        return State(
            job,
            str(at.get("JobStatus", "")),
            redacted(str(at.get("Message", ""))),
            str(at.get("OutputDataConfig", {}).get("S3Uri", "")),
            int(counts.get("TranslatedDocumentsCount", 0)),
            int(counts.get("DocumentsWithErrorsCount", 0)),
        )

    def stop_job(self, job: str) -> None:
        """Stop a job.  Raises EngineError if there is none."""
        call = self._translate.stop_text_translation_job
        _ = called(call, JobId=job, what=f"the job: {job}", hints=_IDS)["JobStatus"]
