"""What an operation is given, and what it gives: the words all operations share."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.faults import Faults
from amts_sphinx.testing.standin.jobs import Jobs
from amts_sphinx.testing.standin.ledger import Ledger
from amts_sphinx.testing.standin.parallel import Resources
from amts_sphinx.testing.standin.storage import ACCOUNT, Storage
from amts_sphinx.testing.standin.tags import Tags
from amts_sphinx.testing.standin.terminologies import Terminologies
from amts_sphinx.testing.standin.tokens import Tokens
from amts_sphinx.testing.standin.translation import Engines

_PAGE = 100


@dataclass(frozen=True, slots=True)
class State:
    """What lasts from one request to the next."""

    #: what translates
    engines: Engines
    #: where the stand-in itself is
    url: str
    #: S3, if there is one
    storage: Storage | None = None
    #: all that were imported
    terminologies: Terminologies = field(default_factory=Terminologies)
    parallel: Resources = field(default_factory=Resources)
    #: all that were started
    jobs: Jobs = field(default_factory=Jobs)
    #: of resources
    tags: Tags = field(default_factory=Tags)
    #: of clients
    tokens: Tokens = field(default_factory=Tokens)
    #: what was asked for, and what was translated
    ledger: Ledger = field(default_factory=Ledger)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that the model allows."""

    #: its members, blobs as bytes
    request: dict[str, Any]
    #: of the service
    state: State
    #: what is to go wrong
    faults: Faults
    #: decides where
    random: Random
    #: that the request is signed for
    region: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, and what would be billed for it."""

    #: as the model names them, blobs as bytes
    members: dict[str, Any]
    #: characters
    billed: int = 0


def page(call: Call, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
    """One page of a list, and the token of the next one if there is more.

    Raises ServiceError if the token of this one was never given out.
    """
    token = call.request.get("NextToken", "0")
    if not (token.isascii() and token.isdigit() and int(token) <= len(items)):
        message = f"NextToken {token!r} is none of ours"
        raise ServiceError(errors.INVALID_PARAMETER_VALUE, message)
    end = int(token) + call.request.get("MaxResults", _PAGE)
    return items[int(token) : end], {"NextToken": str(end)} if end < len(items) else {}


def arn(call: Call, kind: str, name: str) -> str:
    """The name of a resource that is unlike all others in the world."""
    return f"arn:aws:translate:{call.region}:{ACCOUNT}:{kind}/{name}"


def now() -> float:
    """The time as the service tells it, in seconds since 1970.

    It is the true one: clients compare it with their own.
    """
    return round(time.time(), 3)


def stored(call: Call) -> Storage:
    """The storage; raises ServiceError if the stand-in runs without one."""
    if call.state.storage is None:
        message = "Stand-in: it runs without storage; start it with s3=True, or --s3"
        raise ServiceError(errors.INVALID_REQUEST, message)
    return call.state.storage
