"""What the parts of a plan must say of each other: a contradiction is told with its line and what to do."""

import pytest

from tests.warehouse.plan.plans import FINAL, SMALL, assert_told, indicator, plan, printed

CONTRADICTIONS: dict[str, tuple[str, int | None, str]] = {
    "an unknown activity": (
        SMALL.replace('activity = "1.1.7"', 'activity = "1.1.9"'),
        8,
        'campaign "iduai" names the activity "1.1.9", which is not in the plan; the nearest is "1.1.7"',
    ),
    "an end before its start": (
        plan("starts = 2024-09-02\nends = 2024-09-01"),
        11,
        'campaign "iduai" has ends = 2024-09-01, before starts = 2024-09-02; correct one of them',
    ),
    "a project that ends before it starts": (
        SMALL.replace("[[act", "starts = 2024-01-02\nends = 2024-01-01\n[[act", 1),
        4,
        "the project has ends = 2024-01-01, before",
    ),
    "a report before the project's last day": (
        SMALL.replace("[[act", "ends = 2024-01-01\nreport_by = 2023-12-31\n[[act", 1),
        4,
        "the project has report_by = 2023-12-31, before ends = 2024-01-01; correct one of them",
    ),
    "a report of a project without a last day": (
        SMALL.replace("[[act", "report_by = 2023-12-31\n[[act", 1),
        3,
        "the project has report_by, but no last day: add ends, or take it out",
    ),
    "an account figure that ends before it starts": (
        plan('account_figures = [\n { account = "website:a", metric = "visits", from = 2024-01-02, to = 2024-01-01 }]'),
        11,
        'account figure 1 of campaign "iduai" has to = 2024-01-01, before from = 2024-01-02',
    ),
    "a scope of a figure that adds up": (
        plan(
            'account_figures = [\n { account = "website:a", metric = "visits", from = 2024-01-01, to = 2024-01-01, '
            'scope = "covers" }]'
        ),
        11,
        'account figure 1 of campaign "iduai" has a scope, but its metric is "visits"; only reach has one',
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
        "add an organisation with this name",
    ),
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
    "an old id that is a campaign's now": (
        plan('renamed = "b"\n[[campaign]]\nid = "b"\nname = "B"\nactivity = "1.1.7"\n'),
        10,
        'campaign "iduai" was called "b" before, which is a campaign of the plan; take one of them out',
    ),
    "an old id of two campaigns": (
        plan('renamed = "a"\n[[campaign]]\nid = "b"\nname = "B"\nactivity = "1.1.7"\nrenamed = ["a"]\n'),
        15,
        'campaign "b" and campaign "iduai" both were called "a"; take one out',
    ),
    "an asset of an id that no campaign has": (
        plan('[[asset]]\nid = "v"\ncampaign = "zzz"\n'),
        12,
        'names the campaign "zzz", which is not in the plan; add a campaign with this id, or write '
        'renamed = "zzz" into the campaign that had this id',
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
        'give it of, such as "project", "activity:…" or "campaign:…"',
    ),
    "a figure by hand without its source": (plan(indicator("actual = 2")), 10, "by hand, as source"),
    "a source without a figure": (plan(indicator('source = "S"')), 10, "by hand, as actual"),
    "a metric and a figure by hand": (
        plan(indicator('of = "project"', 'metric = "views"', "actual = 2")),
        15,
        "take out metric or actual",
    ),
    "an unknown report": (
        plan(FINAL.replace('"f"', '"finale"'), printed("final", "views", "1")),
        14,
        'printed number 1 names the report "final", which is not in the plan; the nearest is "finale"',
    ),
    "a printed figure of no column": (plan(FINAL, printed("f", "like", "1")), 16, 'the nearest is "likes"'),
    "one post that is the same": (
        plan('[[same]]\nposts = ["youtube:a", "youtube:a"]'),
        11,
        "same number 1 must name two or more posts",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_parts_that_contradict_each_other_are_told_with_their_line_and_what_to_do(case: str) -> None:
    assert_told(*CONTRADICTIONS[case])
