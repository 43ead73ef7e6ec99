"""Which programs Apertium runs, one after the other, to translate a language pair.

An installed pair has a mode file: one line of shell, programs joined by ``|``.  It is
read here, not run by a shell, because the ``apertium`` command itself cannot be kept
open: its deformatter takes away the NUL bytes by which one text is told from the next.
Each program flushes at a NUL when it is given ``-z``; ``-n`` in place of ``$1`` has
unknown words written without a mark; ``$2`` stands for nothing we want.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

from amts_sphinx.engines.engine import EngineError

#: where Debian's packages put mode files
MODES = Path("/usr/share/apertium/modes")

#: Apertium's names of Amazon Translate's languages, the most exact first; older pairs
#: know a language by its code of two letters
_NAMES: Final = {
    "af": ("afr",),
    "bg": ("bul",),
    "bs": ("hbs_BS", "hbs"),
    "ca": ("cat",),
    "cy": ("cym",),
    "da": ("dan",),
    "en": ("eng",),
    "es": ("spa",),
    "fr": ("fra",),
    "hi": ("hin",),
    "hr": ("hbs_HR", "hbs"),
    "id": ("ind",),
    "is": ("isl",),
    "it": ("ita",),
    "kk": ("kaz",),
    "mk": ("mkd",),
    "ms": ("zlm",),
    "mt": ("mlt",),
    "nl": ("nld",),
    "no": ("nob", "nor"),
    "pl": ("pol",),
    "pt": ("por_BR", "pt_BR", "por"),
    "pt-PT": ("por_PT", "pt_PT", "por"),
    "ro": ("ron",),
    "ru": ("rus",),
    "sl": ("slv",),
    "sr": ("hbs_SR", "hbs"),
    "sv": ("swe",),
    "tr": ("tur",),
    "uk": ("ukr",),
    "ur": ("urd",),
}
#: the pairs in Debian, as its packages are called; one holds both directions, if the
#: pair has both
_PACKAGES: Final = frozenset(
    {"afr-nld", "cat-ita", "dan-nor", "eng-cat", "eng-spa", "es-pt", "es-ro", "fr-es"}
    | {"fra-cat", "hbs-eng", "hbs-mkd", "hbs-slv", "ind-zlm", "isl-eng", "isl-swe"}
    | {"mkd-bul", "mkd-eng", "por-cat", "rus-ukr", "spa-cat", "spa-ita", "swe-dan"}
    | {"swe-nor", "urd-hin"}
)


def commands(source: str, target: str) -> tuple[tuple[str, ...], ...]:
    """The programs for a pair of Amazon Translate codes, in order, with arguments.

    Raises EngineError, in one line, if Apertium or the pair is not installed.
    """
    mode = _mode(source, target)
    if mode is None:
        raise EngineError(_not_installed(source, target))
    stages = tuple(_stages(mode.read_text("utf-8")))
    for program, *_ in stages:
        if not shutil.which(program):
            message = f"{program} is missing; {_not_installed(source, target)}"
            raise EngineError(message)
    return stages


def _stages(mode: str) -> Iterator[tuple[str, ...]]:
    """The programs of a mode file."""
    for stage in mode.split("|"):
        program, *arguments = shlex.split(stage)
        given = ("-n" if word == "$1" else word for word in arguments)
        yield program, "-z", *(word for word in given if word != "$2")


def _names(code: str) -> tuple[str, ...]:
    base = code.partition("-")[0]
    return *_NAMES.get(code, _NAMES.get(base, ())), base


def _pairs(source: str, target: str) -> Iterator[str]:
    """What a pair may be called, the most exact name first."""
    for pair in product(_names(source), _names(target)):
        yield "-".join(pair)


def _mode(source: str, target: str) -> Path | None:
    files = (MODES / f"{pair}.mode" for pair in _pairs(source, target))
    return next(filter(Path.is_file, files), None)


def _not_installed(source: str, target: str) -> str:
    """What is to be done about a pair that is not there."""
    either = (*_pairs(source, target), *_pairs(target, source))
    package = next(filter(_PACKAGES.__contains__, either), None)
    one_way = _mode(target, source) and not _mode(source, target)
    if package is None or one_way:
        return f"Apertium does not translate {source} to {target}"
    packages = f"apertium apertium-{package}"
    return f"Apertium is not installed for this pair (Debian: apt install {packages})"
