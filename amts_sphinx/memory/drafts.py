"""Drafts: what the machine answered, committed beside the memory.

The cache may be deleted; the drafts are in the book's repository, where each new answer
is a line that can be read and reviewed, and where the next machine finds it without
paying.  Nobody stands behind a draft.  So only a line whose checksum is true counts as
the machine's; one that a person has changed is pointed out, until it is put into the
memory.  Whatever else stands in the file is left there, to the byte.

    {"source": "…", "target": "…", "origin": "machine", "engine": "amazon", …}

"origin" keeps a draft a draft even where the file is taken for a memory.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

from amts_sphinx.memory.files import (
    DRAFTS,
    Tell,
    WrongError,
    checksum,
    codes_field,
    fields,
    text_field,
)
from amts_sphinx.text.units import Code, Origin

__all__ = ["DRAFTS", "Draft", "Drafts"]

#: whose draft it is: a sentence, and what its codes stand for
_Sentence = tuple[str, tuple[Code, ...]]

_BY_HAND = (
    "was changed by hand; put it into the memory (another .jsonl file of this folder, "
    'as "origin": "human") and it counts as a person\'s'
)


class Draft(NamedTuple):
    """A machine's translation of a sentence."""

    source: str  #: coded text, its codes numbered from 1
    target: str  #: coded text, as verified and repaired
    codes: tuple[Code, ...]  #: ``codes[n - 1]`` is code ``n`` of the source
    key: str  #: of the request to the cache
    engine: str  #: the engine's name
    repair: int  #: how much of the ladder of repair it took; 0 is none


class _Line(NamedTuple):
    """A line of the file, with what it is sorted by."""

    rank: int  #: 1 for what has no place among the others
    source: str
    codes: tuple[Code, ...]
    number: int  #: among lines that are alike otherwise
    raw: bytes  #: without its end; empty if it cannot be written


class Drafts:
    """The drafts of one language, as read from its file and added since."""

    def __init__(self, path: Path, tell: Tell, name: str = "") -> None:
        self.skipped = 0  #: lines that are no drafts: damaged, or changed by hand
        self._path = path
        self._tell = tell
        self._name = name or str(path)
        self._silent = False  #: that the file cannot be used has been told
        self._content = b""  #: of the file, as last seen
        self._drafts: dict[_Sentence, Draft] = {}
        self._lines: dict[_Sentence, _Line] = {}
        self._others: list[_Line] = []  #: kept as they are
        self._asked: dict[str, set[_Sentence]] = defaultdict(set)  #: by key
        self._added: dict[_Sentence, Draft] = {}

    @classmethod
    def read(cls, path: Path, tell: Tell, name: str = "") -> Self:
        """The drafts of a file; none if there is no file.

        Never fails.  ``tell`` is told of each line that is no draft in one line, with
        the file's name (``name``, or as given) and the line's number.  A last line that
        was cut short is dropped without a word: it was being written.
        """
        drafts = cls(path, tell, name)
        try:
            drafts._take(_bytes(path), tell)
        except OSError as error:
            drafts._complain(f"cannot be read ({error.strerror})")
        return drafts

    def get(self, key: str) -> Draft | None:
        """The answer to a request; of sentences that were asked alike, the first's."""
        sentences = self._asked.get(key)
        return self._drafts[min(sentences)] if sentences else None

    def add(self, draft: Draft) -> None:
        """Take in a draft, in place of an older one of the same sentence.

        One that could not be read again, such as with a control character in it, is
        known as long as this object lives, but is not written.
        """
        sentence = draft.source, draft.codes
        if self._drafts.get(sentence) != draft:
            self._added[sentence] = draft
            self._put(draft, _readable(draft))

    def save(self) -> bool:
        """Write the file as a whole or not at all, if anything was added; was it?

        What others have changed in it meanwhile stays.  A file that cannot be written
        is told of once.
        """
        if not self._added:
            return False
        try:
            now = _bytes(self._path)
            if now != self._content:
                self._take(now, lambda _line: None)
                for draft in self._added.values():
                    self._put(draft, _readable(draft))
            content = b"".join(line.raw + b"\n" for line in self._sorted() if line.raw)
            if content != now:
                _replace(self._path, content)
        except OSError as error:
            self._complain(f"cannot be written ({error.strerror})")
            return False
        self._content = content
        self._added.clear()
        return content != now

    def __len__(self) -> int:
        return len(self._drafts)

    def __iter__(self) -> Iterator[Draft]:
        """All drafts, sorted by source."""
        return (self._drafts[sentence] for sentence in sorted(self._drafts))

    def _sorted(self) -> list[_Line]:
        return sorted([*self._lines.values(), *self._others])

    def _take(self, content: bytes, tell: Tell) -> None:
        """Read the file's content, in place of what is known."""
        self._content, self.skipped = content, 0
        self._others.clear()
        for known in (self._drafts, self._lines, self._asked):
            known.clear()
        *lines, last = content.split(b"\n")
        for number, raw in enumerate([*lines, last], 1):
            data = raw.strip().removeprefix(b"\xef\xbb\xbf")
            if not data or (number > len(lines) and _torn(data)):
                continue
            parsed: dict[str, Any] = {}
            try:
                parsed = fields(data)
                self._put(_draft(parsed), data)
            except WrongError as wrong:
                source = parsed.get("source")
                if isinstance(source, str):
                    self._others.append(_Line(0, source, (), number, raw))
                else:
                    self._others.append(_Line(1, "", (), number, raw))
                self.skipped += 1
                tell(f"{self._name}:{number}: {wrong}")

    def _put(self, draft: Draft, raw: bytes) -> None:
        """Know a draft and its line."""
        sentence = draft.source, draft.codes
        older = self._drafts.get(sentence)
        if older:
            self._asked[older.key].discard(sentence)
        self._drafts[sentence] = draft
        self._lines[sentence] = _Line(0, *sentence, 0, raw)
        self._asked[draft.key].add(sentence)

    def _complain(self, problem: str) -> None:
        if not self._silent:
            self._tell(f"{self._name}: {problem}")
        self._silent = True


def _draft(data: dict[str, Any]) -> Draft:
    """A draft from a parsed line.

    Raises WrongError if it is none, or not the machine's any more.
    """
    try:
        true = data.get("sum") == checksum(
            {name: value for name, value in data.items() if name != "sum"}
        )
    except (ValueError, RecursionError):
        true = False
    source, target = text_field(data, "source"), text_field(data, "target")
    if not true:
        raise WrongError(_BY_HAND)
    if not source.strip() or not target.strip():
        message = "source and target must say something; delete the line instead"
        raise WrongError(message)
    repair = data.get("repair", 0)
    if type(repair) is not int or repair < 0:
        message = '"repair" must be a number from 0 on'
        raise WrongError(message)
    found = tuple(codes_field(data, "codes"))
    key, engine = text_field(data, "key"), text_field(data, "engine")
    if not key.strip():
        message = '"key" must name the request; delete the line'
        raise WrongError(message)
    return Draft(source, target, found, key, engine, repair)


def _dump(draft: Draft) -> str:
    """A draft as one line."""
    data: dict[str, object] = {"source": draft.source, "target": draft.target}
    if draft.codes:
        data["codes"] = draft.codes
    data |= {"origin": Origin.MACHINE.value, "engine": draft.engine, "key": draft.key}
    if draft.repair:
        data["repair"] = draft.repair
    return json.dumps({**data, "sum": checksum(data)}, ensure_ascii=False)


def _readable(draft: Draft) -> bytes:
    """The line of a draft; empty if it would not be read again as what it is."""
    raw = _dump(draft).encode("utf-8", "surrogatepass")
    try:
        return raw if _draft(fields(raw)) == draft else b""
    except WrongError:
        return b""


def _torn(data: bytes) -> bool:
    """Was the writing of this line broken off?"""
    try:
        fields(data)
    except WrongError:
        return data.startswith(b"{")
    return False


def _bytes(path: Path) -> bytes:
    """A file's content; nothing if there is none.  Raises OSError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _replace(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all.

    Raises OSError.  What is kept need not be UTF-8, so it is written as bytes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
