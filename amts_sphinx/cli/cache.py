"""``amts cache``: look after what was paid for: caches, drafts and what they cost.

A cache is for machines, so what is wrong with it is told by the exit status, too: a CI
job may mend it, begin a new one, or wait.  Lines of drafts are people's business and
never changed here.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from amts_sphinx.cli.tables import counted, table
from amts_sphinx.cli.terminal import CommandError, complain, say
from amts_sphinx.memory import cache_care
from amts_sphinx.memory.account_file import SPENDING, UNIT, balances
from amts_sphinx.memory.cache_care import ANSWERS, Entry
from amts_sphinx.memory.cache_form import DamagedError
from amts_sphinx.memory.drafts import DRAFTS, Drafts
from amts_sphinx.memory.preflight import DATABASE, BarredError
from amts_sphinx.memory.spending import money
from amts_sphinx.text import codes

#: how the command ends, beside the ways of all commands
FOREIGN, BARRED = 3, 4

_HELP = """\
PATH is a cache (.amts/answers), the folder it is in (.amts), a drafts.jsonl file, or a
folder with such files (translations).

check  reads every entry of the cache and every line of the drafts.  With --fix, damaged
       entries are removed (the next build asks for them again), and what is no cache of
       ours is renamed; lines of drafts are for people to mend.
stat   counts entries, characters (as sent and billed) and bytes by engine and
       languages, and sums up what was spent.
prune  drops the entries whose text the same engine has translated into the same
       language again since, because anything else had changed: its version or settings,
       the terminology, the parallel data.  The later answer stays, whichever
       configuration it is of; so do not prune a cache that two books share.

Exit status: 0, all is well (with --fix: it is now); 1, entries or lines are damaged or
were changed by hand; 2, it could not be done, and one line says why; 3, it is no cache
of ours, or damaged as a whole; 4, the cache is in use, or cannot be read or changed;
130, interrupted.  Of several, the highest.
"""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and what it can do."""
    parser = commands.add_parser(
        "cache",
        help="look after what engines answered",
        description="Look after what engines answered and what that cost.",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, run, description in (
        ("check", _check, "name every damaged entry, and drafts changed by hand"),
        ("stat", _stat, "count what is there, and sum up what it cost"),
        ("prune", _prune, "drop answers that the same engine has given anew since"),
    ):
        action = actions.add_parser(
            name,
            help=description,
            description=f"{description[0].upper()}{description[1:]}.",
            epilog=_HELP,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        action.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help="see below"
        )
        action.set_defaults(run=run)
        if name == "check":
            action.add_argument(
                "--fix", action="store_true", help="mend what can be mended"
            )
        if name == "prune":
            action.add_argument(
                "--dry-run", action="store_true", help="only say what would go"
            )


def _check(options: argparse.Namespace) -> int:
    """Every fault in a line of its own, then one line for each thing looked at."""
    caches, drafts = _found(options.paths)
    statuses = [_check_cache(folder, fix=options.fix) for folder in caches]
    statuses += [_check_drafts(path) for path in drafts]
    return max(statuses, default=0)


def _check_cache(folder: Path, *, fix: bool) -> int:
    try:
        found = cache_care.entries(folder)
        damaged = [entry for entry in found if not entry.asked]
        say(f"{folder}: entry {entry.key[:12]} is damaged" for entry in damaged)
        told = f"{len(damaged):,} damaged" if damaged else "all is well"
        if fix and damaged:
            told = (
                f"{counted(cache_care.remove(folder, damaged), 'damaged one')} removed"
            )
        say([f"{folder}: {counted(len(found), 'entry', 'entries')}; {told}"])
    except DamagedError as damage:
        return _check_foreign(folder, damage, fix=fix)
    except BarredError as reason:
        return _barred(folder, reason)
    return 1 if damaged and not fix else 0


def _check_foreign(folder: Path, damage: DamagedError, *, fix: bool) -> int:
    """A cache that is none, or is none any more."""
    say([f"{folder}: is no cache of ours, or damaged ({damage})"])
    if not fix:
        return FOREIGN
    try:
        aside = cache_care.set_aside(folder)
    except BarredError as reason:
        complain(f"{folder}: {reason}")
        return BARRED
    say([f"{folder}: kept as {aside.name}" if aside else f"{folder}: is well by now"])
    return 0


def _barred(folder: Path, reason: BarredError) -> int:
    complain(f"{folder}: {reason}")
    return BARRED


def _check_drafts(path: Path) -> int:
    told: list[str] = []
    drafts = Drafts.read(path, told.append)
    say(told)
    rest = f"{len(told):,} to look at" if told else "all is well"
    say([f"{path}: {counted(len(drafts), 'draft')} can be used; {rest}"])
    return 1 if told else 0


def _stat(options: argparse.Namespace) -> int:
    """Tables of caches and drafts, and a line for what was spent."""
    caches, paths = _found(options.paths)
    status = 0
    rows: list[tuple[str, Sequence[int]]] = []
    for folder in caches:
        try:
            found = cache_care.entries(folder)
        except (DamagedError, BarredError) as error:
            complain(f"{folder}: {error}")
            kind = FOREIGN if isinstance(error, DamagedError) else BARRED
            status = max(status, kind)
            continue
        status = max(status, int(not all(entry.asked for entry in found)))
        rows += _rows(folder, found)
    told: list[str] = []
    drafts = [(path, Drafts.read(path, told.append)) for path in paths]
    for line in told:
        complain(line)
    if rows:
        say(_table(("cache", "entries", "characters", "bytes"), rows))
    if drafts:
        counts = [(str(path), _counts(found)) for path, found in drafts]
        say(_table(("drafts", "sentences", "characters"), counts))
    say(_spent(_spending(options.paths)))
    return max(status, int(bool(told)))


def _rows(folder: Path, found: Iterable[Entry]) -> Iterator[tuple[str, Sequence[int]]]:
    """A row for each engine and pair of languages."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in found:
        asked = entry.asked
        name = f"{asked.engine}, {asked.source} to {asked.target}" if asked else ""
        groups[name].append(entry)
    for name, group in sorted(groups.items()):
        characters = sum(entry.asked.characters for entry in group if entry.asked)
        size = sum(entry.size for entry in group)
        yield f"{folder}: {name or 'damaged'}", (len(group), characters, size)


def _counts(drafts: Drafts) -> Sequence[int]:
    return len(drafts), sum(len(codes.plain(draft.source)) for draft in drafts)


def _table(
    head: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]
) -> Iterator[str]:
    """A table of numbers, with their sums if there are several rows."""
    if len(rows) > 1:
        sums = [sum(column) for column in zip(*(row for _, row in rows), strict=True)]
        rows = [*rows, ("all", sums)]
    cells = ((name, *(f"{number:,}" for number in row)) for name, row in rows)
    return table(head, cells)


def _spent(folders: Iterable[Path]) -> Iterator[str]:
    """What all accounts of a folder say, by currency."""
    for folder in folders:
        found = balances(folder)
        known = [balance for balance in found.values() if balance]
        for currency in sorted({balance.currency for balance in known}):
            mine = [balance for balance in known if balance.currency == currency]
            spent = money(sum(one.millionths for one in mine) / UNIT, currency)
            characters = sum(one.characters for one in mine)
            yield (
                f"{folder}: {counted(len(mine), 'account')}, "
                f"{counted(characters, 'character')}, at most {spent}"
            )
        if len(known) < len(found):
            bad = counted(len(found) - len(known), "account")
            yield f"{folder}: {bad} cannot be read"


def _prune(options: argparse.Namespace) -> int:
    """One line a cache."""
    caches, _ = _found(options.paths)
    if not caches:
        message = f"{options.paths[0]}: there is no cache; of drafts nothing is dropped"
        raise CommandError(message)
    return max(_prune_cache(folder, dry=options.dry_run) for folder in caches)


def _prune_cache(folder: Path, *, dry: bool) -> int:
    try:
        found = cache_care.entries(folder)
        outdated = cache_care.superseded(found)
        count = len(outdated) if dry else cache_care.remove(folder, outdated)
    except DamagedError as damage:
        complain(f"{folder}: is no cache of ours, or damaged ({damage})")
        return FOREIGN
    except BarredError as reason:
        return _barred(folder, reason)
    would = "would be dropped" if dry else "dropped"
    characters = sum(entry.asked.characters for entry in outdated if entry.asked)
    total = counted(len(found), "entry", "entries")
    say([f"{folder}: {count:,} of {total} {would} ({characters:,} characters)"])
    return 0


def _found(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """The caches and the files of drafts that are meant.

    Raises CommandError for a path where there is none of them.
    """
    caches: list[Path] = []
    drafts: list[Path] = []
    for path in paths:
        answers = [path] if _is_cache(path) else []
        if not answers and (path / ANSWERS).is_dir():
            answers = [path / ANSWERS]
        files = [path] if path.name == DRAFTS and path.is_file() else []
        if path.is_dir() and not answers:
            files = sorted(p for p in path.rglob(DRAFTS) if p.is_file())
        if not answers and not files and not _spending([path]):
            message = f"{path}: there is no cache, and no {DRAFTS}"
            raise CommandError(message)
        caches += answers
        drafts += files
    return list(dict.fromkeys(caches)), list(dict.fromkeys(drafts))


def _is_cache(path: Path) -> bool:
    """Is there a database?  Or what one leaves behind."""
    return any(path.glob(f"{DATABASE}*"))


def _spending(paths: Iterable[Path]) -> list[Path]:
    """The folders of accounts, beside the caches that are meant."""
    near = [(path.parent if _is_cache(path) else path) / SPENDING for path in paths]
    return list(dict.fromkeys(path for path in near if path.is_dir()))
