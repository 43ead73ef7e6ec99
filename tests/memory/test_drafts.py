"""Drafts: the machine's words stay its own, and no line of the file is ever lost."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.memory import files
from amts_sphinx.memory.drafts import DRAFTS, Draft, Drafts
from amts_sphinx.memory.memory import TranslationMemory
from amts_sphinx.text.units import Code, Origin

FISH = Draft("Fish swim.", "鱼会游泳。", (), "k1", "amazon", 0)
FROGS = Draft("Frogs jump.", "青蛙会跳。", (), "k2", "amazon", 2)
MATH = Draft(
    '<x id="1"/> is 2.', '<x id="1"/> 是 2。', (Code("math", "x"),), "k3", "a", 1
)
ALL = (FISH, FROGS, MATH)


def drafts(path: Path, told: list[str] | None = None) -> Drafts:
    """The drafts of a file; nothing may be told unless there is a list for it."""
    wrong: list[str] = []
    found = Drafts.read(path, (wrong if told is None else told).append, "zh/d")
    assert wrong == []
    return found


def saved(path: Path, *some: Draft) -> Path:
    """A file after some drafts were added."""
    found = drafts(path)
    for draft in some:
        found.add(draft)
    found.save()
    return path


def changed(line: bytes, **more: object) -> bytes:
    """A line after a person has been there."""
    return json.dumps({**json.loads(line), **more}, ensure_ascii=False).encode()


# -- there and back ----------------------------------------------------------------

texts = st.text(st.sampled_from('aé图 <>"\\\n\u2028\x00\ud800'), max_size=4)
some_drafts = st.builds(
    Draft,
    texts,
    texts,
    st.lists(st.builds(Code, texts, texts), max_size=2).map(tuple),
    st.sampled_from(["k1", "k2", ""]),
    texts,
    st.integers(0, 3),
)


@given(found=st.lists(some_drafts, max_size=6), data=st.data())
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, found: list[Draft], data: st.DataObject
) -> None:
    """In whatever order added: the same bytes; what is no text is left out of them."""
    folder = tmp_path_factory.mktemp("drafts")
    latest = {(draft.source, draft.codes): draft for draft in found}
    one, other = drafts(folder / "1.jsonl"), drafts(folder / "2.jsonl")
    for draft in found:
        one.add(draft)
    for draft in data.draw(st.permutations(list(latest.values()))):
        other.add(draft)
    assert list(one) == list(other) == [latest[one] for one in sorted(latest)]
    assert one.save() == other.save() == (folder / "1.jsonl").exists()
    if (folder / "1.jsonl").exists():
        content = (folder / "1.jsonl").read_bytes()
        assert content == (folder / "2.jsonl").read_bytes()
    assert list(drafts(folder / "1.jsonl")) == [*filter(readable, one)]
    for key in ("k1", "k2", "k3"):
        asked = [draft for draft in one if draft.key == key]
        assert one.get(key) == (asked[0] if asked else None)


def readable(draft: Draft) -> bool:
    """Does it say something, in nothing but text?"""
    payloads = [part for code in draft.codes for part in code]
    words = [draft.source, draft.target, draft.key]
    return all(map(str.strip, words)) and not {"\0", "\ud800"} & set(
        "".join((*words, draft.engine, *payloads))
    )


def test_the_file(tmp_path: Path) -> None:
    """Sorted lines that can be read for themselves, marked as the machine's."""
    path = saved(tmp_path / "new" / DRAFTS, FROGS, MATH, FISH)
    lines = path.read_text("utf-8").splitlines()
    data = [json.loads(line) for line in lines]
    assert [row["source"] for row in data] == [MATH.source, FISH.source, FROGS.source]
    assert {row["origin"] for row in data} == {"machine"}
    assert list(data[2]) == [
        *("source", "target", "origin", "engine", "key", "repair", "sum")
    ]
    assert "鱼会游泳。" in lines[1]
    assert [p.name for p in path.parent.iterdir()] == [DRAFTS]
    assert len(drafts(path)) == 3


def test_a_newer_draft_replaces_the_older(tmp_path: Path) -> None:
    """Of the same sentence with the same codes; the older request is forgotten."""
    path = saved(tmp_path / DRAFTS, *ALL)
    other = MATH._replace(codes=(Code("math", "y"),), target='2 = <x id="1"/>')
    newer = FISH._replace(target="鱼游泳。", key="k4")
    found = drafts(path)
    found.add(newer)
    found.add(other)
    assert found.save()
    assert found.get("k1") is None
    assert drafts(path).get("k4") == newer
    assert drafts(path).get("k3") == MATH  # the first of two that were asked alike
    assert set(drafts(path)) == {newer, FROGS, MATH, other}


def test_nothing_is_written_without_need(tmp_path: Path) -> None:
    """Not for a draft that is known, nor twice, nor for a file that is not in order."""
    path = saved(tmp_path / DRAFTS, *ALL)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(reversed(lines)))
    found = drafts(path)
    assert not found.save()
    found.add(FISH)
    assert not found.save()
    found.add(FISH._replace(target="鱼。"))
    assert found.save()
    assert not found.save()
    assert path.read_bytes().splitlines()[0] == lines[0].rstrip()


def test_unknown_fields_stay(tmp_path: Path) -> None:
    """What a later release writes into its lines is still there afterwards."""
    path = saved(tmp_path / DRAFTS, FISH, FROGS)
    first, second = path.read_bytes().splitlines()
    data = {**json.loads(first), "later": [1, "é"]}
    data.pop("sum")
    line = json.dumps({**data, "sum": files.checksum(data)}).encode()
    path.write_bytes(line + b"\n" + second + b"\n")
    found = drafts(path)
    assert found.get("k1") == FISH
    found.add(MATH)
    assert found.save()
    assert line in path.read_bytes().splitlines()


# -- people -------------------------------------------------------------------------


def test_a_line_changed_by_hand(tmp_path: Path) -> None:
    """It is no draft any more, is told of, stays, and counts once in the memory."""
    path = saved(tmp_path / DRAFTS, *ALL)
    lines = path.read_bytes().splitlines()
    lines[1] = changed(lines[1], target="鱼儿游。")
    path.write_bytes(b"\n".join(lines) + b"\n")
    told: list[str] = []
    found = drafts(path, told)
    assert found.get("k1") is None
    assert (len(found), found.skipped) == (2, 1)
    [line] = told
    assert line.startswith("zh/d:2: was changed by hand; put it into the memory (")
    found.add(FISH)  # asked again
    assert found.save()
    assert lines[1] in path.read_bytes().splitlines()
    assert drafts(path, told).get("k1") == FISH
    memory = tmp_path / "book.jsonl"
    memory.write_bytes(changed(lines[1], origin="human"))
    [unit] = (line.unit for line in files.read(memory, pytest.fail))
    assert len(TranslationMemory([unit])) == 1
    assert unit.target == "鱼儿游。"


def test_drafts_are_no_memory(tmp_path: Path) -> None:
    """Their file is none of the memory's; renamed, its lines are still a machine's."""
    path = saved(tmp_path / "zh" / DRAFTS, *ALL)
    assert files.memory_files(tmp_path) == []
    renamed = path.rename(path.with_name("other.jsonl"))
    assert files.memory_files(tmp_path) == [renamed]
    units = [line.unit for line in files.read(renamed, pytest.fail)]
    assert {unit.origin for unit in units} == {Origin.MACHINE}
    assert len(TranslationMemory(units)) == 0


def test_what_others_write_meanwhile_stays(tmp_path: Path) -> None:
    """A person's change and another build's draft survive the end of this build."""
    path = saved(tmp_path / DRAFTS, FISH, FROGS)
    found = drafts(path)
    found.add(MATH)
    other = saved(path, Draft("New.", "新。", (), "k9", "a", 0))
    first, *rest = other.read_bytes().splitlines()
    mended = changed(first, target="鱼儿游。")
    path.write_bytes(b"\n".join([mended, *rest]) + b"\n")
    assert found.save()
    assert mended in path.read_bytes().splitlines()
    told: list[str] = []
    assert [d.key for d in drafts(path, told)] == ["k3", "k2", "k9"]
    assert len(told) == 1


# -- accidents ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"<<<<<<< HEAD", "merge"),
        (b"=======", "merge"),
        (b">>>>>>> theirs", "merge"),
        (b"{", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b'{"a": ' * 900 + b"1" + b"}" * 900, "missing"),
        (b"[]", "object"),
        (b'{"source": "\xff"}', "UTF-8"),
        (b"{}", "missing"),
        (b'{"source": "A", "target": "B"}', "by hand"),
        (b'{"source": "A\\u0007", "target": "B"}', "control"),
    ],
)
def test_a_bad_line_is_kept(tmp_path: Path, bad: bytes, said: str) -> None:
    """It costs itself only, is told with its number, and is not touched."""
    path = saved(tmp_path / DRAFTS, FISH, FROGS)
    first, second = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join((first, bad, second, b"")))
    told: list[str] = []
    found = drafts(path, told)
    assert list(found) == [FISH, FROGS]
    assert found.skipped == 1
    [line] = told
    assert line.startswith("zh/d:2: ")
    assert said in line
    assert line.isprintable()
    found.add(MATH)
    assert found.save()
    lines = path.read_bytes().splitlines()
    assert len(lines) == 4
    assert bad in lines
    again = drafts(path, told)
    again.add(MATH._replace(repair=3))
    assert again.save()
    assert [n for n in path.read_bytes().splitlines() if b'"k3"' not in n] == [
        n for n in lines if b'"k3"' not in n
    ]


@pytest.mark.parametrize(
    "field",
    [
        {"repair": -1},
        {"repair": True},
        {"repair": "1"},
        {"engine": 1},
        {"key": None},
        {"codes": [["math"]]},
        {"target": "A\x07"},
        {"target": " "},
        {"source": []},
    ],
)
def test_a_true_checksum_is_not_enough(
    tmp_path: Path, field: dict[str, object]
) -> None:
    """A line of the wrong form is skipped and kept, whoever computed its checksum."""
    path = saved(tmp_path / DRAFTS, FISH)
    data = {**json.loads(path.read_bytes()), **field}
    data.pop("sum")
    line = json.dumps({**data, "sum": files.checksum(data)})
    path.write_text(f"{line}\n", "utf-8")
    told: list[str] = []
    found = drafts(path, told)
    assert (len(found), found.skipped, len(told)) == (0, 1, 1)
    found.add(FROGS)
    assert found.save()
    assert line in path.read_text("utf-8").splitlines()


def test_a_torn_last_line(tmp_path: Path) -> None:
    """Dropped without a word, wherever it was cut; but read if it is whole."""
    path = saved(tmp_path / DRAFTS, FISH, FROGS)
    content = path.read_bytes()
    for end in range(content.index(b"\n") + 2, len(content) - 1):
        path.write_bytes(content[:end])
        assert list(drafts(path)) == [FISH]
    path.write_bytes(content[:-1])
    assert list(drafts(path)) == [FISH, FROGS]


def test_any_accident(tmp_path: Path) -> None:
    """300 damaged files: no exception, no wrong word, and every line is still there."""
    dice = random.Random(7)  # noqa: S311 - the same accidents every time
    path = saved(tmp_path / DRAFTS, *ALL)
    whole = path.read_bytes()
    junk = [b"\n", b'"', b"\\", b"{", b"\0", b"\xff", b"\\ud800", b"\r", b"<<<<<<< a\n"]
    new = Draft("Zebra.", "斑马。", (), "k9", "a", 0)
    read = 0
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(data) + 1)
            end = at + dice.choice((0, 1, 2, 9, 40, len(data)))
            data[at:end] = dice.choice((b"", dice.choice(junk), data[at : at + 5]))
        path.write_bytes(data)
        told: list[str] = []
        found = drafts(path, told)
        assert set(found) <= set(ALL)
        read += len(found)
        assert len(told) == found.skipped
        found.add(new)
        assert found.save()
        *before, last = bytes(data).split(b"\n")
        if not last.startswith(b"{") or last in whole.splitlines():
            before.append(last)
        # a line that is there twice is written once; blanks at edges are no content
        lost = {n.strip() for n in before} - {
            n.strip() for n in path.read_bytes().split(b"\n")
        }
        assert lost <= {b""}
    assert 300 < read < 800


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """It is told once, is empty, and nothing is written over it."""
    (tmp_path / DRAFTS).mkdir()
    told: list[str] = []
    found = drafts(tmp_path / DRAFTS, told)
    found.add(FISH)
    assert found.get("k1") == FISH
    assert not found.save()
    assert not found.save()
    [line] = told
    assert line.startswith("zh/d: cannot be read (")


def test_a_file_in_the_way(tmp_path: Path) -> None:
    """Where no folder can be, it is told once; later it may work."""
    (tmp_path / "x").write_text("mine")
    told: list[str] = []
    found = drafts(tmp_path / "x" / DRAFTS, told)
    found.add(FISH)
    assert not found.save()
    assert not found.save()
    assert len(told) == 1
    (tmp_path / "x").unlink()
    assert found.save()
