"""What was paid for is paid for once, whatever happens to build or service."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from amts_sphinx.engines import amazon
from amts_sphinx.memory.cache import AnswerCache
from amts_sphinx.memory.spending import Account
from amts_sphinx.sphinx_ext.books import read_pages
from amts_sphinx.testing.standin import Faults, Standin
from amts_sphinx.testing.standin.damage import CODE_KINDS, SENTENCE_KINDS
from amts_sphinx.text import codes
from amts_sphinx.text.repair import Repair, holds
from amts_sphinx.text.units import Code, Question
from engines.service import Paid, sentences, serving, wrong

HERE = Path(__file__).parent
#: requests that may be under way at once
THREADS = 8


@pytest.fixture
def there() -> Iterator[Standin]:
    """The stand-in, in working order."""
    with serving() as standin:
        yield standin


# -- once -------------------------------------------------------------------------


def test_a_book_is_paid_for_once(tmp_path: Path, there: Standin) -> None:
    """All is answered, billed as quoted; the next build finds it in the drafts."""
    asked = sentences(300)
    first = Paid(tmp_path)
    assert wrong(asked, first.draft(asked)) == []
    use, ledger = first.engine.use, there.ledger
    assert (use.calls, use.characters) == (ledger.requests, ledger.billed)
    assert first.account.characters == ledger.billed
    assert first.said == [
        first.engine.quote([], 0)
        ._replace(sentences=300, of=300, characters=ledger.billed)
        .line()
    ]
    there.ledger.reset()
    second = Paid(tmp_path)
    assert second.draft(asked) == first.draft(asked)
    assert (there.ledger.requests, second.said, second.told) == (0, [], [])
    assert second.engine.use.stored == 0


def test_what_is_answered_outlives_the_drafts(tmp_path: Path, there: Standin) -> None:
    """Without drafts the cache answers, sentence by sentence, and they are back."""
    asked = sentences(120)
    Paid(tmp_path).draft(asked)
    drafts = (tmp_path / "drafts.jsonl").read_bytes()
    (tmp_path / "drafts.jsonl").unlink()
    there.ledger.reset()
    again = Paid(tmp_path)
    assert wrong(asked, again.draft(asked)) == []
    assert (there.ledger.requests, again.engine.use.stored) == (0, 120)
    assert (tmp_path / "drafts.jsonl").read_bytes() == drafts


def test_one_new_sentence_is_one_call(tmp_path: Path, there: Standin) -> None:
    """It alone is sent and billed."""
    Paid(tmp_path).draft(sentences(50))
    there.ledger.reset()
    new = Question("A new pond was dug last year.")
    Paid(tmp_path).draft([*sentences(50), new])
    [record] = there.ledger.asked
    assert (record.texts, record.billed) == ((new.text,), len(new.text))


def test_twins_are_sent_once(tmp_path: Path, there: Standin) -> None:
    """Two sentences that look the same on the wire share one answer."""
    one = Question('See <g id="1">the pond</g>.', (Code("link", "a"),))
    two = Question('See <g id="1">the pond</g>.', (Code("emphasis", ""),))
    found = Paid(tmp_path).draft([one, two])
    assert wrong([one, two], found) == []
    assert [len(record.texts) for record in there.ledger.asked] == [1]


def test_what_has_no_letters_is_not_sent(tmp_path: Path, there: Standin) -> None:
    """Numbers and codes are their own translation."""
    asked = [Question("1 + 2."), Question('<x id="1"/>.', (Code("math", "x"),))]
    found = Paid(tmp_path, budget=0).draft(asked)
    assert [answer.text for answer in found if answer] == [q.text for q in asked]
    assert there.ledger.requests == 0


def test_repairs_are_stored_too(tmp_path: Path, there: Standin) -> None:
    """Whatever the ladder asked for besides: the next build needs none of it again."""
    there.faults = Faults(damage={"dropped": 0.5}, seed=3)
    asked = sentences(100)
    first = Paid(tmp_path)
    found = first.draft(asked)
    assert first.engine.use.repairs[Repair.SPLIT] > 10
    (tmp_path / "drafts.jsonl").unlink()
    there.ledger.reset()
    assert Paid(tmp_path).draft(asked) == found
    assert there.ledger.requests == 0


def test_an_option_that_changes_answers_asks_anew(
    tmp_path: Path, there: Standin
) -> None:
    """Formal answers are not shown for informal ones, nor the other way round."""
    asked = sentences(5)
    for formality in ("", "FORMAL", "INFORMAL", "FORMAL", ""):
        Paid(tmp_path, formality=formality).draft(asked)
    assert there.ledger.requests == 3


def test_a_draft_that_no_longer_fits_is_not_shown(
    tmp_path: Path, there: Standin
) -> None:
    """Even with a true checksum: it is asked for as if it were not there."""
    asked = [Question('See <x id="1"/>.', (Code("math", "x"),))]
    Paid(tmp_path).draft(asked)
    path = tmp_path / "drafts.jsonl"
    line = json.loads(path.read_text("utf-8"))
    from amts_sphinx.memory.files import checksum

    line.pop("sum")
    line["target"] = "no code at all"
    line["sum"] = checksum(line)
    path.write_text(json.dumps(line) + "\n", "utf-8")
    assert wrong(asked, Paid(tmp_path).draft(asked)) == []
    assert there.ledger.requests == 1  # the first build's; the cache had the answer


# -- killed -----------------------------------------------------------------------


@pytest.mark.slow
def test_a_killed_build_loses_no_answer(tmp_path: Path) -> None:
    """200 times killed: what was safe is there, and little was paid for twice."""
    kills, count = 200, 1500
    with serving(Faults(latency=0.05, jitter=0.1)) as there:
        script = [sys.executable, str(HERE / "killing.py"), str(tmp_path)]
        done = subprocess.run(
            [*script, str(kills), str(count)],
            check=False,
            timeout=600,
            env={**os.environ, "PYTHONPATH": str(HERE.parent)},
        )
        assert done.returncode == 0
        ledger = there.ledger
        again = Paid(tmp_path)
        (tmp_path / "drafts.jsonl").unlink(missing_ok=True)
        before = ledger.requests
        assert wrong(sentences(count), again.draft(sentences(count))) == []
        assert ledger.requests == before
    largest = max(len(record.texts) for record in ledger.asked)
    safe = Counter((tmp_path / "kept").read_text().split())
    keys = {again.service.request(q).key() for q in sentences(count)}
    assert set(safe) <= keys
    # some were killed after keeping them, before noting it
    assert len(keys - set(safe)) <= kills * THREADS * largest
    assert set(safe.values()) == {1}  # nothing that was safe was ever asked for again
    sent = Counter(text for record in ledger.asked for text in record.texts)
    twice = sum(sent.values()) - count
    assert twice <= kills * THREADS * largest


# -- faults -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_bad_day_costs_no_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """30 % throttled, 5 % errors, 5 % dropped, 5 % cut: all is done, little extra."""
    monkeypatch.setattr(amazon, "PACK", 4_000)
    faults = Faults(throttle=0.3, errors=0.05, dropped=0.05, cut=0.05, seed=seed)
    asked = sentences(900)
    with serving(faults) as there:
        paid = Paid(tmp_path)
        assert wrong(asked, paid.draft(asked)) == []
        assert paid.told == []
        ledger = there.ledger
        needed = ledger.answered
        assert ledger.outcomes["throttled"] > 0
        assert ledger.outcomes["cut"] > 0
        theory = needed / (1 - 0.3 - 0.05 - 0.05 - 0.05)
        assert ledger.requests <= 1.25 * theory
        assert ledger.billed <= paid.account.characters
        with AnswerCache.open(tmp_path / "answers", print) as cache:
            for question in asked:
                answer = cache.get(paid.service.request(question))
                assert answer
                assert answer.text.strip()


@pytest.mark.slow
def test_a_limit_of_requests_is_kept_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 20 requests a second none is lost, and few are sent in vain."""
    monkeypatch.setattr(amazon, "PACK", 300)
    asked = sentences(900)
    with serving(Faults(rate=20.0, latency=0.06)) as there:
        paid = Paid(tmp_path)
        assert wrong(asked, paid.draft(asked)) == []
        assert there.ledger.answered >= 200
        assert there.ledger.outcomes["throttled"] <= 0.15 * there.ledger.answered


@pytest.fixture(scope="module")
def real_sentences(d2l: Path) -> list[Question]:
    """Every sentence of the D2L chapters, as an engine is asked."""
    pages, _ = read_pages(d2l / "en", None, print)
    messages = [message for page in pages.values() for message in page.messages]
    found = {Question(s.text, s.codes): None for m in messages for s in m.segments}
    return list(found)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*CODE_KINDS, *SENTENCE_KINDS])
def test_damage_of_every_kind(
    tmp_path: Path, real_sentences: list[Question], kind: str
) -> None:
    """Formulas, code and links survive it, always; at 2 % it costs 2 % at most."""
    coded = [question for question in real_sentences if "<" in question.text]
    assert len(coded) > 900
    with serving(Faults(damage={kind: 0.02})) as there:
        found = Paid(tmp_path / "some").draft(real_sentences)
        service = Paid(tmp_path).service
        wires = {
            service.request(q).text: service.size(q)
            for q in real_sentences
            if codes.has_letters(q.text)
        }
        assert there.ledger.billed <= 1.02 * sum(wires.values())
        unusable = sum(not (answer and answer.text) for answer in found)
        assert unusable <= 0.03 * len(found)
        there.faults = Faults(damage={kind: 1.0})
        found += Paid(tmp_path / "all").draft(coded)
    for question, answer in zip([*real_sentences, *coded], found, strict=True):
        assert answer
        assert not answer.text or holds(question.text, question.codes, answer.text)


# -- money ------------------------------------------------------------------------


def _spend(folder: Path, account: str, seed: int, url: str) -> int:
    """One of several processes that translate on one account."""
    with pytest.MonkeyPatch.context() as patch:
        from engines import service

        service.alone(patch, url, "eu-west-1")
        paid = Paid(folder / str(seed), 0.3, account=account)
        paid.desk = paid.desk  # as the build has it
        account_of_all = Account(folder / "spending", account, 0.3, paid.service.price)
        object.__setattr__(paid.desk, "account", account_of_all)
        return sum(bool(a and a.text) for a in paid.draft(sentences(900, seed)))


@pytest.mark.slow
def test_a_budget_holds_across_processes(tmp_path: Path) -> None:
    """Two processes of eight threads each, a bad day: never a character beyond it."""
    faults = Faults(throttle=0.1, dropped=0.1, cut=0.1, latency=0.02, seed=5)
    with serving(faults) as there:
        account = Account.new_name()
        jobs = [(tmp_path, account, seed, there.url) for seed in (1, 2)]
        with get_context("spawn").Pool(2) as pool:
            done = pool.starmap(_spend, jobs)
        assert 0 < sum(done) < 1800
        assert 10_000 < there.ledger.billed <= 20_000  # 0.30 at 15.00 a million


def test_a_budget_is_spent_to_its_end(tmp_path: Path, there: Standin) -> None:
    """A request that is too dear is made smaller until a sentence does not fit."""
    asked = sentences(400)
    paid = Paid(tmp_path, budget=0.06)  # 4 000 characters
    found = paid.draft(asked)
    assert 3_600 < there.ledger.billed <= 4_000
    done = sum(answer is not None for answer in found)
    [line] = paid.told
    assert line == (
        f"engine 'amazon': {400 - done} of 400 sentences were not translated: the "
        "budget does not cover them"
    )
    assert paid.engine.use.unanswered == 400 - done


def test_an_account_that_cannot_be_kept_pays_nothing(
    tmp_path: Path, there: Standin
) -> None:
    """Who cannot count must not spend; one line says why."""
    (tmp_path / "spending").write_text("no folder")
    paid = Paid(tmp_path)
    assert set(paid.draft(sentences(20))) == {None}
    assert there.ledger.requests == 0
    assert any("spending" in line for line in paid.told)


def test_a_disk_that_fills_up_ends_the_job(
    tmp_path: Path, there: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came is used, nothing more is bought, and one line says so."""
    monkeypatch.setattr(amazon, "PACK", 200)
    Paid(tmp_path).draft(sentences(1, seed=9))
    there.ledger.reset()
    there.faults = Faults(latency=0.02)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    asked = sentences(400)
    paid = Paid(tmp_path)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, limits[1]))
    try:
        found = paid.draft(asked)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    answered = sum(len(r.texts) for r in there.ledger.asked if r.outcome == "answered")
    assert 0 < there.ledger.requests < 150
    assert sum(answer is not None for answer in found) == answered
    assert sum("new answers cannot be kept" in line for line in paid.told) == 1


#: a build by somebody who may write nothing; all is loaded before that is so
_POOR = """
import os, sys
from pathlib import Path
import diskcache
from engines.service import Paid, sentences, wrong
if os.geteuid() == 0:
    os.setuid(65534)
paid = Paid(Path(sys.argv[1]))
found = paid.draft(sentences(30))
print(len(wrong(sentences(30), found)), paid.engine.use.stored, paid.engine.use.calls)
print(len(paid.told), all("cannot be" in line for line in paid.told), paid.told)
"""


def test_a_read_only_cache_is_still_read(there: Standin) -> None:
    """A warm build needs no right to write, nor does it pay; it says what it lacks."""
    with (
        TemporaryDirectory() as name
    ):  # pytest's own can be entered by their owner only
        folder = Path(name)
        Paid(folder).draft(sentences(30))
        (folder / "drafts.jsonl").unlink()
        there.ledger.reset()
        paths = [folder, *folder.rglob("*")]
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            done = subprocess.run(
                [sys.executable, "-c", _POOR, name],
                env={**os.environ, "PYTHONPATH": str(HERE.parent)},
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
        finally:
            for path in paths:
                path.chmod(0o700)
        assert done.stderr == ""
        counts, lines = done.stdout.splitlines()
        assert counts == "0 30 0"
        assert lines.startswith(("1 True", "2 True")), lines
        assert there.ledger.requests == 0


# -- stopped ----------------------------------------------------------------------


def test_who_stops_listening_stops_the_job(
    tmp_path: Path, there: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is under way is finished and kept; no other request is made."""
    monkeypatch.setattr(amazon, "PACK", 300)
    there.faults = Faults(latency=0.05)
    asked = sentences(300)
    paid = Paid(tmp_path)

    def interrupted(steps: object, _total: int) -> None:
        next(iter(steps))  # type: ignore[call-overload] # steps are iterable
        raise KeyboardInterrupt

    object.__setattr__(paid.desk, "watch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        paid.draft(asked)
    assert threading.active_count() < 20
    answered = {t for r in there.ledger.asked for t in r.texts}
    assert 0 < there.ledger.requests <= 2 * THREADS
    there.ledger.reset()
    assert wrong(asked, Paid(tmp_path).draft(asked)) == []
    assert not answered & {t for r in there.ledger.asked for t in r.texts}


def test_frozen_sends_nothing(tmp_path: Path, there: Standin) -> None:
    """Drafts and answers are used, the rest has no answer, and it is said once."""
    Paid(tmp_path).draft(sentences(10))
    there.ledger.reset()
    frozen = Paid(tmp_path, frozen=True)
    found = frozen.draft(sentences(14))
    assert [answer is None for answer in found] == [False] * 10 + [True] * 4
    assert (there.ledger.requests, frozen.told) == (0, [])
    assert len(frozen.said) == 1
    assert frozen.said[0].startswith("4 sentences have no draft")
