"""The collecting process: reads a book, stores its messages, writes nothing else.

``python -m amts_sphinx.sphinx_ext.collector`` takes a pickled ``Request`` from its
parent by standard input.  It is a process of its own so that nothing of this reading
can leak into the build, and so that a reference book is read with its own configuration
and extensions.  Notebooks are not executed.  A page that cannot be read is reported in
one line, and the rest is collected all the same.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.utils import new_document
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from amts_sphinx.sphinx_ext import reading
from amts_sphinx.sphinx_ext.collect import Request
from amts_sphinx.sphinx_ext.doctree import encode
from amts_sphinx.sphinx_ext.messages import Place
from amts_sphinx.sphinx_ext.page_index import PageIndex, config_digest
from amts_sphinx.text import codes
from amts_sphinx.text.languages import LanguageProfile, profile_of_sphinx
from amts_sphinx.text.pages import Wall
from amts_sphinx.text.sentences import with_cuts
from amts_sphinx.text.units import Message

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


def main() -> int:
    """Collect one book; returns 0, or 1 if it is not a book at all.

    Standard output is JSON: the language of the book and a list of what could not be
    read.  Whatever the book's configuration and its extensions print goes elsewhere.
    """
    request: Request = pickle.load(sys.stdin.buffer)  # noqa: S301 - our parent's
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    failures: list[str] = []
    status, language = 0, ""
    with tempfile.TemporaryDirectory() as scratch:
        try:
            language = _collect(request, Path(scratch), failures)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the book's own code
            failures.append(_reason(error))
            status = 1
    with answer:
        said = [" ".join(failure.split()) for failure in failures]
        json.dump([language, said], answer)
    return status


def _reason(error: BaseException) -> str:
    """What is wrong, without the traceback that Sphinx puts into its own messages."""
    said, traceback, _ = str(error).partition("Traceback (most recent call last)")
    if traceback and error.__cause__:
        return f"{said} {_reason(error.__cause__)}"
    return said if isinstance(error, SphinxError) else f"{type(error).__name__}: {said}"


def _collect(request: Request, scratch: Path, failures: list[str]) -> str:
    """Read the pages; those that cannot be read are added to ``failures``.

    Returns the code of the book's language.
    Raises SphinxError if not a single page of a whole book can be read.
    """
    confdir = request.confdir or request.srcdir
    with patch_docutils(str(confdir)), docutils_namespace():
        app = Sphinx(
            str(request.srcdir),
            str(request.confdir) if request.confdir else None,
            str(scratch / "out"),
            str(scratch / "doctrees"),
            request.builder,
            {**request.overrides, "nb_execution_mode": "off"},
            status=None,
            warning=io.StringIO(),
            freshenv=True,
            tags=list(request.tags),
        )
        digest = request.digest or config_digest(app)
        _spare(app)
        index = PageIndex(request.folder, request.srcdir, digest)
        language = request.language or profile_of_sphinx(app.config.language or "en")
        unwrap = request.unwrap and not language.line_joiner
        split = _message_splitter(language, index, unwrap=unwrap)
        count = 0

        def finish(
            docname: str, document: nodes.document, found: reading.Found
        ) -> None:
            nonlocal count
            count += 1
            extra = _notebook_captions(app, document)
            blocks = [split(docname, block) for block in (*found, *extra)]
            source = Path(app.env.doc2path(docname))
            dependencies = reading.dependencies(app, docname)
            index.save(index.make(docname, source, dependencies, blocks))

        reading.register(app, finish=finish)
        app.connect("env-before-read-docs", _only(request, failures), priority=999)
        _survive(app, failures)
        reason = "it has no page that Sphinx can read"
        try:
            app.builder.read()
        except SphinxError as error:  # a missing root document loses no page
            reason = str(error) if app.env.found_docs else reason
        if not count and (request.docnames is None or not failures):
            raise SphinxError(reason)
    return language.code


def _spare(app: Sphinx) -> None:
    """Leave out what comes after the messages, for the output: a fourth of the time.

    These are typographic quotes, the pages as Sphinx would store them, and what
    extensions do once all are read, such as formatting the entries of a bibliography.
    """
    app.config.smartquotes = False
    app.events.listeners["env-updated"].clear()
    vars(app.builder)["write_doctree"] = lambda *_, **_kwargs: None


def _message_splitter(
    language: LanguageProfile, index: PageIndex, *, unwrap: bool
) -> Callable[[str, Place | Wall | Message], Message | Wall]:
    """Finds the sentences of a message, asking the splitter about new text only."""
    known: dict[str, dict[str, tuple[int, ...]]] = {}

    def split(docname: str, block: Place | Wall | Message) -> Message | Wall:
        if isinstance(block, Wall):
            return block
        message = block.message if isinstance(block, Place) else block
        if docname not in known:
            stored = index.stored(docname)
            known[docname] = {m.text: m.cuts for m in stored.messages} if stored else {}
        if unwrap:
            message = replace(message, text=codes.unwrap(message.text))
        cuts = known[docname].get(message.text)
        return with_cuts(message, language, cuts)

    return split


def _only(
    request: Request, failures: list[str]
) -> Callable[[Sphinx, BuildEnvironment, list[str]], None]:
    """Restricts the reading to what is wanted and can be decoded."""

    def choose(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        if request.docnames is not None:
            docnames[:] = [name for name in docnames if name in request.docnames]
        for name in list(docnames):
            path = Path(env.doc2path(name))
            try:
                path.read_text(app.config.source_encoding)
            except (UnicodeDecodeError, OSError) as error:
                reason = getattr(error, "reason", None) or error.__class__.__name__
                where = env.doc2path(name, base=False)
                failures.append(f"{where}: cannot be read ({reason})")
                docnames.remove(name)

    return choose


def _survive(app: Sphinx, failures: list[str]) -> None:
    """One page that crashes its parser does not cost the others."""
    read_doc = app.builder.read_doc

    def read(docname: str, **kwargs: Any) -> None:
        try:
            read_doc(docname, **kwargs)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - any extension's
            where = app.env.doc2path(docname, base=False)
            failures.append(f"{where}: cannot be read ({_reason(error)})")

    app.builder.read_doc = read  # type: ignore[misc, method-assign] # ours, not Sphinx's


def _notebook_captions(app: Sphinx, document: nodes.document) -> list[Message]:
    """Figure captions that notebook cells get only when they are executed."""
    found: list[Message] = []
    for cell in document.findall(nodes.container):
        if cell.get("nb_element") != "cell_code" or any(cell.findall(nodes.caption)):
            continue
        options = (cell.get("cell_metadata") or {}).get("mystnb") or {}
        caption = (options.get("figure") or {}).get("caption")
        if isinstance(caption, str):
            text, what, _ = encode(_parse_markdown(app, caption, document))
            if codes.has_letters(text):
                found.append(Message(text, what, reading.NOT_YET_THERE, cell.line or 0))
    return found


def _parse_markdown(
    app: Sphinx, text: str, document: nodes.document
) -> list[nodes.Node]:
    """The inline nodes of a caption; this process is thrown away, so nothing leaks."""
    from myst_parser.parsers.sphinx_ import MystParser  # noqa: PLC0415 - optional

    parser = MystParser()
    if hasattr(parser, "set_application"):
        parser.set_application(app)
    else:
        parser._config, parser._env = app.config, app.env  # noqa: SLF001
    part = new_document(document["source"], document.settings)
    parser.parse(text, part)
    return list(part.children[0].children) if part.children else []


if __name__ == "__main__":
    raise SystemExit(main())
