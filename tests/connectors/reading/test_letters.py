"""What campaigns say of letters: they are posts, they stand outside reach, and nothing of them is views."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import World, meta, post
from tests.connectors.conftest import sample_file

LETTERS = sample_file("mailchimp/campaigns.csv").read_bytes()
SHEET = (
    "no,platform,account,link,title,published,read_on,deliveries,opens,clicks\n"
    "1,Brevo,Our list,,The September letter #forum,2024-09-02,2024-10-01,200,90,12\n"
)


@pytest.fixture
def totals(world: World) -> Any:
    def campaign(*files: tuple[str, str | bytes]) -> dict[str, Any]:
        for name, content in files:
            world.drop(f"2024-10-20/{name}", content)
        return world.campaign()

    return campaign


def test_a_letter_leaves_the_bounds_of_reach_as_they_are(totals: Any) -> None:
    row = totals(("a.csv", meta(post(1, Views=10, Reach=8), post(2, Views=5, Reach=4))), ("b.csv", LETTERS))
    assert (row["posts"], row["reach_at_least"], row["reach_at_most"]) == (3, 8, 12)
    assert (row["views"], row["views_known"]) == (15, 2)
    assert {name: row[name] for name in ("deliveries", "opens", "clicks", "unsubscribes", "deliveries_known")} == {
        "deliveries": 108, "opens": 30, "clicks": 9, "unsubscribes": 1, "deliveries_known": 1
    }  # fmt: skip


def test_letters_alone_reach_no_accounts_and_bound_none(totals: Any) -> None:
    row = totals(("b.csv", LETTERS))
    reach = {name: value for name, value in row.items() if name.startswith("reach_")}
    assert reach.pop("reach_known") == 0
    assert set(reach.values()) == {None}


def test_letters_of_tools_whose_files_nobody_reads_may_be_typed(world: World) -> None:
    world.drop("2024-10-20/sheet.csv", SHEET)
    read = world.table("post_totals").select("platform", "kind", "deliveries", "opens", "clicks")
    assert read.rows() == [("newsletter", "letter", 200, 90, 12)]
    assert world.campaign()["reach_at_most"] is None
