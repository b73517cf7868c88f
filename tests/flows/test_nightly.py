"""The night as Prefect runs it: on a real server, over the sample and over one export."""

from __future__ import annotations

import threading

import duckdb
import pytest
from filelock import FileLock, Timeout

from flows import run_night as run_night_module
from flows.run_night import run_night
from flows.steps.night import AlreadyRunning, Night, receive
from flows.steps.settings import Workspace
from tests.flows.published import DAY, publish
from tests.flows.shared_runs import UNKNOWN, Looks, Nights, Unanswered
from tests.flows.smtp_server import taking_mails
from warehouse.history.store import Busy

pytestmark = pytest.mark.prefect


def run_states(workspace: Workspace) -> list[tuple[str, str]]:
    """Type and name of the last state of every run over a workspace, newest first, as the server has them."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC)
    ours = [run.state for run in runs if run.parameters.get("home") == str(workspace.home.resolve())]
    return [(state.type.value, state.name) for state in ours if state is not None and state.name is not None]


def test_a_night_publishes_keeps_no_results_and_the_next_one_has_nothing_to_load(sample_nights: Nights) -> None:
    night, _, _, again = sample_nights.done
    assert night.loaded > 0
    assert (night.loaded, night.problems, night.published_as_of) == (night.received, (), DAY)
    assert (again.received, again.loaded, again.problems) == (0, 0, ())
    first, earlier, _, last = sample_nights.totals
    assert first == last != earlier
    before, after = sample_nights.results
    assert before == after


def test_a_night_that_left_something_out_is_completed_and_named_partial(sample_nights: Nights) -> None:
    _, _, partial, again = sample_nights.done
    (problem,) = partial.problems
    assert problem.startswith(UNKNOWN)
    assert again.problems == ()
    whole = ("COMPLETED", "Completed")
    assert run_states(sample_nights.workspace) == [whole, ("COMPLETED", "Partial"), whole, whole]


def test_a_faulty_plan_leaves_the_last_good_one_in_force_and_a_banner(prefect_server: str, one_post: Workspace) -> None:
    publish(one_post)
    text = one_post.plan_file.read_text(encoding="utf-8")
    one_post.plan_file.write_text(text.replace('activity = "1.1"', 'activity = "1.9"', 1), encoding="utf-8")
    night = run_night(one_post, DAY)
    assert "1.9" in night.problems[0]
    with duckdb.connect(str(one_post.published / "reach.duckdb"), read_only=True) as snapshot:
        banner, views = snapshot.execute(
            "select banner, (select views from campaign_totals where campaign_id = 'forum') from about"
        ).fetchall()[0]
    assert "1.9" in banner
    pages = [one_post.published / "report" / name for name in ("index.html", "km/index.html")]
    in_english, in_khmer = (page.read_text(encoding="utf-8").partition('class="banner"')[2][:400] for page in pages)
    assert "the last good one was used" in in_english
    assert "ផែនការមានកំហុស" in in_khmer
    assert "1.9" in in_khmer
    assert views == 10


def test_a_second_night_does_nothing_while_one_runs(prefect_server: str, sample: Workspace) -> None:
    with FileLock(sample.home / ".night.lock"), pytest.raises(AlreadyRunning):
        run_night(sample, DAY)
    assert not sample.published.exists()


def test_a_night_keeps_others_out_from_before_prefect_starts(
    sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_: object) -> Night:
        with pytest.raises(Timeout), FileLock(sample.home / ".night.lock", timeout=0):
            pass
        return Night()

    monkeypatch.setattr(run_night_module, "_run", meanwhile)
    assert run_night(sample, DAY) == Night()


def test_the_inbox_schedule_is_over_at_once_where_nothing_changed(two_looks: Looks) -> None:
    from flows.nightly import nightly

    assert two_looks.first.result().loaded > 0
    assert two_looks.second.message == "Nothing new."
    assert two_looks.seconds < 5
    assert two_looks.published_at[0] == two_looks.published_at[1]
    home = two_looks.workspace.home
    with FileLock(home / ".night.lock"):
        state = nightly(str(home), only_if_changed=True, return_state=True)
    assert (state.name, state.message) == ("Completed", "Another night is at work already.")


def test_a_night_may_wait_for_another_to_end(prefect_server: str, one_post: Workspace) -> None:
    from flows.nightly import nightly

    other = FileLock(one_post.home / ".night.lock", thread_local=False)
    other.acquire()
    threading.Timer(1, other.release).start()
    assert nightly(str(one_post.home), DAY, wait_seconds=60, return_state=True).result().published_as_of == DAY


def test_a_step_that_fails_once_is_tried_again_and_says_so(
    prefect_server: str, one_post: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import nightly

    tries = []

    def fails_once(workspace: Workspace) -> object:
        tries.append(workspace)
        if len(tries) == 1:
            raise OSError("the share is away")
        return receive(workspace)

    monkeypatch.setattr(nightly, "receive", nightly._step(fails_once, 1).with_options(retry_delay_seconds=0))
    assert run_night(one_post, DAY).loaded > 0
    assert "OSError: the share is away) and is tried again" in (one_post.logs / "reach.jsonl").read_text()


def test_what_only_a_person_can_mend_is_not_tried_again_and_the_run_is_failed(
    prefect_server: str, one_post: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import nightly

    tries = []

    def compute(*_: object) -> None:
        tries.append(1)
        raise Busy("the warehouse is held by somebody")

    monkeypatch.setattr(nightly, "compute", nightly._step(compute, 3))
    with pytest.raises(Busy, match="held by somebody"):
        run_night(one_post, DAY)
    assert (tries, run_states(one_post)) == ([1], [("FAILED", "Failed")])


def test_a_server_that_does_not_answer_is_a_sentence(unanswered: Unanswered) -> None:
    assert unanswered.process.returncode == 3
    sentence = "The Prefect server at http://127.0.0.1:9/api does not answer: start it, or unset PREFECT_API_URL"
    *told, last = unanswered.process.stderr.splitlines()
    assert last.startswith(sentence)
    assert [" told 1 of 1: " in line for line in told] == [True]


def test_tasks_keep_no_results_and_no_cache() -> None:
    from prefect.cache_policies import NO_CACHE

    from flows import nightly

    for step in (nightly.receive, nightly.load, nightly.compute, nightly.publish):
        assert (step.persist_result, step.cache_policy, step.retries > 0) == (False, NO_CACHE, True)


def test_a_report_is_frozen_and_mailed_by_the_night_after_its_day_once_and_by_no_look(
    prefect_server: str, one_post: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.nightly import nightly

    monkeypatch.setenv("REACH_BROWSER", "no-such-browser")
    with one_post.plan_file.open("a", encoding="utf-8") as plan:
        plan.write('[[report]]\nname = "final"\nas_of = 2024-12-30\nmail_to = ["donor"]\n')
    (one_post.home / ".env").write_text("REACH_MAIL_TO__DONOR=officer@fund.example\n")
    with taking_mails() as smtp:
        (one_post.home / "reach.toml").write_text(
            f'[mail]\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\nsender = "us@ngo.example"\n'
        )
        look = nightly(str(one_post.home), DAY, only_if_changed=True, return_state=True).result()
        assert one_post.archive.frozen("final")
        assert (look.problems, smtp.raw) == ((), [])
        smtp.refuses["officer@fund.example"] = "450 try again later"
        (problem,) = run_night(Workspace(one_post.home), DAY).problems
        assert "(450 try again later). It is tried each night until" in problem
        assert run_states(one_post)[0] == ("COMPLETED", "Partial")
        smtp.refuses.clear()
        done = run_night(Workspace(one_post.home), DAY)
        assert done.problems == ()
        assert any("The report final was mailed to donor, with final-" in line for line in done.to_look_at)
        assert run_night(Workspace(one_post.home), DAY).problems == ()
    assert smtp.envelopes == [("us@ngo.example", "officer@fund.example")]
