"""Clients of boto3 for Amazon's services, which send to nobody else."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3
from botocore import exceptions
from botocore.config import Config
from botocore.loaders import Loader, create_loader
from botocore.session import Session

from amts_sphinx.engines.addresses import Address
from amts_sphinx.engines.engine import EngineError
from amts_sphinx.engines.secrets import redacted

#: of what is no translation: it is neither limited nor billed
_RETRIES = {"mode": "standard", "total_max_attempts": 5}


def of_translate(region: str, address: Address, config: Config) -> Any:
    """A client for the service.

    Raises EngineError if it cannot be made, or would send texts to somebody else.
    """
    client = _opened("translate", region, config, address.url)
    address.check(client.meta.endpoint_url)
    return client


def control(region: str, address: Address) -> Any:
    """A client for what is no translation, which is neither limited nor billed.

    Raises EngineError as for any other client.
    """
    return of_translate(region, address, Config(retries=_RETRIES))


def of_s3(region: str) -> Any:
    """A client for the storage.

    Raises EngineError if it cannot be made, or would send texts to somebody else.
    """
    config = Config(retries=_RETRIES, s3={"addressing_style": "auto"})
    client = _opened("s3", region, config)
    # botocore takes the address out of the environment by itself
    Address(os.environ.get("AWS_ENDPOINT_URL_S3", "")).check(client.meta.endpoint_url)
    return client


def _opened(service: str, region: str, config: Config, url: str = "") -> Any:
    """A client of boto3; an empty region or address is what the environment says.

    Raises EngineError if it cannot be made.
    """
    try:
        session = Session()
        models = _models(session.get_config_variable("data_path"))
        session.register_component("data_loader", models)
        return boto3.session.Session(botocore_session=session).client(
            service,
            region_name=region or None,
            endpoint_url=url or None,
            config=config,
        )
    except (exceptions.BotoCoreError, ValueError) as error:
        message = redacted(error)
        if isinstance(error, exceptions.NoRegionError):
            message = 'no region; set amts_engine_options = {"region": "eu-west-1"}'
        raise EngineError(message) from None


@cache
def _models(path: str | None) -> Loader:
    """What botocore knows of the services; each session would read it from its files.

    Shared, a client takes 15 ms instead of 70.  ``path`` is where more is known.
    """
    return create_loader(path)
