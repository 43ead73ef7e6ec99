"""Custom terminologies: imported from CSV or TSV, listed, fetched, deleted, looked up.

Their rules are the documented ones: the first row holds language codes, the first
column is the source unless directionality is MULTI, a term has 200 bytes at most and
stands once.  Times are counted, not told, so that equal tests have equal answers.
"""

from __future__ import annotations

import csv
import io
import threading
from dataclasses import dataclass
from typing import Any

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.text.languages import PROFILES

_TERM_BYTES = 200
_MOST = 100
_EPOCH = 1_700_000_000


@dataclass(frozen=True, slots=True)
class Terminology:
    """One terminology as it was imported."""

    properties: dict[str, Any]  #: what the service tells about it
    languages: tuple[str, ...]  #: of the columns
    rows: tuple[tuple[str, ...], ...]  #: without what was skipped
    file: bytes  #: as it was imported

    def terms(self, source: str, target: str) -> dict[str, str]:
        """Translations of its terms between two languages; none if it lacks one."""
        multi = self.properties["Directionality"] == "MULTI"
        sources = self.languages if multi else self.languages[:1]
        if source not in sources or target not in self.languages:
            return {}
        mine, theirs = self.languages.index(source), self.languages.index(target)
        return {
            row[mine]: row[theirs] for row in self.rows if row[mine] and row[theirs]
        }


class Terminologies:
    """All terminologies of the account that the stand-in is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Terminology] = {}
        self._now = _EPOCH

    def get(self, name: str) -> Terminology:
        """Raises ServiceError if there is none of this name."""
        with self._lock:
            if name not in self._known:
                message = f"Terminology {name!r} not found"
                raise ServiceError(errors.RESOURCE_NOT_FOUND, message)
            return self._known[name]

    def delete(self, name: str) -> None:
        """Raises ServiceError if there is none of this name."""
        self.get(name)
        with self._lock:
            self._known.pop(name, None)

    def all(self) -> list[Terminology]:
        """All of them, by name."""
        with self._lock:
            return [self._known[name] for name in sorted(self._known)]

    def put(self, request: dict[str, Any], arn: str) -> Terminology:
        """Import one in place of what has its name.

        Raises ServiceError if the file is no terminology, or there are too many.
        """
        name, data = request["Name"], request["TerminologyData"]
        languages, rows, skipped = _read(data["File"], data["Format"])
        with self._lock:
            if name not in self._known and len(self._known) >= _MOST:
                message = f"There may be {_MOST} terminologies at most"
                raise ServiceError(errors.LIMIT_EXCEEDED, message)
            self._now += 1
            before = self._known.get(name)
            properties = {
                "Name": name,
                "Description": request.get("Description", ""),
                "Arn": arn,
                "SourceLanguageCode": languages[0],
                "TargetLanguageCodes": list(languages[1:]),
                "SizeBytes": len(data["File"]),
                "TermCount": len(rows),
                "CreatedAt": before.properties["CreatedAt"] if before else self._now,
                "LastUpdatedAt": self._now,
                "Directionality": data.get("Directionality", "UNI"),
                "SkippedTermCount": skipped,
                "Format": data["Format"],
            }
            self._known[name] = Terminology(properties, languages, rows, data["File"])
            return self._known[name]


def _read(
    file: bytes, kind: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], int]:
    """Languages, rows, and how many rows were skipped."""
    if kind == "TMX":
        message = "Stand-in: terminologies in TMX are not built yet; use CSV"
        raise ServiceError(errors.INVALID_PARAMETER_VALUE, message)
    try:
        text = io.StringIO(file.decode("utf-8-sig"), newline="")
        delimiter = "," if kind == "CSV" else "\t"
        table = list(csv.reader(text, delimiter=delimiter, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        message = f"The terminology file cannot be read: {error}"
        raise ServiceError(errors.INVALID_PARAMETER_VALUE, message) from None
    languages = tuple(code.strip() for code in table[0]) if table else ()
    unknown = [code for code in languages if code not in PROFILES]
    if len(languages) < 2 or unknown or len(set(languages)) < len(languages):  # noqa: PLR2004 - a source and a target
        message = f"The first row must hold two or more language codes, not {languages}"
        raise ServiceError(errors.INVALID_PARAMETER_VALUE, message)
    rows: dict[str, tuple[str, ...]] = {}
    wanted = [row for row in table[1:] if row]
    for row in wanted:
        if _right(row, len(languages)):
            rows.setdefault(row[0], tuple(row))
    return languages, tuple(rows.values()), len(wanted) - len(rows)


def _right(row: list[str], columns: int) -> bool:
    """Is a row one term?"""
    return (
        len(row) == columns
        and bool(row[0].strip())
        and any(cell.strip() for cell in row[1:])
        and all(len(cell.encode()) <= _TERM_BYTES for cell in row)
    )
