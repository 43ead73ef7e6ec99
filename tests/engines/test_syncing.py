"""Languages that share a job: killed anywhere, resumed in part, never paid for twice.

A crash before an effect is a crash after the one before it, so each of them is tried
once; effects are the calls that leave a trace at the service, and all that is written
into a journal.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from amts_sphinx.engines import amazon_wire, batch_files
from amts_sphinx.engines.addresses import Address
from amts_sphinx.engines.amazon_batch import Sent, Waiting, advance
from amts_sphinx.engines.amazon_door import BusyError, Door
from amts_sphinx.engines.amazon_sync import Place
from amts_sphinx.engines.batch_files import Batch, Journal
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.syncing import share_jobs
from amts_sphinx.memory.spending import Account, Price
from amts_sphinx.testing.standin import Faults, Standin
from amts_sphinx.text import pages
from amts_sphinx.text.units import Question
from engines.service import sentences, storing
from engines.test_amazon_batch import TMX

OWNER = "123456789012"
ROLE = f"arn:aws:iam::{OWNER}:role/amts"
THREE = ("es", "fr", "zh")
#: what leaves a trace
EFFECTS = frozenset({"put", "create_parallel_data", "start_job", "get", "job"})
ASKED = sentences(6)
#: characters of a batch of these
CHARACTERS = sum(amazon_wire.billed(amazon_wire.to_wire(one)) for one in ASKED)


class Crash(BaseException):
    """The process ends here."""


class Fate:
    """Ends the process before its n-th effect; never, if that is 0."""

    def __init__(self, at: int = 0) -> None:
        self._at = at
        self.count = 0

    def met(self) -> None:
        """An effect is about to happen."""
        self.count += 1
        if self.count == self._at:
            raise Crash

    def write(self, path: Path, text: str) -> None:
        """What writes journals."""
        self.met()
        pages.write_text(path, text)


class Mortal:
    """A door whose calls are effects."""

    def __init__(self, door: Door, fate: Fate) -> None:
        self._door = door
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._door, name)
        if name not in EFFECTS:
            return attribute

        def call(*arguments: Any, **named: Any) -> Any:
            self._fate.met()
            return attribute(*arguments, **named)

        return call


class Full:
    """A door to a service that has no place for another job."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def __getattr__(self, name: str) -> Any:
        return getattr(self._door, name)

    def start_job(self, **_: object) -> str:
        """Not now."""
        raise BusyError(Exception("10 jobs are running"))


@pytest.fixture(scope="module")
def there() -> Iterator[Standin]:
    """The stand-in with S3, and an environment in which boto3 takes both for Amazon."""
    with storing() as standin:
        yield standin


@dataclass
class Book:
    """A book in several languages that lack the same sentences."""

    there: Standin
    folder: Path
    prefix: str
    adapted: frozenset[str] = frozenset()  #: have parallel data
    budget: float = 1_000_000.0  #: a character costs one
    fate: Fate = field(default_factory=Fate)
    answers: dict[str, dict[Question, str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        address = Address(self.there.url, named=True)
        self.door = Door(Place("books", OWNER, ROLE, prefix=self.prefix), address)
        name = Account.new_name()
        price = Price(10**6)
        self.account = Account(self.folder / "spending", name, self.budget, price)

    def begin(self, target: str) -> Batch:
        """Write down what a language lacks, or find it written down."""
        name = f"amts-en-{target}-{self.prefix}" if target in self.adapted else ""
        journal = Journal(
            fingerprint="",
            source="en",
            target=target,
            settings={},
            parallel_data=name,
            parallel_data_hash="0" * 64 if name else "",
            place=self.prefix,
        )
        data = TMX.format(target).encode() if name else b""
        found = Batch.begin(self.folder / "sync" / target, journal, ASKED, data)
        assert found
        return found

    def batches(self, *targets: str, anew: bool = True) -> list[Batch]:
        """All of them, as they stand when the first is asked for."""
        found = [self.begin(target) for target in targets]
        share_jobs((b for b in found if not b.journal.collected), anew=anew)
        return found

    def run(self, *targets: str, anew: bool = True) -> None:
        """What ``amts sync`` does with these languages."""
        for batch in self.batches(*targets, anew=anew):
            self.advance(batch)

    def advance(self, batch: Batch) -> Sent | None:
        """Bring one to its end."""
        known = self.answers.setdefault(batch.journal.target, {})

        def keep(answers: Mapping[Question, str]) -> bool:
            for question, raw in answers.items():
                assert known.setdefault(question, raw) == raw
            return True

        door: Any = Mortal(self.door, self.fate)
        sent = None
        for step in advance(batch, door, self.account, keep, self.told.append):
            sent = step if isinstance(step, Sent) else sent
        return sent

    @property
    def jobs(self) -> list[list[str]]:
        """The languages of each job that the service has for this book."""
        folder = f"s3://books/{self.prefix}/"
        found = self.door.all_jobs()
        ours = (j for j in found if j["InputDataConfig"]["S3Uri"].startswith(folder))
        return sorted(job["TargetLanguageCodes"] for job in ours)

    @property
    def pairs(self) -> int:
        """How many parallel data there are for it."""
        found = self.door.all_parallel_data()
        return sum(one["Name"].endswith(self.prefix) for one in found)


@pytest.fixture
def book(there: Standin, tmp_path: Path) -> Iterator[Callable[..., Book]]:
    """Makes books, each by its number; afterwards their doors are closed."""
    made: list[Book] = []

    def make(number: int = 0, **more: Any) -> Book:
        prefix = f"{tmp_path.name[:40]}-{number}".replace("_", "-")
        made.append(Book(there, tmp_path / str(number), prefix, **more))
        return made[-1]

    yield make
    for one in made:
        one.door.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("adapted", "jobs"),
    [(frozenset[str](), [[*THREE]]), (frozenset({"zh"}), [["es", "fr"], ["zh"]])],
)
def test_a_crash_before_any_effect(
    book: Callable[..., Book],
    monkeypatch: pytest.MonkeyPatch,
    adapted: frozenset[str],
    jobs: list[list[str]],
) -> None:
    """Run again, each job is there once, and so is each answer."""
    right = book(adapted=adapted)
    monkeypatch.setattr(batch_files, "write_text", right.fate.write)
    right.run(*THREE)
    assert right.jobs == jobs
    assert {target: len(found) for target, found in right.answers.items()} == {
        target: len(ASKED) for target in THREE
    }
    for at in range(1, right.fate.count + 1):
        one = book(at, adapted=adapted, fate=Fate(at))
        monkeypatch.setattr(batch_files, "write_text", one.fate.write)
        with pytest.raises(Crash):
            one.run(*THREE)
        one.run(*THREE)
        assert one.jobs == jobs, at
        assert one.pairs == len(adapted), at
        assert one.answers == right.answers, at
        assert one.told == [], at
    assert right.fate.count > 20


@pytest.mark.parametrize("order", list(itertools.permutations(THREE)))
def test_a_crash_while_a_share_is_agreed_on(
    book: Callable[..., Book],
    monkeypatch: pytest.MonkeyPatch,
    order: tuple[str, ...],
) -> None:
    """One language knows of it; whichever is resumed alone, it is the one job.

    That one is started for all three, so the others have to find it, though they come
    by themselves and their own journals say nothing.
    """
    one = book(fate=Fate(5))  # three beginnings, the first note, and no more
    monkeypatch.setattr(batch_files, "write_text", one.fate.write)
    with pytest.raises(Crash):
        one.run(*THREE)
    monkeypatch.setattr(batch_files, "write_text", pages.write_text)
    told = [bool(one.begin(target).journal.targets) for target in THREE]
    assert told == [True, False, False]
    for target in order:
        one.run(target)
        assert one.jobs == [[*THREE]]
    assert all(len(found) == len(ASKED) for found in one.answers.values())


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"targets": 5}', "\udcff"])
def test_a_journal_of_another_language_that_cannot_be_read(
    book: Callable[..., Book], broken: str
) -> None:
    """It is that language's to tell; this one goes on alone."""
    one = book()
    journal = one.begin("fr").folder / "journal.json"
    journal.write_text(broken, "utf-8", "surrogateescape")
    one.run("es")
    assert one.jobs == [["es"]]
    assert len(one.answers["es"]) == len(ASKED)


def test_a_job_is_paid_for_in_all_its_languages(book: Callable[..., Book]) -> None:
    """By the one that starts it, once, even if threads begin at once."""
    one = book()
    batches = one.batches(*THREE)
    assert batches[0].journal.characters == CHARACTERS
    with ThreadPoolExecutor(len(THREE)) as pool:
        assert list(pool.map(one.advance, batches)) == [Sent(len(ASKED))] * 3
    assert one.jobs == [[*THREE]]
    assert one.account.characters == 3 * CHARACTERS


def test_a_share_that_is_not_covered_is_not_started(
    book: Callable[..., Book],
) -> None:
    """Agreed on before, resumed with less money: nothing is billed beyond that."""
    one = book(budget=2.5 * CHARACTERS)
    with pytest.raises(EngineError, match="the budget does not cover the job"):
        one.run(*THREE)
    assert one.jobs == []
    assert one.account.characters == 0


def test_without_the_money_for_all_each_goes_alone(book: Callable[..., Book]) -> None:
    """As far as it reaches; what was not agreed on is not shared."""
    one = book(budget=2.5 * CHARACTERS)
    with pytest.raises(EngineError, match="the budget does not cover the job"):
        one.run(*THREE, anew=False)
    assert one.jobs == [["es"], ["fr"]]
    assert one.account.characters == 2 * CHARACTERS


def test_a_queue_that_is_full_holds_no_money(book: Callable[..., Book]) -> None:
    """Who waits for a place has paid nothing, and holds nobody up once it stops."""
    one = book(budget=3 * CHARACTERS)
    batches = one.batches(*THREE)
    door: Any = Full(one.door)
    for batch in batches:
        steps = advance(batch, door, one.account, lambda _: True, one.told.append)
        step = next(steps)
        assert isinstance(step, Waiting)
        assert step[:2] == ("a place in the queue", "10 jobs are running")
        steps.close()  # type: ignore[attr-defined] # a generator
        assert one.account.characters == 0
    assert [one.advance(batch) for batch in batches] == [Sent(len(ASKED))] * 3
    assert one.jobs == [[*THREE]]


def test_more_languages_than_a_job_may_have(book: Callable[..., Book]) -> None:
    """Ten share the first job, the others another one."""
    codes = ["da", "de", "es", "fr", "it", "ja", "ko", "nl", "pt", "sv", "tr", "zh"]
    one = book()
    found = [batch.journal.targets for batch in one.batches(*codes)]
    assert found == [tuple(codes[:10])] * 10 + [tuple(codes[10:])] * 2
    again = [batch.journal.targets for batch in one.batches(*reversed(codes))]
    assert again == found[::-1]


@pytest.mark.slow
def test_a_dozen_languages_at_once(book: Callable[..., Book], there: Standin) -> None:
    """Each with a job of its own, in a second that does not allow so many calls."""
    codes = ["da", "de", "es", "fr", "it", "ja", "ko", "nl", "pt", "sv", "tr", "zh"]
    one = book()
    batches = one.batches(*codes, anew=False)
    there.ledger.reset()
    there.faults = Faults(job_rate_limits=True)
    try:
        with ThreadPoolExecutor(len(codes)) as pool:
            sent = list(pool.map(one.advance, batches))
    finally:
        there.faults = Faults()
    assert sent == [Sent(len(ASKED))] * len(codes)
    assert one.jobs == [[code] for code in codes]
    assert there.ledger.outcomes["throttled"] > 0
    assert one.account.characters == len(codes) * CHARACTERS
