"""The one exception by which a request is refused, and what is said over the wire.

Names and status codes are those of the service's model.  A few errors belong to every
service of Amazon and are in no model; a client may meet them all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

# what the stand-in refuses with
CONCURRENT_MODIFICATION = "ConcurrentModificationException"
CONFLICT = "ConflictException"
INTERNAL_FAILURE = "InternalFailure"
INVALID_FILTER = "InvalidFilterException"
INVALID_PARAMETER_VALUE = "InvalidParameterValueException"
INVALID_REQUEST = "InvalidRequestException"
INVALID_SIGNATURE = "InvalidSignatureException"
LIMIT_EXCEEDED = "LimitExceededException"
MISSING_AUTHENTICATION_TOKEN = "MissingAuthenticationTokenException"  # noqa: S105 - a name
RESOURCE_NOT_FOUND = "ResourceNotFoundException"
SERIALIZATION = "SerializationException"
TEXT_SIZE_LIMIT_EXCEEDED = "TextSizeLimitExceededException"
TOO_MANY_REQUESTS = "TooManyRequestsException"
TOO_MANY_TAGS = "TooManyTagsException"
UNKNOWN_OPERATION = "UnknownOperationException"
UNSUPPORTED_LANGUAGE_PAIR = "UnsupportedLanguagePairException"
UNSUPPORTED_PROTOCOL = "UnsupportedProtocolException"
VALIDATION = "ValidationException"

#: errors that are in no model, and their status codes
COMMON: Mapping[str, int] = MappingProxyType(
    {
        "AccessDeniedException": 400,
        "ExpiredTokenException": 400,
        "InternalFailure": 500,
        "InvalidSignatureException": 400,
        "MissingAuthenticationTokenException": 400,
        "SerializationException": 400,
        "ThrottlingException": 429,
        "UnknownOperationException": 400,
        "UnrecognizedClientException": 400,
        "UnsupportedProtocolException": 415,
        "ValidationException": 400,
    }
)
#: errors of the model and their status codes, which the models of botocore 1.34 lack
MODELLED: Mapping[str, int] = MappingProxyType(
    {
        "ConcurrentModificationException": 409,
        "ConflictException": 409,
        "InternalServerException": 500,
        "ResourceNotFoundException": 404,
        "ServiceUnavailableException": 503,
        "TooManyRequestsException": 429,
    }
)


class ServiceError(Exception):
    """A request is answered with an error of this name."""

    def __init__(self, name: str, message: str, **members: Any) -> None:
        """``members`` are what the error's shape holds besides its message."""
        super().__init__(message)
        self.name = name
        self.members = members

    def body(self) -> dict[str, Any]:
        """What is sent in place of an answer."""
        return {"__type": self.name, "Message": str(self), **self.members}
