"""One batch on this machine: what was sent, and how far it has come.

A job takes hours, and the book goes on changing meanwhile.  So all that is needed to
collect its answers is written down before anything is sent: the documents, which
question each paragraph is, and a journal that is replaced as a whole after each step.
The folder's name is a digest of all that decides what comes back, so the same work is
the same batch, however often somebody starts it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, Self

from amts_sphinx.engines import amazon_wire
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.quotas import Measured, measured
from amts_sphinx.text.pages import write_text
from amts_sphinx.text.units import Code, Question

#: bytes of a document: far under the service's limit of a million characters
DOCUMENT = 200_000
_JOURNAL = "journal.json"
_QUESTIONS = "questions.jsonl"
_PAIRS = "parallel-data.tmx"


class Document(NamedTuple):
    """An HTML document of a batch."""

    name: str  #: made of its content
    content: str
    questions: tuple[Question, ...]  #: by the ids of its paragraphs
    billed: int  #: characters


@dataclass(frozen=True, slots=True)
class Journal:
    """How far a batch has come."""

    fingerprint: str
    source: str  #: Amazon's codes of the languages
    target: str
    settings: Mapping[str, str]  #: as the service calls them
    terminology: str = ""  #: name
    parallel_data: str = ""  #: name; empty: none
    parallel_data_hash: str = ""
    place: str = ""  #: digest of where it is done: another bucket is another batch
    sentences: int = 0  #: that are asked for in this attempt
    characters: int = 0  #: to be billed for them
    work: str = ""  #: digest of all but the target: languages with the same may share
    targets: tuple[str, ...] = ()  #: of the job that is shared; empty: a job of its own
    attempt: int = 1
    job: str = ""  #: its id, once it is started
    collected: bool = False

    @property
    def digest(self) -> str:
        """What names the job of this attempt; the same for all that share it."""
        if not self.targets or self.attempt > 1:
            return self.fingerprint
        return sha256(" ".join((self.work, *self.targets)).encode()).hexdigest()

    @property
    def folder(self) -> str:
        """Of the files of this attempt, within the book's."""
        return f"{self.digest[:32]}/{self.attempt}"

    @property
    def job_name(self) -> str:
        """By which the job is found again, should its id be lost."""
        return f"amts-{self.digest[:32]}-{self.attempt}"

    @property
    def token(self) -> str:
        """The same token for the same attempt, so it cannot start twice."""
        return f"{self.digest[:56]}-{self.attempt}"

    @property
    def job_targets(self) -> tuple[str, ...]:
        """The languages that the job of this attempt translates into."""
        shared = self.targets and self.attempt == 1
        return self.targets if shared else (self.target,)


class Batch:
    """A batch in its folder."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self.folder = folder
        self.journal = journal
        #: held while its job is started; one lock for all that share a job
        self.starting = threading.Lock()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """A batch that was begun.

        Raises EngineError if its journal cannot be read.
        """
        try:
            data = json.loads((folder / _JOURNAL).read_text("utf-8"))
            return cls(folder, Journal(**{**data, "targets": tuple(data["targets"])}))
        except (OSError, ValueError, TypeError, KeyError) as error:
            message = (
                f"{folder.name}: the journal of this batch cannot be read; delete it"
            )
            raise EngineError(message) from error

    @classmethod
    def begin(
        cls,
        root: Path,
        journal: Journal,
        questions: Iterable[Question],
        parallel_data: bytes,
    ) -> Self | None:
        """Write down a batch before anything of it is sent; one that is there stays.

        The questions pass by, document by document; None if there are none.
        """
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root) as scratch:
            new = Path(scratch, "batch")
            names = sha256()
            sentences = characters = 0
            for document in _written(new, questions):
                names.update(document.name.encode())
                sentences += len(document.questions)
                characters += document.billed
            if not sentences:
                return None
            (new / _PAIRS).write_bytes(parallel_data)
            journal = replace(journal, sentences=sentences, characters=characters)
            work = _digest(replace(journal, target=""), names.hexdigest())
            fingerprint = _digest(journal, names.hexdigest())
            folder = root / fingerprint[:32]
            if (folder / _JOURNAL).exists():
                return cls.open(folder)
            shutil.rmtree(folder, ignore_errors=True)  # of a beginning cut short
            new.rename(folder)
        batch = cls(folder, replace(journal, fingerprint=fingerprint, work=work))
        batch.note()
        return batch

    def discard(self) -> None:
        """Forget a batch of which nothing was sent."""
        (self.folder / _JOURNAL).unlink()
        shutil.rmtree(self.folder, ignore_errors=True)

    def note(self, **changes: Any) -> None:
        """Write down how far it has come, as a whole or not at all."""
        self.journal = replace(self.journal, **changes)
        text = json.dumps(asdict(self.journal), indent=1, sort_keys=True, default=dict)
        write_text(self.folder / _JOURNAL, f"{text}\n")

    def parallel_data(self) -> bytes:
        """The file to be imported."""
        return (self.folder / _PAIRS).read_bytes()

    def document(self, name: str) -> bytes:
        """The content of a document."""
        return (self.folder / "documents" / name).read_bytes()

    def measured(self) -> Iterator[Measured]:
        """The sizes of the documents that are left, one at a time."""
        for name, _ in self.questions():
            yield measured(name, self.document(name))

    def questions(self) -> Iterator[tuple[str, list[Question]]]:
        """Each document that is left, with the questions of its paragraphs by id."""
        with (self.folder / _QUESTIONS).open(encoding="utf-8") as file:
            rows = map(json.loads, file)
            for name, group in groupby(rows, key=itemgetter(0)):
                yield (
                    name,
                    [
                        Question(text, tuple(Code(*kind) for kind in kinds))
                        for _, text, kinds in group
                    ],
                )

    def left(self, names: Iterable[str]) -> None:
        """Begin another attempt, with these documents only."""
        kept = frozenset(names)
        path = self.folder / _QUESTIONS
        rest = path.with_suffix(".rest")
        sentences = characters = 0
        with (
            path.open(encoding="utf-8") as file,
            rest.open("w", encoding="utf-8", newline="\n") as out,
        ):
            for line in file:
                name, text, kinds = json.loads(line)
                if name in kept:
                    out.write(line)
                    sentences += 1
                    asked = Question(text, tuple(Code(*kind) for kind in kinds))
                    characters += amazon_wire.billed(amazon_wire.to_wire(asked))
        # in this order: done again after a crash between the two, it is the same
        rest.replace(path)
        attempt = self.journal.attempt + 1
        self.note(attempt=attempt, job="", sentences=sentences, characters=characters)


def documents(questions: Iterable[Question]) -> Iterator[Document]:
    """The questions as documents, in order, each as large as one may be."""
    pack: list[Question] = []
    wires: list[str] = []
    size = 0
    for question in questions:
        wire = amazon_wire.to_wire(question)
        length = len(wire.encode()) + 20
        if pack and size + length > DOCUMENT:
            yield _document(pack, wires)
            pack, wires, size = [], [], 0
        pack.append(question)
        wires.append(wire)
        size += length
    if pack:
        yield _document(pack, wires)


def _document(questions: Sequence[Question], wires: Sequence[str]) -> Document:
    content = amazon_wire.document(wires)
    name = f"{sha256(content.encode()).hexdigest()[:32]}.html"
    billed = sum(map(amazon_wire.billed, wires))
    return Document(name, content, tuple(questions), billed)


def _written(folder: Path, questions: Iterable[Question]) -> Iterator[Document]:
    """Write documents and their questions; each is yielded once it is written."""
    (folder / "documents").mkdir(parents=True)
    with (folder / _QUESTIONS).open("w", encoding="utf-8", newline="\n") as file:
        for document in documents(questions):
            path = folder / "documents" / document.name
            path.write_bytes(document.content.encode())
            for question in document.questions:
                row = [document.name, question.text, question.codes]
                file.write(f"{json.dumps(row)}\n")
            yield document


def _digest(journal: Journal, names: str) -> str:
    """What decides the answers: the journal before anything is done, and the texts."""
    text = json.dumps([asdict(journal), names], sort_keys=True, default=dict)
    return sha256(text.encode()).hexdigest()
