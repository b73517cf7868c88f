"""The list of posts: search, filters, sorting, more of it, and copying."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.warehouse.publish.report.browser import open_page
from tests.warehouse.publish.report.conftest import Report, watched_page

VIEWS = 7
"""The column of views: text, published, platform, account, kind, campaign, views."""


def column(page: Page, at: int = VIEWS) -> list[str]:
    return page.locator(f"#posts tbody tr > td:nth-child({at})").all_inner_texts()


def test_search_takes_all_its_words_in_any_case_and_script(page: Page, sample: Report) -> None:
    open_page(page, sample.url("posts.html"))
    every = page.locator("#posts tbody tr").count()
    page.get_by_role("searchbox").fill("PISEY commune")
    texts = page.locator("#posts .words bdi").all_inner_texts()
    assert 0 < len(texts) < every
    assert all("pisey" in text.lower() and "commune" in text.lower() for text in texts)
    expect(page.locator("#count")).to_contain_text(f"{len(texts)} of {len(texts)} shown; {every} in this list")
    page.get_by_role("searchbox").fill("ច្បាប់ព័ត៌មាន")
    assert page.locator("#posts tbody tr").count() > 0
    page.get_by_role("searchbox").fill("no such words")
    assert page.locator("#posts tbody tr").count() == 0


def test_filters_hold_together_and_come_from_the_list(page: Page, sample: Report) -> None:
    open_page(page, sample.url("posts.html"))
    page.get_by_label("Platform").select_option("YouTube")
    wanted = sample.rows("select count(*) as n from post_totals where platform = 'youtube'")[0]["n"]
    assert page.locator("#posts tbody tr").count() == wanted > 0
    assert set(column(page, 3)) == {"YouTube"}
    page.get_by_label("Campaign").select_option("youth-debate")
    assert 0 < page.locator("#posts tbody tr").count() <= wanted
    assert set(column(page, 6)) == {"Youth debate"}


def test_a_campaigns_page_leads_to_its_own_posts(page: Page, sample: Report) -> None:
    open_page(page, sample.url("campaign-iduai-2024.html"))
    page.locator("a[href^='posts.html#campaign=']").last.click()
    page.wait_for_selector("#posts tbody tr")
    wanted = sample.rows(
        "select count(*) as n from post_totals where list_contains(string_split(campaign_ids, ';'), 'iduai-2024')"
    )[0]["n"]
    assert page.locator("#posts tbody tr").count() == wanted


def test_a_column_sorts_both_ways_and_what_is_not_known_stands_last(page: Page, sample: Report) -> None:
    open_page(page, sample.url("posts.html"))
    head = page.locator("#posts th", has_text="Views")
    for way in ("descending", "ascending"):
        expect(head).to_have_attribute("aria-sort", way)
        cells = column(page)
        numbers = [int(cell.replace(",", "")) for cell in cells if cell != "not known"]
        assert numbers == sorted(numbers, reverse=way == "descending")
        assert 0 < len(numbers) < len(cells)
        assert cells[len(numbers) :] == ["not known"] * (len(cells) - len(numbers))
        head.get_by_role("button").click()
    page.locator("#posts th", has_text="Published").get_by_role("button").click()
    days = column(page, 2)
    assert days == sorted(days)
    assert page.locator("#posts th[aria-sort]").count() == 1


def test_a_long_list_shows_a_hundred_at_a_time(page: Page, hostile_report: Report) -> None:
    every = hostile_report.rows("select count(*) as n from post_totals")[0]["n"]
    assert 100 < every < 200
    open_page(page, hostile_report.url("posts.html"))
    assert page.locator("#posts tbody tr").count() == 100
    page.get_by_role("button", name="Show more").click()
    assert page.locator("#posts tbody tr").count() == every
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_a_sentence_is_copied_as_it_stands(page: Page, sample: Report) -> None:
    copy_a_sentence(page, sample)


def test_a_sentence_is_copied_where_the_clipboard_is_forbidden(browser: Browser, sample: Report) -> None:
    with watched_page(browser) as page:
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        copy_a_sentence(page, sample)


def copy_a_sentence(page: Page, sample: Report) -> None:
    """Copies the first sentence of a campaign's page and pastes it again."""
    open_page(page, sample.url("campaign-iduai-2024.html"))
    text = page.locator("blockquote p").first.inner_text()
    button = page.locator("blockquote button").first
    button.click()
    expect(button).to_have_text("Copied")
    page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'paste' }))")
    page.locator("#paste").focus()
    page.keyboard.press("Control+V")
    expect(page.locator("#paste")).to_have_value(text)
    expect(button).to_have_text("Copy")
