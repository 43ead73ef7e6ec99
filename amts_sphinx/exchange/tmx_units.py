"""The units of a TMX file, one by one, from a parser that does nothing but parse.

expat reads what XML 1.0 allows and looks outside the file only if asked, which it is
not.  Everything that could make a small file large or deep (declarations, nesting,
endless texts) is bounded here, not left to the version of a library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from amts_sphinx.exchange.entries import LONGEST
from amts_sphinx.exchange.errors import ExchangeError, Tell, problem, shown

#: inline elements whose own text is a code of another tool's format
_NATIVE = frozenset({"bpt", "ept", "it", "ph", "ut"})
_DEEPEST = 32
_CHUNK = 1 << 16


@dataclass(slots=True)
class Unit:
    """One ``tu``: a text in several languages."""

    line: int
    srclang: str  #: the header's
    tools: str  #: names of what made it, as far as the file says
    texts: dict[str, str] = field(default_factory=dict)  #: by ``xml:lang``
    lines: dict[str, int] = field(default_factory=dict)  #: where each text begins
    props: dict[str, str] = field(default_factory=dict)  #: by type
    broken: str = ""  #: why it cannot be used


def units(path: Path, tell: Tell) -> Iterator[Unit]:
    """The units of a file, in order; those that cannot be used are told.

    Raises ExchangeError for what is no TMX, with the line.
    """
    handler = _Handler(path)
    for chunk in _chunks(path):
        handler.feed(chunk)
        yield from handler.finished(tell)


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, at last none."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = f"cannot be read ({reason}); give the path of a file"
        raise ExchangeError(problem(path, 0, what)) from error
    yield b""


class _Handler:
    """What expat calls; collects finished units."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done: list[Unit] = []
        self.stack: list[str] = []
        self.srclang = self.tools = self.language = self.prop = ""
        self.unit: Unit | None = None
        self.text: list[str] | None = None  #: of the current ``seg`` or ``prop``
        self.size = 0
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self.doctype
        parser.EntityDeclHandler = self.refuse
        parser.SkippedEntityHandler = self.unknown
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters

    def feed(self, data: bytes) -> None:
        """Parse on; no bytes are the end.

        Raises ExchangeError for what is no XML, or an encoding nobody knows.
        """
        try:
            self.parser.Parse(data, not data)
        except expat.ExpatError as error:
            what = f"no XML ({expat.ErrorString(error.code)}); mend it or export again"
            raise ExchangeError(problem(self.path, error.lineno, what)) from error
        except (LookupError, ValueError) as error:
            what = f"no known encoding ({error}); save the file as UTF-8"
            raise ExchangeError(problem(self.path, 1, what)) from error

    def finished(self, tell: Tell) -> Iterator[Unit]:
        """The units that are complete by now; broken ones are told."""
        done, self.done = self.done, []
        for unit in done:
            if unit.broken:
                tell(problem(self.path, unit.line, f"{unit.broken}; unit left out"))
            else:
                yield unit

    def error(self, what: str) -> ExchangeError:
        """The error of the line that is being read."""
        return ExchangeError(problem(self.path, self.parser.CurrentLineNumber, what))

    # -- declarations ---------------------------------------------------------------

    def doctype(
        self, _name: str, _system: str | None, _public: str | None, inside: object
    ) -> None:
        """A document type: its name is welcome, its declarations are not."""
        if inside:
            self.refuse()

    def refuse(self, *_declared: object) -> None:
        """Anything declared within the file."""
        what = "declares a DTD of its own, which may hide entities; remove it"
        raise self.error(what)

    def unknown(self, name: str, _parameter: object) -> None:
        """An entity that would be declared elsewhere; its text is not known."""
        if self.unit:
            self.unit.broken = f"an entity nobody declared, {shown(name)}"

    # -- content --------------------------------------------------------------------

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if not self.stack and name != "tmx":
            what = f"the root is {shown(name)}; give a TMX file"
            raise self.error(what)
        self.stack.append(name)
        if len(self.stack) > _DEEPEST:
            what = f"elements nested more than {_DEEPEST} deep; export it again"
            raise self.error(what)
        line = self.parser.CurrentLineNumber
        if name == "header":
            self.srclang = attributes.get("srclang", "")
            self.tools = attributes.get("creationtool", "")
        elif name == "tu":
            tools = f"{self.tools} {attributes.get('creationtool', '')}"
            self.unit = Unit(line, self.srclang, tools)
        elif not self.unit:
            return
        elif name == "tuv":
            self.language = attributes.get("xml:lang") or attributes.get("lang", "")
            self.unit.tools += f" {attributes.get('creationtool', '')}"
        elif name == "seg" and self.language:
            self.unit.lines.setdefault(self.language, line)
            self.collect()
        elif name == "prop" and self.text is None:
            self.prop = attributes.get("type", "")
            self.collect()

    def collect(self) -> None:
        """From here on, text is of a ``seg`` or a ``prop``."""
        self.text = []
        self.size = 0

    def characters(self, data: str) -> None:
        """Some text."""
        if self.text is None or self.stack[-1] in _NATIVE or not self.unit:
            return
        self.size += len(data)
        if self.size > LONGEST:
            self.unit.broken = f"a text of more than {LONGEST} characters"
        else:
            self.text.append(data)

    def end(self, name: str) -> None:
        """An element ends."""
        self.stack.pop()
        if not self.unit:
            return
        if name == "seg" and self.text is not None:
            self.unit.texts.setdefault(self.language, "".join(self.text))
            self.text = None
        elif name == "prop" and self.text is not None and "seg" not in self.stack:
            self.unit.props.setdefault(self.prop, "".join(self.text))
            self.text = None
        elif name == "tuv":
            self.language = ""
        elif name == "tu":
            self.done.append(self.unit)
            self.unit = self.text = None
