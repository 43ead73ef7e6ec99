"""Amazon Translate in batches, adapted by the book's own sentence pairs (ACT).

A machine that can be stopped anywhere: every step may be done again without harm, and
the journal only saves doing it.  Parallel data, documents and jobs have names made of
their content; a job is looked up by its name before it is started; and what comes back
is stored in the cache and among the drafts, where the next build finds it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, Protocol, TypeVar

from amts_sphinx.engines import amazon_wire, quotas
from amts_sphinx.engines.amazon_door import BusyError, Door, Imported, State
from amts_sphinx.engines.batch_files import Batch, Journal
from amts_sphinx.engines.engine import EngineError, Keep
from amts_sphinx.text.units import Question

Tell = Callable[[str], None]
_Found = TypeVar("_Found")

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

    def release(self, characters: int) -> None:
        """Put back what was taken and is not billed."""


class Waiting(NamedTuple):
    """Nothing can be done before the service has done something."""

    what: str  #: what is waited for
    state: str  #: what the service says of it
    done: int = 0  #: documents of a job, as far as the service tells


class Sent(NamedTuple):
    """What came of a job; only when the next step is asked for is it done with."""

    answered: int  #: sentences
    left: tuple[Question, ...] = ()  #: sentences that no other job will be asked for


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
        name, digest = batch.journal.parallel_data, batch.journal.parallel_data_hash
        yield from hold_pairs(name, digest, batch.parallel_data, door)
        _check_pairs(name, door, tell)
    while True:
        yield from _job(batch, door, purse)
        state = door.job(batch.journal.job)
        while state.status not in _OVER:
            yield Waiting("the job", state.status, state.translated)
            state = door.job(batch.journal.job)
        if state.status not in _DONE:
            reason = state.message or "no reason given"
            batch.note(attempt=batch.journal.attempt + 1, job="")  # for the next run
            message = f"the job {state.status.lower()}: {reason}"
            raise EngineError(message)
        found = _collect(batch, door, state, keep, tell)
        last = not found.failed or batch.journal.attempt >= ATTEMPTS
        failed = frozenset(found.failed)
        unanswered = [
            question
            for name, asked in (batch.questions() if last and failed else ())
            if name in failed
            for question in asked
        ]
        yield Sent(found.answered, (*found.lost, *unanswered))
        if last:
            break
        batch.left(failed)
    batch.note(collected=True)


def hold_pairs(
    name: str, digest: str, content: Callable[[], bytes], door: Door
) -> Iterator[Waiting]:
    """Have the service hold a TMX file of pairs under a name, if it takes them.

    ``digest`` is the content's: of a name that the user has fixed it tells whether the
    service holds these very pairs.
    """
    file = f"parallel-data/{digest[:32]}.tmx"
    found = door.parallel_data(name) if door.has_parallel_data(name) else None
    fixed = digest[:32] not in name
    if (
        not found
        or (fixed and digest not in found.description)
        or (fixed and found.latest == "FAILED")
    ):
        if not found:
            _check_room(door)
        door.put(file, content(), "application/xml")
        change = door.update_parallel_data if found else door.create_parallel_data
        uri, told = door.place.uri(file), f"amts {digest}"
        yield from _until_free(
            "another import", lambda: change(name, uri, "TMX", description=told)
        )
        found = door.parallel_data(name)
    while found.status in {"CREATING", "UPDATING"}:
        yield Waiting("the parallel data", found.status)
        found = door.parallel_data(name)


def _check_room(door: Door) -> None:
    """Raises EngineError if the region holds as many parallel data as it can."""
    held = sum(1 for _ in door.all_parallel_data())
    for exceeded in quotas.room(quotas.PARALLEL_DATA_HELD, held):
        message = f"{exceeded.line}; amts parallel-data delete makes room"
        raise EngineError(message)


def _check_pairs(name: str, door: Door, tell: Tell) -> None:
    """Raises EngineError if the service did not take them."""
    found = door.parallel_data(name)
    if found.status != "ACTIVE" or found.latest == "FAILED":
        message = (
            f"the parallel data failed: {found.message or 'no reason given'}; its name "
            f"is free again after: amts parallel-data delete BOOK LANGUAGE {name}"
        )
        raise EngineError(message)
    _tell_records(found, door, tell)


def _until_free(
    what: str, do: Callable[[], _Found]
) -> Generator[Waiting, None, _Found]:
    """Do it as soon as the service is free.  Raises EngineError if it never is."""
    for _ in range(_PATIENCE):
        try:
            return do()
        except BusyError as error:
            reason = str(error)
        yield Waiting(what, reason)
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
    with batch.starting:  # of languages that share it one uploads, starts and pays
        found = door.find_job(journal.job_name)
        if not found:
            for name, _ in batch.questions():
                file = f"{journal.folder}/in/{name}"
                door.put(file, batch.document(name), "text/html")
            found = yield from _until_free(
                "a place in the queue", lambda: _start(journal, door, purse)
            )
    batch.note(job=found)


def _start(journal: Journal, door: Door, purse: Purse) -> str:
    """Pay for a job in all its languages, and start it; returns its id.

    Raises BusyError if the service has too many, EngineError if it refuses.
    """
    bill = journal.characters * len(journal.job_targets)
    if not purse.reserve(bill):
        message = "the budget does not cover the job"
        raise EngineError(message)
    try:
        return door.start_job(**_parameters(journal, door))
    except (BusyError, EngineError) as error:
        with suppress(EngineError):  # nobody can tell: it counts as started
            if isinstance(error, BusyError) or not door.find_job(journal.job_name):
                purse.release(bill)
        raise


def _parameters(journal: Journal, door: Door) -> dict[str, object]:
    folder = door.place.uri(journal.folder)
    output: dict[str, object] = {"S3Uri": f"{folder}/out/"}
    if door.place.key:
        output["EncryptionKey"] = {"Type": "KMS", "Id": door.place.key}
    parameters: dict[str, object] = {
        "JobName": journal.job_name,
        "ClientToken": journal.token,
        "SourceLanguageCode": journal.source,
        "TargetLanguageCodes": list(journal.job_targets),
        "InputDataConfig": {"S3Uri": f"{folder}/in/", "ContentType": "text/html"},
        "OutputDataConfig": output,
    }
    if journal.parallel_data:
        parameters["ParallelDataNames"] = [journal.parallel_data]
    if journal.terminology:
        parameters["TerminologyNames"] = [journal.terminology]
    if journal.settings:
        parameters["Settings"] = dict(journal.settings)
    return parameters


class _Collected(NamedTuple):
    """What a job has brought."""

    answered: int
    lost: list[Question]  #: without an answer though their documents came back
    failed: list[str]  #: documents that did not


def _collect(
    batch: Batch, door: Door, state: State, keep: Keep, tell: Tell
) -> _Collected:
    """Fetch what is there, document by document."""
    output = state.output.rstrip("/")
    files = _files(door, output, batch.journal.target)
    result = _Collected(0, [], [])
    for name, questions in batch.questions():
        row = files.get(name, _Row(name, "", _reason({})))
        if not row.file:
            tell(f"document {name}: {row.reason}")
            result.failed.append(name)
            continue
        text = door.get(f"{output}/{row.file}").decode("utf-8", "replace")
        found = amazon_wire.paragraphs(text, len(questions))
        if not keep({questions[number]: raw for number, raw in found.items()}):
            message = "what the job brought cannot be kept; it is fetched again"
            raise EngineError(message)
        result.lost.extend(q for n, q in enumerate(questions) if not found.get(n))
        result = result._replace(answered=result.answered + len(found))
    return result


class _Row(NamedTuple):
    """What is kept of a row of the list, which is as long as the job has documents."""

    name: str
    file: str  #: empty: there is no translation
    reason: str  #: for that


def _files(door: Door, output: str, target: str) -> dict[str, _Row]:
    """What the job says of each document, by its name.

    Raises EngineError if that cannot be read.
    """
    listing = f"{output}/details/{target}.auxiliary-translation-details.json"
    try:
        details = json.loads(door.get(listing).decode("utf-8-sig"), object_hook=_row)
        rows = details.get("details", [])
        return {row.name: row for row in rows if isinstance(row, _Row)}
    except (ValueError, AttributeError, TypeError):
        message = "the job's list of documents cannot be read"
        raise EngineError(message) from None


def _row(found: dict[str, Any]) -> object:
    if "sourceFile" not in found:
        return found
    file = str(found.get("targetFile") or "")
    return _Row(str(found["sourceFile"]), file, "" if file else _reason(found))


def _reason(row: Mapping[str, Any]) -> str:
    """Why a document has no translation; the shape of that is not documented."""
    data = row.get("auxiliaryData")
    error = data.get("error") if isinstance(data, dict) else data
    if isinstance(error, dict):
        error = error.get("errorMessage")
    return " ".join(str(error or "no translation").split())
