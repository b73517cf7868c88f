"""A page of HTML as PDF, printed by a browser of the Chromium family that is installed.

Other makers of PDF break unspaced Khmer in the wrong places, or lose the rest of its line.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
    "chrome",
)
"""The names under which such browsers stand on the path."""
_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
"""Where macOS and Windows keep them."""
_KILLED: int = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Windows has no signal that nobody may refuse."""
_SECONDS = 120


class NoPdf(Exception):
    """No PDF could be made; the message says why."""


def browser() -> str | None:
    """The browser that prints; ``REACH_BROWSER`` names another one; None where none is installed."""
    if chosen := os.environ.get("REACH_BROWSER"):
        return shutil.which(chosen)
    there = (shutil.which(name) for name in BROWSERS)
    return next((path for path in there if path), None) or next(filter(os.path.exists, _ELSEWHERE), None)


def pdf(html: bytes) -> bytes:
    """The page as PDF.

    Raises:
        NoPdf: no browser is installed, or it did not print.
    """
    program = browser()
    if program is None:
        raise NoPdf("No browser was found to print the PDF: install Chromium, Chrome or Edge")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page, target = Path(folder, "document.html"), Path(folder, "document.pdf")
        page.write_bytes(html)
        command = [
            program, "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer",
            f"--user-data-dir={Path(folder, 'profile')}", f"--print-to-pdf={target}",
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # Chromium does not start as root otherwise, as in a container
        try:
            ended_with = _run([*command, page.as_uri()])
        except subprocess.TimeoutExpired as error:
            raise NoPdf(f"{Path(program).name} did not print the PDF within {_SECONDS} seconds") from error
        except OSError as error:
            raise NoPdf(f"{Path(program).name} did not start ({error.strerror})") from error
        if not target.exists() or not target.stat().st_size:
            raise NoPdf(f"{Path(program).name} did not print the PDF; it ended with {ended_with}")
        return target.read_bytes()


def _run(command: list[str]) -> int:
    """Runs a browser, and ends it with the processes that it started where it takes too long."""
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as running:
        try:
            return running.wait(_SECONDS)
        except BaseException:
            if hasattr(os, "killpg"):
                os.killpg(running.pid, _KILLED)
            running.kill()
            raise
