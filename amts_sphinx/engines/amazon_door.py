"""The door to what a batch job needs: S3, parallel data, jobs.

All of it can be asked for twice.  What is uploaded has a name made of its content, and
is written once; what exists already is as good as created; a job is looked up by its
name before another is started.  Each bucket must be the account's that the book names,
so a bucket that somebody else has taken over gets nothing and gives nothing.
"""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import boto3
from botocore import exceptions
from botocore.config import Config

from amts_sphinx.engines.addresses import Address
from amts_sphinx.engines.amazon_calls import called, code, pages, told
from amts_sphinx.engines.amazon_client import control
from amts_sphinx.engines.amazon_sync import Place
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.secrets import redacted

#: what an error is about
_BUCKET, _PAIRS, _JOB = "the bucket", "the parallel data", "the job"
JOBS = "TextTranslationJobPropertiesList"
#: what S3 says when a key is there already
_THERE = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_BUSY = frozenset({"ConcurrentModificationException", "LimitExceededException"})


class BusyError(Exception):
    """The service does one of these at a time; ask again later."""

    def __init__(self, error: Exception) -> None:
        super().__init__(redacted(error))


class Imported(NamedTuple):
    """The state of a parallel-data resource."""

    status: str  #: CREATING, UPDATING, ACTIVE, DELETING, FAILED
    records: int = 0
    failed: int = 0
    skipped: int = 0
    message: str = ""
    details: str = ""  #: where the service tells which records; for half an hour


class State(NamedTuple):
    """The state of a job."""

    job: str
    status: str
    message: str = ""
    output: str = ""  #: ``s3://`` address of its folder
    translated: int = 0
    failed: int = 0  #: documents with an error


class Door:
    """Clients of boto3 for one place; threads may share it."""

    def __init__(self, place: Place, address: Address) -> None:
        """Raises EngineError if there is no region, or an address is not Amazon's."""
        self.place = place
        self._translate = control(place.region, address)
        try:
            self._s3 = boto3.session.Session().client(
                "s3",
                region_name=place.region or None,
                config=Config(
                    retries={"mode": "standard", "total_max_attempts": 5},
                    s3={"addressing_style": "auto"},
                ),
            )
        except (exceptions.BotoCoreError, ValueError) as error:
            raise EngineError(redacted(error)) from None
        Address(os.environ.get("AWS_ENDPOINT_URL_S3", "")).check(
            self._s3.meta.endpoint_url
        )

    def close(self) -> None:
        """Give connections back."""
        self._translate.close()
        self._s3.close()

    # -- S3 ----------------------------------------------------------------------

    def check(self) -> None:
        """Is the bucket there, the account's, and in the region of the service?

        Raises EngineError with what to do about it.
        """
        found = called(self._s3.head_bucket, **self._mine, what=_BUCKET)
        region = found["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")
        ours = self._translate.meta.region_name
        if region and region != ours:
            message = (
                f"the bucket {self.place.bucket!r} is in {region}, the service in "
                f"{ours}; use a bucket of the same region"
            )
            raise EngineError(message)

    def put(self, name: str, body: bytes, kind: str) -> bool:
        """Write once; False if it was there already.  Raises EngineError."""
        extra = {"SSEKMSKeyId": self.place.key} if self.place.key else {}
        if extra:
            extra["ServerSideEncryption"] = "aws:kms"
        try:
            self._s3.put_object(
                **self._mine,
                Key=self._name(name),
                Body=body,
                ContentType=kind,
                IfNoneMatch="*",
                **extra,
            )
        except exceptions.ClientError as error:
            if code(error) in _THERE:
                return False
            raise told(_BUCKET, error) from None
        except exceptions.BotoCoreError as error:
            raise EngineError(redacted(error)) from None
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
        found = called(self._s3.get_object, **self._mine, Key=key, what=_BUCKET)
        try:
            content: bytes = found["Body"].read()
        except Exception as error:  # noqa: BLE001 - whatever the connection raises
            message = f"{_BUCKET}: {redacted(error)}"
            raise EngineError(message) from None
        return content

    @property
    def _mine(self) -> dict[str, str]:
        return {
            "Bucket": self.place.bucket,
            "ExpectedBucketOwner": self.place.owner,
        }

    def _name(self, name: str) -> str:
        return f"{self.place.prefix}/{name}"

    # -- parallel data -----------------------------------------------------------

    def create_parallel_data(self, name: str, uri: str, kind: str) -> None:
        """Have the service import a file; one of that name is as good.

        Raises BusyError while it imports another one, EngineError if it refuses.
        """
        extra = {"EncryptionKey": self._key} if self.place.key else {}
        try:
            self._translate.create_parallel_data(
                Name=name,
                ParallelDataConfig={"S3Uri": uri, "Format": kind},
                ClientToken=sha256(f"{name} {uri}".encode()).hexdigest(),
                **extra,
            )
        except exceptions.ClientError as error:
            name_of = code(error)
            if name_of in _BUSY:
                raise BusyError(error) from None
            if name_of != "ConflictException":
                raise told(_PAIRS, error) from None
        except exceptions.BotoCoreError as error:
            raise EngineError(redacted(error)) from None

    @property
    def _key(self) -> dict[str, str]:
        return {"Type": "KMS", "Id": self.place.key}

    def parallel_data(self, name: str) -> Imported:
        """How far an import has come.  Raises EngineError if there is none."""
        found = called(self._translate.get_parallel_data, Name=name, what=_PAIRS)
        at = found["ParallelDataProperties"]
        details = found.get("AuxiliaryDataLocation") or {}
        return Imported(
            str(at.get("Status", "")),
            int(at.get("ImportedRecordCount", 0)),
            int(at.get("FailedRecordCount", 0)),
            int(at.get("SkippedRecordCount", 0)),
            redacted(str(at.get("Message", ""))),
            str(details.get("Location", "")),
        )

    def has_parallel_data(self, name: str) -> bool:
        """Is there one of that name, in whatever state?"""
        try:
            self._translate.get_parallel_data(Name=name)
        except exceptions.ClientError as error:
            if code(error) == "ResourceNotFoundException":
                return False
            raise told(_PAIRS, error) from None
        except exceptions.BotoCoreError as error:
            raise EngineError(redacted(error)) from None
        return True

    def parallel_data_details(self, url: str) -> list[str]:
        """What the service says of single records; [] if that cannot be had."""
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - a URL of the service
                found = json.load(answer)
            return [redacted(_record(line)) for line in found.get("messages", [])]
        except (OSError, ValueError, AttributeError):
            return []

    def all_parallel_data(self) -> Iterator[Mapping[str, Any]]:
        """Everything that the account has."""
        call = self._translate.list_parallel_data
        yield from pages(call, "ParallelDataPropertiesList", _PAIRS)

    def delete_parallel_data(self, name: str) -> None:
        """Delete one.  Raises EngineError if there is none."""
        call = self._translate.delete_parallel_data
        called(call, Name=name, what=_PAIRS)

    # -- jobs --------------------------------------------------------------------

    def find_job(self, name: str) -> str:
        """The id of the job of that name; "" if there is none."""
        call = self._translate.list_text_translation_jobs
        found = pages(call, JOBS, "the jobs", Filter={"JobName": name})
        return next((str(job["JobId"]) for job in found), "")

    def all_jobs(self) -> Iterator[Mapping[str, Any]]:
        """All jobs of the account that the service remembers."""
        yield from pages(self._translate.list_text_translation_jobs, JOBS, "the jobs")

    def start_job(self, **parameters: object) -> str:
        """Start a job; returns its id.  Raises BusyError or EngineError."""
        try:
            found = self._translate.start_text_translation_job(
                DataAccessRoleArn=self.place.role, **parameters
            )
        except exceptions.ClientError as error:
            if code(error) in {"TooManyRequestsException", "LimitExceededException"}:
                raise BusyError(error) from None
            raise told(_JOB, error) from None
        except exceptions.BotoCoreError as error:
            raise EngineError(redacted(error)) from None
        return str(found["JobId"])

    def job(self, job: str) -> State:
        """How far a job has come.  Raises EngineError if there is none."""
        call = self._translate.describe_text_translation_job
        found = called(call, JobId=job, what=_JOB)["TextTranslationJobProperties"]
        counts = found.get("JobDetails", {})
        return State(
            job,
            str(found.get("JobStatus", "")),
            redacted(str(found.get("Message", ""))),
            str(found.get("OutputDataConfig", {}).get("S3Uri", "")),
            int(counts.get("TranslatedDocumentsCount", 0)),
            int(counts.get("DocumentsWithErrorsCount", 0)),
        )

    def stop_job(self, job: str) -> None:
        """Stop a job.  Raises EngineError if there is none."""
        call = self._translate.stop_text_translation_job
        called(call, JobId=job, what=_JOB)


def _record(line: object) -> str:
    """What the service says of a record, in whatever shape."""
    return " ".join(map(str, line.values())) if isinstance(line, dict) else str(line)
