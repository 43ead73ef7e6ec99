"""Calls of boto3 whose errors say, in one line, what they were about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore import exceptions

from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.secrets import redacted


def pages(call: Any, name: str, what: str, **parameters: Any) -> Iterator[Any]:
    """What is listed under a name, page by page."""
    token: dict[str, str] = {}
    while True:
        found = called(call, what=what, **parameters, **token)
        yield from found.get(name, [])
        if not found.get("NextToken"):
            return
        token = {"NextToken": found["NextToken"]}


class _Answer(dict[str, Any]):
    """An answer of the service; what it should hold and does not is an error."""

    def __init__(self, what: str, found: dict[str, Any]) -> None:
        super().__init__(found)
        self._what = what

    def __missing__(self, name: str) -> Any:
        message = f"{self._what}: the service's answer has no {name}"
        raise EngineError(message)


def called(call: Any, *, what: str, **parameters: Any) -> Any:
    """The answer to a call; raises EngineError, which names what it was about."""
    try:
        return _Answer(what, call(**parameters))
    except exceptions.ClientError as error:
        raise told(what, error) from None
    except exceptions.BotoCoreError as error:
        message = f"{what}: {redacted(error)}"
        raise EngineError(message) from None


def told(what: str, error: exceptions.ClientError) -> EngineError:
    """An error of the service as one of ours."""
    said = error.response.get("Error", {})
    reason = said.get("Message") or "refused without a reason"
    return EngineError(f"{what}: {redacted(reason)} ({code(error)})")


def code(error: exceptions.ClientError) -> str:
    """The name of an error of the service."""
    return str(error.response.get("Error", {}).get("Code", ""))
