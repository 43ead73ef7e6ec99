"""One parallel data resource, and the end of an import into it, good or bad.

The file is read at the end of the import, not before: who deletes it too early learns
it here.  An update that fails leaves what was there, and only its own status says so.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from amts_sphinx.testing.standin.pairs import Pairs, PairsError, read_table
from amts_sphinx.testing.standin.pairs_tmx import read_tmx
from amts_sphinx.testing.standin.storage import Storage, StorageError

_DELIMITERS = {"CSV": ",", "TSV": "\t"}


@dataclass(slots=True)
class Resource:
    """One of them."""

    properties: dict[str, Any]  #: what the service tells about it
    pairs: Pairs | None = None  #: of the last import that went well
    file: bytes = b""  #: the same
    #: errors and warnings of the creation and of the latest update, as JSON
    created: bytes = b""
    updated: bytes = b""
    #: the request whose file is being imported, and since when
    pending: dict[str, Any] | None = None
    began: float = 0.0

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.properties["Name"])

    @property
    def updating(self) -> bool:
        """Is or was there an update, rather than the creation only?"""
        return "LatestUpdateAttemptStatus" in self.properties


def finish(resource: Resource, storage: Storage) -> None:
    """End the import that is under way."""
    request, resource.pending = resource.pending or {}, None
    config, now = request["ParallelDataConfig"], round(time.time(), 3)
    pairs, why = Pairs("", ()), ""
    try:
        file = storage.read(config["S3Uri"])
        kind = config["Format"]
        pairs = read_tmx(file) if kind == "TMX" else read_table(file, _DELIMITERS[kind])
        if not pairs.rows:
            why = "No record of the input file could be imported"
    except (PairsError, StorageError) as error:
        why = str(error)
        pairs.fail("The input file", why)
    report = json.dumps(pairs.report()).encode() if pairs.messages else b""
    told = resource.properties
    if resource.updating:
        resource.updated = report
        told["LatestUpdateAttemptStatus"] = "FAILED" if why else "ACTIVE"
    else:
        resource.created = report
    told["Message"] = why or None
    if why:
        if not resource.pairs:  # of data that are there an update changes nothing
            told |= {"Status": "FAILED", **_counts(pairs)}
        return
    resource.pairs, resource.file = pairs, file
    told |= {
        "Status": "ACTIVE",
        "ParallelDataConfig": config,
        "Description": request.get("Description", told["Description"]),
        "SourceLanguageCode": pairs.source,
        "TargetLanguageCodes": list(pairs.targets),
        "LastUpdatedAt": now,
        **_counts(pairs),
    }


def _counts(pairs: Pairs) -> dict[str, int]:
    return {
        "ImportedDataSize": pairs.size,
        "ImportedRecordCount": len(pairs.rows),
        "FailedRecordCount": pairs.failed,
        "SkippedRecordCount": pairs.skipped,
    }
