"""From whatever an engine answered to a sentence whose codes are those of the source.

A ladder: the first rungs mend what was answered and cost nothing; then the engine is
asked again, without emphasis, which matters least and is damaged most; then only for
the text between the codes, which then stand where the source has them; and if even that
fails the source stands.  No rung trusts the one before: each result is checked, and the
last two hold by construction, so no answer of any kind can lose a formula or a link.

It works per sentence, not per message, for then little is asked twice; and in waves
over all sentences, for engines take many questions at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from amts_sphinx.text import anchors, answers, codes
from amts_sphinx.text.units import EMPHASIS, Code, Question

#: above this the engine would be sent single words, and many
_MOST_PIECES: Final = 60


class Repair(IntEnum):
    """The rungs of the ladder: what it took to use an engine's answer."""

    AS_IS = 0  #: nothing
    NORMALISED = 1  #: tags and entities were written otherwise
    REANCHORED = 2  #: a lost code is back where what it stands for was found
    WITHOUT_EMPHASIS = 3  #: emphasis was given up
    SPLIT = 4  #: the text between the codes was translated piece by piece
    SOURCE = 5  #: nothing helped: the source stands


class Repaired(NamedTuple):
    """What came of one answer."""

    text: str  #: coded text; "" when the source must stand
    repair: Repair  #: what it took


#: asks an engine; one answer (or None: no answer, e.g. over budget) per question
Ask = Callable[[Sequence[Question]], Sequence[str | None]]

_FAILED: Final = Repaired("", Repair.SOURCE)


def repaired(questions: Sequence[Question], ask: Ask) -> list[Repaired | None]:
    """What may stand in the book for each question, after as few questions as possible.

    ``ask`` is called at most three times and never without a question: for all
    questions; without emphasis, for those that are damaged; and for the pieces of those
    that still are.  None where the engine had no answer to the question itself; where
    it has none to a later one, the source stands.
    """
    found: list[Repaired | None] = []
    damaged: dict[int, str] = {}
    given = ask(questions) if questions else ()
    for question, answer in zip(questions, given, strict=True):
        text = _text(answer)
        found.append(None if text is None else mended(question, text))
        if text is not None and found[-1] is None:
            damaged[len(found) - 1] = text
    for climb in (_without_emphasis, _split):
        for place, result in climb(questions, damaged, ask):
            found[place] = result
            del damaged[place]
    return found


def _without_emphasis(
    questions: Sequence[Question], damaged: dict[int, str], ask: Ask
) -> list[tuple[int, Repaired]]:
    """Rung 3, for all that have emphasis: what came of it, where anything did."""
    simpler = {
        place: question
        for place in damaged
        if (question := without_emphasis(questions[place]))
    }
    given = _ask_once(simpler.values(), ask)
    found: list[tuple[int, Repaired]] = []
    for place, question in simpler.items():
        answer = given[question]
        result = None if answer is None else mended(question, answer)
        if result is None:
            first = _emphasis_dropped(questions[place], damaged[place])
            result = mended(question, first)
        if result:
            found.append((place, Repaired(result.text, Repair.WITHOUT_EMPHASIS)))
        elif answer is None:
            found.append((place, _FAILED))
    return found


def _split(
    questions: Sequence[Question], damaged: dict[int, str], ask: Ask
) -> list[tuple[int, Repaired]]:
    """Rung 4, and rung 5 for all it cannot help."""
    split = {place: pieces(questions[place]) or [] for place in damaged}
    given = _ask_once((piece for found in split.values() for piece in found), ask)
    found: list[tuple[int, Repaired]] = []
    for place, parts in split.items():
        texts = [given[part] for part in parts]
        text = assembled(questions[place], texts) if texts else None
        result = _FAILED if text is None else Repaired(text, Repair.SPLIT)
        found.append((place, result))
    return found


def _ask_once(questions: Iterable[Question], ask: Ask) -> dict[Question, str | None]:
    """The answers by question; none is asked twice."""
    unique = [*dict.fromkeys(questions)]
    given = ask(unique) if unique else ()
    return dict(zip(unique, map(_text, given), strict=True))


def _text(answer: object) -> str | None:
    """An answer; what is no text is one that is damaged."""
    return answer if isinstance(answer, str) or answer is None else ""


def mended(question: Question, answer: str) -> Repaired | None:
    """The answer as it may stand in the book, if that costs nothing; else None.

    Rungs 0 to 2: all codes of the source are there, and the text is plausible.
    """
    source = question.text
    text = answers.clean(source, answer)
    if "<" not in source and answers.is_plain(text):
        return _checked(question, text, Repair.AS_IS)
    payloads = tuple(code.payload for code in question.codes)
    read = answers.as_is(source, text, payloads)
    if read is not None and (result := _checked(question, read, Repair.AS_IS)):
        return result
    text = answers.normalised(source, text, payloads)
    if result := _checked(question, text, Repair.NORMALISED):
        return result
    anchored = anchors.reanchored(question, text)
    if anchored is None:
        return None
    return _checked(question, anchored, Repair.REANCHORED)


def _checked(question: Question, text: str, repair: Repair) -> Repaired | None:
    """The text between the blanks around the source; None if it cannot stand."""
    source = question.text
    if not codes.fits(source, text):
        return None
    if not answers.plausible(codes.plain(source), codes.plain(text)):
        return None
    return Repaired(_between_edges(source, text), repair)


def _between_edges(source: str, text: str) -> str:
    inner = source.strip()
    if inner == source:
        return text
    start = len(source) - len(source.lstrip())
    return source[:start] + text + source[start + len(inner) :]


def _emphasis(text: str, codes_: tuple[Code, ...]) -> set[int]:
    """The numbers of the paired codes in ``text`` that only emphasise."""
    return {
        number
        for number in codes.numbers(text)
        if number <= len(codes_)
        and codes_[number - 1].kind in EMPHASIS
        and codes.opening(number) in text
    }


def holds(question_text: str, codes_: tuple[Code, ...], text: str) -> bool:
    """May ``text`` stand for the sentence, as far as its codes are concerned?

    Protected codes are exactly the source's, emphasis may be missing, but none is
    doubled or invented; all are well nested, no paired code is emptied, and the text is
    not blank.
    """
    wanted, found = codes.shape(question_text), codes.shape(text)
    for number in _emphasis(question_text, codes_):
        code = codes.opening(number)
        lost = max(0, wanted[code] - found[code])
        wanted.subtract({code: lost, "</g>": lost})
    if wanted != found or not text.strip():
        return False
    try:
        return not any(codes.empty_pairs(codes.parse(text)))
    except codes.CodeError:
        return False


def without_emphasis(question: Question) -> Question | None:
    """The question of rung 3; None if nothing is emphasised.

    The other codes keep their numbers.
    """
    emphasis = _emphasis(question.text, question.codes)
    if not emphasis:
        return None
    text = codes.keep_codes(question.text, lambda number: number not in emphasis)
    return Question(text, question.codes)


def _emphasis_dropped(question: Question, answer: str) -> str:
    """The answer to a question without the emphasis it has left."""
    source = question.text
    text = answers.clean(source, answer)
    payloads = tuple(code.payload for code in question.codes)
    text = answers.normalised(source, text, payloads)
    emphasis = _emphasis(source, question.codes)
    protected = [codes.opening(n) for n in codes.numbers(source) if n not in emphasis]
    if any(code in source for code in protected):
        return codes.keep_codes(text, lambda number: number not in emphasis)
    # all pairs are emphasis: where one begins or ends does not matter any more
    return codes.CODE.sub(lambda code: code[0] if code[1] else "", text)


def pieces(question: Question) -> list[Question] | None:
    """The questions of rung 4: the texts between codes that have letters.

    None if there is no code to split around, or if there are too many.
    """
    if not codes.CODE.search(question.text):
        return None
    texts = [question.text[start:end] for start, end in _translated(question.text)]
    found = [Question(text.strip()) for text in texts]
    return found if len(found) <= _MOST_PIECES else None


def _translated(coded: str) -> Iterator[tuple[int, int]]:
    """Where the texts between codes that have letters begin and end."""
    for start, end, is_code in codes.runs(coded):
        if not is_code and codes.has_letters(coded[start:end]):
            yield start, end


def assembled(question: Question, answers_: Sequence[str | None]) -> str | None:
    """The source's own codes, with the answers to its `pieces` between them.

    None if any of these is missing, blank, or shows markup: they are text, no tag in
    them means anything.
    """
    source = question.text
    parts: list[str] = []
    end = 0
    for (start, stop), answer in zip(_translated(source), answers_, strict=True):
        part = Question(source[start:stop])
        result = None if answer is None else mended(part, answer)
        if result is None:
            return None
        parts += (source[end:start], result.text)
        end = stop
    return "".join((*parts, source[end:]))
