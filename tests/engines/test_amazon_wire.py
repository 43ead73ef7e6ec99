"""Sentences on their way to Amazon Translate and back, whatever happens to them there.

What is damaged has to look damaged, or be read as what it surely was; it is never read
as something else.
"""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.engines import amazon_wire
from amts_sphinx.engines.amazon_wire import billed, document, from_wire, paragraphs
from amts_sphinx.text import codes
from amts_sphinx.text.repair import Repair, mended
from amts_sphinx.text.units import Code, Question
from strategies import Coded

X1, X2, G3 = '<x id="1"/>', '<x id="2"/>', '<g id="3">'
#: two formulas and a link, and the sentence as it is sent
ASKED = Question(
    f"Let {X1} be {X2} in {G3}this</g> case.",
    (Code("math", "x^2"), Code("math", "y"), Code("link", "https://example.org")),
)
FIRST = '<code id="1" translate="no">x^2</code>'
SECOND = '<code id="2" translate="no">y</code>'
LINK = '<b id="3">this</b>'
SENT = f"Let {FIRST} be {SECOND} in {LINK} case."


def to_wire(text: str, *kinds: Code) -> str:
    """What is sent for a sentence."""
    return amazon_wire.to_wire(Question(text, kinds))


def answer(first: str = FIRST, second: str = SECOND, link: str = LINK) -> str:
    """An answer to `ASKED`, parts of it damaged; as coded text."""
    return from_wire(f"Sea {first} como {second} en {link} caso.", ASKED)


def coded(first: str = X1, second: str = X2, link: str = f"{G3}this</g>") -> str:
    """The same as it should be read."""
    return f"Sea {first} como {second} en {link} caso."


# -- there --------------------------------------------------------------------------


def test_what_is_sent() -> None:
    """Each code is an element with an end tag of its own, known by its id."""
    assert amazon_wire.to_wire(ASKED) == SENT


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (Code("math", "a < b & c"), "a &lt; b &amp; c"),
        (Code("math", "x" * 16), "x" * 16),
        (Code("math", "x" * 17), "1"),
        (Code("literal", "f(x)"), "f(x)"),
        (Code("literal", ""), "1"),
        (Code("xref", "install"), "1"),
        (Code("citation", "knuth"), "1"),
    ],
)
def test_what_is_shown_of_a_code(code: Code, shown: str) -> None:
    """A short formula or literal, escaped; of all else its number."""
    wire = to_wire(f"See {X1}.", code)
    assert wire == f'See <code id="1" translate="no">{shown}</code>.'


def test_codes_nobody_knows_anything_about() -> None:
    """They are shown as their numbers."""
    assert ">7</code>" in to_wire('<x id="7"/> a')


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a\n  b\tc ", "a b c"),
        ("  a", "a"),
        ("a\xa0 b", "a\xa0 b"),
        ("cafe\u0301", "caf\xe9"),
        ("a\x00b\x1f\ufffe\ud800c", "abc"),
        ("R&amp;D &lt;b&gt;", "R&amp;D &lt;b&gt;"),
    ],
)
def test_the_same_is_sent_for_the_same(text: str, sent: str) -> None:
    """White space is folded, characters are composed, what is no text is left out."""
    assert to_wire(text) == sent


@pytest.mark.parametrize("mark", ["\u0338", "\u0301", "\u20d2"])
def test_a_tag_is_no_letter(mark: str) -> None:
    """A combining character behind a tag is not composed with it (≯)."""
    question = Question(f'<g id="1">{mark}a</g> b', (Code("link", "u"),))
    assert amazon_wire.to_wire(question) == f'<b id="1">{mark}a</b> b'


def plain_form(text: str) -> str:
    """Coded text as it comes back from an engine that changes nothing."""
    clean = codes.UNTEXT.sub("", codes.fold_space(text).strip(" "))
    out, end = [], 0
    for match in codes.CODE.finditer(clean):
        out += [unicodedata.normalize("NFC", clean[end : match.start()]), match[0]]
        end = match.end()
    return "".join((*out, unicodedata.normalize("NFC", clean[end:])))


@given(strategies.coded_texts)
def test_there_and_back(sentence: Coded) -> None:
    """What comes back unchanged is what was sent, in all its codes and characters."""
    question = Question(*sentence)
    wire = amazon_wire.to_wire(question)
    assert from_wire(wire, question) == plain_form(sentence.text)


@given(st.lists(st.one_of(strategies.texts, st.just(X1)), max_size=4))
def test_any_text_there_and_back(parts: list[str]) -> None:
    """The same for characters of every kind, beside a code."""
    text = "".join(part if part == X1 else codes.escape(part) for part in parts)
    question = Question(text, (Code("math", "x"),))
    back = from_wire(amazon_wire.to_wire(question), question)
    assert back == plain_form(text)


@given(strategies.coded_texts)
def test_what_is_billed(sentence: Coded) -> None:
    """Every character but those of tags: those of the text, and those of what is shown.

    Checked by taking the elements apart another way.
    """
    wire = amazon_wire.to_wire(Question(*sentence))
    text = re.sub(r'</?(?:code|b)(?: id="\d+"(?: translate="no")?)?>', "", wire)
    assert billed(wire) == len(codes.unescape(text))


def test_billed_is_what_is_read() -> None:
    """An entity is one character, a tag none."""
    assert billed(SENT) == len("Let x^2 be y in this case.")
    assert billed("R&amp;D &lt;b&gt;") == len("R&D <b>")


# -- back: what leaves no doubt -------------------------------------------------------


@pytest.mark.parametrize(
    "first",
    [
        FIRST,
        '<code id="1">x^2</code>',
        '<code translate="no" id="1">x^2</code>',
        "<code id='1' translate='no'>x^2</code>",
        "<code id=1 translate=no>x^2</code>",
        "<code id=“1” translate=“no”>x^2</code>",
        "<code id=«1» translate=«no»>x^2</code>",
        '< code id = " 1 " translate = "no" >x^2< / code >',
        '<CODE ID="1" TRANSLATE="NO">X^2</CODE>',
        '<code id="1"\ntranslate="no">\nx^2\n</code>',
        '<code id="1" translate="no">equis al cuadrado</code>',
        '<code id="1" translate="no"></code>',
        '<code id="1" translate="no">y</code>',
        '<code id="1" translate="no">a <b>b</b> c</code>',
        '<code id="1" translate="no"/>',
        '<code id="1" translate="no" />',
    ],
)
def test_an_opaque_code_is_known_by_its_id(first: str) -> None:
    """However its tags are written, and whatever stands between them now."""
    assert answer(first) == coded()


@pytest.mark.parametrize(
    "link",
    [
        "<b id='3'>this</b>",
        "<b id=3>this</b>",
        '<B ID="3">this</B>',
        '< b id = "3" >this</ b >',
        "<b id=”3”>this</b>",
        '<b id="3" class="x">this</b>',
    ],
)
def test_a_paired_code_is_known_by_its_id(link: str) -> None:
    """However its tags are written."""
    assert answer(link=link) == coded()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("&#39;a&#x27; &apos;", "'a' '"),
        ("&quot;a&quot;", '"a"'),
        ("a&nbsp;b&#160;c", "a\xa0b\xa0c"),
        ("&aacute;&ldquo;", "á“"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"),
        ("R&D", "R&amp;D"),
        ("R&amp;amp;D", "R&amp;amp;D"),
        ("plain", "plain"),
    ],
)
def test_entities_are_characters(written: str, meant: str) -> None:
    """Whichever of them the service writes, readers see the character."""
    assert from_wire(written, Question("a")) == meant
    assert from_wire(f"{FIRST}{written}", ASKED) == f"{X1}{meant}"


@pytest.mark.parametrize(
    "written", ["&lt;b&gt;", "&#60;b&#62;", "&lt;code id=&quot;1&quot;&gt;"]
)
def test_tags_that_the_source_writes_about(written: str) -> None:
    """They are text, and stay it: only the reader's eye takes them for tags."""
    question = Question("The &lt;b&gt; element", ())
    assert "<" not in from_wire(f"El elemento {written}", question)
    assert from_wire("El elemento &lt;b&gt;", question) == "El elemento &lt;b&gt;"


def test_tags_that_came_as_text() -> None:
    """Where the source has no ``<`` they were ours, and are called by their names."""
    escaped = (
        FIRST.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"),
        LINK.replace("<", "&lt;").replace(">", "&gt;"),
    )
    found = answer(first=escaped[0], link=escaped[1])
    assert '&lt;x id="1"&gt;x^2&lt;/x&gt;' in found
    assert '&lt;g id="3"&gt;this&lt;/g&gt;' in found
    result = mended(ASKED, found)
    assert result
    assert result.repair > Repair.AS_IS
    assert codes.fits(ASKED.text, result.text)


def test_numbers_were_swapped() -> None:
    """What came back within the elements tells which formula each of them is."""
    first, second = FIRST.replace('"1"', '"2"'), SECOND.replace('"2"', '"1"')
    assert answer(first, second) == coded()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x^2", "equis"),  # only one of them is known
        ("x^2", "x^2"),  # both are the same
        ("y", ""),
    ],
)
def test_contents_that_prove_nothing(first: str, second: str) -> None:
    """Then the ids are believed."""
    found = answer(
        f'<code id="2">{first}</code>',
        f'<code id="1">{second}</code>',
    )
    assert found == coded(X2, X1)


def test_a_formula_that_is_a_number() -> None:
    """What is shown of one code may be what another is known by; the ids count then."""
    question = Question(f"{X1} or {X2}", (Code("math", "2"), Code("xref", "a")))
    wire = amazon_wire.to_wire(question)
    assert from_wire(wire, question) == question.text


# -- back: what is damaged ------------------------------------------------------------


@pytest.mark.parametrize(
    "first",
    [
        "",
        "x^2",
        "x^2</code>",  # never opened
        '<code id="1" translate="no">x^2',  # swallowed nothing else
        FIRST * 2,
        '<code id="9" translate="no">x^2</code>',
        '<code translate="no">x^2</code>',
        '<código id="1">x^2</código>',
        "<code id",
        f'<code id="1">{SECOND}</code>',
    ],
)
def test_a_damaged_opaque_code(first: str) -> None:
    """The sentence does not fit any more, so that nobody takes it for whole."""
    found = answer(first)
    assert not codes.fits(ASKED.text, found)
    assert "</code>" not in found


def test_an_element_without_an_end() -> None:
    """Its tag is left out, so its content can be told; the next one is not lost."""
    found = answer('<code id="1" translate="no">x^2')
    assert found == coded("x^2")
    assert mended(ASKED, found) == (coded(), Repair.REANCHORED)


@pytest.mark.parametrize(
    "link",
    [
        "this",
        '<b id="3">this',
        "this</b>",
        '<b id="3"/>this',
        "<b>this</b>",
        '<b id="9">this</b>',
        '</b>this<b id="3">',
        LINK * 2,
    ],
)
def test_a_damaged_paired_code(link: str) -> None:
    """The sentence does not fit any more."""
    assert not codes.fits(ASKED.text, answer(link=link))


@pytest.mark.parametrize(
    "more", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<p>", "<i>"]
)
def test_tags_of_others(more: str) -> None:
    """They are left as they are, for whoever judges the answer: he refuses it."""
    found = answer(link=LINK + more)
    assert more in found
    assert mended(ASKED, found) is None


_wires = st.lists(
    st.sampled_from(
        (*"<>/&;#x1 \"'=”", "code", "b", "id", "p", "&lt;", "&gt;", "&quot;")
    ),
    max_size=30,
).map("".join)
_pieces = st.lists(
    st.one_of(
        st.sampled_from(
            (FIRST, SECOND, LINK, "<code", "</code>", "<b", "</b>", ">", "<", "&lt;")
        ),
        st.sampled_from(('id="1"', "id=“2”", "/", " ", "&#39;", "&#0;", "&#xd800;")),
        st.text(max_size=4),
    ),
    max_size=12,
).map("".join)


@given(st.one_of(st.text(), _wires, _pieces), strategies.coded_texts)
def test_any_answer_is_read(raw: str, sentence: Coded) -> None:
    """Nothing at all makes reading fail, and all that it makes are our own codes."""
    found = from_wire(raw, Question(*sentence))
    assert not re.search(r"</?code\b[^<>]*>", found, re.IGNORECASE)
    assert billed(raw) >= 0
    assert isinstance(paragraphs(raw, 3), dict)


def test_a_reference_to_no_character() -> None:
    """Nor does a number that Python does not convert."""
    raw = f"&#{'9' * 5000};"
    assert from_wire(raw, ASKED)
    assert from_wire(FIRST.replace("x^2", raw), ASKED) == X1


@pytest.mark.parametrize(
    "part", ["<", "</", "&lt;", "&lt;/", "<b id=", "<b id='", '<p id="0">', "<code>"]
)
@pytest.mark.parametrize("filling", [" ", "\n", "<", "&lt;", "<b>", "</b>", "<p "])
def test_long_answers_are_read_quickly(part: str, filling: str) -> None:
    """Nobody waits for an answer that is made to be looked at for ever."""
    raw = part + filling * 20_000
    began = time.process_time()
    from_wire(raw, ASKED)
    paragraphs(raw, 100)
    assert time.process_time() - began < 1


# -- many sentences in one document -----------------------------------------------


def page(*numbers: int | str) -> str:
    """A document's body, its paragraphs of these numbers, each saying which it is."""
    return "".join(f'<p id="{number}">text {number}</p>' for number in numbers)


@given(st.lists(strategies.coded_texts, min_size=1, max_size=5))
def test_a_document_there_and_back(found: list[Coded]) -> None:
    """Every sentence is where it was."""
    wires = [amazon_wire.to_wire(Question(*one)) for one in found]
    assert paragraphs(document(wires), len(wires)) == dict(enumerate(wires))


def test_paragraphs_in_another_page() -> None:
    """What the service puts around the paragraphs does not matter."""
    answer_ = (
        f"<!DOCTYPE html>\n<html><head></head><body>\n{page(0, 1)}\n</body></html>"
    )
    assert paragraphs(answer_, 2) == {0: "text 0", 1: "text 1"}
    spaced = page(0, 1, 2).replace("</p><p", "</p>\n  <p")
    assert sorted(paragraphs(spaced, 3)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("answer_", "trusted"),
    [
        (page(0, 1, 2, 3, 4), [0, 1, 2, 3, 4]),
        # one is missing: what it said may stand in the one before or behind
        (page(0, 1, 3, 4), [0, 4]),
        (page(1, 2, 3, 4), [2, 3, 4]),
        (page(0, 1, 2, 3), [0, 1, 2]),
        # two are one
        (page(0, 1, 2, 3, 4).replace('</p><p id="3">', " "), [0, 1]),
        (page(0, 1, 2, 3, 4).replace("</p>", "", 1), [2, 3, 4]),
        # one has lost its id, or its number
        (page(0, 1, 2, 3, 4).replace(' id="2"', ""), [0, 4]),
        (page(0, 1, "２", 3, 4), [0, 4]),
        (page(0, 1, "", 3, 4), [0, 4]),
        (page(0, 1, 77, 3, 4), [0, 4]),
        # one is there twice
        (page(0, 1, 2, 2, 3, 4), [0, 4]),
        # nothing of use
        ("", []),
        ("rubbish", []),
        ("<p id=\"0\">a</p><p id='1'>b</p>", []),
        (page("9999999999"), []),
    ],
)
def test_only_paragraphs_beyond_doubt(answer_: str, trusted: list[int]) -> None:
    """One that is missing, doubled or merged is not believed, nor is what is beside."""
    assert sorted(paragraphs(answer_, 5)) == trusted


@pytest.mark.parametrize(
    ("answer_", "doubtful"),
    [
        (page(1, 0, 2, 3, 4), {0, 1}),
        (page(0, 1, 3, 2, 4), {2, 3}),
        (page(4, 3, 2, 1, 0), {0, 1, 2, 3, 4}),
        (page(4, 0, 1, 2, 3), {4}),
        (page(0, 1, 2, 3, 4, 2), {1, 2, 3}),
        ('<p id="0">a<p id="1">b</p> c</p>' + page(2, 3, 4), {0, 1}),
    ],
)
def test_paragraphs_out_of_place(answer_: str, doubtful: set[int]) -> None:
    """What stands elsewhere may be another's; nobody can tell."""
    assert not doubtful & set(paragraphs(answer_, 5))


@pytest.mark.parametrize(
    "lost",
    ["the rest of it", "<p>the rest of it</p>", '<p id="99">the rest of it</p>'],
)
def test_text_outside_of_the_paragraphs(lost: str) -> None:
    """It belongs to the one before or behind, which are not whole then."""
    answer_ = page(0, 1, 2, 3).replace('<p id="2">', f'{lost}<p id="2">')
    assert not {1, 2} & set(paragraphs(answer_, 4))


@given(st.text(), st.integers(0, 5))
def test_any_document_is_read(raw: str, count: int) -> None:
    """No answer makes it fail, and none has more paragraphs than were sent."""
    assert all(0 <= number < count for number in paragraphs(raw, count))


_ids = st.lists(
    st.sampled_from((*range(6), "x", "7")),
    min_size=1,
    max_size=8,
)


@given(_ids, st.integers(1, 6))
def test_each_paragraph_is_its_own(ids: list[int | str], count: int) -> None:
    """However they were shuffled: what is believed stands under its own number."""
    found = paragraphs(page(*ids), count)
    assert all(text == f"text {number}" for number, text in found.items())
