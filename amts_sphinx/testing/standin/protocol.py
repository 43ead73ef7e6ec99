"""What a request says about itself before its body: protocol, operation, signature.

The newest models name a binary protocol first; botocore still speaks JSON.  Should that
flip one day, the refusal must say so in words, not as a body that cannot be read.  The
signature itself is not checked, for the keys are anybody's; that there is one, made for
this service, is: a client that forgot to sign would never get through to Amazon.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from amts_sphinx.testing.standin import errors, model
from amts_sphinx.testing.standin.errors import ServiceError

_PREFIX = "AWSShineFrontendService_20170701"
_JSON = "application/x-amz-json-1.1"
_CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/,\s]+/[0-9]{8}/([a-z0-9-]+)/([^/,\s]+)/"
    r"aws4_request, ?SignedHeaders=[^,\s]+, ?Signature=[0-9a-f]{64}"
)


def operation(path: str, headers: Mapping[str, str]) -> tuple[str, str]:
    """The operation that is asked for, and in which region.

    ``headers`` have names in small letters.

    Raises ServiceError if the protocol is another, or the request is not signed.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if path != "/" or kind != _JSON or headers.get("smithy-protocol"):
        message = (
            f"This stand-in speaks JSON 1.1 ({_JSON}, path '/') only; "
            f"this request is {kind or 'of no type'} for path {path!r}"
        )
        raise ServiceError(errors.UNSUPPORTED_PROTOCOL, message)
    prefix, _, name = headers.get("x-amz-target", "").partition(".")
    if prefix != _PREFIX or name not in model.service().operation_names:
        message = f"There is no operation {headers.get('x-amz-target', '')!r}"
        raise ServiceError(errors.UNKNOWN_OPERATION, message)
    return name, _signed(headers.get("authorization", ""))


def _signed(authorization: str) -> str:
    """The region a request is signed for.

    Raises ServiceError if it is not signed for this service.
    """
    if not authorization:
        message = "Missing Authentication Token"
        raise ServiceError(errors.MISSING_AUTHENTICATION_TOKEN, message)
    match = _CREDENTIAL.fullmatch(authorization)
    if not match:
        message = "The Authorization header is not one of signature version 4"
        raise ServiceError(errors.INVALID_SIGNATURE, message)
    if match[2] != "translate":
        message = f"Credential should be scoped to 'translate', not to {match[2]!r}"
        raise ServiceError(errors.INVALID_SIGNATURE, message)
    return match[1]
