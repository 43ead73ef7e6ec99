"""What must not appear in anything that is printed, written or stored."""

from __future__ import annotations

import re

from amts_sphinx.engines.engine import one_line

_SECRETS = re.compile(
    r"""arn:aws[\w-]*:[^\s"',)]+          # names of resources, with the account
    | \b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b  # ids of keys, roles and users
    | \b[0-9]{12}\b                       # numbers of accounts
    | (?i:(?<=token[=:\s])|(?<=token["']:\s["']))[A-Za-z0-9+/=]{32,}
    | \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b  # ids of requests
    | (?<![A-Za-z0-9+/])(?=[A-Za-z+/]*[0-9])(?=[a-z0-9+/]*[A-Z])
      [A-Za-z0-9+/]{40,}={0,2}            # keys, signatures, tokens; not paths, digests
    """,
    re.VERBOSE,
)


def redacted(error: BaseException | str) -> str:
    """What an error says, in one line, without whose account it is.

    Ids of requests are left out too: the same fault reads the same in every build.
    """
    said = error if isinstance(error, str) else one_line(error)
    return _SECRETS.sub("…", " ".join(said.split()))
