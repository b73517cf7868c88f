"""The page of a network: its members with their days and states, and what is not known of one that cannot be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Page

from tests.flows.networks import THEATRE, three_members
from tests.warehouse.publish.report.browser import url
from tests.warehouse.publish.report.conftest import Report

STATES = {"": ("late", "up to date", "could not be read"), "km/": ("យឺត", "ទាន់ពេល", "អានមិនបាន")}
NOT_KNOWN = {"": "not known", "km/": "មិនដឹង"}


@pytest.fixture(scope="module")
def of_network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a network's report."""
    return three_members(tmp_path_factory.mktemp("network")).home.workspace.published / "report"


@pytest.mark.parametrize("folder", STATES)
def test_each_member_stands_with_its_state_its_figures_and_its_link(of_network: Path, folder: str) -> None:
    tree = html.fromstring((of_network / f"{folder}network.html").read_text(encoding="utf-8"))
    rows = {row.get("data-member"): row for row in tree.iterfind(".//tr[@data-member]")}
    shown = {name: row.findtext("td[@class='state']") for name, row in rows.items()}
    assert shown == dict(zip(("press", "radio", THEATRE), STATES[folder], strict=True))
    assert [row.find(".//a").get("href") for row in rows.values()] == [
        f"https://{name.split()[0]}.example/" for name in rows
    ]
    views = {name: row.xpath("string(td[@data-metric='views'])") for name, row in rows.items()}
    assert views == {"press": "20", "radio": "10", THEATRE: ""}
    of_theatre = [cell.text_content() for cell in rows[THEATRE].iterfind("td[@class='number']")]
    assert of_theatre == [NOT_KNOWN[folder]] * 6
    over_all = tree.xpath("//div[@class='tiles']//dd[@data-metric='views']/@data-value")
    assert over_all == ["30"]
    assert re.findall(r"\d", tree.findtext(".//p[@class='banner']")) == ["1", "3"]


def test_every_page_leads_to_the_networks_page_of_its_language(of_network: Path) -> None:
    for page in of_network.rglob("*.html"):
        assert html.fromstring(page.read_text(encoding="utf-8")).xpath("//nav//a/@href")[1] == "network.html", page


def test_a_workspace_without_members_has_no_such_page(sample: Report) -> None:
    assert "network.html" not in sample.pages
    assert "network.html" not in (sample.folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["network.html", "km/network.html"])
def test_a_phone_shows_the_page_without_scrolling_sideways(page: Page, of_network: Path, name: str) -> None:
    page.set_viewport_size({"width": 380, "height": 800})
    page.goto(url(of_network, name))
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    assert page.evaluate("[...document.querySelectorAll('table')].every(table => table.scrollWidth <= 380)")
