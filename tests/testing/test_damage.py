"""Every kind of damage is really done, to what it is meant for, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from amts_sphinx.testing.standin import Faults, Standin, damage_codes
from amts_sphinx.testing.standin.damage import CODE_KINDS, SENTENCE_KINDS, damaged

PAIR = {"SourceLanguageCode": "en", "TargetLanguageCode": "es"}
WIRE = 'A <b id="1">red &lt;</b> or <code id="2" translate="no">x^2</code> B'
#: two blocks in their paragraphs
FRAME = '<p id="0">(.*)</p><p id="1">(.*)</p>'
#: what becomes of one when each of its elements is damaged, or the sentence is
DONE = {
    "dropped": "A  or  B",
    "content_kept": "A red &lt; or x^2 B",
    "opening_dropped": "A red &lt;</b> or x^2</code> B",
    "closing_dropped": 'A <b id="1">red &lt; or <code id="2" translate="no">x^2 B',
    "doubled": (
        'A <b id="1">red &lt;</b><b id="1">red &lt;</b> or '
        '<code id="2" translate="no">x^2</code><code id="2" translate="no">x^2</code> B'
    ),
    "ids_swapped": (
        'A <b id="2">red &lt;</b> or <code id="1" translate="no">x^2</code> B'
    ),
    "crossed": 'A <b id="1">red &lt;<code id="2" translate="no"></b> or x^2</code> B',
    "moved_inside": (
        'A <b id="1">red &lt;<code id="2" translate="no">x^2</code></b> or  B'
    ),
    "unknown_id": (
        'A <b id="156">red &lt;</b> or <code id="79" translate="no">x^2</code> B'
    ),
    "blanks_in_tag": (
        'A < b id = "1" >red &lt;< / b > or '
        '< code id = "2" translate = "no" >x^2< / code > B'
    ),
    "upper_case": (
        'A <B ID="1">red &lt;</B> or <CODE ID="2" TRANSLATE="NO">x^2</CODE> B'
    ),
    "name_translated": (
        'A <fuerte id="1">red &lt;</fuerte> or '
        '<código id="2" translate="no">x^2</código> B'
    ),
    "escaped_tag": (
        'A &lt;b id="1"&gt;red &lt;&lt;/b&gt; or '
        '&lt;code id="2" translate="no"&gt;x^2&lt;/code&gt; B'
    ),
    "payload_translated": (
        'A <b id="1">ŕééď &lt;</b> or <code id="2" translate="no">ẋ^2</code> B'
    ),
    "typographic_quotes": (
        "A <b id=“1”>red &lt;</b> or <code id=“2” translate=“no”>x^2</code> B"
    ),
    "blanks_around": (
        'A  <b id="1">red &lt;</b>  or  <code id="2" translate="no">x^2</code>  B'
    ),
    "empty": "",
    "truncated": 'A <b id="1">red &lt',
    "echoed": WIRE,
    "chatty": f"Here is the translation: {WIRE}",
    "bidi": f"\u202e{WIRE}",
    "escaped_twice": (
        'A &lt;b id="1"&gt;red &amp;lt;&lt;/b&gt; or '
        '&lt;code id="2" translate="no"&gt;x^2&lt;/code&gt; B'
    ),
    "unescaped": WIRE.replace("&lt;", "<"),
    "repeated": " ".join([WIRE] * 5),
}
#: the same where it may become one or the other
EITHER = {
    "other_digits": {
        f'A <b id="{one}">red &lt;</b> or <code id="{two}" translate="no">x^2</code> B'
        for one in "１١"
        for two in "２٢"
    },
    "script_added": {
        f"{WIRE}<script>alert(1)</script>",
        f"{WIRE}<img src=x onerror=alert(1)>",
    },
}
#: these have tests of their own
OTHERS = {"truncated_in_tag", "nul_and_surrogate"}


@pytest.fixture(scope="module")
def echo(connect: Callable[..., Any]) -> Iterator[tuple[Standin, Any]]:
    """A stand-in that answers the source, and its client."""
    with Standin(str) as service:
        yield service, connect(service.url)


def page(client: Any, *blocks: str) -> str:
    """The translation of paragraphs, as a page."""
    content = "".join(f'<p id="{n}">{text}</p>' for n, text in enumerate(blocks))
    given = {"Content": content.encode(), "ContentType": "text/html"}
    answer = client.translate_document(Document=given, **PAIR)
    return str(answer["TranslatedDocument"]["Content"].decode("utf-8", "surrogatepass"))


def test_every_kind_is_tried() -> None:
    """None of the names is missing below."""
    assert {*DONE, *EITHER, *OTHERS} == {*CODE_KINDS, *SENTENCE_KINDS}
    assert len({*CODE_KINDS, *SENTENCE_KINDS}) == 28


@pytest.mark.parametrize("kind", [*DONE, *EITHER])
def test_damage(echo: tuple[Standin, Any], kind: str) -> None:
    """Both elements of both blocks, or both blocks, and never what is around them."""
    service, client = echo
    service.faults = Faults(damage={kind: 1.0})
    answer = re.fullmatch(FRAME, page(client, WIRE, WIRE), re.DOTALL)
    assert answer
    assert {*answer.groups()} <= EITHER.get(kind, {DONE.get(kind, "")})


def test_a_tag_is_cut(echo: tuple[Standin, Any]) -> None:
    """What is left ends within a tag; where there was none, one begins."""
    service, client = echo
    seen = set()
    for seed in range(20):
        service.faults = Faults(damage={"truncated_in_tag": 1.0}, seed=seed)
        answer = page(client, WIRE).removeprefix('<p id="0">').removesuffix("</p>")
        assert WIRE.startswith(answer)
        assert answer.rindex("<") > answer.rfind(">")
        seen.add(answer)
    assert len(seen) > 10
    assert page(client, "red house") == '<p id="0">red <b</p>'


def test_what_only_json_carries(echo: tuple[Standin, Any]) -> None:
    """A NUL and half a character, as text in JSON and as bytes of a document."""
    service, client = echo
    service.faults = Faults(damage={"nul_and_surrogate": 1.0})
    text = client.translate_text(Text=WIRE, **PAIR)["TranslatedText"]
    assert text.count("\x00") == 1 == text.count("\ud800")
    assert text.replace("\x00", "").replace("\ud800", "") == WIRE
    assert not re.search("<[^>]*[\x00\ud800]", text)
    given = {"Content": b"<p>red</p>", "ContentType": "text/html"}
    answer = client.translate_document(Document=given, **PAIR)
    content = answer["TranslatedDocument"]["Content"]
    assert content == b"<p>\x00red\xed\xa0\x80</p>"


def test_an_engine_that_echoes(connect: Callable[..., Any]) -> None:
    """What is echoed is the source, not the answer once more."""
    with Standin(faults=Faults(damage={"echoed": 1.0})) as service:
        assert page(connect(service.url), WIRE) == f'<p id="0">{WIRE}</p>'


def test_a_text_without_tags(echo: tuple[Standin, Any]) -> None:
    """Kinds of codes leave it alone; so they do plain documents with what looks so."""
    service, client = echo
    service.faults = Faults(damage=dict.fromkeys(CODE_KINDS, 1.0))
    assert client.translate_text(Text="red < B", **PAIR)["TranslatedText"] == "red < B"
    given = {"Content": WIRE.encode(), "ContentType": "text/plain"}
    answer = client.translate_document(Document=given, **PAIR)
    assert answer["TranslatedDocument"]["Content"].decode() == WIRE


def test_long_answers_are_cut_as_the_service_does(echo: tuple[Standin, Any]) -> None:
    """An answer to a text has 20,000 characters at most, by the model."""
    service, client = echo
    service.faults = Faults(damage={"repeated": 1.0})
    answer = client.translate_text(Text="a" * 9000, **PAIR)["TranslatedText"]
    assert len(answer) == 20_000


@pytest.mark.parametrize("kind", ["dropped", "chatty"])
def test_shares(echo: tuple[Standin, Any], kind: str) -> None:
    """So many elements, or sentences, as were asked for; the same for the same seed."""
    service, client = echo
    answers = []
    for seed in (5, 5, 6):
        service.faults = Faults(damage={kind: 0.2}, seed=seed)
        answers.append(page(client, *["a <b>b</b>"] * 500))
    whole = answers[0].count(">a <b>b</b></p>")
    assert 370 < whole < 430
    assert answers[0] == answers[1] != answers[2]


def test_all_kinds_together() -> None:
    """Each element and each sentence suffers one kind at most; nothing breaks."""
    kinds = dict.fromkeys((*CODE_KINDS, *SENTENCE_KINDS), 0.2)
    answers = {
        damaged(WIRE * 3, "source", kinds, Random(seed), markup=True)  # noqa: S311 - no secret
        for seed in range(2000)
    }
    assert len(answers) > 500


@pytest.mark.parametrize(
    ("kind", "which", "answer", "expected"),
    [
        ("crossed", 0, "<b>1</b> <i>2</i>", "<b>1 <i></b>2</i>"),
        ("crossed", 1, "<b>1</b> <i>2</i>", "<b>1<i></b> 2</i>"),
        ("crossed", 0, "<b>1 <i>2</i> 3</b>", "<b>1 <i>2</b></i> 3"),
        ("crossed", 1, "<b>1 <i>2</i> 3</b>", "<b>1 <i>2 3</b></i>"),
        ("crossed", 0, "<b>1</b> <br>", "<b>1</b> <br>"),
        ("crossed", 0, "<br> <b>1</b>", "<br> <b>1</b>"),
        ("moved_inside", 0, "<b>1</b> <i>2</i>", " <i>2<b>1</b></i>"),
        ("moved_inside", 2, "<b>1</b> <i>2</i> <br>", "<b>1</b> <i>2<br></i> "),
        ("moved_inside", 0, "<b>1 <i>2</i> 3</b>", "<b>1 <i>2</i> 3</b>"),
        ("ids_swapped", 0, "<x1>a</x1><x2>b</x2>", "<x2>a</x1><x1>b</x2>"),
        ("ids_swapped", 0, "<b id='1'>", "<b id='1'>"),
        ("unknown_id", 0, "<b>a</b>", "<b>a</b>"),
        ("unknown_id", 0, "<b id=1>a</b>", "<b id=78>a</b>"),
        ("dropped", 0, "a<br>b", "ab"),
        ("content_kept", 0, "a<b>b", "ab"),
        ("dropped", 1, "<b>1 <i>2</i> 3</b>", "<b>1  3</b>"),
        ("payload_translated", 0, "<code>1</code>", "<code>é1</code>"),
        ("payload_translated", 0, "<b><i>a</i></b>", "<b><i>àà</i></b>"),
        ("name_translated", 0, "<CODE>1</CODE>", "<código>1</código>"),
        ("name_translated", 0, "<span>1</span>", "<spanó>1</spanó>"),
        ("typographic_quotes", 0, "<b id='1'>1</b>", "<b id=“1”>1</b>"),
        ("blanks_around", 0, "1<br>2", "1 <br> 2"),
        ("blanks_in_tag", 0, '<br id="1"/>', '< br id = "1" />'),
        ("dropped", 5, "<b>1</b>", "<b>1</b>"),
    ],
)
def test_elements_of_all_shapes(
    kind: str, which: int, answer: str, expected: str
) -> None:
    """Beside each other, in each other, without an end, without a number."""
    assert damage_codes.damaged(answer, which, kind, Random(1)) == expected  # noqa: S311 - no secret


def test_lost_boundaries(echo: tuple[Standin, Any]) -> None:
    """Two blocks become one, or a block loses its id; nothing else changes."""
    service, client = echo
    blocks = ["one", "two", "three"]
    whole = page(client, *blocks)
    merged = {
        whole.replace('</p><p id="1">', " "),
        whole.replace('</p><p id="2">', " "),
    }
    nameless = {whole.replace(f' id="{n}"', "") for n in range(3)}
    service.faults = Faults(lost_boundaries=1)
    seen = {page(client, *blocks) for _ in range(60)}
    assert seen == merged | nameless
    assert page(client, "one") == "<p>one</p>"
    assert page(client) == ""
    service.faults = Faults(lost_boundaries=0.3, seed=2)
    lost = sum(page(client, *blocks) != whole for _ in range(100))
    assert 15 < lost < 45
