"""Batch jobs: stopped anywhere, asked again, and still one of each thing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from amts_sphinx.engines import batch_files
from amts_sphinx.engines.addresses import Address
from amts_sphinx.engines.amazon_batch import Sent, Waiting, advance
from amts_sphinx.engines.amazon_door import Door
from amts_sphinx.engines.amazon_sync import Place
from amts_sphinx.engines.batch_files import Batch, Journal, documents
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.pseudo import pseudo
from amts_sphinx.testing.standin import Faults, Standin
from amts_sphinx.text import pages
from amts_sphinx.text.units import Question
from engines.service import KEY, KEY_ID, sentences, storing

ROLE = "arn:aws:iam::123456789012:role/amts"
TMX = """<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4"><header creationtool="x" creationtoolversion="1" segtype="sentence"
 o-tmf="x" adminlang="en" srclang="en" datatype="plaintext"/><body>
<tu><tuv xml:lang="en"><seg>A heron.</seg></tuv>
<tuv xml:lang="{0}"><seg>TAUGHT {0}</seg></tuv></tu>
</body></tmx>
"""
#: the whole machine may take so many steps of waiting
STEPS = 50


class Crash(BaseException):
    """The process ends here."""


class _Rich:
    """Pays for everything."""

    def reserve(self, characters: int) -> bool:
        """There is always enough."""
        return characters >= 0

    def release(self, characters: int) -> None:
        """What was not needed is not missed."""
        assert characters >= 0


@pytest.fixture(scope="module")
def there() -> Iterator[Standin]:
    """The stand-in with S3, and an environment in which boto3 takes both for Amazon."""
    with storing() as standin:
        yield standin


@dataclass
class Site:
    """One language's batch: what it asks, and what came back."""

    there: Standin
    folder: Path
    target: str = "es"
    questions: list[Question] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    answers: dict[Question, str] = field(default_factory=dict)
    prefix: str = "amts"

    def begin(self) -> Batch:
        """Write it down, or find it written down."""
        journal = Journal(
            fingerprint="",
            source="en",
            target=self.target,
            settings={},
            parallel_data=f"amts-en-{self.target}-{self.prefix}",
            parallel_data_hash="0" * 64,
        )
        data = TMX.format(self.target).encode()
        found = Batch.begin(self.folder, journal, self.questions or asked(), data)
        assert found
        return found

    def door(self) -> Door:
        """The way to the service."""
        place = Place("books", "123456789012", ROLE, prefix=self.prefix)
        return Door(place, Address(self.there.url, named=True))

    def keep(self, answers: Mapping[Question, str]) -> bool:
        """What came back; a second time it is the same."""
        for question, raw in answers.items():
            assert self.answers.setdefault(question, raw) == raw
        return True

    def run(self, wrap: Callable[[Any], Any] = lambda door: door) -> Sent | None:
        """Bring it to its end."""
        door = self.door()
        try:
            batch = self.begin()
            steps = advance(batch, wrap(door), _Rich(), self.keep, self.told.append)
            sent = None
            for count, step in enumerate(steps):
                assert count < STEPS
                sent = step if isinstance(step, Sent) else sent
            return sent
        finally:
            door.close()


def asked() -> list[Question]:
    """A few sentences, one of which the parallel data knows."""
    return [*sentences(12), Question("A heron.")]


def started(there: Standin) -> Counter[str]:
    """Operations that made something."""
    made = ("CreateParallelData", "StartTextTranslationJob")
    found = (r.operation for r in there.ledger.asked if r.outcome == "answered")
    return Counter(name for name in found if name in made)


def test_a_batch_from_beginning_to_end(there: Standin, tmp_path: Path) -> None:
    """Every sentence comes back, the taught one as it was taught; then it is over."""
    site = Site(there, tmp_path, prefix="whole")
    assert site.run() == Sent(13)
    assert site.answers[Question("A heron.")] == "TAUGHT es"
    plain = [question for question in sentences(12) if not question.codes]
    assert all(site.answers[q] == pseudo(q.text) for q in plain)
    before = there.ledger.requests
    assert site.run() is None
    assert there.ledger.requests == before


def test_what_came_is_there_until_it_is_saved(there: Standin, tmp_path: Path) -> None:
    """Who ends between the answers and the next step gets them again, from one job."""
    site = Site(there, tmp_path, prefix="saved")
    there.ledger.reset()
    batch, door = site.begin(), site.door()
    for step in advance(batch, door, _Rich(), site.keep, site.told.append):
        if isinstance(step, Sent):
            break
    door.close()
    site.answers.clear()  # nothing was saved
    assert site.run() == Sent(13)
    assert len(site.answers) == 13
    assert started(there)["StartTextTranslationJob"] == 1
    assert site.run() is None


class Crashing:
    """A door, or a batch, that ends the process before or after its n-th effect."""

    #: what leaves a trace somewhere
    EFFECTS = frozenset({"put", "create_parallel_data", "start_job", "get", "job"})

    def __init__(self, door: Door, at: int, *, after: bool) -> None:
        self._door = door
        self._at = at
        self._after = after
        self.count = 0

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._door, name)
        if name not in self.EFFECTS:
            return attribute

        def call(*arguments: Any, **named: Any) -> Any:
            self.count += 1
            if self.count == self._at and not self._after:
                raise Crash
            result = attribute(*arguments, **named)
            if self.count == self._at:
                raise Crash
            return result

        return call


def _crashes(sites: list[Site], at: int, *, after: bool) -> bool:
    """Run all sites with a crash there, then again; did it crash at all?"""
    crashed = False
    for site in sites:
        try:
            site.run(lambda door: Crashing(door, at, after=after))
        except Crash:
            crashed = True
    for site in sites:
        site.run()
    return crashed


@pytest.mark.slow
@pytest.mark.parametrize("targets", [("es",), ("es", "fr", "zh")])
def test_a_crash_at_any_effect(
    there: Standin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    targets: tuple[str, ...],
) -> None:
    """Before or after each of them, and run again: one of each, the same answers."""
    monkeypatch.setattr(batch_files, "DOCUMENT", 1_200)
    right = {
        t: Site(there, tmp_path / "right", t, prefix=f"right{len(targets)}{t}")
        for t in targets
    }
    for site in right.values():
        assert site.run() == Sent(13)
    at, crashed = 0, True
    while crashed:
        at += 1
        for after in (False, True):
            folder = tmp_path / f"{at}{after}"
            prefix = f"x{len(targets)}{at}{int(after)}"
            sites = [Site(there, folder, t, prefix=f"{prefix}{t}") for t in targets]
            there.ledger.reset()
            crashed = _crashes(sites, at, after=after)
            for site in sites:
                assert site.answers == right[site.target].answers
            assert set(started(there).values()) == {len(targets)}
    assert at > 8


def test_a_crash_while_it_is_written_down(
    there: Standin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any write to the journal, and before it: the same."""
    write = pages.write_text
    for at in range(1, 8):
        site = Site(there, tmp_path / str(at), prefix=f"note{at}")
        there.ledger.reset()
        count = 0

        def crashing(path: Path, text: str, at: int = at) -> None:
            nonlocal count
            count += 1
            if count == at:
                raise Crash
            write(path, text)

        monkeypatch.setattr(batch_files, "write_text", crashing)
        with suppress(Crash):
            site.run()
        monkeypatch.setattr(batch_files, "write_text", write)
        site.run()
        assert len(site.answers) == 13
        assert started(there) == {"CreateParallelData": 1, "StartTextTranslationJob": 1}


def test_a_document_that_fails_is_tried_once_more(
    there: Standin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came is kept, the failed document goes alone, and then it is told."""
    monkeypatch.setattr(batch_files, "DOCUMENT", 700)
    questions = [*asked(), Question("This is POISON to the service.")]
    site = Site(there, tmp_path, questions=questions, prefix="poison")
    packs = [document.questions for document in documents(questions)]
    lost = next(len(pack) for pack in packs if questions[-1] in pack)
    there.faults = Faults(poison_document="POISON")
    try:
        there.ledger.reset()
        sent = site.run()
        assert sent
        assert len(sent.left) == lost
        assert len(site.answers) == len(questions) - lost
        assert started(there)["StartTextTranslationJob"] == 2
        assert any(line.startswith("document ") for line in site.told)
    finally:
        there.faults = Faults()


def test_a_job_that_fails_says_why(there: Standin, tmp_path: Path) -> None:
    """The service's own message is the line."""
    there.faults = Faults(job_fails="The role cannot read the bucket")
    try:
        with pytest.raises(EngineError, match="The role cannot read the bucket"):
            Site(there, tmp_path, prefix="fails").run()
    finally:
        there.faults = Faults()


def test_what_is_waited_for_is_told(there: Standin, tmp_path: Path) -> None:
    """A machine that is not listened to any more goes on where it was."""
    there.faults = Faults(job_delay=0.4, parallel_data_delay=0.2)
    site = Site(there, tmp_path, prefix="waits")
    try:
        batch, door = site.begin(), site.door()
        steps = advance(batch, door, _Rich(), site.keep, site.told.append)
        first = next(steps)
        assert isinstance(first, Waiting)
        assert first.what == "the parallel data"
        steps.close()  # type: ignore[attr-defined] # a generator
        door.close()
        seen = set()
        while len(site.answers) < 13:
            batch, door = Batch.open(batch.folder), site.door()
            for step in advance(batch, door, _Rich(), site.keep, site.told.append):
                if isinstance(step, Waiting):
                    seen.add(step.what)
                    break
            door.close()
        assert "the job" in seen
    finally:
        there.faults = Faults()


def test_the_bucket_of_somebody_else(there: Standin, tmp_path: Path) -> None:
    """Each call names the account that the bucket must belong to."""
    site = Site(there, tmp_path, prefix="owner")
    door = site.door()
    seen: list[Any] = []
    door._s3.meta.events.register(
        "before-parameter-build.s3", lambda params, **_: seen.append(dict(params))
    )
    batch = site.begin()
    list(advance(batch, door, _Rich(), site.keep, site.told.append))
    door.close()
    assert len(seen) >= 4
    assert {call["ExpectedBucketOwner"] for call in seen} == {"123456789012"}


def test_a_bucket_that_is_not_there(there: Standin, tmp_path: Path) -> None:
    """One line, before anything is sent."""
    site = Site(there, tmp_path)
    door = Door(Place("nobody", "123456789012", ROLE), Address(there.url, named=True))
    there.ledger.reset()
    with pytest.raises(EngineError, match="the bucket: "):
        list(advance(site.begin(), door, _Rich(), site.keep, site.told.append))
    door.close()
    assert there.ledger.requests == 0


def test_documents_are_packed_without_loss() -> None:
    """In order, each under the limit, each question once."""
    questions = sentences(20_000)
    made = list(documents(questions))
    assert [q for document in made for q in document.questions] == questions
    assert all(len(d.content.encode()) < 210_000 for d in made)
    assert len(made) < 20
    assert len({document.name for document in made}) == len(made)


def test_the_journal_holds_no_secret(there: Standin, tmp_path: Path) -> None:
    """Nor any account or role."""
    site = Site(there, tmp_path, prefix="secret")
    site.run()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8")
            assert not any(s in text for s in (KEY, KEY_ID, "123456789012"))
    [journal] = tmp_path.rglob("journal.json")
    assert json.loads(journal.read_text())["collected"] is True
