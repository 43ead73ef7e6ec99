"""``amts align``: what it writes, what it tells, and that both are true."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from amts_sphinx.cli import main
from building import CHINESE, EXAMPLE, ROOTS, build, copy_book, run

Capture = pytest.CaptureFixture[str]
Writer = Callable[[Path, str, Mapping[str, list[str]]], Path]


def rows(text: str, head: str) -> dict[str, list[int]]:
    """The numbers of a table that begins with ``head``, by the names of its rows."""
    found = {}
    table = text[text.index(head) :].split("\n\n", maxsplit=1)[0].splitlines()[1:]
    for line in table:
        match = re.fullmatch(r"(.+?)((?:  +[\d,]+)+)(?: .*)?", line)
        if match:
            found[match[1]] = [int(n.replace(",", "")) for n in match[2].split()]
    return found


def units(path: Path) -> list[dict[str, object]]:
    """The lines of a memory."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def pairs(path: Path) -> set[tuple[str, ...]]:
    """The rows of a table, but for the first."""
    with path.open(encoding="utf-8", newline="") as file:
        return {tuple(row) for row in list(csv.reader(file))[1:]}


# -- what it tells ---------------------------------------------------------------


def test_numbers_add_up(
    books: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """Characters by reason make the book, pairs by reason make the candidates."""
    memory, table = tmp_path / "zh.jsonl", tmp_path / "zh.csv"
    assert main(["align", *books, "-o", str(memory), "-o", str(table)]) == 0
    said = capsys.readouterr().out
    characters = rows(said, "source text")
    total = characters.pop("all")[0]
    texts = re.findall(r"<(?:h1|p)>(.*?)</", _html(books[0]))
    # the blank between the two sentences of a paragraph is neither's
    assert total == sum(map(len, texts)) - 1
    assert sum(count for (count,) in characters.values()) == total
    assert characters["document without a translation"] == [34]
    yielded = rows(said, "parallel data")
    together = yielded.pop("all")
    assert [sum(column) for column in zip(*yielded.values(), strict=True)] == together
    assert f"{memory}: {len(units(memory))} units" in said
    assert f"{table}: {len(pairs(table))} pairs" in said
    assert yielded["kept"][0] == len(pairs(table))


def _html(folder: str) -> str:
    return "".join(path.read_text("utf-8") for path in Path(folder).iterdir())


def test_pages_without_partner_are_named(
    books: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """A page that stands alone on either side is named, and so is one renamed."""
    folder = Path(books[1])
    (folder / "fish.html").rename(folder / "fish.zh.html")
    (folder / "index.html").rename(folder / "unlike.html")
    main(["align", *books, "-o", str(tmp_path / "x.csv")])
    said = capsys.readouterr().out
    assert "1 document in both" in said
    assert "2 without a translation: frogs, index" in said
    assert "1 without a source: unlike" in said
    assert "1 paired under two names: fish = fish.zh" in said


def test_report_is_page_by_page(books: tuple[str, str], capsys: Capture) -> None:
    """The report names each page of the source with what is translated of it."""
    assert main(["align", *books, "--report"]) == 0
    by_page = rows(capsys.readouterr().out, "page ")
    assert by_page == {"fish": [110], "frogs": [34], "index": [45]}


def test_results_and_complaints_are_apart(
    books: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """A page that cannot be read is told with its file, apart: status 1."""
    broken = Path(books[0], "broken.html")
    broken.write_bytes(b'<meta charset="utf-8"><p>\xff\xfe')
    assert main(["align", *books, "-o", str(tmp_path / "x.csv")]) == 1
    said = capsys.readouterr()
    assert str(broken) in said.err
    assert len(said.err.splitlines()) == 1
    assert str(broken) not in said.out
    assert "\r" not in said.err  # no bar without a terminal


# -- what it writes --------------------------------------------------------------


@pytest.mark.parametrize("granularity", ["sentence", "paragraph"])
@pytest.mark.parametrize("suffix", ["csv", "tsv", "tmx"])
def test_round_trip_keeps_every_pair(
    books: tuple[str, str], tmp_path: Path, suffix: str, granularity: str
) -> None:
    """Parallel data read back and written again holds the same pairs."""
    first, again = tmp_path / f"first.{suffix}", tmp_path / "again.csv"
    plain = tmp_path / "plain.csv"
    options = ["--granularity", granularity]
    assert main(["align", *books, *options, "-o", str(first), "-o", str(plain)]) == 0
    assert main(["align", str(first), *options, "-o", str(again)]) == 0
    assert pairs(plain) == pairs(again)
    assert len(pairs(plain)) == (7 if granularity == "sentence" else 6)


def test_memory_is_brought_up_to_date(
    books: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """A mended line stays, so does a lost page's, and the counts say so."""
    memory = tmp_path / "zh.jsonl"
    main(["align", *books, "-o", str(memory)])
    first = memory.read_text("utf-8")
    capsys.readouterr()
    main(["align", *books, "-o", str(memory)])
    assert memory.read_text("utf-8") == first
    assert ": 0 new, 0 mended by hand, 0 not found any more" in capsys.readouterr().out

    memory.write_text(first.replace("没有人知道为什么", "谁也不知道为什么"), "utf-8")
    Path(books[1], "index.html").unlink()
    main(["align", *books, "-o", str(memory)])
    assert "谁也不知道为什么" in memory.read_text("utf-8")
    assert "一个小池塘" in memory.read_text("utf-8")
    assert ": 0 new, 1 mended by hand, 2 not found any more" in capsys.readouterr().out


def test_memory_with_a_broken_line_is_left_alone(
    books: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """A line that cannot be read would be lost, so nothing at all is written."""
    memory, table = tmp_path / "zh.jsonl", tmp_path / "zh.csv"
    memory.write_text('not JSON\n{"source": "a"}\n', "utf-8")
    arguments = ["align", *books, "-o", str(table), "-o", str(memory)]
    assert main(arguments) == 2
    assert memory.read_text("utf-8") == 'not JSON\n{"source": "a"}\n'
    assert not table.exists()
    said = capsys.readouterr().err
    assert f"{memory}:1: is not JSON" in said
    assert f'{memory}:2: "target" is missing' in said


def test_nothing_found_replaces_nothing(
    tmp_path: Path, write_pages: Writer, capsys: Capture
) -> None:
    """Files of an earlier run are not emptied when no pair is found: status 1."""
    english = write_pages(tmp_path / "en", "en", {"a": ["1.", "2."]})
    chinese = write_pages(tmp_path / "zh", "zh", {"a": ["3.", "4."]})
    table = tmp_path / "x.csv"
    table.write_text("en,zh\nold,旧\n", "utf-8")
    status = main(["align", str(english), str(chinese), "-o", str(table)])
    assert status == 1
    assert table.read_text("utf-8") == "en,zh\nold,旧\n"
    assert f"{table}: there is no pair to write" in capsys.readouterr().err


def test_same_bytes_whatever_the_hashes(books: tuple[str, str], tmp_path: Path) -> None:
    """Two processes with other hashes write the same bytes and say the same."""
    said, written = [], []
    for seed in ("0", "4711"):
        names = [f"out.{suffix}" for suffix in ("jsonl", "csv", "tsv", "tmx")]
        for name in names:
            (tmp_path / name).unlink(missing_ok=True)
        command = [sys.executable, "-m", "amts_sphinx.cli", "align", *books, "--report"]
        command += [part for name in names for part in ("-o", str(tmp_path / name))]
        result = run(command, tmp_path, {"PYTHONHASHSEED": seed})
        assert result.status == 0, result.stderr
        said.append(result.stdout)
        written.append([(tmp_path / name).read_bytes() for name in names])
    assert said[0] == said[1]
    assert written[0] == written[1]


# -- what it is given ------------------------------------------------------------


def test_what_cannot_be_done_is_one_line(
    books: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """Each mistake gives status 2, one line that names the culprit, and no file."""
    english, chinese = books
    out = str(tmp_path / "x.csv")
    empty = tmp_path / "empty"
    empty.mkdir()
    text = tmp_path / "words.txt"
    text.write_text("words", "utf-8")
    tags = tmp_path / "pairs.csv"
    tags.write_text("en,zh\na cat,一只猫\n", "utf-8")
    mistakes: list[tuple[list[str], str]] = [
        ([english, chinese], "give -o FILE"),
        ([english, f"{chinese}x", "-o", out], f"{chinese}x: there is no such"),
        ([english, chinese, "-o", str(empty)], f"{empty}: name a .jsonl"),
        ([english, chinese, "-o", f"{text}/x.csv"], f"{text} is no folder"),
        ([english, chinese, "-o", f"{out}.docx"], "name a .jsonl, .csv"),
        ([str(empty), chinese, "-o", out], f"{empty}: the folder holds no HTML"),
        ([str(empty), str(empty), "-o", out], f"{empty}: there is no conf.py"),
        ([str(text), "-o", out], f"{text}: what it holds cannot be seen"),
        ([english, str(tags), "-o", out], f"{tags} holds both languages"),
        ([str(tags), "-o", str(tags)], f"{tags} is what is read"),
        ([english, "-o", out], "name both books"),
        ([english, english + "/../en", "-o", out], "name both books"),
        ([english, chinese, "--target-language", "en", "-o", out], "both sides are"),
        ([english, chinese, "--source-language", "zz", "-o", out], "--source-language"),
        ([english, chinese, "--book", chinese], "is in zh, not in en"),
    ]
    for arguments, expected in mistakes:
        assert main(["align", *arguments]) == 2, arguments
        said = capsys.readouterr()
        assert len(said.err.splitlines()) == 1, said.err
        assert expected in said.err
    assert not Path(out).exists()
    assert tags.read_text("utf-8") == "en,zh\na cat,一只猫\n"


def test_unknown_kind_is_answered_with_the_known_ones(
    books: tuple[str, str], capsys: Capture
) -> None:
    """A wrong --from is answered with all that may be said there."""
    with pytest.raises(SystemExit) as stop:
        main(["align", *books, "--from", "nope"])
    assert stop.value.code == 2
    assert "'sphinx', 'html', 'po', 'tmx', 'csv'" in capsys.readouterr().err


def test_folder_that_cannot_be_written(
    books: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """A file that cannot be written is told in one line, whenever that is found out."""
    (tmp_path / "x.csv").mkdir()
    proc = "/proc/x.csv" if Path("/proc").is_dir() else str(tmp_path / "x.csv")
    for out in (str(tmp_path / "x.csv"), proc):
        assert main(["align", *books, "-o", out]) == 2
        assert out in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.skipif(os.name == "nt", reason="file names are bytes elsewhere only")
def test_names_that_are_no_text(books: tuple[str, str], tmp_path: Path) -> None:
    """A page whose file name is not UTF-8 costs that page and one line."""
    strange = os.fsencode(books[0]) + b"/caf\xe9.html"
    try:
        Path(os.fsdecode(strange)).write_text("<p>One more fish.</p>", "utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    memory = tmp_path / "x.jsonl"
    command = [sys.executable, "-m", "amts_sphinx.cli", "align", *books]
    result = run([*command, "-o", str(memory)], tmp_path)
    assert result.status == 1
    assert "caf\\udce9: the name is not UTF-8" in result.stderr
    assert len(units(memory)) == 7


def test_hostile_names_reach_no_terminal(tmp_path: Path, capsys: Capture) -> None:
    """What a stranger's file calls its documents is shown without acting."""
    tmx = tmp_path / "x.tmx"
    unit = (
        '<tu><prop type="x-document">{}</prop><tuv xml:lang="en"><seg>Fish {}.</seg>'
        '</tuv><tuv xml:lang="zh"><seg>鱼 {}。</seg></tuv></tu>'
    )
    names = ["a&#x9b;31m", "b\u202egnp", "c" * 10_000]
    body = "".join(unit.format(name, n, n) for n, name in enumerate(names))
    tmx.write_text(
        f'<tmx version="1.4"><header srclang="en"/><body>{body}</body></tmx>', "utf-8"
    )
    assert main(["align", str(tmx), "--report"]) == 0
    said = capsys.readouterr().out
    assert "\x9b" not in said
    assert "\u202e" not in said
    assert max(map(len, said.splitlines())) < 150


def test_machines_are_not_people(tmp_path: Path, capsys: Capture) -> None:
    """Pairs that a file says a machine made are counted as such, and still add up."""
    table = tmp_path / "pairs.csv"
    table.write_text(
        "en,zh,document,origin\n"
        "Fish swim.,鱼会游泳。,pond,human\n"
        "Frogs jump.,青蛙会跳。,pond,machine\n",
        "utf-8",
    )
    assert main(["align", str(table), "--report"]) == 0
    said = capsys.readouterr().out
    assert rows(said, "source text") == {
        "people's sentences": [10],
        "a machine's sentences": [11],
        "all": [21],
    }
    assert rows(said, "page ") == {"pond": [21]}


def test_catalogs_are_read(tmp_path: Path, capsys: Capture) -> None:
    """A folder of catalogs gives its pairs; that it is unfinished is no fault."""
    folder = tmp_path / "locale" / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "pond.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Fish swim. Frogs *jump*."\nmsgstr "鱼会游泳。青蛙会*跳*。"\n\n'
        'msgid "Nobody knows."\nmsgstr ""\n',
        "utf-8",
    )
    memory = tmp_path / "zh.jsonl"
    assert main(["align", str(folder), "-o", str(memory)]) == 0
    assert "1 untranslated" in capsys.readouterr().err
    assert "pond" in {unit["document"] for unit in units(memory)}


# -- snapshots and states --------------------------------------------------------


def test_one_folder_with_snapshots(
    books: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """NAME_origin beside NAME is its source, in the language that is named for it."""
    english, chinese = map(Path, books)
    both, memory = tmp_path / "both.jsonl", tmp_path / "alone.jsonl"
    main(["align", *books, "-o", str(both)])
    for page in english.glob("*.html"):
        page.rename(chinese / f"{page.stem}_origin.html")
    (chinese / "frogs_origin.html").unlink()
    assert main(["align", str(chinese), "-o", str(memory)]) == 2
    assert "give --source-language" in capsys.readouterr().err
    named = [str(chinese), "--source-language", "en", "--target-language", "zh"]
    assert main(["align", *named, "-o", str(memory)]) == 0
    assert memory.read_bytes() == both.read_bytes()
    assert "2 documents in both\n\n" in capsys.readouterr().out


def test_translation_that_keeps_its_source(
    books: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """Of today's page and the snapshot the translation was made from, the latter."""
    english, chinese = map(Path, books)
    before = english / "fish.html"
    old = before.read_text("utf-8").replace("<p>", "<pre>pond()</pre><p>", 1)
    (chinese / "fish_origin.html").write_text(old, "utf-8")
    new = chinese / "fish.html"
    new.write_text(
        new.read_text("utf-8").replace("<p>", "<pre>pond()</pre><p>", 1), "utf-8"
    )
    text = before.read_text("utf-8").replace("They are fed", "Nobody feeds them")
    before.write_text(text, "utf-8")
    memory = tmp_path / "x.jsonl"
    given = [*books, "--target-language", "zh", "-o", str(memory), "--report"]
    assert main(["align", *given]) == 0
    sources = {unit["source"] for unit in units(memory)}
    assert "They are fed every morning." in sources
    said = capsys.readouterr().out
    characters = rows(said, "source text")
    assert sum(n for name, (n, *_) in characters.items() if name != "all") == 189
    assert rows(said, "page ")["fish"] == [110]


def test_two_states_of_a_book(
    books: tuple[str, str], tmp_path: Path, write_pages: Writer, capsys: Capture
) -> None:
    """What the newer state keeps of the older; of itself a book keeps everything."""
    changed = {
        "fish": ["Fish", "There are 12 fish in the pond. A heron ate the others."]
    }
    newer = write_pages(tmp_path / "newer", "en", changed)
    assert main(["align", books[0], str(newer), "--report"]) == 0
    said = capsys.readouterr().out
    assert "3 and 1 pages, 1 in both" in said
    kept = rows(said, "today's 1 page keep")
    assert kept["the same sentence"] == [34]
    assert kept["nothing to keep"] == [23]
    assert kept["all"] == [57]
    assert rows(said, "kept verbatim") == {
        "sentence by sentence": [34],
        "paragraph by paragraph": [4],
        "file by file": [0],
    }
    same = copy_book(Path(books[0]), tmp_path / "same")
    assert main(["align", books[0], str(same), "--report"]) == 0
    assert rows(capsys.readouterr().out, "kept verbatim")["file by file"] == [189]


def test_what_todays_book_keeps_of_a_translation(
    books: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    """With --book the translation of an older state is measured on today's pages."""
    today = copy_book(Path(books[0]), tmp_path / "today")
    (today / "index.html").unlink()
    for source in (books, [str(tmp_path / "pairs.tmx")]):
        main(["align", *books, "-o", str(tmp_path / "pairs.tmx")])
        capsys.readouterr()
        assert main(["align", *source, "--book", str(today)]) == 0
        kept = rows(capsys.readouterr().out, "today's 2 pages keep")
        assert kept["the same sentence"] == [110]
        assert kept["nothing to keep"] == [34]


# -- Sphinx books ----------------------------------------------------------------


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The memory of a little Sphinx book, made from its translation."""
    basic, path = ROOTS / "test-basic", tmp_path_factory.mktemp("memory") / "x.jsonl"
    assert main(["align", str(basic), str(basic / "zh"), "-o", str(path)]) == 0
    return path


def test_build_reads_the_memory_as_it_reads_the_reference(
    memory: Path, tmp_path: Path
) -> None:
    """A book has as many human sentences from its memory as from the reference."""
    with_reference = copy_book(ROOTS / "test-basic", tmp_path / "with")
    with_memory = copy_book(ROOTS / "test-basic", tmp_path / "without")
    conf = with_memory / "conf.py"
    text = conf.read_text("utf-8").replace('{"reference": "zh"}', "{}")
    conf.write_text(text, "utf-8")
    stored = with_memory / "translations" / "zh" / "x.jsonl"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(memory.read_bytes())
    reports = [
        build(book, tmp_path / f"out{number}", *CHINESE).report
        for number, book in enumerate((with_reference, with_memory))
    ]
    assert reports[0]["totals"] == reports[1]["totals"]
    assert reports[1]["totals"]["segments"]["human"] == len(units(memory))


def test_book_that_is_broken(tmp_path: Path, capsys: Capture) -> None:
    """A conf.py that fails is told in one line, with the folder it is in."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "conf.py").write_text("import nothing_of_that_name\n", "utf-8")
    (broken / "index.md").write_text("# Fish\n", "utf-8")
    arguments = ["align", str(broken), str(ROOTS / "test-basic" / "zh")]
    assert main([*arguments, "-o", str(tmp_path / "x.csv")]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"amts align: {broken}: ")
    assert "nothing_of_that_name" in said


@pytest.mark.slow
def test_manual_in_two_languages(tmp_path: Path, capsys: Capture) -> None:
    """The project's own manual: nearly all of its translation is found again."""
    older, chinese = (EXAMPLE / "reference" / name for name in ("en_before", "zh"))
    table, again = tmp_path / "zh.tmx", tmp_path / "again.tmx"
    arguments = ["align", str(older), str(chinese), "--book", str(EXAMPLE)]
    assert main([*arguments, "-o", str(table)]) == 0
    said = capsys.readouterr().out
    characters = rows(said, "source text")
    assert characters["people's sentences"][0] > 0.85 * characters["all"][0]
    assert main(["align", str(table), "-o", str(again)]) == 0
    counts = [path.read_text("utf-8").count("<tu>") for path in (table, again)]
    assert counts[0] == counts[1] > 500
