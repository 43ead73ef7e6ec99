"""The file of an account: how much was reserved, by all who spend from it.

One line of a fixed length, replaced in place under a lock of the file itself: a kill
leaves the old sum or the new one, a full disk the old one.  Anything else in the file
is no sum, and whoever finds it pays for nothing.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

if sys.platform != "win32":
    import fcntl

#: the folder of accounts, beside that of the answers
SPENDING = "spending"

#: sums are counted in parts of a currency unit, of which it has so many
UNIT = 10**6
#: no sum and no number of characters reaches this
MOST = 10**18

NAME = re.compile(r"[0-9a-f]{16}")
CURRENCY = re.compile(r"[A-Z]{3}")
_RECORD = re.compile(rb"([0-9]{18}) ([0-9]{18}) ([A-Z]{3})\n")
_LENGTH = 42
#: what not every platform has: no links, no waiting for a pipe, no changed line ends
_PLAIN = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


class Balance(NamedTuple):
    """What an account says."""

    millionths: int  #: of a currency unit, reserved so far
    characters: int  #: that were reserved
    currency: str  #: three letters

    @property
    def spent(self) -> float:
        """The sum in currency units."""
        return self.millionths / UNIT


def create(path: Path, balance: Balance) -> None:
    """Make the file of an account, if it is not there yet.

    Raises OSError if that is not possible.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        file = os.open(path, flags | _PLAIN, 0o600)
        try:
            write(file, balance)
        finally:
            os.close(file)


def open_locked(path: Path) -> int:
    """Open the file of an account, which nobody else may do until it is closed.

    Raises OSError if that is not possible.
    """
    file = os.open(path, os.O_RDWR | _PLAIN)
    try:
        for _ in range(100):
            status = os.fstat(file)
            if status.st_size or not stat.S_ISREG(status.st_mode):
                break
            time.sleep(0.01)  # another process has made it and is about to fill it
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
    except BaseException:
        os.close(file)
        raise
    return file


def read(file: int) -> Balance:
    """What the open file of an account says.

    Raises ValueError if it says anything else, OSError if it cannot be read.
    """
    match = _RECORD.fullmatch(os.read(file, 2 * _LENGTH))
    if not match:
        message = "is no account"
        raise ValueError(message)
    return Balance(int(match[1]), int(match[2]), match[3].decode())


def write(file: int, balance: Balance) -> None:
    """Replace what the open file says.

    Raises OSError if it cannot be written as a whole.
    """
    millionths, characters, currency = balance
    data = f"{millionths:018d} {characters:018d} {currency}\n".encode()
    os.lseek(file, 0, os.SEEK_SET)
    if os.write(file, data) != len(data):
        message = "cannot be written"
        raise OSError(message)


def balances(folder: Path) -> dict[str, Balance | None]:
    """All accounts of a folder by name, sorted; None for one that cannot be read."""
    found: dict[str, Balance | None] = {}
    for path in sorted(folder.glob("*")):
        if not NAME.fullmatch(path.name):
            continue
        found[path.name] = None
        with suppress(OSError, ValueError):
            file = os.open(path, os.O_RDONLY | _PLAIN)
            try:
                found[path.name] = read(file)
            finally:
                os.close(file)
    return found
