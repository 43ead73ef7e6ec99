"""Replays what an engine once answered, out of an archive: no account, no network.

An archive is a TMX file, or JSON Lines with at least ``source`` and ``target``, among
them the project's own ``drafts.jsonl`` and memories.  A sentence is looked up by its
coded text, then without paired codes (emphasis, links), which are put back only where
their place leaves no doubt: around the whole sentence, or around words that stand once
in source and answer.  What was not recorded is not answered, and two answers to the
same words are none, so nothing is ever made up.

An archive is whole or it is none: a line that cannot be read is an error, for scores of
half an archive would look like scores of the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from amts_sphinx.engines.engine import EngineError, one_line
from amts_sphinx.exchange.errors import ExchangeError
from amts_sphinx.exchange.tmx import read_tmx
from amts_sphinx.memory.files import WrongError, codes_field, fields, text_field
from amts_sphinx.text import codes
from amts_sphinx.text.answers import WIDE
from amts_sphinx.text.correspondence import fit
from amts_sphinx.text.languages import profile
from amts_sphinx.text.units import Code, Message, Segment

#: a source and its answer as coded text, the answer in the source's numbering
Pair = tuple[str, str]

#: what no coded text has outside its codes
_RAW: Final = re.compile("[<>]|&(?!(?:amp|lt|gt);)")
#: what is never cut
_ATOM: Final = re.compile(f"{codes.CODE.pattern}|&(?:amp|lt|gt);")
#: up to this length a word of the source may be another one in the answer
_SHORT_WORD: Final = 2


class Recorded:
    """Answers by what was asked: sentences, or whole messages."""

    def __init__(self) -> None:
        self._exact: dict[str, str] = {}
        #: without paired codes; None where answers differ
        self._plain: dict[str, str | None] = {}

    def add(self, source: str, target: str) -> None:
        """Take in an answer; of several to the same coded text the first one counts."""
        source, numbers = codes.localise(codes.fold_space(source.strip()))
        place = {number: new for new, number in enumerate(numbers, 1)}
        if not source or not target.strip() or {*codes.numbers(target)} - place.keys():
            return
        target = codes.renumber(target.strip(), place.__getitem__)
        if source in self._exact:
            return
        self._exact[source] = target
        bare, opaque = _bare(source)
        answer = codes.keep_codes(target, opaque.__contains__)
        answer = codes.renumber(answer, lambda number: opaque[number])
        if self._plain.setdefault(bare, answer) != answer:
            self._plain[bare] = None

    def answer(self, asked: str) -> str | None:
        """What was answered to coded text, in its own numbering; None if nothing."""
        text = codes.fold_space(asked.strip())
        local, numbers = codes.localise(text)
        found = self._exact.get(local) or self._replaced(local)
        if found is None:
            return None
        return codes.renumber(found, lambda number: numbers[number - 1])

    def __len__(self) -> int:
        return len(self._exact)

    def _replaced(self, asked: str) -> str | None:
        """The answer to the same words in other pairs of codes, with those asked."""
        bare, opaque = _bare(asked)
        answer = self._plain.get(bare)
        if answer is None:
            return None
        back = {new: old for old, new in opaque.items()}
        bare, answer = (codes.renumber(t, back.__getitem__) for t in (bare, answer))
        whole: list[int] = []
        for number, content in _pairs(asked):
            if content == bare:
                whole.append(number)
                continue
            place = _place(answer, content) if _place(bare, content) else None
            if place is None:
                return None
            answer = _wrapped(answer, number, place)
        for number in reversed(whole):
            answer = _wrapped(answer, number, range(len(answer)))
        return answer if codes.fits(asked, answer) else None


def recorded_answers(pairs: Iterable[Pair]) -> Recorded:
    """The same look-up from pairs of coded text, of sentences or of whole messages.

    A target is in its source's numbering; one that has codes beyond is left out.
    """
    found = Recorded()
    for source, target in pairs:
        found.add(source, target)
    return found


class RecordedEngine:
    """Answers what is in its archives."""

    name = "recorded"

    def __init__(
        self,
        source: str,
        target: str,
        *,
        files: str | Sequence[str] = (),
        answers: Recorded | None = None,
    ) -> None:
        """Read archives; what is in an earlier one counts, ``answers`` first of all.

        Paths are relative to the current directory, languages Amazon Translate codes.
        Raises EngineError for a file that cannot be read as a whole, with its line, and
        if nothing is given to answer from.
        """
        self.languages = (source, target)
        if not files and answers is None:
            message = 'name the archives: engine option "files"'
            raise EngineError(message)
        self._answers = [answers] if answers else []
        for file in [files] if isinstance(files, str) else files:
            self._answers.append(recorded_answers(_archive(Path(file), source, target)))

    def translate(self, segments: Sequence[str]) -> list[str | None]:
        """The recorded answer to each segment or whole message, in order."""
        return [self._answer(segment) for segment in segments]

    def _answer(self, segment: str) -> str | None:
        given = (recorded.answer(segment) for recorded in self._answers)
        return next((answer for answer in given if answer is not None), None)


# -- codes ---------------------------------------------------------------------


def _bare(coded: str) -> tuple[str, dict[int, int]]:
    """The text without paired codes, and the new number of each opaque one."""
    opaque: dict[int, int] = {}
    for match in codes.CODE.finditer(coded):
        if match[1]:
            opaque.setdefault(int(match[1]), len(opaque) + 1)
    text = codes.keep_codes(coded, opaque.__contains__)
    return codes.renumber(text, opaque.__getitem__), opaque


def _pairs(coded: str) -> Iterator[tuple[int, str]]:
    """Each paired code, the outer before the inner, and what it encloses, bare."""
    opened: list[re.Match[str]] = []
    found: dict[int, str] = {}
    for match in codes.CODE.finditer(coded):
        if match[2]:
            opened.append(match)
            found[int(match[2])] = ""
        elif match[0] == "</g>" and opened:
            start = opened.pop()
            content = coded[start.end() : match.start()]
            found[int(start[2])] = codes.keep_codes(
                content, lambda number: number not in found
            )
    yield from found.items()


def _place(text: str, content: str) -> range | None:
    """Where in coded text a part of it stands, if there is no doubt; else None."""
    if not content.strip() or (content.isalpha() and len(content) <= _SHORT_WORD):
        return None
    inside = {n for m in _ATOM.finditer(text) for n in range(m.start() + 1, m.end())}
    starts = [match.start() for match in re.finditer(re.escape(content), text)]
    starts = [n for n in starts if not {n, n + len(content)} & inside]
    if len(starts) != 1:
        return None
    place = range(starts[0], starts[0] + len(content))
    before, after = text[: place.start][-1:], text[place.stop :][:1]
    whole = not (_runs_on(before, content[0]) or _runs_on(content[-1], after))
    return place if whole else None


def _runs_on(last: str, first: str) -> bool:
    """Would these two make one word?"""
    wide = WIDE.match(last) or WIDE.match(first)
    return last.isalnum() and first.isalnum() and not wide


def _wrapped(text: str, number: int, place: range) -> str:
    inner = text[place.start : place.stop]
    return (
        f"{text[: place.start]}{codes.opening(number)}{inner}</g>{text[place.stop :]}"
    )


# -- archives ------------------------------------------------------------------


def _archive(path: Path, source: str, target: str) -> Iterator[Pair]:
    """The pairs of a file.  Raises EngineError."""
    if path.suffix.lower() == ".tmx":
        yield from _tmx(path, source, target)
    elif path.suffix.lower() == ".jsonl":
        yield from _json_lines(path)
    else:
        message = f"{path}: no archive; it must be a .tmx or a .jsonl file"
        raise EngineError(message)


def _tmx(path: Path, source: str, target: str) -> Iterator[Pair]:
    """What the units of a TMX file say, one that does not fit its source left out."""
    try:
        read = read_tmx(path, profile(source), profile(target), _refuse)
    except (ExchangeError, ValueError) as error:
        raise EngineError(one_line(error)) from error
    for pair in read.documents:
        messages = zip(pair.source.messages, pair.target.messages, strict=True)
        for ours, theirs in messages:
            asked = _whole(ours)
            fitted = fit(asked, _whole(theirs))
            if fitted:
                yield asked.text, _own_as_text(fitted[0], len(asked.codes), fitted[1])


def _refuse(line: str) -> NoReturn:
    raise ExchangeError(line)


def _whole(message: Message) -> Segment:
    return message.span(0, len(message.text))


def _json_lines(path: Path) -> Iterator[Pair]:
    """What the lines of a JSON Lines file say."""
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror})"
        raise EngineError(message) from error
    for number, raw in enumerate(content.split(b"\n"), 1):
        data = raw.strip().removeprefix(b"\xef\xbb\xbf")
        if not data:
            continue
        try:
            yield _pair(fields(data))
        except WrongError as wrong:
            message = f"{path}:{number}: {wrong}"
            raise EngineError(message) from wrong


def _pair(data: dict[str, Any]) -> Pair:
    """What one line says.  Raises WrongError."""
    source, target = (_coded(text_field(data, name)) for name in ("source", "target"))
    known = max(codes.numbers(source), default=0)
    return source, _own_as_text(target, known, tuple(codes_field(data, "own")))


def _coded(text: str) -> str:
    """Text that is no coded text is plain text."""
    return codes.escape(text) if _RAW.search(codes.CODE.sub("", text)) else text


def _own_as_text(target: str, known: int, own: Sequence[Code]) -> str:
    """The target, the codes that its source does not have as what they stand for."""

    def shown(match: re.Match[str]) -> str:
        number = int(match[1] or 0) - known - 1
        return codes.escape(own[number].payload) if 0 <= number < len(own) else match[0]

    last = known + len(own)
    target = codes.CODE.sub(shown, target)
    return codes.keep_codes(target, lambda number: not known < number <= last)
