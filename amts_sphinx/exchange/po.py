"""PO catalogs: the translations of a book that was translated the Sphinx way.

babel reads them, after `po_source` saw to it that it can.  Only what a person stands
behind is a pair: entries that are fuzzy (some tool's guess), obsolete or untranslated
are counted and told in one line.  Where the msgids are names rather than texts, a
second catalog says what they stand for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from amts_sphinx.exchange import languages
from amts_sphinx.exchange.entries import Entry, documents
from amts_sphinx.exchange.errors import ExchangeError, Tell, problem
from amts_sphinx.exchange.po_source import PoSource, po_source
from amts_sphinx.text.bitext import Bitext
from amts_sphinx.text.languages import LanguageProfile

_FOLDER = "LC_MESSAGES"
#: the language with most plural forms, six: babel then takes as many as there are
_MOST_PLURALS = "ar"

#: what tells an entry: its context and its (singular) msgid
_Key = tuple[str, str]


class _Item(NamedTuple):
    """One translated entry; of plurals the first form and the last."""

    key: _Key
    ids: tuple[str, ...]
    strings: tuple[str, ...]
    line: int


class _Catalog(NamedTuple):
    """What one file holds."""

    source: PoSource
    name: str  #: of its document
    language: str  #: Amazon Translate code, "" where unknown


def read_po(
    path: Path,
    source: LanguageProfile | None,
    target: LanguageProfile | None,
    tell: Tell,
    sources: Path | None = None,
) -> Bitext:
    """The pairs of a catalog, or of all catalogs of one language in a folder.

    Without a target language given, it is the one of the folder above ``LC_MESSAGES``,
    or the header's ``Language``; the source is the header's ``X-Source-Language``.
    ``sources`` is a catalog (or folder) of the same msgids whose msgstrs are the source
    texts; where it has none, the msgid is the text.

    Raises ExchangeError for a file that is no catalog, or leaves a language open.
    """
    catalogs = _catalogs(path, target, tell)
    found = {catalog.language for catalog in catalogs} - {""}
    code = target.code if target else languages.only(path, found, "target")
    named = {c.source.header.get("x-source-language", "") for c in catalogs}
    ours = (
        source.code
        if source
        else languages.only(path, set(map(languages.code_of, named)) - {""}, "source")
    )
    texts = _texts(sources, source, tell) if sources else {}
    left: Counter[str] = Counter()
    entries = list(_entries(catalogs, texts, left))
    if left.total():
        kinds = ", ".join(f"{left[kind]} {kind}" for kind in sorted(left))
        what = f"{kinds}: no translations anybody stands behind; left out"
        tell(problem(path, 0, what))
    return Bitext(ours, code, documents(entries, path))


def _catalogs(path: Path, target: LanguageProfile | None, tell: Tell) -> list[_Catalog]:
    """The catalogs of a file or folder; in a folder only those of the language."""
    if not path.is_dir():
        return [_catalog(path, path.stem, tell)]
    found: list[_Catalog] = []
    others: set[str] = set()
    for file in sorted(filter(Path.is_file, path.rglob("*.po"))):
        name = _below(file, path).with_suffix("").as_posix()
        language = _folder_language(file)
        if not (target and language and language != target.code):
            catalog = _catalog(file, name, tell)
            language = catalog.language
            if not (target and language and language != target.code):
                found.append(catalog)
        others.add(language)
    if target and others and not found:
        raise languages.missing(path, others, target.code, "target")
    if not found:
        what = "holds no .po file; give a catalog, or a folder of catalogs"
        raise ExchangeError(problem(path, 0, what))
    return found


def _catalog(file: Path, name: str, tell: Tell) -> _Catalog:
    source = po_source(file, tell)
    header = languages.code_of(source.header.get("language", ""))
    return _Catalog(source, name, _folder_language(file) or header)


def _below(file: Path, folder: Path) -> Path:
    """The path of a catalog that its document has in the book."""
    parts = file.relative_to(folder).parts
    if _FOLDER in parts:
        parts = parts[parts.index(_FOLDER) + 1 :]
    return Path(*parts)


def _folder_language(file: Path) -> str:
    """The code of the folder above ``LC_MESSAGES``; "" if there is none."""
    parts = file.parts
    at = parts.index(_FOLDER) if _FOLDER in parts else 0
    return languages.code_of(parts[at - 1]) if at else ""


def _texts(
    path: Path, language: LanguageProfile | None, tell: Tell
) -> dict[_Key, tuple[str, ...]]:
    """What symbolic msgids stand for."""
    return {
        item.key: item.strings
        for catalog in _catalogs(path, language, tell)
        for item in _items(catalog.source, Counter())
    }


def _entries(
    catalogs: Iterable[_Catalog],
    texts: Mapping[_Key, tuple[str, ...]],
    left: Counter[str],
) -> Iterator[Entry]:
    """The pairs of all catalogs; what is no translation is counted by its kind.

    A plural gives two pairs, or one where the translation has one form for all.
    """
    for catalog in catalogs:
        for item in _items(catalog.source, left):
            ours = texts.get(item.key, item.ids)
            pairs = [(ours[-1], item.strings[-1])]
            if len(ours) > 1 and len(item.strings) > 1:
                pairs.insert(0, (ours[0], item.strings[0]))
            for text, translation in pairs:
                yield Entry(text, translation, item.line, catalog.name)


def _items(source: PoSource, left: Counter[str]) -> Iterator[_Item]:
    """The translated entries of one file, in its order."""
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415 - PO only

    try:
        catalog = read_po(source.lines, locale=_MOST_PLURALS, abort_invalid=True)
    except (PoFileError, LookupError, ValueError) as error:
        what = f"no catalog ({error}); check it with msgfmt -c"
        raise ExchangeError(problem(source.path, 0, what)) from error
    if source.obsolete:
        left["obsolete"] += source.obsolete
    for message in catalog:
        ids, strings = _forms(message.id), _forms(message.string or "")
        if not ids:
            continue
        if not strings:
            left["untranslated"] += 1
        elif message.fuzzy:
            left["fuzzy"] += 1
        else:
            line = source.msgstr.get(message.lineno or 0, 0)
            yield _Item((message.context or "", ids[0]), ids, strings, line)


def _forms(text: str | Sequence[str]) -> tuple[str, ...]:
    """The first and the last form of a text, empty ones left out."""
    forms = [form for form in ([text] if isinstance(text, str) else text) if form]
    return (forms[0], forms[-1]) if len(forms) > 1 else tuple(forms)
