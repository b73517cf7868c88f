"""Workspaces that are loaded and published without Prefect: a night over any of them, and the bundled sample."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.steps import night, privacy
from flows.steps.init import create_demo
from flows.steps.settings import Workspace

DAY = date(2024, 12, 30)
"""The day of the sample's figures, which `reach demo` takes, too."""


def publish(workspace: Workspace, day: date = DAY, *, has_report: bool = False) -> None:
    """A night over a workspace; the report page takes a second more, and is made only where a test looks at it."""
    night.receive(workspace)
    good = night.keep_plan(workspace)
    night.load(workspace, good.plan.project.timezone)
    computed = night.compute(workspace, good, day)
    report = night.report(workspace, computed) if has_report else None
    assert report is None or report.problems == ()
    night.release(workspace, computed, report)


def published_sample(home: Path, *, has_report: bool = False) -> Workspace:
    """A workspace from the bundled sample, after its first night."""
    privacy.only_owner()  # as every command does first, whichever test was here before
    create_demo(home)
    publish(Workspace(home), has_report=has_report)
    return Workspace(home)
