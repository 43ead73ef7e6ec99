"""The one door for warnings: type ``amts``, a subtype, a location where there is one.

``suppress_warnings = ["amts.reference"]`` silences one kind.
"""

from __future__ import annotations

from enum import StrEnum

from sphinx.util import logging

logger = logging.getLogger(__name__)


class Warnings(StrEnum):
    """The subtypes of the warnings AMTS gives."""

    MEMORY = "memory"  #: a line of a memory file cannot be used
    REFERENCE = "reference"  #: a reference book, or a page of it, cannot be used
    COLLECT = "collect"  #: a page of the book could not be collected
    ENGINE = "engine"  #: an engine failed; what it was asked for stays in the source
    STATUS = "status"  #: the status page cannot be made


def warn(kind: Warnings, message: str, location: str | None = None) -> None:
    """Log one warning; ``location`` is a docname."""
    logger.warning(message, type="amts", subtype=kind.value, location=location)
