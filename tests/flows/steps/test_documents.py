"""What a name means to a document, whose figures it has, and which files it becomes."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

import connectors
from flows.steps import documents, freezing, night, picture_files
from flows.steps.settings import SettingsError, Workspace
from tests.flows.cli.typed import copied
from tests.warehouse.publish.document.documents import FORUM, IDUAI, PROJECT
from tests.warehouse.publish.document.test_web import PIXEL
from warehouse.figure_words import NoSuchFigure
from warehouse.publish.document.blocks import Paragraph
from warehouse.publish.document.contents import MAY_LACK, Scope, document


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        (None, PROJECT), ("women and youth empowerment in leadership", PROJECT), ("iduai-2024", IDUAI),
        ("IDUAI 2024", IDUAI), ("1.1.7", FORUM), ("Youth debate", Scope(("youth-debate",))),
        ("1.2.2", Scope(("debates-on-site", "youth-debate"), activity="1.2.2")),
        ("1.1.5", Scope(("working-group",), activity="1.1.5")), ("1.2.1", Scope((), activity="1.2.1")),
    ],
)  # fmt: skip
def test_a_name_means_a_campaign_an_activity_or_the_project(
    published: Workspace, name: str | None, scope: Scope
) -> None:
    assert documents.scope_of(documents.figures_of(published, None), name) == scope


def test_a_name_that_means_nothing_gets_the_nearest(published: Workspace) -> None:
    with pytest.raises(NoSuchFigure, match="the nearest is iduai-2024"):
        documents.scope_of(documents.figures_of(published, None), "iduai-2042")


def test_a_frozen_reports_document_stays_as_it_was_when_the_plan_changes(published: Workspace, tmp_path: Path) -> None:
    workspace = copied(published, tmp_path)
    freezing.freeze(workspace, night.read_plan(workspace), "final", date(2024, 12, 30))
    before = documents.figures_of(workspace, "final")
    made = document(before.tables, before.plan, connectors.PLATFORMS, PROJECT, "en", before.frozen)
    plan = workspace.plan_file.read_text(encoding="utf-8")
    workspace.plan_file.write_text(plan.replace('name = "IDUAI 2024"', 'name = "Renamed"'), encoding="utf-8")
    after = documents.figures_of(workspace, "final")
    again = document(after.tables, after.plan, connectors.PLATFORMS, PROJECT, "en", after.frozen)
    assert after.frozen is not None
    assert [b for b in made.blocks if isinstance(b, Paragraph)] == [b for b in again.blocks if isinstance(b, Paragraph)]
    assert any(after.frozen.fingerprint in block.text for block in again.blocks if isinstance(block, Paragraph))
    assert night.read_plan(workspace).plan.campaigns[2].name == "Renamed"


def test_logos_stand_in_the_order_of_their_names_and_only_pictures_are_taken(tmp_path: Path) -> None:
    folder = tmp_path / documents.LOGOS
    assert documents.logos(Workspace(tmp_path)) == []
    folder.mkdir()
    for name in ("2 donor.JPG", "1 ours.png", ".hidden"):
        (folder / name).write_bytes(PIXEL)
    assert [logo.name for logo in documents.logos(Workspace(tmp_path))] == ["1 ours", "2 donor"]
    (folder / "logo.svg").write_text("<svg/>")
    with pytest.raises(SettingsError, match="is no PNG or JPEG"):
        documents.logos(Workspace(tmp_path))


@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n broken", PIXEL[:45]])
def test_a_logo_that_is_no_picture_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / documents.LOGOS).mkdir()
    (tmp_path / documents.LOGOS / "a.png").write_bytes(content)
    with pytest.raises(SettingsError, match=r"a\.png cannot be read as a picture: save it again as PNG"):
        documents.logos(Workspace(tmp_path))


def test_a_folder_is_no_logo_and_one_of_a_printer_becomes_one_of_a_screen(tmp_path: Path) -> None:
    folder = tmp_path / documents.LOGOS
    folder.mkdir()
    Image.new("CMYK", (4000, 2000)).save(folder / "a.jpg")
    (folder / "Thumbs.db").write_bytes(b"x")
    (logo,) = documents.logos(Workspace(tmp_path))
    with Image.open(io.BytesIO(logo.content)) as made:
        assert (made.format, made.mode, made.size) == ("PNG", "RGBA", (1200, 600))
    (folder / "b.png").mkdir()
    with pytest.raises(SettingsError, match=r"b\.png is no PNG or JPEG"):
        documents.logos(Workspace(tmp_path))


def test_what_cannot_be_written_is_a_sentence_and_the_document_of_before_stands(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "name.html").mkdir()
    for folder in (tmp_path / "file", tmp_path / "file" / "x", tmp_path):
        with pytest.raises(SettingsError, match="The document cannot be written into"):
            documents.write({"html": b"page"}, folder, "name")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "name.html"]


def test_a_report_frozen_by_an_older_version_is_told_or_works(published: Workspace, tmp_path: Path) -> None:
    figures = documents.figures_of(published, None).tables
    older = dict(figures) | {"asset_totals": figures["asset_totals"].drop("asset_name")}
    assert documents.as_now(older, "final")["asset_totals"]["asset_name"].null_count() == figures["asset_totals"].height
    without = dict(figures) | {"campaign_totals": figures["campaign_totals"].drop("in_part", "views_known")}
    with pytest.raises(
        SettingsError, match=r"older version, without campaign_totals\.in_part, campaign_totals\.views_"
    ):
        documents.as_now(without, "final")
    before_activities = {name: table for name, table in figures.items() if name not in MAY_LACK}
    lacking = documents.as_now(before_activities, "final")
    assert lacking.keys() == figures.keys()
    plan = night.read_plan(published).plan
    scope = documents.scope_of(documents.Figures(lacking, plan), "1.1.7")
    made = document(lacking, plan, connectors.PLATFORMS, scope, "en")
    assert any("known of fewer than two quarters" in getattr(block, "text", "") for block in made.blocks)
    with pytest.raises(SettingsError, match="older version, without campaign_periods"):
        documents.as_now({name: table for name, table in figures.items() if name != "campaign_periods"}, "final")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("1.1.7", "2024-12-30"), "1.1.7-2024-12-30"), ((None, "project", "2024-12-30"), "project-2024-12-30"),
        (("final", "iduai-2024", "2024-12-30"), "final-iduai-2024-2024-12-30"), (("../../etc/x", "d"), "etc-x-d"),
        (("con.1", "2024"), "document-con.1-2024"), (('a:b*?"<>|\n', "d"), "a-b-d"), (("សេចក្តី", "d"), "សេចក្តី-d"),
        (("ក" * 300, "d"), "ក" * 40 + "-d"),
    ],
)  # fmt: skip
def test_a_documents_files_have_names_that_every_system_takes(parts: tuple[str | None, ...], name: str) -> None:
    assert documents.file_name(*parts) == name


def test_without_a_browser_the_page_stands_in_for_the_pdf(
    published: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REACH_BROWSER", "no-such-browser")
    figures = documents.figures_of(published, None)
    made = documents.make(published, figures, IDUAI, ["en"], ["pdf"])
    files = documents.write(made.files, tmp_path / "new", "name")
    assert [(file.name, file.read_bytes()) for file in files] == [("name.html", made.files["html"])]
    assert made.why_no_pdf is not None


def test_a_frozen_reports_document_shows_the_pictures_of_today_and_names_what_is_none(
    published: Workspace, tmp_path: Path
) -> None:
    workspace = copied(published, tmp_path)
    freezing.freeze(workspace, night.read_plan(workspace), "final", date(2024, 12, 30))
    figures = documents.figures_of(workspace, "final")
    before = documents.make(workspace, figures, IDUAI, ["en"], ["html"])
    folder = workspace.home / picture_files.THUMBNAILS
    folder.mkdir()
    Image.new("RGB", (40, 30)).save(folder / "vlog-1.png")
    (folder / "b.svg").write_text("<svg/>")
    after = documents.make(workspace, figures, IDUAI, ["en"], ["html"])
    assert [made.files["html"].count(b"data:image/jpeg") > 0 for made in (before, after)] == [False, True]
    assert before.problems == ()
    assert "b.svg is no PNG or JPEG" in after.problems[0]
