"""The pinned versions held against the known vulnerabilities, by pip-audit: ``make audit``.

It ends 0 only where every pin was looked up and none has a known vulnerability. pip-audit itself ends 0 over an empty
list, and passes over what its source does not know.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

PINS = Path(__file__).resolve().parent.parent / "constraints.txt"
PIP_AUDIT = (sys.executable, "-m", "pip_audit")


def pinned(file: Path) -> dict[str, str]:
    """The versions that a file of constraints pins, by the package's normalised name (PEP 503)."""
    pins = (line.split("#")[0].strip().partition("==") for line in file.read_text(encoding="utf-8").splitlines())
    return {_key(name): version for name, _, version in pins if name}


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def audit(file: Path = PINS, command: tuple[str, ...] = PIP_AUDIT) -> list[str]:
    """Why the pins of a file do not pass, a sentence each; none where all were looked up and are without a finding."""
    pins = pinned(file)
    if not pins:
        return [f"{file.name} pins nothing, so nothing was audited."]
    options = ("--strict", "--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json")
    done = subprocess.run([*command, *options, "--requirement", str(file)], capture_output=True, text=True)
    try:
        looked_up = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:500]
        return [f"Nothing was audited: {why}"]
    audited = {_key(each["name"]): each["vulns"] for each in looked_up if "vulns" in each and "skip_reason" not in each}
    problems = [
        f"{name} {pins.get(name, '?')}: {vulnerability['id']}"
        + (f", mended in {', '.join(vulnerability['fix_versions'])}" if vulnerability.get("fix_versions") else "")
        for name, vulnerabilities in sorted(audited.items())
        for vulnerability in vulnerabilities
    ]
    if missing := sorted(pins.keys() - audited.keys()):
        problems.append(f"Not audited: {', '.join(missing)}.")
    if done.returncode and not problems:
        problems.append(f"pip-audit ended with status {done.returncode}: {done.stderr.strip()[-500:]}")
    return problems


def main() -> None:
    """Audits the pins of this checkout."""
    problems = audit()
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        sys.exit(1)
    sys.stdout.write(f"{len(pinned(PINS))} pinned versions have no known vulnerability.\n")


if __name__ == "__main__":
    main()
