"""A book as web pages, whatever made them: one file or a folder, as pages by name.

Built HTML is often all there is of a translated book.  Each page is read for what it
says, not for how it looks: its main content as messages and walls in coded text, the
shape that books read from their sources have too.  What cannot be read costs one clear
line and that page, never the others.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from amts_sphinx.exchange import html_blocks, html_tree
from amts_sphinx.exchange.encoding import decoded, read_bytes
from amts_sphinx.exchange.errors import ExchangeError, Tell, problem, shown
from amts_sphinx.text.pages import Page, text_digest

_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml"})
#: what browsers add to a saved page's name for the folder of its parts
_PARTS: Final = re.compile(
    r"[_.-](?:files?|dateien|fichiers|archivos|arquivos|ficheiros|bestanden|filer|pliki)",
    re.IGNORECASE,
)
#: pages that Sphinx makes of the others
_SPHINX_OWN: Final = frozenset({"genindex", "search", "py-modindex"})
_SPHINX_FOLDERS: Final = frozenset({"_modules", "_sources", "_static", "_images"})
#: how far into a page its encoding and language are looked for, in bytes
_HEAD: Final = 4096
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})"
    rb"|<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
#: encodings of the web that Python knows by another name or in a wider form (WHATWG
#: "Encoding Standard")
_ENCODINGS: Final = {
    "": "utf-8",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "utf-16": "utf-8",  # a page in which this can be read in bytes is none
    "utf-16le": "utf-8",
    "unicode": "utf-8",
}


def read_html(path: Path, tell: Tell) -> dict[str, Page]:
    """The pages of a book of HTML files, by name, in order of their names.

    ``path`` is a folder or one page.  A page's name is its path in the folder without
    the suffix.  Pages without text are left out; of one that cannot be read ``tell``
    hears one line.

    Raises ExchangeError where there is nothing to read at all.
    """
    pages: dict[str, Page] = {}
    for file, docname in _files(path):
        try:
            page = _page(file, docname, tell)
        except ExchangeError as error:
            tell(str(error))
            continue
        if docname in pages:
            what = f"there is a page called {shown(docname)} already; rename one"
            tell(problem(file, 0, what))
        elif page and page.blocks:
            pages[docname] = page
    return pages


def html_language(path: Path) -> str:
    """The language most pages say they are in (``es``, ``zh-CN``); "" if none does.

    Raises ExchangeError where there is nothing to read at all.
    """
    said: Counter[str] = Counter()
    for file, _ in _files(path):
        # the tag is ASCII in every encoding of the web; in UTF-16 with NUL in between
        head = read_bytes(file)[:_HEAD].replace(b"\0", b"").decode("ascii", "ignore")
        try:
            language = html_tree.parse(head).language
        except ValueError:
            continue
        if language:
            said[language] += 1
    return min(said, key=lambda name: (-said[name], name), default="")


def _page(file: Path, docname: str, tell: Tell) -> Page | None:
    """One page; None for one that a generator made of the others.

    Raises ExchangeError for a file that is no text of a known encoding.
    """
    data = read_bytes(file)
    text = decoded(file, data, _charset(data))
    if docname.rpartition("/")[2] in _SPHINX_OWN and "_static/" in text:
        return None
    try:
        tree = html_tree.parse(text)
    except ValueError as error:
        what = f"no HTML that can be read ({error}); repair it to have it read"
        raise ExchangeError(problem(file, 0, what)) from None
    if tree.broken:
        what = "a tag that never ends; close it to have the rest read"
        tell(problem(file, tree.broken, what))
    return Page(docname, text_digest(text), html_blocks.blocks(tree))


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """The HTML files, sorted, and the names of their pages."""
    if path.is_file():
        yield path, path.stem
        return
    if not path.is_dir():
        what = "no such file or folder; name one that holds HTML pages"
        raise ExchangeError(problem(path, 0, what))
    found = []
    for folder, folders, names in os.walk(path):
        here = Path(folder)
        files = [
            here / name for name in names if Path(name).suffix.lower() in _SUFFIXES
        ]
        stems = {file.stem for file in files}
        folders[:] = [name for name in folders if not _is_foreign(name, stems)]
        found += [
            (file.with_suffix("").relative_to(path).as_posix(), file) for file in files
        ]
    if not found:
        what = "the folder holds no HTML page; name the one that does"
        raise ExchangeError(problem(path, 0, what))
    for docname, file in sorted(found):
        yield file, docname


def _is_foreign(folder: str, stems: set[str]) -> bool:
    """Does the folder hold no pages of the book: parts of a saved page, of a theme?"""
    if folder.startswith(".") or folder in _SPHINX_FOLDERS:
        return True
    return any(
        folder.startswith(stem) and _PARTS.fullmatch(folder, len(stem))
        for stem in stems
    )


def _charset(data: bytes) -> str:
    """The encoding that a page says it is in, as Python calls it."""
    match = _CHARSET.search(data, 0, _HEAD)
    said = (match[1] or match[2]).decode("ascii", "replace").lower() if match else ""
    return _ENCODINGS.get(said, said)
