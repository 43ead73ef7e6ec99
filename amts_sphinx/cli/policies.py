"""The permissions that batch jobs need, and no others, as IAM writes them.

Three documents: who may take on the role of the jobs, what that role may do, and what
whoever runs ``amts`` may do.  They follow the keys that a batch uses, which are
``PREFIX/parallel-data/NAME.tmx``, ``PREFIX/BATCH/ATTEMPT/in/NAME`` and
``PREFIX/BATCH/ATTEMPT/out/…``, and the resource types that the Service Authorization
Reference lists for Amazon Translate; an action without one is held by its region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: as the developer guide has them ("Prerequisite permissions to customize encryption")
_KMS = ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey", "RetireGrant")
#: all that is done about jobs, and lists; there is no resource to name
_ANYWHERE = (
    "DescribeTextTranslationJob",
    "ListParallelData",
    "ListTextTranslationJobs",
    # a job that names neither parallel data nor terms is of no resource
    "StartTextTranslationJob",
    "StopTextTranslationJob",
)
_SERVICE = "translate.amazonaws.com"

Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """What the permissions are for."""

    bucket: str
    owner: str  #: the account of the bucket
    role: str  #: ARN of the role that the service takes on
    region: str
    prefix: str = "amts"  #: folder in the bucket
    key: str = ""  #: ARN of a KMS key; empty: none of one's own
    terms: bool = True  #: is a terminology imported?
    pairs: str = ""  #: the name of its parallel data; empty: made of their content

    @property
    def account(self) -> str:
        """That the jobs are started in: the role's."""
        return self.role.split(":")[4]

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something of the account, in the region."""
        return f"{self._begin}:{service}:{self.region}:{self.account}:{resource}"

    def s3(self, *keys: str) -> list[str]:
        """ARNs of objects in the book's folder."""
        return [f"{self._begin}:s3:::{self.bucket}/{self.prefix}/{key}" for key in keys]

    @property
    def s3_bucket(self) -> str:
        """The ARN of the bucket."""
        return f"{self._begin}:s3:::{self.bucket}"

    @property
    def _begin(self) -> str:
        """``arn`` and the partition: that of the role."""
        return ":".join(self.role.split(":")[:2])


def trust(site: Site) -> Statement:
    """Who may take on the role: the service, for jobs of this account and region.

    Without the conditions others could have it use the role for them ("confused
    deputy").
    """
    return _policy(
        {
            "Sid": "TranslateTakesOnTheRole",
            "Effect": "Allow",
            "Principal": {"Service": _SERVICE},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": site.account},
                "ArnLike": {"aws:SourceArn": site.arn("translate", "*")},
            },
        }
    )


def role(site: Site) -> Statement:
    """What a job may do: read its documents, and write and read what comes of them."""
    ours = {"StringEquals": {"s3:ResourceAccount": site.owner}}
    within = {**ours, "StringLike": {"s3:prefix": f"{site.prefix}/*"}}
    statements = [
        _allow("List", ["s3:ListBucket"], site.s3_bucket, within),
        _allow("Read", ["s3:GetObject"], site.s3("*/in/*", "*/out/*"), ours),
        _allow("Write", ["s3:PutObject"], site.s3("*/out/*"), ours),
    ]
    if site.key:
        statements.append(_allow("Key", _actions("kms", *_KMS), site.key))
    return _policy(*statements)


def caller(site: Site) -> Statement:
    """What whoever runs ``amts`` may do."""
    return _policy(*_of_caller(site))


def _of_caller(site: Site) -> Iterator[Statement]:
    ours = {"StringEquals": {"s3:ResourceAccount": site.owner}}
    here = {"StringEquals": {"aws:RequestedRegion": site.region}}
    pairs = ["CreateParallelData", "DeleteParallelData", "GetParallelData"]
    if site.pairs:  # what has a fixed name is replaced by what follows
        pairs.append("UpdateParallelData")
    # a bucket is looked at by the permission to list it; there is no lesser one
    yield _allow("Bucket", ["s3:ListBucket"], site.s3_bucket, ours)
    # what is imported as parallel data is read on behalf of the caller
    read = site.s3("*/out/*", "parallel-data/*")
    yield _allow("Read", ["s3:GetObject"], read, ours)
    written = site.s3("*/in/*", "parallel-data/*")
    yield _allow("Write", ["s3:PutObject"], written, ours)
    yield _allow("Jobs", _actions("translate", *_ANYWHERE), "*", here)
    resource = site.arn("translate", f"parallel-data/{site.pairs or 'amts-*'}")
    yield _allow("ParallelData", _actions("translate", *pairs), resource)
    terms = site.arn("translate", "terminology/amts-*")
    if site.terms:
        yield _allow("Terms", ["translate:ImportTerminology"], terms)
    # what jobs cannot do is asked for in real time
    actions = _actions("translate", "TranslateDocument", "TranslateText")
    yield _allow("AtOnce", actions, "*", here)
    passed = {"StringEquals": {"iam:PassedToService": _SERVICE}}
    yield _allow("PassRole", ["iam:PassRole"], site.role, passed)
    if site.key:
        via = [f"{name}.{site.region}.amazonaws.com" for name in ("s3", "translate")]
        condition = {"StringEquals": {"kms:ViaService": via}}
        yield _allow("Key", _actions("kms", *_KMS), site.key, condition)


def _policy(*statements: Statement) -> Statement:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(
    name: str,
    actions: list[str],
    resource: str | list[str],
    condition: Statement | None = None,
) -> Statement:
    allowed = {"Sid": name, "Effect": "Allow", "Action": actions, "Resource": resource}
    return {**allowed, "Condition": condition} if condition else allowed


def _actions(service: str, *names: str) -> list[str]:
    return [f"{service}:{name}" for name in names]
