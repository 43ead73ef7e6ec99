"""Which document is the translation of which, and of which of its versions.

Most translated books keep their files' names, or add a mark of the language to them;
for the rest the content tells, as far as it looks the same in every language: walls,
formulas, code, addresses, numbers.  A thing found in one document on either side says
nearly everything, one found in many says little.  What no evidence connects stays
without a counterpart: a wrong pair would teach an engine nonsense.

A translation is often older than today's source.  The version it was made from is the
one whose walls it shows (measured on d2l, whose translations keep the file they were
made from).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from amts_sphinx.bitext.pairs import blocks_of
from amts_sphinx.bitext.walls import Block, stretches
from amts_sphinx.text import codes
from amts_sphinx.text.languages import PROFILES
from amts_sphinx.text.pages import Page, Wall

#: Weight of what two documents share by which they are taken for a pair: twice
#: something that is found in no other document.
_ENOUGH: Final = 2.0
#: Share of what two documents could share (Dice).
_ALIKE: Final = 0.3
#: Pairs of documents that one kind of evidence may name; beyond, it says too little.
_MOST_NAMED: Final = 1_000_000

_LANGUAGES: Final = frozenset(re.split("[-_]", code)[0] for code in PROFILES)
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_](?:[a-z]{2}|[a-z]{4}))?")
#: a mark at the end of a file's name
_MARK = re.compile(r"[._-]([a-z]{2}(?:[-_](?:[a-z]{2}|[a-z]{4}))?|origin)$")
_URL = re.compile(r"https?://[!#-&*-;=?-Z_a-z~]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
#: so many digits make a number that is not found everywhere
_LONG_NUMBER: Final = 3
#: codes that stand for the same thing in every language, at least mostly
_TELLING: Final = frozenset({"math", "literal", "image", "link", "citation", "xref"})


class _Candidate(NamedTuple):
    """Two documents that share something; the best sorts first."""

    distance: float  #: negative similarity
    difference: int  #: in the numbers of their blocks
    source: str
    target: str


def pair_documents(
    source: Mapping[str, Page], target: Mapping[str, Page]
) -> list[tuple[str, str]]:
    """The names of the documents that belong together, sorted; each name once.

    First those of one name, then those whose names differ by a mark of the language
    only (``guide.es``, ``es/guide``, ``guide_origin``), then those whose content says
    so.  If there is one document on either side, those two are meant.
    """
    if len(source) == len(target) == 1:
        return list(zip(source, target, strict=True))
    pairs = {name: name for name in source if name in target}
    left = sorted(source.keys() - pairs.keys())
    right = sorted(target.keys() - pairs.keys())
    pairs |= _by_bare_name(left, right)
    taken = set(pairs.values())
    ours = {name: source[name] for name in left if name not in pairs}
    theirs = {name: target[name] for name in right if name not in taken}
    if ours and theirs:
        pairs |= _by_content(ours, theirs)
    return sorted(pairs.items())


def choose_source(candidates: Sequence[Page], target: Page) -> int:
    """Which of several versions of a document its translation was made from.

    Counts the walls that a version shares with the translation, less those it does not;
    of equals the one whose stretches of text are as long as the translation's, then the
    first.

    Raises ValueError if there is no version.
    """
    theirs = blocks_of(target)
    costs = [_cost(blocks_of(page), theirs) for page in candidates]
    return min(range(len(costs)), key=costs.__getitem__)


def _cost(source: Sequence[Block], target: Sequence[Block]) -> tuple[int, int]:
    """How badly a version fits: walls that are missing, text that is not as long."""
    cut = list(stretches(source, target))
    walls = sum(1 for block in source if not block.sentences)
    matched = len(source) - sum(len(stretch.source) for stretch in cut)
    difference = sum(
        abs(_prose(source, stretch.source) - _prose(target, stretch.target))
        for stretch in cut
    )
    return (walls - matched) - matched, difference


def _prose(blocks: Sequence[Block], where: range) -> int:
    return sum(1 for number in where if blocks[number].sentences)


# By name


def _by_bare_name(left: Iterable[str], right: Iterable[str]) -> dict[str, str]:
    """Pairs of names that are one without their marks, where there are just two."""
    ours, theirs = _bare_names(left), _bare_names(right)
    return {
        names[0]: theirs[bare][0]
        for bare, names in ours.items()
        if len(names) == 1 == len(theirs.get(bare, ()))
    }


def _bare_names(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found[_bare(name)].append(name)
    return found


def _bare(name: str) -> str:
    """A name without the marks of languages and of kept originals."""
    *folders, last = name.lower().split("/")
    folders = [folder for folder in folders if not _is_language(folder)]
    match = _MARK.search(last)
    while match and match.start() and (match[1] == "origin" or _is_language(match[1])):
        last = last[: match.start()]
        match = _MARK.search(last)
    return "/".join([*folders, last])


def _is_language(name: str) -> bool:
    """Is this a language, with or without a region or a script?"""
    match = _LANGUAGE.fullmatch(name)
    return match is not None and match[1] in _LANGUAGES


# By content


def _by_content(
    source: Mapping[str, Page], target: Mapping[str, Page]
) -> dict[str, str]:
    """Pairs of documents that share enough, the most alike first."""
    ours = {name: _evidence(page) for name, page in source.items()}
    theirs = {name: _evidence(page) for name, page in target.items()}
    there = _where(theirs)
    here = {key: names for key, names in _where(ours).items() if key in there}
    weights = {
        key: _strength(key) / max(len(names), len(there[key]))
        for key, names in here.items()
    }
    shared: dict[tuple[str, str], float] = defaultdict(float)
    for key in _affordable(here, there):
        for one in here[key]:
            for other in there[key]:
                shared[one, other] += weights[key]
    whole = {name: _total(keys, weights) for name, keys in ours.items()}
    whole_there = {name: _total(keys, weights) for name, keys in theirs.items()}
    candidates = []
    for (one, other), weight in shared.items():
        alike = 2 * weight / (whole[one] + whole_there[other])
        if weight >= _ENOUGH and alike >= _ALIKE:
            difference = abs(len(source[one].blocks) - len(target[other].blocks))
            candidates.append(_Candidate(-round(alike, 6), difference, one, other))
    return _best_first(candidates)


def _best_first(candidates: list[_Candidate]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for candidate in sorted(candidates):
        if candidate.source not in pairs and candidate.target not in taken:
            pairs[candidate.source] = candidate.target
            taken.add(candidate.target)
    return pairs


def _evidence(page: Page) -> set[str]:
    """What of a document looks the same in every language, as keys."""
    return set(_keys(page))


def _keys(page: Page) -> Iterator[str]:
    for block in page.blocks:
        if isinstance(block, Wall):
            if block.kind != "title":
                yield f"{block.kind}:{block.key}"
            continue
        for code in block.codes:
            if code.kind in _TELLING and code.payload:
                yield f"{code.kind}:{code.payload}"
        text = codes.plain(block.text)
        for url in _URL.findall(text):
            yield f"link:{url}"
        for number in _NUMBER.findall(text):
            yield "#" + re.sub("[.,]", "", number)


def _strength(key: str) -> float:
    """How much it says that a document has it, if no other one does."""
    if key.startswith("#"):
        return 0.5 if len(key) > _LONG_NUMBER else 0.1
    return 1.0


def _where(documents: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """The documents in which a key is found, for all keys."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, keys in documents.items():
        for key in keys:
            found[key].append(name)
    return found


def _affordable(
    here: Mapping[str, Sequence[str]], there: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """The keys in order of rarity, as long as there is time to look at them."""
    budget = _MOST_NAMED
    for cost, key in sorted((len(here[key]) * len(there[key]), key) for key in here):
        budget -= cost
        if budget < 0:
            return
        yield key


def _total(keys: Iterable[str], weights: Mapping[str, float]) -> float:
    """What a document could share; summed in a fixed order, as sets have none."""
    return sum(weights[key] for key in sorted(keys) if key in weights)
