"""Amazon Translate in batches, adapted by the book's own sentence pairs (ACT).

A machine that can be stopped anywhere: every step may be done again without harm, and
the journal only saves doing it.  Parallel data, documents and jobs have names made of
their content; a job is looked up by its name before it is started; and what comes back
is stored in the cache and among the drafts, where the next build finds it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from amts_sphinx.engines import amazon_wire
from amts_sphinx.engines.amazon_door import BusyError, Door, Imported, State
from amts_sphinx.engines.batch_files import Batch
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.text.units import Question

Tell = Callable[[str], None]
#: keeps the raw answers to questions
Keep = Callable[[dict[Question, str]], object]

#: attempts of a job for documents that failed
ATTEMPTS = 2
#: times the service is asked whether it is free
_PATIENCE = 200

_DONE = frozenset({"COMPLETED", "COMPLETED_WITH_ERROR"})
_OVER = _DONE | {"FAILED", "STOPPED"}


class Purse(Protocol):
    """What may be spent."""

    def reserve(self, characters: int) -> bool:
        """Take so many characters from what is left; False if there is less."""


class Waiting(NamedTuple):
    """Nothing can be done before the service has done something."""

    what: str  #: what is waited for
    state: str  #: what the service says of it


class Sent(NamedTuple):
    """What came of a job; only when the next step is asked for is it done with."""

    answered: int  #: sentences
    left: int  #: sentences without an answer


def advance(
    batch: Batch, door: Door, purse: Purse, keep: Keep, tell: Tell
) -> Iterator[Waiting | Sent]:
    """Bring a batch to its end; what it must wait for is yielded, until it is there.

    Whoever stops listening loses nothing.  Raises EngineError, in one line, if the
    batch cannot go on.
    """
    if batch.journal.collected:
        return
    door.check()
    if batch.journal.parallel_data and not batch.journal.job:
        yield from _parallel_data(batch, door, tell)
    while True:
        yield from _job(batch, door, purse)
        state = door.job(batch.journal.job)
        while state.status not in _OVER:
            yield Waiting("the job", state.status)
            state = door.job(batch.journal.job)
        if state.status not in _DONE:
            reason = state.message or "no reason given"
            batch.note(attempt=batch.journal.attempt + 1, job="")  # for the next run
            message = f"the job {state.status.lower()}: {reason}"
            raise EngineError(message)
        answered, lost, failed = _collect(batch, door, state, keep, tell)
        last = not failed or batch.journal.attempt >= ATTEMPTS
        if last:
            questions = batch.questions()
            lost += sum(len(asked) for name, asked in questions if name in failed)
        yield Sent(answered, lost)  # whoever goes on has saved what came
        if last:
            break
        batch.left(failed)
    batch.note(collected=True)


def _parallel_data(batch: Batch, door: Door, tell: Tell) -> Iterator[Waiting]:
    """Have the service hold the pairs."""
    name = batch.journal.parallel_data
    file = f"parallel-data/{name}.tmx"
    if not door.has_parallel_data(name):
        door.put(file, batch.parallel_data(), "application/xml")
        yield from _until_free(
            "another import",
            lambda: door.create_parallel_data(name, door.place.uri(file), "TMX"),
        )
    found = door.parallel_data(name)
    while found.status in {"CREATING", "UPDATING"}:
        yield Waiting("the parallel data", found.status)
        found = door.parallel_data(name)
    if found.status != "ACTIVE":
        message = f"the parallel data {found.status.lower()}: {found.message}"
        raise EngineError(message)
    _tell_records(found, door, tell)


def _until_free(what: str, do: Callable[[], object]) -> Iterator[Waiting]:
    """Do it as soon as the service is free.  Raises EngineError if it never is."""
    for _ in range(_PATIENCE):
        try:
            do()
        except BusyError as error:
            reason = str(error)
            yield Waiting(what, reason)
        else:
            return
    message = f"the service was asked {_PATIENCE} times: {reason}"
    raise EngineError(message)


def _tell_records(found: Imported, door: Door, tell: Tell) -> None:
    """Records that the service did not take."""
    if found.failed or found.skipped:
        tell(
            f"parallel data: {found.records:,} records imported, {found.failed:,} "
            f"failed, {found.skipped:,} skipped"
        )
        for line in door.parallel_data_details(found.details) if found.details else ():
            tell(f"parallel data: {line}")


def _job(batch: Batch, door: Door, purse: Purse) -> Iterator[Waiting]:
    """Start the job of this attempt, unless it was started."""
    journal = batch.journal
    if journal.job:
        return
    found = door.find_job(journal.job_name)
    if not found:
        folder = f"{journal.fingerprint[:32]}/{journal.attempt}"
        for name, _ in batch.questions():
            door.put(f"{folder}/in/{name}", batch.document(name), "text/html")
        if not purse.reserve(journal.characters):
            message = "the budget does not cover the job"
            raise EngineError(message)
        parameters = _parameters(batch, door, folder)
        yield from _until_free(
            "a place in the queue", lambda: door.start_job(**parameters)
        )
        found = door.find_job(journal.job_name)
    batch.note(job=found)


def _parameters(batch: Batch, door: Door, folder: str) -> dict[str, object]:
    journal = batch.journal
    output: dict[str, object] = {"S3Uri": f"{door.place.uri(folder)}/out/"}
    if door.place.key:
        output["EncryptionKey"] = {"Type": "KMS", "Id": door.place.key}
    parameters: dict[str, object] = {
        "JobName": journal.job_name,
        "ClientToken": journal.token,
        "SourceLanguageCode": journal.source,
        "TargetLanguageCodes": [journal.target],
        "InputDataConfig": {
            "S3Uri": f"{door.place.uri(folder)}/in/",
            "ContentType": "text/html",
        },
        "OutputDataConfig": output,
    }
    if journal.parallel_data:
        parameters["ParallelDataNames"] = [journal.parallel_data]
    if journal.terminology:
        parameters["TerminologyNames"] = [journal.terminology]
    if journal.settings:
        parameters["Settings"] = dict(journal.settings)
    return parameters


def _collect(
    batch: Batch, door: Door, state: State, keep: Keep, tell: Tell
) -> tuple[int, int, list[str]]:
    """Fetch what is there: how many answers, how many lost, documents without any."""
    target = batch.journal.target
    output = state.output.rstrip("/")
    listing = f"{output}/details/{target}.auxiliary-translation-details.json"
    try:
        details = json.loads(door.get(listing))
        rows = [row for row in details.get("details", []) if isinstance(row, dict)]
    except (ValueError, AttributeError):
        message = "the job's list of documents cannot be read"
        raise EngineError(message) from None
    files = {str(row.get("sourceFile")): row for row in rows}
    answered = lost = 0
    failed: list[str] = []
    for name, questions in batch.questions():
        row = files.get(name, {})
        if not row.get("targetFile"):
            reason = (row.get("auxiliaryData") or {}).get("error") or "no translation"
            said = (
                reason.get("errorMessage", "") if isinstance(reason, dict) else reason
            )
            tell(f"document {name}: {said}")
            failed.append(name)
            continue
        text = door.get(f"{output}/{row['targetFile']}").decode("utf-8", "replace")
        found = amazon_wire.paragraphs(text, len(questions))
        keep({questions[number]: raw for number, raw in found.items()})
        answered += len(found)
        lost += len(questions) - len(found)
    return answered, lost, failed
