"""What a document says: the figures of what is published, in words that a donor's reader has."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

import pytest

from connectors import PLATFORMS
from flows.steps import night
from flows.steps.settings import Workspace
from tests.conftest import World
from tests.warehouse.publish.document.documents import (
    FORUM,
    IDUAI,
    PROJECT,
    document,
    of_world,
    tables_of,
    texts,
)
from tests.warehouse.publish.report import hostile
from warehouse.figures.tables import MARTS
from warehouse.publish.document import contents, word
from warehouse.publish.document.blocks import Document, Figures, Heading, Notes, Paragraph, Picture, Table
from warehouse.publish.document.contents import Scope
from warehouse.publish.document.telling import Frozen
from warehouse.publish.document.web import html
from warehouse.publish.report.language import LANGUAGES, Language, number
from warehouse.publish.report.sentence import sentence
from warehouse.publish.report.wording import short


def table(made: Document, title: str) -> Table:
    return next(block for block in made.blocks if isinstance(block, Table) and block.title.startswith(title))


def test_a_campaigns_document_has_its_sentence_its_figures_and_three_to_five_pictures(published: Workspace) -> None:
    made, tables = document(published, IDUAI), tables_of(published)
    assert made.title == "IDUAI 2024"
    assert made.lines[-1] == "Figures of 30 December 2024"
    paragraphs = [block.text for block in made.blocks if isinstance(block, Paragraph)]
    assert paragraphs[0] == sentence(tables, "iduai-2024", "en", PLATFORMS)
    (figures,) = [block for block in made.blocks if isinstance(block, Figures)]
    assert {name: cell.text for name, cell in figures.figures} == {
        "Views": "46,700", "Reactions": "491", "Comments": "207", "Shares": "466", "Accounts reached": "7,126 to 34,323",
    }  # fmt: skip
    assert 3 <= sum(isinstance(block, Picture) for block in made.blocks) <= 5


@pytest.mark.parametrize("scope", [IDUAI, FORUM, PROJECT], ids=["campaign", "activity", "project"])
def test_the_headline_figures_are_those_of_the_scopes_own_row_and_not_a_sum(published: Workspace, scope: Scope) -> None:
    tables = tables_of(published)
    name, key = ("project_totals", None) if scope.is_project else ("activity_totals", "1.1.7")
    rows = tables["campaign_totals"] if scope is IDUAI else tables[name]
    row = next(
        row for row in rows.iter_rows(named=True)
        if row.get("campaign_id") == "iduai-2024" or (scope is not IDUAI and key in (None, row.get("activity_id")))
    )  # fmt: skip
    figures = next(block for block in document(published, scope).blocks if isinstance(block, Figures))
    told = {name: cell.text.lstrip("≥≈ ") for name, cell in figures.figures}
    assert told["Views"] == number(row["views"])
    assert told["Shares"] == number(row["shares"])
    assert told["Accounts reached"].split()[-1 if row["reach_at_most"] is None else 0] == number(row["reach_at_least"])


def test_indicators_have_baseline_target_actual_percent_and_verdict_of_the_published_table(
    published: Workspace,
) -> None:
    made = table(document(published, PROJECT), "What was aimed at")
    rows = tables_of(published)["indicator_progress"].rows(named=True)
    assert len(made.rows) == len(rows)
    for cells, row in zip(made.rows, rows, strict=True):
        name, baseline, _, target, actual, percent, verdict = (cell.text for cell in cells)
        assert (name, verdict) == (row["name"], row["verdict"])
        assert target == ("" if row["target"] is None else number(row["target"]))
        assert baseline == ("" if row["baseline"] is None else number(row["baseline"]))
        assert actual.lstrip("≥≈ ") == number(row["actual"])
        assert percent.lstrip("≥ ") == ("" if row["percent"] is None else f"{number(row['percent'])}%")


def test_what_is_not_known_has_a_note_that_says_of_how_many_posts(published: Workspace) -> None:
    made = document(published, PROJECT)
    (notes,) = [block for block in made.blocks if isinstance(block, Notes)]
    figures = [block for block in made.blocks if isinstance(block, Figures)]
    views = dict(figures[0].figures)["Views"]
    assert views.text.startswith("≥ ≈ ")
    told = [notes.texts[note - 1] for note in views.notes]
    assert told[0] == "Views: known of 18 of 28 posts. The others are left out; they are not counted as 0."
    assert len(set(notes.texts)) == len(notes.texts)
    used = {note for block in figures for _, cell in block.figures for note in cell.notes}
    assert used <= set(range(1, len(notes.texts) + 1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_contact_path_id_or_word_of_a_program_stands_in_a_document(published: Workspace, language: Language) -> None:
    plan = night.read_plan(published).plan
    columns = {column.name for mart in MARTS for column in mart.columns}
    forbidden = {
        *(name for name in (*columns, *(mart.name for mart in MARTS)) if "_" in name),
        *(line.id for line in (*plan.campaigns, *plan.assets, *plan.indicators)),
        *filter(None, (organisation.contact for organisation in plan.organisations)),
        "inbox", ".csv", ".xlsx", "null", "None", "reach freeze", "SHA-256",
    }  # fmt: skip
    posts = {short(text, 110) for text in tables_of(published)["post_totals"]["text"].drop_nulls()}
    ours = [text for text in texts(document(published, PROJECT, language)) if text not in posts]
    for name in forbidden:
        assert [text for text in ours if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)] == [], name


def test_a_khmer_document_has_no_english_of_ours(published: Workspace) -> None:
    english, khmer = (set(texts(document(published, PROJECT, language))) for language in LANGUAGES)
    theirs = {row for row in english & khmer if re.search("[a-z]{3}", row)}
    plan = night.read_plan(published).plan
    names = {plan.project.name, *(c.name for c in plan.campaigns), *(i.name for i in plan.indicators)}
    posts = tables_of(published)["post_totals"]
    names |= set(posts["account_name"].drop_nulls()) | {row for row in theirs if row.rstrip("…") in "\n".join(
        " ".join(text.split()) for text in posts["text"].drop_nulls()
    )}  # fmt: skip
    assert theirs - names == set()


def test_a_frozen_documents_proof_has_its_name_its_day_and_its_fingerprint(published: Workspace) -> None:
    frozen = Frozen("final-2024", datetime(2024, 12, 30, 18), "ab" * 32)
    plan = night.read_plan(published).plan
    made = contents.document(tables_of(published), plan, PLATFORMS, IDUAI, "en", frozen)
    (proof,) = [block.text for block in made.blocks if isinstance(block, Paragraph) and "ab" * 32 in block.text]
    assert "frozen on 31 December 2024 under the name final-2024" in proof  # the day in Phnom Penh
    assert not any("final-2024" in text for text in texts(document(published, IDUAI)))


def test_a_project_without_posts_has_a_document_that_says_so(world: World) -> None:
    made = of_world(world, "2024-12-30")
    assert next(block.text for block in made.blocks if isinstance(block, Heading)) == "Summary"
    assert any("no posts of the campaign" in text for text in texts(made))
    assert word.docx_of([made], datetime(2024, 12, 30).date())
    assert html([made])


def test_texts_that_attack_stand_in_a_document_as_texts(world: World) -> None:
    hostile.fill(world)
    made = [of_world(world, "2024-12-30", language) for language in LANGUAGES]
    page = html(made).decode()
    assert "<script" not in page
    assert not re.search(r"<(img|iframe|u|i|s|b)\b", page)
    assert not re.search(r'href="(?!https?://|#)', page)
    assert BytesIO(word.docx_of(made, datetime(2024, 12, 30).date())).read(2) == b"PK"
