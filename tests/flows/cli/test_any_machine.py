"""What a person types on a machine of another kind: its code page, its line ends, its names of paths."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli.commands.options import somebody
from flows.steps.init import create
from flows.steps.settings import SettingsError, Workspace
from tests.conftest import CAMPAIGN, PLAN
from tests.flows.cli.typed import reach

CODE_PAGES = ("cp1252", "cp874")
KHMER = "\u179f\u17b7\u1791\u17d2\u1792\u17b7"
SENTENCE = ("sentence", "iduai-2024", "--language", "km")


def typed_with(code_page: str, *words: str | Path, **how: object) -> subprocess.Popen[bytes]:
    """The program where Python writes texts in a code page, as on Windows."""
    env = os.environ | {"PYTHONIOENCODING": code_page, "PYTHONUTF8": "0", "LC_ALL": "C"}
    command = [sys.executable, "-m", "flows.cli.main", *map(str, words)]
    return subprocess.Popen(command, env=env, **how)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("code_page", CODE_PAGES)
def test_khmer_goes_into_a_pipe_as_utf_8_whatever_the_code_page(published: Workspace, code_page: str) -> None:
    program = typed_with(code_page, *SENTENCE, "--home", published.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    shown, errors = program.communicate()
    assert (program.returncode, errors) == (0, b"")
    assert "46,700" in shown.decode()
    assert shown.decode().endswith("\u17d4\n")
    assert b"\r" not in shown


def test_a_terminal_that_lacks_khmer_shows_question_marks(published: Workspace) -> None:
    ours, theirs = pty.openpty()
    program = typed_with("cp1252", *SENTENCE, "--home", published.home, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 1 << 16):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert program.wait() == 0
    assert b"46,700" in shown
    assert b"?????" in shown
    assert b"Next: type reach explain iduai-2024 views" in shown


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_files_that_notepad_saved_are_read_as_they_are_meant(tmp_path: Path, mark: str) -> None:
    create(tmp_path)
    for name, text in {
        "plan.toml": PLAN + CAMPAIGN.replace("The forum", KHMER),
        "reach.toml": 'language = "km"\n[facebook]\nzone = "Asia/Phnom_Penh"\n',
        ".env": "REACH_FACEBOOK__TOKEN=secret\nREACH_NOTIFY__URLS=json://localhost\n",
    }.items():
        (tmp_path / name).write_bytes((mark + text.replace("\n", "\r\n")).encode())
    workspace = Workspace(tmp_path)
    assert workspace.settings.language == "km"
    assert workspace.api_settings("facebook").token.get_secret_value() == "secret"  # type: ignore[attr-defined]
    assert [url.get_secret_value() for url in workspace.notify.urls] == ["json://localhost"]
    assert reach("plan", "check", "--home", tmp_path).returncode == 0


def test_a_dotenv_that_powershell_wrote_is_one_sentence(tmp_path: Path) -> None:
    create(tmp_path)
    (tmp_path / ".env").write_text("REACH_FACEBOOK__TOKEN=secret\n", encoding="utf-16")
    with pytest.raises(SettingsError, match=r"\.env .* UTF-8") as error:
        _ = Workspace(tmp_path).settings
    assert "secret" not in str(error.value)
    assert Workspace(tmp_path).notify.urls == []


@pytest.mark.parametrize("error", [ImportError, KeyError, OSError])
def test_an_account_without_a_name_has_to_say_who_it_is(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise error

    monkeypatch.setattr("getpass.getuser", nobody)
    with pytest.raises(SettingsError, match="--by"):
        somebody("")
    assert somebody("Sokha") == "Sokha"
