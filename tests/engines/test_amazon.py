"""Amazon Translate in real time, asked by boto3 over HTTP, as far as the wire goes."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import closing
from math import ceil, log2
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import strategies
from amts_sphinx.engines import amazon_wire
from amts_sphinx.engines.amazon import FORMAL, PACK, PRICE, AmazonEngine
from amts_sphinx.engines.amazon_client import THREADS
from amts_sphinx.engines.engine import EngineError, create_engine
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.engines.opening import open_engine
from amts_sphinx.engines.pseudo import pseudo
from amts_sphinx.memory.cache import AnswerCache
from amts_sphinx.memory.spending import Account
from amts_sphinx.testing.standin import Faults, Standin
from amts_sphinx.testing.standin import html as standin_html
from amts_sphinx.text.units import Code, Question
from engines.service import Paid, alone, only, sentences, serving, wrong
from strategies import Coded


@pytest.fixture(scope="module")
def _running() -> Iterator[Standin]:
    with serving() as there:
        yield there


@pytest.fixture
def there(_running: Standin) -> Standin:
    """A stand-in without faults and without a past."""
    _running.faults = Faults()
    _running.ledger.reset()
    return _running


def operations(there: Standin) -> list[str]:
    """What was asked for, in order."""
    return [record.operation for record in there.ledger.asked]


# -- what is said before anything is asked -----------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"formality": "formal"}, "formality: 'formal' is not one of FORMAL, INFORMAL"),
        ({"profanity": "ON"}, "profanity: 'ON' is not one of MASK"),
        ({"brevity": "yes"}, "brevity: 'yes' is not one of ON"),
        ({"formality": True}, "formality: True is not one of FORMAL, INFORMAL"),
        ({"price": -1.0}, "price: -1.0"),
        ({"price": float("nan")}, "price: nan"),
        ({"price": float("inf")}, "price: inf"),
        ({"price": "15"}, "price: '15'"),
        ({"price": None}, "price: None"),
        ({"terminology": "/nowhere/a.csv"}, "a.csv: cannot be read (No such file"),
        ({"regoin": "eu-west-1"}, "unexpected keyword argument 'regoin'"),
    ],
)
def test_an_option_that_is_wrong(options: dict[str, object], said: str) -> None:
    """Which it is, what it says and what it may say, in one line."""
    with pytest.raises(EngineError) as info:
        create_engine("amazon", "en", "es", options)
    assert str(info.value).startswith("engine 'amazon' cannot be used: ")
    assert said in str(info.value)
    assert "\n" not in str(info.value)


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("en", "xx", "xx"),
        ("eo", "en", "eo"),
        ("en", "zh-Hans", "zh-Hans"),
        ("en_US", "es", "en_US"),
        ("auto", "es", "auto"),
        ("en", "", ""),
    ],
)
def test_a_language_that_is_not_translated(source: str, target: str, code: str) -> None:
    """It is named, as it was given."""
    with pytest.raises(EngineError, match=f"does not translate '{code}'$"):
        AmazonEngine(source, target)


def test_a_language_without_formality() -> None:
    """Where nobody can be addressed formally the option is refused, elsewhere taken."""
    with pytest.raises(
        EngineError, match="formality: there is no choice of it in 'zh'"
    ):
        AmazonEngine("en", "zh", formality="FORMAL")
    for code in FORMAL:
        AmazonEngine("en", code, formality="INFORMAL")


def test_the_price() -> None:
    """It is Amazon's unless another is given, for which the book answers."""
    assert AmazonEngine("en", "es").price == PRICE
    own = AmazonEngine("en", "es", price=7).price
    assert (own.per_million, own.currency, own.source) == (
        7,
        "USD",
        "amts_engine_options",
    )
    assert AmazonEngine("en", "es", price=0).price.cost(10**9) == 0


def test_nothing_of_boto3_is_loaded_before_it_is_used() -> None:
    """A build that has all its answers, or only tells the price, does not wait for it.

    Only the first request loads it.
    """
    program = """
import sys
from amts_sphinx.engines import opening, paid
from amts_sphinx.engines.amazon import AmazonEngine
from amts_sphinx.text.units import Code, Question
engine = AmazonEngine("en", "es", formality="FORMAL")
question = Question('a <x id="1"/>', (Code("math", "x"),))
engine.request(question).key(), engine.size(question)
engine.read(question, '<code id="1"></code>')
job = engine.answers([question], None, None, print)
print([name for name in ("boto3", "botocore") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


# -- what is asked -------------------------------------------------------------------


@given(strategies.coded_texts)
def test_a_document_is_billed_as_the_service_counts(sentence: Coded) -> None:
    """The size of a question is what the other side's books say, to the character."""
    question = Question(*sentence)
    wire = amazon_wire.to_wire(question)
    document = standin_html.split(amazon_wire.document([wire]))
    assert AmazonEngine("en", "es").size(question) == document.characters


@pytest.mark.parametrize(
    ("source", "target", "options"),
    [
        ("en", "es", {}),
        ("fr", "en", {}),
        ("en", "fr", {"brevity": "ON"}),
        ("es", "fr", {}),
    ],
)
def test_both_sides_keep_the_same_books(
    tmp_path: Path, there: Standin, source: str, target: str, options: dict[str, Any]
) -> None:
    """Sizes, account, engine and service: the same sum, and every answer is right."""
    paid = Paid(tmp_path, source=source, target=target, **options)
    asked = [*sentences(40), Question('R&amp;D &lt;b&gt; a\xa0b "c"')]
    assert wrong(asked, paid.draft(asked)) == []
    size = sum(map(paid.service.size, asked))
    assert there.ledger.billed == size
    assert paid.account.characters == size
    assert paid.service.billed == size
    assert paid.engine.use.characters == size
    assert sum(step.characters for step in paid.steps) == size
    assert sum(step.sentences for step in paid.steps) == len(asked)
    assert (paid.told, paid.service.lost) == ([], 0)
    assert paid.service.requests == there.ledger.requests


@pytest.mark.parametrize(
    ("source", "target", "options"),
    [("es", "fr", {}), ("en", "es", {"brevity": "ON"}), ("zh", "ja", {})],
)
def test_no_document_where_there_are_none(
    tmp_path: Path, there: Standin, source: str, target: str, options: dict[str, Any]
) -> None:
    """Without English, or in brief, each sentence is a text of its own."""
    paid = Paid(tmp_path, source=source, target=target, **options)
    asked = sentences(10)
    assert wrong(asked, paid.draft(asked)) == []
    assert operations(there) == ["TranslateText"] * 10


def test_seven_thousand_messages_are_few_requests() -> None:
    """A textbook of 18,000 sentences is asked in at most 250, always the same ones."""
    asked = sentences(18_000)
    service = AmazonEngine("en", "es")
    packs = service._packs(asked)
    assert len(packs) <= 250
    assert [number for pack in packs for number in pack] == list(range(len(asked)))
    assert AmazonEngine("en", "es")._packs(asked) == packs
    for pack in packs[:10]:
        wires = [amazon_wire.to_wire(asked[number]) for number in pack]
        assert PACK * 0.9 < len(amazon_wire.document(wires).encode()) < PACK + 100


def test_a_long_sentence_travels_alone() -> None:
    """What is longer than a pack is one; what stands around it is packed as ever."""
    long = Question("word " * 4000)
    packs = AmazonEngine("en", "es")._packs([*sentences(2), long, *sentences(2)])
    assert packs == [(0, 1), (2,), (3, 4)]


OPTIONS: list[dict[str, str]] = [
    {},
    {"formality": "FORMAL"},
    {"formality": "INFORMAL"},
    {"profanity": "MASK"},
    {"brevity": "ON"},
    {"terminology": "one.csv"},
    {"terminology": "other.csv"},
    {"source": "fr"},
    {"source": "pt"},
    {"target": "es-MX"},
    {"target": "it"},
]


@pytest.fixture
def glossaries(tmp_path: Path) -> Path:
    """A folder of two glossaries for many languages."""
    head = "en,es,es-MX,it\n"
    (tmp_path / "one.csv").write_text(f"{head}price,precio,precio,prezzo\n")
    (tmp_path / "other.csv").write_text(f"{head}price,coste,coste,costo\n")
    return tmp_path


def key(folder: Path, question: Question, options: dict[str, Any]) -> str:
    """The key of a question, with the engine made so."""
    options = {"source": "en", "target": "es"} | options
    if "terminology" in options:
        options["terminology"] = str(folder / options["terminology"])
    return AmazonEngine(**options).request(question).key()


def test_an_answer_depends_on_every_option(glossaries: Path) -> None:
    """Each of them alone makes another key, as each makes another answer."""
    question = Question("A price.")
    keys = [key(glossaries, question, options) for options in OPTIONS]
    assert len(set(keys)) == len(OPTIONS)
    assert keys == [key(glossaries, question, options) for options in OPTIONS]


@pytest.mark.parametrize(
    "options",
    [
        {"region": "us-east-1"},
        {"price": 99.0},
        {"endpoint_url": "https://translate.us-east-1.amazonaws.com"},
    ],
)
def test_an_answer_does_not_depend_on_where_it_was_asked(
    glossaries: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    """Nor on its price: it is not paid for again, as long as Amazon gave it."""
    alone(monkeypatch)
    question = Question("A price.")
    assert key(glossaries, question, options) == key(glossaries, question, {})


def test_an_answer_depends_on_who_gave_it(
    glossaries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a stand-in said is never taken for Amazon's, however it was named."""
    alone(monkeypatch)
    question = Question("A price.")
    amazon = key(glossaries, question, {})
    url = "https://translate.example.org"
    assert key(glossaries, question, {"endpoint_url": url}) != amazon
    monkeypatch.setenv("AWS_ENDPOINT_URL_TRANSLATE", "http://127.0.0.1:1")
    there = key(glossaries, question, {})
    assert there not in {amazon, key(glossaries, question, {"endpoint_url": url})}
    monkeypatch.setenv("AWS_ENDPOINT_URL_TRANSLATE", "http://127.0.0.1:2")
    assert key(glossaries, question, {}) == there


def test_an_answer_depends_on_what_is_sent(glossaries: Path) -> None:
    """On what is shown of a formula, not on where a link points, nor on wrapping."""

    def of(text: str, code: Code) -> str:
        return key(glossaries, Question(text, (code,)), {})

    text = 'a <x id="1"/> b'
    assert of(text, Code("math", "x")) != of(text, Code("math", "y"))
    assert of(text, Code("xref", "x")) == of(text, Code("xref", "y"))
    assert of(text, Code("xref", "x")) == of(
        text.replace(" ", "\n "), Code("xref", "x")
    )


# -- terminologies ------------------------------------------------------------------


def test_a_terminology_is_brought_once(
    glossaries: Path, tmp_path: Path, there: Standin
) -> None:
    """Eight requests miss it at once; one brings it, all are asked again with it.

    The next build finds it there; a file that has changed is another one.
    """
    there.faults = Faults(latency=0.02)
    asked = sentences(700)
    packs = len(AmazonEngine("en", "es")._packs(asked))
    assert packs >= THREADS
    paid = Paid(tmp_path / "1", terminology=str(glossaries / "one.csv"))
    answers = paid.draft(asked)
    assert paid.told == []
    assert operations(there).count("ImportTerminology") == 1
    answered = [r for r in there.ledger.asked if r.outcome == "answered"]
    assert len(answered) == packs + 1
    assert there.ledger.requests <= packs + 1 + THREADS
    words = [a.text for a in answers if a and "precio" in a.text]
    assert len(words) == sum(bool(re.search(r"\bprice\b", q.text)) for q in asked)
    assert len(words) > 50

    there.ledger.reset()
    again = Paid(tmp_path / "2", terminology=str(glossaries / "one.csv"))
    assert again.draft(asked) == answers
    assert set(operations(there)) == {"TranslateDocument"}
    assert there.ledger.requests == packs

    other = Paid(tmp_path / "2", terminology=str(glossaries / "other.csv"))
    changed = other.draft(asked)
    assert operations(there).count("ImportTerminology") == 1
    assert sum("coste" in a.text for a in changed if a) == len(words)


def test_a_wrong_terminology(tmp_path: Path) -> None:
    """File and line are named, and the book is built from the memory alone."""
    path = tmp_path / "glossary.csv"
    path.write_text("en,es\nprice,precio\nsupply,\n")
    told: list[str] = []
    options = {"terminology": str(path)}
    engine = open_engine("amazon", "en", "es", options, told.append)
    assert isinstance(engine, MemoryEngine)
    line = only(told)
    assert "engine 'amazon' cannot be used: glossary.csv:3: " in line
    assert line.endswith("; the memory alone is used")


def test_a_terminology_that_is_refused(
    glossaries: Path, tmp_path: Path, there: Standin
) -> None:
    """The job ends with one line; without the book's words nothing is translated."""
    found, denied = "ResourceNotFoundException", "AccessDeniedException"
    there.faults = Faults(next_errors=(found, denied))
    paid = Paid(tmp_path, terminology=str(glossaries / "one.csv"))
    assert paid.draft(sentences(20)) == [None] * 20
    line = only(paid.told)
    assert "the terminology cannot be imported: " in line
    assert there.ledger.requests == 2
    assert paid.account.characters == 0


# -- sentences that cannot be asked, or are not answered -----------------------------


@pytest.mark.parametrize(
    ("languages", "size", "more"),
    [(("en", "es"), 90_000, 20_000), (("es", "fr"), 9_000, 1_500)],
)
def test_a_sentence_that_is_too_long(
    tmp_path: Path, there: Standin, languages: tuple[str, str], size: int, more: int
) -> None:
    """It stays in the source and one line says so; no request holds it.

    The one that just fits is translated, as are those beside it.
    """
    fits, long = (Question("word " * (n // 5)) for n in (size, size + more))
    asked = [*sentences(2), fits, long, *sentences(2, seed=1)]
    paid = Paid(tmp_path, source=languages[0], target=languages[1])
    answers = paid.draft(asked)
    assert wrong(asked, answers) == [(long, None)]
    line = only(paid.told)
    assert "1 of 6 sentences were not translated: more than the service takes" in line
    assert all(record.outcome == "answered" for record in there.ledger.asked)
    assert paid.account.characters == sum(
        paid.service.size(question) for question in asked if question != long
    )


@pytest.mark.parametrize(("documents", "limit"), [(True, 102_400), (False, 10_000)])
def test_all_that_is_sent_is_taken(documents: bool, limit: int) -> None:  # noqa: FBT001 - both ways
    """No sentence that is not too long would be refused for its length."""
    service = AmazonEngine("en" if documents else "es", "fr")
    size = -1 + bisect_left(
        range(limit), 1, key=lambda n: service.too_large(Question("a" * n))
    )
    sent = amazon_wire.document(["a" * size]) if documents else "a" * size
    assert limit * 0.97 < len(sent.encode()) <= limit


@pytest.mark.parametrize("count", [1, 3])
def test_poison(tmp_path: Path, there: Standin, count: int) -> None:
    """A sentence the service refuses is found by halving; only it stays untranslated.

    What was refused is not paid.
    """
    asked = sentences(1000)
    bad = [Question(f"A strange arsenic {n}.") for n in range(count)]
    for number, question in enumerate(bad):
        asked.insert(300 * number + 123, question)
    there.faults = Faults(poison="arsenic")
    paid = Paid(tmp_path)
    packs = paid.service._packs(asked)
    answers = paid.draft(asked)
    assert wrong(asked, answers) == [(question, None) for question in bad]
    line = only(paid.told)
    assert f"{count} of {1000 + count:,} sentences were not translated: " in line
    assert "(InvalidRequestException)" in line
    extra = there.ledger.requests - len(packs)
    assert extra <= 2 * count * ceil(log2(max(map(len, packs))))
    assert paid.account.characters == there.ledger.billed
    assert there.ledger.billed == sum(
        paid.service.size(question) for question in asked if question not in bad
    )


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_nothing_is_misassigned(tmp_path: Path, there: Standin, share: float) -> None:
    """Documents come back with merged or nameless paragraphs, some or even all.

    Each answer there is belongs to its sentence, and what both sides count is the same.
    """
    asked = sentences(400)
    there.faults = Faults(lost_boundaries=share)
    paid = Paid(tmp_path)
    lost = wrong(asked, paid.draft(asked))
    assert all(answer is None for _, answer in lost)
    assert len(lost) < len(asked) * share / 2
    assert paid.account.characters == there.ledger.billed


def test_lost_boundaries_are_asked_for_again(tmp_path: Path) -> None:
    """As long as there is an answer in the end, every sentence has its own."""
    asked = sentences(400)
    done = 0

    def engine(text: str) -> str:
        nonlocal done
        done += 1
        if done > len(asked):  # the first pass is over
            lossy.faults = Faults()
        return pseudo(text)

    with serving(Faults(lost_boundaries=1.0), engine) as lossy:
        paid = Paid(tmp_path)
        assert wrong(asked, paid.draft(asked)) == []
        packs = len(paid.service._packs(asked))
        assert packs < lossy.ledger.requests <= 8 * packs
    assert paid.told == []
    assert paid.account.characters < 2 * sum(map(paid.service.size, asked))


def test_answers_that_cannot_be_read(tmp_path: Path, there: Standin) -> None:
    """Some of them: they are asked for again, counted, and paid as often."""
    there.faults = Faults(rubbish=0.15, cut=0.1)
    asked = sentences(1200)
    paid = Paid(tmp_path)
    assert wrong(asked, paid.draft(asked)) == []
    assert paid.told == []
    outcomes = there.ledger.outcomes
    assert paid.service.lost == outcomes["rubbish"] + outcomes["cut"] > 0
    assert paid.account.characters == there.ledger.billed


@pytest.mark.parametrize(
    "faults", [Faults(rubbish=1.0), Faults(cut=1.0)], ids=["rubbish", "cut"]
)
@pytest.mark.parametrize("source", ["en", "fr"])
def test_no_answer_can_be_read(
    tmp_path: Path, there: Standin, faults: Faults, source: str
) -> None:
    """The job ends with one line after few requests; nothing of it is stored.

    The next build asks for everything.
    """
    there.faults = faults
    asked = sentences(1200)
    paid = Paid(tmp_path, source=source)
    assert paid.draft(asked) == [None] * len(asked)
    assert (
        "1,200 of 1,200 sentences were not translated: its answers cannot be"
        in only(paid.told)
    )
    assert there.ledger.requests <= 5 * THREADS
    assert paid.service.lost == there.ledger.requests
    assert paid.account.characters == there.ledger.billed
    with closing(AnswerCache.open(paid.cache, print)) as cache:
        assert len(cache) == 0
    there.faults = Faults()
    again = Paid(tmp_path, source=source)
    few = asked[:50]
    assert wrong(few, again.draft(few)) == []
    assert again.engine.use.stored == 0


# -- the end of a job ---------------------------------------------------------------


def account(folder: Path, budget: float = 50.0) -> Account:
    """An account of its own."""
    return Account(folder / "spending", Account.new_name(), budget, PRICE)


def test_nobody_listens_any_more(tmp_path: Path, there: Standin) -> None:
    """What is under way is kept, nothing else is asked, all that was paid is there."""
    there.faults = Faults(latency=0.05)
    asked = sentences(1800)
    kept: list[Question] = []
    told: list[str] = []

    def keep(answers: Mapping[Question, str]) -> bool:
        kept.extend(answers)
        return True

    service = AmazonEngine("en", "es")
    purse = account(tmp_path)
    with closing(service.answers(asked, purse, keep, told.append)) as job:
        step = next(job)
    assert step.sentences > 0
    requests = there.ledger.requests
    time.sleep(0.1)
    assert there.ledger.requests == requests <= 2 * THREADS
    assert len(kept) == sum(len(record.texts) for record in there.ledger.asked)
    assert sum(map(service.size, kept)) == there.ledger.billed == purse.characters


def test_answers_that_cannot_be_kept(tmp_path: Path, there: Standin) -> None:
    """Nothing more is bought, and one line says why."""
    asked = sentences(1800)
    told: list[str] = []
    service = AmazonEngine("en", "es")
    job = service.answers(asked, account(tmp_path), lambda _answers: False, told.append)
    assert sum(step.sentences for step in job) == len(asked)
    assert "its answers cannot be kept" in only(told)
    assert there.ledger.requests <= THREADS


def test_a_budget_is_used_up(tmp_path: Path, there: Standin) -> None:
    """To the last sentence that it pays for; one line says how many it did not."""
    asked = sentences(1000)
    size = sum(map(AmazonEngine("en", "es").size, asked))
    budget = size / 2 * PRICE.per_million / 1_000_000
    paid = Paid(tmp_path, budget)
    lost = wrong(asked, paid.draft(asked))
    assert all(answer is None for _, answer in lost)
    assert "sentences were not translated: the budget does not cover them" in only(
        paid.told
    )
    assert paid.account.characters == there.ledger.billed
    assert size / 2 - 1000 < there.ledger.billed <= size / 2
