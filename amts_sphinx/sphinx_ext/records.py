"""What the environment remembers of each translated page.

Kept in Sphinx's environment: it comes home from parallel readers, disappears with its
page, and survives to the next build.  It holds numbers and digests, and of the text the
sentences that have to be revised.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from amts_sphinx.report.quality import Quality
from amts_sphinx.report.report import StaleSentence
from amts_sphinx.text import codes
from amts_sphinx.text.units import Message, Origin, Translation

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


@dataclass
class PageRecord:
    """One page as it was read last."""

    segments: Counter[str] = field(default_factory=Counter)  #: by origin
    characters: Counter[str] = field(default_factory=Counter)  #: of the source
    hits: Counter[str] = field(default_factory=Counter)  #: segments by rung
    split: int = 0  #: messages that had to be split into sentences while reading
    uncollected: int = 0  #: segments the engine was never asked about
    fresh: int = 0  #: segments that were not on the page when it was last read
    seen: set[bytes] = field(default_factory=set)  #: short hashes of all segments
    seconds: float = 0.0  #: processor time its translation took
    digest: str = ""  #: of every translation on the page
    stale: list[StaleSentence] = field(default_factory=list)

    def count(self, message: Message, translation: Translation) -> None:
        """Add one translation of a part of a message."""
        origin = translation.origin.value
        self.segments[origin] += translation.segments
        self.characters[origin] += translation.characters
        self.hits[translation.rung.value] += translation.segments
        if translation.origin is Origin.STALE:
            shown = [code.payload for code in (*message.codes, *translation.codes)]
            source = message.text[translation.start : translation.end]
            self.stale.append(
                StaleSentence(
                    translation.was,
                    codes.plain(codes.fold_space(source), shown),
                    codes.plain(translation.text, shown),
                    translation.likeness,
                )
            )


@dataclass
class Records:
    """All pages, and what they were translated with."""

    pages: dict[str, PageRecord] = field(default_factory=dict)
    #: digest of memory, engine and settings; equal: no page can have changed
    fingerprint: str = ""
    quality: Quality | None = None  #: as the status page tells it


def records(env: BuildEnvironment) -> Records:
    """The records of this environment; made when first asked for."""
    found = getattr(env, "amts_records", None)
    if not isinstance(found, Records):
        found = Records()
        env.amts_records = found  # type: ignore[attr-defined] # pickled with env
    return found


def short_hash(segment: str) -> bytes:
    """Eight bytes that tell one segment from another."""
    return blake2b(segment.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def translations_digest(translations: Iterable[Translation]) -> str:
    """Digest of what was found for a page, in order."""
    digest = blake2b(digest_size=16)
    for found in translations:
        part = f"{found.text}\0{found.rung}\0{found.codes}\0{found.was}\0"
        digest.update(part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
