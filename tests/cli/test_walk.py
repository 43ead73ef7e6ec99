"""The manual's walk-through and workflows: they do what the manual says."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from building import EXAMPLE, Result, run

LOOP = EXAMPLE / "loop"
yaml: Any = pytest.importorskip("yaml")  # MyST-Parser brings it
WALK = LOOP / "walk.py"
STEPS = [
    *("quote", "policy", "sync", "build", "improve"),
    *("again", "nothing", "frozen", "held"),
]
#: who may do what, of a workflow's or a job's ``permissions``
READ_ONLY = {"contents": "read"}


def walk(*arguments: str) -> Result:
    """Run the script, in an environment that names somebody's account."""
    command = [sys.executable, str(WALK), *arguments]
    return run(command, LOOP, {"AWS_PROFILE": "somebody", "AWS_REGION": "eu-north-1"})


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """All steps."""
    return walk("--folder", str(tmp_path_factory.mktemp("walk") / "new"))


def table(result: Result) -> dict[str, str]:
    """What was seen, by step."""
    assert (result.status, result.stderr) == (0, ""), result.stdout
    rows = result.stdout.partition("== all is well\n")[2].splitlines()
    return dict(re.split(" {2,}", row, maxsplit=1) for row in rows)


def committed() -> dict[Path, bytes]:
    """What a careless walk would write to."""
    found = [*EXAMPLE.glob("*"), *(EXAMPLE / "translations").rglob("*")]
    return {path: path.read_bytes() for path in found if path.is_file()}


@pytest.mark.slow
def test_all_steps(walked: Result) -> None:
    """Every claim holds, and the table tells its figures."""
    seen = table(walked)
    assert list(seen) == ["step", *STEPS]
    chinese, spanish = map(int, re.findall(r"\d+", seen["quote"]))
    assert seen["sync"].startswith(f"{chinese + spanish} sentences came back")
    assert seen["build"].startswith(f"{chinese} sentences are the machine's")
    assert seen["again"] == "2 sentences were sent, one for each language"
    assert seen["nothing"] == "no request was made"
    # Chinese pairs have grown by a sentence, Spanish ones have not
    assert seen["held"] == "3 parallel data, 4 jobs"


@pytest.mark.slow
def test_the_second_sync_asks_for_one_sentence(walked: Result) -> None:
    """What a person has improved is not asked for, nor what the pairs have changed."""
    again = walked.stdout.partition("== again")[2].partition("== nothing")[0]
    told = re.findall(r"^(\w+): ([\d,]+) of [\d,]+ sentences", again, re.MULTILINE)
    assert sorted(told) == [("es", "1"), ("zh", "1")]


@pytest.mark.slow
def test_the_manual_shows_this_table(walked: Result) -> None:
    """Step by step; figures depend on what people have translated meanwhile."""
    text = (EXAMPLE / "continuous.rst").read_text("utf-8")
    shown = text.partition("   == all is well\n")[2].partition("\n\n")[0].splitlines()
    rows = dict(re.split(" {2,}", row.strip(), maxsplit=1) for row in shown)
    assert {k: re.sub(r"[\d,]+", "0", v) for k, v in rows.items()} == {
        k: re.sub(r"[\d,]+", "0", v) for k, v in table(walked).items()
    }


@pytest.mark.slow
def test_the_manual_shows_the_table_of_a_sync(walked: Result) -> None:
    """The same columns, in the same order."""
    text = (EXAMPLE / "amazon.rst").read_text("utf-8")
    [shown] = re.findall(r"^ +(language .*)$", text, re.MULTILINE)
    printed = re.findall(r"^(language .*)$", walked.stdout, re.MULTILINE)
    assert {tuple(line.split()) for line in printed} == {tuple(shown.split())}


@pytest.mark.slow
def test_a_step_that_does_not_hold_ends_the_walk(tmp_path: Path) -> None:
    """One line says why; the book of the repository is as it was."""
    before = committed()
    done = walk("--folder", str(tmp_path), "held")
    assert done.status == 1
    said = "the service holds nothing; it forgets when the walk ends"
    assert done.stderr == f"walk: held: {said}\n"
    assert "all is well" not in done.stdout
    assert committed() == before


def test_steps_are_named() -> None:
    """In the order in which they are walked; another name is refused."""
    listed = walk("--list")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == STEPS
    wrong = walk("sink")
    assert wrong.status == 2
    assert "no step 'sink'; there are quote, policy" in wrong.stderr


def test_without_storage() -> None:
    """It is said in one line what to install."""
    code = (
        "import runpy, sys; sys.modules['moto'] = None; "
        f"sys.argv = ['walk']; runpy.run_path({str(WALK)!r}, run_name='__main__')"
    )
    done = run([sys.executable, "-c", code], LOOP)
    assert done.status == 1
    [line] = done.stderr.splitlines()
    assert "moto" in line
    assert 'pip install -e ".[test]"' in line


def workflow(name: str) -> dict[str, Any]:
    """A workflow as YAML 1.1 reads it, where ``on`` is a truth value."""
    found: dict[Any, Any] = yaml.safe_load((LOOP / name).read_text("utf-8"))
    return {"on" if key is True else str(key): value for key, value in found.items()}


def steps(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of its only job."""
    [job] = found["jobs"].values()
    assert "permissions" not in job
    listed: list[dict[str, Any]] = job["steps"]
    return listed


@pytest.mark.parametrize("name", ["pull-request.yml", "sync.yml"])
def test_workflows_pin_major_versions(name: str) -> None:
    """Of every action; none is taken from a branch, and none holds a secret."""
    text = (LOOP / name).read_text("utf-8")
    used = re.findall(r"uses: (\S+)", text)
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", one) for one in used)
    assert "secrets." not in text
    assert "pull_request_target" not in text


def test_pull_requests_are_frozen_and_poor() -> None:
    """They may read, and nothing else; they keep no token and write no cache."""
    found = workflow("pull-request.yml")
    assert found["on"] == "pull_request"
    assert found["permissions"] == READ_ONLY
    [job] = found["jobs"].values()
    assert job["env"] == {"AMTS_FROZEN": "1"}
    used = {one["uses"].partition("@")[0]: one for one in steps(found) if "uses" in one}
    assert used["actions/checkout"]["with"] == {"persist-credentials": False}
    assert "actions/cache" not in used
    assert "actions/cache/save" not in used
    assert not any(name.startswith("aws-actions/") for name in used)
    assert "AWS_" not in (LOOP / "pull-request.yml").read_text("utf-8")


def test_the_scheduled_sync_is_for_the_main_branch() -> None:
    """It proves who it is, keeps to budgets, and commits what came back."""
    found = workflow("sync.yml")
    assert found["on"].keys() == {"push", "schedule", "workflow_dispatch"}
    assert found["on"]["push"]["branches"] == ["main"]
    assert found["permissions"] == {"contents": "write", "id-token": "write"}
    assert found["concurrency"]["cancel-in-progress"] is False
    listed = steps(found)
    [role] = [one for one in listed if "aws-actions/" in one.get("uses", "")]
    assert role["with"].keys() == {"role-to-assume", "aws-region"}
    runs = [one["run"] for one in listed if "run" in one]
    assert any(re.search(r"^amts sync book --budget \d+$", line) for line in runs)
    assert any(re.search(r"-D amts_budget=\d+ ", line) for line in runs)
    assert any("git add book/translations" in line for line in runs)
    kept = [one["with"]["path"] for one in listed if "/cache/" in one.get("uses", "")]
    assert kept == ["book/.amts", "book/.amts"]
