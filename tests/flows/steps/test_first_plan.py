"""The first plan of a workspace."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import connectors
from connectors.contract import zones
from flows.steps.first_plan import Answers, Page, hashtags_in, written
from warehouse.plan.model import parse
from warehouse.texts import match_key

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).filter(lambda text: match_key(text) != "")


@given(
    TEXT, st.sampled_from(sorted(zones())), st.dates() | st.none(), TEXT | st.just(""), st.lists(TEXT, max_size=3),
    st.lists(TEXT, max_size=3, unique_by=match_key),
)  # fmt: skip
def test_whatever_is_answered_the_plan_passes_its_check_and_says_it(
    name: str, zone: str, starts: date | None, campaign: str, tags: list[str], organisations: list[str]
) -> None:
    hashtags = tuple(tag for tag in hashtags_in(" ".join(tags)) if match_key(tag))
    pages = tuple(Page(f"facebook:{10**9 + n}", one, f"Page {n}") for n, one in enumerate(organisations))
    answers = Answers(name, zone, starts, None, campaign, hashtags, tuple(organisations), pages)
    plan = parse(written(answers), connectors.PLATFORMS.names)
    assert (plan.project.name, plan.project.timezone, plan.project.starts) == (name, zone, starts)
    assert plan.campaigns[0].name == (campaign or name)
    assert [rule.hashtags for rule in plan.campaigns[0].match] == ([hashtags] if hashtags else [])
    assert [organisation.name for organisation in plan.organisations] == organisations
    assert [(a.id, a.organisation) for a in plan.accounts] == [(page.id, page.organisation) for page in pages]


def test_what_nobody_said_is_a_remark_and_the_plan_is_sound() -> None:
    text = written(Answers())
    assert "# starts = " in text
    assert "# [[organisation]]" in text
    assert "# [[indicator]]" in text
    assert parse(text, connectors.PLATFORMS.names).campaigns[0].id == "our-programme"


def test_its_examples_can_be_used_by_taking_the_signs_away() -> None:
    text = written(Answers(campaign="The debate"))
    head, rest = text.split("# [[asset]]")
    examples = re.sub(r"^# (?!stage)", "", f"# [[asset]]{rest}", flags=re.MULTILINE).replace(
        "https://…", "youtube:1", 1
    )
    plan = parse(head + examples, connectors.PLATFORMS.names)
    assert plan.assets[0].campaign == "the-debate"
    assert plan.indicators[0].model_dump()["of"] == "activity:1"


@pytest.mark.parametrize(
    ("name", "campaign_id"),
    [("IDUAI 2024", "iduai-2024"), ("Fête de l’été!", "fete-de-lete"), ("ជជែកវែកញែក", "first-campaign")],
)
def test_a_campaigns_id_is_short_and_can_be_typed(name: str, campaign_id: str) -> None:
    assert parse(written(Answers(campaign=name)), connectors.PLATFORMS.names).campaigns[0].id == campaign_id


def test_hashtags_are_taken_as_people_type_them() -> None:
    assert hashtags_in("#IDUAI2024, ច្បាប់ព័ត៌មាន  #IDUAI2024;＃two") == ("IDUAI2024", "ច្បាប់ព័ត៌មាន", "two")
    assert hashtags_in(" ") == ()
