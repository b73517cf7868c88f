"""plan.toml: what a right one means, and every mistake with its line."""

import pickle
import re
import tomllib
from datetime import date
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import PLATFORMS
from warehouse.plan import model
from warehouse.plan.lines import line_of, lines
from warehouse.plan.model import Mistake, Plan, PlanError


def parse(content: str | bytes, name: str = "plan.toml") -> Plan:
    return model.parse(content, PLATFORMS.names, name)


IDUAI = """\
[project]
name = "Women and Youth Empowerment in Leadership"
timezone = "Asia/Phnom_Penh"
starts = 2022-07-01
ends = 2024-12-30
fiscal_year_starts = 10            # October: FY2024 ends in September 2024
# audience_size = 40_000           # only a closed list

[[objective]]
id = "1"
name = "Increase civic participation relating to national budget transparency"
[[output]]
id = "1.1"
objective = "1"
name = "Enhance coordinated advocacy"
[[activity]]
id = "1.1.7"
output = "1.1"
name = "National forum on fundamental freedom and access to information"
[[activity]]
id = "1.2.2"
output = "1.2"
name = "Youth debate"

[[campaign]]
id = "iduai-2024"
activity = "1.1.7"
name = "IDUAI 2024"
starts = 2024-09-01
ends = 2024-12-30
match = [                          # any of these takes a post
  { hashtags = ["IDUAI2024", "#ច្បាប់ព័ត៌មាន"] },
  { text = ["access to information law"], accounts = ["Advocacy and Policy Institute"] },
]
posts = ["https://www.facebook.com/watch/?v=1029384756", "youtube:dQw4w9WgXcQ"]
except = ["facebook:100064500000001_122158000000000001"]
stages = ["submitted", "short-listed", "winner"]
counted = { submitted = 26 }
account_figures = [
  { account = "website:api-cambodia.example", metric = "visits", from = 2024-09-27, to = 2024-10-04 },
]

[[asset]]
id = "vlog-1"
campaign = "iduai-2024"
stage = "winner"
posts = ["https://www.facebook.com/reel/1234567890", "facebook:100064512345678_1029384757"]

[[organisation]]
name = "Member organisation"
contact = "Communications officer, +855 12 345 678"
[[account]]
id = "facebook:100064512345678"
organisation = "Member organisation"
also = ["Old page name"]

[[indicator]]
id = "1.1.7-a"
name = "Views of content on the access to information law"
of = "activity:1.1.7"
metric = "views"
baseline = 0
target = 40_000
targets = { FY2024-Q4 = 10_000 }
[[indicator]]
id = "1.1.7-b"
name = "Participants who would speak about the law"
actual = 87.5
source = "Evaluation sheets of the forum"
[[same]]
posts = ["outreach:7", "facebook:100064512345678_1029384756"]
[[report]]
name = "final-2024"
as_of = 2024-12-30
[[printed]]
report = "final-2024"
campaign = "iduai-2024"
metric = "views"
value = 46_700
"""

SMALL = """\
[project]
name = "Reach"
[[activity]]
id = "1.1.7"
name = "Forum"
[[campaign]]
id = "iduai"
activity = "1.1.7"
name = "IDUAI"
"""


def plan(*tables: str) -> str:
    """The small plan, and further lines from line 10 on."""
    return SMALL + dedent("".join(tables))


def mistakes(text: str | bytes) -> list[tuple[int | None, str]]:
    with pytest.raises(PlanError) as raised:
        parse(text)
    return [(m.line, m.text) for m in raised.value.mistakes]


def told(content: str | bytes) -> tuple[Mistake, ...]:
    """The mistakes of a text that may have none."""
    try:
        assert isinstance(parse(content), Plan)
    except PlanError as error:
        return error.mistakes or (Mistake(None, "an error without a mistake"),)
    return ()


def the_mistake(text: str | bytes) -> tuple[int | None, str]:
    (only,) = mistakes(text)
    return only


# --------------------------------------------------------------------------- right plans


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
    ("of", "metric"),
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
def test_an_indicator_may_be_any_column_of_the_totals_stages_included(of: str, metric: str) -> None:
    text = plan(
        'stages = ["short-listed"]\n', f'[[indicator]]\nid = "i"\nname = "I"\nof = "{of}"\nmetric = "{metric}"\n'
    )
    assert parse(text).indicators[0].metric == metric


def test_a_plan_can_not_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        parse(SMALL).project.name = "Another"


# --------------------------------------------------------------------------- mistakes


def indicator(*rows: str) -> str:
    return "\n".join(["[[indicator]]", 'id = "i"', 'name = "I"', *rows, ""])


FINAL = '[[report]]\nname = "f"\nas_of = 2024-12-30\n'


def printed(report: str, metric: str, value: str) -> str:
    return f'[[printed]]\nreport = "{report}"\ncampaign = "iduai"\nmetric = "{metric}"\nvalue = {value}\n'


MISTAKES: dict[str, tuple[str, int | None, str]] = {
    "an unknown activity": (
        SMALL.replace('activity = "1.1.7"', 'activity = "1.1.9"'),
        8,
        'campaign "iduai" names the activity "1.1.9", which is not in the plan; the nearest is "1.1.7"',
    ),
    "an unknown key": (
        plan('hashtag = ["a"]'),
        10,
        'campaign "iduai" has "hashtag", which is not known here; the nearest is "',
    ),
    "the Python name of a key": (plan('excluded = ["facebook:1"]'), 10, 'has "excluded", which is not known here'),
    "an unknown key of the project": (
        SMALL.replace("[[act", 'timezon = "UTC"\n[[act', 1),
        3,
        'the nearest is "timezone"',
    ),
    "an unknown key of a rule": (
        plan('match = [\n  { text = ["a"] },\n  { hashtag = ["a"] },\n]'),
        12,
        'rule 2 of campaign "iduai" has "hashtag", which is not known here; the nearest is "hashtags"',
    ),
    "an unknown table": (
        plan("[[campagin]]\nid = 1"),
        10,
        'the plan has "campagin", which is not known here; the nearest is "campaign"',
    ),
    "a campaign without a name": (
        SMALL.replace('name = "IDUAI"\n', ""),
        6,
        'campaign "iduai" has no name: add a line name =',
    ),
    "a campaign without an id": (SMALL.replace('id = "iduai"\n', ""), 6, "[[campaign]] number 1 has no id: add"),
    "no project": (
        SMALL.replace('[project]\nname = "Reach"\n', ""),
        None,
        "the plan has no [project]: add it, with a name",
    ),
    "a project without a name": (SMALL.replace('name = "Reach"\n', ""), 1, "[project] has no name: add"),
    "single brackets": (SMALL.replace("[[campaign]]", "[campaign]"), 6, "campaign must be written as [[campaign]]"),
    "double brackets": (SMALL.replace("[project]", "[[project]]"), 1, "project must be written as [project]"),
    "a section that is a value": ("report = 5\n" + SMALL, 1, "report must be written as [[report]]"),
    "a list of no tables": ("report = [\n  5,\n]\n" + SMALL, 2, "[[report]] number 1 must be a table"),
    "an empty name": (SMALL.replace('"Forum"', '" "'), 5, 'in activity "1.1.7", name is empty: fill it in'),
    "an id without quotation marks": (
        plan("[[report]]\nname = 2024\nas_of = 2024-12-30"),
        11,
        'must be in quotation marks: "2024"',
    ),
    "a name that is a list": (SMALL.replace('"Forum"', '["Forum"]'), 5, "name must be one text in quotation marks"),
    "a day in quotation marks": (
        plan('starts = "2024-09-01"'),
        10,
        'in campaign "iduai", starts must be a day alone, written 2024-09-27',
    ),
    "a year alone": (plan("starts = 2024"), 10, "starts must be a day alone"),
    "a day with a time": (plan("starts = 2024-09-01T08:00:00"), 10, "starts must be a day alone"),
    "an end before its start": (
        plan("starts = 2024-09-02\nends = 2024-09-01"),
        11,
        'campaign "iduai" has ends = 2024-09-01, before starts = 2024-09-02; correct one of them',
    ),
    "a project that ends before it starts": (
        SMALL.replace("[[act", "starts = 2024-01-02\nends = 2024-01-01\n[[act", 1),
        4,
        "[project] has ends = 2024-01-01, before",
    ),
    "an account figure that ends before it starts": (
        plan('account_figures = [\n { account = "website:a", metric = "visits", from = 2024-01-02, to = 2024-01-01 }]'),
        11,
        'account figure 1 of campaign "iduai" has to = 2024-01-01, before from = 2024-01-02',
    ),
    "an unknown account metric": (
        plan('account_figures = [{ account = "website:a", metric = "visit", from = 2024-01-01, to = 2024-01-01 }]'),
        10,
        'metric is "visit", which is not a figure of accounts; the nearest is "visits"',
    ),
    "an unknown scope": (
        plan(
            'account_figures = [{ account = "facebook:1", metric = "reach", from = 2024-01-01, to = 2024-01-01, '
            'scope = "cover" }]'
        ),
        10,
        'scope is "cover", which is no scope; the nearest is "covers"',
    ),
    "a scope of a figure that adds up": (
        plan(
            'account_figures = [\n { account = "website:a", metric = "visits", from = 2024-01-01, to = 2024-01-01, '
            'scope = "covers" }]'
        ),
        11,
        'account figure 1 of campaign "iduai" has a scope, but its metric is "visits"; only reach has one',
    ),
    "one account figure without a list": (
        plan('account_figures = { account = "website:a" }'),
        10,
        "account_figures must be a list",
    ),
    "a text where a list belongs": (
        plan('posts = "youtube:a"'),
        10,
        'in campaign "iduai", posts must be a list: put it in [ ]',
    ),
    "a text where hashtags belong": (
        plan('match = { hashtags = "a" }'),
        10,
        'in rule 1 of campaign "iduai", hashtags must be a list',
    ),
    "a number in a list": (
        plan('posts = [\n  "youtube:a",\n  5,\n]'),
        12,
        'number 2 of posts must be in quotation marks: "5"',
    ),
    "a text as a rule": (plan('match = "IDUAI2024"'), 10, "match must be a rule such as { hashtags"),
    "a text in the list of rules": (plan('match = ["IDUAI2024"]'), 10, 'rule 1 of campaign "iduai" must be a table'),
    "a rule with no kinds": (plan("match = [{}]"), 10, 'rule 1 of campaign "iduai" is empty, and would take nothing'),
    "a rule with an empty kind": (plan('match = { text = ["a"], accounts = [] }'), 10, "has an empty list of accounts"),
    "an empty text, which every post holds": (plan('match = { text = ["\\u200b"] }'), 10, "number 1 of text is empty"),
    "an empty hashtag": (plan('match = { hashtags = ["#"] }'), 10, "number 1 of hashtags is an empty hashtag"),
    "two hashtags in one text": (
        plan('match = { hashtags = ["#a #b"] }'),
        10,
        "which can't be one hashtag: write each",
    ),
    "a post of an unknown platform": (
        plan('posts = ["facebok:1_2"]'),
        10,
        '"facebok" is not a platform; the nearest is "facebook"',
    ),
    "a stage that the campaign does not have": (
        plan('stages = ["winner"]\n[[asset]]\nid = "v"\ncampaign = "iduai"\nstage = "winers"'),
        14,
        'asset "v" names the stage "winers", which campaign "iduai" does not have; the nearest is "winner"',
    ),
    "a stage where there are none": (
        plan('[[asset]]\nid = "v"\ncampaign = "iduai"\nstage = "winner"'),
        13,
        "add it to the campaign's stages",
    ),
    "a stage twice": (plan('stages = ["a",\n"a"]'), 11, 'has the stage "a" twice'),
    "a count of no stage": (
        plan('stages = ["submitted"]\n[campaign.counted]\nsubmited = 26'),
        12,
        'campaign "iduai" counts "submited", which is not one of its stages; the nearest is "submitted"',
    ),
    "a count in quotation marks": (
        plan('stages = ["a"]\ncounted = { a = "26" }'),
        11,
        'in campaign "iduai", counted.a must be a whole number without dots, commas or quotation marks',
    ),
    "counts that are a number": (plan("counted = 26"), 10, "counted must be a table, as in { key = value }"),
    "an asset of no campaign": (
        plan('[[asset]]\nid = "v"\ncampaign = "iduia"'),
        12,
        'asset "v" names the campaign "iduia"',
    ),
    "a post in two assets": (
        plan(
            '[[asset]]\nid = "v"\ncampaign = "iduai"\nposts = ["youtube:a"]\n',
            '[[asset]]\nid = "w"\ncampaign = "iduai"\nposts = [\n"youtube:b", "youtube:c",\n"youtube:a"]',
        ),
        19,
        'asset "w" and asset "v" both have "youtube:a"',
    ),
    "a campaign twice": (
        plan(SMALL[SMALL.index("[[campaign]]") :]),
        11,
        'campaign "iduai" stands twice; give one of them another id',
    ),
    "an organisation twice": (
        plan('[[organisation]]\nname = "A"\n' * 2),
        13,
        'organisation "A" stands twice; give one of them another name',
    ),
    "an asset twice in one campaign": (
        plan('[[asset]]\nid = "v"\ncampaign = "iduai"\n' * 2),
        14,
        'asset "v" stands twice',
    ),
    "an unknown organisation": (
        plan('[[organisation]]\nname = "Member"\n[[account]]\nid = "facebook:1"\norganisation = "Membre"'),
        14,
        'account "facebook:1" names the organisation "Membre", which is not in the plan; the nearest is "Member"',
    ),
    "no organisation": (
        plan('[[account]]\nid = "x:1"\norganisation = "A"'),
        12,
        "add it as [[organisation]] with this name",
    ),
    "an account without its platform": (
        plan('[[account]]\nid = "100064512345678"'),
        11,
        "write it as platform:id, such as facebook:",
    ),
    "an account of an unknown platform": (plan('[[account]]\nid = "facebok:1"'), 11, 'the nearest is "facebook"'),
    "an account that is a link": (plan('[[account]]\nid = "https://facebook.com/a"'), 11, "write it as platform:id"),
    "two accounts of one name": (
        plan(
            '[[account]]\nid = "facebook:1"\nalso = ["API"]\n[[account]]\nid = "facebook:2"\nalso = [\n"Other",\n"api"]'
        ),
        17,
        '"api" names two accounts, "facebook:1" and "facebook:2"; take it out of one of them',
    ),
    "an account named like another's id": (
        plan('[[account]]\nid = "tiktok:api"\n[[account]]\nid = "tiktok:2"\nalso = ["API"]'),
        14,
        '"API" names two accounts, "tiktok:api" and "tiktok:2"',
    ),
    "an output but for its spelling": (
        SMALL.replace('"Forum"', '"Forum"\noutput = "Out 1"') + '[[output]]\nid = "out1"\nname = "O"',
        6,
        'activity "1.1.7" names the output "Out 1"; write it as "out1"',
    ),
    "an unknown metric": (
        plan(indicator('of = "project"', 'metric = "viewes"')),
        14,
        'indicator "i" names the metric "viewes", which is not a column of the totals; the nearest is "views"',
    ),
    "a metric like nothing": (
        plan(indicator('of = "project"', 'metric = "zzz"')),
        14,
        "it may be views, reach, engagements",
    ),
    "audience, which is never added up": (
        plan(indicator('of = "project"', 'metric = "audience"')),
        14,
        "enter it by hand",
    ),
    "a stage of another campaign": (
        plan(
            'stages = ["winner"]\n[[campaign]]\nid = "b"\nname = "B"\nactivity = "1.1.7"\n',
            indicator('of = "campaign:b"', 'metric = "winner"'),
        ),
        19,
        'names the metric "winner"',
    ),
    "an indicator of an unknown campaign": (
        plan(indicator('of = "campaign:iduia"', 'metric = "views"')),
        13,
        'names the campaign "iduia", which is not in the plan; the nearest is "iduai"',
    ),
    "an indicator of an unknown activity": (
        plan(indicator('of = "activity:9"', 'metric = "views"')),
        13,
        'the activity "9"',
    ),
    "an indicator of something else": (
        plan(indicator('of = "iduai"', 'metric = "views"')),
        13,
        'write "project", or activity:',
    ),
    "an indicator of nothing": (
        plan(indicator('metric = "views"')),
        10,
        'add of = "project", "activity:…" or "campaign:…"',
    ),
    "a figure by hand without its source": (plan(indicator("actual = 2")), 10, "by hand, with a line source ="),
    "a source without a figure": (plan(indicator('source = "S"')), 10, "by hand, with a line actual ="),
    "a metric and a figure by hand": (
        plan(indicator('of = "project"', 'metric = "views"', "actual = 2")),
        15,
        "take out metric or actual",
    ),
    "a target in quotation marks": (
        plan(indicator('of = "project"', 'metric = "views"', 'target = "40,000"')),
        15,
        "target must be a number without commas or quotation marks, such as 46_700",
    ),
    "a target that is no number": (
        plan(indicator('of = "project"', 'metric = "views"', "target = nan")),
        15,
        "must be a number",
    ),
    "a target for no period": (
        plan(indicator('of = "project"', 'metric = "views"', "[indicator.targets]", "FY2024-Q5 = 1")),
        16,
        "targets.FY2024-Q5 is not a period: write a fiscal year as FY2024, a quarter of it as FY2024-Q4",
    ),
    "an unknown report": (
        plan(FINAL.replace('"f"', '"finale"'), printed("final", "views", "1")),
        14,
        '[[printed]] number 1 names the report "final", which is not in the plan; the nearest is "finale"',
    ),
    "a printed figure with a dot": (
        plan(FINAL, printed("f", "reach", "21.067")),
        17,
        "value must be a whole number without dots, commas or quotation marks, such as 46_700",
    ),
    "a printed figure of no column": (plan(FINAL, printed("f", "like", "1")), 16, 'the nearest is "likes"'),
    "a report of no day": (plan('[[report]]\nname = "f"'), 10, 'report "f" has no as_of: add'),
    "one post that is the same": (
        plan('[[same]]\nposts = ["youtube:a", "youtube:a"]'),
        11,
        "[[same]] number 1 must name two or more posts",
    ),
    "an unknown time zone": (
        SMALL.replace("[[act", 'timezone = "Asia/Phnom Penh"\n[[act', 1),
        3,
        'in [project], timezone is "Asia/Phnom Penh", which is not a time zone; the nearest is "Asia/Phnom_Penh"',
    ),
    "a folder of time zones": (SMALL.replace("[[act", 'timezone = "Asia"\n[[act', 1), 3, "which is not a time zone"),
    "a thirteenth month": (
        SMALL.replace("[[act", "fiscal_year_starts = 13\n[[act", 1),
        3,
        "1 to 12, such as 10 for October",
    ),
    "an audience of nobody": (
        SMALL.replace("[[act", "audience_size = 0\n[[act", 1),
        3,
        "must be more than 0, or be left out",
    ),
    "a number too large to print": (SMALL.replace('"Forum"', "0x" + "f" * 5000), 5, "name must be in quotation marks"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_to_do(case: str) -> None:
    text, line, sentence = MISTAKES[case]
    found, told = the_mistake(text)
    assert found == line
    assert told.startswith(f"plan.toml line {line}: " if line else "plan.toml: ")
    assert sentence in told
    assert told.endswith(".")
    assert "\n" not in told


@pytest.mark.parametrize("case", MISTAKES)
def test_no_mistake_is_told_in_the_words_of_a_library(case: str) -> None:
    _, told = the_mistake(MISTAKES[case][0])
    assert not re.search(r"Input should|valid (string|dict|integer|tuple)|value_error|extra_forbidden|pydantic", told)


SYNTAX: dict[str, tuple[str | bytes, int | None, str]] = {
    "an unclosed quotation mark": ('name = "a\nb = 1', 1, "a quotation mark is not closed"),
    "an unclosed single quotation mark": ("a = 1\nname = 'a\nb = 1", 2, "a quotation mark is not closed"),
    "an unclosed single quotation mark at the end": ("a = 1\nname = 'a", 2, "a quotation mark is not closed"),
    "an unclosed text of several lines": ('name = """a\nb\n\n', 1, "a quotation mark is not closed"),
    "a list that never ends": (SMALL + "posts = [\n" + '"youtube:a",\n' * 3, 10, "a list here or above is not closed"),
    "a single quotation mark far above": (
        SMALL.replace('"Forum"', "'Forum") + "[[asset]]\n" * 9,
        5,
        "a quotation mark is",
    ),
    "quotation marks of a word processor": ("name = “a”", 1, "the quotation marks must be straight ones"),
    "a text without quotation marks": ("name = IDUAI", 1, "put texts in quotation marks"),
    "a number with a comma": ("target = 40,000", 1, "too much stands here"),
    "a day that is not in the calendar": ("a = 1\nstarts = 2024-02-30", 2, "this day is not in the calendar"),
    "a day without its zeros": ("starts = 2024-9-1", 1, "write days as 2024-09-27"),
    "a hashtag without quotation marks": (
        "hashtags = [#IDUAI]\n[[asset]]\n",
        2,
        "a # outside quotation marks starts a comment",
    ),
    "a hashtag without quotation marks before a key": (
        "hashtags = [#IDUAI]\nposts = []",
        2,
        "a list here or above is not closed",
    ),
    "a key twice": ("a = 1\n\na = 2", 3, "written twice in one table; take one of them out"),
    "a table twice": ("[campaign]\n[campaign]", 2, "has two brackets, as in [[campaign]]"),
    "a table in both ways": ("[campaign]\n[[campaign]]", 2, "has two brackets, as in [[campaign]]"),
    "a missing bracket": ("\n[[campaign]\n", 2, "a bracket is missing"),
    "a key with a blank": ("my key = 1", 1, "this is no key; write key = value"),
    "a path of Windows": (r'a = "C:\data"', 1, r"a \ in double quotation marks must be written \\"),
    "a path of Windows with a u": (r'a = "C:\users"', 1, r"a \ in double quotation marks must be written \\"),
    "a character that can't be seen": ("a = 1\nname = 'a\x07'", 2, "type the line again"),
    "a rule that is not closed": ("match = { a = 1\n}", 1, "the { is not closed by } on the same line"),
    "bytes that are not UTF-8": ("a = 1\nb = 'é'".encode("latin-1"), 2, "not saved as UTF-8; save it again as UTF-8"),
    "Windows' Unicode": (SMALL.encode("utf-16"), 1, "not saved as UTF-8; save it again as UTF-8"),
    "half a character": ("a = 1\nb = '\ud800'", 2, "a character is damaged; type it again"),
    "lists without end": ("a = " + "[" * 5000, None, "too deep"),
}


@pytest.mark.parametrize("case", SYNTAX)
def test_what_is_not_toml_is_told_with_its_line_and_what_to_do(case: str) -> None:
    text, line, sentence = SYNTAX[case]
    found, told = the_mistake(text)
    assert found == line
    assert sentence in told


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = plan(
        'starts = "2024-09-01"\n',  # 10
        'match = [{ hashtag = ["a"] }, {}]\n',  # 11: two of them
        'posts = "youtube:a"\n',  # 12
        'stages = ["winner"]\n',
        "[[asset]]\n",  # 14: no id
        'campaign = "iduia"\n',  # 15
        'stage = "winner"\n',
        "[[campaign]]\n",  # 17: no name
        'id = "iduai"\n',  # 18
        'activity = "1.1.8"\n',  # 19
        "[[repotr]]\n",  # 20
    )
    assert [line for line, _ in mistakes(text)] == [10, 11, 11, 12, 14, 15, 17, 18, 19, 20]


def test_a_faulty_value_is_not_told_a_second_time_where_it_is_used() -> None:
    text = SMALL.replace('id = "1.1.7"', "id = 1.1").replace('activity = "1.1.7"', 'activity = "1.1"')
    assert [line for line, _ in mistakes(text)] == [4]
    asset = '[[asset]]\nid = "v"\ncampaign = "iduai"\nstage = "winner"\n'
    assert [line for line, _ in mistakes(plan('stages = "winner"\ncounted = { winner = 1 }\n', asset))] == [10]


def test_lines_are_those_of_the_file_with_windows_line_ends_and_a_byte_order_mark() -> None:
    text = "\ufeff" + plan('starts = "2024"\n').replace("\n", "\r\n")
    assert the_mistake(text)[0] == 10
    assert the_mistake(text.encode())[0] == 10


def test_a_mistake_names_the_file_that_it_was_given() -> None:
    with pytest.raises(PlanError, match=r"^old\.toml: the plan has no \[project\]"):
        parse("", name="old.toml")


def test_the_error_prints_every_mistake_on_its_line_and_survives_a_process_boundary() -> None:
    with pytest.raises(PlanError) as raised:
        parse(plan("starts = 1\nends = 2\n"))
    error = raised.value
    assert str(error).splitlines() == [m.text for m in error.mistakes]
    assert pickle.loads(pickle.dumps(error)).mistakes == error.mistakes


@given(st.text() | st.text(alphabet="[]{}=\"'#.,\n\\ab1-:é\u200b") | st.binary())
def test_any_content_is_a_plan_or_a_plan_error(content: str | bytes) -> None:
    assert all(m.text.startswith("plan.toml") for m in told(content))


_KEYS = tuple(dict.fromkeys(re.findall(r"[a-z_]+(?= =)|(?<=\[)[a-z]+", IDUAI)))
_VALUES = st.recursive(
    st.sampled_from(
        [
            '""',
            '"iduai"',
            "'''\n'''",
            "5",
            "0xffffffffffffffffffff",
            "-1",
            "nan",
            "true",
            "1.5",
            "2024-09-27",
            "08:00:00",
            "2024-09-27T08:00:00Z",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        )
    ),
    max_leaves=4,
)
_ROWS = st.sampled_from(_KEYS).flatmap(
    lambda key: (
        st.sampled_from([f"[[{key}]]", f"[{key}]", f"[[campaign.{key}]]", f"[campaign.{key}]"])
        | _VALUES.map(lambda value: f"{key} = {value}")
    )
)


@given(st.lists(_ROWS, max_size=8))
def test_any_value_at_any_place_is_a_plan_or_a_plan_error(rows: list[str]) -> None:
    text = SMALL + "\n".join(rows)
    assert all(m.line is None or 1 <= m.line <= text.count("\n") + 1 for m in told(text))


@pytest.mark.parametrize("row", range(IDUAI.count("\n")))
def test_a_plan_that_lost_a_line_is_a_plan_or_names_lines_that_it_has(row: int) -> None:
    rows = IDUAI.splitlines()
    del rows[row]
    assert all(m.line is None or 1 <= m.line <= len(rows) for m in told("\n".join(rows)))


# --------------------------------------------------------------------------- lines


def test_texts_and_comments_that_look_like_tables_do_not_move_a_line() -> None:
    text = dedent('''\
        a = """
        [[campaign]] # "
        id = \\""" 'x' """
        b = \'\'\'
        [[campaign]]\'\'\'  # [[campaign]] """
        [[ campaign ]] # one
        "quoted.key" = "a # b ] }"
        'it''s' = 1
        ''').replace("'it''s'", "'its'")
    found = lines(text)
    assert set(found) == set(_paths(tomllib.loads(text)))
    assert found[("campaign", 0)] == 6
    assert found[("campaign", 0, "quoted.key")] == 7
    assert found[("campaign", 0, "its")] == 8


def test_every_form_of_a_table_and_a_list_has_its_line() -> None:
    text = dedent("""\
        [[campaign]]
        match = [ # a list
          # with a comment ]
          { hashtags = ["a",
          "b"], text = [] }, {},
        ]
        [campaign.counted]
        submitted = 26
        [[campaign.rule]]
        x.y = 1
        x.z = 2
        [[campaign.rule]]
        [[campaign]]
        counted.a = 1.5
        [a.b]
        c = [[1],
        [2024-09-01 08:00:00]]
        [a]
        """)
    found = lines(text)
    assert set(found) == set(_paths(tomllib.loads(text)))
    assert {
        path: found[path] for path in [("campaign", 0, "match", 0), ("campaign", 0, "match", 0, "hashtags", 1)]
    } == {
        ("campaign", 0, "match", 0): 4,
        ("campaign", 0, "match", 0, "hashtags", 1): 5,
    }
    assert found[("campaign", 0, "match", 1)] == 5
    assert found[("campaign", 0, "counted", "submitted")] == 8
    assert found[("campaign", 0, "rule", 0, "x", "z")] == 11
    assert found[("campaign", 0, "rule", 1)] == 12
    assert found[("campaign", 1, "counted", "a")] == 14
    assert found[("a", "b", "c", 1, 0)] == 17
    assert found[("a",)] == 18


def test_what_has_no_line_takes_that_of_the_nearest_thing_around_it() -> None:
    found = lines("[[campaign]]\nmatch = {}\n[project]")
    assert line_of(("campaign", 0, "name"), found) == 1
    assert line_of(("campaign", 0, "match", 0, "text"), found) == 2
    assert line_of(("project", 0), found) == 3
    assert line_of(("report", 3), found) is None


@given(st.lists(_ROWS, max_size=8).map("\n".join))
def test_everything_that_toml_reads_has_a_line_that_names_it(text: str) -> None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    found, rows = lines(text), text.split("\n")
    assert set(found) == set(_paths(data))
    for path, line in found.items():
        assert isinstance(path[-1], int) or str(path[-1]) in rows[line - 1]


def _paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [deeper for step, inner in steps for deeper in [(*path, step), *_paths(inner, (*path, step))]]
