"""The workbook of whom to ask has a row a person, with the messages that the report's page has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.conftest import CAMPAIGN, World, meta, post
from tests.warehouse.publish.report.forum import book_of
from tests.warehouse.publish.workbook.opening import rows_of
from warehouse.publish.report import lists
from warehouse.publish.report.page_book import Book
from warehouse.publish.report.todo_texts import requests
from warehouse.publish.workbook.todo_book import SHEET, todo_book


def test_a_person_is_a_row_with_all_pages_and_the_messages_of_the_page(world: World) -> None:
    world.plan(
        CAMPAIGN + '[[organisation]]\nname = "Lens"\ncontact = "Dara"\n'
        '[[account]]\nid = "facebook:100064500000001"\norganisation = "Lens"\n'
        '[[account]]\nid = "tiktok:lens"\norganisation = "Lens"\n'
    )
    world.drop("2024-10-01/a.csv", meta(post(1, Views=1)))
    book = book_of(world)
    wanted = requests(book.day)
    made = todo_book(wanted, date(2024, 12, 30))
    head, row = rows_of(made, SHEET)
    cells = dict(zip(head, row, strict=True))
    assert (cells["who"], cells["organisation"], cells["done"]) == ("Dara", "Lens", None)
    assert (cells["pages"], cells["newest figures"]) == ("Page 1 (facebook)\nlens (tiktok)", "2024-10-01\nnone yet")
    pages = Book(replace(book.contents, show_contacts=True), "en")
    (person,) = lists.todos(pages)["people"]
    assert [cells["message"], cells["message in Khmer"]] == [message["text"] for message in person["messages"]]
    assert todo_book(wanted, date(2024, 12, 30)) == made


def test_where_nobody_has_to_be_asked_the_sheet_says_so() -> None:
    assert rows_of(todo_book([], date(2024, 12, 30)), SHEET)[1][0].startswith("Nobody has to be asked")
