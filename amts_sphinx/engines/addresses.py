"""Where requests go: to Amazon, to an address the book names, or to a stand-in.

An address out of the environment that is not Amazon's must be this machine, for texts
are sent there.  What answers there is no Amazon Translate: its answers are never taken
for Amazon's, nor written among the book's drafts.
"""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import urlsplit

from amts_sphinx.engines.engine import EngineError

_AMAZON = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: the environment's names for it, as boto3 reads them
_NAMES = ("AWS_ENDPOINT_URL_TRANSLATE", "AWS_ENDPOINT_URL")


class Address(NamedTuple):
    """An address of the service; empty for Amazon's own in a region."""

    url: str = ""
    named: bool = False  #: in the book's configuration

    @property
    def elsewhere(self) -> str:
        """The host that answers, if it is not Amazon's."""
        parts = urlsplit(self.url)
        host = parts.hostname or self.url
        return "" if parts.scheme == "https" and host.endswith(_AMAZON) else host

    @property
    def trial(self) -> bool:
        """Does a stand-in answer, for as long as the environment says so?"""
        return bool(self.elsewhere) and not self.named

    def check(self, url: str) -> None:
        """May requests go to this very URL, which boto3 has decided on?

        Raises EngineError if they would go to somebody the book does not know.
        """
        used = Address(url).elsewhere
        known = used == self.elsewhere and (self.named or used in _LOOPBACK)
        if used and not known:
            message = (
                f"the environment names {used} in place of Amazon; if that is meant, "
                'set amts_engine_options = {"endpoint_url": …}'
            )
            raise EngineError(message)


def address(option: str) -> Address:
    """The address the book names, else that of the environment, else Amazon's."""
    if option:
        return Address(option, named=True)
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return Address()
    return Address(next(filter(None, map(os.environ.get, _NAMES)), ""))
