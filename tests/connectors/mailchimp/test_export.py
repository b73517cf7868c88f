"""Mailchimp's report of campaigns, with columns as in public files; the figures are made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.contract import Extract, Raw, Refused

Sample = Callable[[str], Raw]
Read = Callable[..., Extract]


def test_a_letter_is_a_post_known_by_its_id_with_deliveries_opens_clicks_and_unsubscribes(
    sample: Sample, read: Read
) -> None:
    extract = read(sample("mailchimp/campaigns.csv"), zone="America/New_York")
    assert extract.posts.select("platform", "post_id", "kind", "text", "published_at").rows() == [
        (
            "mailchimp",
            "17671f6028",
            "letter",
            "Six vlogs on the right to know #forum\nSeptember letter",
            datetime(2024, 9, 2, 13, 30),
        ),
        ("mailchimp", "6e3fb30c88", "letter", "October letter", datetime(2024, 10, 1, 17, 15)),
    ]
    assert extract.observations.select("deliveries", "opens", "clicks", "unsubscribes", "views", "reach").rows() == [
        (108, 30, 9, 1, None, None),
        (1340, 300, 60, 0, None, None),
    ]


def test_reports_of_years_ago_call_an_audience_a_list(sample: Sample, read: Read) -> None:
    assert read(sample("mailchimp/campaigns-of-2018.csv")).observations["deliveries"].to_list() == [108]


def test_a_file_of_another_kind_is_refused_with_the_clicks(raw: Callable[..., Raw]) -> None:
    from connectors.mailchimp import export

    with pytest.raises(Refused, match="no report of letters from Mailchimp; in Mailchimp choose"):
        export.read(raw("Title,Subject\nA,B\n"), export.Settings())


def test_the_report_of_one_letter_is_that_letter_by_the_id_in_its_links(sample: Sample, read: Read) -> None:
    extract = read(sample("mailchimp/one-letter.csv"), zone="UTC")
    assert extract.posts.select("post_id", "kind", "published_at").rows() == [
        ("17671f6028", "letter", datetime(2024, 9, 2, 9, 30))
    ]
    assert extract.observations.select("deliveries", "opens", "clicks", "unsubscribes").rows() == [(1742, 141, 157, 1)]


def test_a_letter_without_clicks_tells_no_id_and_variations_are_refused(sample: Sample, read: Read) -> None:
    file = sample("mailchimp/one-letter.csv")
    text = file.content.decode()
    unclicked = Raw(file.path, text.split('"Clicks by URL"')[0].encode(), file.modified_at, file.received_at)
    assert read(unclicked).rejects["reason"].to_list() == ["no identity: its id is missing"]
    varied = text.replace("Overall Stats", "Combination 1 Stats").encode()
    with pytest.raises(Refused, match="several variations of a letter; in Mailchimp choose"):
        read(Raw(file.path, varied, file.modified_at, file.received_at))
