"""What an operation is given, and what it gives: the words all operations share."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.faults import Faults
from amts_sphinx.testing.standin.terminologies import Terminologies
from amts_sphinx.testing.standin.translation import Engines

_PAGE = 100


@dataclass(frozen=True, slots=True)
class State:
    """What lasts from one request to the next."""

    #: what translates
    engines: Engines
    #: all that were imported
    terminologies: Terminologies
    #: where the stand-in itself is
    url: str


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
