"""The five operations on parallel data."""

from __future__ import annotations

from typing import Any

from amts_sphinx.testing.standin import errors
from amts_sphinx.testing.standin.calls import Answer, Call, arn, now, page, stored
from amts_sphinx.testing.standin.errors import ServiceError
from amts_sphinx.testing.standin.importing import Resource
from amts_sphinx.testing.standin.parallel import Resources
from amts_sphinx.testing.standin.storage import Storage, StorageError, place

#: regions that have parallel data, by Amazon's developer guide of 2023
REGIONS = frozenset({"eu-west-1", "us-east-1", "us-west-2"})


def create_parallel_data(call: Call) -> Answer:
    """CreateParallelData: the import begins."""
    resources, storage = looked(call)

    def create() -> dict[str, Any]:
        _check(call, storage)
        name, tags = call.request["Name"], call.request.get("Tags", [])
        named = arn(call, "parallel-data", name)
        call.state.tags.check(named, tags)
        resource = resources.create(call.request, named, now())
        call.state.tags.put(named, tags)
        return {"Name": name, "Status": resource.properties["Status"]}

    return Answer(call.state.tokens.once("CreateParallelData", call.request, create))


def update_parallel_data(call: Call) -> Answer:
    """UpdateParallelData: the import begins; what is there stays until it ends well."""
    resources, storage = looked(call)

    def update() -> dict[str, Any]:
        _check(call, storage)
        told = resources.update(call.request, now()).properties
        names = ("Name", "Status", "LatestUpdateAttemptStatus", "LatestUpdateAttemptAt")
        return {name: told[name] for name in names}

    return Answer(call.state.tokens.once("UpdateParallelData", call.request, update))


def get_parallel_data(call: Call) -> Answer:
    """GetParallelData; its files can be fetched from the stand-in."""
    resources, _ = looked(call)
    resource = resources.get(call.request["Name"])
    members: dict[str, Any] = {"ParallelDataProperties": dict(resource.properties)}
    for member, part, content in _files(resource):
        if content:
            url = f"{call.state.url}/_standin/parallel-data/{resource.name}/{part}"
            # as long as Amazon's would be good; here it does not expire
            location = f"{url}?X-Amz-Expires=1800"
            members[member] = {"RepositoryType": "S3", "Location": location}
    return Answer(members)


def list_parallel_data(call: Call) -> Answer:
    """ListParallelData, by name."""
    resources, _ = looked(call)
    shown, more = page(call, [dict(one.properties) for one in resources.all()])
    return Answer({"ParallelDataPropertiesList": shown, **more})


def delete_parallel_data(call: Call) -> Answer:
    """DeleteParallelData: gone with the answer, which speaks of DELETING."""
    resources, _ = looked(call)
    name = call.request["Name"]
    resources.delete(name)
    call.state.tokens.forget(name)
    call.state.tags.forget(arn(call, "parallel-data", name))
    return Answer({"Name": name, "Status": "DELETING"})


def file(resources: Resources, name: str, part: str) -> bytes:
    """What stands at an address of GetParallelData; raises ServiceError if nothing."""
    for _, known, content in _files(resources.get(name)):
        if known == part and content:
            return content
    message = f"Parallel data {name!r} has no {part}"
    raise ServiceError(errors.RESOURCE_NOT_FOUND, message)


def looked(call: Call) -> tuple[Resources, Storage]:
    """All resources as they are now, and the storage; raises ServiceError if none."""
    if call.region not in REGIONS:
        message = f"Parallel data are not supported in {call.region}"
        raise ServiceError(errors.INVALID_REQUEST, message)
    storage = stored(call)
    call.state.parallel.look(storage, call.faults.parallel_data_delay)
    return call.state.parallel, storage


def _files(resource: Resource) -> tuple[tuple[str, str, bytes], ...]:
    """What can be fetched: the member that says where, its name, its content."""
    return (
        ("DataLocation", "data", resource.file),
        ("AuxiliaryDataLocation", "created.json", resource.created),
        ("LatestUpdateAttemptAuxiliaryDataLocation", "updated.json", resource.updated),
    )


def _check(call: Call, storage: Storage) -> None:
    """Raise ServiceError if it can be seen at once that nothing can be imported."""
    config = call.request["ParallelDataConfig"]
    if not config.get("S3Uri") or not config.get("Format"):
        message = "ParallelDataConfig needs S3Uri and Format"
        raise ServiceError(errors.INVALID_PARAMETER_VALUE, message)
    if not place(config["S3Uri"])[1]:
        message = f"{config['S3Uri']} is a bucket, not a file"
        raise ServiceError(errors.INVALID_PARAMETER_VALUE, message)
    try:
        storage.check(config["S3Uri"], call.region)
    except StorageError as error:
        raise ServiceError(errors.INVALID_REQUEST, str(error)) from None
