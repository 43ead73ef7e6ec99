"""The one door to Amazon Translate: a client of boto3, its errors sorted by remedy.

Every HTTP attempt is reserved in the account before it leaves, also those that botocore
makes by itself, and given back when the service says that it refused it: so what was
spent is never more than what the account says.  An answer counts only if it holds text
in the language asked for; botocore hands out half an answer without a word.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from botocore import exceptions
from botocore.config import Config

from amts_sphinx.engines.addresses import Address
from amts_sphinx.engines.amazon_calls import told
from amts_sphinx.engines.amazon_session import of_translate
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.secrets import redacted

#: requests under way at once (with 8, adaptive retries keep to a limit of 20 a second
#: with 5 refusals in 300 requests; with 16 they are refused 166 times)
THREADS = 8

#: times a request is sent again because its answer cannot be read
_GARBLED = 4
#: seconds before it is, at first
_PAUSE = 0.2
_ATTEMPTS = 10
_NO_CREDENTIALS = (
    "no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
)

_TRANSIENT = frozenset(
    {
        "TooManyRequestsException",
        "ThrottlingException",
        "InternalServerException",
        "ServiceUnavailableException",
    }
)
_REFUSED = frozenset(
    {
        "TextSizeLimitExceededException",
        "InvalidRequestException",
        "LimitExceededException",
        "DetectedLanguageLowConfidenceException",
        "ValidationException",
    }
)


class RefusedError(Exception):
    """The service will not do this request; a part of it perhaps."""


class UnavailableError(Exception):
    """The service did not answer, however often it was asked."""


class MissingError(Exception):
    """The terminology that was named is not there."""


class UnaffordableError(Exception):
    """The account does not hold what this request costs."""


class StoppedError(Exception):
    """No further attempt is to be made."""


class Purse(Protocol):
    """What may be spent."""

    def reserve(self, characters: int) -> bool:
        """Take so many characters from what is left; False if there is less."""

    def release(self, characters: int) -> None:
        """Give them back: they were not billed."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all requests of a job have in common."""

    source: str  #: Amazon's code of the language of the text
    target: str  #: and of its translation
    settings: Mapping[str, str]  #: "Formality" and the like, as the service calls them
    terminology: str = ""  #: name; empty for none

    def parameters(self) -> dict[str, Any]:
        """The job as parameters of a request."""
        named: dict[str, Any] = {
            "SourceLanguageCode": self.source,
            "TargetLanguageCode": self.target,
        }
        if self.settings:
            named["Settings"] = dict(self.settings)
        if self.terminology:
            named["TerminologyNames"] = [self.terminology]
        return named


class Client:
    """Sends requests; threads may share it."""

    def __init__(self, region: str, address: Address, purse: Purse) -> None:
        """An empty region is what the environment says.

        Raises EngineError if there is no region, or the endpoint is not Amazon's.
        """
        self._purse = purse
        self.stopped = threading.Event()
        #: HTTP attempts, answers that were paid for but cannot be read, and characters
        #: that were billed as far as anybody knows
        self.attempts = self.garbled = self.billed = 0
        self._counts = threading.Lock()
        self._here = threading.local()
        config = Config(
            retries={"mode": "adaptive", "total_max_attempts": _ATTEMPTS},
            max_pool_connections=THREADS,
            connect_timeout=10,
            read_timeout=60,
        )
        self._client = of_translate(region, address, config)
        events = self._client.meta.events
        events.register("before-send.translate", self._before)
        events.register("response-received.translate", self._after)

    @property
    def host(self) -> str:
        """Where requests go."""
        return str(urlsplit(self._client.meta.endpoint_url).netloc)

    def document(self, content: str, job: Job, billed: int) -> str:
        """The translation of an HTML document, of which ``billed`` characters count.

        Raises one of the errors of this module, or EngineError if no other request can
        do any better.
        """
        document = {"Content": content.encode(), "ContentType": "text/html"}

        def read(response: dict[str, Any]) -> object:
            content = response["TranslatedDocument"]["Content"]
            # a lone surrogate spoils one sentence, not the document it is in
            return content.decode("utf-8", "surrogatepass")

        call = self._client.translate_document
        return self._ask(call, {"Document": document}, job, billed, read)

    def text(self, text: str, job: Job, billed: int) -> str:
        """The same for a single text, for whatever pair of languages."""
        call = self._client.translate_text
        return self._ask(call, {"Text": text}, job, billed, _text_of)

    def _ask(
        self,
        call: Callable[..., dict[str, Any]],
        what: dict[str, Any],
        job: Job,
        billed: int,
        read: Callable[[dict[str, Any]], object],
    ) -> str:
        self._here.billed, self._here.reserved = billed, False
        for number in range(_GARBLED):
            try:
                response = call(**what, **job.parameters())
            except exceptions.ClientError as error:
                raise _sorted(error, job) from None
            except exceptions.HTTPClientError as error:
                raise UnavailableError(redacted(error)) from None
            except exceptions.NoCredentialsError:
                raise EngineError(_NO_CREDENTIALS) from None
            except exceptions.BotoCoreError as error:
                raise EngineError(redacted(error)) from None
            except (StoppedError, UnaffordableError):
                raise
            except Exception:  # noqa: BLE001 - botocore trips over what is no answer
                response = {}
            text = _read(response, job, read)
            if text:
                return text
            with self._counts:
                self.garbled += 1
            self.stopped.wait(_PAUSE * 2**number)
        message = "its answers cannot be read"
        raise UnavailableError(message)

    def _before(self, **_others: object) -> None:
        """Before an attempt: may it be made?"""
        if self.stopped.is_set():
            raise StoppedError
        if not self._purse.reserve(self._here.billed):
            raise UnaffordableError
        self._here.reserved = True
        with self._counts:
            self.attempts += 1
            self.billed += self._here.billed

    def _after(
        self, response_dict: Mapping[str, Any] | None = None, **_others: object
    ) -> None:
        """After an attempt: what the service refused is not billed.

        Of an attempt without an answer nobody knows; it stays reserved.
        """
        refused = response_dict is not None and response_dict["status_code"] >= 300  # noqa: PLR2004 - HTTP
        if self._here.reserved and refused:
            self._purse.release(self._here.billed)
            with self._counts:
                self.billed -= self._here.billed
        self._here.reserved = False

    def close(self) -> None:
        """Give connections back."""
        self._client.close()


def _read(
    response: dict[str, Any], job: Job, read: Callable[[dict[str, Any]], object]
) -> str:
    """The text of an answer; empty if it cannot be trusted."""
    try:
        text = read(response)
        languages = response["SourceLanguageCode"], response["TargetLanguageCode"]
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError):
        return ""
    right = isinstance(text, str) and languages == (job.source, job.target)
    return str(text) if right else ""


def _text_of(response: dict[str, Any]) -> object:
    return response["TranslatedText"]


def _sorted(error: exceptions.ClientError, job: Job) -> Exception:
    """The error that says what can be done about a refusal."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = str(told(f"{job.source} to {job.target}", error))
    if code in _TRANSIENT or status >= 500:  # noqa: PLR2004 - HTTP
        return UnavailableError(message)
    if code == "ResourceNotFoundException" and job.terminology:
        return MissingError(message)
    return RefusedError(message) if code in _REFUSED else EngineError(message)
