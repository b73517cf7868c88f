"""Plans that say everything that a plan may say, with texts that a form could change."""

from datetime import date
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from connectors import PLATFORMS
from connectors.contract import ACCOUNT_METRICS
from warehouse.measures import NAMEABLE
from warehouse.plan.model import Plan, judged
from warehouse.plan.values import SCOPES
from warehouse.texts import match_key

_LETTERS = st.characters(exclude_categories=["Cs"])
_ODD = [
    "1.10",
    "01",
    "true",
    "2024-09-27",
    "a\nb",
    " a ",
    '"a',
    '"a"',
    "a;b",
    "=1+1",
    "_x0041_",
    "<r>a</r>",
    "#N/A",
    "\u200bក\u200b",
    "a\rb",
    "a\x00",
    "ends\\",
]
_TEXT = (st.sampled_from(_ODD) | st.text(_LETTERS, min_size=1, max_size=8)).filter(match_key)
_TEXTS = st.lists(_TEXT, max_size=3)
_DAY = st.dates() | st.dates(date(1899, 12, 30), date(1900, 3, 2))
_COUNT = st.integers(0, 2**63 - 1)
_NUMBER = _COUNT | st.floats(-(2.0**62), 2.0**62, allow_nan=False)
_PERIOD = st.builds(lambda year, rest: f"FY{year}{rest}", st.integers(1000, 9999), st.sampled_from(["", "-Q1", "-Q4"]))
_POST = st.builds(lambda platform, name: f"{platform}:{name}", st.sampled_from(PLATFORMS.names), _TEXT)
_TAGS = st.lists(st.text("abក1_", min_size=1, max_size=5).filter(match_key), max_size=3)


def _named(ids: st.SearchStrategy[Any], **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Tables with different ids; a key that is drawn as None is left out."""
    tables = st.fixed_dictionaries({"id": ids, "name": _TEXT, **keys})
    return st.lists(tables.map(_without_none), max_size=3, unique_by=lambda table: table["id"])


def _without_none(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not None}


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan without mistakes."""
    maybe = lambda strategy: st.none() | strategy  # noqa: E731
    objectives = draw(_named(_TEXT))
    outputs = draw(_named(_TEXT, objective=maybe(st.sampled_from([one["id"] for one in objectives] or ["9"]))))
    activities = draw(_named(_TEXT, output=maybe(st.sampled_from([one["id"] for one in outputs] or ["9.9"]))))
    assume(activities)
    rule = st.fixed_dictionaries({"hashtags": _TAGS, "text": _TEXTS, "accounts": _TEXTS}).map(
        lambda table: {key: value for key, value in table.items() if value} or {"text": ["a"]}
    )
    figure = st.fixed_dictionaries(
        {
            "account": _POST,
            "metric": st.sampled_from(ACCOUNT_METRICS),
            "from": _DAY,
            "scope": maybe(st.sampled_from(SCOPES)),
        }
    ).map(
        lambda one: _without_none(
            {**one, "to": one["from"], "scope": one["scope"] if one["metric"] == "reach" else None}
        )
    )
    campaigns = draw(
        _named(
            _TEXT, activity=st.sampled_from([one["id"] for one in activities]), name_km=maybe(_TEXT), starts=maybe(_DAY),
            match=st.lists(rule, max_size=2), posts=st.lists(_POST, max_size=2), account_figures=st.lists(figure, max_size=2),
            stages=st.lists(_TEXT, max_size=3, unique=True), **{"except": st.lists(_POST, max_size=2)},
        )
    )  # fmt: skip
    for number, campaign in enumerate(campaigns):
        campaign |= _without_none({"shared": draw(maybe(st.booleans()))})
        if draw(st.booleans()):
            campaign["renamed"] = [f"id of before {number}"]
        if campaign["stages"]:
            campaign["counted"] = draw(st.dictionaries(st.sampled_from(campaign["stages"]), _COUNT, max_size=2))
    campaign_ids = st.sampled_from([one["id"] for one in campaigns]) if campaigns else st.nothing()
    assets = st.fixed_dictionaries({"id": _TEXT, "campaign": campaign_ids, "posts": st.lists(_POST, max_size=2)})
    organisations = draw(
        st.lists(
            st.fixed_dictionaries({"name": _TEXT, "contact": maybe(_TEXT)}).map(_without_none),
            max_size=2,
            unique_by=lambda one: one["name"],
        )
    )
    names = st.sampled_from([one["name"] for one in organisations]) if organisations else st.none()
    accounts = st.fixed_dictionaries(
        {"id": _POST, "organisation": maybe(names), "also": st.lists(_TEXT, max_size=2), "not_ours": st.booleans()}
    )
    by_hand = st.fixed_dictionaries({"actual": _NUMBER, "source": _TEXT})
    computed = st.fixed_dictionaries({"of": st.just("project"), "metric": st.sampled_from(NAMEABLE)})
    indicators = draw(
        _named(
            _TEXT, baseline=maybe(_NUMBER), target=maybe(_NUMBER), targets=st.dictionaries(_PERIOD, _NUMBER, max_size=2)
        )
    )
    reports = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "name": _TEXT,
                    "as_of": _DAY,
                    "mail_to": st.lists(st.sampled_from(["a@b.example", "donor_1"]), max_size=2),
                }
            ),
            max_size=2,
            unique_by=lambda one: one["name"],
        )
    )
    figures = st.fixed_dictionaries(
        {
            "report": st.sampled_from([one["name"] for one in reports] or [""]),
            "campaign": campaign_ids,
            "metric": st.sampled_from(NAMEABLE),
            "value": _COUNT,
        }
    )
    project = {
        "name": draw(_TEXT),
        "starts": draw(maybe(_DAY)),
        "fiscal_year_starts": draw(st.integers(1, 12)),
        "audience_size": draw(maybe(st.integers(1, 2**60))),
    }
    data = {
        "project": _without_none(project),
        "objective": objectives,
        "output": outputs,
        "activity": activities,
        "campaign": campaigns,
        "asset": draw(st.lists(assets, max_size=3)) if campaigns else [],
        "organisation": organisations,
        "account": draw(st.lists(accounts.map(_without_none), max_size=3)),
        "indicator": [{**one, **draw(by_hand | computed)} for one in indicators],
        "same": draw(
            st.lists(st.fixed_dictionaries({"posts": st.lists(_POST, min_size=2, max_size=3, unique=True)}), max_size=2)
        ),
        "report": reports,
        "printed": draw(st.lists(figures, max_size=2)) if reports and campaigns else [],
    }
    plan, findings = judged(data, PLATFORMS.names, "")
    assume(plan is not None)
    assert plan is not None, findings
    return plan
