"""Who is told of a night that failed or left something out, and how often."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from pydantic import SecretStr

from flows import notices
from flows.run_night import run_night
from flows.steps import night
from flows.steps.settings import SettingsError, Workspace
from flows.summary import Run
from tests.flows.cli.typed import reach
from tests.flows.published import DAY, publish
from tests.flows.shared_runs import Nights, Unanswered
from tests.flows.told import SECRET, Told, listening
from warehouse.history.store import Busy
from warehouse.publish.snapshot import NotPublished


@pytest.fixture
def told() -> Iterator[Told]:
    with listening() as heard:
        yield heard


@pytest.fixture
def watched(one_post: Workspace, told: Told) -> Workspace:
    """A workspace with one export, and somebody who is told."""
    return with_somebody(one_post, told)


def with_somebody(workspace: Workspace, told: Told) -> Workspace:
    (workspace.home / ".env").write_text(f"REACH_NOTIFY__URLS={told.url}\n")
    return Workspace(workspace.home)


def everything_logged(workspace: Workspace) -> str:
    return "".join(file.read_text(encoding="utf-8") for file in workspace.logs.glob("*"))


@pytest.mark.prefect
def test_a_partial_night_tells_in_one_paragraph_what_was_left_out_what_stands_and_what_to_do(
    sample_nights: Nights,
) -> None:
    watched = sample_nights.workspace
    assert [len(of_one_night) for of_one_night in sample_nights.notices] == [0, 0, 1, 0]
    [notice] = sample_nights.notices[2]
    assert (notice["title"], notice["type"]) == ("Reach: something was left out", "warning")
    text = notice["message"]
    assert text.startswith(
        "Women and Youth Empowerment in Leadership is published as of 2024-12-30, but 1 thing was left out. "
        "(1) ‹b›un|known ‹!channel›.csv is no export that is known"
    )
    assert "copy its figures into the sheet template." in text
    assert "Sunlight Cambodia sends a newer export" in text
    assert f"reach sources --home {watched.home}" in text
    assert text.endswith(f"The report: {watched.report}")
    assert "\n" not in text


def run_of(workspace: Workspace, before: Run | None = None) -> Run:
    """What a night over a workspace hands to its notices, with the figures of an earlier one where there is one."""
    receipt, good = night.receive(workspace), night.keep_plan(workspace)
    loaded = night.load(workspace, good.plan.project.timezone)
    problems = (*(left.reason for left in receipt.left_out), *good.mistakes, *loaded.problems)
    tables = before.tables if before else night.compute(workspace, good, DAY).tables
    return Run(night.Night(published_as_of=DAY, problems=problems), good.plan, loaded, tables)


def test_what_stays_as_it_is_is_told_once_a_week_and_what_is_new_at_once(watched: Workspace, told: Told) -> None:
    text = watched.plan_file.read_text(encoding="utf-8")
    notices.of_night(watched, first := run_of(watched))
    assert told.notices == []
    watched.plan_file.write_text(text.replace('activity = "1.1"', 'activity = "1.9"', 1), encoding="utf-8")
    for _ in range(2):
        notices.of_night(watched, faulty := run_of(watched, first))
        assert "1.9" in faulty.night.problems[0]
    assert len(told.notices) == 1
    (watched.inbox / "unknown.csv").write_text("who,knows\n1,2\n")
    notices.of_night(watched, run_of(watched, first))
    assert len(told.notices) == 2
    assert "(1) unknown.csv is no export" in told.notices[1]["message"]
    assert "(2)" not in told.notices[1]["message"]
    assert "1 of them was told before." in told.notices[1]["message"]
    remembered = watched.home / notices.FILE
    a_week_ago = (night.now() - timedelta(days=7, minutes=1)).isoformat()
    remembered.write_text(json.dumps(dict.fromkeys(json.loads(remembered.read_text()), a_week_ago)))
    notices.of_night(watched, run_of(watched, first))
    assert "1.9" in told.notices[2]["message"]


@pytest.mark.prefect
def test_a_night_that_fails_is_told_once_with_what_stands_and_what_to_do(
    prefect_server: str, watched: Workspace, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import nightly

    publish(watched)

    def fails(*_: object) -> None:
        raise NotPublished("Nothing could be written to published (the disk is full); the old snapshot stands.")

    monkeypatch.setattr(nightly, "compute", nightly._step(fails, 0))
    with pytest.raises(NotPublished):
        run_night(watched, DAY)
    assert [notice["title"] for notice in told.notices] == ["Reach: nothing was published"]
    text = told.notices[0]["message"]
    assert "(the disk is full); the old snapshot stands. The old snapshot stands: as of 2024-12-30, made " in text
    assert f"then run reach nightly --home {watched.home}" in text
    with pytest.raises(NotPublished):
        run_night(watched, DAY)
    assert len(told.notices) == 1


def test_a_night_that_cannot_begin_is_told(watched: Workspace, told: Told) -> None:
    with FileLock(watched.home / ".night.lock"), pytest.raises(night.AlreadyRunning):
        run_night(watched, DAY)
    assert "A night is already running in" in told.notices[0]["message"]
    assert "There is no older snapshot that stands." in told.notices[0]["message"]


def test_a_prefect_that_does_not_start_is_told(unanswered: Unanswered) -> None:
    assert unanswered.process.returncode == 3
    assert [notice["title"] for notice in unanswered.notices] == ["Reach: nothing was published"]
    assert "The Prefect server at http://127.0.0.1:9/api does not answer: start it" in unanswered.notices[0]["message"]


def test_settings_that_cannot_be_used_are_told(watched: Workspace, told: Told) -> None:
    (watched.home / "reach.toml").write_text("inbocks = 'in'\n")
    assert reach("nightly", "--home", watched.home).returncode == 2
    assert "inbocks is no setting; the nearest is inbox." in told.notices[0]["message"]


@pytest.mark.prefect
def test_a_notice_that_is_not_taken_costs_nothing_is_logged_without_its_secret_and_tried_again(
    prefect_server: str, watched: Workspace, told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    told.refuses = True
    (watched.home / ".env").write_text(f"REACH_NOTIFY__URLS={told.url} tgram://{SECRET}/nobody nowhere://{SECRET}\n")
    (watched.inbox / "unknown.csv").write_text("who,knows\n1,2\n")
    caplog.set_level(logging.DEBUG)
    workspace = Workspace(watched.home)
    assert run_night(workspace, DAY).published_as_of == DAY
    logged = everything_logged(workspace)
    assert (
        "REACH_NOTIFY__URLS, address 1 of 3 (JSON): not sent: Failed to send JSON POST notification: error=403."
        in logged
    )
    assert "address 3 of 3: not sent: no address that can be used" in logged
    assert SECRET not in logged + caplog.text
    told.refuses = False
    text = workspace.plan_file.read_text(encoding="utf-8")
    workspace.plan_file.write_text(text.replace('activity = "1.1"', 'activity = "1.9"', 1), encoding="utf-8")
    notices.of_night(workspace, run_of(workspace))
    assert len(told.notices) == 1


def test_looks_that_fail_all_day_on_a_full_disk_call_nobody_and_the_night_does(watched: Workspace, told: Told) -> None:
    (watched.home / f"{notices.FILE}.new").mkdir()  # what cannot be written, for whoever runs the tests
    for _ in range(3):
        notices.of_failure(watched, OSError(28, "No space left on device"), is_look=True)
    assert told.notices == []
    notices.of_failure(watched, OSError(28, "No space left on device"))
    assert "Reach failed (OSError: No space left on device); please report it." in told.notices[0]["message"]


def test_looks_that_fail_alike_are_told_once_a_day(
    watched: Workspace, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        notices.of_failure(watched, Busy(f"held by process {number}"), is_look=True)
    first = night.now()
    for hours, notices_sent in ((19.9, 1), (20.1, 2), (39.9, 2), (40.3, 3)):
        at = first + timedelta(hours=hours)
        monkeypatch.setattr(night, "now", lambda at=at: at)
        notices.of_failure(watched, Busy("held by process 4"), is_look=True)
        assert len(told.notices) == notices_sent


def test_what_was_remembered_and_cannot_be_read_is_told_again(watched: Workspace, told: Told) -> None:
    (watched.home / notices.FILE).write_text('{"a": "never"}')
    notices.of_failure(watched, Busy("held"))
    assert len(told.notices) == 1
    remembered = json.loads((watched.home / notices.FILE).read_text())
    assert [datetime.fromisoformat(at) <= night.now() for at in remembered.values()] == [True]


def test_addresses_are_secrets_have_no_place_in_reach_toml_and_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").touch()
    (tmp_path / "reach.toml").write_text(f"[notify]\nurls = ['tgram://{SECRET}/1']\n")
    with pytest.raises(SettingsError, match=r"notify.urls is a secret .* put it as REACH_NOTIFY__URLS into .env"):
        Workspace(tmp_path).require()
    (tmp_path / "reach.toml").unlink()
    (tmp_path / ".env").write_text(f"REACH_NOTIFY__URLS=tgram {SECRET}\n")
    with pytest.raises(SettingsError, match="holds what is no address") as refused:
        Workspace(tmp_path).require()
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("line", ["json://a/1 json://b/2", '["json://a/1", "json://b/2"]'])
def test_addresses_stand_on_one_line_with_spaces_or_as_a_list(line: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"REACH_NOTIFY__URLS={line}\n")
    assert Workspace(tmp_path).notify.urls == [SecretStr("json://a/1"), SecretStr("json://b/2")]


def test_a_trial_says_who_got_it(watched: Workspace, told: Told) -> None:
    done = reach("notify", "--home", watched.home)
    assert (done.returncode, done.stdout) == (0, "Sent to 1 of 1.\nNext: see that it has come.\n")
    assert told.notices[0]["message"].startswith("This is a trial.")
    told.refuses = True
    done = reach("notify", "--home", watched.home)
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "Sent to 0 of 1.")
    assert "REACH_NOTIFY__URLS, address 1 of 1 (JSON): not sent:" in done.stderr
    assert SECRET not in done.stderr
    (watched.home / ".env").unlink()
    assert reach("notify", "--home", watched.home).returncode == 2


def test_the_documented_addresses_are_those_of_their_services() -> None:
    from apprise import Apprise

    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    addresses = [line.split("=", 1)[1] for line in page.splitlines() if line.startswith("REACH_NOTIFY__URLS=")]
    services = [Apprise.instantiate(address) for address in addresses]
    assert [type(service).__name__ for service in services] == [
        "NotifyEmail",
        "NotifyEmail",
        "NotifySlack",
        "NotifyTelegram",
    ]
    general, gmail, _, telegram = services
    assert (general.smtp_host, general.port, general.secure) == ("mail.example.org", 587, True)
    assert (gmail.smtp_host, gmail.user) == ("smtp.gmail.com", "our.reach@gmail.com")
    for mail in (general, gmail):
        assert [to for _, to in mail.targets] == ["officer@example.org"]
    assert [target[0] for target in telegram.targets] == [-1001234567890]


@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("json://ana:hunter2@example.invalid/x", True), ("jsons://ana:hunter2@example.invalid/x?verify=no", True),
        ("mailto://ana:hunter2@example.invalid", True), ("mailtos://ana:hunter2@example.invalid?mode=insecure", True),
        ("jsons://ana:hunter2@example.invalid/x", False), ("json://127.0.0.1:9/hunter2", False),
    ],
)  # fmt: skip
def test_nothing_is_sent_unencrypted_but_on_this_machine(address: str, is_refused: bool) -> None:
    [sentence] = notices.send([SecretStr(address)], "title", "text")
    assert ("is not encrypted" in sentence or "verify=no" in sentence) is is_refused
    assert "hunter2" not in sentence
