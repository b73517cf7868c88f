"""``make audit`` ends well only where every pinned version was looked up."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.audit import PINS, audit, pinned

AUDITED = [{"name": "Jinja2", "version": "3.1.6", "vulns": []}, {"name": "ruamel-yaml", "version": "1", "vulns": []}]
FOUND = {"id": "CVE-2026-1", "fix_versions": ["3.1.7"], "aliases": [], "description": "…"}


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    file = tmp_path / "constraints.txt"
    file.write_text("jinja2==3.1.6  # pages\n\nruamel.yaml==1\n")
    return file


def auditor(tmp_path: Path, answer: object, status: int = 0, error: str = "") -> tuple[str, ...]:
    """A program that answers as pip-audit 2.10 does."""
    program = tmp_path / "pip_audit.py"
    text = json.dumps({"dependencies": answer, "fixes": []}) if answer is not None else ""
    program.write_text(
        f"import sys\nsys.stdout.write({text!r})\nsys.stderr.write({error!r})\nassert '--strict' in sys.argv\nsys.exit({status})\n"
    )
    return (sys.executable, str(program))


def test_pins_without_a_finding_pass(pins: Path, tmp_path: Path) -> None:
    assert audit(pins, auditor(tmp_path, AUDITED)) == []


def test_a_finding_is_named_with_the_version_that_mends_it(pins: Path, tmp_path: Path) -> None:
    answer = [AUDITED[0] | {"vulns": [FOUND, {"id": "CVE-2026-2", "fix_versions": []}]}, AUDITED[1]]
    assert audit(pins, auditor(tmp_path, answer, 1)) == [
        "jinja2 3.1.6: CVE-2026-1, mended in 3.1.7", "jinja2 3.1.6: CVE-2026-2",
    ]  # fmt: skip


def test_without_a_network_nothing_was_audited_and_that_is_no_success(pins: Path, tmp_path: Path) -> None:
    error = "Traceback\nrequests.exceptions.ProxyError: HTTPSConnectionPool(host='pypi.org', port=443)"
    assert audit(pins, auditor(tmp_path, None, 1, error)) == [
        "Nothing was audited: requests.exceptions.ProxyError: HTTPSConnectionPool(host='pypi.org', port=443)"
    ]


@pytest.mark.parametrize(
    "answer",
    [[], [AUDITED[0]], [AUDITED[0], {"name": "ruamel.yaml", "skip_reason": "Dependency not found on PyPI"}],
     [AUDITED[0], AUDITED[1] | {"skip_reason": "no"}]],
)  # fmt: skip
@pytest.mark.parametrize("status", [0, 1])
def test_a_pin_that_was_not_looked_up_is_no_success(pins: Path, tmp_path: Path, answer: object, status: int) -> None:
    assert audit(pins, auditor(tmp_path, answer, status))[-1].startswith("Not audited: ")


def test_a_failure_that_nobody_knows_is_no_success(pins: Path, tmp_path: Path) -> None:
    assert audit(pins, auditor(tmp_path, AUDITED, 3, "why")) == ["pip-audit ended with status 3: why"]


def test_a_list_without_a_pin_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "constraints.txt").write_text("# nothing\n")
    assert audit(tmp_path / "constraints.txt", auditor(tmp_path, [])) == [
        "constraints.txt pins nothing, so nothing was audited."
    ]


def test_every_line_of_our_constraints_is_a_pin() -> None:
    lines = [line for line in PINS.read_text(encoding="utf-8").splitlines() if line.split("#")[0].strip()]
    assert len(pinned(PINS)) == len(lines)
    assert all(pinned(PINS).values())
