"""``-b amts-zh`` and ``-b amts``: what a launcher hands on, and what it gives back."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from building import ROOTS, Result, build, copy_book, run

#: makes the extension ``probe`` known to every build
VARIABLES = {"PYTHONPATH": str(Path(__file__).parent)}
OFFLINE = 'amts_engine = "memory"\namts_languages = {"zh": {}, "es": {}}\n'
PROBE = 'extensions.append("probe")\n'
TRACEBACK = "Traceback (most recent call last)"
BROKEN_LINK = "\nSee :doc:`nowhere` and nothing else.\n"


def pond(folder: Path, conf: str = OFFLINE + PROBE) -> Path:
    """A copy of the book of three pages with more lines in its ``conf.py``."""
    copy_book(ROOTS / "test-basic", folder)
    with (folder / "conf.py").open("a", encoding="utf-8") as file:
        file.write(conf)
    return folder


def launch(
    source: Path, out: Path, *arguments: str, builder: str = "amts-zh", **others: Any
) -> Result:
    """Run a launcher that finds the probe."""
    return build(
        source, out, *arguments, builder=builder, variables=VARIABLES, **others
    )


def probe(folder: Path) -> dict[str, Any]:
    """What the build into a folder was given."""
    data: dict[str, Any] = json.loads((folder / "probe.json").read_text("utf-8"))
    return data


# -- where things go ------------------------------------------------------------------


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """The book in both languages, and its source folder."""
    folder = tmp_path_factory.mktemp("both")
    conf = 'amts_languages["es"]["conf"] = {"project": "Una charca"}\n'
    source = pond(folder / "book", conf + PROBE)
    return launch(source, folder / "out", "-j", "2", builder="amts"), source


def test_all_languages_have_an_output_and_doctrees_of_their_own(
    both: tuple[Result, Path],
) -> None:
    """``-b amts`` builds each language in a folder with its name."""
    result, source = both
    assert result.status == 0, result.stderr
    assert not result.stderr
    for code, language in (("zh", "zh_CN"), ("es", "es")):
        given = probe(result.out / code)
        assert (result.out / code / "index.html").is_file()
        assert (given["language"], given["target"]) == (language, code)
        doctrees = result.out / ".doctrees" / f"amts-{code}"
        assert Path(given["doctrees"]) == doctrees
        assert (doctrees / "environment.pickle").is_file()
        assert Path(given["source"]) == source
    assert not (result.out / "index.html").exists()
    assert not (result.out / ".doctrees" / "environment.pickle").exists()


def test_each_language_tells_its_own_lines_and_the_page_to_open(
    both: tuple[Result, Path],
) -> None:
    """Lines of languages side by side carry the language; the last ones name pages."""
    stdout = both[0].stdout
    assert "[zh] loading translations [zh_CN]... done" in stdout
    assert "[es] loading translations [es]... done" in stdout
    for code in ("zh", "es"):
        assert f"amts: {code}: open " in stdout
        assert f"{code}/index.html" in stdout


def test_jobs_are_shared_among_languages_side_by_side(
    both: tuple[Result, Path],
) -> None:
    """Two jobs for two languages are one job for each."""
    assert probe(both[0].out / "zh")["jobs"] == 1
    assert probe(both[0].out / "es")["jobs"] == 1


def test_a_language_has_configuration_values_of_its_own(
    both: tuple[Result, Path],
) -> None:
    """``amts_languages["es"]["conf"]`` holds in Spanish only."""
    assert "Una charca" in both[0].page("es/index.html")
    assert "Una charca" not in both[0].page("zh/index.html")
    assert "A small pond" in both[0].page("zh/index.html")


def test_one_language_is_written_to_the_output_folder_itself(tmp_path: Path) -> None:
    """``-b amts-zh`` writes to OUT, as ``-b html`` would."""
    result = launch(pond(tmp_path / "book"), tmp_path / "out")
    assert result.status == 0, result.stderr
    assert probe(result.out)["language"] == "zh_CN"
    assert (result.out / ".doctrees" / "amts-zh" / "environment.pickle").is_file()
    assert "[zh]" not in result.stdout


def test_make_mode_builds_beside_the_other_builders(tmp_path: Path) -> None:
    """``-M amts-zh`` (and so ``make amts-zh``) writes to OUT/amts-zh."""
    source, out = pond(tmp_path / "book"), tmp_path / "out"
    command = [sys.executable, "-m", "sphinx", "-M", "amts-zh", str(source), str(out)]
    result = run(command, out, VARIABLES)
    assert result.status == 0, result.stderr
    given = probe(out / "amts-zh")
    assert given["target"] == "zh"
    assert Path(given["doctrees"]) == out / "doctrees" / "amts-zh"


def test_the_builder_of_the_translated_book_is_configurable(tmp_path: Path) -> None:
    """``amts_builder`` names the stock builder that does the work."""
    source = pond(tmp_path / "book", OFFLINE + PROBE + 'amts_builder = "dirhtml"\n')
    result = launch(source, tmp_path / "out")
    assert result.status == 0, result.stderr
    assert probe(result.out)["builder"] == "dirhtml"
    assert (result.out / "one" / "index.html").is_file()


# -- what is handed on ----------------------------------------------------------------


@pytest.fixture(scope="module")
def optioned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A build with nearly every option that ``sphinx-build`` has, and its folder."""
    folder = tmp_path_factory.mktemp("options")
    source = pond(folder / "book", OFFLINE + PROBE + 'html_context = {"own": "yes"}\n')
    with (source / "two.rst").open("a", encoding="utf-8") as page:
        page.write(BROKEN_LINK)
    (folder / "conf").mkdir()
    (source / "conf.py").rename(folder / "conf" / "conf.py")
    result = launch(
        source,
        folder / "out",
        *("-c", str(folder / "conf"), "-d", str(folder / "trees")),
        *("-D", "html_title=Given", "-D", "html_theme_options.description=Wet"),
        *("-A", "mood=calm", "-A", "depth=3", "-t", "grown", "-t", "deep"),
        *("-n", "-j", "2", "-v", "-W", "--keep-going", "--color"),
        *("-w", str(folder / "warnings.txt")),
    )
    return result, folder


def test_configuration_given_on_the_command_line_arrives(
    optioned: tuple[Result, Path],
) -> None:
    """``-D``, ``-A``, ``-t`` and ``-n`` reach the inner run, beside ``conf.py``."""
    given = probe(optioned[0].out)
    assert given["title"] == "Given"
    assert given["options"]["description"] == "Wet"
    assert given["context"] == {"own": "yes", "mood": "calm", "depth": 3}
    assert {"grown", "deep"} <= set(given["tags"])
    assert not [tag for tag in given["tags"] if "amts" in tag]
    assert given["nitpicky"] is True


def test_places_given_on_the_command_line_arrive(
    optioned: tuple[Result, Path],
) -> None:
    """``-c`` and ``-d`` reach the inner run; its doctrees are a folder below."""
    given, folder = probe(optioned[0].out), optioned[1]
    assert Path(given["conf"]) == folder / "conf"
    assert Path(given["doctrees"]) == folder / "trees" / "amts-zh"


def test_manners_given_on_the_command_line_arrive(
    optioned: tuple[Result, Path],
) -> None:
    """``-j``, ``-v``, ``-W --keep-going`` and ``--color`` reach the inner run."""
    result, given = optioned[0], probe(optioned[0].out)
    assert given["jobs"] == 2
    assert given["verbosity"] == 1
    assert given["keep_going"] is True
    assert "\x1b[" in result.stdout.partition("building [amts-zh]")[2]


def test_warnings_as_errors_end_in_status_one(optioned: tuple[Result, Path]) -> None:
    """``-W --keep-going`` with a warning builds everything and returns 1."""
    assert optioned[0].status == 1
    assert (optioned[0].out / "two.html").is_file()
    assert "no complete book" not in optioned[0].stderr


def test_warnings_are_written_to_the_file_too(optioned: tuple[Result, Path]) -> None:
    """``-w FILE`` holds the inner run's warnings, without colours."""
    text = (optioned[1] / "warnings.txt").read_text("utf-8")
    assert "two.rst" in text
    assert "nowhere" in text
    assert "\x1b[" not in text


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """Builds one and the same, already built book again, with other options."""
    folder = tmp_path_factory.mktemp("again")
    source = pond(folder / "book")
    with (source / "two.rst").open("a", encoding="utf-8") as page:
        page.write(BROKEN_LINK)
    first = launch(source, folder / "out")
    assert first.status == 0, first.stderr

    def again(*arguments: str, **others: Any) -> Result:
        return launch(source, folder / "out", *arguments, **others)

    return again


def test_a_second_build_reads_and_writes_nothing(built: Callable[..., Result]) -> None:
    """Nothing changed: no page is read or written again, and no colour is shown."""
    result = built("-N")
    given = probe(result.out)
    assert given["read"] == []
    assert not {"index", "one", "two"} & set(given["written"])
    assert "\x1b[" not in result.stdout + result.stderr


def test_write_all_arrives(built: Callable[..., Result]) -> None:
    """``-a`` writes all pages and reads none."""
    given = probe(built("-a").out)
    assert given["read"] == []
    assert {"index", "one", "two"} <= set(given["written"])


def test_fresh_environment_arrives(built: Callable[..., Result]) -> None:
    """``-E`` reads all pages."""
    assert probe(built("-E").out)["read"] == ["index", "one", "two"]


def test_files_named_on_the_command_line_arrive(built: Callable[..., Result]) -> None:
    """Only the pages named are written."""
    source = Path(probe(built().out)["source"])
    result = built(files=[source / "one.md", source / "index.rst"])
    assert result.status == 0, result.stderr
    written = set(probe(result.out)["written"])
    assert {"index", "one"} <= written
    assert "two" not in written


def test_quiet_leaves_warnings_only(built: Callable[..., Result]) -> None:
    """``-q`` shows warnings, and nothing else."""
    result = built("-q", "-E")
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "nowhere" in result.stderr
    assert probe(result.out)["quiet"] is True


def test_very_quiet_leaves_nothing(built: Callable[..., Result]) -> None:
    """``-Q`` shows not even warnings."""
    result = built("-Q", "-E")
    assert (result.status, result.stdout, result.stderr) == (0, "", "")


def test_a_book_without_conf_py_is_configured_by_options(tmp_path: Path) -> None:
    """``-C`` arrives: a broken ``conf.py`` is not looked at by either run."""
    source = copy_book(ROOTS / "test-basic", tmp_path / "book")
    (source / "conf.py").write_text("raise SystemExit('read!')\n", encoding="utf-8")
    result = launch(
        source,
        tmp_path / "out",
        *("-C", "-D", "extensions=myst_parser,amts_sphinx,probe"),
        *("-D", "amts_languages=zh,es", "-D", "exclude_patterns=zh"),
        *("-D", "html_title=Bare"),
    )
    assert result.status == 0, result.stderr
    given = probe(result.out)
    assert (given["title"], given["language"]) == ("Bare", "zh_CN")
    assert given["read"] == ["index", "one", "two"]


API = """
import sys
from sphinx.application import Sphinx

source, out = sys.argv[1:]
app = Sphinx(source, None, out, out + "/trees", "amts-zh", confoverrides={
    "extensions": ["myst_parser", "amts_sphinx", "probe"],
    "myst_enable_extensions": ["dollarmath"],
    "exclude_patterns": ["zh"],
    "amts_languages": {"zh": {"reference": "zh", "conf": {"html_title": "池塘"}}},
    "amts_mark_origin": False,
    "html_theme_options": {"description": "Wet", "font_size": 12},
    "html_context": {"depth": 3, "names": ["pond"]},
})
app.build()
raise SystemExit(app.statuscode)
"""


def test_overrides_of_any_type_arrive(tmp_path: Path) -> None:
    """Whoever calls Sphinx from Python may override with lists, dicts and numbers."""
    source = copy_book(ROOTS / "test-basic", tmp_path / "book")
    out = tmp_path / "out"
    command = [sys.executable, "-c", API, str(source), str(out)]
    result = run(command, out, VARIABLES)
    assert result.status == 0, result.stderr
    given = probe(out)
    assert given["title"] == "池塘"
    assert given["options"] == {"description": "Wet", "font_size": 12}
    assert given["context"] == {"depth": 3, "names": ["pond"]}
    page = result.page("one.html")
    assert "池塘里的鱼" in page
    assert "amts-human" not in page


DIRECT = """
import sys
from sphinx.application import Sphinx

source, out, language, target = sys.argv[1:]
overrides = {"language": language, "amts_target": target}
app = Sphinx(source, source, out, out + "/trees", "html", overrides, status=None)
app.build()
"""


def test_a_language_that_docutils_lacks_adds_no_warning(tmp_path: Path) -> None:
    """Norwegian is unknown to docutils; the page is Norwegian, down to its quotes."""
    source = pond(tmp_path / "book", 'amts_languages = {"no": {}}\n')
    with (source / "two.rst").open("a", encoding="utf-8") as page:
        page.write('\nThey call it "the pond".\n')
    said = {}
    for language, target in (("en", ""), ("nb", "no")):
        out = tmp_path / language
        places = [str(source), str(out), language, target]
        result = run([sys.executable, "-c", DIRECT, *places], out)
        assert result.status == 0, result.stderr
        said[language] = result.stderr
    assert said["nb"] == said["en"]
    page_text = (tmp_path / "nb" / "two.html").read_text("utf-8")
    assert 'lang="nb"' in page_text
    assert page_text.count("«") == 1


# -- what comes back ------------------------------------------------------------------


@pytest.mark.parametrize("strict", [(), ("-W", "--keep-going")])
def test_a_failing_language_does_not_hide_the_other(
    tmp_path: Path, strict: tuple[str, ...]
) -> None:
    """One language cannot be built: the other is whole, the status is 2."""
    broken = 'amts_languages["es"]["conf"] = {"html_theme": "no-such-theme"}\n'
    source = pond(tmp_path / "book", OFFLINE + broken)
    result = launch(source, tmp_path / "out", *strict, builder="amts")
    assert result.status == 2
    assert (result.out / "zh" / "two.html").is_file()
    assert "no-such-theme" in result.stderr
    assert "no complete book for es" in result.stderr
    assert TRACEBACK not in result.stderr


def test_the_reason_of_a_failure_is_shown_even_when_very_quiet(tmp_path: Path) -> None:
    """``-Q`` hides warnings; why there is no book is said, as by Sphinx itself."""
    source = pond(tmp_path / "book")
    result = launch(source, tmp_path / "out", "-Q", "-D", "html_theme=no-such-theme")
    assert result.status == 2
    assert "no-such-theme" in result.stderr


def test_a_warning_in_one_language_is_its_own(tmp_path: Path) -> None:
    """A value that only Spanish has wrong makes the whole build end in status 1."""
    wrong = 'amts_languages["es"]["conf"] = {"no_such_value": "1"}\n'
    source = pond(tmp_path / "book", OFFLINE + wrong)
    result = launch(source, tmp_path / "out", "-W", "--keep-going", builder="amts")
    assert result.status == 1
    lines = result.stderr.splitlines()
    assert [line for line in lines if "no_such_value" in line and "[es] " in line]
    assert not [line for line in lines if "[zh] " in line]
    assert (result.out / "zh" / "two.html").is_file()


@pytest.mark.parametrize("builder", ["amts-fr", "amts-xx", "amts-zh_CN"])
def test_an_undeclared_language_is_one_clear_line(tmp_path: Path, builder: str) -> None:
    """The line names what was asked for and what is declared."""
    result = launch(pond(tmp_path / "book"), tmp_path / "out", builder=builder)
    assert result.status == 2
    code = builder.removeprefix("amts-")
    assert f"language '{code}' is not declared in amts_languages" in result.stderr
    assert "(declared: zh, es)" in result.stderr
    assert TRACEBACK not in result.stderr
    assert sum("is not declared" in line for line in result.stderr.splitlines()) == 1


def test_no_language_at_all_is_one_clear_line(tmp_path: Path) -> None:
    """``-b amts`` in a book that declares no language."""
    source = pond(tmp_path / "book", "amts_languages = {}\n")
    result = launch(source, tmp_path / "out", builder="amts")
    assert result.status == 2
    assert "amts_languages declares no language" in result.stderr
    assert TRACEBACK not in result.stderr


def test_a_target_that_is_not_declared_is_one_clear_line(tmp_path: Path) -> None:
    """``-D amts_target`` used directly is checked as well."""
    source = pond(tmp_path / "book")
    arguments = ("-D", "amts_target=fr", "-D", "language=fr")
    result = launch(source, tmp_path / "out", *arguments, builder="html")
    assert result.status == 2
    assert "language 'fr' is not declared" in result.stderr


def test_a_target_without_its_language_is_one_clear_line(tmp_path: Path) -> None:
    """The line says what is missing on the command line."""
    source = pond(tmp_path / "book")
    arguments = ("-D", "amts_target=zh")
    result = launch(source, tmp_path / "out", *arguments, builder="html")
    assert result.status == 2
    assert "add -D language=zh_CN" in result.stderr


def test_an_unknown_builder_of_the_book_is_one_clear_line(tmp_path: Path) -> None:
    """A misspelt ``amts_builder`` is found before any language is started."""
    source = pond(tmp_path / "book", OFFLINE + 'amts_builder = "dirhtlm"\n')
    result = launch(source, tmp_path / "out", builder="amts")
    assert result.status == 2
    assert "amts_builder: 'dirhtlm' is not valid" in result.stderr
    assert 'did you mean "dirhtml"?' in result.stderr
    assert "[zh]" not in result.stdout


def test_an_override_that_cannot_be_handed_on_is_one_clear_line(tmp_path: Path) -> None:
    """A function given as an override cannot reach another process."""
    source, out = pond(tmp_path / "book"), tmp_path / "out"
    code = API.replace('"depth": 3', '"depth": lambda: 3')
    result = run([sys.executable, "-c", code, str(source), str(out)], out, VARIABLES)
    assert result.status != 0
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("sphinx.errors.ConfigError: html_context: ")
    assert "cannot be handed to another process" in last


# -- what a launcher leaves alone -----------------------------------------------------


class Blast:
    """Unpickled, it leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def test_no_environment_is_unpickled_by_a_launcher(tmp_path: Path) -> None:
    """A big environment of the source book beside it costs nothing."""
    source, mark = pond(tmp_path / "book"), tmp_path / "unpickled"
    stored = tmp_path / "trees" / "environment.pickle"
    stored.parent.mkdir()
    stored.write_bytes(pickle.dumps(Blast(mark)))
    before = stored.read_bytes()
    result = launch(source, tmp_path / "out", "-d", str(stored.parent))
    assert result.status == 0, result.stderr
    assert not mark.exists()
    assert stored.read_bytes() == before
    pickle.loads(before)  # the test's own fuse works
    assert mark.exists()


def test_plain_and_translating_builds_take_turns_without_reading_again(
    tmp_path: Path,
) -> None:
    """html, amts-zh, html, amts-zh in the same doctree folder: read once each."""
    source = pond(tmp_path / "book")
    places = {"html": tmp_path / "html", "amts-zh": tmp_path / "zh"}
    read: list[list[str]] = []
    for builder in ("html", "amts-zh", "html", "amts-zh"):
        arguments = ("-d", str(tmp_path / "trees"))
        result = launch(source, places[builder], *arguments, builder=builder)
        assert result.status == 0, result.stderr
        read.append(probe(result.out)["read"])
    everything = ["index", "one", "two"]
    assert read == [everything, everything, [], []]
