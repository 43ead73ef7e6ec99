"""Memory files: nothing written is lost, nothing written by hand is overruled."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.memory.files import (
    Line,
    dump,
    memory_files,
    read,
    write,
)
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.memory.merging import merged
from amts_sphinx.memory.soundness import sound
from amts_sphinx.text import codes
from amts_sphinx.text.units import (
    Code,
    Context,
    Origin,
    Segment,
    TranslationUnit,
    neighbour,
)

MATH = Code("math", "x")
XREF = Code("xref", "install")
X1 = 'A <x id="1"/>'
GOOD = TranslationUnit("A b.", "Ä b.", (), document="p", before="0a", after="0b")


def known(
    source: str, target: str, document: str = "p", before: str = "", after: str = ""
) -> TranslationUnit:
    """A unit of a page, beside sentences given as they are."""
    places = neighbour(before), neighbour(after)
    return TranslationUnit(
        source, target, (), document=document, before=places[0], after=places[1]
    )


def sentence(text: str) -> Segment:
    """A sentence as it is looked up."""
    return Segment(text, (), (), 0, len(text))


def read_all(path: Path) -> tuple[list[Line], list[str]]:
    """The lines of a file, and what was told about the others."""
    told: list[str] = []
    return read(path, told.append, "zh.jsonl"), told


def only(path: Path) -> Line:
    """The one line of a file, of which nothing is told."""
    [line], told = read_all(path)
    assert told == []
    return line


def no_control(unit: TranslationUnit) -> bool:
    """Can the unit be written?  A file holds no control characters."""
    return not codes.UNTEXT.search(unit.source + unit.target)


@st.composite
def units(draw: st.DrawFn) -> TranslationUnit:
    """A sound unit of one or several sentences, from any page."""
    message = draw(strategies.messages(max_sentences=3))
    segment = message.span(0, len(message.text))
    target, own = draw(strategies.targets(segment))
    parts = message.segments
    cuts: list[int] = []
    end = 0
    for part in parts[:-1]:
        end += len(codes.fold_space(message.text[part.start : part.end])) + 1
        cuts.append(end)
    return TranslationUnit(
        segment.text,
        target,
        segment.codes,
        own,
        tuple(cuts) if len(segment.text) > max(cuts, default=0) else (),
        draw(st.sampled_from(["", "p", "a/q", "图"])),
        confidence=draw(st.sampled_from([1.0, 0.875, 0.5, 0.0])),
        origin=draw(st.sampled_from([Origin.HUMAN, Origin.MACHINE])),
        before=neighbour(draw(st.sampled_from(["", "x"]))),
        after=neighbour(draw(st.sampled_from(["", "y"]))),
    )


def identity(unit: TranslationUnit) -> str:
    """All that is remembered of a unit, but for how sure it is."""
    return repr(unit._replace(confidence=1.0))


lines = st.builds(Line, units().filter(no_control), st.booleans())


# -- there and back --------------------------------------------------------------


@given(found=st.lists(lines, max_size=6), data=st.data())
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, found: list[Line], data: st.DataObject
) -> None:
    """Whatever order: the same bytes, every unit, its certainty and its hand."""
    folder = tmp_path_factory.mktemp("memory")
    write(folder / "one.jsonl", found)
    write(folder / "two.jsonl", data.draw(st.permutations(found)))
    text = (folder / "one.jsonl").read_bytes()
    assert text == (folder / "two.jsonl").read_bytes()
    again, told = read_all(folder / "one.jsonl")
    assert told == []
    assert [line.number for line in again] == list(range(1, len(again) + 1))
    assert {identity(n.unit) for n in again} == {identity(n.unit) for n in found}
    assert len({identity(n.unit) for n in again}) == len(again)
    by_hand = {identity(line.unit) for line in found if line.by_hand}
    assert {identity(line.unit) for line in again if line.by_hand} == by_hand
    for line in again:
        same = [n.unit for n in found if identity(n.unit) == identity(line.unit)]
        sure = max(unit.confidence for unit in same)
        assert line.unit.confidence == (1 if line.by_hand else sure)
    write(folder / "two.jsonl", again)
    assert text == (folder / "two.jsonl").read_bytes()


def test_lines_are_sorted_by_page_and_source(tmp_path: Path) -> None:
    """A file is a list of lines, each of which is readable for itself."""
    path = tmp_path / "new" / "zh.jsonl"
    found = [known("B", "b", "q"), known("C", "图", "p"), known("B", "b", "p")]
    write(path, map(Line, found))
    data = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [(d["document"], d["source"]) for d in data] == [
        ("p", "B"),
        ("p", "C"),
        ("q", "B"),
    ]
    assert list(data[1]) == ["source", "target", "document", "sum"]
    assert "图" in path.read_text("utf-8")
    assert [p.name for p in path.parent.iterdir()] == ["zh.jsonl"]


def test_units_that_differ_in_anything_stay_apart(tmp_path: Path) -> None:
    """Two units of one sentence and one wording, with other codes, are two lines."""
    twins = [
        TranslationUnit("A.", 'Ä <x id="1"/>.', (), (Code("math", "a"),)),
        TranslationUnit("A.", 'Ä <x id="1"/>.', (), (Code("math", "b"),)),
        TranslationUnit('A <x id="1"/>', "Ä", (Code("math", "a"),)),
        TranslationUnit('A <x id="1"/>', "Ä", (Code("math", "b"),)),
        TranslationUnit("A. B.", "Ä.", (), cuts=(3,)),
        TranslationUnit("A. B.", "Ä.", ()),
    ]
    write(tmp_path / "zh.jsonl", map(Line, twins))
    again, told = read_all(tmp_path / "zh.jsonl")
    assert told == []
    assert {line.unit for line in again} == set(twins)


@pytest.mark.parametrize("confidence", [0.0, 0.0001, 0.5, 0.999, 1.0])
def test_how_sure_a_pair_is_comes_back(tmp_path: Path, confidence: float) -> None:
    """No certainty, however low, becomes another one."""
    write(tmp_path / "zh.jsonl", [Line(GOOD._replace(confidence=confidence))])
    assert only(tmp_path / "zh.jsonl").unit.confidence == round(confidence, 3)


def test_the_files_of_a_folder(tmp_path: Path) -> None:
    """All memory files, in folders too, sorted; nothing else."""
    for name in ("b.jsonl", "a/z.jsonl", "a/z.json", "c.jsonl/d.jsonl", "e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in memory_files(tmp_path)]
    assert found == ["a/z.jsonl", "b.jsonl", "c.jsonl/d.jsonl"]


# -- mended by hand ----------------------------------------------------------------


def mended(line: str, **changes: object) -> str:
    """A line after a person has been there; None takes a field out."""
    data = {**json.loads(line), **changes}
    return json.dumps({k: v for k, v in data.items() if v is not None})


@pytest.mark.parametrize(
    "changes",
    [
        {"target": "Ö b."},
        {"target": "Ö b.", "sum": None},
        {"sum": "12345678"},
        {"sum": ""},
        {"sum": 5},
        {"confidence": "high", "sum": None},
    ],
)
def test_a_mended_line_is_a_persons(tmp_path: Path, changes: dict[str, object]) -> None:
    """Without a true checksum a line is by hand and sure, and stays so for ever."""
    path = tmp_path / "zh.jsonl"
    text = dump(Line(GOOD._replace(confidence=0.4)))
    path.write_text(mended(text, **changes), "utf-8")
    line = only(path)
    assert line.by_hand
    wanted = GOOD._replace(target=str(changes.get("target", GOOD.target)))
    assert line.unit == wanted
    for _ in range(2):
        write(path, [only(path)])
        assert '"sum"' not in path.read_text("utf-8")
    assert only(path) == line


def test_our_line_is_not_by_hand(tmp_path: Path) -> None:
    """Another order of the fields or other blanks are no change."""
    path = tmp_path / "zh.jsonl"
    data = json.loads(dump(Line(GOOD._replace(confidence=0.4))))
    backwards = dict(reversed(data.items()))
    path.write_text(json.dumps(backwards, indent=None, separators=(" ,", " : ")))
    line = only(path)
    assert not line.by_hand
    assert line.unit == GOOD._replace(confidence=0.4)


@given(field=st.sampled_from(["source", "target", "document", "before", "after"]))
def test_any_change_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, field: str
) -> None:
    """The checksum is one of the whole line."""
    path = tmp_path_factory.mktemp("memory") / "zh.jsonl"
    path.write_text(mended(dump(Line(GOOD)), **{field: "changed"}))
    assert only(path).by_hand


# -- bad lines -----------------------------------------------------------------------

_GOOD = dump(Line(GOOD)).encode()
_OBJECT = '{"source": "A", "target": "Ä"'
BAD = [
    pytest.param(b"<<<<<<< HEAD", "merge", id="conflict, ours"),
    pytest.param(b"=======", "merge", id="conflict, middle"),
    pytest.param(b"||||||| 1234567", "merge", id="conflict, base"),
    pytest.param(b">>>>>>> theirs", "merge", id="conflict, theirs"),
    pytest.param(_GOOD[:-9], "JSON", id="truncated"),
    pytest.param(_GOOD[5:], "JSON", id="begun late"),
    pytest.param(b"\x00" * 20, "JSON", id="NUL"),
    pytest.param(b"[" * 100_000, "JSON", id="bottomless"),
    pytest.param(b'{"source": ' + b"9" * 5000 + b"}", "JSON", id="endless number"),
    pytest.param(b"text", "JSON", id="no JSON"),
    pytest.param(b"[]", "object", id="list"),
    pytest.param(b"null", "object", id="null"),
    pytest.param(b'"text"', "object", id="string"),
    pytest.param(b'{"source": "\xff"}', "UTF-8", id="bad UTF-8"),
    pytest.param(_GOOD.decode().encode("latin-1"), "UTF-8", id="Latin 1"),
    pytest.param(b"{}", "source", id="empty object"),
    pytest.param(b'{"source": "A"}', "target", id="no target"),
    pytest.param(b'{"source": 1, "target": "A"}', "source", id="number"),
    pytest.param(b'{"source": "A", "target": null}', "target", id="null target"),
    pytest.param(b'{"source": "A", "target": " "}', "delete", id="blank target"),
    pytest.param(b'{"source": "", "target": "A"}', "delete", id="empty source"),
    pytest.param(f'{_OBJECT}, "document": []}}'.encode(), "document", id="document"),
    pytest.param(f'{_OBJECT}, "before": 1}}'.encode(), "before", id="before"),
    pytest.param(f'{_OBJECT}, "origin": "me"}}'.encode(), "origin", id="origin"),
    pytest.param(f'{_OBJECT}, "origin": "stale"}}'.encode(), "origin", id="stale"),
    pytest.param(f'{_OBJECT}, "codes": 1}}'.encode(), "codes", id="codes"),
    pytest.param(f'{_OBJECT}, "codes": [["a"]]}}'.encode(), "codes", id="half code"),
    pytest.param(f'{_OBJECT}, "own": ["ab"]}}'.encode(), "own", id="code as text"),
    pytest.param(f'{_OBJECT}, "own": [["a", 1]]}}'.encode(), "own", id="code number"),
    pytest.param(f'{_OBJECT}, "cuts": [9]}}'.encode(), "cuts", id="cut outside"),
    pytest.param(f'{_OBJECT}, "cuts": [[]]}}'.encode(), "cuts", id="cut of a list"),
    pytest.param(f'{_OBJECT}, "cuts": "1"}}'.encode(), "cuts", id="cuts as text"),
    pytest.param(b'{"source": "A\\u0000", "target": "A"}', "control", id="escaped NUL"),
    pytest.param(b'{"source": "A", "target": "\\ud800"}', "control", id="surrogate"),
    pytest.param(b'{"source": "A", "target": "\\uffff"}', "control", id="no character"),
    pytest.param(
        f'{_OBJECT}<x id=\\"1\\"/>", "own": [["math", "\\ud800"]]}}'.replace(
            '"<x', "<x"
        ).encode(),
        "control",
        id="surrogate in a formula",
    ),
    pytest.param(
        b'{"source": "A", "target": "B", "codes": [["math", "\\u0007"]]}',
        "control",
        id="control character in a code",
    ),
    pytest.param(f'{_OBJECT}<b>"}}'.replace('"<b', "<b").encode(), "codes", id="tag"),
    pytest.param(
        b'{"source": "A", "target": "B <x id=\\"1\\"/>"}', "codes", id="foreign code"
    ),
    pytest.param(
        b'{"source": "A <x id=\\"1\\"/>", "target": "B", "codes": [["xref", "a"]]}',
        "codes",
        id="lost code",
    ),
]


@pytest.mark.parametrize(("bad", "said"), BAD)
def test_a_bad_line_costs_one_line(tmp_path: Path, bad: bytes, said: str) -> None:
    """It is named with its file and number and what is wrong; the others are read."""
    path = tmp_path / "zh.jsonl"
    path.write_bytes(b"\n".join((_GOOD, bad, _GOOD, b"")))
    found, told = read_all(path)
    assert [(line.unit, line.number) for line in found] == [(GOOD, 1), (GOOD, 3)]
    [line] = told
    assert line.startswith("zh.jsonl:2: ")
    assert said in line
    assert "\n" not in line
    assert len(line) < 200
    assert line.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbf" + _GOOD + b"\r\n\r\n" + _GOOD + b"\r\n",
        b"\n\n" + _GOOD + b"\n \t\n" + _GOOD,
        _GOOD + b"\n\xef\xbb\xbf" + _GOOD,
    ],
    ids=["BOM, CRLF", "blank lines", "files put together"],
)
def test_what_editors_do_to_files(tmp_path: Path, text: bytes) -> None:
    """Byte order marks, other line ends and blank lines are no change of a line."""
    path = tmp_path / "zh.jsonl"
    path.write_bytes(text)
    found, told = read_all(path)
    assert told == []
    assert [(line.unit, line.by_hand) for line in found] == [(GOOD, False)] * 2


def test_empty_and_endless(tmp_path: Path) -> None:
    """A file may be empty, a sentence long; a file that is none is an OSError."""
    path = tmp_path / "zh.jsonl"
    path.write_bytes(b"")
    assert read_all(path) == ([], [])
    long = known("A " * 500_000 + "b.", "Ä " * 500_000 + "b.")
    write(path, [Line(long)])
    assert only(path).unit == long
    with pytest.raises(OSError, match="zh"):
        read(tmp_path / "no-zh.jsonl", print)


def test_any_accident(tmp_path: Path) -> None:
    """3,000 damaged files: never an exception, one line told of each line lost."""
    dice = random.Random(20_000)  # noqa: S311 - the same accidents every time
    xref = TranslationUnit('See <x id="1"/>.', '<x id="1"/> 图', (XREF,), (), (), "q")
    run = TranslationUnit("A. B.", "Ä. B.", (), (), (3,), "q", confidence=0.25)
    path = tmp_path / "zh.jsonl"
    write(path, map(Line, (GOOD, xref, run)))
    whole = path.read_bytes()
    junk = [b"\n", b'"', b"\\", b"{", b"\x00", b"\xff", b"\xed\xa0\x80", b"\\ud800"]
    junk += [b"1e999", b"NaN", b"null", b"[]", b'<x id=\\"1\\"/>', b"</g>", b"\r"]
    unharmed = 0
    for _ in range(3_000):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(data))
            end = at + dice.choice((0, 0, 1, 2, 9, 40))
            data[at:end] = dice.choice((b"", dice.choice(junk), data[at : at + 5]))
        path.write_bytes(data)
        found, told = read_all(path)
        filled = [n for n in bytes(data).split(b"\n") if n.strip(b"\xef\xbb\xbf\r \t")]
        assert len(found) + len(told) == len(filled)
        for line in found:
            assert sound(line.unit)
            assert only_dumped(line) == line._replace(number=0)
            unharmed += not line.by_hand
        assert all(line.startswith("zh.jsonl:") for line in told)
    assert 3_000 < unharmed < 9_000


def only_dumped(line: Line) -> Line:
    """A line written and read again, without a file."""
    from amts_sphinx.memory.files import _line

    return _line(dump(line).encode("utf-8"))


# -- what was known, and what is found now --------------------------------------------


def chosen(found: Sequence[Line], text: str, context: Context) -> str | None:
    """The translation that stands in the book."""
    memory = TranslationMemory(line.unit for line in found)
    unit = memory.exact(sentence(text), context)
    return unit.target if unit else None


def test_a_revised_translation_replaces_the_line() -> None:
    """What the reference says now is what is known from now on."""
    old, new = known("A.", "old", before="x"), known("A.", "new", before="x")
    assert [n.unit for n in merged([Line(old)], [Line(new)])] == [new]


def test_a_mended_line_stays() -> None:
    """The reference does not overrule a person's hand, nor stand beside it."""
    hand = Line(known("A.", "hand", before="x"), by_hand=True)
    new = Line(known("A.", "new", before="x"))
    assert merged([hand], [new]) == [hand]
    assert merged(merged([hand], [new]), [new]) == [hand]


def test_a_mended_line_stays_when_its_neighbours_change() -> None:
    """An edit of the sentence before it does not bring the reference's back."""
    hand = Line(known("A.", "hand", before="x", after="y"), by_hand=True)
    new = Line(known("A.", "new", before="other", after="y"))
    found = merged([hand], [new])
    assert chosen(found, "A.", Context("p", "other", "y")) == "hand"
    assert chosen(found, "A.", Context("p", "x", "y")) == "hand"


def test_a_line_written_by_hand_needs_no_neighbours() -> None:
    """A person who writes down page, source and target is heard."""
    hand = Line(known("A.", "hand"), by_hand=True)
    new = Line(known("A.", "new", before="x", after="y"))
    assert chosen(merged([hand], [new]), "A.", Context("p", "x", "y")) == "hand"


def test_a_sentence_that_stands_twice() -> None:
    """Mended in one place, its other place goes on to follow the reference."""
    hand = Line(known("A.", "hand", before="x"), by_hand=True)
    other = Line(known("A.", "other", before="y"))
    new = [Line(known("A.", text, before=text)) for text in ("x", "y")]
    found = merged([hand, other], new)
    assert chosen(found, "A.", Context("p", "x")) == "hand"
    assert chosen(found, "A.", Context("p", "y")) == "y"
    assert len(found) == 2
    assert {n.unit.target for n in merged([hand, other], new[:1])} == {"hand", "other"}


def test_files_mended_by_two_people() -> None:
    """Both hands are kept where they mended other places, the last in the same one."""
    one, two = (
        Line(known("A.", text, before=text), by_hand=True) for text in ("x", "y")
    )
    assert merged([one], [two]) == [one, two]
    last = Line(known("A.", "last", before="x"), by_hand=True)
    assert merged([one], [last]) == [last]


def test_a_mended_draft_does_not_hide_a_person() -> None:
    """A machine's line without a checksum stands in nobody's way."""
    draft = Line(known("A.", "draft")._replace(origin=Origin.MACHINE), by_hand=True)
    human = Line(known("A.", "human"))
    assert chosen(merged([draft], [human]), "A.", Context("p")) == "human"


def test_an_edited_source_inherits_nothing() -> None:
    """The reference still holds the translation of what the sentence said before."""
    old = Line(known("Ten fish.", "十条鱼。"))
    now = Line(known("Nine fish.", "十条鱼。"))
    found = merged([old], [now])
    assert found == [old]
    assert chosen(found, "Nine fish.", Context("p")) is None


def test_a_translation_of_two_sentences() -> None:
    """What is known to translate both goes on to translate both."""
    old = [Line(known("Yes.", "是。")), Line(known("Right.", "是。"))]
    assert merged(old, old) == old


def test_other_pages_are_other_sentences() -> None:
    """A page's own translation is neither replaced nor barred by another page's."""
    old = Line(known("A.", "one"))
    new = [
        Line(known("A.", "two", document="q")),
        Line(known("B.", "one", document="q")),
    ]
    assert merged([old], new) == [old, *new]


def test_sentences_of_one_text_with_other_codes() -> None:
    """A reference and a formula in the same place make two sentences."""
    text = 'See <x id="1"/>.'
    math, xref = (
        Line(TranslationUnit(text, 'ver <x id="1"/>', (code,), (), (), "p"))
        for code in (MATH, XREF)
    )
    assert sorted(merged([math, xref], [math])) == sorted([math, xref])


@given(st.lists(lines, max_size=6), st.lists(lines, max_size=6))
def test_no_sentence_that_was_known_is_lost(
    before: list[Line], now: list[Line]
) -> None:
    """Each sentence stays known, each mended line stays, nothing is made up."""
    found = merged(before, now)

    def sentences(given: Sequence[Line]) -> set[tuple[str, str]]:
        return {(n.unit.document, n.unit.source) for n in given}

    assert sentences(before) <= sentences(found)
    assert all(line in before or line in now for line in found)
    for line in before:
        if not sentences([line]) & sentences(now):
            assert line in found
    again = merged(found, [])
    assert sorted(map(repr, again)) == sorted(map(repr, found))


# -- with git ------------------------------------------------------------------------

SENTENCES = [f"Sentence {letter} of the page." for letter in "ABCDEFG"]


def git(folder: Path, *arguments: str) -> int:
    """Run git as somebody, in a repository that is nobody's."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    command = ["git", *who, "-c", "commit.gpgsign=false", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, check=False
    ).returncode


def branches(folder: Path, ours: str, theirs: str) -> int:
    """Two branches that each mended one sentence, merged; the status of the merge."""
    if not shutil.which("git"):
        pytest.skip("there is no git here")
    path = folder / "zh.jsonl"
    write(path, [Line(known(text, text.upper())) for text in SENTENCES])
    text = path.read_text("utf-8")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "all")
    for branch, letter in (("ours", ours), ("theirs", theirs)):
        git(folder, "checkout", "-q", "-b", branch, "main")
        changed = text.replace(f"SENTENCE {letter}", f"{branch} {letter}")
        path.write_text(changed, "utf-8")
        git(folder, "commit", "-q", "-a", "-m", branch)
    return git(folder, "merge", "-q", "-m", "both", "ours")


def test_two_people_mend_two_sentences(tmp_path: Path) -> None:
    """Git merges them by itself, and all lines are read without complaint."""
    assert branches(tmp_path, "B", "E") == 0
    found, told = read_all(tmp_path / "zh.jsonl")
    assert told == []
    hands = {n.unit.target.split(" OF")[0] for n in found if n.by_hand}
    assert hands == {"ours B", "theirs E"}
    assert len(found) == len(SENTENCES)


def test_two_people_mend_lines_beside_each_other(tmp_path: Path) -> None:
    """Git may leave that to a person; until then no sentence and no hand is lost."""
    conflict = branches(tmp_path, "B", "C") != 0
    found, told = read_all(tmp_path / "zh.jsonl")
    assert len(told) == 3 * conflict
    assert {n.unit.source for n in found} == set(SENTENCES)
    hands = {n.unit.target[:8] for n in found if n.by_hand}
    assert hands == {"ours B O", "theirs C"}


def test_a_merge_left_unfinished(tmp_path: Path) -> None:
    """Both sides of a conflict are read; each marker is told of, and nothing else."""
    assert branches(tmp_path, "B", "B") != 0
    found, told = read_all(tmp_path / "zh.jsonl")
    assert len(told) == 3
    assert all("a merge was not finished" in line for line in told)
    assert {n.unit.target[:8] for n in found if n.by_hand} == {"ours B O", "theirs B"}


def test_an_edited_formula_is_an_edited_sentence() -> None:
    """A translation made for another formula is not given to the one of today."""
    source = 'Let <x id="1"/> be.'
    target = 'Sei <x id="1"/>.'
    old = TranslationUnit(source, target, (Code("math", "n = 12"),), document="p")
    own = 'Sei <x id="2"/>.'
    now = Code("math", "n = 13")
    new = TranslationUnit(source, own, (now,), old.source_codes, document="p")
    found = merged([Line(old)], [Line(new)])
    assert [line.unit for line in found] == [old]


def test_an_edited_sentence_beside_a_mended_one() -> None:
    """Where a mended sentence stood, its book's older words go to no other sentence."""
    hand = Line(known("A.", "mended", before="x", after="y"), by_hand=True)
    new = Line(known("A, b.", "old words", before="x", after="y"))
    assert merged([hand], [new]) == [hand]
    still = Line(known("A.", "old words", before="x", after="y"))
    assert new in merged([hand], [still, new])


def test_what_is_no_text_is_not_written(tmp_path: Path) -> None:
    """A line that could not be read again is left out; TeX's backslashes stay."""
    path = tmp_path / "m.jsonl"
    bell = TranslationUnit("A\x07.", "a", ())
    tex = TranslationUnit(X1, X1, (Code("math", r"\frac{\begin}{\u0012}"),))
    write(path, [Line(bell), Line(tex)])
    told: list[str] = []
    assert [line.unit for line in read(path, told.append)] == [tex]
    assert told == []
