r"""Raw inline markup as inline codes, so that a text meets the memory's sentences.

A catalog holds what its author typed, reStructuredText or Markdown, without saying
which; a build knows nodes.  Here the typed text becomes coded text with the kinds and
payloads that ``sphinx_ext.doctree`` gives the same markup.  Where the two languages
disagree, or a sign may be just a sign (``2 * 3``, ``$5``, ``a_``), it stays text: a
code too few costs a match, a code too many a sentence.

One pass with all closing signs looked up beforehand, and never more than a few open
ones, so time is linear whatever the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from amts_sphinx.exchange.pieces import Pair, Piece, write
from amts_sphinx.exchange.roles import fold, role, titled
from amts_sphinx.text import codes
from amts_sphinx.text.units import Code

_SIGN = re.compile(
    r"(?P<escaped>\\[!-/:-@\[-`{-~ ])"
    r"|:(?P<rest>[A-Za-z][\w.+:-]{0,40}):(?=`)|\{(?P<myst>[A-Za-z][\w.+:-]{0,40})\}(?=`)"
    r"|(?P<ticks>`+)|(?P<dollars>\$+)|(?P<stars>\*+)|(?P<opens>!?\[)|(?P<closes>\])"
)
_TICKS = re.compile("`+")
_DOLLARS = re.compile(r"(?<!\\)\$+")
#: signs that tell a formula from an amount of money
_FORMULA = re.compile(r"[\\^_=+<>{}|*/]")
_NAMED = re.compile(r"__?(?!\w)")
_NOTE = re.compile(
    r"\[(?:(\d{1,9}|\#[\w.+-]{0,60}|\*)|([A-Za-z][\w.+-]{0,60}))\]_(?!\w)"
    r"|\[\^([^\]\s]{1,60})\]"
)
_URL = re.compile(
    r"\(\s*+(?:<([^<>\n]*+)>|([^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+)*+))"
    r"""(?:\s++(?:"[^"]*+"|'[^']*+'))?+\s*+\)"""
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}:")
#: how links name other pages of the book
_PAGES = (".md", ".rst", ".ipynb")
_STARS = {1: "emphasis", 2: "strong", 3: "emphasis strong"}

#: so many openings wait for their ends at once; it also bounds the depth of nesting
_WAITING = 8
#: what ``codes.CODE`` can number
_MOST = 999_999


@dataclass(slots=True)
class _Opening:
    """A sign that may open something; text as long as its end is not found."""

    kind: str  #: of its code or codes; for a bracket its sign
    at: int  #: its place among the pieces
    sign: str


def coded(text: str) -> tuple[str, tuple[Code, ...]]:
    """Raw inline markup as well-formed coded text, and what its codes stand for."""
    if not _SIGN.search(text):
        return codes.escape(text), ()
    written, found = write(_Reader(text).pieces())
    return (written, found) if len(found) <= _MOST else (codes.escape(text), ())


class _Runs:
    """Where the runs of a sign stand in a text, by their lengths."""

    def __init__(self, sign: re.Pattern[str], text: str) -> None:
        self.starts: dict[int, list[int]] = {}
        for match in sign.finditer(text):
            self.starts.setdefault(len(match[0]), []).append(match.start())
        self.all = sorted(at for starts in self.starts.values() for at in starts)

    def next(self, length: int, after: int) -> int:
        """The next run of this length; -1 if there is none."""
        starts = self.starts.get(length, [])
        index = bisect_left(starts, after)
        return starts[index] if index < len(starts) else -1

    def adjacent(self, length: int, after: int) -> int:
        """The next run, if it has this length; else -1."""
        index = bisect_left(self.all, after)
        found = self.next(length, after)
        return found if found >= 0 and found == self.all[index] else -1


class _Reader:
    """Reads one text; one use."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ticks = _Runs(_TICKS, text)
        self.dollars = _Runs(_DOLLARS, text)
        self.found: list[Piece] = []
        self.open: list[_Opening] = []

    def pieces(self) -> list[Piece]:
        """The text as a tree."""
        end = 0
        while match := _SIGN.search(self.text, end):
            if match.start() > end:
                self.found.append(self.text[end : match.start()])
            end = self.sign(match)
        self.found.append(self.text[end:])
        return self.found

    def sign(self, match: re.Match[str]) -> int:
        """Take one sign and what belongs to it; returns where the text goes on."""
        end = 0
        match match.lastgroup:
            case "escaped":
                self.found.append(match[0][1].strip())  # an escaped blank is nothing
                return match.end()
            case "rest" | "myst":
                end = self.role(match[match.lastgroup], match.end())
            case "ticks":
                end = self.literal(match.start(), match.end())
            case "dollars":
                end = self.math(match.start(), match.end())
            case "stars":
                end = self.stars(match.start(), match.end())
            case "opens":
                end = self.bracket(match)
            case _:
                end = self.link(match.end())
        if not end:
            self.found.append(match[0])
        return end or match.end()

    # -- what is not looked into: each returns its end, or 0 if it is none of these --

    def ticked(self, start: int, end: int) -> tuple[str, int]:
        """What stands between a run of backticks and the next one as long."""
        close = self.ticks.next(end - start, end)
        content = self.text[end:close] if close >= 0 else ""
        if not content.strip() or content[0].isspace() != content[-1].isspace():
            return "", 0
        return content, close + end - start

    def role(self, name: str, start: int) -> int:
        """A role: its name was read, its backticks follow."""
        ticks = _TICKS.match(self.text, start)
        content, end = self.ticked(*ticks.span()) if ticks else ("", 0)
        if end:
            self.add(*role(name, content))
        return end

    def literal(self, start: int, end: int) -> int:
        """Code, or a named reference of reStructuredText."""
        single = end - start == 1
        content, end = self.ticked(start, end)
        if end and single and (named := _NAMED.match(self.text, end)):
            self.named(content, public=named[0] == "_")
            return named.end()
        if end:
            self.found.append(Code("literal", fold(content)))
        return end

    def named(self, content: str, *, public: bool) -> None:
        """A reference to the URL it holds, else to the target called as it is.

        With one underscore an URL is a target as well, for others to refer to.
        """
        title, url = titled(content)
        if url == content:
            self.add(Code("link", fold(content).lower()), [content])
            return
        url = "".join(url.split())
        self.add(Code("link", url), [title] if title else None)
        if public:
            self.found.append(Code("target", url))

    def math(self, start: int, end: int) -> int:
        """A formula in dollars; ``$5 and $10`` is none."""
        width = end - start
        close = self.dollars.adjacent(width, end) if width < 3 else -1  # noqa: PLR2004
        content = self.text[end:close] if close >= 0 else ""
        after = close + width
        if not content.strip() or "\n\n" in content:
            return 0
        if width == 1 and _is_money(content, self.text[after : after + 1]):
            return 0
        self.found.append(Code("math", fold(content)))
        return after

    def bracket(self, match: re.Match[str]) -> int:
        """A note or citation of its own, or what may open a link or an image."""
        note = _NOTE.match(self.text, match.start()) if match[0] == "[" else None
        if not note:
            self.wait(match[0], match[0])
            return match.end()
        label = note[1] or note[3] or ""
        kind = "citation" if note[2] else "footnote"
        payload = note[2].lower() if note[2] else label.lstrip("#*").lower()
        self.found.append(Code(kind, payload))
        return note.end()

    # -- what opens and closes ------------------------------------------------------

    def wait(self, kind: str, sign: str) -> None:
        """Remember a sign that may open something."""
        self.open = [*self.open[1 - _WAITING :], _Opening(kind, len(self.found), sign)]
        self.found.append(sign)

    def close(self, opening: _Opening, *around: Code) -> None:
        """Put codes around all that follows an opening, the outermost first."""
        self.open = self.open[: self.open.index(opening)]
        content = self.found[opening.at + 1 :]
        del self.found[opening.at :]
        for code in reversed(around):
            content = [Pair(code, content)]
        self.found += content

    def stars(self, start: int, end: int) -> int:
        """Emphasis: stars that cling to a word on the inner side only."""
        kind = _STARS.get(end - start)
        before, after = self.text[max(start - 1, 0) : start], self.text[end : end + 1]
        if not kind:
            return 0
        waiting = [opening for opening in self.open if opening.kind == kind]
        if waiting and before.strip() and not _ascii_word(after):
            self.close(waiting[-1], *(Code(name, "") for name in kind.split()))
            return end
        if after.strip() and not _ascii_word(before):
            self.wait(kind, self.text[start:end])
            return end
        return 0

    def link(self, end: int) -> int:
        """The end of a link or an image; a bracket that is neither stays one."""
        waiting = [opening for opening in self.open if opening.kind in {"[", "!["}]
        if not waiting:
            return 0
        url = _URL.match(self.text, end)
        if not url:
            self.open.remove(waiting[-1])
            return 0
        target = url[1] if url[1] is not None else url[2]
        if waiting[-1].kind == "![":
            self.close(waiting[-1], Code("image", target))
            self.found[-1] = Code("image", target)
        else:
            self.close(waiting[-1], _link(target))
            self.open = [opening for opening in self.open if opening.kind != "["]
        return url.end()

    def add(self, code: Code, title: list[str | Code] | None) -> None:
        """An opaque code, or a paired one around a title."""
        self.found.append(Pair(code, list[Piece](title)) if title else code)


def _link(target: str) -> Code:
    """What a link in Markdown leads to: a page of the book, or anything else."""
    path = target.partition("#")[0]
    if path.endswith(_PAGES) and not _SCHEME.match(path):
        return Code("xref", path.rpartition(".")[0])
    return Code("link", target)


def _is_money(content: str, after: str) -> bool:
    """May the dollars around this be just dollars: ``$5 and $10``, ``$5 or US$``?"""
    if content != content.strip() or after.isdigit():
        return True
    return content[0].isdigit() and " " in content and not _FORMULA.search(content)


def _ascii_word(character: str) -> bool:
    return character.isascii() and character.isalnum()
