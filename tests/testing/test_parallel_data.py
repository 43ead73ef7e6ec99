"""Parallel data at the stand-in: imported, counted, replaced, refused, deleted."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import boto3
import pytest

from amts_sphinx.exchange.table import write_table
from amts_sphinx.exchange.tmx import write_tmx
from amts_sphinx.testing.standin import Faults, parallel
from amts_sphinx.text.bitext import SentencePair

GOOD = "en,zh\nHello,你好\nRed,红\n"
#: longer than any import takes here
LATER = Faults(parallel_data_delay=3600)


def counts(told: Any) -> tuple[int, int, int]:
    """Records imported, failed, skipped."""
    kinds = ("Imported", "Failed", "Skipped")
    given = [told[f"{kind}RecordCount"] for kind in kinds]
    return given[0], given[1], given[2]


def report(cloud: Any, name: str, member: str = "AuxiliaryDataLocation") -> Any:
    """The file of errors and warnings."""
    where = cloud.client.get_parallel_data(Name=name)[member]
    assert where["RepositoryType"] == "S3"
    with urllib.request.urlopen(where["Location"]) as file:  # noqa: S310 - of the stand-in
        return json.load(file)


def tmx(*units: str, header: str = 'srclang="en"') -> str:
    """A TMX file of units, each of which is the inside of a ``tu``."""
    body = "".join(f"<tu{unit}</tu>" for unit in units)
    return f'<tmx version="1.4"><header {header}/><body>{body}</body></tmx>'


def tuv(**texts: str) -> str:
    """Variants of a unit."""
    return ">" + "".join(
        f'<tuv xml:lang="{code}"><seg>{text}</seg></tuv>'
        for code, text in texts.items()
    )


# -- an import that goes well ----------------------------------------------------


def test_it_becomes_active(cloud: Any) -> None:
    """CREATING when it is asked for, ACTIVE at the next look, with all it says."""
    key = {"Type": "KMS", "Id": "alias/amts"}
    answer = cloud.create("well", GOOD, Description="Books", EncryptionKey=key)
    assert (answer["Name"], answer["Status"]) == ("well", "CREATING")
    told = cloud.imported("well")
    assert told["Status"] == "ACTIVE"
    assert counts(told) == (2, 0, 0)
    assert told["ImportedDataSize"] == len("Hello你好Red红")
    assert (told["SourceLanguageCode"], told["TargetLanguageCodes"]) == ("en", ["zh"])
    assert told["ParallelDataConfig"]["S3Uri"] == "s3://book/parallel/well"
    assert (told["Description"], told["EncryptionKey"]) == ("Books", key)
    assert told["Arn"].endswith(":us-east-1:123456789012:parallel-data/well")
    assert told["CreatedAt"] <= told["LastUpdatedAt"]
    assert "Message" not in told
    assert "LatestUpdateAttemptStatus" not in told
    whole = cloud.client.get_parallel_data(Name="well")
    assert "AuxiliaryDataLocation" not in whole
    with urllib.request.urlopen(whole["DataLocation"]["Location"]) as file:  # noqa: S310
        assert file.read().decode() == GOOD


def test_it_takes_its_time(cloud: Any) -> None:
    """As long as the delay; until then there are no counts and no file."""
    cloud.service.faults = LATER
    cloud.create("slow", GOOD)
    for _ in range(3):
        whole = cloud.client.get_parallel_data(Name="slow")
        assert whole["ParallelDataProperties"]["Status"] == "CREATING"
        assert "ImportedRecordCount" not in whole["ParallelDataProperties"]
        assert "DataLocation" not in whole
    cloud.service.faults = Faults(parallel_data_delay=1e-6)
    assert cloud.imported("slow")["Status"] == "ACTIVE"


def test_what_we_write_is_what_it_reads(cloud: Any, tmp_path: Any) -> None:
    """The files of our own exchange are imported whole, in all three formats."""
    pairs = [('He said "hi", <b> & left.', "他说：“嗨”，走了。"), ("a\tb", "c")]
    for kind in ("CSV", "TSV", "TMX"):
        path = tmp_path / f"pairs.{kind.lower()}"
        if kind == "TMX":
            rows = [SentencePair(s, t) for s, t in pairs]
            write_tmx(path, "en", "zh", rows)
        else:
            write_table(path, "en", "zh", pairs)
        cloud.create(f"ours-{kind}", path.read_bytes(), kind)
        assert counts(cloud.imported(f"ours-{kind}")) == (2, 0, 0)


# -- what is left out of a file --------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("+1,x", (1, 1, 0)),
        ("-1,x", (1, 1, 0)),
        ("=1,x", (1, 1, 0)),
        ("@a,x", (1, 1, 0)),
        ('"=1",x', (1, 1, 0)),
        ("x,=1", (1, 1, 0)),
        (" =1,x", (2, 0, 0)),
        ('"a\nb",x', (1, 1, 0)),
        ("x", (1, 1, 0)),
        ("x,y,z", (1, 1, 0)),
        ('"x" y,z', (1, 1, 0)),
        (",x", (1, 0, 1)),
        (" ,x", (1, 0, 1)),
        ("", (1, 0, 1)),
        ("x,", (1, 0, 1)),
        (f"{'é' * 500},x", (2, 0, 0)),
        (f"{'é' * 500}a,x", (1, 0, 1)),
        (f"x,{'长' * 334}", (1, 0, 1)),
        ("Hello,again", (1, 0, 0)),
        ('"a ""b"", c",x', (2, 0, 0)),
    ],
)
def test_rows_that_are_left_out(
    cloud: Any, row: str, expected: tuple[int, int, int]
) -> None:
    """Failed, skipped or taken, beside a good row, and each told where and why."""
    for kind in ("CSV", "TSV"):
        content = f"en,zh\n{row}\nHello,你好\n"
        if kind == "TSV":
            content = content.replace('", ', '"; ').replace(",", "\t")
        cloud.create("rows", content, kind)
        told = cloud.imported("rows")
        assert told["Status"] == "ACTIVE"
        assert counts(told) == expected
        if sum(expected[1:]):
            said = report(cloud, "rows")
            assert said["summary"] == {
                "record_error_count": expected[1],
                "record_skipped_count": expected[2],
            }
            (message,) = said["messages"]
            assert message["content"] == "Number 2 line"
        cloud.client.delete_parallel_data(Name="rows")


def test_several_targets(cloud: Any) -> None:
    """A target that is skipped is skipped by itself."""
    cloud.create("many", f"en,zh,de\na,,A\nb,{'x' * 1001},B\nc,丙,C\nd,,\n")
    told = cloud.imported("many")
    assert told["TargetLanguageCodes"] == ["zh", "de"]
    assert counts(told) == (3, 0, 4)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([tuv(en="=a", zh="+b")], (2, 0, 0)),
        ([tuv(en="a\nb", zh="c")], (2, 0, 0)),
        ([tuv(en="a", de="A", zh="甲")], (2, 0, 0)),
        ([tuv(en="a", de="", zh="甲")], (2, 0, 1)),
        ([tuv(en=" ", zh="甲")], (1, 0, 1)),
        ([tuv(en="x" * 1001, zh="甲")], (1, 0, 1)),
        ([tuv(en="a")], (1, 1, 0)),
        ([tuv(de="a", zh="b")], (1, 1, 0)),
        ([tuv(en="a", zh="b") + "<tuv><seg>c</seg></tuv>"], (1, 1, 0)),
        ([tuv(en="a") + '<tuv xml:lang="zh"></tuv>'], (1, 1, 0)),
        ([tuv(en="a", xx="b")], (1, 1, 0)),
        ([tuv(en="a", zh="b"), tuv(en="a", zh="c")], (2, 0, 0)),
    ],
)
def test_units_that_are_left_out(
    cloud: Any, units: list[str], expected: tuple[int, int, int]
) -> None:
    """The same in TMX, which has no rule about first characters or line breaks."""
    cloud.create("units", tmx(*units, tuv(en="Hello", zh="你好")), "TMX")
    assert counts(cloud.imported("units")) == expected
    if expected[1]:
        (message,) = report(cloud, "units")["messages"]
        assert message["content"] == "Number 1 TU element"
    cloud.client.delete_parallel_data(Name="units")


# -- an import that fails --------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        ("", "CSV", "language codes"),
        ("en\na\n", "CSV", "language codes"),
        ("en,xx\na,b\n", "CSV", "xx"),
        ("en,en\na,b\n", "CSV", "language codes"),
        ("en,zh\na,b\n", "TSV", "en,zh"),
        ("en,zh\n=a,b\n,c\n", "CSV", "No record"),
        (b"en,zh\n\xff,b\n", "CSV", "UTF-8"),
        ("en,zh\na,b\n", "TMX", "Invalid TMX"),
        (tmx(tuv(en="a", zh="b"), header=""), "TMX", "srclang"),
        (tmx(), "TMX", "language codes"),
        ('<!DOCTYPE t [<!ENTITY a "b">]>' + tmx(tuv(en="&a;", zh="b")), "TMX", "entit"),
    ],
)
def test_files_that_fail(
    cloud: Any, content: str | bytes, kind: str, says: str
) -> None:
    """FAILED, with a message and a report; nothing of it can be fetched or used."""
    cloud.create("bad", content, kind)
    told = cloud.imported("bad")
    assert told["Status"] == "FAILED"
    assert says in told["Message"]
    assert told["ImportedRecordCount"] == 0
    assert report(cloud, "bad")["messages"]
    assert "DataLocation" not in cloud.client.get_parallel_data(Name="bad")
    cloud.client.delete_parallel_data(Name="bad")


def test_a_file_that_is_gone(cloud: Any) -> None:
    """It is read at the end of the import, and must still be there."""
    cloud.create("gone", GOOD)
    cloud.s3.delete_object(Bucket="book", Key="parallel/gone")
    told = cloud.imported("gone")
    assert told["Status"] == "FAILED"
    assert "NoSuchKey" in told["Message"]


def test_places_that_are_refused(cloud: Any) -> None:
    """No file, no bucket, another region than the endpoint's: said at once."""
    cloud.s3.create_bucket(
        Bucket="ireland", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    create, errors = cloud.client.create_parallel_data, cloud.client.exceptions
    for config, error in (
        (
            {"S3Uri": "s3://book", "Format": "CSV"},
            errors.InvalidParameterValueException,
        ),
        ({"S3Uri": "s3://book/a"}, errors.InvalidParameterValueException),
        ({"S3Uri": "s3://nobody/a", "Format": "CSV"}, errors.InvalidRequestException),
        ({"S3Uri": "s3://ireland/a", "Format": "CSV"}, errors.InvalidRequestException),
    ):
        with pytest.raises(error):
            create(Name="place", ParallelDataConfig=config)
    with pytest.raises(errors.ResourceNotFoundException):
        cloud.imported("place")


def test_regions(cloud: Any) -> None:
    """There are parallel data in few regions; the others have none at all."""
    client = boto3.session.Session().client(
        "translate",
        endpoint_url=cloud.service.url,
        region_name="eu-central-1",
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",  # noqa: S106 - invented
    )
    with pytest.raises(client.exceptions.ClientError, match="eu-central-1") as raised:
        client.list_parallel_data()
    assert raised.value.response["Error"]["Code"] == "InvalidRequestException"
    client.close()


# -- names, tokens, one at a time ------------------------------------------------


def test_one_at_a_time(cloud: Any) -> None:
    """While one is imported nothing else may be, nor may it be deleted."""
    cloud.create("first", GOOD)
    cloud.imported("first")
    cloud.service.faults = LATER
    cloud.create("second", GOOD)
    busy = cloud.client.exceptions.ConcurrentModificationException
    config = {"S3Uri": "s3://book/parallel/first", "Format": "CSV"}
    for call, members in (
        (cloud.client.create_parallel_data, {"Name": "third"}),
        (cloud.client.update_parallel_data, {"Name": "first"}),
        (cloud.client.update_parallel_data, {"Name": "second"}),
    ):
        with pytest.raises(busy) as raised:
            call(ParallelDataConfig=config, **members)
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    with pytest.raises(busy):
        cloud.client.delete_parallel_data(Name="second")
    cloud.client.delete_parallel_data(Name="first")
    cloud.service.faults = Faults()
    cloud.create("third", GOOD)
    assert cloud.imported("second")["Status"] == "ACTIVE"


def test_more_at_a_time(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quota can be another one, and so can the error; of one there is one."""
    assert (parallel.MOST, parallel.IMPORTS) == (1000, 1)
    monkeypatch.setattr(parallel, "IMPORTS", 2)
    monkeypatch.setattr(parallel, "BUSY", "LimitExceededException")
    cloud.create("two-0", GOOD)
    cloud.imported("two-0")
    cloud.service.faults = LATER
    config = {"S3Uri": "s3://book/parallel/two-0", "Format": "CSV"}
    update = cloud.client.update_parallel_data
    update(Name="two-0", ParallelDataConfig=config)
    with pytest.raises(cloud.client.exceptions.ConcurrentModificationException):
        update(Name="two-0", ParallelDataConfig=config)
    cloud.create("two-1", GOOD)
    with pytest.raises(cloud.client.exceptions.LimitExceededException):
        cloud.create("two-2", GOOD)
    cloud.service.faults = Faults()
    states = {cloud.imported(name)["Status"] for name in ("two-0", "two-1")}
    assert states == {"ACTIVE"}


def test_what_is_kept_when_an_update_fails(cloud: Any) -> None:
    """The file, the rows and what was said of them; an error file tells the rest."""
    cloud.create("kept", GOOD, Description="what it is")
    before = cloud.imported("kept")
    config = {"S3Uri": cloud.put("parallel/bad", "en,zh\n=x,y\n"), "Format": "CSV"}
    update = {"Name": "kept", "ParallelDataConfig": config, "Description": "other"}
    cloud.client.update_parallel_data(**update)
    told = cloud.imported("kept")
    assert told["LatestUpdateAttemptStatus"] == "FAILED"
    for member in (
        *("Status", "Description", "ParallelDataConfig", "LastUpdatedAt"),
        *("ImportedDataSize", "SourceLanguageCode", "TargetLanguageCodes"),
    ):
        assert told[member] == before[member]
    found = report(cloud, "kept", "LatestUpdateAttemptAuxiliaryDataLocation")
    assert found["summary"]["record_error_count"] == 1


def test_names_and_tokens(cloud: Any) -> None:
    """A name is taken once; the same request comes twice and is done once."""
    first = cloud.create("name", GOOD, ClientToken="token-1")
    again = cloud.create("name", GOOD, ClientToken="token-1")
    assert (again["Name"], again["Status"]) == (first["Name"], first["Status"])
    with pytest.raises(cloud.client.exceptions.ConflictException) as raised:
        cloud.create("name", GOOD, ClientToken="token-2")
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    with pytest.raises(cloud.client.exceptions.InvalidRequestException, match="token"):
        cloud.create("other", GOOD, ClientToken="token-1")
    cloud.client.delete_parallel_data(Name="name")
    cloud.create("name", GOOD, ClientToken="token-1")
    assert cloud.imported("name")["Status"] == "ACTIVE"


def test_an_answer_that_is_lost_is_repeated(cloud: Any, connect: Any) -> None:
    """A client whose connection breaks asks again, and no conflict comes of it."""
    client = connect(cloud.service.url, retries={"total_max_attempts": 20})
    cloud.service.faults = Faults(dropped=0.6, seed=4)
    uri = cloud.put("parallel/lost", GOOD)
    config = {"S3Uri": uri, "Format": "CSV"}
    answer = client.create_parallel_data(Name="lost", ParallelDataConfig=config)
    assert answer["Status"] == "CREATING"
    assert answer["ResponseMetadata"]["RetryAttempts"] > 0


def test_updates(cloud: Any) -> None:
    """The old data stay until the new ones are there, and when these fail."""
    client = cloud.client
    cloud.create("data", GOOD)
    before = cloud.imported("data")
    cloud.service.faults = LATER
    config = {"S3Uri": cloud.put("parallel/new", "en,de\na,A\n=x,y\n"), "Format": "CSV"}
    answer = client.update_parallel_data(
        Name="data", ParallelDataConfig=config, Description="New", ClientToken="u"
    )
    assert (answer["Status"], answer["LatestUpdateAttemptStatus"]) == (
        "ACTIVE",
        "UPDATING",
    )
    during = cloud.imported("data")
    assert during["TargetLanguageCodes"] == ["zh"]
    assert during["LatestUpdateAttemptStatus"] == "UPDATING"
    cloud.service.faults = Faults()
    after = cloud.imported("data")
    assert after["TargetLanguageCodes"] == ["de"]
    assert after["LatestUpdateAttemptStatus"] == "ACTIVE"
    assert after["Description"] == "New"
    assert after["CreatedAt"] == before["CreatedAt"] <= after["LastUpdatedAt"]
    member = "LatestUpdateAttemptAuxiliaryDataLocation"
    assert report(cloud, "data", member)["summary"]["record_error_count"] == 1
    cloud.put("parallel/new", "en,zh\n=x,y\n")
    client.update_parallel_data(Name="data", ParallelDataConfig=config)
    failed = cloud.imported("data")
    assert (failed["Status"], failed["LatestUpdateAttemptStatus"]) == (
        "ACTIVE",
        "FAILED",
    )
    assert failed["Message"]
    assert failed["TargetLanguageCodes"] == ["de"]
    assert failed["Description"] == "New"
    assert counts(failed) == counts(after)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.update_parallel_data(Name="nothing", ParallelDataConfig=config)


def test_a_failed_creation_can_be_mended(cloud: Any) -> None:
    """An update of what is FAILED makes it ACTIVE."""
    cloud.create("mended", "en,zh\n")
    assert cloud.imported("mended")["Status"] == "FAILED"
    config = {"S3Uri": cloud.put("parallel/mend", GOOD), "Format": "CSV"}
    cloud.client.update_parallel_data(Name="mended", ParallelDataConfig=config)
    told = cloud.imported("mended")
    assert (told["Status"], counts(told)) == ("ACTIVE", (2, 0, 0))
    assert "Message" not in told


# -- lists, limits, tags ---------------------------------------------------------


def test_lists_and_limits(empty_cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them, page by page; a thousand at most; deleted ones are gone."""
    cloud = empty_cloud
    assert parallel.MOST == 1000
    monkeypatch.setattr(parallel, "MOST", 8)
    for number in range(8):
        cloud.create(f"n{number:03}", GOOD)
    with pytest.raises(cloud.client.exceptions.LimitExceededException):
        cloud.create("over", GOOD)
    listed: list[str] = []
    more: dict[str, str] = {}
    while True:
        page = cloud.client.list_parallel_data(MaxResults=3, **more)
        listed += [one["Name"] for one in page["ParallelDataPropertiesList"]]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert listed == [f"n{number:03}" for number in range(8)]
    answer = cloud.client.delete_parallel_data(Name="n000")
    assert (answer["Name"], answer["Status"]) == ("n000", "DELETING")
    for call in (cloud.client.get_parallel_data, cloud.client.delete_parallel_data):
        with pytest.raises(cloud.client.exceptions.ResourceNotFoundException):
            call(Name="n000")
    with pytest.raises(urllib.request.HTTPError, match="404"):
        urllib.request.urlopen(  # noqa: S310 - of the stand-in
            f"{cloud.service.url}/_standin/parallel-data/n000/data"
        )


def test_tags(cloud: Any) -> None:
    """Given with a resource or later, told, taken away, gone with it."""
    client = cloud.client
    tags = [{"Key": "book", "Value": "d2l"}]
    cloud.create("tagged", GOOD, Tags=tags)
    arn = cloud.imported("tagged")["Arn"]
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": ""}])
    given = client.list_tags_for_resource(ResourceArn=arn)["Tags"]
    assert given == [{"Key": "a", "Value": ""}, *tags]
    client.untag_resource(ResourceArn=arn, TagKeys=["a", "b"])
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags
    many = [{"Key": f"k{number}", "Value": ""} for number in range(50)]
    with pytest.raises(client.exceptions.TooManyTagsException) as raised:
        client.tag_resource(ResourceArn=arn, Tags=many)
    assert raised.value.response["ResourceArn"] == arn
    client.delete_parallel_data(Name="tagged")
    for call in (client.list_tags_for_resource, client.tag_resource):
        more = {"Tags": tags} if call == client.tag_resource else {}
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            call(ResourceArn=arn, **more)
    with pytest.raises(client.exceptions.TooManyTagsException):
        cloud.create("tagged", GOOD, Tags=[*many, *tags])
    cloud.create("tagged", GOOD)
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == []


def test_tags_of_a_terminology(client: Any) -> None:
    """Terminologies have them too, and lose them with their end."""
    data = {"File": "en,zh\nred,红\n".encode(), "Format": "CSV"}
    given = {"Name": "tagged", "MergeStrategy": "OVERWRITE", "TerminologyData": data}
    tags = [{"Key": "book", "Value": "d2l"}]
    made = client.import_terminology(**given, Tags=tags)
    arn = made["TerminologyProperties"]["Arn"]
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags
    client.delete_terminology(Name="tagged")
    many = [{"Key": f"k{number}", "Value": ""} for number in range(51)]
    with pytest.raises(client.exceptions.TooManyTagsException):
        client.import_terminology(**given, Tags=many)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_terminology(Name="tagged")
    client.import_terminology(**given)
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == []
    client.delete_terminology(Name="tagged")


def test_the_ledger_knows_every_operation(cloud: Any) -> None:
    """Good or bad, and none of them is billed."""
    cloud.create("known", GOOD)
    cloud.imported("known")
    with pytest.raises(cloud.client.exceptions.ConflictException):
        cloud.create("known", GOOD)
    asked = [(r.operation, r.outcome) for r in cloud.service.ledger.asked]
    assert asked == [
        ("CreateParallelData", "answered"),
        ("GetParallelData", "answered"),
        ("CreateParallelData", "refused"),
    ]
    assert cloud.service.ledger.billed == 0
