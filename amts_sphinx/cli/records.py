"""What became of the records of an import, in words.

The service imports record by record, and an import may end well though some are
missing.  It tells how many, and keeps a file that says which; there a record is a
number, which nobody can look up, so the page and the line it is of are told with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from amts_sphinx.cli.tables import counted
from amts_sphinx.cli.terminal import say

if TYPE_CHECKING:
    from amts_sphinx.engines.amazon_door import Door, Imported

#: how the service calls a record, such as "Number 5 TU element" (as it is documented)
_RECORD = re.compile(r"Number (\d+)")
#: so much of a text tells which one it is
_BEGINNING = 40


def details(service: Door, found: Imported) -> list[str]:
    """The service's own lines about records, without anybody's account."""
    from amts_sphinx.engines.secrets import redacted  # noqa: PLC0415 - with the engine

    lines = service.parallel_data_details(found.details) if found.details else []
    return [redacted(line) for line in lines]


def trouble(found: Imported) -> bool:
    """Did an import lose anything, or all of it?"""
    return bool(found.failed or found.skipped or found.status == "FAILED")


def tell(name: str, found: Imported, lines: list[str], *, as_json: bool) -> None:
    """Say how an import stands; its ``lines`` about records in JSON only."""
    from amts_sphinx.engines.secrets import redacted  # noqa: PLC0415 - with the engine

    told = {
        "name": name,
        "status": found.status,
        "imported": found.records,
        "failed": found.failed,
        "skipped": found.skipped,
        "message": redacted(found.message),
        "details": lines,
    }
    if as_json:
        say(json.dumps(told, indent=1).splitlines())
        return
    imported = counted(found.records, "record")
    counts = f"{found.failed:,} failed, {found.skipped:,} skipped"
    say([f"{name}: {found.status}; {imported} imported, {counts}"])
    if told["message"]:
        say([f"{name}: {told['message']}"])


def missing(content: bytes, found: Imported, lines: list[str]) -> Iterator[str]:
    """A line for each record of a TMX file that did not arrive."""
    units = list(ET.fromstring(content).iter("tu"))  # noqa: S314 - checked by read_tmx, or ours
    for line in lines:
        named = _RECORD.search(line)
        number = int(named[1]) if named else 0
        known = 0 < number <= len(units)
        yield f"{_place(units[number - 1])}: {line}" if known else line
    silent = len(units) - found.records - found.failed - found.skipped
    if silent > 0:
        told = counted(silent, "record more is", "records more are")
        yield f"{told} missing, and the service does not say which"


def _place(unit: ET.Element) -> str:
    """Where a unit is from, as PAGE:LINE if that is known, and how it begins."""
    props = {prop.get("type"): prop.text or "" for prop in unit.iter("prop")}
    parts = (props.get("x-document", ""), props.get("x-line", ""))
    text = unit.findtext("tuv/seg", "")
    return f"{':'.join(filter(None, parts))} {text[:_BEGINNING]!r}".strip()
