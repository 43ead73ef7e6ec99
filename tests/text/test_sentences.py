"""Sentence splitting: the faults once seen in splitters, and what happens without them.

In the sentences below a bar marks where a new sentence begins.
"""

from __future__ import annotations

import builtins
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import ModuleType

import pytest

from amts_sphinx.text.languages import PROFILES, profile, profile_of_sphinx
from amts_sphinx.text.sentences import split_coded, splitter


def _segments(language: str, coded: str) -> list[str]:
    """The coded text cut where it is to be cut."""
    cuts = split_coded(coded, splitter(profile(language)))
    return [coded[a:b] for a, b in pairwise([0, *cuts, len(coded)])]


def _check(language: str, marked: str) -> None:
    """Splitting the text without its bars puts the bars back."""
    assert "|".join(_segments(language, marked.replace("|", ""))) == marked


@pytest.mark.parametrize(
    "marked",
    [
        "The cat sleeps. |The dog does not.",
        "See Eq. (2) for the proof. |It is short.",
        "See Fig. 3. |Sec. 4 says more.",
        "Compare Eqs. 2 and 3, resp. Figs. 4 and 5. |Both agree.",
        "As in Section 3.2. |It costs 3.5 units. |Version 2.0.1 is out.",
        "It is small w.r.t. Newton, i.e. Gauss wins. |Good.",
        "Use a list, e.g. Python has one. |Others, cf. Lisp, do too.",
        "Cats vs. Dogs is a data set. |Load it.",
        'Lee et al. (2003) began. |Kim et al. <x id="1"/> went on.',
        "Take No. 5, p. 7, vol. 2, ch. 3. |Then stop.",
        "Is it so? |No. |It is not.",
        "Dr. Stone met Mrs. Reed. |They spoke.",
        "The U.S. Government agreed. |So did we.",
        "Choose (i) tea; (ii) coffee; (iii) milk. |Then drink.",
        "Choose a) tea b) coffee c) milk. |Then drink.",
        "Look into ../data and ./src first. |Then run.",
        'Open the ".ipynb" file. |Save it.',
        'She said "Stop." |Then she left.',
        'She asked "why?" and left. |Nobody knew.',
        "It works (see above). |Or not. |(This stands alone.) |Fine.",
        "One remark (it is long. It has two parts.) ends here. |Next.",
        "Wait... no. |Really?! |Yes.",
        "Steps: 1. Mix the flour. |2. Bake it. |3. Eat.",
        "1. Explain the first rule. |Why is it there?",
        "The cat\nsleeps. |The\ndog barks.",
        "Tabs end\tit.\t|Blanks too.  |So be it.",
    ],
)
def test_english(marked: str) -> None:
    """Abbreviations, numbers, paths, lists, quotes and line ends."""
    _check("en", marked)


@pytest.mark.parametrize(
    "marked",
    [
        "猫在睡觉。|狗没有睡！|真的吗？|是的；很好。",
        "她问：“为什么？”|然后走了。",
        '她问："为什么？"|然后走了。',
        "他说：“好。”|她笑了。|（参见图1。）|下一句。",
        "一句话（括号里有两句。第二句），到此结束。|下一句。",
        "打开“.ipynb”文件。|保存它。",
        '误差很小。|<x id="1"/>是学习率。|再看<x id="2"/>。',
        "猫在睡觉。|word猫也在睡。",
        "版本是2.0，不是3.5。|图1.2如下。",
        "句子很长……但没有完。",
    ],
)
def test_chinese(marked: str) -> None:
    """A closing quote stays with its sentence; no space is needed between two."""
    _check("zh", marked)


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("zh-TW", "貓在睡覺。|狗沒有睡。|他說：「好。真的。」"),
        ("ja", '猫は寝ている。|犬は「なぜ？」と聞いた。|<x id="1"/>は速い。'),
        ("es", "El Sr. García salió. |La Sra. Ruiz no."),
        ("es", "EE.UU. es grande. |EE. UU. es grande. |¿Y Perú? |¡También!"),
        ("es", "Hay frutas, p. ej. Manzanas. |Véase la ec. (2) y la Fig. 3. |Fin."),
        ("ko", "고양이가 잔다. |개는 자지 않는다! |Fig. 3을 보라. |끝."),
        ("pt", "O Sr. Silva saiu. |A Sra. Lima, p. ex. Ana, não. |Ver Fig. 3."),
        ("pt-PT", "O gato dorme. |O cão não."),
        ("tr", "Kedi uyuyor. |Doç. Kaya geldi. |Bkz. Şekil 3. |Köpek uyumuyor."),
        ("vi", "Tôi ở TP. Hồ Chí Minh. |PGS.TS. Trần ở Huế. |Hết."),
        (
            "de",
            "Das gilt z. B. Katzen. |Siehe Abb. 3 und Gl. (2). |Am 3. Mai kam Rosa.",
        ),
        ("fr", "M. Petit dort. |Voir éq. 3. |Mme. Roy non plus ?"),
        ("ru", "Кот спит, т. е. Мурзик спит. |См. рис. 3. |Конец."),
        ("uk", "Кіт спить. |Див. рис. 3. |Кінець."),
        ("el", "Τι είναι; |Είναι γάτα."),
        ("hy", "Կատուն քնած է։ |Շունը՝ ոչ։"),
        ("ka", "კატას სძინავს. |ძაღლს არა."),
        ("ar", "هذه قطة، وهذا كلب: كلاهما نائم. |هل هذا صحيح؟ |نعم."),
        ("hi", "बिल्ली सो रही है। |कुत्ता नहीं। |क्यों?"),
        ("th", "แมวหลับอยู่ หมาไม่หลับ"),
    ],
)
def test_other_languages(language: str, marked: str) -> None:
    """Own abbreviations, own stops, and no cut at a comma or a colon."""
    _check(language, marked)


@pytest.mark.parametrize(
    "marked",
    [
        'It is small. |<x id="1"/> is the rate. |It ends in <x id="2"/>. |Then more.',
        'Take <x id="1"/>, e.g. <x id="2"/>. |See Fig. <x id="3"/> and <x id="4"/>.',
        'Said before.<x id="1"/> |Said again.<x id="2"/><x id="3"/> |Done.<x id="4"/>',
        '<g id="1">Note.</g> |This is <g id="2">one. Whole. Thing.</g> |And more.',
        'It ends. |<g id="1">This</g> begins. |<g id="2"><g id="3">So</g> do</g> I.',
        'He said <g id="1">stop. </g>|Then he left.',
        "Use &lt;b&gt; &amp; co. |Then a &lt; b. |&lt;i&gt; too.",
        "It is 3. |Then come 4 and 5.",
        'The sum is <x id="1"/>. <x id="2"/>. |Then more.',
        '<x id="1"/>. It begins.',
        "What? (!) |Yes.",
    ],
)
def test_codes(marked: str) -> None:
    """Codes are words, footnotes belong to the sentence before, a pair is never cut."""
    _check("en", marked)


@pytest.mark.parametrize(
    "coded", ["", "1. 2. 3.", '<x id="1"/>. <x id="2"/>.', "…?! )"]
)
def test_without_letters_there_is_one_segment(coded: str) -> None:
    """What holds no letter outside its codes is not cut."""
    assert split_coded(coded, splitter(profile("en"))) == ()


@pytest.mark.parametrize("code", PROFILES)
def test_every_language_splits(code: str) -> None:
    """For each language the splitter named by its profile exists and works."""
    stop = {"zh": "。", "zh-TW": "。", "ja": "。", "hi": "।", "ur": "۔"}.get(code, "!")
    stop = {"am": "።", "hy": "։"}.get(code, stop)
    text = f"Abcd efgh{stop} Ijkl mnop"
    assert splitter(profile(code))(text) == [f"Abcd efgh{stop} ", "Ijkl mnop"]


def test_the_splitter_of_a_language_is_made_once() -> None:
    """The same profile gives the same splitter."""
    assert splitter(profile("en")) is splitter(profile_of_sphinx("en_GB"))


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("en", "See Eq. 2. |Dr. Stone did, e.g. Tom. |Is it 3.5? |Yes."),
        ("zh", "她问：“为什么？”|然后走了。|（见图1。）|好。"),
        ("ko", "고양이가 잔다. |개는 자지 않는다!"),
    ],
)
def test_without_the_libraries_the_stops_decide(
    language: str, marked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pysbd and sentencex are not installed, plain sentences are still found."""
    real = builtins.__import__

    def absent(
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if name in {"pysbd", "sentencex"}:
            raise ImportError(name)
        return real(name, globals_, locals_, fromlist, level)

    monkeypatch.setattr(builtins, "__import__", absent)
    split = splitter(replace(profile(language), name="without libraries"))
    assert "|".join(split(marked.replace("|", ""))) == marked


def test_a_faulty_splitter_means_one_segment() -> None:
    """One that fails, drops text or invents some is not believed."""

    def fails(text: str) -> list[str]:
        raise RuntimeError(text)

    coded = "A cat. A dog."
    assert split_coded(coded, fails) == ()
    assert split_coded(coded, lambda text: [text[:7]]) == ()
    assert split_coded(coded, lambda text: [text[:7], text[7:].upper()]) == ()
    assert split_coded(coded, lambda text: [text[:7], text[7:]]) == (7,)


@pytest.mark.parametrize("text", ["A\ud800 cat. A dog.", "A &ᓴ& cat∯ ȸ. A ☉ dog."])
def test_what_a_library_cannot_bear_is_not_lost(text: str) -> None:
    """Lone surrogates and pysbd's own private marks come out as they went in."""
    for language in ("en", "ko"):
        assert "".join(splitter(profile(language))(text)) == text


def test_importing_and_splitting_warns_of_nothing() -> None:
    """The libraries are imported only when used, and their warnings stay theirs."""
    program = (
        "import sys\n"
        "from amts_sphinx.text.languages import profile\n"
        "from amts_sphinx.text.sentences import splitter\n"
        "assert not {'pysbd', 'sentencex'} & set(sys.modules)\n"
        "for code in ('en', 'ar', 'de', 'ko'):\n"
        "    splitter(profile(code))('One. Two.')\n"
        "assert {'pysbd', 'sentencex'} <= set(sys.modules)\n"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-B",
            "-W",
            "error",
            "-X",
            "pycache_prefix=/nowhere",
            "-c",
            program,
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
