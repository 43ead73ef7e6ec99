"""Text that breaks programs: it comes back, or one line says that it does not.

Everything goes the whole way: the paid engine, boto3, the stand-in for the service, the
cache and the drafts.  What is sent is text in composed form with single blanks, so that
is what comes back.  Ordinary sentences stand around each odd one and must not notice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from unicodedata import normalize

import pytest

from amts_sphinx.engines.pseudo import pseudo
from amts_sphinx.memory.cache import AnswerCache
from amts_sphinx.memory.drafts import DRAFTS, Drafts
from amts_sphinx.testing.standin import Faults, Standin
from amts_sphinx.text import codes
from amts_sphinx.text.languages import profile
from amts_sphinx.text.repair import Repaired, holds
from amts_sphinx.text.sentences import split_coded, splitter
from amts_sphinx.text.units import Code, Message, Question
from engines.service import Paid, sentences, serving, wrong

MEGABYTE = 1_000_000


def coded(count: int) -> Question:
    """A sentence of so many formulas, each between words."""
    text = " ".join(f"sum {codes.opaque(n)}" for n in range(1, count + 1))
    kinds = tuple(Code("math", f"x_{{{n}}}") for n in range(1, count + 1))
    return Question(f"The {text}.", kinds)


def nested(count: int) -> Question:
    """So many pairs around each other."""
    begin = "".join(map(codes.opening, range(1, count + 1)))
    return Question(f"A {begin}fish{'</g>' * count}.", (Code("link", "x"),) * count)


#: what is translated; of two sizes where it may be long
ODD: dict[str, str] = {
    "NUL": "Fish\x00 swim.",
    "control characters": "Fish \x07\x1b[31m\x7f swim.",
    "a lone surrogate": "Fish \ud800 swim.",
    "a pair of surrogates": "Fish \ud83d\ude00 swim.",
    "no characters": "Fish \ufffe\uffff swim.",
    "a byte order mark": "\ufeffFish swim.",
    "right to left override": "Fish \u202emiws\u202c swim.",
    "isolates": "Fish \u2066swim\u2069.",
    "decomposed": "Cafe\u0301s and A\u030angstro\u0308ms.",
    "Hangul, decomposed": normalize("NFD", "한국어 문장."),
    "Arabic": "السعر يرتفع عندما يزيد الطلب.",
    "Hebrew with a number": "המחיר עולה ב־12 אחוז.",
    "emoji of several": "A family \U0001f468\u200d\U0001f469\u200d\U0001f467 swims.",
    "a flag and a tone": "\U0001f1e9\U0001f1ea waves \U0001f44b\U0001f3fd.",
    "line separators": "Fish\u2028swim\u2029here\x85now.",
    "no-break spaces": "Fish\xa0swim\u202ffast.",
    "markup that is text": codes.escape('<p id="1"> & </p> &amp; <code id="2"/> fish.'),
    "an unfinished tag": codes.escape("<p fish"),
    "CRLF": "Some fish swim.\r\n" * 3_000,
    "a long word": "f" * 60_000,
    "characters on end": "e\u0301\u0302\u0303" * 8_000,
}
#: what is its own translation, and never sent
SILENT: dict[str, str] = {
    "blanks": " \t\n\u3000 ",
    "punctuation": "… — ?! «»",
    "digits": "12,5 %",
    "emoji": "\U0001f41f\U0001f438",
    "codes": '<x id="1"/>, <x id="2"/>',
    "nothing": "",
}


@pytest.fixture(scope="module")
def _running() -> Iterator[Standin]:
    with serving() as standin:
        yield standin


@pytest.fixture
def there(_running: Standin) -> Standin:
    """The stand-in, without faults and without a past."""
    _running.faults = Faults()
    _running.ledger.reset()
    return _running


def sent(text: str) -> str:
    """A text as it is sent: all that can come back of it."""
    return normalize("NFC", codes.UNTEXT.sub("", codes.fold_space(text).strip(" ")))


def among(odd: Question) -> list[Question]:
    """A sentence among others."""
    return [*sentences(2), odd, *sentences(2, seed=1)]


def asked(paid: Paid, odd: Question) -> Repaired | None:
    """What comes of a sentence; the others are translated, whatever it is."""
    answers = paid.draft(among(odd))
    found = answers.pop(2)
    assert wrong([*sentences(2), *sentences(2, seed=1)], answers) == []
    return found


def clean(lines: Sequence[str]) -> list[str]:
    """Lines that are fit to be shown."""
    for line in lines:
        assert line.isprintable()
        assert len(line) < 300
        assert "Traceback" not in line
    return list(lines)


def sound(folder: Path, count: int) -> None:
    """Cache and drafts can be read to the last entry, and none is damaged."""
    told: list[str] = []
    drafts = Drafts.read(folder / DRAFTS, told.append)
    assert len(drafts) >= count
    paid = Paid(folder)
    with AnswerCache.open(paid.cache, told.append) as cache:
        found = [cache.get(paid.service.request(q)) for q in sentences(2)]
        assert all(found)
        assert len(cache) >= count
        assert cache.damaged == 0
    assert told == []


@pytest.mark.parametrize("name", ODD)
def test_odd_text_comes_back(tmp_path: Path, there: Standin, name: str) -> None:
    """To the character, as it was sent; the next build has it and sends nothing."""
    question = Question(ODD[name])
    paid = Paid(tmp_path)
    found = asked(paid, question)
    assert found
    assert found.text.strip() == pseudo(sent(question.text))
    assert paid.told == []
    sound(tmp_path, 4)
    requests = there.ledger.requests
    assert asked(Paid(tmp_path), question) == found
    (tmp_path / DRAFTS).unlink()
    assert asked(Paid(tmp_path), question) == found
    assert there.ledger.requests == requests <= 3


@pytest.mark.parametrize("name", SILENT)
def test_what_says_nothing_is_not_sent(
    tmp_path: Path, there: Standin, name: str
) -> None:
    """Blanks, signs and codes are their own translation, and cost nothing."""
    question = Question(SILENT[name], (Code("math", "x"), Code("math", "y")))
    paid = Paid(tmp_path)
    found = asked(paid, question)
    assert found
    assert found.text == question.text
    assert paid.told == []
    [record] = there.ledger.asked
    assert len(record.texts) == 4


#: how an answer may be odd, with what the engine would have said without that
WAYS: dict[str, Callable[[str, str], str]] = {
    "alone": lambda odd, _answer: odd,
    "around": lambda odd, answer: f"{odd}{answer}{odd}",
    "behind": lambda odd, answer: f"{answer} {odd}",
}
LONG = ("CRLF", "a long word", "characters on end")
#: answers that say nothing, show markup, or are far too long
UNUSABLE = frozenset(
    {(name, "alone") for name in SILENT}
    | {(name, way) for name in (*LONG, "markup that is text") for way in WAYS}
)


def test_odd_answers(tmp_path: Path) -> None:
    """They are used, cleaned, or the source stands; all that is kept can be read."""
    named = {**ODD, **SILENT}
    del named["codes"]  # these would not be those of the sentence
    cases = [(name, way) for name in named for way in WAYS]
    questions = [Question(f"An odd fish called {n}.") for n in range(len(cases))]

    def engine(text: str) -> str:
        if "odd" not in text:
            return pseudo(text)
        name, way = cases[int(text.rpartition(" ")[2].rstrip("."))]
        return WAYS[way](named[name], pseudo(text))

    everything = [*sentences(4), *questions]
    with serving(engine=engine):
        paid = Paid(tmp_path)
        found = paid.draft(everything)
        assert wrong(sentences(4), found[:4]) == []
        [line] = clean(paid.told)
        texts = [answer.text if answer else None for answer in found[4:]]
        assert Paid(tmp_path).draft(everything) == found
    sound(tmp_path, 4)
    for case, text in zip(cases, texts, strict=True):
        assert text is not None
        assert (text == "") == (case in UNUSABLE)
        assert not codes.UNTEXT.search(text)
        assert not set(text) & set("\u202e\u202c\u2066\u2069\r")
    assert f"{texts.count('')} of {len(everything)} answers cannot be used" in line


# -- too long -------------------------------------------------------------------------


def test_a_sentence_of_a_megabyte(tmp_path: Path, there: Standin) -> None:
    """It is never sent; one line says that it stays in the source."""
    paid = Paid(tmp_path)
    assert asked(paid, Question("fish " * (MEGABYTE // 5))) is None
    [line] = clean(paid.told)
    assert "1 of 5 sentences were not translated: more than the service takes" in line
    assert there.ledger.requests == 2
    sound(tmp_path, 4)


def paragraph(size: int) -> list[Question]:
    """The sentences of a paragraph of so many characters."""
    ordinary = (question.text for question in sentences(size // 70, seed=size))
    text = " ".join(codes.CODE.sub("", one) for one in ordinary)[:size]
    cuts = split_coded(text, splitter(profile("en")))
    message = Message(text, (), "paragraph", 1, cuts)
    return [Question(segment.text) for segment in message.segments]


@pytest.mark.slow
def test_a_paragraph_of_a_megabyte(tmp_path: Path, there: Standin) -> None:
    """All of it is translated, in as many requests as its size takes."""
    counts = []
    for size in (MEGABYTE // 4, MEGABYTE):
        there.ledger.reset()
        asked = paragraph(size)
        paid = Paid(tmp_path / str(size))
        assert wrong(asked, paid.draft(asked)) == []
        assert paid.told == []
        counts.append(there.ledger.requests)
        assert there.ledger.billed <= size
    assert counts[1] <= 4 * counts[0] + 1 < 200


@pytest.mark.parametrize("make", [coded, nested])
def test_a_sentence_of_many_codes(
    tmp_path: Path, there: Standin, make: Callable[[int], Question]
) -> None:
    """As many as a request holds come back; 10,000 are one line, and no request."""
    paid = Paid(tmp_path)
    many = make(900)
    found = asked(paid, many)
    assert found
    assert found.text == pseudo(many.text)
    before = there.ledger.requests
    assert asked(paid, make(10_000)) is None
    [line] = clean(paid.told)
    assert "more than the service takes in one piece" in line
    assert there.ledger.requests == before <= 6
    sound(tmp_path, 4)


@pytest.mark.parametrize("kind", ["dropped", "escaped_tag", "ids_swapped"])
def test_many_codes_that_are_damaged(tmp_path: Path, there: Standin, kind: str) -> None:
    """They are mended or the source stands; no piece is asked for by itself."""
    there.faults = Faults(damage={kind: 1.0})
    for count in (100, 200):
        there.ledger.reset()
        question = coded(count)
        paid = Paid(tmp_path / str(count))
        [found] = paid.draft([question])
        assert found
        assert not found.text or holds(question.text, question.codes, found.text)
        assert len(clean(paid.told)) <= 1
        assert there.ledger.requests <= 2


def flat(count: int) -> Question:
    """So many links beside each other."""
    links = " ".join(f"{codes.opening(n)}fish</g>" for n in range(1, count + 1))
    return Question(f"See {links}.", (Code("link", "x"),) * count)


def within(coded: str) -> str:
    """The same links, each within the one before."""
    numbers = codes.numbers(coded)
    text = "".join(f"{codes.opening(number)}fish " for number in numbers)
    return f"See {text}{'</g>' * len(numbers)}."


@pytest.mark.parametrize("count", [300, 1_200])
def test_pairs_within_pairs(tmp_path: Path, count: int) -> None:
    """An answer nests no deeper than a page can be stored, or the source stands."""
    with serving(engine=lambda text: within(text) if "See" in text else pseudo(text)):
        found = asked(Paid(tmp_path), flat(count))
    assert found
    assert found.text.count("</g></g>") < 100
