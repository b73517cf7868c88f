"""The image: what goes into it, and who runs it. That its steps work was tried by hand (docs/server.md)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
LINES = [
    line
    for line in (CHECKOUT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    if line and not line.startswith("#")
]


def arguments_of(instruction: str) -> list[str]:
    return [line.removeprefix(f"{instruction} ") for line in LINES if line.startswith(f"{instruction} ")]


def test_only_what_the_wheel_is_made_of_is_sent_to_the_builder() -> None:
    ignored = (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    packages = {"connectors", "warehouse", "flows"}
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    assert let_through == packages | {"pyproject.toml", "constraints.txt", "README.md", "LICENSE", "docs/*.md"}
    assert all(list(CHECKOUT.glob(name)) for name in let_through)


def test_a_user_without_rights_runs_it_over_one_volume_and_its_health_is_looked_at() -> None:
    assert arguments_of("USER") == ["reach"]
    assert LINES.index("USER reach") < LINES.index('ENTRYPOINT ["reach"]')
    assert arguments_of("VOLUME") == arguments_of("WORKDIR") == ["/workspace"]
    assert "REACH_HOME=/workspace" in arguments_of("ENV")[0]
    assert "reach query" in arguments_of("HEALTHCHECK")[0]


def test_its_python_is_one_that_reach_runs_on() -> None:
    needed = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    least, below = (int(number) for number in re.findall(r"3\.(\d+)", needed))
    versions = {int(number) for number in re.findall(r"python:3\.(\d+)", "\n".join(arguments_of("FROM")))}
    assert len(versions) == 1
    assert least <= versions.pop() < below
