"""Work saved, as three numbers that are never one.

*Measured* is what people did to drafts.  *Projected* is for machine text that nobody
has edited yet: what the same engine was measured to cost in the same language, and
nothing where it was never measured; no constant stands in for people.  *Reused* is
human text that stays because its source did not change; it is the largest honest
saving of keeping a book in sync.

The figure depends wholly on the formula, so the formula and all that goes into it are
part of the result.  Edit distance understates reading and looking up terms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

from amts_sphinx.evaluation.edit_rate import Band, Edits, bands
from amts_sphinx.text.units import Origin

#: the AMTS article's goal for work saved: a line in a drawing, in no formula
GOAL: Final = 0.80

FORMULA: Final = (
    "saved = 1 - sum(effort * characters) / sum(characters); effort: human 0, "
    "stale 1 - similarity, machine the measured edit rate of the same engine and "
    "language, untranslated 1, failed 1"
)
KEPT: Final = "kept = 1 - sum(min(edits, length)) / sum(length)"


@dataclass(frozen=True, slots=True)
class Edited:
    """A draft that people have made a final of."""

    length: int  #: tokens of the final
    edits: int  #: tokens put in, taken out or replaced
    characters: int  #: of the source, codes left out


@dataclass(frozen=True, slots=True)
class Measured:
    """What people did to the drafts of one engine in one language."""

    drafts: int
    characters: int  #: of their sources
    length: int  #: tokens of their finals
    edits: int  #: in all, each draft counted as rewritten at most
    untouched: int  #: drafts without an edit
    bands: tuple[Band, ...]  #: by similarity, ``text`` as share of the finals' tokens
    formula: str = KEPT

    @property
    def kept(self) -> float | None:
        """Share of the text that survived, 0 to 1; None where nothing was edited."""
        return 1 - self.edits / self.length if self.length else None

    @property
    def untouched_share(self) -> float | None:
        """Share of the drafts that nobody changed, 0 to 1; None without drafts."""
        return self.untouched / self.drafts if self.drafts else None


@dataclass(frozen=True, slots=True)
class Engine:
    """Which machine, and into which language: rates of others tell nothing."""

    name: str
    language: str  #: Amazon Translate code of the target


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of a book with one origin."""

    origin: Origin
    characters: int  #: of the source, codes left out
    similarity: float = 1.0  #: of a stale one: its old source to the new one, 0 to 1
    engine: Engine | None = None  #: of a machine's


@dataclass(frozen=True, slots=True)
class Share:
    """What one kind of text adds to the effort."""

    origin: Origin
    engine: Engine | None  #: of machine text
    characters: int
    effort: float | None  #: in characters to be written; None without a measurement


@dataclass(frozen=True, slots=True)
class Workload:
    """The three numbers for one language of a book, and what they were made of."""

    measured: tuple[tuple[Engine, Measured], ...]  #: by engine and language, sorted
    inputs: tuple[Share, ...]  #: by origin and engine, sorted
    formula: str = FORMULA

    @property
    def characters(self) -> int:
        """Of all text."""
        return sum(share.characters for share in self.inputs)

    @property
    def reused(self) -> float | None:
        """Share of the text that is a person's, its source unchanged, 0 to 1.

        None where there is no text.
        """
        human = sum(s.characters for s in self.inputs if s.origin is Origin.HUMAN)
        return human / self.characters if self.characters else None

    @property
    def projected(self) -> float | None:
        """Share of machine text that nobody edited which should survive, 0 to 1.

        None: there is no measurement yet for some of it, or no such text.
        """
        return _saved(s for s in self.inputs if s.origin is Origin.MACHINE)

    @property
    def saved(self) -> float | None:
        """Share of the work of translating all anew that is not to be done.

        None as long as some machine text has no measurement, or there is no text.
        """
        return _saved(self.inputs)


def measured(finals: Iterable[Edited]) -> Measured:
    """Sum up what people did to drafts; one is counted as rewritten at most."""
    finals = list(finals)
    return Measured(
        drafts=len(finals),
        characters=sum(one.characters for one in finals),
        length=sum(one.length for one in finals),
        edits=sum(min(one.edits, one.length) for one in finals),
        untouched=sum(not one.edits for one in finals),
        bands=bands(Edits(one.edits, one.length) for one in finals),
    )


def workload(
    pieces: Iterable[Piece], measurements: Mapping[Engine, Measured]
) -> Workload:
    """Apply the formula to the text of a book as it stands.

    Machine text costs what its own engine was measured to cost in its own language;
    without such a measurement its effort is not known, and so is not the book's.
    """
    kinds: dict[tuple[Origin, Engine | None], list[Piece]] = defaultdict(list)
    for piece in pieces:
        machine = piece.origin is Origin.MACHINE
        kinds[piece.origin, piece.engine if machine else None].append(piece)
    shares = [
        Share(
            origin,
            engine,
            sum(piece.characters for piece in found),
            _effort(origin, found, measurements.get(engine) if engine else None),
        )
        for (origin, engine), found in kinds.items()
    ]
    known = sorted(measurements.items(), key=lambda found: _names(found[0]))
    return Workload(tuple(known), tuple(sorted(shares, key=_place)))


def _effort(
    origin: Origin, pieces: Sequence[Piece], rate: Measured | None
) -> float | None:
    """Characters of these that are still to be written, as the formula says."""
    size = sum(piece.characters for piece in pieces)
    match origin:
        case Origin.HUMAN:
            return 0.0
        case Origin.STALE:
            return fsum((1 - piece.similarity) * piece.characters for piece in pieces)
        case Origin.MACHINE:
            kept = rate.kept if rate else None
            return None if kept is None else (1 - kept) * size
        case _:
            return float(size)


def _saved(shares: Iterable[Share]) -> float | None:
    """One minus effort by characters; None where either is not known."""
    efforts: list[float] = []
    characters = 0
    for share in shares:
        if share.effort is None:
            return None
        efforts.append(share.effort)
        characters += share.characters
    return 1 - fsum(efforts) / characters if characters else None


def _place(share: Share) -> tuple[int, tuple[str, str]]:
    """Shares stand in the order of origins, machines by name and language."""
    return list(Origin).index(share.origin), _names(share.engine)


def _names(engine: Engine | None) -> tuple[str, str]:
    return (engine.name, engine.language) if engine else ("", "")
