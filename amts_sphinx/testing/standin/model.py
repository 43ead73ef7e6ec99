"""Requests and answers by botocore's own model of the service, checked strictly.

A client checks only what is required, types and minima; the service checks everything
the model says, so the stand-in does too: lengths, patterns, enumerations, members that
do not exist.  All violations of a request are told at once, as the service does.  Its
own answers are held against the model as well, or tests would come to rely on something
Amazon never says.  The model is read when the first request comes.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.errors import COMMON, MODELLED, ServiceError

#: what Python's expressions call otherwise; ``\p{L}`` and ``\p{N}`` nearly
_CLASSES = {
    r"[\P{M}\p{M}]": r"[\s\S]",
    r"\p{ASCII}": r"[\x00-\x7f]",
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{Z}": "\\u0020\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000",
}
_HALF = re.compile("[\ud800-\udfff]")


@cache
def service() -> Any:
    """The model itself, botocore's ``ServiceModel``."""
    from botocore.loaders import create_loader  # noqa: PLC0415 - heavy
    from botocore.model import ServiceModel  # noqa: PLC0415 - heavy

    described = create_loader().load_service_model("translate", "service-2")
    return ServiceModel(described, "translate")


@cache
def statuses() -> Mapping[str, int]:
    """The HTTP status code of every error that may be answered, by its name."""
    modelled = {
        shape.name: int(
            shape.metadata.get("error", {}).get("httpStatusCode")
            or MODELLED.get(shape.name, 400)
        )
        for shape in service().error_shapes
    }
    return {**COMMON, **modelled}


def parse(body: bytes) -> dict[str, Any]:
    """The body of a request; raises ServiceError if it is no JSON object."""
    try:
        given = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        message = f"The body of the request is no JSON: {error}"
        raise ServiceError(errors.SERIALIZATION, message) from None
    if not isinstance(given, dict):
        message = "The body of the request is no JSON object"
        raise ServiceError(errors.SERIALIZATION, message)
    return given


def decode(operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a request, blobs as bytes.

    Raises ServiceError if they are not what the model allows.
    """
    reader = _Walker(reading=True)
    shape = service().operation_model(operation).input_shape
    members = reader.walk(shape, given, "")
    if reader.problems:
        count = len(reader.problems)
        message = f"{count} validation error{'s' if count > 1 else ''} detected: "
        raise ServiceError(errors.VALIDATION, message + "; ".join(reader.problems))
    return dict(members)


def encode(operation: str, answer: Mapping[str, Any]) -> bytes:
    """An answer as it is sent, blobs in base64.

    Raises ValueError if the model does not allow it: a fault of the stand-in.
    """
    writer = _Walker(reading=False)
    shape = service().operation_model(operation).output_shape
    body = writer.walk(shape, answer, "") if shape else {}
    if writer.problems:
        message = f"{operation} would answer wrongly: {'; '.join(writer.problems)}"
        raise ValueError(message)
    return json.dumps(body).encode()


class _Walker:
    """Goes through a value beside its shape, translating blobs."""

    def __init__(self, *, reading: bool) -> None:
        self.reading = reading
        self.problems: list[str] = []

    def walk(self, shape: Any, value: Any, path: str) -> Any:
        """The value with its blobs translated; what is wrong is noted."""
        kinds: dict[str, type | tuple[type, ...]] = {
            "structure": dict,
            "list": list,
            "string": str,
            "integer": int,
            "long": int,
            "boolean": bool,
            "timestamp": (int, float),
            "blob": (str, bytes),
        }
        wanted = kinds[shape.type_name]
        if not isinstance(value, wanted) or (wanted is int and value is True):
            self._note(path, f"Member must be of type {shape.type_name}")
            return value
        if isinstance(value, dict):
            return self._structure(shape, value, path)
        if shape.type_name == "blob":
            value = self._blob(shape, value, path)
        else:
            for problem in _violations(shape, value):
                self._note(path, problem)
            if self.reading and isinstance(value, str) and _HALF.search(value):
                self._note(path, "Member must be Unicode, not half a character")
        if shape.type_name == "list":
            places = enumerate(value, 1)
            return [self.walk(shape.member, v, f"{path}.{n}.member") for n, v in places]
        return value

    def _structure(self, shape: Any, value: Mapping[str, Any], path: str) -> Any:
        given = {name: member for name, member in value.items() if member is not None}
        for name in shape.required_members:
            if name not in given:
                self._note(_joined(path, name), "Member must not be null")
        for name in sorted(given.keys() - shape.members.keys()):
            self._note(_joined(path, name), "There is no such member")
        return {
            name: self.walk(member, given[name], _joined(path, name))
            for name, member in shape.members.items()
            if name in given
        }

    def _blob(self, shape: Any, value: Any, path: str) -> Any:
        """A blob from base64 or to it; its length counts in bytes."""
        content = value
        if self.reading:
            try:
                content = base64.b64decode(value, validate=True)
            except ValueError:
                self._note(path, "Member must be base64")
                return b""
        for problem in _violations(shape, content):
            self._note(path, problem)
        return content if self.reading else base64.b64encode(content).decode()

    def _note(self, path: str, problem: str) -> None:
        place = f"Value at '{path}'" if path else "The request"
        self.problems.append(f"{place} failed to satisfy constraint: {problem}")


def _joined(path: str, name: str) -> str:
    name = name[:1].lower() + name[1:]
    return f"{path}.{name}" if path else name


def _violations(shape: Any, value: Any) -> Iterator[str]:
    """What the model does not allow about one value."""
    limits = shape.metadata
    sized = not isinstance(value, int | float)
    size = len(value) if sized else value
    what = "have length" if sized else "have value"
    if size < limits.get("min", size):
        yield f"Member must {what} greater than or equal to {limits['min']}"
    if size > limits.get("max", size):
        yield f"Member must {what} less than or equal to {limits['max']}"
    if "enum" in limits and value not in limits["enum"]:
        yield f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]"
    if "pattern" in limits and not _pattern(limits["pattern"]).fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {limits['pattern']}"


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of the model as Python writes it."""
    for theirs, ours in _CLASSES.items():
        pattern = pattern.replace(theirs, ours)
    return re.compile(pattern)
