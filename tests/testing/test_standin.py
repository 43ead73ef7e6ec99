"""The stand-in asked by the real boto3: what it translates, keeps, lists and bills."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from typing import Any

import pytest

from amts_sphinx.engines.apertium_modes import commands
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.pseudo import PseudoEngine, pseudo
from amts_sphinx.testing.standin import Standin
from amts_sphinx.testing.standin.operations import OPERATIONS
from amts_sphinx.text.languages import PROFILES

PAIR = {"SourceLanguageCode": "en", "TargetLanguageCode": "zh"}
HELLO = "Ĥééļļöö"
#: a page but for the words that are translated
FRAME = """<!DOCTYPE html>
<html lang="en"><head><title>Hello</title><style>p > b {}</style></head><body>
<h1 id="0">%(hello)s</h1>
<p id="1">%(hello)s <b>%(you)s</b> &amp; <i id="7" translate="no">x<b>y</b></i></p>
<ul><li>%(hello)s<br>%(you)s</li><li translate="no">Hello</li></ul>
<any id='2'>%(you)s &lt; %(you)s</any><!-- Hello --><script>a < b; c("Hello")</script>
</body></html>"""
PAGE = FRAME % {"hello": "Hello", "you": "you"}
BLOCKS = (
    "Hello",
    'Hello <b>you</b> &amp; <i id="7" translate="no">x<b>y</b></i>',
    "Hello<br>you",
    "you &lt; you",
)


def document(client: Any, content: str, kind: str = "text/html", **more: Any) -> str:
    """A document's translation."""
    given = {"Content": content.encode(), "ContentType": kind}
    answer = client.translate_document(**{"Document": given, **PAIR, **more})
    return str(answer["TranslatedDocument"]["Content"].decode())


def text(client: Any, given: str, **more: Any) -> str:
    """A text's translation."""
    return str(
        client.translate_text(**{"Text": given, **PAIR, **more})["TranslatedText"]
    )


def test_botocore_speaks_json(client: Any) -> None:
    """The model names another protocol first; should botocore follow, this says so."""
    model = client.meta.service_model
    assert getattr(model, "resolved_protocol", model.protocol) == "json"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Hello", HELLO),
        ("Hello < Hello & Hello", f"{HELLO} < {HELLO} & {HELLO}"),
        ("Hello <b id='1'>Hello</b>", f"{HELLO} <b id='1'>{HELLO}</b>"),
        (
            '<i translate="no">a <b>b</b></i>Hello',
            f'<i translate="no">a <b>b</b></i>{HELLO}',
        ),
        ("Hello &lt; &quot;Hello&quot;", f'{HELLO} &lt; "{HELLO}"'),
        ("Hello <b>Hello", f"{HELLO} <b>{HELLO}"),
        ("Hello</b> Hello", f"{HELLO}</b> {HELLO}"),
        ("<i><b>Hello</i></b>", f"<i><b>{HELLO}</i></b>"),
        ('<x id="1" translate="no"/> Hello', '<x id="1" translate="no"/> Hello'),
        ("  Hello\n", f"  {HELLO}\n"),
    ],
)
def test_text(client: Any, given: str, expected: str) -> None:
    """Letters outside of tags are translated; a tag that closes nothing is none."""
    assert text(client, given) == expected


def test_a_page(client: Any, service: Standin) -> None:
    """All that differs is the text of its blocks, which are asked as they were sent."""
    expected = FRAME % {"hello": HELLO, "you": pseudo("you")}
    assert document(client, PAGE) == expected
    assert service.ledger.asked[-1].texts == BLOCKS


def test_a_plain_document(client: Any, service: Standin) -> None:
    """Each line is asked by itself; nothing in it is a tag."""
    assert (
        document(client, "Hello\r\n\r\n <b>\n", "text/plain")
        == f"{HELLO}\r\n\r\n <ƀ>\n"
    )
    assert service.ledger.asked[-1].texts == ("Hello", " <b>")


def test_a_document_is_one_question(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine gets all blocks in one call, as coded text."""
    asked: list[list[str]] = []
    real = PseudoEngine.translate

    def listening(self: PseudoEngine, segments: Sequence[str]) -> list[str | None]:
        asked.append(list(segments))
        return real(self, segments)

    monkeypatch.setattr(PseudoEngine, "translate", listening)
    document(client, PAGE)
    assert asked == [
        [
            "Hello",
            'Hello <g id="1">you</g> &amp; <x id="2"/>',
            'Hello<x id="1"/>you',
            "you &lt; you",
        ]
    ]


def test_an_engine_may_move_codes(connect: Callable[..., Any]) -> None:
    """Codes become the tags they stand for wherever they are; elements always nest."""
    answers = {
        '<x id="1"/> a <g id="2">b</g>': '<g id="2">B <x id="1"/></g> A',
        '<g id="1">a</g>': '</g><g id="1">A',
    }
    with Standin(lambda coded: answers[coded]) as service:
        client = connect(service.url)
        moved = text(client, '<br id="5"> a <b id="6">b</b>')
        assert moved == '<b id="6">B <br id="5"></b> A'
        assert text(client, "<b>a</b>") == "<b>A</b>"


def test_an_engine_that_fails_is_heard_of(
    connect: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of the stand-in itself is an error, never an answer, and never billed."""

    def broken(_coded: str) -> str:
        message = "no idea"
        raise KeyError(message)

    with Standin(broken) as service:
        client = connect(service.url)
        with pytest.raises(client.exceptions.ClientError, match="no idea"):
            text(client, "Hello")
        assert service.ledger.billed == 0
        assert service.ledger.outcomes == {"error": 1}
    assert "KeyError" in capsys.readouterr().err


def test_apertium(connect: Callable[..., Any]) -> None:
    """A real engine translates between its languages, and only between these."""
    try:
        commands("en", "es")
    except EngineError as error:
        pytest.skip(str(error))
    with Standin("apertium") as service:
        client = connect(service.url)
        page = '<p id="1">The red house</p><p id="2">A <b>good</b> book</p>'
        answer = document(client, page, TargetLanguageCode="es")
        assert answer.startswith('<p id="1">La casa roja</p><p id="2">Un ')
        assert answer.count("<b>") == answer.count("</b>") == 1
        with pytest.raises(client.exceptions.UnsupportedLanguagePairException):
            text(client, "Hello", TargetLanguageCode="zh")


def test_the_same_language(client: Any, service: Standin) -> None:
    """Nothing is translated and nothing is billed, as documented."""
    assert text(client, "Hello", TargetLanguageCode="en") == "Hello"
    assert service.ledger.billed == 0


def test_settings(client: Any) -> None:
    """What the target language supports is applied, and said to be."""
    given = {"Formality": "FORMAL", "Profanity": "MASK"}
    for target, applied in (("de", given), ("zh", {"Profanity": "MASK"})):
        parameters = {"SourceLanguageCode": "auto", "TargetLanguageCode": target}
        answer = client.translate_text(Text="Hello", Settings=given, **parameters)
        assert answer["AppliedSettings"] == applied
        assert answer["SourceLanguageCode"] == "en"
        assert answer["TargetLanguageCode"] == target


@pytest.mark.parametrize(
    ("content", "kind", "billed"),
    [
        (
            "<html><title>T</title><body><p>ab</p>\n<p>c</p></body></html>",
            "text/html",
            4,
        ),
        ("<p>a &amp; <code translate='no'>xyz</code></p>", "text/html", 7),
        ("<p translate='no'>abc</p><p>你好</p><script>no</script>", "text/html", 5),
        ("<!-- no --><p><br></p>", "text/html", 0),
        ("<b>ab</b>\n", "text/plain", 10),
        ("<b>ab</b> &amp;", "", 15),
        ("你好", "", 2),
    ],
)
def test_what_is_billed(
    client: Any, service: Standin, content: str, kind: str, billed: int
) -> None:
    """Characters outside of tags in the body of a page, all characters of a text."""
    if kind:
        document(client, content, kind)
    else:
        text(client, content)
    assert service.ledger.billed == billed == service.ledger.asked[-1].billed


def test_refusals_are_not_billed(client: Any, service: Standin) -> None:
    """Only what was translated costs."""
    with pytest.raises(client.exceptions.UnsupportedLanguagePairException):
        text(client, "Hello", TargetLanguageCode="xx")
    (record,) = service.ledger.asked
    assert (record.outcome, record.billed) == ("refused", 0)
    assert (record.error, record.status) == ("UnsupportedLanguagePairException", 400)


# -- terminologies ---------------------------------------------------------------

TERMS = 'en,zh,de\nred house,红屋,"rot, Haus"\nred,红,rot\nC++ <b>,C加加,C++\n'


def keep(client: Any, name: str, content: str, **more: str) -> dict[str, Any]:
    """Import a terminology; gives its properties."""
    data = {"File": content.encode(), "Format": "CSV", **more}
    parameters = {"MergeStrategy": "OVERWRITE", "TerminologyData": data}
    properties = client.import_terminology(Name=name, **parameters)
    return dict(properties["TerminologyProperties"])


def test_terminology_is_applied(client: Any) -> None:
    """The longest term wins, its translation stands word for word, and this is told."""
    keep(client, "terms", TERMS)
    parameters = {**PAIR, "TerminologyNames": ["terms"]}
    answer = client.translate_text(
        Text="A red house, <b>red</b> redder C++ &lt;b&gt;", **parameters
    )
    assert answer["TranslatedText"] == "ÀÀ 红屋, <b>红</b> ŕééďďééŕ C加加"
    assert answer["AppliedTerminologies"] == [
        {
            "Name": "terms",
            "Terms": [
                {"SourceText": "C++ <b>", "TargetText": "C加加"},
                {"SourceText": "red", "TargetText": "红"},
                {"SourceText": "red house", "TargetText": "红屋"},
            ],
        }
    ]
    page = document(client, "<p>red</p><p>Hello</p>", TerminologyNames=["terms"])
    assert page == f"<p>红</p><p>{HELLO}</p>"


def test_terminology_of_other_languages(client: Any) -> None:
    """One direction unless it is for all; a language it lacks is translated as ever."""
    keep(client, "terms", TERMS)
    back = {"SourceLanguageCode": "zh", "TargetLanguageCode": "en"}
    named = {"TerminologyNames": ["terms"]}
    assert text(client, "红", **back, **named) == "红"
    assert text(client, "red", TargetLanguageCode="fr", **named) == "ŕééď"
    keep(client, "terms", TERMS, Directionality="MULTI")
    assert text(client, "红", **back, **named) == "red"


def test_terminologies_are_kept(client: Any, service: Standin) -> None:
    """Imported, replaced, fetched, listed page by page, deleted."""
    names = ["a", "b-1", "c_2"]
    made = {name: keep(client, name, TERMS) for name in names}
    assert made["a"]["TermCount"] == 3
    assert made["a"]["SourceLanguageCode"] == "en"
    assert made["a"]["TargetLanguageCodes"] == ["zh", "de"]
    again = keep(client, "a", "en,zh\nred,红\n")
    assert again["CreatedAt"] == made["a"]["CreatedAt"] < again["LastUpdatedAt"]
    got = client.get_terminology(Name="a")
    assert got["TerminologyProperties"] == again
    place = got["TerminologyDataLocation"]["Location"]
    with urllib.request.urlopen(place) as file:  # noqa: S310 - of the stand-in
        assert file.read() == b"en,zh\nred,\xe7\xba\xa2\n"
    listed: list[str] = []
    pages = client.get_paginator("list_terminologies").paginate(
        PaginationConfig={"PageSize": 2}
    )
    for page in pages:
        listed += [one["Name"] for one in page["TerminologyPropertiesList"]]
    assert [name for name in listed if name in names] == names
    for name in listed:
        client.delete_terminology(Name=name)
    assert client.list_terminologies()["TerminologyPropertiesList"] == []
    for call in (client.get_terminology, client.delete_terminology):
        with pytest.raises(client.exceptions.ResourceNotFoundException) as raised:
            call(Name="a")
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert service.ledger.billed == 0


def test_terms_that_are_skipped(client: Any) -> None:
    """Empty, doubled and over-long terms, and rows of another length, are counted."""
    rows = [
        "red,红",
        "red,赤",
        ",空",
        "blue,",
        f"{'长' * 67},x",
        "a,b,c",
        "green,绿",
        "",
    ]
    made = keep(client, "skipped", "\n".join(["en,zh", *rows]))
    assert (made["TermCount"], made["SkippedTermCount"]) == (2, 5)


@pytest.mark.parametrize(
    "content", ["", "en\nred\n", "en,xx\nred,x\n", "en,en\nred,x\n", 'en,zh\n"red,x\n']
)
def test_files_that_are_no_terminology(client: Any, content: str) -> None:
    """A file without two languages, or that is no CSV, is refused."""
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        keep(client, "wrong", content)


def test_terminologies_that_are_too_much(client: Any) -> None:
    """There may be a hundred; one may not be in TMX, as long as that is not built."""
    with pytest.raises(client.exceptions.InvalidParameterValueException, match="TMX"):
        keep(client, "tmx", "<tmx/>", Format="TMX")
    tabs = "en\tzh\nred\t红\n"
    assert keep(client, "t0", tabs, Format="TSV")["TermCount"] == 1
    kept = client.list_terminologies()["TerminologyPropertiesList"]
    for number in range(1, 101 - len(kept)):
        keep(client, f"t{number}", TERMS)
    with pytest.raises(client.exceptions.LimitExceededException):
        keep(client, "t100", TERMS)
    keep(client, "t0", TERMS)
    for one in client.list_terminologies()["TerminologyPropertiesList"]:
        client.delete_terminology(Name=one["Name"])


# -- lists, and what is not built ------------------------------------------------


def test_languages(client: Any) -> None:
    """All languages that there are profiles for, page by page, named in any of ten."""
    codes: list[str] = []
    more: dict[str, str] = {}
    while True:
        page = client.list_languages(MaxResults=20, DisplayLanguageCode="de", **more)
        codes += [language["LanguageCode"] for language in page["Languages"]]
        names = {one["LanguageCode"]: one["LanguageName"] for one in page["Languages"]}
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert codes == ["auto", *sorted(PROFILES)]
    assert names["zh-TW"].startswith("Chinesisch")


@pytest.mark.parametrize("token", ["x", "-1", "999", "²"])
def test_tokens_must_be_given_out(client: Any, token: str) -> None:
    """A page that nobody was told of does not exist."""
    with pytest.raises(client.exceptions.ClientError) as raised:
        client.list_languages(NextToken=token)
    assert raised.value.response["Error"]["Code"] in {
        "InvalidParameterValueException",
        "ValidationException",
    }


def test_what_is_not_built_says_so(
    client: Any, service: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All operations of the model are there; one that comes is refused in words."""
    assert set(OPERATIONS) == set(client.meta.service_model.operation_names)
    fewer = {k: v for k, v in OPERATIONS.items() if k != "ListParallelData"}
    monkeypatch.setattr("amts_sphinx.testing.standin.operations.OPERATIONS", fewer)
    with pytest.raises(client.exceptions.ClientError, match="not built yet") as raised:
        client.list_parallel_data()
    assert raised.value.response["Error"]["Code"] == "InvalidRequestException"
    assert service.ledger.asked[-1].operation == "ListParallelData"


def test_without_storage(client: Any, service: Standin) -> None:
    """Parallel data and jobs need S3, and say so; buckets too."""
    for call in (client.list_parallel_data, client.list_text_translation_jobs):
        with pytest.raises(client.exceptions.ClientError, match="without storage"):
            call()
    with pytest.raises(ValueError, match="needs S3"):
        service.bucket("book")
    assert service.s3_url == ""


# -- what every answer says, and the ledger from outside -------------------------


def test_every_answer_says_what_it_is(
    client: Any, service: Standin, post: Callable[..., Any]
) -> None:
    """Good or bad: not Amazon's, and a number of its own."""
    answer = client.translate_text(Text="Hello", **PAIR)["ResponseMetadata"]
    heads = [answer["HTTPHeaders"], dict(post({})[0].headers.items())]
    with urllib.request.urlopen(f"{service.url}/_standin/ledger") as response:  # noqa: S310
        heads.append(dict(response.headers.items()))
    connection = HTTPConnection(service.url.removeprefix("http://"))
    connection.request("PUT", "/")
    refused = connection.getresponse()
    connection.close()
    assert refused.status == 501
    assert refused.headers["X-Amts-Standin"] == heads[0]["x-amts-standin"]
    for head in heads:
        small = {name.lower(): value for name, value in head.items()}
        assert small["server"] == "amts-standin"
        said = "this is a stand-in, not Amazon Translate"
        assert small["x-amts-standin"] == said
        assert small["x-amzn-requestid"]
    assert answer["RequestId"] == heads[0]["x-amzn-requestid"]
    assert answer["RequestId"] != heads[1]["x-amzn-RequestId"]


def test_the_ledger_from_outside(
    client: Any, service: Standin, post: Callable[..., Any]
) -> None:
    """Another process reads the same counts and records, and may begin anew."""
    text(client, "Hello <b>你</b>")
    post({})
    with urllib.request.urlopen(f"{service.url}/_standin/ledger") as response:  # noqa: S310
        seen = json.load(response)
    asked = seen.pop("asked")
    assert seen == {
        "requests": 2,
        "answered": 1,
        "documents": 0,
        "billed": 14,
        "statuses": {"200": 1, "400": 1},
        "outcomes": {"answered": 1, "refused": 1},
    }
    assert asked[0] == {
        "operation": "TranslateText",
        "texts": ["Hello <b>你</b>"],
        "billed": 14,
        "outcome": "answered",
        "error": "",
        "status": 200,
    }
    post({}, path="/_standin/reset")
    assert service.ledger.as_json()["requests"] == 0 == service.ledger.requests
    with pytest.raises(urllib.request.HTTPError, match="404"):
        urllib.request.urlopen(f"{service.url}/other")  # noqa: S310
