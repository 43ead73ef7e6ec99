"""The memory on disk: text that people commit, compare, merge and mend by hand.

One unit a line, as JSON, sorted by document and source, so that a changed sentence is a
changed line and two people's changes meet only where they changed the same sentence
or, for git, lines beside each other; then both sides are read, each marker told of.
Each line that we wrote carries a checksum of itself.  A line without one, or with one
that is no longer true, was mended by a person: it is taken as it is, goes before
whatever a book or the aligner says, and is written back without a checksum.

    {"source": "…", "target": "…", "codes": [["math", "x"]], "document": "intro", …}
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from amts_sphinx.memory.soundness import sound
from amts_sphinx.text import codes
from amts_sphinx.text.pages import write_text
from amts_sphinx.text.units import Code, Origin, TranslationUnit

SUFFIX = ".jsonl"
#: what machines answered lies beside what people stand behind, in a form of its own
DRAFTS = "drafts.jsonl"

Tell = Callable[[str], None]


class Line(NamedTuple):
    """One line of a memory file."""

    unit: TranslationUnit
    by_hand: bool = False  #: a person wrote or changed it
    number: int = 0  #: in its file, from 1; 0 if it comes from none


class WrongError(ValueError):
    """What is wrong with a line, and what to do about it; in one line."""


def memory_files(folder: Path) -> list[Path]:
    """All memory files of a language's folder, sorted; drafts are none."""
    found = (path for path in folder.rglob(f"*{SUFFIX}") if path.name != DRAFTS)
    return sorted(path for path in found if path.is_file())


def read(path: Path, tell: Tell, name: str = "") -> list[Line]:
    """The well-formed lines of a memory file.

    ``tell`` is told of each other line in one line of its own, with the file's name
    (``name``, or as given) and the line's number.  Raises OSError if the file cannot be
    read at all.
    """
    found: list[Line] = []
    for number, raw in enumerate(path.read_bytes().split(b"\n"), 1):
        data = raw.strip().removeprefix(b"\xef\xbb\xbf")
        if not data:
            continue
        try:
            found.append(_line(data)._replace(number=number))
        except WrongError as wrong:
            tell(f"{name or path}:{number}: {wrong}")
    return found


def write(path: Path, lines: Iterable[Line]) -> None:
    """Write a memory file as a whole or not at all: sorted, each line once."""
    # of a unit that is there twice the line that has more to say is kept
    ordered = sorted(lines, key=lambda line: (line.by_hand, line.unit.confidence))
    texts = {_key(line.unit): dump(line) for line in ordered if _is_text(line.unit)}
    write_text(path, "".join(f"{texts[key]}\n" for key in sorted(texts)))


def _is_text(unit: TranslationUnit) -> bool:
    """Would the unit be read again?  A book may hold characters that no text has."""
    payloads = (part for code in unit.source_codes + unit.target_codes for part in code)
    texts = (unit.source, unit.target, unit.document, *payloads)
    return not any(map(codes.UNTEXT.search, texts))


def dump(line: Line) -> str:
    """One line of a memory file."""
    unit = line.unit
    data: dict[str, object] = {"source": unit.source, "target": unit.target}
    optional = {
        "codes": unit.source_codes,
        "own": unit.target_codes,
        "cuts": unit.cuts,
        "document": unit.document,
        "before": unit.before,
        "after": unit.after,
        "origin": "" if unit.origin is Origin.HUMAN else unit.origin.value,
    }
    data.update({name: value for name, value in optional.items() if value})
    if unit.confidence != 1 and not line.by_hand:
        data["confidence"] = round(unit.confidence, 3)
    if not line.by_hand:
        data["sum"] = checksum(data)
    return json.dumps(data, ensure_ascii=False)


def _key(unit: TranslationUnit) -> tuple[object, ...]:
    """What a file is sorted by."""
    place = unit.source_codes, unit.before, unit.after
    rest = unit.target_codes, unit.cuts, unit.origin
    return unit.document, unit.source, *place, unit.target, *rest


def checksum(data: dict[str, object]) -> str:
    """Eight hexadecimal digits that change when anything else on the line does."""
    text = json.dumps(data, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=4).hexdigest()


def fields(data: bytes) -> dict[str, Any]:
    """What one line of a file holds.

    Raises WrongError if it is no JSON object.
    """
    if data.startswith((b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")):
        message = "a merge was not finished; keep the lines you want, delete this one"
        raise WrongError(message)
    try:
        parsed = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8; save the file as UTF-8"
        raise WrongError(message) from None
    except (ValueError, RecursionError):
        message = "is not JSON; mend the line or take it from an earlier state"
        raise WrongError(message) from None
    if not isinstance(parsed, dict):
        message = 'is no object; expected {"source": "…", "target": "…"}'
        raise WrongError(message)
    return parsed


def _line(data: bytes) -> Line:
    """Read one line.

    Raises WrongError if it is not well-formed.
    """
    parsed = fields(data)
    given = parsed.pop("sum", "")
    by_hand = given != checksum(parsed)
    unit = _unit(parsed, by_hand=by_hand)
    if not sound(unit):
        message = (
            "the codes of the target are not those of the source; each <x id=…/> and "
            "<g id=…>…</g> must stand in the target once"
        )
        raise WrongError(message)
    return Line(unit, by_hand)


def _unit(data: dict[str, Any], *, by_hand: bool) -> TranslationUnit:
    """A unit from a parsed line.

    Raises WrongError that names the first field that is not as it must be.
    """
    source, target = text_field(data, "source"), text_field(data, "target")
    if not source.strip() or not target.strip():
        message = "source and target must say something; delete the line instead"
        raise WrongError(message)
    origin = text_field(data, "origin", Origin.HUMAN.value)
    if origin not in (Origin.HUMAN, Origin.MACHINE):
        message = f'"origin" must be "human" or "machine", not {origin!r}'
        raise WrongError(message)
    confidence = 1.0 if by_hand else data.get("confidence", 1.0)
    if not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        message = '"confidence" must be a number from 0 to 1'
        raise WrongError(message)
    return TranslationUnit(
        source,
        target,
        tuple(codes_field(data, "codes")),
        tuple(codes_field(data, "own")),
        _cuts(data, source),
        text_field(data, "document", ""),
        confidence=float(confidence),
        origin=Origin(origin),
        before=text_field(data, "before", ""),
        after=text_field(data, "after", ""),
    )


def text_field(data: dict[str, Any], name: str, default: str | None = None) -> str:
    """A field that is a text; without a default it has to be there.

    Raises WrongError if it is none, or holds what no text has.
    """
    value = data.get(name, default)
    if not isinstance(value, str):
        problem = "is missing" if name not in data else "must be a text"
        message = f'"{name}" {problem}'
        raise WrongError(message)
    if codes.UNTEXT.search(value):
        message = f'"{name}" holds a control character; take it out'
        raise WrongError(message)
    return value


def codes_field(data: dict[str, Any], name: str) -> Iterator[Code]:
    """A field that is a list of codes.

    Raises WrongError if it is none.
    """
    value = data.get(name, [])
    if not isinstance(value, list):
        value = [None]
    for code in value:
        if (
            not isinstance(code, list)
            or len(code) != len(Code._fields)
            or not all(isinstance(part, str) for part in code)
        ):
            message = f'"{name}" must be a list of pairs such as ["math", "x^2"]'
            raise WrongError(message)
        if any(map(codes.UNTEXT.search, code)):
            message = f'"{name}" holds a control character; take it out'
            raise WrongError(message)
        yield Code(*code)


def _cuts(data: dict[str, Any], source: str) -> tuple[int, ...]:
    value = data.get("cuts", [])
    if (
        not isinstance(value, list)
        or not all(isinstance(cut, int) and 0 < cut < len(source) for cut in value)
        or sorted(set(value)) != value
    ):
        message = '"cuts" must be rising offsets of sentences within the source'
        raise WrongError(message)
    return tuple(value)
