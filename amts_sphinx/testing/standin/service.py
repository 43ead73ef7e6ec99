"""The way of one request, without sockets: fate, validation, work, ledger, reply.

What is wrong in itself is refused before anything else happens to it, so the ledger can
tell what each request asked, also those that were throttled.  What was worked on is
billed, whether or not the answer arrives.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from amts_sphinx.testing.standin import errors, model, protocol
from amts_sphinx.testing.standin.calls import Call, State
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.faults import Faults
from amts_sphinx.testing.standin.ledger import Ledger, Record
from amts_sphinx.testing.standin.operations import perform
from amts_sphinx.testing.standin.translating import limit, texts
from amts_sphinx.testing.standin.weather import Fate, Weather

_THROTTLES = {"ThrottlingException", "TooManyRequestsException"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes over the wire."""

    number: int  #: of the request
    record: Record  #: as it stands in the ledger
    body: bytes  #: of the answer

    @property
    def dropped(self) -> bool:
        """Is the connection to be closed without a word?"""
        return self.record.outcome == "dropped"


class Service:
    """The stand-in as such."""

    def __init__(self, state: State, faults: Faults) -> None:
        self.state = state
        self._weather = _weather(faults)

    @property
    def ledger(self) -> Ledger:
        """What was asked, and what would be billed."""
        return self.state.ledger

    @property
    def faults(self) -> Faults:
        """What goes wrong; new faults count requests, and their errors, from one."""
        return self._weather.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        """Raises ValueError if an error is unknown."""
        self._weather = _weather(faults)

    def reply(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Answer one request; it is in the ledger when this returns."""
        weather = self._weather
        fate = weather.next()
        time.sleep(fate.delay)
        record, sent = Record(""), b""
        try:
            operation, region = protocol.operation(path, headers)
            record = replace(record, operation=operation)
            request = _decoded(operation, body)
            record = replace(record, texts=texts(operation, request))
            _limit(weather, operation)
            call = Call(request, self.state, weather.faults, fate.random, region)
            record, sent = _met(fate, record, call)
        except ServiceError as error:
            record, sent = _refused(record, error, "refused")
        except Exception as error:  # noqa: BLE001 - the client must hear of it
            traceback.print_exc(file=sys.stderr)
            fault = ServiceError(
                errors.INTERNAL_FAILURE, f"fault of the stand-in: {error!r}"
            )
            record, sent = _refused(record, fault, "error")
        return Reply(self.ledger.add(record), record, sent)


def _limit(weather: Weather, operation: str) -> None:
    """Raise ServiceError if an operation is asked for too often."""
    if weather.throttled(operation):
        message = f"Rate exceeded for {operation}"
        raise ServiceError(errors.TOO_MANY_REQUESTS, message)


def _met(fate: Fate, record: Record, call: Call) -> tuple[Record, bytes]:
    """What the request meets: its fate, or the operation it asks for."""
    if fate.error:
        error = ServiceError(fate.error, f"The stand-in was told to say {fate.error}")
        return _refused(record, error, "error")
    if not fate.done:
        return replace(record, outcome="dropped", status=0), b""
    if call.faults.poison and _holds(call.request, call.faults.poison):
        message = "The request holds what the stand-in was told to refuse"
        raise ServiceError(errors.INVALID_REQUEST, message)
    answer = perform(record.operation, call)
    sent = model.encode(record.operation, answer.members)
    status = 0 if fate.outcome == "dropped" else 200
    record = replace(record, billed=answer.billed, outcome=fate.outcome, status=status)
    if fate.outcome == "cut":
        sent = sent[: len(sent) // 2]
    elif fate.outcome == "rubbish":
        sent = b'{"Status": "OK"}'
    return record, sent


def _weather(faults: Faults) -> Weather:
    unknown = [name for name in faults.next_errors if name not in model.statuses()]
    if unknown:
        known = ", ".join(sorted(model.statuses()))
        message = f"no error of the service: {unknown[0]!r}; known: {known}"
        raise ValueError(message)
    return Weather(faults)


def _decoded(operation: str, body: bytes) -> dict[str, Any]:
    """The members of a request; raises ServiceError if it is wrong in itself."""
    given = model.parse(body)
    limit(operation, given)
    return model.decode(operation, given)


def _refused(record: Record, error: ServiceError, outcome: str) -> tuple[Record, bytes]:
    """An error in place of an answer."""
    if error.name in _THROTTLES:
        outcome = "throttled"
    status = model.statuses().get(error.name, 400)
    record = replace(record, outcome=outcome, error=error.name, status=status)
    return record, json.dumps(error.body()).encode()


def _holds(given: Any, text: str) -> bool:
    """Is the text anywhere in a request?"""
    if isinstance(given, dict):
        return any(_holds(member, text) for member in given.values())
    if isinstance(given, list):
        return any(_holds(member, text) for member in given)
    if isinstance(given, bytes):
        return text.encode() in given
    return isinstance(given, str) and text in given
