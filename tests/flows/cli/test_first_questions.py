"""What ``reach init`` asks a person, on a real terminal from an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

import connectors
from flows.cli.first_questions import day, last_day, page, zone_of
from tests.flows.cli.typed import CTRL_C, reach, talk
from warehouse.plan.model import Plan, parse


def plan_of(folder: Path) -> Plan:
    return parse((folder / "plan.toml").read_bytes(), connectors.PLATFORMS.names)


def test_a_person_answers_and_the_plan_says_it_and_passes_its_check(tmp_path: Path) -> None:
    answers = [
        ("What is the project called?", "Youth debate ជជែក"), ("In which country", "Congo - Kinshasa"),
        ("Which of its time zones?", "2"), ("Its first day", "2026-13-01"), ("Its first day", "2026-01-01"),
        ("Its last day", "2025-12-31"), ("Its last day", "2026-12-31"),
        ("An organisation whose pages count", "Open Budget Circle"),
        ("The link of a page of Open Budget Circle", "https://www.facebook.com/OpenBudget/?locale=km"),
        ("Its number", "100064500000002"), ("Another page", "https://youtu.be/dQw4w9WgXcQ"),
        ("Another page", "https://www.tiktok.com/@openbudget?lang=en"), ("Another page", ""),
        ("Another organisation", ""), ("The first campaign", ""), ("Its hashtags", "#Debate2026 យុវជន"),
    ]  # fmt: skip
    status, screen = talk(tmp_path, answers, "init", "our-reach")
    assert status == 0, screen
    assert "leads to no page" in screen
    assert screen.splitlines()[-1].startswith("Next: look through our-reach/plan.toml, drop exports into")
    plan = plan_of(tmp_path / "our-reach")
    assert (plan.project.name, plan.project.timezone) == ("Youth debate ជជែក", "Africa/Lubumbashi")
    assert (str(plan.project.starts), str(plan.project.ends)) == ("2026-01-01", "2026-12-31")
    assert [(account.id, account.organisation, account.also) for account in plan.accounts] == [
        ("facebook:100064500000002", "Open Budget Circle", ("OpenBudget",)),
        ("tiktok:openbudget", "Open Budget Circle", ()),
    ]
    assert [(c.id, c.match[0].hashtags) for c in plan.campaigns] == [("youth-debate", ("Debate2026", "យុវជន"))]
    assert reach("plan", "check", "--home", tmp_path / "our-reach").returncode == 0


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    answers = [("What is the project called?", "Youth debate"), ("In which country", CTRL_C)]
    status, screen = talk(tmp_path, answers, "init", "our-reach")
    assert (status, "Stopped; nothing was written." in screen) == (2, True), screen
    assert list(tmp_path.iterdir()) == []


def test_flags_answer_and_nobody_is_asked(tmp_path: Path) -> None:
    flags = (
        "--name", "Youth debate", "--country", "Cambodia", "--starts", "2026-01-01", "--ends", "2026-12-31", "--page",
        "https://www.facebook.com/profile.php?id=100064500000002", "--page", "youtube:@handle", "--hashtag", "Debate",
        "--hashtag", "#Two", "--campaign", "The debate", "--organisation", "Open Budget Circle",
    )  # fmt: skip
    done = reach("init", tmp_path / "w", "--yes", *flags)
    assert done.returncode == 0, done.stderr
    plan = plan_of(tmp_path / "w")
    assert plan.project.timezone == "Asia/Phnom_Penh"
    assert [account.id for account in plan.accounts] == ["facebook:100064500000002", "youtube:@handle"]
    assert (
        {account.organisation for account in plan.accounts}
        == {"Open Budget Circle"}
        == {organisation.name for organisation in plan.organisations}
    )
    assert plan.campaigns[0].match[0].hashtags == ("Debate", "Two")


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (("--country", "Camboda"), "did you mean Cambodia"), (("--starts", "1.2.2026"), "is no day"),
        (("--starts", "2026-02-01", "--ends", "2026-01-01"), "the first day"), (("--page", "hello"), "leads to no page"),
    ],
)  # fmt: skip
def test_a_flag_that_cannot_be_is_said_and_nothing_is_written(
    tmp_path: Path, flags: tuple[str, ...], sentence: str
) -> None:
    done = reach("init", tmp_path / "w", "--yes", *flags)
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("mine")
    done = reach("init", tmp_path, "--name", "Another")
    assert (done.returncode, "is there already, and stays as it is" in done.stdout) == (0, True)
    assert (tmp_path / "plan.toml").read_text() == "mine"


@pytest.mark.parametrize(
    ("link", "account"),
    [
        ("https://www.facebook.com/SunlightCambodia", "facebook:SunlightCambodia"),
        ("facebook.com/sunlight.kh/", "facebook:sunlight.kh"),
        ("https://m.facebook.com/profile.php?id=100064500000001&sk=about", "facebook:100064500000001"),
        ("https://www.facebook.com/p/Open-Budget-Circle-100064500000002/", "facebook:100064500000002"),
        ("https://www.facebook.com/people/Open-Budget/100064500000002/", "facebook:100064500000002"),
        ("https://www.instagram.com/sunlight.kh/?hl=en", "instagram:sunlight.kh"),
        ("https://www.youtube.com/@SunlightKH/videos", "youtube:@SunlightKH"),
        ("https://youtube.com/channel/UCsunlightcambodiasample", "youtube:UCsunlightcambodiasample"),
        ("https://www.tiktok.com/@sunlight.kh", "tiktok:sunlight.kh"),
        ("https://x.com/SunlightKH", "x:SunlightKH"), ("https://twitter.com/SunlightKH?lang=en", "x:SunlightKH"),
        ("https://www.linkedin.com/company/5005005/admin/", "linkedin:5005005"),
        ("https://www.linkedin.com/company/sunlight-cambodia/about/", "linkedin:sunlight-cambodia"),
        ("https://www.threads.net/@sunlight.kh", "threads:sunlight.kh"),
        ("https://bsky.app/profile/sunlight.bsky.social", "bluesky:sunlight.bsky.social"),
        ("https://Mastodon.example/@SunlightKH", "mastodon:sunlightkh@mastodon.example"),
        ("https://mastodon.example/users/sunlight?x=1", "mastodon:sunlight@mastodon.example"),
        ("https://www.api-cambodia.example/km/", "website:api-cambodia.example"),
        ("tiktok:sunlight", "tiktok:sunlight"), ("", ""),
    ],
)  # fmt: skip
def test_a_pasted_link_becomes_the_page_that_it_leads_to(link: str, account: str) -> None:
    assert page(link) == account


@pytest.mark.parametrize(
    "link",
    [
        "https://www.facebook.com/watch/?v=1234567890", "https://www.facebook.com/SunlightCambodia/posts/1234567890",
        "https://www.facebook.com/groups/1234", "https://fb.watch/abc/", "https://www.facebook.com/share/1AbC/",
        "https://www.instagram.com/p/Cabcdefgh/", "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ", "https://www.tiktok.com/@a/video/7300000000000000000",
        "https://x.com/home", "https://x.com/a/status/1700000000000000000", "facebok:1", "hello",
        "https://www.linkedin.com/feed/", "https://mastodon.example/@a/113000000000000000",
    ],
)  # fmt: skip
def test_a_link_to_something_else_is_no_page(link: str) -> None:
    with pytest.raises(typer.BadParameter, match="leads to no page"):
        page(link)


def test_days_and_zones_are_what_a_plan_takes() -> None:
    assert day(" ") is None
    assert str(last_day("2026-01-01", day("2026-01-01"))) == "2026-01-01"
    assert zone_of("Asia/Tokyo") == zone_of("Japan") == "Asia/Tokyo"
    with pytest.raises(typer.BadParameter, match="before 1990"):
        day("0026-01-01")
