"""What the checks find in a translation, what they leave alone, and how grave it is."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from amts_sphinx.text import codes
from amts_sphinx.text.checks import (
    Check,
    Checker,
    Finding,
    LengthBand,
    Severity,
)
from amts_sphinx.text.units import Code, Message, Origin, Question

CHINESE = Checker("en", "zh")
MATH = Code("math", "x^2")
OTHER = Code("math", "y")
LITERAL = Code("literal", "oven.py")
XREF = Code("xref", "sec_bread")
CITATION = Code("citation", "calvel1990")
LINK = Code("link", "https://bread.example")
HERE = Code("link", "https://bread.example/zh")
STRONG = Code("strong", "")
SPACED = Code("xref", "a b")


def coded(text: str, *found: Code) -> Question:
    """Coded text and its codes."""
    return Question(text, found)


def checks(
    source: str | Question,
    target: str | Question,
    languages: str = "en zh",
    origin: Origin = Origin.MACHINE,
) -> list[str]:
    """What is found in a translation; plain strings have no codes."""
    ours, theirs = (
        text if isinstance(text, Question) else coded(text) for text in (source, target)
    )
    return [str(found.check) for found in found_in(ours, theirs, languages, origin)]


def found_in(
    source: Question, target: Question, languages: str, origin: Origin
) -> Sequence[Finding]:
    """The findings between two languages."""
    one, other = languages.split()
    return Checker(one, other).findings(source, target, origin)


#: id of the check, languages, source, target
FIRES: list[tuple[str, str, str | Question, str | Question]] = [
    ("stray_markup", "en zh", "Bake the bread", "烤 * 面包 *"),
    ("stray_markup", "en zh", "Bake the bread", "烤**面包**"),
    ("stray_markup", "en zh", "The script logs.", "脚本`oven.py记录。"),
    ("stray_markup", "en zh", "Read the manual.", "阅读[手册]（../manual）。"),
    ("stray_markup", "en zh", "Read the manual.", "阅读[手册](manual)。"),
    ("stray_markup", "en zh", "Let the height be h.", "设高度为$h。"),
    ("stray_markup", "en zh", "Type `a` now.", "现在输入`a。"),
    (
        "stray_markup",
        "en zh",
        "A loaf.",
        coded('<x id="1"/>面包。', Code("raw", "<b>")),
    ),
    ("half_width", "en zh", "Stir, then wait.", "搅拌,然后等待。"),
    ("half_width", "en ja", "Stir. Wait.", "混ぜる. 待つ。"),
    ("duplicate", "en zh", "Knead the dough.", "揉面团面团。"),
    ("duplicate", "en zh", "We need some flour.", "我们需要一些我们需要一些面粉。"),
    ("duplicate", "zh en", "揉面团。", "Knead the the dough."),
    ("duplicate", "en fr", "Knead the dough.", "Pétrir la pâte la pâte."),
    ("duplicate", "en vi", "Wait a little.", "Hãy chờ một chút chờ một chút."),
    ("same", "en zh", "The dough rests", "The dough rests"),
    ("same", "en de", "flour", "flour"),
    ("same", "en de", "The “dough”.", "The “dough”."),
    ("same", "en de", "A well-fed Starter", "A well-fed Starter"),
    ("same", "ja en", "パン、水", "パン、水"),
    ("same", "zh en", "水合", "水合"),
    (
        "source_words",
        "en zh",
        "Stir until no dry flour is left.",
        "搅拌，until no dry flour is left。",
    ),
    (
        "source_words",
        "zh en",
        "先让面包的外皮保持柔软吧。",
        "Steam 面包的外皮保持柔软吧 first.",
    ),
    ("references", "en zh", coded('See <x id="1"/>.', XREF), "参见。"),
    (
        "references",
        "en zh",
        coded('See <x id="1"/>.', XREF),
        coded('见<x id="1"/>。', CITATION),
    ),
    ("references", "en zh", "See above.", coded('见<x id="7"/>。')),
    (
        "inline_math",
        "en zh",
        coded('So <x id="1"/>.', MATH),
        coded('故<x id="1"/>。', OTHER),
    ),
    ("inline_literals", "en zh", coded('Run <x id="1"/>.', LITERAL), "运行它。"),
    ("link_count", "en zh", coded('<g id="1">Read</g> it.', LINK), "阅读它。"),
    ("link_count", "en zh", "See https://bread.example now.", "现在看。"),
    ("numbers", "en zh", "Weigh 500 grams.", "称400克。"),
    ("numbers", "en zh", "It takes 1.5 million.", "需要160万。"),
    ("numbers", "en es", "Bake 350 loaves.", "Hornear panes."),
    ("end_stop", "en zh", "Wait.", "等待"),
    ("end_stop", "en zh", "Wait", "等待。"),
    ("end_colon", "en zh", "You need:", "你需要。"),
    ("end_question", "en zh", "Why?", "为什么。"),
    ("end_exclamation", "en es", "Stop!", "Alto."),
    ("end_semicolon", "en zh", "salt;", "盐。"),
    ("end_ellipsis", "en zh", "and so on...", "等等。"),
]


@pytest.mark.parametrize(("check", "languages", "source", "target"), FIRES)
def test_it_is_found(
    check: str, languages: str, source: str | Question, target: str | Question
) -> None:
    """Each of these is found, and nothing beside it."""
    assert checks(source, target, languages) == [check]


def test_every_check_has_an_example() -> None:
    """No check but that of lengths, tested below, is without an example above."""
    assert {row[0] for row in FIRES} | {Check.LENGTH} == set(Check)


FINE: list[tuple[str, str | Question, str | Question]] = [
    ("en zh", "People knead often.", "人人常常揉面。"),
    ("en zh", "Cut them one by one.", "一个一个地切。"),
    ("en zh", "Talk face to face.", "面对面对话。"),
    ("en zh", "Is it different?", "是不是不同？"),
    ("en zh", "Ha ha ha!", "哈哈哈哈！"),
    ("en zh", "It is very, very good, very very good.", "非常非常好。"),
    ("en ja", "There are many loaves.", "パンはいろいろある。"),
    ("en de", "The bakers who the dough need.", "Die Bäcker, die die Hefe brauchen."),
    ("en tr", "Stir slowly.", "Yavaş yavaş karıştırın."),
    ("zh en", "他说那已经有了。", "He said that that had had effect."),
    ("en zh", "a * b", "a * b 的积"),
    ("en zh", "It costs $5 and $PATH.", "它的价格是$5和$PATH。"),
    ("en fr", "It costs 5 dollars.", "Ça coûte 5 $."),
    ("en zh", "See [1] (again).", "见[1]（再次）。"),
    ("en zh", "Run a.b, then 1:2.", "运行a.b，然后1:2。"),
    ("en zh", "Python", "Python"),
    ("en zh", "word2vec", "word2vec"),
    ("en es", "Amazon Translate", "Amazon Translate"),
    ("en es", "TMX, CSV, np.sum(), 2nd", "TMX, CSV, np.sum(), 2nd"),
    ("en zh", "12 + 30", "12 + 30"),
    ("en en-GB", "The dough rests.", "The dough rests."),
    ("zh zh-TW", "水合", "水合"),
    (
        "en zh",
        "He said “stir until no dry flour is left”.",
        "他说“stir until no dry flour is left”。",
    ),
    (
        "en zh",
        "Retarded proofing in a cold room (RP) helps.",
        "延时发酵（retarded proofing in a cold room, RP）有帮助。",
    ),
    ("en es", "King Arthur Baking Company sells.", "King Arthur Baking Company vende."),
    ("en zh", coded('So <x id="1"/>.', MATH), coded('故<x id="2"/>。', OTHER, MATH)),
    ("en zh", coded('<x id="1"/>', Code("xref", "a  b")), coded('<x id="1"/>', SPACED)),
    ("en zh", coded('<g id="1">Stir</g> it.', STRONG), "搅拌它。"),
    ("en zh", coded('<g id="1">Go</g>.', LINK), coded('去<g id="1">吧</g>。', HERE)),
    ("en zh", "Two of 3 loaves.", "两条面包，共三条。"),
    ("en zh", "There are 1.5 million of 340,000,000.", "3.4亿中有150万。"),
    ("en de", "There are 1,000 loaves, 3.14 each.", "Es gibt 1.000 Brote, je 3,14."),
    ("en ar", "Weigh 500 grams", "زن ٥٠٠ غرام"),
    ("en th", "Wait.", "รอ"),
    ("en el", "Why?", "Γιατί;"),
    ("en hy", "Wait.", "Սպասիր։"),
    ("en zh", "(Wait.)", "（等待。）"),
    ("en zh", "The height is", "高度为："),
    ("en zh", coded('It is <x id="1"/>.', XREF), coded('它是<x id="1"/>', XREF)),
    ("en zh", "", ""),
]


@pytest.mark.parametrize(("languages", "source", "target"), FINE)
def test_it_is_left_alone(
    languages: str, source: str | Question, target: str | Question
) -> None:
    """Nothing is said of a good translation that looks odd."""
    assert checks(source, target, languages) == []


def test_a_number_may_be_a_formula() -> None:
    """Then the formula is missed, but no number."""
    source = coded('Weigh <x id="1"/> grams.', Code("math", "500"))
    assert checks(source, "称500克。") == ["inline_math"]
    assert checks(source, "称400克。") == ["inline_math", "numbers"]


def test_codes_count_by_what_they_stand_for() -> None:
    """Another order, other numbers and a code that stands twice are no difference."""
    source = coded('<x id="1"/> and <x id="2"/>', MATH, XREF)
    target = coded('<x id="1"/>和<x id="2"/>，<x id="2"/>', XREF, MATH)
    assert checks(source, target) == []


def test_a_break_of_lines_is_no_word_and_no_blank() -> None:
    """A message of the source may be wrapped anywhere."""
    source = coded("Stir   until\nno dry flour is left,\nthen wait")
    assert checks(source, "搅拌到\n没有干粉为止，\n然后等待") == []
    assert checks(source, "搅拌until no\ndry   flour is left") == ["source_words"]


# -- severity ----------------------------------------------------------------------


@pytest.mark.parametrize(("check", "languages", "source", "target"), FIRES)
@pytest.mark.parametrize("origin", [Origin.HUMAN, Origin.STALE])
def test_no_error_is_a_persons(
    check: str,
    languages: str,
    source: str | Question,
    target: str | Question,
    origin: Origin,
) -> None:
    """The same is found in people's text, and never called an error."""
    assert checks(source, target, languages, origin) == [check]
    ours, theirs = (
        text if isinstance(text, Question) else coded(text) for text in (source, target)
    )
    for found in found_in(ours, theirs, languages, origin):
        assert found.severity is not Severity.ERROR


def test_a_machine_errs_where_codes_and_markup_are_lost() -> None:
    """Markup, references, formulas, code words and links; nothing else is an error."""
    grave = {
        found.check
        for _, languages, source, target in FIRES
        for found in found_in(
            source if isinstance(source, Question) else coded(source),
            target if isinstance(target, Question) else coded(target),
            languages,
            Origin.MACHINE,
        )
        if found.severity is Severity.ERROR
    }
    assert grave == {
        Check.MARKUP,
        Check.REFERENCES,
        Check.MATH,
        Check.LITERALS,
        Check.LINKS,
    }


@pytest.mark.parametrize("origin", [Origin.UNTRANSLATED, Origin.FAILED])
def test_what_is_not_translated_is_not_checked(origin: Origin) -> None:
    """The source shown on purpose is no bad translation."""
    assert checks("The dough rests.", "The dough rests.", origin=origin) == []


def test_the_gravest_comes_first() -> None:
    """Errors, then warnings, then infos."""
    source = coded('Knead <x id="1"/> for 10 minutes.', LITERAL)
    found = CHINESE.findings(source, coded("揉面团面团,揉20分钟"), Origin.MACHINE)
    assert [(str(one.severity), str(one.check)) for one in found] == [
        ("error", "inline_literals"),
        ("warning", "duplicate"),
        ("warning", "half_width"),
        ("info", "numbers"),
        ("info", "end_stop"),
    ]


def test_details_say_what_and_where() -> None:
    """What is missing, what is added, what stands beside it; a code is a dot or two."""
    source = coded('So <x id="1"/> and <x id="2"/> hold', MATH, OTHER)
    target = coded('故<x id="1"/>与 * 成立', MATH)
    found = CHINESE.findings(source, target, Origin.MACHINE)
    assert [one.detail for one in found] == ["故…与 * 成立", "missing y"]


# -- lengths -----------------------------------------------------------------------


def pairs(*lengths: int) -> list[tuple[str, str]]:
    """Sources of 100 characters with translations of these lengths."""
    return [("a" * 100, "字" * length) for length in lengths]


def test_a_band_is_learnt() -> None:
    """Its ends are the first and the last percentile of what people wrote."""
    band = LengthBand.learn(pairs(*range(1, 201)))
    assert band == LengthBand(0.03, 1.98)


def test_a_band_is_not_learnt_from_few() -> None:
    """Nor from sources so short that they say nothing."""
    assert LengthBand.learn(pairs(*range(1, 100))) is None
    words = [("a" * 19, "字" * 5)] * 200
    assert LengthBand.learn(words) is None


def test_without_a_band_lengths_are_not_judged() -> None:
    """No number of ours stands for a language's own."""
    source, target = map(coded, pairs(1)[0])
    assert CHINESE.findings(source, target, Origin.MACHINE) == ()


@pytest.mark.parametrize(("length", "found"), [(19, 1), (20, 0), (70, 0), (71, 1)])
def test_lengths_within_the_band_are_usual(length: int, found: int) -> None:
    """What is outside is worth knowing, no more."""
    checker = Checker("en", "zh", LengthBand(0.2, 0.7))
    source, target = map(coded, pairs(length)[0])
    got = checker.findings(source, target, Origin.MACHINE)
    assert [(one.check, one.severity) for one in got] == [
        (Check.LENGTH, Severity.INFO)
    ] * found


def test_a_code_is_one_character_long() -> None:
    """A long formula makes no translation longer."""
    checker = Checker("en", "zh", LengthBand(0.9, 1.1))
    formula = Code("math", "x" * 500)
    source = coded('<x id="1"/>' + "a" * 30, formula)
    target = coded('<x id="1"/>' + "字" * 30, formula)
    assert checker.findings(source, target, Origin.HUMAN) == ()


# -- any text ----------------------------------------------------------------------

#: what breaks naive code: surrogates, control characters, codes that do not nest
PIECES = st.one_of(
    st.text(st.characters(), max_size=6),
    st.sampled_from(
        (
            *('<x id="1"/>', '<x id="0"/>', '<x id="99"/>', '<g id="2">', "</g>"),
            *("<x id=", "&amp;", "&lt;", "\x00", "\ud800", "\u2028", "\n", " ", "*"),
            *("`", "$", "](", "面团", "the ", "12", "1.5万", "٥٠", "²", "...", "。"),
            *("?", "“", "(", "\ufffc"),
        )
    ),
)
ANYTHING = st.lists(PIECES, max_size=12).map("".join)
CODES = st.lists(
    st.builds(
        Code,
        st.sampled_from(("math", "literal", "xref", "link", "raw", "strong", "new")),
        ANYTHING,
    ),
    max_size=3,
).map(tuple)
TEXTS = st.builds(Question, ANYTHING, CODES)
LANGUAGES = st.sampled_from(("en", "zh", "zh-TW", "ja", "th", "el", "hy", "xx_YY", ""))
CHECKERS = st.builds(
    Checker, LANGUAGES, LANGUAGES, st.sampled_from((None, LengthBand(0.5, 2.0)))
)


@given(CHECKERS, TEXTS, TEXTS, st.sampled_from(Origin))
def test_any_text_can_be_checked(
    checker: Checker, source: Question, target: Question, origin: Origin
) -> None:
    """Nothing is raised, and findings are the same each time, sorted, and printable."""
    found = checker.findings(source, target, origin)
    assert found == checker.findings(source, target, origin)
    severities, everything = list(Severity), list(Check)
    ranks = [
        (severities.index(one.severity), everything.index(one.check), one.detail)
        for one in found
    ]
    assert ranks == sorted(ranks)
    assert len({one.check for one in found}) == len(found)
    for one in found:
        assert one.detail.isprintable()
        if origin is not Origin.MACHINE:
            assert one.severity is not Severity.ERROR


@given(st.lists(st.tuples(ANYTHING, ANYTHING), max_size=5))
def test_any_pairs_can_be_learnt_from(some: list[tuple[str, str]]) -> None:
    """A band is a band, whatever it is learnt from."""
    band = LengthBand.learn(some * 60)
    assert band is None or band.low <= band.high


BARE = st.lists(
    st.one_of(
        st.text("0123456789.,:()* ", max_size=6),
        st.sampled_from(('<x id="1"/>', '<x id="2"/>', '<g id="3">7</g>')),
    ),
    max_size=8,
).map("".join)


@given(CHECKERS, BARE, CODES)
def test_codes_and_digits_translate_to_themselves(
    checker: Checker, text: str, found: tuple[Code, ...]
) -> None:
    """Where there is nothing to translate, the source is its own translation."""
    side = Question(text, found)
    silent = Checker(checker.source_language, checker.target_language)
    same = silent.source_language == silent.target_language
    got = silent.findings(side, side, Origin.MACHINE)
    assert all(one.severity is not Severity.ERROR for one in got)
    assert got == () or not same


@given(strategies.messages())
def test_a_message_and_its_sentences_are_checked_alike(message: Message) -> None:
    """Whatever holds coded text and codes can be given; itself it never errs."""
    kin = Checker("en", "en")
    assert kin.findings(message, message, Origin.MACHINE) == ()
    for segment in message.segments:
        assert kin.findings(segment, segment, Origin.MACHINE) == ()


@pytest.mark.parametrize(
    "unit",
    [
        *("a", "a ", "the the ", "字", "面团", "*", "`", "1", "1.", "“", "(", " "),
        *("\n", ".", '<x id="1"/>', "&amp;", "]\u3000(", "$ "),
    ],
)
def test_a_long_text_is_checked_in_time(unit: str) -> None:
    """What an engine sends back costs no more than its length."""
    text = unit * (60_000 // len(unit))
    start = time.process_time()
    CHINESE.findings(coded("a " * 30_000, MATH), coded(text, MATH), Origin.MACHINE)
    CHINESE.findings(coded(text + "x", MATH), coded(text, MATH), Origin.MACHINE)
    assert time.process_time() - start < 5


def test_payloads_are_readable_in_details() -> None:
    """A payload that is no text is shown as what it is."""
    source = coded('Run <x id="1"/>', Code("literal", "a\x00\ud800" + "b" * 500))
    (found,) = CHINESE.findings(source, coded("运行"), Origin.HUMAN)
    assert found.detail.startswith("missing a\\x00\\ud800b")
    assert len(found.detail) < 90
    assert codes.UNTEXT.search(found.detail) is None
