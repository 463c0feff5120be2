"""AWS KMS on loopback: the server of moto, which boto3 talks to over HTTP as it does to AWS.

moto keeps keys, aliases, states and deletion dates as KMS does, and checks encryption contexts. It lets a disabled key
and one that is pending deletion go on opening, which KMS does not; and it never deletes by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.server import ThreadedMotoServer

REGION = "eu-north-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing-secret"}
_ACCOUNT = "123456789012"  # moto's own


@dataclass(frozen=True)
class KmsServer:
    """Where it listens, and what an operator does with AWS's own tools."""

    address: str

    @property
    def operator(self) -> Any:
        return boto3.client(
            "kms",
            region_name=REGION,
            endpoint_url=self.address,
            aws_access_key_id="operator",
            aws_secret_access_key="operator",
        )

    def let_the_window_pass(self, key: str) -> None:
        """Do what KMS does when the days are over: the key and its aliases are gone."""
        backends: BackendDict[Any] = get_backend("kms")
        backend = backends[_ACCOUNT][REGION]
        backend.delete_key(key)


@contextmanager
def kms_server() -> Iterator[KmsServer]:
    """Serve on a free port of loopback until the block ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request is of no use here
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield KmsServer(f"http://{host}:{port}")
    finally:
        server.stop()
