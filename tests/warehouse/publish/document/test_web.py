"""The document as one HTML file: it needs nothing beside it, fits a phone, and prints on A4."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from flows.steps.settings import Workspace
from tests.warehouse.publish.document.documents import PROJECT, document
from tests.warehouse.publish.report.browser import open_page
from tests.warehouse.publish.report.conftest import watched_page
from warehouse.publish.document.blocks import Cell, Document, Paragraph, Photo, Table
from warehouse.publish.document.web import Logo, html
from warehouse.publish.report.language import LANGUAGES

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def page_of_sample(published: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("document") / "document.html"
    documents = [document(published, PROJECT, language) for language in LANGUAGES]
    path.write_bytes(html(documents, [Logo("Our network", "image/png", PIXEL)]))
    return path


def test_it_loads_nothing_and_runs_nothing(page_of_sample: Path) -> None:
    page = page_of_sample.read_text(encoding="utf-8")
    assert "<script" not in page
    assert re.findall(r'src="(?!data:)', page) == []
    assert 'alt="Our network"' in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize("width", [380, 1280])
def test_no_page_is_wider_than_its_window_and_every_picture_is_described(
    browser: Browser, page_of_sample: Path, width: int
) -> None:
    with watched_page(browser) as page:
        page.set_viewport_size({"width": width, "height": 900})
        open_page(page, page_of_sample.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        alts = page.eval_on_selector_all("figure", "(all) => all.map((own) => own.getAttribute('aria-label'))")
        assert len(alts) > 10
        assert all(alts)
        links = page.eval_on_selector_all(
            "a[href^='#']", "(all) => all.filter((own) => !document.getElementById(own.hash.slice(1))).length"
        )
        assert links == 0


def test_a_footer_cannot_end_the_style() -> None:
    footer = '"; } </style><script>x</script> \\'
    made = html([Document("en", "T", (), [Paragraph("p")], footer, "Contents")]).decode()
    assert "<script" not in made
    assert made.count("</style>") == 1


def test_a_posts_picture_stands_inside_the_page_and_is_told_in_words() -> None:
    row = [Cell("", photo=Photo(b"jpeg", 'A "vlog" <1>'))]
    made = html([Document("en", "T", (), [Table("t", ["h"], [row], (100,))], "f", "c")]).decode()
    assert 'src="data:image/jpeg;base64,anBlZw==" alt="A &#34;vlog&#34; &lt;1&gt;"' in made
