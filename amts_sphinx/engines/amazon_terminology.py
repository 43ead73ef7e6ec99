"""A book's glossary as the service keeps it: by a name made of its content.

So a changed glossary is another one, no answer depends on a glossary of yesterday, and
to import the same file twice changes nothing.
"""

from __future__ import annotations

import csv
import io
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from amts_sphinx.bitext.terminology import VARIANTS
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.quotas import TERMINOLOGY_FILE, TERMINOLOGY_TERM
from amts_sphinx.engines.secrets import redacted


class Terminology(NamedTuple):
    """A glossary for one pair of languages."""

    name: str  #: what the service calls it
    digest: str  #: SHA-256 of the content, in hexadecimal
    content: bytes  #: CSV, the first row the codes of the languages

    def import_by(self, client: Any) -> str:
        """Have the service keep it, which is not billed.

        Returns what the service left out, in one line, or "".
        Raises EngineError if it cannot.
        """
        try:
            answer = client.import_terminology(
                Name=self.name,
                MergeStrategy="OVERWRITE",
                TerminologyData={"File": self.content, "Format": "CSV"},
            )
        except Exception as error:  # noqa: BLE001 - boto3's are not known here
            message = f"the terminology cannot be imported: {redacted(error)}"
            raise EngineError(message) from None
        skipped = answer.get("TerminologyProperties", {}).get("SkippedTermCount", 0)
        return f"{skipped} terms of the terminology were left out" if skipped else ""


def read_terminology(path: Path, source: str, target: str) -> Terminology:
    """The glossary in a CSV file, checked before anything is sent.

    Raises EngineError, with file and line, if the service could not use it as it is.
    """
    try:
        content = path.read_bytes()
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        rows, lines = [], []
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
    except OSError as error:
        message = f"{path.name}: cannot be read ({error.strerror})"
        raise EngineError(message) from None
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"{path.name}: is no CSV file in UTF-8 ({error})"
        raise EngineError(message) from None
    if len(content) > TERMINOLOGY_FILE.most:
        message = f"{path.name}: is larger than 10 MiB; leave rare terms out"
        raise EngineError(message)
    head = [cell.strip() for cell in rows[0]] if rows else []
    if not head or head[0] != source or target not in head[1:]:
        message = f"{path.name}:1: the first row must begin with {source},{target}"
        raise EngineError(message)
    column = head.index(target)
    seen: dict[str, str] = {}
    for number, row in zip(lines[1:], rows[1:], strict=True):
        problem = _problem(row, column) if row else ""
        if row and not problem:
            term, words = row[0].strip(), _first(row[column])
            if seen.setdefault(term, words) != words:
                problem = f"{term} has another translation above; delete one of them"
        if problem:
            message = f"{path.name}:{number}: {problem}"
            raise EngineError(message)
    terms = [(row[0].strip(), _first(row[column])) for row in rows[1:] if row]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([(source, target), *sorted(set(terms))])
    clean = out.getvalue().encode()
    digest = sha256(clean).hexdigest()
    return Terminology(f"amts-{source}-{target}-{digest[:32]}", digest, clean)


def _first(cell: str) -> str:
    """The translation that is preferred; the service puts in no other."""
    return cell.partition(VARIANTS)[0].strip()


def _problem(row: list[str], column: int) -> str:
    """What is wrong with a row, and what to do about it."""
    if len(row) <= column or not row[0].strip() or not _first(row[column]):
        return "a term or its translation is missing; fill it in or delete the row"
    most = TERMINOLOGY_TERM.most
    if any(len(c.strip().encode()) > most for c in (row[0], _first(row[column]))):
        return f"a term is longer than {most} bytes; shorten it or delete the row"
    return ""
