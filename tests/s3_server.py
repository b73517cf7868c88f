"""A server that speaks S3, as a process on loopback: moto's. It takes any keys, and forgets all when it ends."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "hunter22"
BUCKET = "reach"


@contextmanager
def running_s3(folder: Path) -> Iterator[int]:
    """The port of a server with an empty bucket; it ends with the block."""
    pytest.importorskip("s3fs")
    pytest.importorskip("moto.server")
    log = folder / "s3.log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
        server = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        until = time.monotonic() + 120
        while not (told := re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text(errors="replace"))):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        owner(int(told[1])).create_bucket(Bucket=BUCKET)
        yield int(told[1])
    finally:
        server.kill()
        server.wait(30)


def settings(port: int, prefix: str) -> str:
    """Lines of ``reach.toml`` for an archive in the bucket; a server that hangs is waited for a second."""
    waits = "{ connect_timeout = 1, read_timeout = 1, retries = { max_attempts = 1 } }"
    return (
        f'\n[blobs]\naddress = "s3://{BUCKET}/{prefix}"\n'
        f'options = {{ endpoint_url = "http://127.0.0.1:{port}", config_kwargs = {waits} }}\n'
    )


def owner(port: int) -> Any:
    """A client of the bucket's owner."""
    import boto3

    return boto3.client(
        "s3", aws_access_key_id="x", aws_secret_access_key="y", region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{port}",
    )  # fmt: skip
