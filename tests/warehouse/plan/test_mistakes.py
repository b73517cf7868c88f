"""Every mistake of a plan is told with its line, in words of the people who write plans."""

import pickle
import re

import pytest

from tests.warehouse.plan.plans import FINAL, SMALL, indicator, mistakes, parse, plan, printed, the_mistake
from warehouse.plan.model import PlanError

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
    told_line, told = the_mistake(text)
    assert told_line == line
    assert told.startswith(f"plan.toml line {line}: " if line else "plan.toml: ")
    assert sentence in told
    assert told.endswith(".")
    assert "\n" not in told


@pytest.mark.parametrize("case", MISTAKES)
def test_no_mistake_is_told_in_the_words_of_a_library(case: str) -> None:
    _, told = the_mistake(MISTAKES[case][0])
    assert not re.search(r"Input should|valid (string|dict|integer|tuple)|value_error|extra_forbidden|pydantic", told)


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
