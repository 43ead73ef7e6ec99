"""Which pairs are kept, which are not and why; a real book."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.bitext.alignment import align_documents
from amts_sphinx.bitext.candidates import Granularity, candidates
from amts_sphinx.bitext.filters import LEARNT, Length, Rejection, Sifted, sift, yields
from amts_sphinx.bitext.pairs import blocks_of
from amts_sphinx.bitext.parallel_data import Format, lint, sorted_rows
from amts_sphinx.text import codes
from amts_sphinx.text.bitext import Flag, SentencePair
from amts_sphinx.text.pages import Page, Wall
from amts_sphinx.text.units import Code, Message, Origin

WHY = SentencePair("Why?", "为什么？")


def reason(pair: SentencePair, languages: str = "en zh", *, table: bool = True) -> str:
    """Why a pair is not kept among pairs that are; "" if it is."""
    sifted = sift([pair], *languages.split(), table=table)
    assert len(sifted.kept) + len(sifted.rejected) == 1
    return str(sifted.rejected[0].reason) if sifted.rejected else ""


def book(count: int, factor: float = 1.0) -> list[SentencePair]:
    """Pairs of different sentences, the target ``factor`` times as long."""
    return [
        SentencePair(
            f"Sentence {n} " + "abc " * (n % 9 + 5),
            f"第{n}句" + "甲乙 " * round((n % 9 + 5) * 4 / 7 * factor),
        )
        for n in range(count)
    ]


# -- each reason -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("$x$", "$x$"),
        ("[1]", "见[1]"),
        ("See [1]", "[1]"),
        ("$x$ 12", "等于12"),
        ("", "空"),
        ("ResNet", "ResNet"),
        ("Why Adam works", "Why Adam works"),
    ],
)
def test_nothing_to_learn(source: str, target: str) -> None:
    """Without words on both sides, or with a short name that stays, nothing is said."""
    assert reason(SentencePair(source, target)) == Rejection.NO_WORDS


@pytest.mark.parametrize(
    "text",
    [
        "见:numref:`fig`",
        "见:numref: 图",
        "见{ref}`fig`",
        "见{ref}",
        '甲<x id="1"/>乙',
        '甲<g id="1">乙</g>',
        "甲```乙",
        "甲$x乙",
        "甲 $$x$$ 乙",
        "[乙](https://a.example)",
        "[乙](../a)",
        "甲<b>乙</b>",
        "甲<br/>乙",
        '<a href="x">乙</a>',
        "甲&nbsp;乙",
        "甲&#160;乙",
        "甲**乙**",
        "甲 ### 乙",
    ],
)
def test_residue(text: str) -> None:
    """Raw markup on either side rejects a pair."""
    assert reason(SentencePair("See this here.", text)) == Rejection.RESIDUE
    assert reason(SentencePair(text, "See this here.")) == Rejection.RESIDUE


@pytest.mark.parametrize(
    "text",
    [
        "见[1]和[2]（例如）",
        "[1](见下文)",
        "甲$a$$b$乙",
        "甲$a<b$乙$[a](b.c)$",
        "它值$5，不是$10。",
        "变量$PATH",
        "词元“<eos>”和<unk>",
        "甲 & 乙; 1 < 2",
        "时间：12:30:15",
        "C# 和 #1",
        "2**3 = 8乙",
    ],
)
def test_no_residue(text: str) -> None:
    """Formulas, references, prices, comparisons and special tokens are no markup."""
    assert not reason(SentencePair("See this here.", text))


@pytest.mark.parametrize(
    ("target", "languages"),
    [
        ("This sentence was never translated.", "en zh"),
        ("This sentence was never translated。", "en zh"),
        ("这里，this sentence was never translated.", "en zh"),
        ("Aquí this sentence was never translated", "en es"),
        ("This sentence was never translated.", "es es-MX"),
    ],
)
def test_untranslated(target: str, languages: str) -> None:
    """Text in the source's words is no translation."""
    pair = SentencePair("This sentence was never translated.", target)
    assert reason(pair, languages) == Rejection.UNTRANSLATED


@pytest.mark.parametrize(
    ("source", "target", "languages"),
    [
        (
            "Byte pair encoding rules all",
            "字节对编码（byte pair encoding rules）",
            "en zh",
        ),
        ("Say “the same old thing”", "说“the same old thing”", "en zh"),
        ("Call net.add_layer(a, b) on all", "调用net.add_layer(a, b)", "en zh"),
        ("Papers by Li, Smola, Zhang and Lipton", "Li, Smola, Zhang和Lipton", "en zh"),
        ("el color no es igual", "el color no es el mismo", "es es-MX"),
        ("Un animal normal no es real", "A normal animal is not real", "es en"),
    ],
)
def test_words_that_may_stay(source: str, target: str, languages: str) -> None:
    """Glosses, quotations, code, names and shared words are in good translations."""
    assert not reason(SentencePair(source, target), languages)


def test_low_confidence() -> None:
    """The threshold is one, and inclusive."""
    assert not reason(WHY._replace(confidence=LEARNT))
    assert reason(WHY._replace(confidence=LEARNT - 0.01)) == Rejection.LOW_CONFIDENCE


@pytest.mark.parametrize("count", [15, 200])
@pytest.mark.parametrize("factor", [1.0, 0.4, 2.5])
def test_length_is_learnt(factor: float, count: int) -> None:
    """A language may be long or short; a pair far off its own measure is odd."""
    cut = SentencePair("This long sentence says much more than that. " * 3, "这样。")
    pairs = [*book(count, factor), cut]
    reasons = {r.pair: r.reason for r in sift(pairs, "en", "zh", table=True).rejected}
    assert reasons == {cut: Rejection.LENGTH}


@pytest.mark.parametrize("factor", [0.4, 1.0, 2.5])
@pytest.mark.parametrize("count", [0, 500])
def test_short_pairs_have_no_odd_length(factor: float, count: int) -> None:
    """`Why?` is a third of its Chinese."""
    short = [WHY, SentencePair("No.", "不。"), SentencePair("Memory Cell", "记忆元")]
    sifted = sift([*book(count, factor), *short], "en", "zh", table=True)
    assert set(short) <= set(sifted.kept)


def test_a_few_wrong_pairs_do_not_move_the_measure() -> None:
    """Robust: a tenth of the pairs may be nonsense."""
    pairs = book(200)
    wrong = [SentencePair(f"a{n}", "甲" * 300) for n in range(20)]
    clean, spoilt = Length.learn(pairs), Length.learn([*pairs, *wrong])
    assert spoilt.usual == pytest.approx(clean.usual, abs=0.05)
    assert not any(map(spoilt.fits, wrong))


def test_limits_of_the_service() -> None:
    """1000 bytes are not too many, 1001 are; a table forbids some beginnings."""
    source = "ab " * 333
    assert not reason(SentencePair(source + "c", "甲" * 333))
    assert reason(SentencePair(source + "cd", "甲" * 333)) == Rejection.TOO_LONG
    assert reason(SentencePair(source, "甲" * 334)) == Rejection.TOO_LONG
    for sign in "=+-@":
        pair = SentencePair("A sign", f"{sign}号")
        assert reason(pair) == Rejection.FORBIDDEN_START
        assert not reason(pair, table=False)


def test_the_vote() -> None:
    """Most frequent, then surest, then first; losers and repetitions are told apart."""
    one = SentencePair("Summary", "小结", confidence=0.9)
    other = SentencePair("Summary", "总结", confidence=1.0)
    cases = [
        ([other, one, one], one, [Rejection.OUTVOTED, Rejection.DUPLICATE]),
        ([one, other], other, [Rejection.OUTVOTED]),
        ([one, other._replace(confidence=0.9)], one, [Rejection.OUTVOTED]),
        ([one, one._replace(document="q")], one, [Rejection.DUPLICATE]),
    ]
    for pairs, winner, reasons in cases:
        sifted = sift(pairs, "en", "zh", table=True)
        assert sifted.kept == (winner,)
        assert [why for _, why in sifted.rejected] == reasons


def test_rejected_pairs_do_not_vote() -> None:
    """However often a bad translation is repeated, a good one wins."""
    bad = SentencePair("The summary", "**小结**")
    good = SentencePair("The summary", "小结")
    assert sift([bad, bad, good], "en", "zh", table=True).kept == (good,)


def test_flags_drop_nothing() -> None:
    """They are for a reader."""
    assert not reason(WHY._replace(flags=(Flag.NUMBERS, Flag.CODES)))


# -- all together ------------------------------------------------------------------

texts = st.one_of(
    st.sampled_from(("Why?", "为什么？", "a" * 1001, "=x", "<b>x</b>", "one two $x$")),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30),
)
pairs_drawn = st.lists(
    st.builds(SentencePair, texts, texts, confidence=st.sampled_from((0.2, 0.6, 1.0)))
)


@given(pairs_drawn, st.booleans(), st.sampled_from(("en zh", "en es", "zh zh-TW")))
def test_every_pair_has_one_fate(
    given_pairs: list[SentencePair],
    table: bool,  # noqa: FBT001 - hypothesis names it
    languages: str,
) -> None:
    """Kept or rejected, in the order given; what is kept the service takes as it is."""
    sifted = sift(given_pairs, *languages.split(), table=table)
    told = [pair for pair, _ in sifted.rejected]
    assert Counter([*sifted.kept, *told]) == Counter(given_pairs)
    rest = iter(given_pairs)
    assert all(pair in rest for pair in sifted.kept)
    assert len({pair.source for pair in sifted.kept}) == len(sifted.kept)
    assert sifted.counts.total() == len(sifted.rejected)
    rows = sorted_rows(sifted.kept)
    found = lint(
        [tuple(languages.split()), *(pair[:2] for pair in rows)],
        Format.CSV if table else Format.TMX,
    )
    assert found.clean or not rows


def test_yields() -> None:
    """The table counts all pairs and characters, the largest share first."""
    pairs = [*book(3), WHY, WHY, SentencePair("$x$", "$x$")]
    rows = yields(sift(pairs, "en", "zh", table=True))
    assert [(row.reason, row.pairs) for row in rows] == [
        (None, 4),
        (Rejection.DUPLICATE, 1),
        (Rejection.NO_WORDS, 1),
    ]
    assert sum(row.characters for row in rows) == sum(len(pair[0]) for pair in pairs)
    assert yields(Sifted((), ())) == []


# -- a real book -------------------------------------------------------------------


def corpus() -> Path:
    """Return the folder of the D2L corpus."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
    return Path(os.environ.get("AMTS_CORPORA", beside)) / "d2l"


_INLINE = re.compile(
    r"\{([\w:]+)\}`([^`]*)`|`([^`]*)`|\$([^$]+)\$|\*\*|\*(?=\w)|(?<=\w)\*"
)


def read_myst(path: Path, end: str) -> Page:
    """Read paragraphs, headings, code and formulas of a MyST file, roughly."""
    blocks: list[Message | Wall] = []
    walls = r"(^```.*?^```$|^\$\$.*?\$\$[.,，。]?$|^\(.*\)=$)"
    prose = r"\n{2,}|\n(?=\s*(?:[*-]|\d+\.)\s)"
    text = path.read_text(encoding="utf-8")
    for part in re.split(walls, text, flags=re.MULTILINE | re.DOTALL):
        if re.match(walls, part, flags=re.MULTILINE | re.DOTALL):
            blocks.append(Wall(part[:2], re.sub(r"#.*|\s|[.,，。]$", "", part)))
            continue
        for chunk in filter(None, map(str.strip, re.split(prose, part))):
            title = re.match(r"(#+) ", chunk)
            if title:
                blocks.append(Wall("title", str(len(title[1]))))
            blocks.append(read_prose(re.sub(r"^(?:#+|[*-]|\d+\.)\s+", "", chunk), end))
    return Page(path.stem, "", tuple(blocks))


def read_prose(chunk: str, end: str) -> Message:
    """One paragraph, its inline markup as codes."""
    found: list[Code] = []

    def code(match: re.Match[str]) -> str:
        role, payload, literal, math = match.groups()
        if not any((role, literal, math)):
            return ""
        found.append(
            Code(
                "xref" if role else "literal" if literal else "math",
                " ".join((payload or literal or math).split()),
            )
        )
        return f"\x01{len(found)}\x02"

    text = codes.escape(_INLINE.sub(code, codes.unwrap(chunk)))
    text = re.sub("\x01(\\d+)\x02", r'<x id="\1"/>', " ".join(text.split()))
    cuts = [m.end() for m in re.finditer(end, text) if m.end() < len(text)]
    return Message(text, tuple(found), "paragraph", 0, tuple(cuts))


@pytest.mark.skipif(not corpus().is_dir(), reason="the D2L corpus is not here")
@pytest.mark.parametrize("granularity", Granularity)
def test_a_real_book(granularity: Granularity) -> None:
    """D2L: most of the text is kept, what is kept is clean, and drafts show through."""
    en, zh = corpus() / "en", corpus() / "zh"
    paths = sorted(en.glob("chapter_natural-*/*.md"))
    pages = [
        (
            read_myst(path, r"(?<=[.!?])\s+(?=[A-Z])"),
            read_myst(zh / path.relative_to(en), "(?<=[。！？])(?=.)"),
        )
        for path in paths
    ]
    beads = align_documents([(blocks_of(a), blocks_of(b)) for a, b in pages])
    pairs = [
        pair
        for (source, target), found in zip(pages, beads, strict=True)
        for pair in candidates(source, target, found, Origin.HUMAN, granularity)
    ]
    sifted = sift(pairs, "en", "zh", table=True)
    characters = {row.reason: row.characters for row in yields(sifted)}
    assert characters[None] > 0.8 * sum(characters.values())
    assert sifted.counts[Rejection.LENGTH] < 0.01 * len(pairs)
    assert sifted.counts[Rejection.UNTRANSLATED] < 0.01 * len(pairs)
    assert sifted.counts[Rejection.DUPLICATE] > len(paths)  # "Summary" on every page
    assert lint([("en", "zh"), *(pair[:2] for pair in sifted.kept)], Format.CSV).clean
    left = [pair._replace(target=pair.source) for pair in sifted.kept]
    assert not sift(left, "en", "zh", table=True).kept
