"""The bundled sample, loaded and published without Prefect."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows import steps
from flows.settings import Workspace
from flows.workspace import create_demo

DAY = date(2024, 12, 30)
"""The day of the sample's figures, which `reach demo` takes, too."""


def publish(workspace: Workspace) -> None:
    """A night over a workspace."""
    steps.receive(workspace)
    good = steps.read_plan(workspace)
    steps.load(workspace, good.plan.project.timezone)
    steps.release(workspace, *steps.compute(workspace, good, DAY))


def published_sample(home: Path) -> Workspace:
    """A workspace from the bundled sample, after its first night."""
    create_demo(home)
    publish(Workspace(home))
    return Workspace(home)
