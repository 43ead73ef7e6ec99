"""Whatever an engine does, the book gets its answers or none, and one line is said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.engines.drafting import Drafter
from amts_sphinx.engines.engine import Engine
from amts_sphinx.engines.guarded import GuardedEngine
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.engines.opening import open_engine
from amts_sphinx.engines.pseudo import PseudoEngine, pseudo
from amts_sphinx.text import repair
from amts_sphinx.text.units import Code, Question
from canned import CannedEngine
from strategies import Coded

X1 = '<x id="1"/>'
X2 = '<x id="2"/>'
CODES = tuple(Code("math", f"x_{number}") for number in range(1, 50))


class _Answering:
    """An engine that hands out whatever it is given, or what a function makes."""

    name = "answering"

    def __init__(self, answers: object) -> None:
        self.answers = answers

    def translate(self, segments: Sequence[str]) -> Any:
        """The answers; a callable is asked for them."""
        return self.answers(segments) if callable(self.answers) else self.answers


def translated(
    segments: Sequence[str], answers: object
) -> tuple[list[str | None], list[str]]:
    """What comes through the guard, and what was said about it."""
    said: list[str] = []
    engine = GuardedEngine(_Answering(answers), "foreign:Engine", said.append)
    return texts(engine, segments), said


def texts(engine: Drafter, segments: Sequence[str]) -> list[str | None]:
    """What the engine drafts; a text that is empty cannot be used."""
    answers = engine.draft([Question(segment, CODES) for segment in segments])
    return [answer.text if answer else None for answer in answers]


def first(*answers: object) -> Callable[[Sequence[str]], list[object]]:
    """Answers to the first job; to whatever is asked after it there is none."""
    jobs = iter([list(answers)])
    return lambda segments: next(jobs, [None] * len(segments))


def raising(error: BaseException) -> Callable[[object], None]:
    """A function that raises this."""

    def function(_: object) -> None:
        raise error

    return function


# -- opening -------------------------------------------------------------------


def test_an_engine_is_opened_guarded() -> None:
    """It keeps its name, its answers come through, and nothing is said."""
    said: list[str] = []
    options = {"answers": {"a": "b"}}
    engine = open_engine("canned:CannedEngine", "en", "es", options, said.append)
    assert isinstance(engine, GuardedEngine)
    assert engine.name == CannedEngine.name
    assert texts(engine, ["a", "c"]) == ["b", None]
    assert said == []


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("no_such_module:Engine", "", "No module named 'no_such_module'"),
        ("foreign_engine:Engine", "", "has no attribute 'Engine'"),
        ("foreign_engine:Engine", "1 / 0", "division by zero"),
        ("foreign_engine:Engine", "raise RuntimeError('no\\n\\tkey')", "no key"),
        ("foreign_engine:Engine", "raise KeyError", "KeyError"),
        ("foreign_engine:Engine", "raise SystemExit('bye')", "bye"),
        ("foreign_engine:Engine", "def broken(:", "invalid syntax"),
        ("foreign_engine:Engine", "Engine = 5", "not callable"),
        ("foreign_engine:Engine", "Engine = dict", "no attribute 'translate'"),
        (
            "foreign_engine:Engine",
            "class Engine(dict):\n    translate = None",
            "'Engine' object cannot translate",
        ),
        (
            "foreign_engine:Engine",
            "def Engine(**_):\n    raise OSError('no\\nnet')",
            "no net",
        ),
        ("canned:SulkyEngine", "", "no model for en-es"),
        ("pseudo", "", "unexpected keyword argument 'speed'"),
    ],
)
def test_where_no_engine_can_be_had(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    code: str,
    reason: str,
) -> None:
    """The memory works alone; one line names the engine and says why."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "foreign_engine", raising=False)
    (tmp_path / "foreign_engine.py").write_text(f"{code}\n", encoding="utf-8")
    said: list[str] = []
    options = {"speed": 9} if name == "pseudo" else {}
    engine = open_engine(name, "en", "es", options, said.append)
    assert isinstance(engine, MemoryEngine)
    [line] = said
    assert line.startswith(f"engine {name!r} cannot be used: ")
    assert reason in line
    assert line.endswith("; the memory alone is used")
    assert "\n" not in line


class _Nameless:
    """An engine whose name cannot be read, or is no text."""

    def __init__(self, name: object) -> None:
        self.own = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute == "name" and not isinstance(self.own, Exception):
            return self.own
        raise self.own if isinstance(self.own, Exception) else AttributeError(attribute)

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """A right answer to whatever has no codes."""
        return ["b" for _ in segments]


@pytest.mark.parametrize("name", [None, 5, AttributeError("name"), OSError("name")])
def test_an_engine_without_a_name(name: object) -> None:
    """It goes by the name it was called by, and its answers are as good."""
    said: list[str] = []
    nameless = cast("Engine", _Nameless(name))
    engine = GuardedEngine(nameless, "nameless:Engine", said.append)
    assert engine.name == "nameless:Engine"
    assert texts(engine, ["a"]) == ["b"]
    assert said == []


# -- translating ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (raising(RuntimeError("the service\n is down")), "the service is down"),
        (raising(ValueError()), "ValueError"),
        (raising(SystemExit(3)), "3"),
        (raising(RecursionError("too deep")), "too deep"),
        ([], "it returned 0 answers to 2 sentences"),
        (["x"], "it returned 1 answers to 2 sentences"),
        (["x", "y", "z"], "it returned 3 answers to 2 sentences"),
        ("xy", "it returned str, not a list of answers"),
        (b"xy", "it returned bytes, not a list of answers"),
        (None, "it returned NoneType, not a list of answers"),
        ({"a": "x", "b": "y"}, "it returned dict, not a list of answers"),
        (iter(["x", "y"]), "not a list of answers"),
        (2, "it returned int, not a list of answers"),
    ],
)
def test_a_failed_job_has_no_answers(answers: object, reason: str) -> None:
    """None of its answers is believed, each segment has None, and one line says why."""
    given_back, said = translated(["a", "b"], answers)
    assert given_back == [None, None]
    [line] = said
    assert line.startswith("engine 'foreign:Engine' failed: ")
    assert reason in line
    assert "\n" not in line


def test_an_interrupt_is_no_failure() -> None:
    """Whoever stops the build stops it."""
    with pytest.raises(KeyboardInterrupt):
        translated(["a"], raising(KeyboardInterrupt()))


@pytest.mark.parametrize(
    "answer",
    [
        5,
        b"b",
        ["b"],
        False,
        "\x00\x1b",
        "\ud800",
        "<b>b</b>",
        "b<!-- -->",
        "b</p>",
        "<?xml?>b",
        f"b {X1}",
        '<g id="1">b</g>',
    ],
)
def test_what_is_no_text(answer: object) -> None:
    """What cannot be coded text becomes empty, is counted, and spoils no other."""
    given_back, said = translated(["a", "b", "c"], ["ah", answer, None])
    assert given_back == ["ah", "", None]
    [line] = said
    assert line.startswith("engine 'foreign:Engine': 1 of 3 answers cannot be used: ")


@pytest.mark.parametrize("answer", ["", " ", "be", f"{X1}{X1} be", f"</g>{X1}"])
def test_what_does_not_fit_is_counted(answer: str) -> None:
    """An answer without the codes of its source cannot be used, and that is said."""
    given_back, said = translated([f"b {X1}"], first(answer))
    assert given_back == [""]
    assert len(said) == 1
    assert "1 of 1 answers cannot be used" in said[0]


def test_what_does_not_fit_is_asked_for_again() -> None:
    """Without its codes; what comes of that is used, and nothing is said."""
    assert translated([f"b {X1}"], ["be"]) == ([f"be {X1}"], [])


def test_a_failure_costs_what_was_asked_then() -> None:
    """An engine that fails in the middle keeps its answers, and is let be till later.

    In the next job it is asked again.
    """
    jobs: list[list[str]] = []

    def answers(segments: Sequence[str]) -> list[str]:
        jobs.append(list(segments))
        if len(jobs) == 2:
            message = "down"
            raise RuntimeError(message)
        return ["ah" for _ in segments]

    said: list[str] = []
    engine = GuardedEngine(_Answering(answers), "foreign:Engine", said.append)
    emphasis = Question(f'<g id="1">b</g> {X2}', (Code("strong", ""), CODES[1]))
    answered = engine.draft([Question("a"), emphasis])
    assert [answer and answer.text for answer in answered] == ["ah", ""]
    assert jobs == [["a", emphasis.text], [f"b {X2}"]]
    assert "failed: down" in said[0]
    assert "1 of 2 answers cannot be used" in said[1]
    assert texts(engine, ["a"]) == ["ah"]
    assert len(jobs) == 3


def test_what_is_asked_is_counted() -> None:
    """Every call and every character, of a repeated question too, and each repair."""
    asked = [f"b {X1}", "c"]
    engine = GuardedEngine(_Answering(lambda texts: ["be"] * len(texts)), "e", print)
    engine.draft([Question(text, CODES) for text in asked])
    assert (engine.use.calls, engine.use.characters) == (2, len("b c" + "b"))
    assert engine.use.repairs == {repair.Repair.AS_IS: 1, repair.Repair.SPLIT: 1}


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("1 < b", "1 &lt; b"),
        ("a <3", "a &lt;3"),
        ("a &lt;3 &amp; b", "a &lt;3 &amp; b"),
        ("R&D", "R&amp;D"),
        ("x\ty\nz", "x\ty\nz"),
        ("é\xa0é", "é\xa0é"),
        (" é\xa0\n", "é"),
    ],
)
def test_what_is_text(answer: str, text: str) -> None:
    """A sign that opens no tag is a sign; white space is white space, but at the edges.

    All of it comes as coded text, whether the engine has escaped it or not.
    """
    assert translated(["a"], [answer]) == ([text], [])


@pytest.mark.parametrize("answer", ["<", "1 < 2", "&lt;b&gt;", "a &amp;nbsp;"])
def test_what_is_no_sentence(answer: str) -> None:
    """Signs alone, or tags and entities in place of words, are no translation."""
    given_back, said = translated(["a"], [answer])
    assert given_back == [""]
    assert "1 of 1 answers cannot be used" in said[0]


def test_tags_of_the_source_are_text() -> None:
    """Where the source writes about tags and entities its translation may, too."""
    answer = "&lt;i&gt; be &amp;nbsp;"
    assert translated(["&lt;b&gt; b &amp;amp;"], [answer]) == ([answer], [])


def test_a_foreign_tag_beside_codes() -> None:
    """A tag that is none of ours is refused also where the source has codes."""
    answers = [f"be {X1}", f"<b>be</b> {X1}"]
    given_back, said = translated([f"b {X1}", f"B {X1}"], first(*answers))
    assert given_back == [answers[0], ""]
    assert "1 of 2 answers cannot be used" in said[0]


def test_tuples_are_lists() -> None:
    """Any sequence of answers will do; having none is an engine's right."""
    assert translated(["a", "b"], ("x", None)) == (["x", None], [])


def test_nothing_asked_nothing_said() -> None:
    """No segments are no failure."""
    assert translated([], []) == ([], [])


@given(st.lists(strategies.coded_texts, max_size=4))
def test_good_answers_come_through(asked: list[Coded]) -> None:
    """What a good engine answers to any segments is not touched."""
    asked_for = ["".join(c for c in coded.text if c != "\x00") + "." for coded in asked]
    said: list[str] = []
    engine = GuardedEngine(PseudoEngine("en", "es"), "pseudo", said.append)
    assert texts(engine, asked_for) == [pseudo(text) for text in asked_for]
    assert said == []


_anything = st.one_of(
    st.none(), st.integers(), st.text(), st.binary(), st.lists(st.text(), max_size=2)
)


@given(
    st.lists(strategies.coded_texts, max_size=4),
    st.one_of(_anything, st.lists(_anything, max_size=5)),
    st.data(),
)
def test_any_answers_are_one_for_each(
    asked: list[Coded], answers: object, data: st.DataObject
) -> None:
    """Any engine: as many answers as questions, each text or None, two lines at most.

    One says why it failed, one how many answers cannot be used.
    """
    wanted = [coded.text for coded in asked]
    if data.draw(st.booleans()):
        answers = [data.draw(strategies.damaged(text)) for text in wanted]
    given_back, said = translated(wanted, answers)
    assert len(given_back) == len(wanted)
    assert len(said) <= 2
    assert sum("failed: " in line for line in said) <= 1
    for text, answer in zip(wanted, given_back, strict=True):
        assert answer is None or isinstance(answer, str)
        assert not answer or repair.holds(text, CODES, answer)
        assert "\x00" not in (answer or "")
