"""Nights that ask APIs: what lands, what is said, what is kept, against local platforms."""

from __future__ import annotations

import base64
import subprocess
import sys
from datetime import datetime, timedelta
from urllib.parse import quote, quote_plus

import polars as pl
import pytest
from starlette.responses import JSONResponse, Response

import connectors
from connectors.contract import Answer
from connectors.facebook.export import Settings
from connectors.x.export import Settings as XSettings
from flows.steps import ask_apis, freezing, night, original, removals, terms
from flows.steps.ask_apis import since_of
from flows.steps.logs import logging_to
from tests.conftest import CAMPAIGN, PAGE, PLAN, World, meta, post
from tests.connectors.facebook.server import Facebook, error
from tests.connectors.youtube.server import KEY, REFRESH, YouTube
from tests.flows.steps.asking import AFTER, FACEBOOK, NOW, OTHER, TOKEN, again, asked_problems, one_night
from tests.platforms import night as platforms_night
from tests.platforms.server import Question, Server, running
from tests.platforms.world import Account
from warehouse.archive.pulls import End, Kept, Pull
from warehouse.evidence import readings_behind
from warehouse.figures import why_unknown
from warehouse.plan import model


def test_what_the_api_and_the_export_say_of_one_post_is_one_post(asking: World, facebook: Facebook) -> None:
    number = facebook.pages[PAGE].posts[0].number
    number_in_id = f"1221580{number:011}"
    row = post(1) | {
        "Post ID": number_in_id,
        "Permalink": f"https://www.facebook.com/{PAGE}/posts/{number_in_id}",
        "Views": 7,
    }
    asking.drop("2026-09-30/a.csv", meta(row))
    one_night(asking)
    totals = asking.table("post_totals", str(AFTER)).filter(pl.col("post_id") == f"{PAGE}_{number_in_id}")
    assert totals.select("views", "grade").rows() == [(1000 + number, "api")]


def test_a_night_says_what_it_cost_and_each_load_what_was_asked_problems(asking: World, server: Server) -> None:
    done, loaded = one_night(asking)
    assert (done.accounts, done.requests, done.problems) == (2, server.requests("facebook"), ())
    assert loaded.files.select("connector", "grade", "asked_of").rows() == [
        ("facebook", "api", PAGE), ("facebook", "api", OTHER)]  # fmt: skip
    assert loaded.files["requests"].sum() == done.requests


def test_one_dead_token_costs_its_page_only_and_names_whom_to_ask(asking: World, facebook: Facebook) -> None:
    asking.plan(
        CAMPAIGN + f'[[organisation]]\nname = "Member"\ncontact = "Dara, +855"\n'
        f'[[account]]\nid = "facebook:{OTHER}"\norganisation = "Member"\n'
    )
    facebook.dead = {OTHER: 463}
    done, loaded = one_night(asking)
    assert len(loaded.synced.loaded) == 1
    assert [OTHER in problem and "Dara, +855" in problem for problem in done.problems] == [True]
    row = asking.table("source_freshness", str(AFTER)).row(by_predicate=pl.col("account_id") == OTHER, named=True)
    assert (row["failing_since"], "has expired" in row["act"], "Dara" in row["act"]) == (NOW, True, False)
    assert row["act"].endswith(" It belongs to Member.")
    assert "So it is since 2026-10-01." in row["act"]


def test_a_pull_that_was_cut_off_goes_on_where_it_stopped(
    asking: World, server: Server, facebook: Facebook, no_waiting: None
) -> None:
    for page in facebook.pages.values():
        page.with_posts(250, NOW)
    server.faults = [lambda q: Response("<html>out of order</html>", 502) if q.params.get("after") == "200" else None]
    first, _ = one_night(asking)
    assert [problem for problem in first.problems if "out of order" in problem]
    server.faults = []
    before = server.requests("facebook")
    second, loaded = one_night(asking, NOW + timedelta(hours=1))
    assert second.problems == ()
    assert server.requests("facebook") - before == 2 * (
        2 + 3
    )  # the third page of posts, paid views, the days of the page
    assert len(loaded.synced.dropped) == 2
    assert asking.table("post_totals", str(AFTER)).height == 500


def test_a_token_that_dies_on_the_third_page_keeps_what_came_before(
    asking: World, server: Server, facebook: Facebook
) -> None:
    for page in facebook.pages.values():
        page.with_posts(250, NOW)
    server.faults = [
        lambda q: error(190, "Session has expired", 463) if q.params.get("after") == "200" and PAGE in q.path else None
    ]
    done, _ = one_night(asking)
    assert [
        PAGE in problem and "has expired" in problem and "an export in the inbox" in problem
        for problem in done.problems
    ] == [True]
    again_done, _ = one_night(asking, NOW + timedelta(days=1))
    assert "So it is since 2026-10-01." in again_done.problems[0]
    posts = asking.table("post_totals", str(AFTER))
    assert posts.group_by("account_id").len().sort("account_id")["len"].to_list() == [200, 250]


def test_each_account_may_have_a_token_of_its_own_in_the_environment(asking: World, facebook: Facebook) -> None:
    facebook.pages[OTHER].token = "EAAG-of-the-other-page"
    (asking.workspace.home / ".env").write_text(
        f'REACH_FACEBOOK__TOKEN={TOKEN}\nREACH_FACEBOOK__TOKENS={{"{OTHER}": "EAAG-of-the-other-page"}}\n'
    )
    assert one_night(again(asking))[0].problems == ()


KILLED = """
import sys
from datetime import datetime
from pathlib import Path
import connectors
from flows.steps import ask_apis, night
from flows.steps.settings import Workspace
workspace = Workspace(Path(sys.argv[1]))
own = next(api for api in connectors.APIS if api.NAME == "facebook")
ask_apis.ask_platform(workspace, own, night.read_plan(workspace).plan, datetime(2026, 10, 1, 19), is_backfill=True)
"""


def test_a_backfill_killed_at_any_point_goes_on_where_it_stopped(
    asking: World, server: Server, facebook: Facebook
) -> None:
    for page in facebook.pages.values():
        page.with_posts(900, NOW)
    running_now: list[subprocess.Popen[bytes]] = []

    def kill_at(question: Question) -> Response | None:
        if question.number in (3, 9, 16):
            running_now[-1].kill()
        return None

    server.faults = [kill_at]
    for _ in range(4):
        running_now.append(subprocess.Popen([sys.executable, "-c", KILLED, str(asking.workspace.home)]))
        running_now[-1].wait(60)
    assert [process.returncode for process in running_now] == [-9, -9, -9, 0]
    assert (
        server.requests("facebook") <= 2 * (1 + 9 + 9 + 9) + 3 * 2
    )  # twice only what was on its way to one of two pages
    endpoints = [answer.endpoint for pull in asking.workspace.archive.pulls() for answer in pull.answers]
    assert len(endpoints) == len(set(endpoints)) == 2 * (1 + 9 + 9 + 9)
    assert asking.table("post_totals", str(AFTER)).height == 1800


@pytest.mark.parametrize("is_authorised", [False, True])
def test_sixty_days_of_youtube(world: World, is_authorised: bool) -> None:
    """With a key alone nothing is older than 29 days; with the owner's permission all of it stays."""
    channel = "UCmekongmekongmekongmeko"
    platform = YouTube({channel: Account(channel, "mekongradio", token=TOKEN).with_posts(3, NOW)}, units=10**6)
    youtube = next(api for api in connectors.APIS if api.NAME == "youtube")
    with running({"youtube": platform}) as server:
        base = server.base_url("youtube")
        (world.workspace.home / "reach.toml").write_text(
            f'[youtube]\naccounts = ["{channel}"]\nbase_url = "{base}"\nanalytics_url = "{base}"\ntoken_url = "{base}/token"\n'
            'client_id = "app"\nlook_back_days = 1\n'
        )
        secrets = [f"REACH_YOUTUBE__REFRESH_TOKEN={REFRESH}", "REACH_YOUTUBE__CLIENT_SECRET=app-secret"]
        (world.workspace.home / ".env").write_text(
            "\n".join(secrets if is_authorised else [f"REACH_YOUTUBE__API_KEY={KEY}"])
        )
        world = again(world)
        for day in range(60):
            now = NOW + timedelta(days=day)
            assert (
                ask_apis.ask_platform(world.workspace, youtube, night.read_plan(world.workspace).plan, now).problems
                == ()
            )
            terms.remove(world.workspace, terms.past(world.workspace, now), now)
    kept = [pull for pull in world.workspace.archive.pulls() if pull.answers]
    whole = [pull for pull in kept if pull.end and pull.end.since is None]
    oldest = NOW + timedelta(days=59 - 29)
    assert (min(pull.started_at for pull in kept) >= oldest) == (not is_authorised)
    assert len(kept) == (60 if is_authorised else 30)
    assert bool(whole) == (not is_authorised)  # everything was read again in time
    night.load(world.workspace, "Asia/Phnom_Penh")
    assert world.table("post_totals", str(AFTER)).height == 3


def test_a_days_quota_is_shared_by_all_channels_and_stopped_at_before_it_is_used_up(world: World) -> None:
    channels = {f"UCmekong{at:016}": Account(f"UCmekong{at:016}", f"radio{at}").with_posts(200, NOW) for at in range(4)}
    platform = YouTube(channels)
    youtube = next(api for api in connectors.APIS if api.NAME == "youtube")
    with running({"youtube": platform}) as server:
        (world.workspace.home / "reach.toml").write_text(
            f'[youtube]\naccounts = {list(channels)}\nbase_url = "{server.base_url("youtube")}"\nunits_a_day = 20\nstop_at = 0.8\n'
        )
        (world.workspace.home / ".env").write_text(f"REACH_YOUTUBE__API_KEY={KEY}")
        world = again(world)
        done = ask_apis.ask_platform(world.workspace, youtube, night.read_plan(world.workspace).plan, night.now())
        assert (done.requests, server.requests("youtube")) == (16, 16)
        assert all("80% of the day's 20 units" in problem for problem in done.problems)
        assert done.problems
        more = ask_apis.ask_platform(world.workspace, youtube, night.read_plan(world.workspace).plan, night.now())
        assert (more.requests, server.requests("youtube")) == (0, 16)


@pytest.mark.parametrize(
    ("changes", "used"),
    [({"spend_a_month": 20}, 3 + 4), ({"units_a_day": 1000}, 4), ({}, 0)],
)
def test_what_was_used_counts_since_the_day_or_month_of_the_quota_began(
    world: World, changes: dict[str, float], used: int
) -> None:
    """Midnight is that of the platform's zone, which is UTC for X."""
    archive, begin = world.workspace.archive, datetime(2026, 10, 1)
    moments = {begin - timedelta(microseconds=1): 1, begin: 3, datetime(2026, 10, 31): 4}
    for number, (ended_at, units) in enumerate(moments.items()):
        archive.end_pull(Pull("x", f"radio{number}", ended_at), End(ended_at, True, 1, units, "", "", {}, None, None))
    archive.end_pull(Pull("youtube", "radio", begin), End(begin, True, 1, 100, "", "", {}, None, None))
    settings = XSettings(**changes)
    assert ask_apis.units_used(archive, "x", settings, datetime(2026, 10, 31, 23, 59)) == used


def test_what_a_pull_cost_before_it_was_cut_off_counts_in_the_month_in_which_it_was_asked(world: World) -> None:
    archive, backfill = world.workspace.archive, Pull("x", "radio", datetime(2026, 9, 29), is_backfill=True)
    settings = XSettings(spend_a_month=20)
    for ended_at, is_done, units in (
        (datetime(2026, 9, 29), False, 1000),
        (datetime(2026, 9, 30, 23, 59), False, 500),
        (datetime(2026, 10, 1), True, 7),
    ):
        archive.end_pull(backfill, End(ended_at, is_done, 1, units))
    used = [ask_apis.units_used(archive, "x", settings, datetime(2026, month, 30)) for month in (9, 10, 11)]
    assert used == [1507, 7, 0]


def test_what_a_pull_cost_that_was_killed_counts_by_what_its_answers_cost(world: World) -> None:
    """A process that was killed says nothing of how its pull ended."""
    archive, settings = world.workspace.archive, XSettings(spend_a_month=20)
    killed, asked_at = Pull("x", "radio", datetime(2026, 9, 30, 23)), datetime(2026, 9, 30, 23, 59)

    def used(month: int) -> int:
        return ask_apis.units_used(archive, "x", settings, datetime(2026, month, 30))

    archive.keep_answer(killed, Answer("/1", asked_at, b"1", 100))
    archive.keep_answer(killed, Answer("/2", asked_at + timedelta(minutes=1), b"2", 30))
    assert (used(9), used(10)) == (100 + 30, 30)
    archive.keep_answer(killed, Answer("/3", asked_at + timedelta(minutes=2), b"3", 7))
    archive.end_pull(killed, End(asked_at + timedelta(minutes=2), True, 1, 7))
    assert (used(9), used(10)) == (100 + 30 + 7, 30 + 7)


@pytest.mark.parametrize(
    ("month", "budget"), [("", ""), ("spend_a_month = 20\n", ", and about 0.54 USD of the month's")]
)
def test_what_a_night_at_x_cost_is_said_and_what_is_spent_of_the_months_budget(
    world: World, month: str, budget: str
) -> None:
    one, archive = platforms_night.every(5, NOW)["x"], world.workspace.archive
    with running({"x": one.platform}) as server:
        platforms_night.workspace(world.workspace.home, server, x=[one.account])
        settings = world.workspace.home / "reach.toml"
        settings.write_text(settings.read_text() + month)
        archive.end_pull(Pull("x", "other", NOW), End(NOW, True, 1, 100))
        (x,) = (api for api in connectors.APIS if api.NAME == "x")
        workspace = again(world).workspace
        done = [ask_apis.ask_platform(workspace, x, night.read_plan(workspace).plan, NOW) for _ in range(2)]
    end = f"{budget} 20.00 USD (spend_a_month) are spent." if budget else "."
    assert done[0].cost == f"Reading X cost about 0.04 USD{end}"
    assert done[1].cost.startswith("Reading X cost about 0.04 USD")


def test_every_permission_that_is_missing_is_said_on_the_night_that_finds_it(asking: World, facebook: Facebook) -> None:
    facebook.without_reactions = {PAGE}
    facebook.codes = {"post_media_view": 200, "post_clicks": 200}
    problem = next(problem for problem in one_night(asking)[0].problems if PAGE in problem)
    assert [problem.count(name) for name in ("pages_read_user_content.", "read_insights.")] == [1, 1]
    act = asking.table("source_freshness", str(AFTER)).filter(account_id=PAGE)["act"].item()
    assert ("pages_read_user_content" in act, "read_insights" in act) == (True, True)


@pytest.mark.parametrize("account", ["youtube:@mekongradio", "youtube:@MekongRadio", "youtube:UCmekong"])
def test_whose_an_account_is_is_found_by_each_name_that_the_plan_has(account: str) -> None:
    given = PLAN + '[[account]]\nid = "youtube:UCmekong"\nalso = ["mekongradio"]\norganisation = "Mekong Radio"\n'
    given += '[[organisation]]\nname = "Mekong Radio"\n'
    plan = model.parse(given.encode(), connectors.PLATFORMS.names)
    assert "It belongs to Mekong Radio." in ask_apis._with_whom_to_ask("No key.", account, plan, ())
    assert "It belongs" not in ask_apis._with_whom_to_ask("No key.", "x:mekongradio", plan, ())


def test_the_next_night_asks_afresh(asking: World, server: Server) -> None:
    one_night(asking)
    before = server.requests("facebook")
    one_night(asking, NOW + timedelta(days=1))
    assert server.requests("facebook") - before == 2 * (3 + 1)
    assert asking.table("post_totals", str(AFTER)).height == 60


def test_a_backfill_reads_everything_once_and_is_done_then(asking: World, server: Server, facebook: Facebook) -> None:
    for page in facebook.pages.values():
        page.with_posts(700, NOW)
    one_night(asking, is_backfill=True)
    assert asking.table("post_totals", str(AFTER)).height == 1400
    before = server.requests("facebook")
    done, _ = one_night(asking, NOW + timedelta(days=2), is_backfill=True)
    assert (done.requests, server.requests("facebook") - before) == (0, 0)


def test_a_metric_that_falls_silent_is_withheld_and_not_zero_until_it_speaks_again(
    asking: World, facebook: Facebook
) -> None:
    one_night(asking)
    facebook.silent = {"post_media_view", "page_views_total"}
    _, loaded = one_night(asking, NOW + timedelta(days=1))
    assert [
        PAGE in sentence and "views" in sentence and "account page_views" in sentence for sentence in loaded.silent
    ] == [True, False]
    tables = asking.tables(str(AFTER))
    assert set(tables["source_freshness"]["withheld"]) == {"account page_views silent;views silent;views_paid silent"}
    assert tables["post_totals"]["views"].null_count() == 0  # the last known reading stands
    facebook.silent = set()
    assert one_night(asking, NOW + timedelta(days=2))[1].silent == ()


def test_a_page_whose_posts_are_all_gone_from_the_answer_is_silent(asking: World, facebook: Facebook) -> None:
    one_night(asking)
    facebook.pages[PAGE].posts = []
    _, loaded = one_night(asking, NOW + timedelta(days=1))
    assert len(loaded.silent) == 1
    assert f"facebook:{PAGE} answers without posts" in loaded.silent[0]


def test_a_refused_metric_is_named_with_its_day_and_costs_nothing_else(asking: World, facebook: Facebook) -> None:
    facebook.retired = {"post_clicks"}
    one_night(asking)
    freshness = asking.table("source_freshness", str(AFTER))
    assert set(freshness["withheld"]) == {"clicks since 2026-10-01"}
    assert freshness["act"].null_count() == freshness.height  # no permission brings a retired metric back


def test_a_missing_permission_is_said_once_and_stands_in_the_sources_until_it_is_given(
    asking: World, facebook: Facebook
) -> None:
    facebook.without_reactions = {PAGE}
    assert ["lacks a permission" in problem for problem in one_night(asking)[0].problems] == [True]
    assert one_night(asking, NOW + timedelta(days=1))[0].problems == ()
    acts = asking.table("source_freshness", str(AFTER)).drop_nulls("act")
    lacking = "since 2026-10-01 (a permission is missing)"
    assert acts.select("account_id", "withheld").rows() == [(PAGE, f"comments {lacking};likes {lacking}")]
    facebook.without_reactions = set()
    one_night(asking, NOW + timedelta(days=8))
    assert asking.table("source_freshness", str(AFTER))["act"].null_count() == 2


@pytest.mark.parametrize("code", [100, 12, 98765])
def test_what_facebook_refuses_to_all_of_12_pages_is_one_sentence_and_a_dead_token_its_own(
    asking: World, server: Server, code: int
) -> None:
    pages = platforms_night.facebook_pages(12, 2, NOW)
    server.platforms["facebook"] = pages
    platforms_night.workspace(asking.workspace.home, server, facebook=list(pages.pages))
    world = again(asking)
    assert asked_problems(world, NOW) == ()
    pages.codes = {"reactions": code}
    dead = list(pages.pages)[3]
    pages.dead = {dead: 463}
    new, other = asked_problems(world, NOW + timedelta(days=1))
    assert new.startswith("Facebook answers something new to all 11 pages since tonight: it refuses likes: ")
    assert f"(code {code})" in new
    assert dead in other
    assert [dead in problem for problem in asked_problems(world, NOW + timedelta(days=2))] == [True]


def test_an_error_that_facebook_gives_to_all_of_12_pages_is_one_sentence(asking: World, server: Server) -> None:
    pages = platforms_night.facebook_pages(12, 2, NOW)
    server.platforms["facebook"] = pages
    platforms_night.workspace(asking.workspace.home, server, facebook=list(pages.pages))
    world = again(asking)
    assert asked_problems(world, NOW) == ()
    server.faults = [lambda question: error(98765, "Something new")]
    (first,) = asked_problems(world, NOW + timedelta(days=1))
    assert first.startswith("Facebook answers something new to all 12 pages since tonight: ")
    (second,) = asked_problems(world, NOW + timedelta(days=2))
    assert second.startswith("Facebook answers something new to all 12 pages since 2026-10-02: ")


def test_a_version_that_answers_in_place_of_another_is_said_once(asking: World, facebook: Facebook) -> None:
    facebook.version = "v28.0"
    (problem,) = asked_problems(asking, NOW)
    assert problem.startswith("Facebook answers with v28.0 of the Graph API, though v26.0 was asked for")


def test_posts_that_refuse_their_figures_are_counted_in_the_sources_and_say_why(
    asking: World, server: Server, facebook: Facebook
) -> None:
    facebook.refusing = {1: (12, 0), 2: (12, 0)}
    one_night(asking)
    why_each = "This post gives no insights (code 12)"
    assert why(asking, "views") == {f"refused by Facebook: {why_each}"}
    tables = asking.tables(str(AFTER))
    lost = "clicks, reach, views, views_paid and watch_seconds"
    assert set(tables["source_freshness"]["problem"]) == {f"2 posts refuse {lost} since 2026-10-01: {why_each}."}
    assert tables["source_freshness"]["act"].null_count() == 2
    before = server.requests("facebook")
    assert one_night(asking, NOW + timedelta(days=1))[0].problems == ()
    assert server.requests("facebook") - before == 2 * 6  # each list, and its other posts alone in a batch
    assert why(asking, "views") == {f"refused by Facebook: {why_each}"}


def test_no_secret_is_written_anywhere_whatever_fails(
    asking: World, server: Server, facebook: Facebook, no_waiting: None, capfd: pytest.CaptureFixture[str]
) -> None:
    logging_to(asking.workspace.logs)
    failures: list[Response] = [
        Response("<html>", 502), Response('{"cut', 200), Response(f'{{"error": {{"code": 190, "message": "{TOKEN}"}}}}', 400),
        JSONResponse({"error": {"code": 1, "message": f"access_token={quote(TOKEN, safe='')}"}}, 500),
        JSONResponse({"data": [], "token": base64.b64encode(TOKEN.encode()).decode()}),
        Response("", 302, {"Location": f"https://elsewhere.example/?access_token={TOKEN}"}),
        Response("", 429, {"Retry-After": "1"}),
    ]  # fmt: skip
    for number, response in enumerate(failures):
        server.faults = [lambda question, response=response: response if question.number % 2 else None]
        plan, now = night.read_plan(asking.workspace).plan, NOW + timedelta(days=number)
        ask_apis.ask_platform(asking.workspace, FACEBOOK, plan, now, is_backfill=True)
        one_night(asking, now)
    server.faults = []
    facebook.dead = {PAGE: 460}
    one_night(asking, NOW + timedelta(days=20))
    night.release(asking.workspace, night.compute(asking.workspace, night.read_plan(asking.workspace)))
    encoded = base64.b64encode(TOKEN.encode())
    forms = [TOKEN.encode(), quote(TOKEN, safe="").encode(), quote_plus(TOKEN).encode(), encoded, encoded.rstrip(b"=")]
    archive = asking.workspace.archive
    for file in asking.workspace.home.rglob("*"):
        if file.is_file() and file.name != ".env":
            content = file.read_bytes()
            content += archive.content(file.stem) if file.suffix == ".zst" else b""
            assert not [form for form in forms if form in content], file
    printed = capfd.readouterr()
    assert not [form for form in forms if form.decode() in printed.out + printed.err]


def good(started_at: datetime) -> list[Pull]:
    """A pull that came to its end then."""
    return [Pull("facebook", PAGE, started_at, end=End(started_at, is_done=True, since=started_at))]


def test_new_posts_are_read_every_night_and_older_ones_more_rarely() -> None:
    plan, settings = model.parse(PLAN.encode(), connectors.PLATFORMS.names), Settings()
    depths = [(NOW + timedelta(days=at)) - since_of(NOW + timedelta(days=at), settings, PAGE, good(NOW + timedelta(days=at - 1)), plan)
              for at in range(21)]  # fmt: skip
    assert sorted(depth.days for depth in depths) == [14] * 12 + [30] * 6 + [90] * 3


def test_all_posts_of_an_open_campaign_are_read_every_night() -> None:
    text = PLAN + CAMPAIGN + "starts = 2026-01-10\nends = 2026-12-30\n"
    since = since_of(
        NOW, Settings(), PAGE, good(NOW - timedelta(days=1)), model.parse(text.encode(), connectors.PLATFORMS.names)
    )
    assert since == datetime(2026, 1, 9)
    over = since_of(
        datetime(2027, 1, 5),
        Settings(),
        PAGE,
        good(datetime(2027, 1, 4)),
        model.parse(text.encode(), connectors.PLATFORMS.names),
    )
    assert over > datetime(2026, 9, 1)


@pytest.mark.parametrize(("days", "is_everything"), [(24, False), (25, True)])
def test_everything_is_read_again_five_days_before_the_answers_have_to_go(days: int, is_everything: bool) -> None:
    whole = [Pull("facebook", PAGE, NOW - timedelta(days=days), end=End(NOW, is_done=True, since=None))]
    since = since_of(NOW, Settings(keep_days=30), PAGE, whole, model.parse(PLAN.encode(), connectors.PLATFORMS.names))
    assert (since is None) == is_everything


def test_nights_that_were_missed_are_made_up_for() -> None:
    since = since_of(
        NOW, Settings(), PAGE, good(NOW - timedelta(days=60)), model.parse(PLAN.encode(), connectors.PLATFORMS.names)
    )
    assert since == NOW - timedelta(days=64)


def test_a_token_and_a_version_that_end_are_said_before(asking: World) -> None:
    settings, today = asking.workspace.home / "reach.toml", datetime(2027, 1, 14)
    settings.write_text(settings.read_text() + 'token_expires = 2027-01-28\nversion = "v21.0"\n')
    *tokens, version = asked_problems(again(asking), today)
    assert [PAGE in tokens[0], OTHER in tokens[1], len(tokens)] == [True, True, 2]
    assert version.startswith("Version v21.0 of Facebook's API ends in 7 days (2027-01-21)")
    assert asked_problems(again(asking), today + timedelta(days=1)) == ()


# what an auditor asks of pulls


OF_THE_PAGE = (
    f'[[campaign]]\nid = "page"\nactivity = "1.1"\nname = "The page"\nposts = []\nmatch = {{ accounts = ["{PAGE}"] }}\n'
)


def why(world: World, metric: str) -> set[str]:
    """Why posts do not know a metric."""
    state = night.read_state(world.workspace, night.read_plan(world.workspace), AFTER)
    return set(why_unknown.reasons(state, state.posts).filter(pl.col("metric") == metric)["reason"])


def test_what_a_permission_or_a_retired_metric_withholds_is_unknown_for_that_reason(
    asking: World, facebook: Facebook
) -> None:
    facebook.retired, facebook.without_reactions = {"post_clicks"}, {PAGE}
    one_night(asking)
    assert why(asking, "clicks") == {"retired or refused by the platform since 2026-10-01"}
    assert why(asking, "likes") == {"withheld since 2026-10-01: a permission is missing"}
    assert why(asking, "saves") == {"the platform does not report it"}


def test_a_post_that_a_whole_pull_lacks_is_gone_and_keeps_its_last_reading(asking: World, facebook: Facebook) -> None:
    asking.plan(OF_THE_PAGE)
    one_night(asking)
    before = asking.campaign(str(AFTER), "page")
    del facebook.pages[PAGE].posts[3]
    one_night(asking, NOW + timedelta(days=1))
    after = again(asking).campaign(str(AFTER), "page")
    assert (before["posts_gone"], after["posts_gone"], after["posts"]) == (0, 1, before["posts"])
    assert after["views"] is not None


def test_readings_that_terms_had_removed_are_a_cause_of_their_own_and_are_named_when_a_report_is_frozen(
    asking: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.plan(OF_THE_PAGE)
    settings = asking.workspace.home / "reach.toml"
    settings.write_text(settings.read_text() + "keep_days = 30\n")
    asking = again(asking)
    one_night(asking)
    good = night.read_plan(asking.workspace)
    monkeypatch.setattr(night, "today", lambda _: AFTER + timedelta(days=2))
    frozen = freezing.freeze(asking.workspace, good, "october", AFTER)
    assert len(frozen) == 1
    assert frozen[0].startswith("page: its views, ")
    assert "likes" in frozen[0]
    assert "saves" not in frozen[0]
    assert "rest on readings of 30 posts of facebook" in frozen[0]
    report = freezing.read(asking.workspace, "october")
    assert report.tables["post_totals"].filter(pl.col("platform") == "facebook").height == 0
    views = report.tables["campaign_totals"]["views"].item()
    later = night.now() + timedelta(days=40)
    monkeypatch.setattr(night, "now", lambda: later)
    removals.removing(asking.workspace, good.plan.project.timezone)
    differences, details = freezing.diff(asking.workspace, good, "october")
    of_views = next(one for one in differences if (one.table, one.metric) == ("campaign_totals", "views"))
    assert (of_views.frozen, of_views.now, of_views.causes) == (
        views,
        None,
        {"reading removed by the platform's terms": -views},
    )
    assert any(f"api/facebook/{PAGE}/" in line for line in details["reading removed by the platform's terms"])


def test_what_terms_removed_and_what_another_way_of_reading_changed_are_told_apart(
    asking: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking.plan(OF_THE_PAGE + "starts = 2024-09-01\n")
    export = meta(post(1, Views=100, Publish_time="03/09/2024 08:00") | {"Date": "Lifetime"})
    asking.drop("2024-12-01/a.csv", export)  # of March as it stands: the third of September where the day is first
    settings = asking.workspace.home / "reach.toml"
    settings.write_text(settings.read_text() + "keep_days = 30\n")
    asking = again(asking)
    night.receive(asking.workspace)
    one_night(asking)
    good, zone = night.read_plan(asking.workspace), "Asia/Phnom_Penh"
    monkeypatch.setattr(night, "today", lambda _: AFTER + timedelta(days=2))
    freezing.freeze(asking.workspace, good, "october", AFTER)
    views = freezing.read(asking.workspace, "october").tables["campaign_totals"]["views"].item()
    later = night.now() + timedelta(days=40)
    monkeypatch.setattr(night, "now", lambda: later)
    removals.removing(asking.workspace, zone)
    settings.write_text(settings.read_text() + 'date_order = "day first"\n')
    asking = again(asking)
    night.load(asking.workspace, zone)
    differences, details = freezing.diff(asking.workspace, good, "october")
    of_views = next(one for one in differences if (one.table, one.metric) == ("campaign_totals", "views"))
    assert (of_views.frozen, of_views.now) == (views, 100)
    assert of_views.causes == {"reading removed by the platform's terms": -views, "corrected mapping": 100}
    assert set(details) >= set(of_views.causes)


def test_a_line_of_evidence_leads_to_what_the_api_answered(asking: World, facebook: Facebook) -> None:
    asking.plan(OF_THE_PAGE)
    one_night(asking)
    state = night.read_state(asking.workspace, night.read_plan(asking.workspace), AFTER)
    line = readings_behind.figure_evidence(state, "page", "views").lines.row(0, named=True)
    raw = original.raw_of(asking.workspace.archive, line["path"], line["sha256"])
    cells = dict(original.row_of(raw, line, asking.workspace.connector_settings("Asia/Phnom_Penh")))
    assert cells["id"] == line["post_id"]
    assert str(line["value"]) in str(cells)


def test_what_kept_pulls_that_came_to_their_end_asked_for_was_described() -> None:
    def pull(day: int, since: datetime | None, *, answers: int = 1, is_done: bool = True) -> Pull:
        began, failure = NOW - timedelta(days=day), "" if is_done else "cut off"
        kept = tuple(Kept("/", began, "ab", 1) for _ in range(answers))
        return Pull("youtube", "a", began, answers=kept, end=End(began, is_done, 1, 1, "", failure, {}, since, None))

    months, weeks = NOW - timedelta(days=90), NOW - timedelta(days=14)
    assert ask_apis._described([pull(9, months), pull(2, weeks)]) == (months, NOW - timedelta(days=2))
    assert ask_apis._described([pull(9, None), pull(2, weeks)]) == (datetime.min, NOW - timedelta(days=2))
    assert ask_apis._described([pull(9, None, answers=0), pull(2, weeks)]) == (weeks, NOW - timedelta(days=2))
    assert ask_apis._described([pull(9, weeks), pull(2, None, is_done=False)]) == (weeks, NOW - timedelta(days=9))
    assert ask_apis._described([]) is None
