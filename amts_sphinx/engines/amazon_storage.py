"""What Amazon keeps for a book: files in its folder of a bucket, and parallel data.

What is uploaded has a name made of its content, and is written once.  The bucket must
be the account's that the book names, which each call says, so a bucket that somebody
else has taken over gets nothing and gives nothing.  The service says by one error that
it is busy and that a region is full; so it is asked what it holds, for the one ends by
waiting, the other only if somebody deletes something.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from hashlib import sha256
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from amts_sphinx.engines.amazon_calls import BusyError, CallError, called, pages
from amts_sphinx.engines.amazon_sync import Place
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.secrets import redacted

#: what S3 says when a key is there already
_THERE = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_UNKNOWN, _LIMIT = "ResourceNotFoundException", "LimitExceededException"
_CONFLICT, _BUSY = "ConflictException", "ConcurrentModificationException"
_IMPORTING = frozenset({"CREATING", "UPDATING"})
_MAKE = "make the bucket in the region of the service, or name another one"
#: a question about the bucket itself is answered by a number only
_BUCKET = {
    "301": _MAKE,
    "400": "the credentials may have expired; sign in again",
    "403": "it is another account's, or amts iam-policy prints what has to be allowed",
    "404": _MAKE,
    "NoSuchBucket": _MAKE,
    "NoSuchKey": "somebody has deleted it",
}
_NAMES = {_UNKNOWN: "amts parallel-data list tells the names"}
#: whoever must wait says so
_WAIT = {**_NAMES, _BUSY: "", _CONFLICT: ""}
#: requests that the service may remember from before something was deleted
_REMEMBERED = 5


class Imported(NamedTuple):
    """The state of a parallel-data resource."""

    status: str  #: CREATING, UPDATING, ACTIVE, DELETING, FAILED
    records: int = 0
    failed: int = 0
    skipped: int = 0
    message: str = ""
    details: str = ""  #: where the service tells which records; for half an hour
    description: str = ""  #: of the data that are in use
    latest: str = ""  #: of an update: UPDATING, ACTIVE, or FAILED: the old data stay


class Storage:
    """Files and parallel data of one place, by clients of boto3 that are given."""

    def __init__(self, place: Place, s3: Any, translate: Any) -> None:
        self.place = place
        self._s3 = s3
        self._translate = translate

    # -- S3 ----------------------------------------------------------------------

    def check(self) -> None:
        """Is the bucket there, the account's, and in the region of the service?

        Raises EngineError with what to do about it.
        """
        what = f"the bucket: {self.place.bucket}"
        found = called(self._s3.head_bucket, **self._mine, what=what, hints=_BUCKET)
        region = found["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
        ours = self._translate.meta.region_name
        if region and region != ours:
            message = (
                f"the bucket {self.place.bucket!r} is in {region}, the service in "
                f"{ours}; use a bucket of the same region"
            )
            raise EngineError(redacted(message))

    def put(self, name: str, body: bytes, kind: str) -> bool:
        """Write once; False if it was there already.  Raises EngineError."""
        extra = {"SSEKMSKeyId": self.place.key} if self.place.key else {}
        if extra:
            extra["ServerSideEncryption"] = "aws:kms"
        try:
            self._file(
                self._s3.put_object,
                f"{self.place.prefix}/{name}",
                Body=body,
                ContentType=kind,
                IfNoneMatch="*",
                **extra,
            )
        except CallError as error:
            if error.name in _THERE:
                return False
            raise
        return True

    def get(self, uri: str) -> bytes:
        """What is at an ``s3://`` address, which must be in the book's bucket.

        Raises EngineError if it is not there.
        """
        parts = urlsplit(uri)
        if parts.scheme != "s3" or parts.netloc != self.place.bucket:
            message = "the service names a place outside of the book's bucket"
            raise EngineError(message)
        key = parts.path.lstrip("/")
        found = self._file(self._s3.get_object, key)
        try:
            content: bytes = found["Body"].read()
        except Exception as error:  # noqa: BLE001 - whatever the connection raises
            message = f"the bucket: {self.place.bucket}/{key}: {redacted(error)}"
            raise EngineError(redacted(message)) from None
        return content

    def _file(self, call: Any, key: str, **more: Any) -> Any:
        what = f"the bucket: {self.place.bucket}/{key}"
        return called(call, **self._mine, Key=key, **more, what=what, hints=_BUCKET)

    @property
    def _mine(self) -> dict[str, str]:
        return {
            "Bucket": self.place.bucket,
            "ExpectedBucketOwner": self.place.owner,
        }

    # -- parallel data -----------------------------------------------------------

    def create_parallel_data(
        self, name: str, uri: str, kind: str, *, description: str = "", attempt: int = 1
    ) -> None:
        """Have the service import a file; one of that name is as good.

        ``description`` says what the data are, such as the digest of their content.
        How long the service remembers a request, and does nothing when it comes again,
        nobody knows; what was made may have been deleted since.  So it is asked what is
        there, and if nothing is, asked anew, as another ``attempt``.

        Raises BusyError while it imports another one, EngineError if it refuses, if the
        region is full, or if an import of that name has failed before.
        """
        request = self._request(name, uri, kind, description)
        call = self._translate.create_parallel_data
        for number in range(attempt, attempt + _REMEMBERED):
            token = _token("create", request, number)
            try:
                what = _pairs(name)
                called(call, what=what, hints=_WAIT, **request, ClientToken=token)
            except CallError as error:
                if error.name != _CONFLICT:
                    raise self._refused(error, name, create=True) from None
                self._examine(name)
            if self.has_parallel_data(name):
                return
        message = f"{_pairs(name)}: the service says that it imports them, and does not"
        raise EngineError(redacted(message))

    def update_parallel_data(
        self, name: str, uri: str, kind: str, *, description: str = "", attempt: int = 1
    ) -> None:
        """Have the service import a file in place of what it holds under a name.

        What it holds is used until that ends well; if it ends badly, only ``latest``
        says so.  To go back to former data is a new request, since the time of the last
        change is part of its token.

        Raises BusyError while the service imports anything, EngineError if it refuses
        or there is nothing of that name.
        """
        request = self._request(name, uri, kind, description)
        at = self._found(name)["ParallelDataProperties"]
        changed = at.get("LatestUpdateAttemptAt") or at.get("CreatedAt")
        token = _token("update", request, attempt, changed and changed.timestamp())
        call = self._translate.update_parallel_data
        try:
            what = _pairs(name)
            found = called(call, what=what, hints=_WAIT, **request, ClientToken=token)
            _ = found["Status"]
        except CallError as error:
            raise self._refused(error, name, create=False) from None

    def _request(
        self, name: str, uri: str, kind: str, description: str
    ) -> dict[str, Any]:
        extra: dict[str, Any] = {"Description": description} if description else {}
        if self.place.key:
            extra["EncryptionKey"] = {"Type": "KMS", "Id": self.place.key}
        config = {"S3Uri": uri, "Format": kind}
        return {"Name": name, "ParallelDataConfig": config, **extra}

    def _examine(self, name: str) -> None:
        """Raise EngineError or BusyError if what has that name is of no use."""
        found = self.parallel_data(name)
        if found.status == "DELETING":
            raise BusyError(EngineError(f"{name} is being deleted"))
        if found.status == "FAILED":
            why = found.message or "no reason given"
            message = f"{_pairs(name)}: an import has failed: {why}; {_free(name)}"
            raise EngineError(redacted(message))

    def _refused(self, error: CallError, name: str, *, create: bool) -> Exception:
        """What it means that an import is refused: to wait, or to make room."""
        if error.name in {_BUSY, _CONFLICT}:
            return BusyError(error)
        if error.name != _LIMIT:
            return error
        try:
            held = list(self.all_parallel_data())
        except EngineError:
            return error  # the second error says less than the first
        for one in held:
            states = {one.get("Status"), one.get("LatestUpdateAttemptStatus")}
            if states & _IMPORTING:
                busy = f"{one.get('Name')} is being imported ({_LIMIT})"
                return BusyError(EngineError(busy))
        message = (
            f"{_pairs(name)}: the region holds {len(held):,} and takes no more "
            f"({_LIMIT}); amts parallel-data list tells their names, {_free('NAME')}"
        )
        return EngineError(redacted(message)) if create else error

    def parallel_data(self, name: str) -> Imported:
        """How far an import has come.  Raises EngineError if there is none."""
        found = self._found(name)
        at = found["ParallelDataProperties"]
        latest = str(at.get("LatestUpdateAttemptStatus", ""))
        which = "LatestUpdateAttemptAuxiliaryDataLocation"
        details = found.get(which if latest else "AuxiliaryDataLocation") or {}
        return Imported(
            # until an update has ended the service may call the old data ACTIVE
            latest if latest == "UPDATING" else str(at.get("Status", "")),
            int(at.get("ImportedRecordCount", 0)),
            int(at.get("FailedRecordCount", 0)),
            int(at.get("SkippedRecordCount", 0)),
            redacted(str(at.get("Message", ""))),
            str(details.get("Location", "")),
            str(at.get("Description", "")),
            latest,
        )

    def _found(self, name: str) -> Any:
        call = self._translate.get_parallel_data
        return called(call, Name=name, what=_pairs(name), hints=_NAMES)

    def has_parallel_data(self, name: str) -> bool:
        """Is there one of that name, in whatever state?  Raises EngineError."""
        try:
            self.parallel_data(name)
        except CallError as error:
            if error.name == _UNKNOWN:
                return False
            raise
        return True

    def parallel_data_details(self, url: str) -> list[str]:
        """What the service says of single records; [] if that cannot be had."""
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - a URL of the service
                found = json.load(answer)
            return [redacted(_record(line)) for line in found.get("messages", [])]
        except (OSError, HTTPException, ValueError, AttributeError, TypeError):
            return []

    def all_parallel_data(self) -> Iterator[Mapping[str, Any]]:
        """Everything that the account has."""
        call = self._translate.list_parallel_data
        yield from pages(call, "ParallelDataPropertiesList", "the parallel data")

    def delete_parallel_data(self, name: str) -> None:
        """Delete one.  Raises EngineError if there is none."""
        call = self._translate.delete_parallel_data
        _ = called(call, Name=name, what=_pairs(name), hints=_NAMES)["Status"]


def _pairs(name: str) -> str:
    return f"the parallel data: {name}"


def _free(name: str) -> str:
    """How a name, or a place, becomes free again."""
    return f"make it free by: amts parallel-data delete BOOK LANGUAGE {name}"


def _token(*parts: object) -> str:
    """The same for the same request only: with another one it would be refused."""
    return sha256(repr(parts).encode()).hexdigest()


def _record(line: object) -> str:
    """What the service says of a record, in whatever shape."""
    return " ".join(map(str, line.values())) if isinstance(line, dict) else str(line)
