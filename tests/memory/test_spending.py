"""Money: no more than the budget is ever reserved, by whomever, whatever happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_sphinx.memory.account_file import Balance, balances
from amts_sphinx.memory.spending import Account, Price, Quote, money

PRICE = Price(15.0, "USD", "2026-09-01", "a list")
NAME = "0123456789abcdef"

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")


def account(folder: Path, budget: float = 1.0, price: Price = PRICE) -> Account:
    """The one account of a folder."""
    return Account(folder, NAME, budget, price)


# -- what a job would cost ---------------------------------------------------------


@pytest.mark.parametrize(
    ("budget", "end"),
    [
        (5.0, "; budget $5.00"),
        (0, "; no budget: nothing is sent"),
        (1, "; budget $1.00, which pays for 66,666 of the characters"),
        (1.965, "; budget $1.965"),
    ],
)
def test_quote(budget: float, end: str) -> None:
    """One line says how much is sent, what it costs by which price, and what fits."""
    line = Quote(1204, 19667, 131_000, PRICE, budget).line()
    assert line == (
        "1,204 of 19,667 sentences, 131,000 characters, about $1.97 at $15.00 a "
        f"million (2026-09-01, a list){end}"
    )


def test_quote_of_any_price() -> None:
    """Nothing is known of the price but itself; it is in another currency; it is 0."""
    quote = Quote(1, 2, 1, Price(14.125, "EUR"), 0.5)
    assert quote.line().endswith(
        "about 0.01 EUR at 14.125 EUR a million; budget 0.50 EUR"
    )
    assert quote.affordable == 35_398
    free = Quote(1, 2, 9, Price(0.0, source="a\n gift"), 1)
    assert (free.cost, free.affordable) == (0, 9)
    assert "a million (a gift); " in free.line()


def test_money() -> None:
    """Two places, and more where they say something."""
    told = [money(sum_, "USD") for sum_ in (0, 1234.5, 0.0005)]
    assert told == ["$0.00", "$1,234.50", "$0.0005"]


@given(st.integers(0, 10**7), st.decimals("0.01", 100, places=2), st.integers(1, 10**9))
def test_what_is_affordable_can_be_reserved(
    tmp_path_factory: pytest.TempPathFactory, cents: int, price: object, more: int
) -> None:
    """Exactly so many characters fit into the budget, and not one more."""
    cost, budget = Price(float(str(price))), cents / 100
    fits = Quote(1, 1, 10**9, cost, budget).affordable
    one = account(tmp_path_factory.mktemp("a"), budget, cost)
    assert not one.reserve(fits + more)
    assert one.reserve(fits) == (budget > 0)
    # what is left is less than a character
    assert not one.reserve(1)


# -- the cap -----------------------------------------------------------------------


@given(
    budget=st.floats(0, 0.01),
    price=st.sampled_from([0.1, 1.0, 14.1, 15.0, 33.333]),
    steps=st.lists(st.tuples(st.booleans(), st.integers(0, 200)), max_size=40),
)
def test_any_sequence(
    tmp_path_factory: pytest.TempPathFactory,
    budget: float,
    price: float,
    steps: list[tuple[bool, int]],
) -> None:
    """Two who reserve and release in any order: the sum is right and within budget."""
    folder = tmp_path_factory.mktemp("a")
    both = [account(folder, budget, Price(price)) for _ in range(2)]
    held: list[tuple[int, int]] = []
    for number, (give_back, characters) in enumerate(steps):
        if give_back and held:
            who, count = held.pop()
            both[who].release(count)
        elif both[number % 2].reserve(characters):
            held.append((number % 2, characters))
        assert {one.characters for one in both} == {sum(n for _, n in held)}
        assert {one.spent for one in both} == {both[0].spent}
        assert sum(n for _, n in held) * price / 1e6 <= both[0].spent + 1e-12
        assert both[0].spent <= budget
    assert [one.problem for one in both] == ["", ""]


CHILD = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from amts_sphinx.memory.spending import Account, Price
account = Account(Path(sys.argv[1]), sys.argv[2], 0.0615, Price(15.0))
def work(number):
    return sum(account.reserve(10) for _ in range(60))
with ThreadPoolExecutor(8) as pool:
    print(sum(pool.map(work, range(8))), account.problem)
"""


@posix
def test_threads_and_processes(tmp_path: Path) -> None:
    """8 threads in each of 2 processes, five times: exactly what the budget pays for.

    Each attempt costs 150 millionths, so 410 of 960 fit.
    """
    for run in range(5):
        name = f"{run:016x}"
        command = [sys.executable, "-c", CHILD, str(tmp_path), name]
        both = [
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        told = [child.communicate(timeout=60)[0] for child in both]
        assert sum(map(int, told)) == 410  # no problem is told behind the numbers
        assert balances(tmp_path)[name] == Balance(61_500, 4_100, "USD")


def test_threads_without_processes(tmp_path: Path) -> None:
    """One account object, also where nothing but its own lock keeps threads apart."""
    one = account(tmp_path, 0.001)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one.reserve, [1] * 200)) == 66
    assert one.spent == 0.00099
    assert one.characters == 66


def test_a_killed_process_leaves_its_reservation(tmp_path: Path) -> None:
    """What it reserved may have been billed, so it stays counted."""
    code = (
        CHILD.partition("def work")[0] + "import os\naccount.reserve(4000)\nos._exit(9)"
    )
    command = [sys.executable, "-c", code, str(tmp_path), NAME]
    assert subprocess.run(command, check=False).returncode == 9
    one = account(tmp_path, 0.0615)
    assert (one.characters, one.spent) == (4000, 0.06)
    assert not one.reserve(101)
    assert one.reserve(100)


def test_each_reservation_is_rounded_up(tmp_path: Path) -> None:
    """A thousand tiny ones never cost less than they are billed."""
    one = account(tmp_path, 1.0, Price(0.5))
    assert all(one.reserve(1) for _ in range(10))
    assert one.spent == 0.00001


def test_without_a_budget(tmp_path: Path) -> None:
    """Nothing is sent, not even for nothing, and nothing is written."""
    for price in (PRICE, Price(0.0)):
        one = account(tmp_path, 0, price)
        assert not one.reserve(1)
        assert not one.reserve(0)
        assert (one.spent, one.characters, one.problem) == (0, 0, "")
    assert list(tmp_path.iterdir()) == []


# -- what can go wrong -------------------------------------------------------------


def test_names() -> None:
    """New ones differ; no path can be made of one."""
    names = {Account.new_name() for _ in range(50)}
    assert len(names) == 50
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in names)


@pytest.mark.parametrize(
    "name",
    ["", "../0123456789abcd", "0123456789ABCDEF", NAME + "\n", NAME + "0", "é" * 16],
)
def test_a_name_of_another_kind(tmp_path: Path, name: str) -> None:
    """It is a fault of the caller."""
    with pytest.raises(ValueError, match="no account"):
        Account(tmp_path, name, 1, PRICE)


def test_sums_that_are_none(tmp_path: Path) -> None:
    """Neither budget nor price may be endless, no price negative, no count either."""
    endless, none = float("inf"), float("nan")
    for budget, price in (
        (endless, 1.0),
        (none, 1.0),
        (1, endless),
        (1, none),
        (1, -1),
    ):
        with pytest.raises(ValueError, match=r"no (sum|price)"):
            account(tmp_path, budget, Price(price))
    with pytest.raises(ValueError, match="currency"):
        account(tmp_path, 1, Price(1, "usd"))
    one = account(tmp_path)
    for act in (one.reserve, one.release):
        with pytest.raises(ValueError, match="negative"):
            act(-1)


def test_more_is_released_than_was_reserved(tmp_path: Path) -> None:
    """Nobody gives back what another one reserved."""
    one, other = account(tmp_path), account(tmp_path)
    assert one.reserve(1000)
    assert other.reserve(10)
    with pytest.raises(ValueError, match="more"):
        other.release(11)
    assert one.characters == 1010


BAD = ["", "x", "0 0 USD\n", f"{-1:018d} {0:018d} USD\n", f"{0:018d} {0:018d} USD\n\n"]


@pytest.mark.parametrize("text", [*BAD, f"{0:018d} {0:018d} EUR\n", "9" * 10_000])
def test_a_file_that_is_no_account(tmp_path: Path, text: str) -> None:
    """It pays for nothing, for ever, and says why in one line; the file stays."""
    path = tmp_path / NAME
    path.write_text(text, "utf-8", newline="\n")
    one = account(tmp_path)
    assert not one.reserve(1)
    assert one.problem.startswith(f"{path}: ")
    assert "\n" not in one.problem
    assert path.read_text("utf-8") == text
    path.unlink()
    assert not one.reserve(1)
    one.release(0)
    assert (one.spent, one.characters) == (0, 0)
    assert not path.exists()


@pytest.mark.parametrize("accident", ["deleted", "replaced", "cut"])
def test_a_file_changed_by_others(tmp_path: Path, accident: str) -> None:
    """An account that forgets what was spent is closed to those who spent it."""
    one, path = account(tmp_path), tmp_path / NAME
    assert one.reserve(60_000)
    if accident == "deleted":
        path.unlink()
    elif accident == "cut":
        os.truncate(path, 7)
    else:
        path.write_text(f"{0:018d} {0:018d} USD\n", "utf-8", newline="\n")
    assert not one.reserve(60_000)
    assert one.problem
    assert one.spent == 0.9  # as last seen


@posix
@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "no folder"])
def test_no_plain_file(tmp_path: Path, kind: str) -> None:
    """Something else in its place, or no place: nothing is paid, nobody waits."""
    path, other = tmp_path / NAME, tmp_path / "other"
    other.write_text(f"{0:018d} {0:018d} USD\n", "utf-8")
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(other)
    elif kind == "pipe":
        os.mkfifo(path)
    one = account(other if kind == "no folder" else tmp_path)
    assert not one.reserve(1)
    assert one.problem
    assert other.read_text("utf-8").startswith("0" * 18)


@posix
def test_a_full_disk(tmp_path: Path) -> None:
    """What cannot be written down is not spent."""
    code = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        + CHILD.partition("def work")[0]
        + "assert not account.reserve(1)\n"
        "assert 'too large' in account.problem, account.problem\n"
        "assert not account.reserve(1)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path), NAME]
    for filled in (False, True):
        if filled:
            (tmp_path / NAME).unlink(missing_ok=True)
            assert account(tmp_path).reserve(10)
        subprocess.run(command, check=True)
    assert balances(tmp_path) == {NAME: Balance(150, 10, "USD")}


def test_balances(tmp_path: Path) -> None:
    """Accounts by name, None for a bad one; other files are none."""
    assert balances(tmp_path / "none") == {}
    assert account(tmp_path).reserve(1_000)
    (tmp_path / "f000000000000000").write_text("?")
    (tmp_path / "note.txt").write_text("?")
    found = balances(tmp_path)
    assert found == {NAME: Balance(15_000, 1_000, "USD"), "f" + "0" * 15: None}
    known = found[NAME]
    assert known
    assert known.spent == 0.015
