"""What a single value of plan.toml must be: a wrong one is told with its line and what to write."""

import pytest

from tests.warehouse.plan.plans import FINAL, SMALL, assert_told, indicator, plan, printed

WRONG: dict[str, tuple[str, int | None, str]] = {
    "a band of ages that ends before it starts": (
        SMALL.replace("[[act", 'age_bands = ["24-15"]\n[[act', 1),
        3,
        "number 1 of age_bands must be a band of ages, such as 15-24 or 25+",
    ),
    "a band of ages twice, with two dashes": (
        SMALL.replace("[[act", 'age_bands = ["15-24", "25+", "15–24"]\n[[act', 1),
        3,
        "in the project, age_bands names a band of ages twice; take one out",
    ),
    "an empty name": (SMALL.replace('"Forum"', '" "'), 5, 'in activity "1.1.7", name is empty: fill it in'),
    "an id without quotation marks": (
        plan("[[report]]\nname = 2024\nas_of = 2024-12-30"),
        11,
        'must be in quotation marks: "2024"',
    ),
    "a recipient with a name before the address": (
        plan('[[report]]\nname = "final"\nas_of = 2024-12-30\nmail_to = ["The donor <a@b.example>"]'),
        13,
        'mail_to is "The donor <a@b.example>": write an address as name@server.example',
    ),
    "a recipient's name that no setting can have": (
        plan('[[report]]\nname = "final"\nas_of = 2024-12-30\nmail_to = ["a@b.example", "Donor"]'),
        13,
        'mail_to is "Donor": write a name in small letters a to z, digits and single _',
    ),
    "a name that is a list": (SMALL.replace('"Forum"', '["Forum"]'), 5, "name must be one text in quotation marks"),
    "a day in quotation marks": (
        plan('starts = "2024-09-01"'),
        10,
        'in campaign "iduai", starts must be a day alone, written 2024-09-27',
    ),
    "a year alone": (plan("starts = 2024"), 10, "starts must be a day alone"),
    "a day with a time": (plan("starts = 2024-09-01T08:00:00"), 10, "starts must be a day alone"),
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
    "a count in quotation marks": (
        plan('stages = ["a"]\ncounted = { a = "26" }'),
        11,
        'in campaign "iduai", counted.a must be a whole number without dots, commas or quotation marks',
    ),
    "an account without its platform": (
        plan('[[account]]\nid = "100064512345678"'),
        11,
        "write it as platform:id, such as facebook:",
    ),
    "an account of an unknown platform": (plan('[[account]]\nid = "facebok:1"'), 11, 'the nearest is "facebook"'),
    "an account with its platform twice": (
        plan('[[account]]\nid = "facebook:facebook:1"'),
        11,
        "write the platform once, and behind it the account's id, not its address",
    ),
    "an account with an address behind its platform": (
        plan('[[account]]\nid = "facebook:https://facebook.com/a"'),
        11,
        "write the platform once, and behind it the account's id, not its address",
    ),
    "an account that is a link": (plan('[[account]]\nid = "https://facebook.com/a"'), 11, "write it as platform:id"),
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
    "a printed figure with a dot": (
        plan(FINAL, printed("f", "reach", "21.067")),
        17,
        "value must be a whole number without dots, commas or quotation marks, such as 46_700",
    ),
    "an unknown time zone": (
        SMALL.replace("[[act", 'timezone = "Asia/Phnom Penh"\n[[act', 1),
        3,
        'in the project, timezone is "Asia/Phnom Penh", which is not a time zone; the nearest is "Asia/Phnom_Penh"',
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


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_value_is_told_with_its_line_and_what_to_write(case: str) -> None:
    assert_told(*WRONG[case])
