"""What is wrong with a batch job before it begins, as far as Amazon's documents say.

Which error Amazon has for it they mostly leave open; here it is an invalid request, as
for everything a client cannot mend by waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.adapting import looked
from amts_sphinx.testing.standin.calls import Call, stored
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.storage import StorageError, place
from amts_sphinx.text.languages import PROFILES

#: quotas of a job, as documented: languages, documents, and bytes of all documents;
#: tests that reach them make them smaller
TARGETS, DOCUMENTS, BYTES = 10, 1_000_000, 5 * 1024**3


def documents(call: Call) -> int:
    """How many documents there are.

    Raises ServiceError if a job cannot begin.
    """
    request = call.request
    source, targets = request["SourceLanguageCode"], request["TargetLanguageCodes"]
    for target in targets:
        if target not in PROFILES or source not in {*PROFILES, "auto"}:
            message = f"Unsupported language pair: {source} to {target}"
            members = {"SourceLanguageCode": source, "TargetLanguageCode": target}
            raise ServiceError(errors.UNSUPPORTED_LANGUAGE_PAIR, message, **members)
    storage, folder = stored(call), request["InputDataConfig"]["S3Uri"]
    try:
        message = _wrong(request)
        if not message:
            storage.check(folder, call.region)
            storage.check(request["OutputDataConfig"]["S3Uri"], call.region)
            names = storage.folder(folder)
            message = _unfit(folder, names)
    except StorageError as error:
        message = str(error)
    if message:
        raise ServiceError(errors.INVALID_REQUEST, message)
    return len(names)


def _wrong(request: Mapping[str, Any]) -> str:
    """What is wrong with a request in itself; empty if nothing is."""
    targets, kind = request["TargetLanguageCodes"], request["InputDataConfig"]
    if len(targets) > TARGETS or len(set(targets)) < len(targets):
        return f"A job has {TARGETS} different target languages at most"
    if "Brevity" in request.get("Settings", {}):
        return "Brevity is not supported by StartTextTranslationJob"
    if kind["ContentType"] not in {"text/html", "text/plain"}:
        kinds = "text/html or text/plain"
        return f"Stand-in: {kind['ContentType']} is not built; documents are {kinds}"
    if not place(kind["S3Uri"])[1].strip("/"):
        return f"{kind['S3Uri']} is a bucket; input documents must be in a folder"
    return ""


def _unfit(folder: str, names: Mapping[str, int]) -> str:
    """What is wrong with an input folder, names and sizes; empty if nothing is."""
    if not names:
        return f"There are no documents in {folder}"
    if any("details" in name.split("/")[:-1] for name in names):
        return "The input folder may not hold a folder named details"
    size = sum(names.values())
    if len(names) > DOCUMENTS or size > BYTES:
        return (
            f"A job has {DOCUMENTS} documents of {BYTES} bytes at most, not "
            f"{len(names)} of {size}"
        )
    return ""


def examples(call: Call) -> dict[str, dict[str, str]]:
    """The parallel data of a job, by target language.

    Raises ServiceError if they cannot be used; which error Amazon has for it is not
    documented, only that there must be one name, ACTIVE and with all languages.
    """
    names = call.request.get("ParallelDataNames", [])
    if not names:
        return {}
    resource = looked(call)[0].get(names[0])
    status, pairs = resource.properties["Status"], resource.pairs
    source = call.request["SourceLanguageCode"]
    targets = call.request["TargetLanguageCodes"]
    if len(names) > 1:
        message = f"One parallel data resource may be used, not {len(names)}"
    elif pairs is None or status != "ACTIVE":
        message = f"Parallel data {names[0]!r} must be ACTIVE, not {status}"
    elif source not in {pairs.source, "auto"} or not {*targets} <= {*pairs.targets}:
        message = (
            f"Parallel data {names[0]!r} are from {pairs.source} to "
            f"{', '.join(pairs.targets)}, not from {source} to {', '.join(targets)}"
        )
    else:
        return {target: pairs.between(target) for target in targets}
    raise ServiceError(errors.INVALID_REQUEST, message)
