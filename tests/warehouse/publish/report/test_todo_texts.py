"""The message that asks one person for figures."""

from __future__ import annotations

from datetime import date

import pytest

import connectors
from warehouse.figures.todos import PageWanted, Span, Todo
from warehouse.publish.report.language import LANGUAGES
from warehouse.publish.report.todo_texts import message

DARA = Todo(
    "Dara, +855 00 000 001",
    "Lens",
    (PageWanted("facebook", "1", "Lens Kh", date(2024, 12, 1)), PageWanted("telegram", "lens", "Lens\n news", None)),
)
SPAN = Span(date(2024, 9, 1), date(2024, 12, 30), date(2024, 12, 30))


def test_a_message_holds_the_pages_the_clicks_the_days_and_what_not_to_do() -> None:
    assert message(DARA, "A programme", SPAN, date(2025, 3, 30), "en", connectors.PLATFORMS).splitlines() == [
        "Dear Dara,",
        "For the report on “A programme” we need the figures of these pages by 30 March 2025:",
        "- Lens Kh (Facebook): in Meta Business Suite choose Insights, Content, Export data, with lifetime figures. "
        "The newest figures that we have are of 1 December 2024.",
        "- Lens news (Telegram): fill in the sheet that we send you. We have no figures of it yet.",
        "Where you are asked for days, choose 1 September 2024 to 30 December 2024.",
        "Please make the files on 30 December 2024 or later.",
        "Send the files as you get them. Do not open and save them in Excel: that changes dates and numbers.",
    ]


def test_without_days_a_message_names_none() -> None:
    text = message(DARA, "A programme", Span(None, date(2024, 12, 30), None), None, "en", connectors.PLATFORMS)
    assert "these pages:" in text
    assert "choose all of them up to 30 December 2024" in text
    assert "or later" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", [p.name for p in connectors.PLATFORMS if p.export and p.label and p.name != "outreach"]
)
def test_every_platform_with_an_export_says_what_to_click_in_every_language(name: str, language: str) -> None:
    platform = connectors.PLATFORMS.named(name)
    assert platform is not None
    assert platform.right_file[language]
    todo = Todo("Dara", None, (PageWanted(name, "1", "Page", None),))
    text = message(todo, "A programme", SPAN, None, language, connectors.PLATFORMS)
    assert platform.right_file[language] in text
