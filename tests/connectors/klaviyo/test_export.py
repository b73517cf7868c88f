"""Klaviyo's export of campaigns, with columns as in public files; the figures are made up."""

from __future__ import annotations

from collections.abc import Callable

from connectors.contract import Extract, Raw

Sample = Callable[[str], Raw]
Read = Callable[..., Extract]


def test_letters_are_read_and_messages_of_other_channels_are_none(sample: Sample, read: Read) -> None:
    extract = read(sample("klaviyo/campaigns.csv"))
    counts = extract.observations.select("post_id", "deliveries", "opens", "clicks", "unsubscribes").rows()
    assert counts == [("01JNKBNFTCMV9QW500TPVHSHXE", 643, 455, 35, 17)]
    assert extract.rejects.select("row", "reason").rows() == [(2, "sent by SMS, so that it is no letter")]


def test_a_letter_in_several_rows_is_left_out_since_no_row_is_all_of_it(sample: Sample, read: Read) -> None:
    file = sample("klaviyo/campaigns.csv")
    header, letter, _ = file.content.decode().splitlines()
    twice = Raw(
        file.path,
        "\n".join([header, letter, letter.replace("643.0", "600.0")]).encode(),
        file.modified_at,
        file.received_at,
    )
    extract = read(twice)
    assert extract.posts.height == 0
    assert set(extract.rejects["reason"]) == {
        "its letter stands several times, as where variations stand apart: export it without variations"
    }
