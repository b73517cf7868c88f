"""The documents that messages name are there."""

from __future__ import annotations

import re
import sysconfig
from pathlib import Path

import pytest

from flows.cli import documentation
from tests.flows.cli.typed import reach

_ROOT = Path(__file__).parents[3]


def test_the_help_says_where_documents_lie() -> None:
    shown = "".join(reach("--help").stdout.split())
    assert f"theyliein{_ROOT / 'docs'}." in shown


def test_those_of_a_wheel_lie_below_its_environment_and_without_any_nothing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documentation.flows, "__file__", str(tmp_path / "site-packages" / "flows" / "__init__.py"))
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    assert documentation.folder() is None
    docs = tmp_path / "share" / "reach-pipeline" / "docs"
    docs.mkdir(parents=True)
    (docs / "operating.md").touch()
    assert documentation.folder() == docs


def test_every_document_that_messages_and_templates_name_is_there() -> None:
    files = [path for folder in ("connectors", "warehouse", "flows") for path in (_ROOT / folder).rglob("*")]
    texts = (
        path.read_text(encoding="utf-8") for path in files if path.suffix in (".py", ".toml") or path.name == "env"
    )
    named = {name for text in texts for name in re.findall(r"(?<![\w/.])docs/[a-z-]+\.md", text)}
    assert len(named) > 5
    assert [name for name in sorted(named) if not (_ROOT / name).is_file()] == []
