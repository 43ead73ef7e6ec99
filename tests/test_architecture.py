"""The house as it is drawn: its floors, its sizes, and what it imports when.

Counted from the syntax tree, not searched for in the text.
"""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

import pytest

import amts_sphinx

ROOT = Path(amts_sphinx.__file__).parent
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in sorted(ROOT.rglob("*.py"))
}
TREES = {name: ast.parse(text) for name, text in SOURCES.items()}

#: imported only where used, by the edge, or by one engine
HEAVY = ("sphinx", "docutils", "boto3", "sacrebleu", "pysbd", "sentencex", "numpy")
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

each_module = pytest.mark.parametrize("name", list(SOURCES))


def module_name(path: str) -> str:
    """The dotted name of a file of the package."""
    parts = ("amts_sphinx", *Path(path).with_suffix("").parts)
    return ".".join(part for part in parts if part != "__init__")


def functions(tree: ast.AST) -> Iterator[FunctionNode]:
    """All functions and methods, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, FunctionNode))


def length(function: FunctionNode) -> int:
    """Lines from ``def`` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def public(body: Sequence[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.AST]]:
    """Functions and classes that others may use, methods too; a property once."""
    for node in body:
        if isinstance(node, FunctionNode | ast.ClassDef):
            if node.name.startswith("_") or is_setter(node):
                continue
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}{node.name}.")


def is_setter(node: FunctionNode | ast.ClassDef) -> bool:
    """Does it set a property?  What it means the property itself says."""
    return any(
        isinstance(decorator, ast.Attribute) and decorator.attr == "setter"
        for decorator in node.decorator_list
    )


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of each comment."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def imported_by(code: str) -> set[str]:
    """The modules that a piece of code loads in a fresh interpreter."""
    script = (
        "import sys, typing, __future__\n"
        f"sys.path.insert(0, {str(ROOT.parent)!r})\n"
        "before = set(sys.modules)\n"
        f"{code}\n"
        "print(*sorted(set(sys.modules) - before), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


# -- what is imported when -----------------------------------------------------


def test_the_package_imports_nothing() -> None:
    """An application that only looks at the package loads this one module."""
    assert imported_by("import amts_sphinx") == {"amts_sphinx"}


ROOMS = (
    "text",
    "memory",
    "bitext",
    "exchange",
    "report",
    "engines/amazon.py",
    "engines/drafting.py",
    "engines/engine.py",
    "engines/guarded.py",
    "engines/memory.py",
    "engines/opening.py",
    "engines/paid.py",
    "translator.py",
    "evaluation",
)


@pytest.mark.parametrize("room", ROOMS)
def test_below_the_edge_is_the_standard_library(room: str) -> None:
    """No module below the Sphinx edge loads Sphinx, anything heavy, or any package."""
    names = [module_name(name) for name in SOURCES if name.startswith(room)]
    assert names
    loaded = imported_by("\n".join(f"import {name}" for name in names))
    assert set(names) <= loaded
    tops = {name.partition(".")[0] for name in loaded}
    assert not tops & set(HEAVY)
    assert tops - sys.stdlib_module_names == {"amts_sphinx"}
    assert not [name for name in loaded if name.startswith("amts_sphinx.sphinx_ext")]


def imports(tree: ast.Module) -> Iterator[str]:
    """Everything a module may import at any time, but for type checkers only."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        test = getattr(node, "test", None)
        if isinstance(test, ast.Name) and test.id == "TYPE_CHECKING":
            continue
        waiting += ast.iter_child_nodes(node)


@each_module
def test_only_the_edge_knows_sphinx(name: str) -> None:
    """Sphinx and docutils are imported by one room, boto3 by the Amazon engines.

    The stand-in for Amazon's service knows its requests from botocore.
    """
    tops = {imported.partition(".")[0] for imported in imports(TREES[name])}
    if not name.startswith("sphinx_ext/"):
        assert not tops & {"sphinx", "docutils"}
    if not name.startswith("engines/amazon"):
        assert "boto3" not in tops
        assert "botocore" not in tops or name.startswith("testing/")


#: each room and what it may know; rooms of one floor do not know each other
FLOORS = {
    "text": set[str](),
    "memory": {"text"},
    "bitext": {"text"},
    "exchange": {"text"},
    "report": {"text"},
    "engines": {"text", "memory", "bitext", "exchange", "report"},
    "translator": {"text", "memory", "bitext", "exchange", "report", "engines"},
}


@each_module
def test_no_floor_knows_the_one_above(name: str) -> None:
    """A room imports itself and the floors below, nothing else of the package."""
    room = name.partition("/")[0].removesuffix(".py")
    if room not in FLOORS:
        return
    known = {
        imported.split(".")[1]
        for imported in imports(TREES[name])
        if imported.startswith("amts_sphinx.")
    }
    assert known <= FLOORS[room] | {room}


# -- words ---------------------------------------------------------------------


@each_module
def test_each_module_says_what_it_is_for(name: str) -> None:
    """There is a docstring at its head."""
    assert ast.get_docstring(TREES[name])


@each_module
def test_each_public_name_says_what_it_means(name: str) -> None:
    """Public functions, classes and methods have docstrings."""
    silent = [
        label
        for label, node in public(TREES[name].body, "")
        if isinstance(node, FunctionNode | ast.ClassDef) and not ast.get_docstring(node)
    ]
    assert silent == []


@each_module
def test_nothing_is_left_to_do(name: str) -> None:
    """No comment and no docstring puts work off."""
    marks = ("TODO", "FIXME", "XXX", "HACK")
    texts = [text for _, text in comments(SOURCES[name])]
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(TREES[name]):
        if isinstance(node, holders):
            texts += [ast.get_docstring(node) or ""]
    assert [text for text in texts for mark in marks if mark in text] == []


# -- sizes ---------------------------------------------------------------------


@each_module
def test_modules_are_small(name: str) -> None:
    """300 lines at most."""
    assert len(SOURCES[name].splitlines()) <= 300


@each_module
def test_functions_are_small(name: str) -> None:
    """60 lines at most."""
    sizes = {f.name: length(f) for f in functions(TREES[name])}
    assert {name: size for name, size in sizes.items() if size > 60} == {}


def test_most_modules_are_smaller() -> None:
    """The median module has 120 lines, give or take a few."""
    assert median(len(text.splitlines()) for text in SOURCES.values()) <= 125


def test_most_functions_are_smaller() -> None:
    """The median function has 10 lines at most, 19 of 20 have 40 at most."""
    sizes = [
        length(function) for tree in TREES.values() for function in functions(tree)
    ]
    assert median(sizes) <= 10
    assert quantiles(sizes, n=20)[-1] <= 40


# -- types ---------------------------------------------------------------------


@each_module
def test_everything_is_typed(name: str) -> None:
    """Every parameter and every result of every function has a type."""
    untyped = []
    for function in functions(TREES[name]):
        given = function.args
        parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        parameters += [one for one in (given.vararg, given.kwarg) if one]
        untyped += [
            f"{function.name}: {one.arg}"
            for one in parameters
            if one.annotation is None and one.arg not in {"self", "cls"}
        ]
        if function.returns is None:
            untyped.append(function.name)
    assert untyped == []


def ignores() -> list[str]:
    """Comments that silence the type checker, with their places."""
    return [
        f"{name}:{line}: {text}"
        for name, source in SOURCES.items()
        for line, text in comments(source)
        if "type: ignore" in text
    ]


def test_few_types_are_ignored() -> None:
    """Five at most in the whole package."""
    assert len(ignores()) <= 5, ignores()


def test_ignored_types_have_a_reason() -> None:
    """Each names the error it silences, and says why."""
    unexplained = []
    for found in ignores():
        _, _, rest = found.partition("type: ignore[")
        code, _, reason = rest.partition("]")
        words = [part for part in reason.split("#") if "noqa" not in part]
        if not code or not "".join(words).strip():
            unexplained.append(found)
    assert unexplained == []


def test_the_counting_counts(tmp_path: Path) -> None:
    """What these tests rely on finds what it should in a small module."""
    text = (
        "import a.b\nfrom c import d\n"
        "if TYPE_CHECKING:\n    import e\n"
        "def f():\n    import g\n    def inner(): pass\n"
        "class C:\n    def method(self): pass\n    def _own(self): pass\n"
        "    @property\n    def p(self): pass\n"
        "    @p.setter\n    def p(self, x): pass\n"
        "x = 1  # a comment\n"
    )
    path = tmp_path / "small.py"
    path.write_text(text, encoding="utf-8")
    tree = ast.parse(text)
    assert set(imports(tree)) == {"a.b", "c", "c.d", "g"}
    assert [label for label, _ in public(tree.body, "")] == [
        *("f", "C", "C.method", "C.p")
    ]
    assert [length(f) for f in functions(tree) if f.name == "f"] == [3]
    assert list(comments(text)) == [(15, "# a comment")]
    found = imported_by(f"sys.path.insert(0, {str(tmp_path)!r}); import json.tool")
    assert {"json", "json.tool"} <= found
