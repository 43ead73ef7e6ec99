"""The work on one batch job: documents in, translations and a list of them out.

The layout is the documented one: ``TGT.NAME`` in the job's own folder, and beside them
``details/TGT.auxiliary-translation-details.json``, whose counts are strings.  Where the
translation of a nested document goes is not documented: here it keeps its folder.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from amts_sphinx.testing.standin import html
from amts_sphinx.testing.standin.calls import Call, stored
from amts_sphinx.testing.standin.errors import INVALID_REQUEST, ServiceError
from amts_sphinx.testing.standin.jobs import Job, Outcome
from amts_sphinx.testing.standin.ledger import Record
from amts_sphinx.testing.standin.storage import Storage, StorageError
from amts_sphinx.testing.standin.translating import rendered, split
from amts_sphinx.testing.standin.translation import Task

#: of a document: bytes, and characters and bytes of its text
MOST_BYTES, MOST_CHARACTERS, MOST_TEXT = 20 * 1024**2, 1_000_000, 1024**2

#: what a record of the ledger calls a translated document, which is no request
JOB, ACT_JOB = "TextTranslationJob", "ActiveCustomTranslationJob"


class _DocumentError(Exception):
    """One document cannot be translated; says why."""


@dataclass(slots=True)
class _Target:
    """The work into one language."""

    code: str
    characters: int = 0
    entries: list[dict[str, Any]] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)


def work(call: Call, job: Job) -> Outcome:
    """Translate all documents of a job into all its languages."""
    if call.faults.job_fails:
        return Outcome("FAILED", call.faults.job_fails)
    storage = stored(call)
    source = job.request["InputDataConfig"]["S3Uri"]
    try:
        names = storage.folder(source)
        done = [
            _translated(call, job, storage, code, names)
            for code in job.request["TargetLanguageCodes"]
        ]
    except (ServiceError, StorageError) as error:
        return Outcome("FAILED", str(error))
    job.documents = len(names)
    spoilt = len(set[str]().union(*(target.spoilt for target in done)))
    status, how = "COMPLETED", "successfully"
    if spoilt:
        status, how = "COMPLETED_WITH_ERROR", "with errors"
    message = f"Your job has completed {how}."
    return Outcome(status, message, len(names) - spoilt, spoilt)


def _translated(
    call: Call, job: Job, storage: Storage, code: str, names: dict[str, int]
) -> _Target:
    """All documents in one language, and the list of them."""
    target = _Target(code)
    folder = job.request["InputDataConfig"]["S3Uri"].rstrip("/")
    for name, size in names.items():
        try:
            content = storage.read(f"{folder}/{name}") if size <= MOST_BYTES else b""
            document = _document(call, job, name, size, content)
        except _DocumentError as error:
            target.spoilt.add(name)
            # the shape of this entry is not documented: this is what clients that
            # others have published expect, without a targetFile
            fault = {"errorCode": INVALID_REQUEST, "errorMessage": str(error)}
            entry = {"sourceFile": name, "auxiliaryData": {"error": fault}}
            target.entries.append(entry)
        else:
            _render(call, job, target, name, document)
    details = {
        "sourceLanguageCode": _source(job),
        "targetLanguageCode": code,
        "charactersTranslated": str(target.characters),
        "documentCountWithCustomerError": str(len(target.spoilt)),
        "documentCountWithServerError": "0",
        "inputDataPrefix": job.request["InputDataConfig"]["S3Uri"],
        "outputDataPrefix": job.output,
        "details": target.entries,
    }
    uri = f"{job.output}details/{code}.auxiliary-translation-details.json"
    storage.write(uri, json.dumps(details).encode())
    return target


def _document(
    call: Call, job: Job, name: str, size: int, content: bytes
) -> html.Document:
    """A document read; raises _DocumentError if it may not be translated."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        message = "Invalid utf-8 encoded texts detected"
        raise _DocumentError(message) from None
    poison = call.faults.poison_document
    if poison and (poison in name or poison in text):
        message = "The document holds what the stand-in was told to refuse"
        raise _DocumentError(message)
    document = split(text, _kind(job))
    tokens = (token for block in document.blocks for token in html.lex(block))
    letters = sum(len(token.raw.encode()) for token in tokens if token.kind == "text")
    given = (size, document.characters, letters)
    most = (MOST_BYTES, MOST_CHARACTERS, MOST_TEXT)
    if any(mine > limit for mine, limit in zip(given, most, strict=True)):
        message = (
            "A document has {} bytes, {} characters and {} bytes of text at most, "
            "not {}, {} and {}"
        )
        raise _DocumentError(message.format(*most, *given))
    return document


def _render(
    call: Call, job: Job, target: _Target, name: str, document: html.Document
) -> None:
    """Translate one document, store it, bill it; raises ServiceError, StorageError."""
    source, terminology = _source(job), job.terminology
    task = Task(
        source,
        target.code,
        terminology.terms(source, target.code) if terminology else {},
        call.faults.damage,
        # of the document, not of the request that happens to look
        Random(f"{call.faults.seed}:{job.id}:{target.code}:{name}"),  # noqa: S311 - no secret
        markup=_kind(job) == "text/html",
        examples=job.examples.get(target.code, {}),
    )
    done = rendered(call, task, document)
    folder, slash, last = name.rpartition("/")
    file = f"{folder}{slash}{target.code}.{last}"
    content = done.content.encode("utf-8", "surrogatepass")
    stored(call).write(f"{job.output}{file}", content)
    target.characters += done.billed
    data = {}
    if terminology:
        used = sorted(done.used)
        terms = [{"sourceText": t, "targetText": task.terms[t]} for t in used]
        applied = {"name": terminology.properties["Name"], "terms": terms}
        data = {"appliedTerminologies": [applied]}
    entry = {"sourceFile": name, "targetFile": file, "auxiliaryData": data}
    target.entries.append(entry)
    operation = ACT_JOB if job.examples else JOB
    record = Record(operation, document.blocks, done.billed, "translated", status=0)
    call.state.ledger.add(record)


def _kind(job: Job) -> str:
    return str(job.request["InputDataConfig"]["ContentType"])


def _source(job: Job) -> str:
    """The stand-in knows no other language than English when it has to guess."""
    source = str(job.request["SourceLanguageCode"])
    return "en" if source == "auto" else source
