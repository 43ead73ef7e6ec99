"""A book's glossary: what is wrong with it is said before anything is sent."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amts_sphinx.engines.addresses import address
from amts_sphinx.engines.amazon_session import control
from amts_sphinx.engines.amazon_terminology import Terminology, read_terminology
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.testing.standin import Faults, Standin
from engines.service import KEY, KEY_ID, serving

#: what the service's model allows
NAME = re.compile(r"([A-Za-z0-9-]_?)+")
GLOSSARY = "en,es\nprice,precio\nsupply,oferta\n"


@pytest.fixture(scope="module")
def _running() -> Iterator[Standin]:
    with serving() as there:
        yield there


@pytest.fixture
def there(_running: Standin) -> Standin:
    """A stand-in without faults."""
    _running.faults = Faults()
    return _running


def read(folder: Path, text: str | bytes, target: str = "es") -> Terminology:
    """The glossary in a file of this content."""
    path = folder / "glossary.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_terminology(path, "en", target)


def problem(folder: Path, text: str | bytes) -> str:
    """What is said of a file that cannot be used."""
    with pytest.raises(EngineError) as info:
        read(folder, text)
    assert "\n" not in str(info.value)
    assert str(folder) not in str(info.value)
    return str(info.value)


def test_a_glossary(tmp_path: Path) -> None:
    """Its name is one that the service takes, and says for which languages it is."""
    words = read(tmp_path, GLOSSARY)
    assert words.content == GLOSSARY.encode()
    assert words.name == f"amts-en-es-{words.digest[:32]}"
    assert NAME.fullmatch(words.name)
    assert len(words.digest) == 64


@pytest.mark.parametrize(
    "text",
    [
        "en,es\r\nsupply,oferta\r\nprice,precio\r\n",
        "\ufeffen,es\nprice,precio\nsupply,oferta",
        " en , es\nprice, precio\n\n supply,oferta\n",
        'en,es\n"price","precio"\nsupply,oferta\nprice,precio\n',
        "en,fr,es\nprice,prix,precio\nsupply,offre,oferta\n",
        "en,es,fr\nprice,precio\nsupply,oferta,offre\n",
    ],
)
def test_the_same_glossary(tmp_path: Path, text: str) -> None:
    """Order, spacing, other languages and how it was saved make no other one of it."""
    assert read(tmp_path, text) == read(tmp_path, GLOSSARY)


@pytest.mark.parametrize(
    "text",
    [
        "en,es\nprice,precio\nsupply,Oferta\n",
        "en,es\nPrice,precio\nsupply,oferta\n",
        "en,es\nprice,precio\n",
    ],
)
def test_another_glossary(tmp_path: Path, text: str) -> None:
    """A letter more or less, and it is another one, with another name."""
    assert read(tmp_path, text).name != read(tmp_path, GLOSSARY).name


def test_another_language(tmp_path: Path) -> None:
    """Of one file there is one for each target language."""
    text = "en,es,zh-TW\nprice,precio,價格\n"
    chinese = read(tmp_path, text, "zh-TW")
    assert chinese.content.decode() == "en,zh-TW\nprice,價格\n"
    assert NAME.fullmatch(chinese.name)
    assert chinese.name != read(tmp_path, text).name


def test_the_first_of_equal_translations_is_sent(tmp_path: Path) -> None:
    """The others count for people, and the service would put the bar into its text."""
    words = read(tmp_path, "en,es\nprice,precio | coste\n")
    assert words.content.decode() == "en,es\nprice,precio\n"


cells = st.text(
    st.characters(
        exclude_categories=["C", "Z"],
        exclude_characters="|",
        include_characters="\",;' \n",
    ),
    min_size=1,
    max_size=8,
).filter(str.strip)


@settings(deadline=None)
@given(st.dictionaries(cells, cells, max_size=4))
def test_any_terms(
    tmp_path_factory: pytest.TempPathFactory, terms: dict[str, str]
) -> None:
    """Commas, quotes and line ends within a term arrive as what they are."""
    out = io.StringIO()
    csv.writer(out).writerows([("en", "es"), *terms.items()])
    words = read(tmp_path_factory.getbasetemp(), out.getvalue())
    rows = list(csv.reader(io.StringIO(words.content.decode(), newline="")))
    expected = {(a.strip(), b.strip()) for a, b in terms.items()}
    assert rows == [["en", "es"], *map(list, sorted(expected))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "glossary.csv:1: the first row must begin with en,es"),
        ("price,precio\n", "glossary.csv:1: the first row"),
        ("es,en\nprecio,price\n", "glossary.csv:1: the first row"),
        ("en,fr\nprice,prix\n", "glossary.csv:1: the first row"),
        ("en;es\nprice;precio\n", "glossary.csv:1: the first row"),
        ("en,es\nprice,precio\nsupply,\n", "glossary.csv:3: a term or its"),
        ("en,es\n,precio\n", "glossary.csv:2: a term or its"),
        ("en,es\nprice\n", "glossary.csv:2: a term or its"),
        ("en,es\n\n\n  ,precio\n", "glossary.csv:4: a term or its"),
        ('en,es\n"a\nb",c\nprice,\n', "glossary.csv:4: a term or its"),
        (f"en,es\n{'x' * 201},a\n", "glossary.csv:2: a term is longer than 200"),
        (f"en,es\na,{'价' * 67}\n", "glossary.csv:2: a term is longer than 200"),
        (b"en,es\nprecio,\xff\xfe\n", "glossary.csv: is no CSV file in UTF-8"),
        ("en,es\na," + "x" * 150_000, "glossary.csv: is no CSV file in UTF-8"),
        (
            "en,es,note\n" + f"a,b,{'x' * 100_000}\n" * 105,
            "glossary.csv: is larger than 10 MiB",
        ),
    ],
    ids=range(15),
)
def test_a_wrong_file(tmp_path: Path, text: str | bytes, said: str) -> None:
    """File, line, what is wrong with it and what to do, in one line."""
    assert problem(tmp_path, text).startswith(said)


def test_terms_of_just_the_right_length(tmp_path: Path) -> None:
    """So many bytes are allowed, and those of blanks around do not count."""
    assert read(tmp_path, f"en,es\n {'x' * 200} ,{'价' * 66}\n")


def test_a_term_with_two_translations(tmp_path: Path) -> None:
    """The service would take one of them and say nothing of which: it is said here."""
    assert problem(tmp_path, "en,es\nbank,orilla\nbank,banco\n").startswith(
        "glossary.csv:3: "
    )


def test_no_file(tmp_path: Path) -> None:
    """It is said that it cannot be read, and why."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(EngineError, match=f"^{path.name}: cannot be read \\("):
            read_terminology(path, "en", "es")


# -- what the service makes of it ----------------------------------------------------


def test_it_is_imported(tmp_path: Path, there: Standin) -> None:
    """The service holds it then, under its name, and nothing is left out."""
    words = read(tmp_path, GLOSSARY)
    client = control("", address(""))
    assert words.import_by(client) == ""
    assert words.import_by(client) == ""
    found = client.get_terminology(Name=words.name)["TerminologyProperties"]
    assert (found["TermCount"], found["SkippedTermCount"]) == (2, 0)
    assert (found["SourceLanguageCode"], found["TargetLanguageCodes"]) == ("en", ["es"])
    assert there.ledger.billed == 0
    client.close()


def test_it_cannot_be_imported(tmp_path: Path, there: Standin) -> None:
    """Why, in one line, without whose account it is."""
    there.faults = Faults(next_errors=("AccessDeniedException",))
    client = control("", address(""))
    with pytest.raises(EngineError) as info:
        read(tmp_path, GLOSSARY).import_by(client)
    client.close()
    said = str(info.value)
    assert said.startswith("the terminology cannot be imported: ")
    assert "AccessDenied" in said
    assert "\n" not in said
    assert KEY not in said
    assert KEY_ID not in said


def test_a_throttled_import_is_repeated(tmp_path: Path, there: Standin) -> None:
    """Once is no reason to give up."""
    there.faults = Faults(next_errors=("TooManyRequestsException",))
    client = control("", address(""))
    assert read(tmp_path, GLOSSARY).import_by(client) == ""
    client.close()
