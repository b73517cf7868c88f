"""Results for an NGO's IATI file: progress against targets as the standard's ``result`` elements, version 2.03.

An IATI file holds ``iati-activity`` elements. Such an element needs an identifier, a reporting organisation, a status
and dates. These are facts of the publisher; no plan holds them, and inventing them would be wrong. The schema declares
``result`` elements on their own, and these can be told honestly. So the root of the document is ``results`` in Reach's
own namespace, as the standard wants it for whatever is not part of the standard. Each ``result`` in it is valid by
itself. The NGO pastes it into its ``iati-activity``, behind ``conditions`` and before ``crs-add`` and ``fss``, where
the schema wants it. Nothing in a ``result`` depends on the root.

Rules: iati-activities-schema.xsd and iati-common.xsd 2.03 (release 2018-02-19), the standard's ruleset (a period
starts no later than it ends; measures 1 to 4 have a value in baseline, target and actual; one place for references),
its codelists ResultType, IndicatorMeasure and IndicatorVocabulary, and IATI-Guidance en/results.rst. IATI Standard
(http://iatistandard.org/), CC BY 4.0.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import polars as pl

from warehouse.figures.indicators import WHOLE, is_less_better
from warehouse.measures import ADD_UP, REACH, UPPER_BOUNDS
from warehouse.plan.mistakes import shown
from warehouse.plan.model import Line, Plan
from warehouse.publish.iati_parts import PartOfActual, Tables, dimension, parts_of_actual

VERSION = "2.03"
NAMESPACE = "urn:reach-pipeline:iati-results"


OUTPUT, OTHER = "1", "9"  # codelist ResultType
UNIT, PERCENTAGE = "1", "2"  # codelist IndicatorMeasure
REPORTING_ORGANISATION = "99"  # codelist IndicatorVocabulary: the publisher's own codes

ET.register_namespace("reach", NAMESPACE)

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2: Char
_KHMER = re.compile("[\u1780-\u17ff\u19e0-\u19ff]")
_PER_CENT = re.compile(r"%|per ?cent|ភាគរយ", re.IGNORECASE)

Row = Mapping[str, Any]
_NO_TABLES: Tables = {}


class Fragment(NamedTuple):
    """The document, how many results it holds, and a sentence for each activity, indicator or period it lacks."""

    xml: bytes
    results: int
    left_out: tuple[str, ...]


class _Period(NamedTuple):
    start: date
    end: date
    row: Row


class _Indicator(NamedTuple):
    """An indicator with the periods that can be told, in the order of time."""

    row: Row
    baseline: float | None
    periods: tuple[_Period, ...]

    @property
    def result(self) -> tuple[str | None, str]:
        """The result that it belongs to: its activity (none: the project's own), and of which type.

        What an activity, a line below an output, brought about directly is an output, and so is whatever is
        counted from posts. A figure by hand of the whole project may as well be an outcome: the plan does not say.
        """
        activity = self.row["activity"]
        return activity, OUTPUT if activity is not None or self.row["metric"] is not None else OTHER


def fragment(progress: pl.DataFrame, plan: Plan, as_of: date, tables: Tables = _NO_TABLES) -> Fragment:
    """The results of the activities with targets, as UTF-8 XML; the same rows in any order give the same bytes.

    Args:
        progress: the published table ``indicator_progress``.
        plan: what activities are called and the order of the file.
        as_of: the day at whose end the figures are known, where a row does not say it.
        tables: the published tables, which have the women, men and others among participants.
    """
    indicators, left_out = _told(progress, plan)
    root = ET.Element(f"{{{NAMESPACE}}}results", {"iati-version": VERSION, "as-of": as_of.isoformat()})
    root.append(
        ET.Comment(
            " Paste the result elements below into your iati-activity: behind its conditions and beside other results, "
            "before its crs-add and fss. Names without xml:lang are in your activity's default language. "
        )
    )
    lines = {line.activity_id: line for line in plan.framework()}
    for (activity, kind), members in groupby(indicators, lambda indicator: indicator.result):
        root.append(_result(lines.get(activity or ""), activity, kind, tuple(members), indicators, plan, as_of, tables))
    results = len(root) - 1
    ET.indent(root)
    xml = ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    return Fragment(xml, results, tuple(left_out))


def _told(progress: pl.DataFrame, plan: Plan) -> tuple[list[_Indicator], list[str]]:
    """The indicators that can be told, in the plan's order and the project's first, and what can't be and why."""
    activities = {None: -1} | {activity.id: place for place, activity in enumerate(plan.activities)}
    places = {indicator.id: place for place, indicator in enumerate(plan.indicators)}

    def order(row: Row) -> tuple[object, ...]:
        activity, indicator_id = row["activity"], row["indicator_id"]
        return (
            activities.get(activity, len(activities)), activity or "", row["metric"] is None and activity is None,
            places.get(indicator_id, len(places)), indicator_id,
        )  # fmt: skip

    rows = sorted(progress.iter_rows(named=True), key=lambda row: (order(row), row["period"]))
    targeted = {row["activity"] for row in rows if _known(row["target"]) is not None}
    indicators, left_out = [], []
    for activity, of_activity in groupby(rows, lambda row: row["activity"]):
        if activity not in targeted:
            owner = "the project itself" if activity is None else f"activity {shown(activity)}"
            left_out.append(f"{owner} is not in the IATI results: none of its indicators has a target")
            continue
        for _, members in groupby(of_activity, order):
            indicator, reasons = _indicator_of(tuple(members), plan)
            left_out += reasons
            if indicator.periods:
                indicators.append(indicator)
    return indicators, left_out


def _indicator_of(rows: Sequence[Row], plan: Plan) -> tuple[_Indicator, list[str]]:
    periods, reasons = [], []
    for row in rows:
        start, end = row["period_start"], row["period_end"]
        if row["period"] == WHOLE:
            start, end = start or plan.project.starts, end or plan.project.ends
        name = f"indicator {shown(row['indicator_id'])} is not in the IATI results for {row['period']}"
        if _known(row["target"]) is None and _known(row["actual"]) is None:
            reasons.append(f"{name}: neither its target nor its actual figure is known")
        elif start is None or end is None:
            missing = " and ".join(key for key, day in (("starts", start), ("ends", end)) if day is None)
            hint = f"; add {missing} to the project in the plan" if row["period"] == WHOLE else ""
            reasons.append(f"{name}: its days are not known{hint}")
        elif start > end:
            reasons.append(f"{name}: its first day, {start}, lies behind its last, {end}")
        else:
            periods.append(_Period(start, end, row))
    periods.sort(key=lambda period: (period.start, period.end, period.row["period"]))
    whole_first = sorted(rows, key=lambda row: row["period"] != WHOLE)
    baseline = next((b for row in whole_first if (b := _known(row["baseline"])) is not None), None)
    return _Indicator(whole_first[0], baseline, tuple(periods)), reasons


def _result(
    line: Line | None,
    activity: str | None,
    kind: str,
    members: Sequence[_Indicator],
    indicators: Sequence[_Indicator],
    plan: Plan,
    as_of: date,
    tables: Tables,
) -> ET.Element:
    built = [_indicator(member, indicators, plan, as_of, tables) for member in members]
    result = ET.Element("result", {"type": kind})
    if any(indicator.get("aggregation-status") == "0" for indicator in built):
        result.set("aggregation-status", "0")  # never "1": the sum of views and shares means nothing
    if activity is None:
        _text(result, "title", (plan.project.name,))
    else:
        _text(result, "title", (_called(activity, line.activity_name if line else None),))
    if line and line.output_id:
        above = [_called(line.output_id, line.output_name)]
        if line.objective_id:
            above.insert(0, _called(line.objective_id, line.objective_name))
        _text(result, "description", (" › ".join(above),))
    result.extend(built)
    return result


def _indicator(
    indicator: _Indicator, indicators: Iterable[_Indicator], plan: Plan, as_of: date, tables: Tables
) -> ET.Element:
    row, periods = indicator.row, indicator.periods
    planned = next((one for one in plan.indicators if one.id == row["indicator_id"]), None)
    suitable, hint = _aggregation(indicator, indicators)
    element = ET.Element("indicator", {"measure": _measure(row), "ascending": _ascending(indicator)})
    if suitable is not None:
        element.set("aggregation-status", suitable)
    _text(element, "title", (row["name"], row["indicator_id"], "?"))
    unit = f"Counted in {row['unit']}." if row["unit"] and row["metric"] is not None else ""
    if unit or hint:
        _text(element, "description", (f"{unit} {hint}",), "en")
    if code := _clean(row["indicator_id"]):
        ET.SubElement(element, "reference", {"vocabulary": REPORTING_ORGANISATION, "code": code})
    if indicator.baseline is not None:
        # The guidance's baseline is the progress at the beginning of the time; the plan gives it no other day.
        year = str(min(period.start for period in periods).year)
        ET.SubElement(element, "baseline", {"year": year, "value": _decimal(indicator.baseline)})
    for start, end, of_period in periods:
        period = ET.SubElement(element, "period")
        ET.SubElement(period, "period-start", {"iso-date": start.isoformat()})
        ET.SubElement(period, "period-end", {"iso-date": end.isoformat()})
        if (target := _known(of_period["target"])) is not None:
            ET.SubElement(period, "target", {"value": _decimal(target)})
        if (actual := _known(of_period["actual"])) is not None:  # unknown is not zero: it is left out
            of_actual = ET.SubElement(period, "actual", {"value": _decimal(actual)})
            if parted_by := dimension(row["metric"], plan):
                ET.SubElement(of_actual, "dimension", {"name": parted_by[0], "value": _clean(parted_by[1])})
            _text(of_actual, "comment", (_comment(of_period, actual, as_of),), "en")
            for part in parts_of_actual(planned, of_period["period"], plan, tables):
                _part(period, part)
    return element


def _part(period: ET.Element, part: PartOfActual) -> None:
    """A part of the participants: an actual of its own, with its dimension."""
    actual = ET.SubElement(period, "actual", {"value": _decimal(part.number)})
    ET.SubElement(actual, "dimension", {"name": part.name, "value": _clean(part.value)})
    if part.knowing < part.events:
        told = f"Known of {part.knowing} of {part.events} events: at least so many."
        _text(actual, "comment", (told,), "en")


def _aggregation(indicator: _Indicator, indicators: Iterable[_Indicator]) -> tuple[str | None, str]:
    """Whether its values may be added up (null: nobody says), and what a reader of them must know."""
    row = indicator.row
    if row["metric"] in REACH:
        return "0", (
            "Unique accounts, not people. Never to be added up, over periods, activities or organisations: one "
            "account may be in several of them."
        )
    if row["metric"] not in ADD_UP:
        return None, ""
    if any(later.start <= earlier.end for earlier, later in pairwise(indicator.periods)):
        return "0", "The periods overlap: take the one that you need, and do not add them up."
    for other in indicators:
        if other.row["metric"] != row["metric"] or other.row["indicator_id"] == row["indicator_id"]:
            continue
        if row["activity"] == other.row["activity"] or None in (row["activity"], other.row["activity"]):
            return "0", f"Some of the same posts count in {_clean(other.row['indicator_id'])}: do not add them up."
    return "1", "Periods that do not overlap may be added up."


def _measure(row: Row) -> str:
    """A figure by hand is a percentage where its unit, or the beginning of its name, says so."""
    by_hand = row["metric"] is None
    is_share = by_hand and (_PER_CENT.search(row["unit"] or "") or _PER_CENT.match(_clean(row["name"])))
    return PERCENTAGE if is_share else UNIT


def _ascending(indicator: _Indicator) -> str:
    """More is better, but for a figure by hand whose target for the whole lies below where it began."""
    target = _known(indicator.row["target"]) if indicator.row["period"] == WHOLE else None
    return "0" if is_less_better(indicator.row["metric"], indicator.baseline, target) else "1"


def _comment(row: Row, actual: float, as_of: date) -> str:
    """What stands behind a figure, for everyone: the source of a figure by hand may name people, and stays at home."""
    sentences = [f"As of {(row['as_of'] or as_of).isoformat()}."]
    if row["metric"] in REACH:
        at_least = None if row["metric"] in UPPER_BOUNDS else actual
        at_most = _known(row["actual_at_most"])
        if at_least is None and at_most is None:
            at_most = actual
        bounds = [f"{word} {_grouped(bound)}" for word, bound in (("at least", at_least), ("at most", at_most))
                  if bound is not None]  # fmt: skip
        unsaid = "" if at_most is not None else "; how many at most cannot be said"
        sentences.append(f"{' and '.join(bounds).capitalize()} unique accounts{unsaid}.")
    if row["is_approximate"]:
        sentences.append("Approximate: figures in it were rounded by their source.")
    if row["metric"] is None:
        sentences.append("Entered by hand.")
    else:
        if row["is_entered"]:
            sentences.append("Figures in it were entered by hand.")
        if source := _clean(row["source"]):
            sentences.append(f"Source: {source.rstrip('.')}.")
    return " ".join(sentences)


def _text(parent: ET.Element, tag: str, choices: Iterable[str | None], language: str | None = None) -> None:
    """The first text that XML can hold. A name's language is Khmer where its letters are; else the file says it."""
    text = next(filter(None, map(_clean, choices)), "?")
    narrative = ET.SubElement(ET.SubElement(parent, tag), "narrative")
    narrative.text = text
    letters = list(filter(str.isalpha, text))
    if language is None and 2 * len(_KHMER.findall("".join(letters))) > len(letters):
        language = "km"
    if language:
        narrative.set(_LANG, language)


def _called(id: str, name: str | None) -> str:
    """A line of the framework by id and name, each once."""
    if not name or name.startswith(id):
        return name or id
    return f"{id} {name}"


def _clean(text: str | None) -> str:
    """A text on one line, without the control characters that XML 1.0 can't hold in any form."""
    return " ".join(_NOT_XML.sub(" ", text or "").split())


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _decimal(value: float) -> str:
    """The shortest decimal number that reads back as this one, without an exponent."""
    text = f"{Decimal(repr(value)):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _grouped(value: float) -> str:
    return f"{Decimal(_decimal(value)):,}"
