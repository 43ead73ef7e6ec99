"""Money: what a job would cost, and an account that lets no one spend more than that.

A cap holds only if it is asked before the money is spent, by everybody who spends: each
attempt to reach a service is reserved first, and given back only if it is not billed.
So whatever goes wrong errs to the safe side: a process that is killed leaves its
reservations counted, though its last attempts may never have been billed, and an
account that cannot be read or written pays for nothing any more.

All sums are whole numbers of millionths; each reservation is rounded up.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from math import ceil, floor, isfinite
from pathlib import Path
from typing import NamedTuple

from amts_sphinx.memory import account_file
from amts_sphinx.memory.account_file import CURRENCY, MOST, NAME, UNIT, Balance


class Price(NamedTuple):
    """What a service takes; it changes, so when and where it was found belong to it."""

    per_million: float  #: currency units for a million characters
    currency: str = "USD"  #: three letters
    date: str = ""  #: when it was looked up, as in ISO 8601
    source: str = ""  #: where

    def cost(self, characters: int) -> float:
        """What so many characters cost, in currency units."""
        return float(_exactly(self.per_million) * characters / UNIT)

    def millionths(self, characters: int) -> int:
        """The same in whole millionths of a unit, rounded up."""
        return ceil(_exactly(self.per_million) * characters)


class Quote(NamedTuple):
    """What a job would cost, told before its first call."""

    sentences: int  #: that have to be sent
    of: int  #: sentences there are
    characters: int  #: to be sent
    price: Price
    budget: float  #: currency units that may be spent

    @property
    def cost(self) -> float:
        """Currency units that the job costs if every request is answered at once."""
        return self.price.cost(self.characters)

    @property
    def affordable(self) -> int:
        """How many characters the budget pays for; those of the job if it is free."""
        budget, price = _exactly(self.budget), _exactly(self.price.per_million)
        if budget <= 0:
            return 0
        return floor(budget * UNIT / price) if price else self.characters

    def line(self) -> str:
        """All of it in one line; what it costs is rounded up to a hundredth."""
        price, found = self.price, ""
        cost = ceil(_exactly(self.cost) * 100) / 100
        if price.date or price.source:
            found = f" ({', '.join(filter(None, (price.date, price.source)))})"
        if self.budget <= 0:
            budget = "no budget: nothing is sent"
        else:
            budget = f"budget {money(self.budget, price.currency)}"
            if self.affordable < self.characters:
                budget += f", which pays for {self.affordable:,} of the characters"
        told = (
            f"{self.sentences:,} of {self.of:,} sentences, {self.characters:,} "
            f"characters, about {money(cost, price.currency)} at "
            f"{money(price.per_million, price.currency)} a million{found}; {budget}"
        )
        return " ".join(told.split())


class Account:
    """What may still be spent, shared by threads and processes.

    One small file, locked while it is read and written.  (On Windows, which has no
    ``flock``, threads share it safely; processes should not spend at the same time.)
    The file stays where it is: whoever deletes it while others spend closes the account
    for them.

    Raises ValueError for a name that is not one of ``new_name``, and for sums that are
    none.
    """

    def __init__(self, folder: Path, name: str, budget: float, price: Price) -> None:
        if not NAME.fullmatch(name):
            message = f"no account is called {name!r}"
            raise ValueError(message)
        if not CURRENCY.fullmatch(price.currency):
            message = f"no currency is called {price.currency!r}"
            raise ValueError(message)
        self.problem = ""  #: why nothing is paid for any more, in one line
        self.price = price
        self.budget = budget
        self._limit = min(floor(_exactly(budget) * UNIT), MOST // 10)
        if price.millionths(1) < 0:
            message = f"{price.per_million!r} is no price"
            raise ValueError(message)
        self._path = folder / name
        self._lock = threading.Lock()
        self._known = Balance(0, 0, price.currency)  #: as last seen
        self._own = 0  #: millionths reserved here and not released
        self._opened = False

    @staticmethod
    def new_name() -> str:
        """A name that no other account has: 16 hexadecimal digits."""
        return secrets.token_hex(8)

    def reserve(self, characters: int) -> bool:
        """May so many characters be sent?  If so, they are counted from now on.

        To be asked before each attempt, repeated ones too.  Without a budget nothing
        may be sent, whatever the price.  Raises ValueError for a negative number.
        """
        cost = self._cost(characters)
        if self._limit <= 0:
            return False
        with self._held() as file:
            if file < 0:
                return False
            millionths, counted, currency = self._known
            if millionths + cost > self._limit or counted + characters >= MOST:
                return False
            now = Balance(millionths + cost, counted + characters, currency)
            if self._written(file, now):
                self._own += cost
                return True
        return False

    def release(self, characters: int) -> None:
        """Count an attempt no more: it was refused, and is not billed.

        Raises ValueError for more than was reserved through this object.
        """
        cost = self._cost(characters)
        with self._held() as file:
            if cost > self._own:
                message = "more is released than was reserved"
                raise ValueError(message)
            millionths, counted, currency = self._known
            now = Balance(millionths - cost, max(counted - characters, 0), currency)
            if file >= 0 and self._written(file, now):
                self._own -= cost

    @property
    def spent(self) -> float:
        """Currency units reserved so far, by all processes."""
        return self._balance().spent

    @property
    def characters(self) -> int:
        """Characters reserved so far, by all processes."""
        return self._balance().characters

    def _cost(self, characters: int) -> int:
        if characters < 0:
            message = "a number of characters cannot be negative"
            raise ValueError(message)
        return self.price.millionths(characters)

    def _balance(self) -> Balance:
        """What the file says, or said when it could still be read."""
        if self._opened or self._path.exists():
            with self._held():
                pass
        return self._known

    @contextmanager
    def _held(self) -> Iterator[int]:
        """The file, ours alone, and its balance in ``_known``.

        -1 if the account is closed.
        """
        with self._lock:
            file = -1
            try:
                if not self.problem:
                    file = self._open()
                    self._known = self._checked(file)
                    self._opened = True
            except (OSError, ValueError) as error:
                self._close(error)
            try:
                yield -1 if self.problem else file
            finally:
                if file >= 0:
                    os.close(file)  # which unlocks it

    def _open(self) -> int:
        """The file, locked; made if nothing has been seen of it yet.

        Raises OSError if that is not possible.
        """
        if not self._opened:
            account_file.create(self._path, self._known)
        return account_file.open_locked(self._path)

    def _checked(self, file: int) -> Balance:
        """What the file says.

        Raises ValueError if that cannot be, OSError if it cannot be read.
        """
        balance = account_file.read(file)
        if balance.currency != self.price.currency:
            message = f"is kept in {balance.currency}, not in {self.price.currency}"
            raise ValueError(message)
        if balance.millionths < self._own:
            message = "says less than was spent; it was changed by somebody else"
            raise ValueError(message)
        return balance

    def _written(self, file: int, balance: Balance) -> bool:
        """Write a new balance; if that fails the account is closed."""
        try:
            account_file.write(file, balance)
        except OSError as error:
            self._close(error)
            return False
        self._known = balance
        return True

    def _close(self, error: Exception) -> None:
        """Pay for nothing from now on."""
        reason = getattr(error, "strerror", None) or str(error)
        self.problem = f"{self._path}: {reason}; nothing more is paid for"


def money(amount: float, currency: str) -> str:
    """A sum for people, to a millionth where need be: ``$5.00``, ``0.005 EUR``."""
    whole, _, rest = f"{amount:,.6f}".partition(".")
    text = f"{whole}.{rest.rstrip('0'):0<2}"
    return f"${text}" if currency == "USD" else f"{text} {currency}"


def _exactly(amount: float) -> Fraction:
    """The number as it was written, so that 0.1 is a tenth.

    Raises ValueError if it is infinite or none.
    """
    if not isfinite(amount):
        message = f"{amount!r} is no sum of money"
        raise ValueError(message)
    return Fraction(str(amount))
