"""plan.toml: what a right one means, and that anything is a plan or a plan error."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.plan.plans import IDUAI, ROWS, SMALL, parse, plan, told


def test_the_plan_of_the_donor_report_is_read_in_full() -> None:
    read = parse(IDUAI)
    (campaign,) = read.campaigns
    assert read.project.fiscal_year_starts == 10
    assert (campaign.starts, campaign.ends) == (date(2024, 9, 1), date(2024, 12, 30))
    assert campaign.match[0].hashtags == ("IDUAI2024", "ច្បាប់ព័ត៌មាន")
    assert campaign.match[1].text == ("access to information law",)
    assert campaign.match[1].accounts == ("Advocacy and Policy Institute",)
    assert campaign.excluded == ("facebook:100064500000001_122158000000000001",)
    assert campaign.counted == {"submitted": 26}
    (figure,) = campaign.account_figures
    assert (figure.account, figure.metric) == ("website:api-cambodia.example", "visits")
    assert (figure.from_, figure.to) == (date(2024, 9, 27), date(2024, 10, 4))
    assert read.assets[0].stage == "winner"
    assert read.indicators[0].targets == {"FY2024-Q4": 10_000}
    assert read.indicators[1].actual == 87.5
    assert read.reports[0].as_of == date(2024, 12, 30)
    assert read.printed[0].value == 46_700
    assert read.organisations[0].contact == "Communications officer, +855 12 345 678"
    assert len(read.same[0].posts) == 2


def test_project_activity_and_campaign_with_id_name_and_activity_are_enough() -> None:
    read = parse(SMALL)
    (campaign,) = read.campaigns
    assert (campaign.starts, campaign.ends, campaign.match, campaign.posts) == (None, None, (), ())
    assert read.project.timezone == "Asia/Phnom_Penh"
    assert read.project.fiscal_year_starts == 1


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + IDUAI,
        IDUAI.encode("utf-8-sig"),
        IDUAI.replace("\n", "\r\n"),
        IDUAI.replace("\n", "\r\n").encode("utf-8-sig"),
        IDUAI.replace('"IDUAI2024"', '"#IDUAI2024"'),
    ],
)
def test_a_byte_order_mark_windows_line_ends_and_a_hash_before_a_hashtag_change_nothing(content: str | bytes) -> None:
    assert parse(content) == parse(IDUAI)


@pytest.mark.parametrize(
    "match", ['match = { hashtags = ["a"] }', 'match = [{ hashtags = ["a"] }]', '[campaign.match]\nhashtags = ["a"]']
)
def test_one_rule_needs_no_list(match: str) -> None:
    assert [rule.hashtags for rule in parse(plan(match)).campaigns[0].match] == [("a",)]


def test_rules_may_be_tables_of_their_own() -> None:
    rules = '[[campaign.match]]\nhashtags = ["a"]\n[[campaign.match]]\ntext = [" a "]\n'
    assert [rule.text for rule in parse(plan(rules)).campaigns[0].match] == [(), (" a ",)]


def test_a_campaign_may_have_no_posts_yet_and_an_asset_none_and_no_stage() -> None:
    read = parse(plan('[[asset]]\nid = "v"\ncampaign = "iduai"\n'))
    assert (read.assets[0].posts, read.assets[0].stage) == ((), None)


def test_outputs_and_objectives_that_are_only_named_stand_for_themselves() -> None:
    full, named = parse(IDUAI).framework()
    assert full == (
        "1.1.7",
        "National forum on fundamental freedom and access to information",
        "1.1",
        "Enhance coordinated advocacy",
        "1",
        "Increase civic participation relating to national budget transparency",
    )
    assert named == ("1.2.2", "Youth debate", "1.2", "1.2", None, None)
    assert parse(SMALL).framework() == (("1.1.7", "Forum", None, None, None, None),)


def test_an_objective_that_only_an_output_names_stands_for_itself() -> None:
    text = SMALL.replace('name = "Forum"', 'name = "Forum"\noutput = "1.1"')
    (line,) = parse(text + '[[output]]\nid = "1.1"\nname = "Advocacy"\nobjective = "1"\n').framework()
    assert line[2:] == ("1.1", "Advocacy", "1", "1")


def test_a_campaign_knows_its_activity() -> None:
    assert parse(IDUAI).activity_of("iduai-2024").id == "1.1.7"
    with pytest.raises(KeyError):
        parse(IDUAI).activity_of("iduai-2023")


def test_accounts_come_with_their_platform_organisation_and_other_names() -> None:
    assert parse(IDUAI).canonical_account_names() == (
        ("facebook", "100064512345678", "Member organisation", ("Old page name",)),
    )


def test_two_platforms_may_have_accounts_of_one_name_and_one_asset_id_may_stand_in_two_campaigns() -> None:
    parse(plan('[[account]]\nid = "facebook:1"\nalso = ["API"]\n[[account]]\nid = "youtube:2"\nalso = ["API"]\n'))
    second = '[[campaign]]\nid = "b"\nname = "B"\nactivity = "1.1.7"\n'
    parse(plan(second, '[[asset]]\nid = "v"\ncampaign = "iduai"\n[[asset]]\nid = "v"\ncampaign = "b"\n'))


@pytest.mark.parametrize(
    ("subject", "metric"),
    [
        ("project", "views"),
        ("project", "watch_seconds"),
        ("activity:1.1.7", "engagements"),
        ("campaign:iduai", "reach"),
        ("campaign:iduai", "visits"),
        ("campaign:iduai", "outreach"),
        ("campaign:iduai", "posts"),
        ("campaign:iduai", "assets"),
        ("campaign:iduai", "counted"),
        ("campaign:iduai", "reach_at_least"),
        ("campaign:iduai", "short-listed"),
        ("activity:1.1.7", "short-listed"),
        ("project", "short-listed"),
    ],
)
def test_an_indicator_may_be_any_column_of_the_totals_stages_included(subject: str, metric: str) -> None:
    text = plan(
        'stages = ["short-listed"]\n', f'[[indicator]]\nid = "i"\nname = "I"\nof = "{subject}"\nmetric = "{metric}"\n'
    )
    assert parse(text).indicators[0].metric == metric


def test_a_plan_can_not_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        parse(SMALL).project.name = "Another"


@given(st.text() | st.text(alphabet="[]{}=\"'#.,\n\\ab1-:é\u200b") | st.binary())
def test_any_content_is_a_plan_or_a_plan_error(content: str | bytes) -> None:
    assert all(m.text.startswith("plan.toml") for m in told(content))


@given(st.lists(ROWS, max_size=8))
def test_any_value_at_any_place_is_a_plan_or_a_plan_error(rows: list[str]) -> None:
    text = SMALL + "\n".join(rows)
    assert all(m.line is None or 1 <= m.line <= text.count("\n") + 1 for m in told(text))


@pytest.mark.parametrize("row", range(IDUAI.count("\n")))
def test_a_plan_that_lost_a_line_is_a_plan_or_names_lines_that_it_has(row: int) -> None:
    rows = IDUAI.splitlines()
    del rows[row]
    assert all(m.line is None or 1 <= m.line <= len(rows) for m in told("\n".join(rows)))
