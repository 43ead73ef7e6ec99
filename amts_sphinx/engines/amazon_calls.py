"""Calls of boto3 whose errors say, in one line, what they were about and what to do.

Whatever goes wrong on the way to the service and back ends here: a refusal, a broken
connection, a page of somebody's proxy, an answer that is none.  The line names the
thing that was asked for, the service's reason and its name for it, and the remedy where
one is known; it never says whose account or key it is.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from botocore import exceptions

from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.secrets import redacted

#: more than that of a reason says nothing new
_REASON = 300
#: bytes of an answer that says nothing, ``{}``
_NOTHING = "2"
_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)

_ALLOW = "amts iam-policy prints what has to be allowed"
_SIGN_IN = "the credentials have expired; sign in again"
_KEYS = "the credentials are not valid; check AWS_PROFILE, or the keys that are set"
_LATER = "try again later"
_OPTIONS = "check amts_engine_options"
_SET = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
#: what can be done, by the service's name of an error
REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "AccessDenied": _ALLOW,
        "AccessDeniedException": _ALLOW,
        "ConcurrentModificationException": _LATER,
        "ExpiredToken": _SIGN_IN,
        "ExpiredTokenException": _SIGN_IN,
        "InvalidAccessKeyId": _KEYS,
        "InvalidParameterValueException": _OPTIONS,
        "InvalidRequestException": _OPTIONS,
        "InvalidSignatureException": _KEYS,
        "LimitExceededException": "a quota is used up; delete what no job needs",
        "MissingAuthenticationTokenException": _KEYS,
        "RequestExpired": _SIGN_IN,
        "ServiceUnavailableException": _LATER,
        "SignatureDoesNotMatch": _KEYS,
        "SlowDown": _LATER,
        "TextSizeLimitExceededException": "make the sentence shorter",
        "ThrottlingException": _LATER,
        "TooManyRequestsException": _LATER,
        "UnrecognizedClientException": _KEYS,
        "UnsupportedLanguagePairException": "choose another engine for the language",
        "ValidationException": _OPTIONS,
    }
)
#: none but those that are always known
_NONE: Mapping[str, str] = MappingProxyType({})


class CallError(EngineError):
    """The service has refused a call."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        #: the service's own name for the reason
        self.name = name


class BusyError(Exception):
    """The service does one of these at a time; ask again later."""

    def __init__(self, error: Exception) -> None:
        super().__init__(redacted(error))


def pages(
    call: Any,
    name: str,
    what: str,
    hints: Mapping[str, str] = _NONE,
    **parameters: Any,
) -> Iterator[Any]:
    """What is listed under a name, page by page.

    Raises EngineError as ``called`` does; an answer that is no list is not an empty
    one, or a job would be started twice.
    """
    token: dict[str, str] = {}
    while True:
        found = called(call, what=what, hints=hints, **parameters, **token)
        told = found.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        if name in found or told.get("content-length") != _NOTHING:
            yield from found[name]
        if not found.get("NextToken"):
            return
        token = {"NextToken": found["NextToken"]}


class _Answer(dict[str, Any]):
    """An answer of the service; what it should hold and does not is an error."""

    def __init__(self, what: str, found: dict[str, Any]) -> None:
        super().__init__(found)
        self._what = what

    def __missing__(self, name: str) -> Any:
        reason = f"the service's answer has no {name}; {_LATER}"
        raise EngineError(redacted(f"{self._what}: {reason}"))


def called(
    call: Any, *, what: str, hints: Mapping[str, str] = _NONE, **parameters: Any
) -> Any:
    """The answer to a call, of which what is missing raises EngineError.

    ``what`` is what it is about; ``hints`` are remedies that only the caller knows, an
    empty one where the caller finds one later.

    Raises CallError if the service refuses, EngineError if it does not answer.
    """
    try:
        return _Answer(what, call(**parameters))
    except exceptions.ClientError as error:
        raise told(what, error, hints) from None
    except exceptions.BotoCoreError as error:
        raise EngineError(_line(what, error, _remedy(error))) from None
    except Exception:  # noqa: BLE001 - botocore trips over what is no answer
        reason = "the service's answer cannot be read"
        raise EngineError(_line(what, reason, _LATER)) from None


def told(
    what: str, error: exceptions.ClientError, hints: Mapping[str, str] = _NONE
) -> CallError:
    """An error of the service as one of ours."""
    name = code(error)
    said = str(error.response.get("Error", {}).get("Message") or "").strip()
    page = _TITLE.search(said)
    if page or said.startswith("<"):  # of a proxy, or of a server in front
        title = page[1].strip() if page else ""
        said = f"a web page came in place of an answer: {title or 'without a title'}"
    reason = textwrap.shorten(redacted(said) or "refused without a reason", _REASON)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    fault = _LATER if status >= 500 else ""  # noqa: PLR2004 - HTTP
    remedy = hints.get(name, REMEDIES.get(name, fault))
    return CallError(_line(what, f"{reason} ({name})", remedy), name)


def code(error: exceptions.ClientError) -> str:
    """The name of an error of the service."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _remedy(error: exceptions.BotoCoreError) -> str:
    """What can be done if no answer came at all; "" if that is not known."""
    if isinstance(error, exceptions.NoCredentialsError):
        return _SET
    expired = (exceptions.UnauthorizedSSOTokenError, exceptions.TokenRetrievalError)
    if isinstance(error, expired):
        return _SIGN_IN
    broken = (exceptions.HTTPClientError, exceptions.ConnectionError)
    return _LATER if isinstance(error, broken) else ""


def _line(what: str, reason: BaseException | str, remedy: str) -> str:
    """One line, without whose account it is."""
    said = redacted(reason).removesuffix(".")
    return redacted(f"{what}: {said}; {remedy}" if remedy else f"{what}: {said}")
