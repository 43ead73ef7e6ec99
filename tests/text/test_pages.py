"""Stored pages: what is saved is loaded, and nothing else is ever believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
from amts_sphinx.text import pages
from amts_sphinx.text.pages import Page, Wall
from amts_sphinx.text.units import Code, Message

in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

MESSAGE = Message('A <x id="1"/>. B.', (Code("math", "x"),), "paragraph", 7, (15,))
PAGE = Page("a/b", "d1", (Wall("title", "1", 2), MESSAGE), ("data/x.csv",))

walls = st.builds(Wall, strategies.texts, strategies.texts, st.integers(0, 9))
stored_pages = st.builds(
    Page,
    strategies.texts,
    strategies.texts,
    st.lists(st.one_of(walls, strategies.messages()), max_size=4).map(tuple),
    st.lists(strategies.texts, max_size=2).map(tuple),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | strategies.texts,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(strategies.texts, inner, max_size=3)
    ),
    max_leaves=10,
)


@in_one_folder
@given(stored_pages)
def test_round_trip(tmp_path: Path, page: Page) -> None:
    """A page comes back equal, its sentences too."""
    path = tmp_path / "page.json"
    pages.save(page, path)
    loaded = pages.load(path)
    assert loaded == page
    assert loaded is not None
    before = [message.segments for message in page.messages]
    assert [message.segments for message in loaded.messages] == before


def test_same_page_same_bytes(tmp_path: Path) -> None:
    """A page is written the same each time, as UTF-8 text with nothing escaped."""
    page = Page("p", "d", (Message("图 “é”", (), "title"),))
    pages.save(page, tmp_path / "one.json")
    pages.save(page, tmp_path / "two.json")
    data = (tmp_path / "one.json").read_bytes()
    assert data == (tmp_path / "two.json").read_bytes()
    assert "图 “é”" in data.decode("utf-8")


def test_messages_are_the_blocks_that_are_no_walls() -> None:
    """Messages come in document order, walls are left out."""
    other = Message("C", (), "title")
    page = Page("p", "d", (other, Wall("code", "x"), MESSAGE))
    assert list(page.messages) == [other, MESSAGE]


def test_no_truncated_file_is_believed(tmp_path: Path) -> None:
    """Wherever a file breaks off, there is no page."""
    path = tmp_path / "page.json"
    pages.save(PAGE, path)
    data = path.read_bytes()
    for end in range(len(data)):
        path.write_bytes(data[:end])
        assert pages.load(path) is None, end


def test_no_file_no_page(tmp_path: Path) -> None:
    """A missing file and a folder are no pages, nor is a file that is not UTF-8."""
    assert pages.load(tmp_path / "missing.json") is None
    assert pages.load(tmp_path) is None
    (tmp_path / "latin.json").write_bytes(b'{"version": "\xe9"}')
    assert pages.load(tmp_path / "latin.json") is None


def test_another_version_is_no_page(tmp_path: Path) -> None:
    """A page stored by other rules is collected again."""
    path = tmp_path / "page.json"
    pages.save(PAGE, path)
    data = json.loads(path.read_text("utf-8"))
    data["version"] = pages.PAGE_VERSION + 1
    path.write_text(json.dumps(data), encoding="utf-8")
    assert pages.load(path) is None


@pytest.mark.parametrize(
    "key", ["version", "docname", "digest", "dependencies", "blocks"]
)
def test_every_key_is_needed(tmp_path: Path, key: str) -> None:
    """A file that lacks one of its keys is no page."""
    path = tmp_path / "page.json"
    pages.save(PAGE, path)
    data = json.loads(path.read_text("utf-8"))
    del data[key]
    path.write_text(json.dumps(data), encoding="utf-8")
    assert pages.load(path) is None


@in_one_folder
@given(value=json_values)
def test_foreign_files_are_no_pages(tmp_path: Path, value: object) -> None:
    """Any other JSON is no page."""
    path = tmp_path / "page.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    assert pages.load(path) is None


@in_one_folder
@given(key=st.sampled_from(["dependencies", "blocks"]), value=json_values)
def test_foreign_values_never_raise(tmp_path: Path, key: str, value: object) -> None:
    """With another value under a key, the file is a page or none, never an error."""
    path = tmp_path / "page.json"
    pages.save(PAGE, path)
    data = json.loads(path.read_text("utf-8"))
    data[key] = value
    path.write_text(json.dumps(data), encoding="utf-8")
    loaded = pages.load(path)
    assert loaded is None or loaded.docname == PAGE.docname


@pytest.mark.parametrize("block", [5, None, [], ["a"], [1, 2, 3, 4], ["a"] * 6, ""])
def test_foreign_blocks_are_no_page(tmp_path: Path, block: object) -> None:
    """One block of another length spoils the page."""
    assert _loaded_with(tmp_path, block) is None


@pytest.mark.parametrize(
    "block",
    [
        "abc",
        {"a": 1, "b": 2, "c": 3},
        [1, 2, 3],
        ["paragraph", 5, 1, [], []],
        ["paragraph", "A. B.", 1, [], ["x"]],
        ["paragraph", '<x id="3"/> a', 1, [], []],
    ],
)
def test_blocks_of_other_types_are_no_page(tmp_path: Path, block: object) -> None:
    """A block of the right length is none if its parts are not what they must be."""
    assert _loaded_with(tmp_path, block) is None


def _loaded_with(folder: Path, block: object) -> Page | None:
    path = folder / "page.json"
    pages.save(PAGE, path)
    data = json.loads(path.read_text("utf-8"))
    data["blocks"].append(block)
    path.write_text(json.dumps(data), encoding="utf-8")
    return pages.load(path)


def test_bottomless_nesting_is_no_page(tmp_path: Path) -> None:
    """A file of a hundred thousand brackets is no page, and no crash."""
    path = tmp_path / "page.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    try:
        loaded = pages.load(path)
    except RecursionError:
        pytest.fail("it crashed")
    assert loaded is None


def test_write_replaces_as_a_whole(tmp_path: Path) -> None:
    """A file is made with its folders and replaced; no other file stays behind."""
    path = tmp_path / "new" / "folder" / "page.txt"
    pages.write_text(path, "one\n")
    pages.write_text(path, "two\n")
    assert path.read_bytes() == b"two\n"
    assert list(path.parent.iterdir()) == [path]


def test_a_reader_keeps_the_file_it_opened(tmp_path: Path) -> None:
    """Writing puts a new file in the old one's place instead of changing it."""
    path = tmp_path / "page.txt"
    pages.write_text(path, "one")
    with path.open(encoding="utf-8") as reader:
        pages.write_text(path, "another text")
        assert reader.read() == "one"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """Text that cannot be encoded fails loudly and changes nothing."""
    path = tmp_path / "page.txt"
    pages.write_text(path, "one")
    with pytest.raises(UnicodeEncodeError):
        pages.write_text(path, "a\ud800")
    assert path.read_text("utf-8") == "one"


def test_a_failed_write_leaves_nothing_else(tmp_path: Path) -> None:
    """No half-written file stays beside the old one."""
    path = tmp_path / "page.txt"
    with pytest.raises(UnicodeEncodeError):
        pages.write_text(path, "a\ud800")
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_digests_tell_texts_apart(one: list[str], other: list[str]) -> None:
    """Equal digests mean equal texts, cut at equal places."""
    assert (pages.text_digest(*one) == pages.text_digest(*other)) == (one == other)


def test_digests_know_where_a_text_ends() -> None:
    """The same characters divided elsewhere are other texts."""
    digest = pages.text_digest
    assert len({digest("a", "bc"), digest("ab", "c"), digest("abc"), digest()}) == 4
    assert digest("", "a") != digest("a", "") != digest("a")


def test_file_digest(tmp_path: Path) -> None:
    """Equal bytes, equal digest; a file that cannot be read has an empty one."""
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "b").write_bytes(b"one")
    (tmp_path / "c").write_bytes(b"two")
    one, same, two = (pages.file_digest(tmp_path / name) for name in "abc")
    assert one == same != two
    assert pages.file_digest(tmp_path / "d") == pages.file_digest(tmp_path) == ""
