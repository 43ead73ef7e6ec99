"""Where one sentence ends and the next begins.

Splitting is three steps.  *Hide* the stops that end no sentence (``Eq. 2``,
``../data``); let a *splitter* made by others propose cuts; *keep* a proposed cut only
behind a stop, moved behind the closing quotes, brackets and white space that follow it.
So what a splitter invents (cuts at commas, colons, list marks, line ends) never becomes
a segment, and all splitters are mended by the same tables (``stops``).  A cut too few
costs one longer segment, a cut too many a wrong translation: in doubt there is none.

Nothing here can lose text: only offsets are taken from a splitter, and none at all from
one that fails or answers with another text than it was given.
"""

from __future__ import annotations

import re
import warnings
from functools import cache, partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, Protocol

from amts_sphinx.text.codes import CODE, unescape
from amts_sphinx.text.stops import (
    CLOSERS,
    NEVER_FIRST,
    OPENERS,
    PAIRS,
    STAND_IN,
    WIDE_STOPS,
    ends,
    hidden,
    hide,
)
from amts_sphinx.text.units import Message

if TYPE_CHECKING:
    from amts_sphinx.text.languages import LanguageProfile


class SentenceSplitter(Protocol):
    """Cuts plain text into its sentences."""

    def __call__(self, text: str) -> list[str]:
        """Return pieces that make up ``text``; white space ends the earlier piece."""


_QUOTED: Final = re.compile('"([^"]*)"')
_WIDE: Final = re.compile(f"[{WIDE_STOPS}]")
_FIRST: Final = re.compile(f"[{re.escape(OPENERS)}]*(.)")
_TOKEN: Final = re.compile(f"{CODE.pattern}|&(?:amp|lt|gt);")
#: an opaque code that follows a stop and precedes a blank is a footnote, no word
_BEFORE_NOTE: Final = re.compile(rf"[.!?][{re.escape(CLOSERS)}]*\Z")
_AFTER_NOTE: Final = re.compile(r"(?:<x [^>]*>|</g>)*(?:\s|\Z)")
#: a piece without letters that belongs to what follows it
_NUMBERING: Final = re.compile(r"[(\[]?\d+[.)\]]*\s*")

#: time grows with the square of the input: 1,000 characters cost pysbd 3 to 50 ms
_LIMIT: Final = 1000
#: what costs pysbd most: list marks (cubic) and numbers in brackets (exponential)
_PYSBD_TRAPS: Final = re.compile(r"(?<![^\s(])\w{1,5}(?=\))|(?<=[.∯])\[")


@cache
def splitter(language: LanguageProfile) -> SentenceSplitter:
    """Return the splitter of a language; the same one each time.

    The library that the profile names is imported here and nowhere else; where it is
    not installed or does not know the language, the stops alone decide.
    """
    code = language.splitter_code
    propose: SentenceSplitter
    try:
        propose = _sentencex(code) if language.splitter != "pysbd" else _pysbd(code)
    except (ImportError, ValueError):
        propose = partial(_by_stops, code)

    def split(text: str) -> list[str]:
        view = re.sub(r"\s", " ", text)
        if view.count('"') % 2 == 0:
            view = _QUOTED.sub(r"“\1”", view)
        view = hidden(code).sub(hide, view)
        return _pieces(text, _kept(view, _proposed(view, propose), code))

    return split


def split_coded(coded: str, split: SentenceSplitter) -> tuple[int, ...]:
    """Offsets in coded text at which a new segment begins, without 0.

    Never inside a code nor between ``<g>`` and its ``</g>``, and never such that a
    segment would hold no letter outside its codes: ``1.`` belongs to what it numbers,
    a lone code or bracket to what it follows.  White space between two sentences
    belongs to the earlier one.
    """
    view, letters, places = _masked(coded)
    kept: list[int] = []
    start = 0
    for cut in _cuts(view, split):
        if places[cut] <= 0:
            continue
        if any(letters[start:cut]):
            kept.append(cut)
            start = cut
        elif kept and not _NUMBERING.fullmatch(view, start, cut):
            kept[-1] = start = cut
    if kept and not any(letters[start:]):
        kept.pop()
    return tuple(places[cut] for cut in kept)


def _masked(coded: str) -> tuple[str, list[bool], list[int]]:
    """Coded text as a splitter is to see it.

    Also, for each character of it: is it a letter of the text itself, and where in the
    coded text would a segment that begins with it begin?  -1 means: not here.
    """
    view, letters, places = "", list[bool](), list[int]()
    depth = end = 0
    place = 0  # the first offset outside every pair since the last character

    def text(plain: str, end: int) -> None:
        nonlocal place, view
        for after in range(end - len(plain) + 1, end + 1):
            places.append(place)
            place = -1 if depth else after
        letters.extend(map(str.isalpha, plain))
        view += plain

    for match in _TOKEN.finditer(coded):
        text(coded[end : match.start()], match.start())
        end = match.end()
        if match[1]:
            if not (_BEFORE_NOTE.search(view[-4:]) and _AFTER_NOTE.match(coded, end)):
                view += STAND_IN
                letters += [False] * len(STAND_IN)
                places += [place] + [-1] * (len(STAND_IN) - 1)
            place = -1 if depth else end
        elif match[2]:
            depth += 1
        elif match[0] == "</g>":
            depth -= depth > 0
            place = end if place < 0 and not depth else place
        else:
            text(unescape(match[0]), end)
    text(coded[end:], len(coded))
    return view, letters, places


def _cuts(text: str, split: SentenceSplitter) -> list[int]:
    """Where a splitter cuts: nowhere if it fails or its pieces are not the text."""
    try:
        pieces = split(text)
    except Exception:  # noqa: BLE001 - whatever ails a splitter, the text is one piece
        return []
    if "".join(pieces) != text:
        return []
    return [cut for cut in accumulate(map(len, pieces)) if 0 < cut < len(text)]


def _proposed(text: str, split: SentenceSplitter) -> list[int]:
    """Where a splitter cuts that is shown no more of a long text than it can bear.

    The next part begins at the last cut of the one before, so that no part begins
    inside a sentence that the splitter can see to its end.
    """
    cuts: list[int] = []
    start = 0
    while len(text) - start > _LIMIT:
        part = text[start : start + _LIMIT]
        found = _cuts(part, split)
        cuts += [start + cut for cut in found]
        if found and found[-1] > _LIMIT // 2:
            start = cuts[-1]
        else:
            start += part.rfind(" ", _LIMIT // 2) + 1 or _LIMIT
    return cuts + [start + cut for cut in _cuts(text[start:], split)]


def _pieces(text: str, cuts: list[int]) -> list[str]:
    """The text between the cuts; no text, no piece."""
    return [text[a:b] for a, b in pairwise([0, *cuts, len(text)]) if a < b]


def _kept(view: str, cuts: list[int], code: str) -> list[int]:
    """The cuts that follow a stop, each moved to where the next sentence begins."""
    if not cuts:
        return []
    proposed = iter([*cuts, len(view)])
    cut = next(proposed)
    depths = _depths(view)
    kept: list[int] = []
    for end in ends(code).finditer(view):
        start = end.end()
        while cut <= end.start():
            cut = next(proposed)
        first = _FIRST.match(view, start)
        if cut > start or depths[start] or first is None:
            continue
        # Georgian letters are lower case, but begin sentences: they have no title case
        small = first[1] != first[1].title() and not _WIDE.search(end[0])
        if not small and first[1] not in NEVER_FIRST:
            kept.append(start)
    return kept


def _depths(view: str) -> list[int]:
    """In how many pairs of brackets each character stands; an unpaired one is none."""
    steps = [0] * (len(view) + 1)
    waiting: dict[str, list[int]] = {opener: [] for opener in PAIRS.values()}
    for at, character in enumerate(view):
        if character in waiting:
            waiting[character].append(at)
        elif character in PAIRS and waiting[PAIRS[character]]:
            steps[waiting[PAIRS[character]].pop() + 1] += 1
            steps[at + 1] -= 1
    return list(accumulate(steps))


def _by_stops(code: str, text: str) -> list[str]:
    """Cut wherever a sentence may end."""
    return _pieces(text, [end.end() for end in ends(code).finditer(text)])


def _sentencex(code: str) -> SentenceSplitter:
    """Wikimedia's sentencex: any language, linear time."""
    import sentencex  # noqa: PLC0415 - needed only where something is split

    return partial(sentencex.segment, code)


def _pysbd(code: str) -> SentenceSplitter:
    """Rules of pysbd, without its search for offsets, which is quadratic as well."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # escapes in pysbd's own source
        import pysbd  # noqa: PLC0415 - needed only where something is split
    segmenter = pysbd.Segmenter(language=code, clean=False)

    def split(text: str) -> list[str]:
        view = _PYSBD_TRAPS.sub(lambda m: "É" * len(m[0]), text)
        starts = []
        end = 0
        for sentence in segmenter.processor(view).process():
            starts.append(view.index(sentence, end))
            end = starts[-1] + len(sentence)
        return _pieces(text, starts)

    return split


def with_cuts(
    message: Message, language: LanguageProfile, cuts: tuple[int, ...] | None = None
) -> Message:
    """The message with the offsets of its sentences, split now if they are unknown."""
    if cuts is None:
        cuts = split_coded(message.text.replace("\n", " "), splitter(language))
    return Message(message.text, message.codes, message.kind, message.line, cuts)
