"""``amts iam-policy``: as much as our calls need, and no more."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.loaders import Loader

import amts_sphinx
from cli.batch_books import ACCOUNT, BUCKET, REGION, ROLE, Said, Shop, shop

GIVEN = ("--bucket", "b-1", "--account", ACCOUNT, "--role-name", "jobs")
HERE = ("--region", REGION)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
#: what IAM calls the calls of S3 that have another name there
RENAMED = {"s3:HeadBucket": "s3:ListBucket"}
#: what is allowed but called by the service, on behalf of the caller
PASSED_ON = {"iam:PassRole"}
REAL_TIME = {"translate:TranslateDocument", "translate:TranslateText"}


@pytest.fixture
def there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shop]:
    """A book in front of the service, of which nothing is asked."""
    with shop(tmp_path, capsys, s3=False) as found:
        yield found


@pytest.fixture
def working(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shop]:
    """A book in front of a service that has all that batches need."""
    with shop(tmp_path, capsys) as found:
        yield found


def policy(there: Shop, *arguments: str) -> Said:
    """Run the command for the book's Chinese."""
    return there.amts("iam-policy", str(there.book), "zh", *arguments)


def statements(said: Said) -> dict[str, dict[str, Any]]:
    """The statements of one policy, by their names."""
    assert said.data["Version"] == "2012-10-17"
    found = {one["Sid"]: one for one in said.data["Statement"]}
    assert len(found) == len(said.data["Statement"])
    return found


def documents(text: str) -> list[dict[str, Any]]:
    """All JSON documents of a text."""
    found: list[dict[str, Any]] = []
    while text.strip():
        text = text.lstrip()
        document, end = json.JSONDecoder().raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


def actions(said: Said) -> set[str]:
    """Everything that a policy allows."""
    return {action for one in statements(said).values() for action in one["Action"]}


def called() -> set[str]:
    """What the engines of Amazon call, by the names of IAM."""
    loader = Loader()
    known: dict[str, str] = {}
    for service in ("s3", "translate"):
        model = loader.load_service_model(service, "service-2")
        for name in model["operations"]:
            known[xform_name(name)] = f"{service}:{name}"
    folder = Path(amts_sphinx.__file__).parent / "engines"
    trees = [ast.parse(path.read_text("utf-8")) for path in folder.glob("*.py")]
    names = {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in known
    }
    return {RENAMED.get(known[name], known[name]) for name in names}


# -- what is allowed ---------------------------------------------------------------


def test_the_caller_may_do_what_our_code_does(there: Shop) -> None:
    """Every call of the engines, and no other."""
    with (there.book / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write("amts_engine_options['parallel_data_name'] = 'pond'\n")
        conf.write("amts_languages['zh']['terminology'] = 'terms.csv'\n")
    assert actions(policy(there, "--only", "caller")) == called() | PASSED_ON


@pytest.mark.slow
def test_the_caller_may_do_what_was_asked_for(working: Shop) -> None:
    """Whatever reaches the service in the life of a batch is allowed, and nothing else.

    Terms and a name for its pairs, which this book does not have, are not; what no job
    can translate is asked for in real time.
    """
    book = str(working.book)
    pushed = working.amts("parallel-data", "push", book, "zh", "--wait", "--json").data
    working.amts("sync", book, "zh", "--wait")
    [job] = working.amts("jobs", "list", book, "zh", "--json").data
    working.amts("jobs", "stop", book, "zh", job["id"])
    working.amts("parallel-data", "list", book, "zh")
    working.amts("parallel-data", "delete", book, "zh", pushed["name"])
    asked = {f"translate:{operation}" for operation in working.operations}
    allowed = actions(policy(working, "--only", "caller"))
    translating = {one for one in allowed if one.startswith("translate:")}
    assert translating == asked | REAL_TIME
    assert allowed == (called() | PASSED_ON) - {
        "translate:ImportTerminology",
        "translate:UpdateParallelData",
    }


def test_nothing_of_s3_beyond_the_folder(there: Shop) -> None:
    """Objects are those of the prefix, the bucket is one, its owner is named."""
    there.configure(prefix="books/pond")
    start = f"arn:aws:s3:::{BUCKET}"
    for name in ("role", "caller"):
        for one in statements(policy(there, "--only", name)).values():
            if not one["Action"][0].startswith("s3:"):
                continue
            owner = {"s3:ResourceAccount": ACCOUNT}
            assert one["Condition"]["StringEquals"] == owner
            if one["Action"] == ["s3:ListBucket"]:
                assert one["Resource"] == start
            else:
                kept = f"{start}/books/pond/"
                assert all(arn.startswith(kept) for arn in one["Resource"])
    within = statements(policy(there, "--only", "role"))["List"]["Condition"]
    assert within["StringLike"] == {"s3:prefix": "books/pond/*"}


@pytest.mark.slow
def test_objects_of_a_sync_are_covered(working: Shop) -> None:
    """Each object that a batch leaves may be written and read by who has to."""
    working.amts("sync", str(working.book), "zh", "--wait")
    role = statements(policy(working, "--only", "role"))
    caller = statements(policy(working, "--only", "caller"))

    def may(statement: dict[str, Any], key: str) -> bool:
        patterns = [
            ".*".join(map(re.escape, arn.partition(":::")[2].split("*")))
            for arn in statement["Resource"]
        ]
        return any(re.fullmatch(one, f"{BUCKET}/{key}") for one in patterns)

    # the storage may hold what other tests of this process have left
    stored = working.s3.list_objects_v2(Bucket=BUCKET, Prefix="amts/")["Contents"]
    keys = [one["Key"] for one in stored]
    kinds = set()
    for key in keys:
        kind = re.search("/(in|out|parallel-data)/", key)
        assert kind
        kinds.add(kind[1])
        result = kind[1] == "out"
        assert may(role["Write"], key) == result
        assert may(caller["Write"], key) != result
        assert may(role["Read"], key) == (kind[1] != "parallel-data")
        assert may(caller["Read"], key) == (kind[1] != "in")
    assert kinds == {"in", "out", "parallel-data"}


def test_only_the_service_takes_on_the_role(there: Shop) -> None:
    """And only for this account and region, whoever asks it to."""
    [one] = statements(policy(there, "--only", "trust")).values()
    assert one == {
        "Sid": "TranslateTakesOnTheRole",
        "Effect": "Allow",
        "Principal": {"Service": "translate.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:translate:{REGION}:{ACCOUNT}:*"},
        },
    }


def test_the_role_can_only_be_passed_to_the_service(there: Shop) -> None:
    """Nobody can have another service use it."""
    assert statements(policy(there, "--only", "caller"))["PassRole"] == {
        "Sid": "PassRole",
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": ROLE,
        "Condition": {
            "StringEquals": {"iam:PassedToService": "translate.amazonaws.com"}
        },
    }


def test_resources_of_the_service_are_ours(there: Shop) -> None:
    """What can be named is named; what cannot is held by its region."""
    there.configure(terminology=str(terms(there)))
    found = statements(policy(there, "--only", "caller"))
    ours = f"arn:aws:translate:{REGION}:{ACCOUNT}"
    assert found["ParallelData"]["Resource"] == f"{ours}:parallel-data/amts-*"
    assert found["Terms"]["Resource"] == f"{ours}:terminology/amts-*"
    for one in found.values():
        if one["Resource"] == "*":
            region = {"StringEquals": {"aws:RequestedRegion": REGION}}
            assert one["Condition"] == region


def terms(there: Shop) -> Path:
    """A glossary of the book."""
    path = there.book / "terms.csv"
    path.write_text("en,zh\npond,池塘\n", "utf-8")
    return path


def test_a_key_is_allowed_only_if_there_is_one(there: Shop) -> None:
    """That key alone, and to the caller only through the two services."""
    for name in ("role", "caller"):
        assert "Key" not in statements(policy(there, "--only", name))
    there.configure(kms_key=KEY)
    for name in ("role", "caller"):
        one = statements(policy(there, "--only", name))["Key"]
        assert one["Resource"] == KEY
        assert one["Action"] == [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:GenerateDataKey",
            "kms:RetireGrant",
        ]
    via = [f"{service}.{REGION}.amazonaws.com" for service in ("s3", "translate")]
    assert one["Condition"] == {"StringEquals": {"kms:ViaService": via}}


def test_the_actions_as_they_stand(there: Shop) -> None:
    """Who changes what is allowed has to change it here as well."""
    said = there.amts("iam-policy", *GIVEN, *HERE)
    _, role, caller = documents(said.out)
    assert {one["Sid"]: one["Action"] for one in role["Statement"]} == {
        "List": ["s3:ListBucket"],
        "Read": ["s3:GetObject"],
        "Write": ["s3:PutObject"],
    }
    assert {one["Sid"]: one["Action"] for one in caller["Statement"]} == {
        "Bucket": ["s3:ListBucket"],
        "Read": ["s3:GetObject"],
        "Write": ["s3:PutObject"],
        "Jobs": [
            "translate:DescribeTextTranslationJob",
            "translate:ListParallelData",
            "translate:ListTextTranslationJobs",
            "translate:StartTextTranslationJob",
            "translate:StopTextTranslationJob",
        ],
        "ParallelData": [
            "translate:CreateParallelData",
            "translate:DeleteParallelData",
            "translate:GetParallelData",
        ],
        "Terms": ["translate:ImportTerminology"],
        "AtOnce": ["translate:TranslateDocument", "translate:TranslateText"],
        "PassRole": ["iam:PassRole"],
    }


# -- how it is told ----------------------------------------------------------------


def test_headings_are_no_part_of_the_policies(there: Shop) -> None:
    """Three documents on standard output, three lines beside; one with --only."""
    said = policy(there)
    assert (said.status, len(documents(said.out))) == (0, 3)
    assert len(said.err.splitlines()) == 3
    parts = [policy(there, "--only", name) for name in ("trust", "role", "caller")]
    assert [part.data for part in parts] == documents(said.out)
    assert [part.err for part in parts] == said.err.splitlines(keepends=True)
    assert there.operations == set()


def test_equal_bytes_each_time(there: Shop, patch: pytest.MonkeyPatch) -> None:
    """Asked again, from elsewhere, or for what the options name instead of a book."""
    first = policy(there, "--only", "role").out
    patch.delenv("AWS_ACCESS_KEY_ID")
    patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert policy(there, "--only", "role").out == first
    named = ("--bucket", BUCKET, "--account", ACCOUNT, "--role-name", "amts-jobs")
    options = ("iam-policy", *named, *HERE, "--only")
    assert there.amts(*options, "role").out == first
    assert there.amts(*options, "trust").out == policy(there, "--only", "trust").out
    ours, theirs = (
        statements(said)
        for said in (policy(there, "--only", "caller"), there.amts(*options, "caller"))
    )
    # a book that is not set up yet may have terms one day
    assert theirs.pop("Terms")
    assert ours == theirs


def test_the_region_of_the_environment(there: Shop, patch: pytest.MonkeyPatch) -> None:
    """That of the book, else the one that is given, else where boto3 would go."""
    there.configure(region=None)
    arn = f"arn:aws:translate:{{}}:{ACCOUNT}:*"
    assert arn.format(REGION) in policy(there, "--only", "trust").out
    given = policy(there, "--only", "trust", "--region", "us-west-2")
    assert arn.format("us-west-2") in given.out
    patch.delenv("AWS_DEFAULT_REGION")
    assert policy(there).line == "--region: is not known; name it"


def test_other_partitions(there: Shop) -> None:
    """The clouds of governments have names of their own."""
    said = there.amts("iam-policy", *GIVEN, "--region", "us-gov-west-1")
    assert '"arn:aws-us-gov:s3:::b-1"' in said.out
    assert f'"arn:aws-us-gov:iam::{ACCOUNT}:role/jobs"' in said.out
    assert '"arn:aws:' not in said.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a book and a language, or --bucket"),
        (GIVEN, "name a book and a language, or --region"),
        ((*GIVEN, "--region", "Mars"), "--region: 'Mars' is not valid"),
        ((*GIVEN, *HERE, "--bucket", "*"), "--bucket: '*' is not valid"),
        ((*GIVEN, *HERE, "--account", "12"), "--account: '12' is not valid"),
        ((*GIVEN, *HERE, "--role-name", "*"), "--role-name: '*' is not valid"),
        ((*GIVEN, *HERE, "--prefix", "*"), "--prefix: '*' is not valid"),
        ((*GIVEN, *HERE, "--prefix", "a/"), "--prefix: 'a/' is not valid"),
        ((*GIVEN, *HERE, "--kms-key", "*"), "--kms-key: '*' is not valid"),
        (("BOOK",), "name a language of the book as well"),
        (("BOOK", "zh", "--bucket", "b-1"), "--bucket: the book says what it is"),
        (("BOOK", "fr"), "language 'fr' is not declared (declared: zh, es)"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    there: Shop, arguments: tuple[str, ...], said: str
) -> None:
    """Status 2; no option can smuggle in a wildcard."""
    book = str(there.book)
    given = [book if one == "BOOK" else one for one in arguments]
    assert there.amts("iam-policy", *given).line == said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"prefix": "*"}, "prefix: '*' is not valid"),
        ({"kms_key": "alias/pond"}, "kms_key: 'alias/pond' is not valid"),
        ({"parallel_data_name": "*"}, "parallel_data_name: '*' is not valid"),
        ({"role": "jobs"}, "role: 'jobs' is not valid"),
    ],
)
def test_a_book_cannot_smuggle_in_anything_either(
    there: Shop, options: dict[str, object], said: str
) -> None:
    """What a book is configured for is looked at as closely."""
    there.configure(**options)  # type: ignore[arg-type] # none of these is the engine
    assert policy(there).line.endswith(said)
