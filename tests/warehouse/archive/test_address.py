"""What is asked at an address; most of its sentences are held where an inbox is one."""

from __future__ import annotations

import pytest

from warehouse.archive.address import Address, Unreachable, within


class NoCredentialsError(Exception):
    """As the library for S3 calls it."""


def fail(_files: object, _root: str) -> None:
    raise NoCredentialsError("AKIA1 hunter22")


@pytest.mark.parametrize(("name", "where"), [("REACH_BLOBS__SECRET", "as REACH_BLOBS__SECRET into"), ("", "where its")])
def test_keys_that_are_missing_are_asked_for_where_they_have_their_place(name: str, where: str) -> None:
    with pytest.raises(Unreachable, match=f"^The archive has no keys: put them {where}"):
        Address("memory://a", "The archive", secret_name=name).ask(fail)


def test_two_addresses_are_one_where_their_options_are_the_same_and_none_shows_its_secrets() -> None:
    one, same, other = (Address("s3://a", "The archive", {"secret": secret}) for secret in ("1", "1", "hunter22"))
    assert one == same != other
    assert hash(one) == hash(other)
    assert "hunter22" not in repr(other)


def test_what_takes_longer_than_it_may_is_left_to_itself() -> None:
    import threading

    ends = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.01, lambda: ends.wait(5))
    ends.set()
    assert within(5, lambda: 1) == 1
