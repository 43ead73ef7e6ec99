"""How well the aligner pairs sentences: small gold, synthetic noise, a real book.

F1 is strict: a bead counts when it equals a true one; nulls are not counted.
"""

from __future__ import annotations

import os
import random
import re
from itertools import pairwise
from pathlib import Path

import pytest

from amts_sphinx.bitext.alignment import (
    SHOWN,
    Bead,
    Block,
    align_document,
    align_documents,
    learn_lexicon,
)

Gold = list[tuple[tuple[int, ...], tuple[int, ...]]]
Document = tuple[list[Block], list[Block], Gold]

#: Two lines a bead, English and Chinese; "|" parts sentences, "-" is no sentence.
GOLD = """
Bread needs only four things.
面包只需要四样东西。
They are flour, water, salt and time.
它们是面粉、水、盐和时间。
This chapter bakes a plain loaf.
本章烤一个普通的面包。
Weigh 500 grams of flour into a large bowl.
称500克面粉放入大碗中。
Add 350 grams of water.|Stir until no dry flour is left.
加入350克水，搅拌到没有干面粉为止。
Cover the bowl and wait 30 minutes.
盖上碗，等待30分钟。
The flour now drinks the water.
这时面粉会吸收水分。
Bakers call this rest the autolyse [@Calvel.1990].
面包师把这段静置称为水合[@Calvel.1990]。
It costs nothing and saves much kneading.
它不花钱，还省去许多揉面的工夫。
Then add 10 grams of salt and knead the dough for 8 minutes.
然后加10克盐，把面团揉8分钟。
My grandmother never weighed anything.
-
The dough is ready when it feels smooth and springs back.
面团摸起来光滑、能够回弹时就好了。
Let $h$ be the height of the dough in the bowl.
设$h$为碗中面团的高度。
Wait for the height $2h$, after some 4 hours at 21 degrees, more in the cold.
等到面团达到高度$2h$。|在21度时这大约需要4小时，在寒冷的厨房里则更久。
Patience is the best tool of a baker.
耐心是面包师最好的工具。
Now shape the loaf on a board.
现在在案板上给面包整形。
Fold the dough three times and turn it over.
把面团折叠三次，再翻过来。
Why do we fold it?
为什么要折叠？
Folding stretches the skin of the loaf.
折叠会拉紧面包的表皮。
A tight skin holds the gas.
紧绷的表皮能留住气体。
-
有些人在这一步撒上芝麻。
Heat the oven to 240 degrees.
把烤箱加热到240度。
The script `oven.py` logs the heat every minute.
脚本`oven.py`每分钟记录一次温度。
Cut the loaf once along its length with a sharp knife.
用锋利的刀沿着面包的长边划一刀。
Bake the loaf for 40 minutes.
把面包烤40分钟。
Steam keeps the crust soft at first, as {sec_steam} explains.
如{sec_steam}所述，蒸汽先让外皮保持柔软。
Take the loaf out when it sounds hollow.
面包敲起来声音空洞时就取出来。
Let it cool on a rack.
放在架子上冷却。
Do not cut warm bread!|It is still baking inside.
不要切热面包，它的里面还在烤。
Keep the bread in a paper bag for 3 days.
面包在纸袋里可以放3天。
Old bread makes good soup.
旧面包能做出好汤。
More recipes are at https://bread.example/all.
更多食谱见https://bread.example/all。
"""


def dice(seed: int) -> random.Random:
    """Return the same numbers at every run."""
    return random.Random(seed)  # noqa: S311


def shuffled_paragraphs(sentences: list[str], rng: random.Random) -> list[Block]:
    """Cut a text into paragraphs at random."""
    blocks: list[Block] = []
    part: list[str] = []
    for sentence in sentences:
        part.append(sentence)
        if rng.random() < 0.25:
            blocks.append(Block("paragraph", "", tuple(part)))
            part = []
    return [*blocks, Block("paragraph", "", tuple(part))]


def noisy(pairs: list[tuple[str, str]], rng: random.Random) -> Document:
    """Delete 5 % of either side, merge 8 % of the neighbours, cut paragraphs anew."""
    source: list[str] = []
    target: list[str] = []
    gold: Gold = []
    rest = iter(pairs)
    for one, other in rest:
        fate = rng.random()
        ours, theirs = [one], [other]
        if fate < 0.05:
            theirs = []
        elif fate < 0.1:
            ours = []
        elif fate < 0.18 and (more := next(rest, None)):
            ours, theirs = [one, more[0]], [other, more[1]]
            if fate < 0.14:
                ours = [", ".join(ours)]
            else:
                theirs = ["，".join(theirs)]
        gold.append(
            (
                tuple(range(len(source), len(source) + len(ours))),
                tuple(range(len(target), len(target) + len(theirs))),
            )
        )
        source += ours
        target += theirs
    return shuffled_paragraphs(source, rng), shuffled_paragraphs(target, rng), gold


def f1(documents: list[Document], found: list[list[Bead]]) -> float:
    """Return strict F1 over the beads that have both sides."""
    hits = true = told = 0
    for (_, _, gold), beads in zip(documents, found, strict=True):
        right = {(a, b) for a, b in gold if a and b}
        ours = {(b.source, b.target) for b in beads if b.source and b.target}
        hits += len(right & ours)
        true += len(right)
        told += len(ours)
    return 2 * hits / (true + told)


def align(documents: list[Document]) -> list[list[Bead]]:
    """Align all documents as one book."""
    return align_documents([(source, target) for source, target, _ in documents])


def wordless(documents: list[Document]) -> list[Document]:
    """Replace every sentence by dots of its length in bytes."""

    def dots(blocks: list[Block]) -> list[Block]:
        return [
            Block(b.kind, b.wall, tuple("." * len(s.encode()) for s in b.sentences))
            for b in blocks
        ]

    return [(dots(source), dots(target), gold) for source, target, gold in documents]


def cipher(rng: random.Random, documents: int, length: int) -> list[Document]:
    """Write books in an invented language and in its word-by-word translation."""

    def word() -> str:
        return "".join(rng.choices("aeioubdfgklmnprst", k=rng.randint(3, 9)))

    dictionary = {word(): word() for _ in range(600)}
    common = list(dictionary)
    weights = [1 / (i + 5) for i in range(len(common))]
    books = []
    for _ in range(documents):
        pairs = []
        for _ in range(length):
            said = rng.choices(common, weights, k=rng.randint(4, 22))
            told = [dictionary[w] for w in said if rng.random() < 0.8]
            rng.shuffle(told)
            mark = f" ${rng.choice('xyz')}_{rng.randint(0, 9)}$"
            mark = mark if rng.random() < 0.3 else ""
            pairs.append((" ".join(said) + mark + ".", " ".join(told) + mark + "。"))
        books.append(noisy(pairs, rng))
    return books


def test_small_gold() -> None:
    """A page of 32 beads with merges, a split and nulls comes out right, alone."""
    source: list[str] = []
    target: list[str] = []
    gold: Gold = []
    lines = [re.findall(r"[^|]+", line.strip("-")) for line in GOLD.split("\n")]
    for sides in zip(lines[1::2], lines[2::2], strict=False):
        gold.append(
            (
                tuple(range(len(source), len(source) + len(sides[0]))),
                tuple(range(len(target), len(target) + len(sides[1]))),
            )
        )
        source += sides[0]
        target += sides[1]
    rng = dice(7)
    document = (
        shuffled_paragraphs(source, rng),
        shuffled_paragraphs(target, rng),
        gold,
    )
    assert f1([document], [align_document(*document[:2])]) >= 0.9


def test_words_beat_length_on_a_hard_set() -> None:
    """Deletions, merges and new paragraphs: length alone loses much, words little."""
    documents = cipher(dice(11), documents=8, length=60)
    full = f1(documents, align(documents))
    length = f1(documents, align(wordless(documents)))
    assert full >= 0.97
    assert length < full - 0.05


def test_what_is_shown_is_right() -> None:
    """From SHOWN on, at least 99 of 100 pairs are true, and most pairs are shown."""
    documents = cipher(dice(12), documents=8, length=60)
    shown = right = 0
    for (_, _, gold), beads in zip(documents, align(documents), strict=True):
        sure = {(b.source, b.target) for b in beads if b.confidence >= SHOWN}
        shown += len(sure)
        right += len(sure & set(gold))
    assert right >= 0.99 * shown
    assert shown >= 0.85 * sum(bool(a and b) for *_, gold in documents for a, b in gold)


def test_a_wrong_page_is_not_shown() -> None:
    """Text that translates something else stays below SHOWN, or alone."""
    documents = cipher(dice(14), documents=6, length=60)
    lexicon = learn_lexicon(
        (" ".join(ours[i] for i in a), " ".join(theirs[j] for j in b))
        for source, target, gold in documents
        for ours, theirs in [(sentences(source), sentences(target))]
        for a, b in gold
    )
    shown = total = 0
    for (source, _, _), (_, target, _) in pairwise(documents):
        beads = align_document(source, target, lexicon)
        shown += sum(bead.confidence >= SHOWN for bead in beads)
        total += len(beads)
    assert shown < 0.02 * total


def sentences(blocks: list[Block]) -> list[str]:
    """Return all sentences of a document."""
    return [sentence for block in blocks for sentence in block.sentences]


def corpus() -> Path:
    """Return the folder of the D2L corpus."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "corpora"
    return Path(os.environ.get("AMTS_CORPORA", beside)) / "d2l"


def read_myst(path: Path, end: str) -> list[Block]:
    """Read paragraphs, headings, code and formulas of a MyST file, roughly."""
    text = path.read_text(encoding="utf-8")
    blocks: list[Block] = []
    walls = r"(^```.*?^```$|^\$\$.*?\$\$[.,，。]?$)"
    prose = r"\n{2,}|\n(?=\s*(?:[*-]|\d+\.)\s)|\n(?=\()"
    chunks = [
        chunk.strip()
        for part in re.split(walls, text, flags=re.MULTILINE | re.DOTALL)
        for chunk in ([part] if part[:3] == "```" else re.split(prose, part))
    ]
    for chunk in chunks:
        if chunk.startswith(("```", "$$")):
            kind = "code" if chunk.startswith("```") else "math"
            key = re.sub(r"#.*|\s|[.,，。]$", "", chunk)
            blocks.append(Block(kind, f"{kind}:{key}", ()))
        elif match := re.fullmatch(r"\(.*\)=", chunk):
            blocks.append(Block("label", f"label:{match[0]}", ()))
        elif match := re.match(r"(#+) (.*)", chunk.split("\n")[-1]):
            blocks.append(Block("title", f"title:{len(match[1])}", (match[2],)))
        elif chunk:
            line = re.sub(r"(?<=[^\x00-\u2fff])\s+|\s+(?=[^\x00-\u2fff])", "", chunk)
            line = " ".join(re.sub(r"\{[\w:]+\}`([^`]*)`", r"{\1}", line).split())
            cut = [s.strip() for s in re.split(end, line) if s.strip()]
            blocks.append(Block("paragraph", "", tuple(cut)))
    return blocks


@pytest.mark.skipif(not corpus().is_dir(), reason="the D2L corpus is not here")
def test_a_real_book() -> None:
    """D2L: most text may be shown; without its walls and cut anew, F1 still holds."""
    en, zh = corpus() / "en", corpus() / "zh"
    paths = sorted(en.glob("chapter_natural-*/*.md"))
    books = [
        (
            read_myst(path, r"(?<=[.!?])\s+(?=[A-Z])"),
            read_myst(zh / path.relative_to(en), "(?<=[。！？])"),
        )
        for path in paths
    ]
    characters = shown = 0
    certain = []
    for (source, target), beads in zip(books, align_documents(books), strict=True):
        ours, theirs = sentences(source), sentences(target)
        characters += sum(map(len, ours))
        shown += sum(
            len(ours[i]) for b in beads if b.confidence >= SHOWN for i in b.source
        )
        certain.append(
            [
                (ours[b.source[0]], theirs[b.target[0]])
                for b in beads
                if b.confidence >= SHOWN and len(b.source) == len(b.target) == 1
            ]
        )
    assert shown > 0.92 * characters
    rng = dice(13)
    documents = [noisy(pairs, rng) for pairs in certain]
    assert f1(documents, align(documents)) >= 0.97
