"""An answer is found again exactly if the same would be asked again.

From the options of a book to the key of a request, through everything between: what the
service is sent decides, and whatever else decides how it is read; nothing else does.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, cast
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import strategies
from amts_sphinx.engines import amazon, amazon_wire
from amts_sphinx.engines.amazon import FORMAL, AmazonEngine
from amts_sphinx.engines.amazon_client import Client, Job
from amts_sphinx.engines.engine import create_engine
from amts_sphinx.memory import cache_key
from amts_sphinx.text import codes
from amts_sphinx.text.units import Code, Question
from engines.service import Paid, alone, serving

#: files are written, and not every change goes with every book
PATIENT = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
#: languages with and without English, with and without a form of address
LANGUAGES = ("en", "es", "de", "zh", "zh-TW", "ar")
VALUES = {
    "formality": ("", "FORMAL", "INFORMAL"),
    "profanity": ("", "MASK"),
    "brevity": ("", "ON"),
}
#: of one service
ELSEWHERE: dict[str, tuple[object, ...]] = {
    "region": ("", "eu-west-1", "us-east-1"),
    "endpoint_url": ("", "https://translate.us-east-1.amazonaws.com"),
    "price": (15.0, 0.0, 99.5),
}


@pytest.fixture(scope="module", autouse=True)
def _alone() -> Iterator[None]:
    """Nothing of this machine's settings counts."""
    with pytest.MonkeyPatch.context() as patch:
        alone(patch)
        yield


@dataclass(frozen=True)
class Asked:
    """Everything a book says about one sentence and its engine."""

    source: str
    target: str
    question: Question
    options: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)  #: empty: no terminology

    def engine(self, folder: Path, **more: object) -> AmazonEngine:
        """The engine as a build opens it, with more options."""
        options: dict[str, Any] = {k: v for k, v in self.options.items() if v}
        if self.terms:
            path = folder / "terms.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                rows = csv.writer(file)
                rows.writerows([(self.source, self.target), *self.terms.items()])
            options["terminology"] = str(path)
        made = create_engine("amazon", self.source, self.target, {**options, **more})
        assert isinstance(made, AmazonEngine)
        return made

    def key(self, **more: object) -> str:
        """Of the request."""
        with TemporaryDirectory() as folder:
            return self.engine(Path(folder), **more).request(self.question).key()

    def sent(self) -> tuple[object, ...]:
        """What would leave the machine: the request's parameters."""
        with TemporaryDirectory() as folder:
            engine = self.engine(Path(folder))
            words, wire = engine._terminology, Wire()
            name = words.name if words else ""
            job = Job(self.source, self.target, engine._settings, name)
            engine.ask(cast("Client", wire), job, [self.question])
            return (*wire.sent, words.content if words else b"")


class Wire:
    """In place of the client: writes down what it is to send."""

    def __init__(self) -> None:
        self.sent: tuple[object, ...] = ()

    def document(self, content: str, job: Job, _billed: int) -> str:
        """One document."""
        self.sent = ("document", content, str(job.parameters()))
        return ""

    def text(self, text: str, job: Job, _billed: int) -> str:
        """One text."""
        self.sent = ("text", text, str(job.parameters()))
        return ""


words = st.text(st.sampled_from("abcdé语"), min_size=1, max_size=4)
questions = strategies.coded_texts.map(lambda coded: Question(*coded))


@st.composite
def asked(draw: st.DrawFn, question: st.SearchStrategy[Question] = questions) -> Asked:
    """Any book, engine and sentence that go together."""
    source, target = draw(st.permutations(LANGUAGES))[:2]
    options = {name: draw(st.sampled_from(values)) for name, values in VALUES.items()}
    if target not in FORMAL:
        options["formality"] = ""
    terms = draw(st.dictionaries(words, words, max_size=3))
    return Asked(source, target, draw(question), options, terms)


Draw = Callable[..., Any]
#: makes another book of one
Change = Callable[[Draw, Asked], Asked]


def other(draw: Draw, value: str, values: tuple[str, ...]) -> str:
    """Another of these values."""
    return str(draw(st.sampled_from([one for one in values if one != value])))


def _language(side: str) -> Change:
    def changed(draw: Draw, one: Asked) -> Asked:
        free = tuple(code for code in LANGUAGES if code not in (one.source, one.target))
        found = replace(one, **{side: draw(st.sampled_from(free))})
        assume(not one.options["formality"] or found.target in FORMAL)
        return found

    return changed


def _option(name: str) -> Change:
    def changed(draw: Draw, one: Asked) -> Asked:
        assume(name != "formality" or one.target in FORMAL)
        value = other(draw, one.options[name], VALUES[name])
        return replace(one, options={**one.options, name: value})

    return changed


def _term_added(draw: Draw, one: Asked) -> Asked:
    word = draw(words.filter(lambda word: word not in one.terms))
    return replace(one, terms={**one.terms, word: draw(words)})


def _term_changed(draw: Draw, one: Asked) -> Asked:
    assume(one.terms)
    term = draw(st.sampled_from(sorted(one.terms)))
    word = draw(words.filter(lambda word: word != one.terms[term]))
    return replace(one, terms={**one.terms, term: word})


def _terms_dropped(_draw: Draw, one: Asked) -> Asked:
    assume(one.terms)
    return replace(one, terms={})


def _text(draw: Draw, one: Asked) -> Asked:
    text, place = one.question.text, draw(st.booleans())
    word = draw(words)
    text = f"{word} {text}" if place else f"{text} {word}"
    return replace(one, question=one.question._replace(text=text))


CHANGES: dict[str, Change] = {
    "source": _language("source"),
    "target": _language("target"),
    **{name: _option(name) for name in VALUES},
    "a term more": _term_added,
    "a term": _term_changed,
    "no terms": _terms_dropped,
    "text": _text,
}


@pytest.mark.parametrize("name", CHANGES)
@given(data=st.data())
@settings(PATIENT, max_examples=40)
def test_a_change_makes_another_key(name: str, data: st.DataObject) -> None:
    """Of option, glossary, language or text: the former answer is not the answer."""
    one = data.draw(asked())
    another = CHANGES[name](data.draw, one)
    assert one.key() != another.key()


@pytest.mark.parametrize(
    ("module", "constant", "value"),
    [
        (amazon_wire, "WIRE", "html 0"),
        (amazon, "API", "2016-01-01"),
        (cache_key, "SCHEMA_VERSION", -1),
    ],
)
@given(one=asked())
@settings(PATIENT, max_examples=20)
def test_a_version_makes_another_key(
    module: ModuleType, constant: str, value: object, one: Asked
) -> None:
    """Of the form on the wire, of the service, or of the cache."""
    before = one.key()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, constant, value)
        assert one.key() != before
    assert one.key() == before


payloads = st.sampled_from(["x", "y", "1", "x" * 17, "y" * 17])
shown = st.builds(Code, st.sampled_from(["math", "literal", "xref", "link"]), payloads)


@given(asked(), shown, shown)
@settings(PATIENT)
def test_what_is_shown_of_a_code_counts(one: Asked, left: Code, right: Code) -> None:
    """A formula that is sent makes another key; a target that is not sent does not."""
    text = codes.opaque(1)
    keys = [
        replace(one, question=Question(f"A {text}.", (code,))).key()
        for code in (left, right)
    ]
    visible = [
        code.payload
        if code.kind in {"math", "literal"} and len(code.payload) < 17
        else "1"
        for code in (left, right)
    ]
    assert (keys[0] == keys[1]) == (visible[0] == visible[1])


def _same(_draw: Draw, one: Asked) -> Asked:
    return one


def _respaced(_draw: Draw, one: Asked) -> Asked:
    text = one.question.text.replace(" ", " \n\t ")
    return replace(one, question=one.question._replace(text=f"\n{text} "))


def _decomposed(_draw: Draw, one: Asked) -> Asked:
    text = normalize("NFD", one.question.text)
    return replace(one, question=one.question._replace(text=text))


SAME = (_same, _respaced, _decomposed)


@given(st.data())
@settings(PATIENT, max_examples=200)
def test_keys_are_what_is_sent(data: st.DataObject) -> None:
    """Two requests have one key exactly if they are the same to the service."""
    one = data.draw(asked())
    another = data.draw(st.sampled_from([*SAME, *CHANGES.values()]))(data.draw, one)
    assert (one.key() == another.key()) == (one.sent() == another.sent())


@given(asked(), st.data())
@settings(PATIENT, max_examples=60)
def test_what_cannot_matter(one: Asked, data: st.DataObject) -> None:
    """Where it is asked and at what price, and in which order a book says so."""
    more = {name: data.draw(st.sampled_from(v)) for name, v in ELSEWHERE.items()}
    shuffled = data.draw(st.permutations(list(one.options.items())))
    terms = data.draw(st.permutations(list(one.terms.items())))
    same = replace(one, options=dict(shuffled), terms=dict(terms))
    assert same.key(**more) == one.key()


@given(asked())
@settings(PATIENT, max_examples=20)
def test_another_service_makes_another_key(one: Asked) -> None:
    """What answers at an address that is not Amazon's is no Amazon Translate."""
    hosts = ("translate.us-east-1.amazonaws.com", "example.org", "127.0.0.1")
    keys = [one.key(endpoint_url=f"https://{host}") for host in hosts]
    assert len({one.key(), *keys}) == 3
    assert one.key(endpoint_url="http://127.0.0.1:7") == keys[2]


@given(asked(), st.sampled_from([0.0, 0.01, 50.0]), st.booleans())
@settings(PATIENT, max_examples=30)
def test_money_does_not_matter(one: Asked, budget: float, frozen: bool) -> None:  # noqa: FBT001 - drawn
    """What a build may spend, and whether it may send: its key is the engine's."""
    languages = {"source": one.source, "target": one.target}
    options = {name: value for name, value in one.options.items() if value}
    with TemporaryDirectory() as folder:
        paid = Paid(Path(folder), budget, frozen=frozen, **languages, **options)
        assert paid.engine._key(one.question) == replace(one, terms={}).key()


def test_the_next_build_asks_for_what_changed(tmp_path: Path) -> None:
    """Each of these books is asked once, whatever order they are built in."""
    question = Question('The price of <x id="1"/> falls.', (Code("math", "x"),))
    (tmp_path / "one.csv").write_text("en,es\nprice,precio\n")
    (tmp_path / "other.csv").write_text("en,es\nprice,coste\n")
    books: list[dict[str, Any]] = [
        {},
        {"formality": "FORMAL"},
        {"formality": "INFORMAL"},
        {"profanity": "MASK"},
        {"brevity": "ON"},
        {"terminology": str(tmp_path / "one.csv")},
        {"terminology": str(tmp_path / "other.csv")},
        {"source": "fr"},
        {"target": "it"},
    ]
    elsewhere = [{"region": "us-east-1"}, {"price": 99.0}, {"budget": 7.0}]
    with serving() as there:

        def translations() -> int:
            asked = [record.operation for record in there.ledger.asked]
            done = [record.outcome for record in there.ledger.asked]
            pairs = zip(asked, done, strict=True)
            return sum(o != "ImportTerminology" and d == "answered" for o, d in pairs)

        for count, options in enumerate(books, 1):
            [answer] = Paid(tmp_path, **options).draft([question])
            assert answer
            assert translations() == count
        before = there.ledger.requests
        for options in (*reversed(books), *elsewhere):
            (tmp_path / "drafts.jsonl").unlink(missing_ok=True)
            [answer] = Paid(tmp_path, **options).draft([question])
            assert answer
        assert there.ledger.requests == before
