"""The bundled sample, loaded and published without Prefect."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.steps import night
from flows.steps.init import create_demo
from flows.steps.settings import Workspace

DAY = date(2024, 12, 30)
"""The day of the sample's figures, which `reach demo` takes, too."""


def publish(workspace: Workspace) -> None:
    """A night over a workspace."""
    night.receive(workspace)
    good = night.keep_plan(workspace)
    night.load(workspace, good.plan.project.timezone)
    night.release(workspace, night.compute(workspace, good, DAY))


def published_sample(home: Path) -> Workspace:
    """A workspace from the bundled sample, after its first night."""
    create_demo(home)
    publish(Workspace(home))
    return Workspace(home)
