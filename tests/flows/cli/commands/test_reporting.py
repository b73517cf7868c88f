"""`reach report` writes the document for a donor, and says what to do with it."""

from __future__ import annotations

from pathlib import Path

from flows.steps.settings import Workspace
from tests.flows.cli.typed import copied, reach


def test_a_campaigns_document_is_written_in_the_forms_that_are_asked_for(published: Workspace, tmp_path: Path) -> None:
    done = reach("report", "IDUAI 2024", "--docx", "--html", "--to", tmp_path, "--home", published.home)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {
        f"iduai-2024-2024-12-30-en.{kind}" for kind in ("docx", "html")
    }
    assert done.stdout.splitlines()[-1].startswith("Next: open ")
    assert "are not frozen: reach freeze keeps them" in done.stderr


def test_a_frozen_reports_name_means_the_project_with_its_figures(published: Workspace, tmp_path: Path) -> None:
    home = copied(published, tmp_path).home
    assert reach("freeze", "final", "--as-of", "2024-12-30", "--home", home).returncode == 0
    done = reach("report", "final", "--html", "--language", "both", "--home", home)
    assert (done.returncode, done.stderr) == (0, "")
    page = (home / "documents" / "final-2024-12-30-en-km.html").read_text(encoding="utf-8")
    assert "under the name final" in page
    assert 'lang="km"' in page


def test_a_name_that_means_nothing_and_a_report_that_was_not_frozen_are_told(published: Workspace) -> None:
    wrong = reach("report", "iduai-2042", "--home", published.home)
    assert (wrong.returncode, "the nearest is iduai-2024" in wrong.stderr) == (2, True)
    wrong = reach("report", "--frozen", "final", "--home", published.home)
    assert (wrong.returncode, "No report final was frozen" in wrong.stderr) == (2, True)
