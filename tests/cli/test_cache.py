"""``amts cache``: what was paid for is counted, and told from what is damaged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from amts_sphinx.cli import main
from amts_sphinx.memory.cache import Answer, AnswerCache, Request
from amts_sphinx.memory.drafts import Draft, Drafts
from amts_sphinx.memory.spending import Account, Price

Capture = pytest.CaptureFixture[str]


def request(text: str, engine: str = "amazon", **more: str) -> Request:
    """A request to an engine."""
    return Request(engine, "1", "en", "zh", "2", "html", text, **more)  # type: ignore[arg-type] # none of these is a mapping


def filled(folder: Path, *requests: Request) -> Path:
    """A cache that answers some requests, given in this order."""
    with AnswerCache.open(folder, pytest.fail) as cache:
        for number, one in enumerate(requests):
            assert cache.put(one, Answer(f"answer to {one.text}", 0))
            # the clock may stand still between two answers
            execute(
                folder, "UPDATE Cache SET store_time = ? WHERE key = ?", number, one
            )
    return folder


def execute(folder: Path, statement: str, *values: object) -> None:
    """Change a cache as by accident."""
    connection = sqlite3.connect(folder / "cache.db")
    with connection:
        keys = [one.key() if isinstance(one, Request) else one for one in values]
        connection.execute(statement, keys)
    connection.close()


def answered(folder: Path, *requests: Request) -> list[bool]:
    """Which of the requests a cache still answers, as a build asks it."""
    with AnswerCache.open(folder, pytest.fail) as cache:
        return [cache.get(one) is not None for one in requests]


def drafts(path: Path) -> Path:
    """A file with two drafts."""
    found = Drafts.read(path, pytest.fail)
    found.add(Draft("Fish swim.", "鱼会游泳。", (), "k1", "amazon", 0))
    found.add(Draft("Frogs jump.", "青蛙会跳。", (), "k2", "amazon", 0))
    assert found.save()
    return path


A, B, C = request("A fish."), request("Two fish."), request("A fish.", "apertium")
DAMAGE = "UPDATE Cache SET value = substr(value, 1, length(value) - 1) WHERE key = ?"


# -- stat --------------------------------------------------------------------------


def test_stat_counts(tmp_path: Path, capsys: Capture) -> None:
    """A row for each engine and pair of languages, and the sum of what was spent."""
    folder = filled(tmp_path / ".amts" / "answers", A, B, C)
    for characters in (100_000, 31_000):
        name = Account.new_name()
        account = Account(tmp_path / ".amts" / "spending", name, 5, Price(15.0))
        assert account.reserve(characters)
    assert main(["cache", "stat", str(tmp_path / ".amts")]) == 0
    head, *rows, spent = capsys.readouterr().out.splitlines()
    assert head.split() == ["cache", "entries", "characters", "bytes"]
    assert [row.split()[:-1] for row in rows] == [
        [f"{folder}:", "amazon,", "en", "to", "zh", "2", "16"],
        [f"{folder}:", "apertium,", "en", "to", "zh", "1", "7"],
        ["all", "3", "23"],
    ]
    told = "spending: 2 accounts, 131,000 characters, at most $1.965"
    assert spent == f"{tmp_path / '.amts'}/{told}"
    assert main(["cache", "stat", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [head, *rows, spent]


def test_stat_of_damage(tmp_path: Path, capsys: Capture) -> None:
    """Damaged entries have a row of their own: status 1; a bad account is told."""
    folder = filled(tmp_path / "answers", A, B)
    execute(folder, DAMAGE, A)
    (tmp_path / "spending").mkdir()
    (tmp_path / "spending" / "0123456789abcdef").write_text("?")
    assert main(["cache", "stat", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert f"{folder}: damaged " in said
    assert said.endswith("spending: 1 account cannot be read\n")


def test_stat_of_drafts(tmp_path: Path, capsys: Capture) -> None:
    """Files of drafts are found in a folder and counted; no other file is."""
    path = drafts(tmp_path / "zh" / "drafts.jsonl")
    (path.parent / "book.jsonl").write_text("{")
    for given in (tmp_path, path):
        assert main(["cache", "stat", str(given)]) == 0
        head, row = capsys.readouterr().out.splitlines()
        assert head.split() == ["drafts", "sentences", "characters"]
        assert row.split() == [str(path), "2", "21"]


# -- check -------------------------------------------------------------------------


def test_check_of_what_is_well(tmp_path: Path, capsys: Capture) -> None:
    """One line each, and status 0; an empty cache is well, too."""
    folder = filled(tmp_path / "answers", A, B)
    path = drafts(tmp_path / "drafts.jsonl")
    (tmp_path / "new" / "answers").mkdir(parents=True)
    given = [str(folder), str(path), str(tmp_path / "new")]
    assert main(["cache", "check", *given]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{folder}: 2 entries; all is well",
        f"{tmp_path / 'new' / 'answers'}: 0 entries; all is well",
        f"{path}: 2 drafts can be used; all is well",
    ]


def test_check_names_damaged_entries(tmp_path: Path, capsys: Capture) -> None:
    """Status 1 until they are removed; the others stay."""
    folder = filled(tmp_path / "answers", A, B, C)
    execute(folder, DAMAGE, A)
    # an entry that is whole, but under another one's key
    swap = "UPDATE Cache SET value = (SELECT value FROM Cache WHERE key = ?)"
    execute(folder, f"{swap} WHERE key = ?", B, C)
    assert main(["cache", "check", str(folder)]) == 1
    *lines, last = capsys.readouterr().out.splitlines()
    assert sorted(lines) == sorted(
        f"{folder}: entry {one.key()[:12]} is damaged" for one in (A, C)
    )
    assert last == f"{folder}: 3 entries; 2 damaged"
    assert main(["cache", "check", "--fix", str(folder)]) == 0
    assert "2 damaged ones removed" in capsys.readouterr().out
    assert main(["cache", "check", str(folder)]) == 0
    assert capsys.readouterr().out == f"{folder}: 1 entry; all is well\n"
    assert answered(folder, A, B, C) == [False, True, False]


@pytest.mark.parametrize("content", [b"<html>", b"", None])
def test_check_of_what_is_no_cache(
    tmp_path: Path, capsys: Capture, content: bytes | None
) -> None:
    """Status 3; mended, it is kept under another name, and a build begins anew."""
    folder = filled(tmp_path / "answers", A)
    if content is None:
        execute(folder, "CREATE TABLE more (value)")
    else:
        (folder / "cache.db").write_bytes(content)
    before = (folder / "cache.db").read_bytes()
    assert main(["cache", "check", str(folder)]) == 3
    assert main(["cache", "stat", str(folder)]) == 3
    assert main(["cache", "prune", str(folder)]) == 3
    assert (folder / "cache.db").read_bytes() == before
    assert main(["cache", "check", "--fix", str(folder)]) == 0
    assert "kept as answers.damaged-1" in capsys.readouterr().out
    assert (tmp_path / "answers.damaged-1" / "cache.db").read_bytes() == before
    assert answered(folder, A) == [False]


def test_nothing_foreign_is_renamed(tmp_path: Path, capsys: Capture) -> None:
    """A folder that holds more than a database is left where it is: status 4."""
    (tmp_path / "cache.db").write_bytes(b"of another program")
    (tmp_path / "letter.txt").write_text("mine")
    assert main(["cache", "check", "--fix", str(tmp_path)]) == 4
    assert "also holds letter.txt" in capsys.readouterr().err
    assert {p.name for p in tmp_path.iterdir()} == {"cache.db", "letter.txt"}


def test_check_while_a_build_runs(tmp_path: Path, capsys: Capture) -> None:
    """Reading and removing go beside it; renaming does not: status 4."""
    folder = filled(tmp_path / "answers", A, B)
    with AnswerCache.open(folder, pytest.fail) as cache:
        execute(folder, DAMAGE, A)
        assert main(["cache", "check", "--fix", str(folder)]) == 0
        assert cache.put(A, Answer("new", 0))
        assert cache.get(B)
        execute(folder, "CREATE TABLE more (value)")
        assert main(["cache", "check", "--fix", str(folder)]) == 4
        assert capsys.readouterr().err == f"{folder}: is in use\n"
        assert folder.exists()


def test_check_while_somebody_writes(tmp_path: Path, capsys: Capture) -> None:
    """A lock that is not given up is told in one line: status 4, nothing removed."""
    folder = filled(tmp_path / "answers", A, B)
    execute(folder, DAMAGE, A)
    other = sqlite3.connect(folder / "cache.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert main(["cache", "check", "--fix", str(folder)]) == 4
    other.close()
    assert capsys.readouterr().err == f"{folder}: database is locked\n"
    assert main(["cache", "check", str(folder)]) == 1


def test_check_of_drafts_never_changes_them(tmp_path: Path, capsys: Capture) -> None:
    """A line that a person changed is told of: status 1, with --fix, too."""
    path = drafts(tmp_path / "zh" / "drafts.jsonl")
    text = path.read_text("utf-8").replace("鱼会", "鱼儿")
    path.write_text(text, "utf-8")
    assert main(["cache", "check", "--fix", str(tmp_path)]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{path}:1: was changed by hand")
    assert last == f"{path}: 1 draft can be used; 1 to look at"
    assert path.read_text("utf-8") == text


def test_the_highest_status_counts(tmp_path: Path) -> None:
    """Of several things looked at, the worst one is told by the status."""
    good, bad = filled(tmp_path / "a", A), filled(tmp_path / "b", A)
    execute(bad, "CREATE TABLE more (value)")
    assert main(["cache", "check", str(good), str(bad), str(good)]) == 3


# -- prune -------------------------------------------------------------------------


def test_prune_drops_older_configurations(tmp_path: Path, capsys: Capture) -> None:
    """Of one engine and one text the latest answer stays, of any configuration."""
    formal = request("A fish.", terminology="terms", terminology_hash="1")
    later = request("A fish.", terminology="terms", terminology_hash="2")
    other = Request("amazon", "1", "en", "es", "2", "html", "A fish.")
    everything = (A, formal, B, C, other, later)
    folder = filled(tmp_path / "answers", *everything)
    assert main(["cache", "prune", "--dry-run", str(tmp_path)]) == 0
    told = f"{folder}: 2 of 6 entries would be dropped (14 characters)\n"
    assert capsys.readouterr().out == told
    assert all(answered(folder, *everything))
    assert main(["cache", "prune", str(tmp_path)]) == 0
    told = f"{folder}: 2 of 6 entries dropped (14 characters)\n"
    assert capsys.readouterr().out == told
    kept = answered(folder, *everything)
    assert kept == [False, False, True, True, True, True]
    assert main(["cache", "prune", str(folder)]) == 0
    assert "0 of 4 entries dropped" in capsys.readouterr().out


def test_prune_trusts_no_time(tmp_path: Path) -> None:
    """Answers of the same or of no known time all stay; damaged entries, too."""
    first, second = request("A.", terminology="1"), request("A.", terminology="2")
    folder = filled(tmp_path / "answers", first, second, B)
    execute(folder, DAMAGE, B)
    for time in (7, "x", None, b"x"):
        execute(folder, "UPDATE Cache SET store_time = ?", time)
        assert main(["cache", "prune", str(folder)]) == 0
        assert answered(folder, first, second) == [True, True]
    assert main(["cache", "check", str(folder)]) == 1


# -- what cannot be done -----------------------------------------------------------


def test_what_cannot_be_done_is_one_line(tmp_path: Path, capsys: Capture) -> None:
    """Nothing there, or nothing to prune: status 2 and one line."""
    path = drafts(tmp_path / "zh" / "drafts.jsonl")
    (tmp_path / "empty").mkdir()
    for arguments, culprit in (
        (["check", str(tmp_path / "none")], "none: there is no cache"),
        (["stat", str(tmp_path / "empty")], "empty: there is no cache"),
        (["prune", str(path)], "drafts.jsonl: there is no cache"),
    ):
        assert main(["cache", *arguments]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert len(said.err.splitlines()) == 1
        assert culprit in said.err


def test_help_explains_every_status(capsys: Capture) -> None:
    """Also that of one action."""
    for arguments in (["cache", "--help"], ["cache", "prune", "--help"]):
        with pytest.raises(SystemExit):
            main(arguments)
        said = capsys.readouterr().out
        for status in (
            "0, all is well",
            "1, entries",
            "2, it",
            "3, it",
            "4, the cache",
        ):
            assert status in " ".join(said.split())
