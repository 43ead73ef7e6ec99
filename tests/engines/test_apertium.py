"""The real Apertium, where it is installed: codes, odd text, programs that die or hang.

Without Apertium only the messages about its absence are tested.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
from amts_sphinx.engines import apertium, apertium_modes
from amts_sphinx.engines.apertium import ApertiumEngine, from_wire, to_wire
from amts_sphinx.engines.engine import EngineError, create_engine
from amts_sphinx.engines.memory import MemoryEngine
from amts_sphinx.engines.opening import open_engine
from amts_sphinx.text import codes
from building import EXAMPLE, SPANISH, build, copy_book
from compare import compare_trees, warnings_of
from strategies import Coded


def _missing() -> str:
    """Why the real Apertium cannot be asked."""
    try:
        apertium_modes.commands("en", "es")
    except EngineError as error:
        return str(error)
    return ""


MISSING = _missing()
real = pytest.mark.skipif(bool(MISSING), reason=MISSING or "Apertium is there")
#: a mode as Debian's packages have them
MODE = "lt-proc '/a b/x.bin' | apertium-tagger -g $2 'x.prob' | lt-proc $1 'y.bin'"

CODED = [
    'The <g id="1">red</g> house.',
    'The house <x id="1"/> is <g id="2">very <g id="3">big</g></g>.',
    '<x id="1"/> and <x id="2"/>, <x id="3"/> or <x id="4"/>',
    '<g id="1"><g id="2">Read this book</g></g>',
    '<g id="1">See <x id="2"/> and the <g id="3">other <x id="4"/> book</g></g>!',
    'See<x id="1"/><x id="2"/><g id="3"><x id="4"/></g>the end',
    'Houses <g id="1">and prices</g> with <x id="2"/>: never',
    '(<x id="9"/>) the <g id="12">price</g> of <x id="10"/> &amp; <x id="11"/> &lt; 3',
]


@pytest.fixture(scope="module")
def spanish() -> Iterator[ApertiumEngine]:
    """An engine that many tests ask."""
    engine = ApertiumEngine("en", "es")
    yield engine
    if engine._pipeline:
        engine._pipeline.close()


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[ApertiumEngine]:
    """An engine whose programs may be hurt; it waits for half a second only."""
    engine = ApertiumEngine("en", "es")
    assert engine.translate(["The house."]) == ["La casa."]
    monkeypatch.setattr(apertium, "PATIENCE", 0.5)
    yield engine
    if engine._pipeline:
        engine._pipeline.close()


def pids(engine: ApertiumEngine) -> list[int]:
    """The process numbers of its programs."""
    assert engine._pipeline
    return [process.pid for process in engine._pipeline.processes]


def modes(folder: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Have Apertium's modes looked for in a folder with these."""
    for name in names:
        (folder / f"{name}.mode").write_text(MODE, "utf-8")
    monkeypatch.setattr(apertium_modes, "MODES", folder)


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        (
            "en",
            "es",
            r"not installed .*\(Debian: apt install apertium apertium-eng-spa\)",
        ),
        ("es-MX", "en", r"\(Debian: apt install apertium apertium-eng-spa\)"),
        ("es", "pt", r"\(Debian: apt install apertium apertium-es-pt\)"),
        ("ca", "fr-CA", r"\(Debian: apt install apertium apertium-fra-cat\)"),
        ("en", "zh", "Apertium does not translate en to zh$"),
        ("en", "fr", "Apertium does not translate en to fr$"),
    ],
)
def test_what_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, target: str, said: str
) -> None:
    """Without the pair there is one line that names its package, if there is one."""
    modes(tmp_path, monkeypatch)
    with pytest.raises(EngineError, match=said) as caught:
        create_engine("apertium", source, target, {})
    assert "\n" not in str(caught.value)


def test_a_pair_may_have_one_direction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is sent to install what is installed and cannot do it."""
    modes(tmp_path, monkeypatch, "mkd-eng")
    with pytest.raises(EngineError, match=r"^Apertium does not translate en to mk$"):
        ApertiumEngine("en", "mk")


def test_missing_programs_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a mode but without programs, the first that is missing is named."""
    modes(tmp_path, monkeypatch, "eng-spa")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=r"lt-proc is missing; .* apertium-eng-spa"):
        ApertiumEngine("en", "es")


def test_without_apertium_the_memory_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A book is built without Apertium, and one line tells why it is not asked."""
    modes(tmp_path, monkeypatch)
    told: list[str] = []
    engine = open_engine("apertium", "en", "es", {}, told.append)
    assert isinstance(engine, MemoryEngine)
    (line,) = told
    assert "apt install apertium apertium-eng-spa" in line
    assert line.endswith("; the memory alone is used")


def test_a_mode_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs flush at NUL, the first parameter becomes -n, the second nothing."""
    modes(tmp_path, monkeypatch, "spa-por", "spa-por_BR", "fr-es")
    monkeypatch.setattr(shutil, "which", lambda program: program)
    expected = (
        ("lt-proc", "-z", "/a b/x.bin"),
        ("apertium-tagger", "-z", "-g", "x.prob"),
        ("lt-proc", "-z", "-n", "y.bin"),
    )
    assert apertium_modes.commands("fr-CA", "es-MX") == expected
    mode = apertium_modes._mode("es", "pt")
    assert mode
    assert mode.name == "spa-por_BR.mode"


@given(strategies.coded_texts)
def test_the_wire_carries_all(coded: Coded) -> None:
    """What is sent has nothing special in it, and comes back as it was."""
    wire, kept = to_wire(coded.text)
    assert not re.search(r"[{}^$/\\@<>*#~+\x00-\x1f]|\[(?!\d+\])", wire)
    text = codes.UNTEXT.sub("", coded.text).strip(" ")
    if text:
        assert from_wire(wire, kept, "") == codes.fold_space(text)


@real
@pytest.mark.parametrize("coded", CODED)
def test_codes_survive(spanish: ApertiumEngine, coded: str) -> None:
    """Every code comes back, well nested, around text."""
    (answer,) = spanish.translate([coded])
    assert answer is not None
    assert codes.fits(coded, answer)
    assert answer != coded


@real
def test_it_really_translates(spanish: ApertiumEngine) -> None:
    """Spanish comes out, in the order asked; unknown words carry no mark."""
    asked = [
        "The house is red.",
        "1.5",
        "The house",
        "",
        "The xyzzy house.",
        "&lt;3&gt;",
    ]
    assert spanish.translate(asked) == [
        "La casa es roja.",
        "1.5",
        "La casa",
        "",
        "El xyzzy casa.",
        "&lt;3&gt;",
    ]
    assert spanish.translate([]) == []


@real
def test_special_characters_survive(spanish: ApertiumEngine) -> None:
    """What means something to Apertium is text like any other."""
    for special in r"[]{}^$/\@<>&*#~+":
        for text in (
            f"the {special} house",
            f"{special}house{special}",
            f"A {special}",
        ):
            coded = codes.escape(text)
            (answer,) = spanish.translate([coded])
            assert answer is not None
            plain = codes.unescape(answer)
            assert plain.count(special) == text.count(special), answer
    everything = codes.escape(r"[ ] { } ^ $ / \ @ < > & * # [<b>] ^a/b<n>$ house")
    (answer,) = spanish.translate([everything])
    assert answer is not None
    assert codes.unescape(answer).startswith(r"[ ] { } ^ $ / \ @ < > & * # [<b>] ^")


@real
def test_odd_characters_break_nothing(spanish: ApertiumEngine) -> None:
    """NUL and controls are dropped, other characters kept, neighbours untouched."""
    odd = [
        "The\x00 house",
        "The house\x00\x01\x7f\x1b[31m.",
        "The \ud800house",
        "\u202eThe house\u202c \u2066red\u2069",
        "The house \U0001f600 \U0001f1ea\U0001f1f8 e\u0301",
        "The\thouse\n is\r\nred",
        "房子 дом בית house",
        "\ufffe\uffff\ufdd0 \ue000 house \u00ad \u200b",
    ]
    asked = [text for item in odd for text in (item, "The house is red.")]
    answers = spanish.translate(asked)
    assert answers[1::2] == ["La casa es roja."] * len(odd)
    for text, answer in zip(odd, answers[::2], strict=True):
        assert answer is not None
        assert "asa" in answer
        assert not codes.UNTEXT.search(answer)
        for kept in "\u202e\u2066\U0001f600\U0001f1ea\u0301房б\ue000\u200b":
            assert (kept in answer) == (kept in text)


@real
def test_edges_are_those_of_the_source(spanish: ApertiumEngine) -> None:
    """Blanks around a segment stay, and no stop is added or lost."""
    asked = [" the house ", "The house.\n", "The house?", "The house...", "The house:"]
    answers = spanish.translate(asked)
    assert answers == [
        " La casa ",
        "La casa.\n",
        "La casa?",
        "La casa...",
        "La casa:",
    ]


@real
def test_a_long_segment(spanish: ApertiumEngine) -> None:
    """200 kilobytes in one segment fill every pipe and still come through."""
    long = " ".join(["The house is red and very big."] * 6500)
    answers = spanish.translate(["The house.", long, "The house."])
    assert answers[::2] == ["La casa."] * 2
    assert answers[1] is not None
    assert answers[1].count("La casa es roja y muy grande.") == 6500


@real
def test_a_killed_program_is_started_again(own: ApertiumEngine) -> None:
    """Whichever program dies, the next answer is there, from new programs."""
    for position in (0, 5, -1):
        before = pids(own)
        os.kill(before[position], signal.SIGKILL)
        assert own.translate(["The house.", "The red house."]) == [
            "La casa.",
            "La casa roja.",
        ]
        assert not set(before) & set(pids(own))


@real
def test_a_hanging_program_is_ended(own: ApertiumEngine) -> None:
    """The text at which a program hangs has no answer; the others have theirs."""
    before = pids(own)
    os.kill(before[3], signal.SIGSTOP)
    answers = own.translate(["The house.", "The red house."])
    assert answers == [None, "La casa roja."]
    for pid in before:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@real
def test_apertium_that_never_works_is_given_up(own: ApertiumEngine) -> None:
    """Programs that only die, or only wait, are not tried for each text anew."""
    assert own._pipeline
    own._pipeline.close()
    for command in (("false",), ("sleep", "60")):
        own._broken = ""
        own._pipeline = None
        own._commands = (command,)
        begun = time.monotonic()
        for _ in range(2):
            with pytest.raises(EngineError, match="Apertium does not work: "):
                own.translate(["The house."] * 50)
        assert time.monotonic() - begun < 5


@real
def test_programs_end_with_their_engine() -> None:
    """An engine that nobody needs leaves no process behind."""
    engine = ApertiumEngine("en", "es")
    engine.translate(["The house."])
    running = pids(engine)
    del engine
    for pid in running:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@real
def test_answers_do_not_depend_on_order(spanish: ApertiumEngine) -> None:
    """The tagger's memory is settled at the start; fresh programs say the same."""
    asked = [
        "It is also known as recognizing textual entailment.",
        "While each token of a text sequence gets its individual representation.",
        "BERT improved the state of the art on various natural language tasks.",
        "On the token level, we shed light on how BERT can represent their inputs.",
    ]
    once = spanish.translate(asked)
    assert spanish.translate(asked[::-1]) == once[::-1]
    for text, answer in zip(asked, once, strict=True):
        assert ApertiumEngine("en", "es").translate([text]) == [answer]


@real
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_text_is_answered(spanish: ApertiumEngine, texts: list[str]) -> None:
    """One answer for each text, which may stand for it, and always the same one."""
    asked = [codes.escape(text) for text in texts]
    answers = spanish.translate(asked)
    assert len(answers) == len(asked)
    for text, answer in zip(asked, answers, strict=True):
        if codes.has_letters(text):
            assert answer is None or codes.fits(text, answer)
        else:
            assert answer == text
    assert spanish.translate(asked[::-1]) == answers[::-1]


@real
@settings(deadline=None)
@given(strategies.coded_texts)
def test_any_coded_text_keeps_its_codes(spanish: ApertiumEngine, coded: Coded) -> None:
    """No code is lost or doubled, and pairs nest, whatever stands around them."""
    (answer,) = spanish.translate([coded.text])
    assert answer is None or codes.shape(answer) == codes.shape(coded.text)
    codes.parse(answer or "")


@real
def test_it_is_fast_enough(spanish: ApertiumEngine) -> None:
    """More than a hundred sentences a second, sent one by one."""
    begun = time.monotonic()
    for number in range(100):
        spanish.translate([f'The <g id="1">price</g> of {number} houses is high.'])
    assert time.monotonic() - begun < 1


@real
@pytest.mark.slow
def test_the_example_book(tmp_path: Path) -> None:
    """A whole book: machine sentences, none failed, no warning of its own.

    One sentence has to give up its emphasis; nothing else on any page is lost.
    """
    book = copy_book(EXAMPLE, tmp_path / "book")
    alone = (*SPANISH, "-D", "amts_languages=es", "-D", "amts_memory_dir=empty")
    plain = build(book, tmp_path / "memory", *alone, "-D", "amts_engine=memory")
    ours = build(book, tmp_path / "apertium", *alone, "-D", "amts_engine=apertium")
    assert (plain.status, ours.status) == (0, 0)
    found = compare_trees(plain.out, ours.out, order=False)
    assert [(d.what, d.missing, d.extra) for d in found] == [("tag", ("em",), ())]
    segments = ours.report["totals"]["segments"]
    assert segments["machine"] > 500
    assert segments["failed"] == segments["untranslated"] == 0
    assert warnings_of(ours.stderr) == warnings_of(plain.stderr)
    assert ours.report["counters"]["repairs"]["without_emphasis"] == len(found)
