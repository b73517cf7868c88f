"""What every page of the report needs: the tables, the evidence, one language's words, figures and links."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

import polars as pl

from connectors.contract import METRIC
from warehouse.figures.attached import documents
from warehouse.measures import UPPER_BOUNDS, counted_over
from warehouse.publish.report.attendances import AttendanceTable, attendance_table
from warehouse.publish.report.captions import Captions
from warehouse.publish.report.contacts import Contacts
from warehouse.publish.report.contents import Contents, Row
from warehouse.publish.report.indicator import is_rounded, of_indicator, source_told
from warehouse.publish.report.language import Language, number, plain, platform_label
from warehouse.publish.report.plan_names import asset_titles, in_language, period_name, youth
from warehouse.publish.report.wording import Texts
from warehouse.reach.bounds import upper_as_told


class Book:
    """One night's report in one language."""

    def __init__(self, contents: Contents, language: Language) -> None:
        self.contents, self.language = contents, language
        self.day, self.evidence = contents.day, contents.evidence
        day, tables = self.day, in_language(contents.tables, contents.day.plan, language)
        self.tables = tables
        self.project = day.plan.project.name
        self.about: Row = tables["about"].row(0, named=True)
        accounts = {
            f"{platform}:{account_id}": f"{name} ({platform_label(day.platforms, platform, language)})"
            for platform, account_id, name in day.accounts.select("platform", "account_id", "account_name")
            .drop_nulls()
            .iter_rows()
        }
        self.texts = Texts(
            language, self.about["timezone"], day.platforms,
            accounts,
            dict(tables["campaign_totals"].select("campaign_id", "campaign_name").iter_rows()),
        )  # fmt: skip
        self.captions = Captions(self.texts, day.platforms, day.plan)
        self.campaigns = list(tables["campaign_totals"].iter_rows(named=True))
        self.activities = list(tables["activity_totals"].iter_rows(named=True))
        self._attached = documents(tables["source_files"].filter(pl.col("problem").is_null()), day.plan)
        self.indicators = [self.indicator(row) for row in tables["indicator_progress"].iter_rows(named=True)]
        self.shown = contents.shown
        self.contacts = Contacts(day.plan, are_shown=contents.show_contacts)
        self._asset_titles: dict[str, Mapping[str, str]] = {}

    def reach(self, row: Row) -> str:
        """What is proven of the accounts reached, in words; nothing where nothing is."""
        read_to = row.get("read_to")
        newest = None if read_to is None else self.texts.date_of(read_to)
        least, (most, then) = row["reach_at_least"], upper_as_told(row, newest)
        if least is None:
            return "" if most is None else self.texts("at_most", most=number(most))
        if most is None:
            told = self.texts("at_least", least=number(least))
        elif least == most:
            told = self.texts("exactly", least=number(least))
        else:
            told = self.texts("between", least=number(least), most=number(most))
        if then is None:
            return told
        return self.texts("then", bounds=told, day=self.texts.day(row["reach_on"]), most=number(then))

    def amount(self, metric: str, value: float) -> str:
        """A figure as it is read: a time in hours and minutes, everything else in full."""
        if metric not in METRIC or not METRIC[metric].is_time:
            return number(value)
        minutes = round(value / 60)
        return self.texts("time", hours=number(minutes // 60), minutes=number(minutes % 60))

    def at_least(self, row: Row, metric: str) -> str:
        """A total as it is read, marked where some of its posts do not know the metric."""
        over = counted_over(metric)
        is_part = metric != "visits" and (
            row.get(f"{metric}_known", row[over]) < row[over] or (over == "posts" and bool(row.get("in_part")))
        )
        return ("≥ " if is_part else "") + self.amount(metric, row[metric])

    def indicator(self, row: Row) -> Row:
        """A row of ``indicator_progress`` with its sentence, and where its activity is."""
        return row | {
            "said": of_indicator(row, self.language),
            "period_name": self.period(row["period"]),
            "actual_told": self._actual(row),
            "css": (row["verdict"] or "none").replace(" ", "-"),
            "href": quote(file_name("activity", row["activity"])) if row["activity"] else None,
            "source": source_told(row, self.texts.told),
            "definition": self.captions.definition(row["indicator_id"], row["period"], self.tables),
            "documents": self._documents(row["indicator_id"]),
        }

    def _documents(self, indicator_id: str) -> str | None:
        """Which documents are attached to an indicator; None where none is."""
        paths = self._attached.filter(indicator_id=indicator_id)["path"]
        names = ", ".join(plain(path.rpartition("/")[2]) for path in paths)
        return self.texts("documents_attached", names=names) if names else None

    def _actual(self, row: Row) -> str:
        """An indicator's actual with its marks."""
        if row["actual"] is None:
            return self.texts("not_known")
        most = row["actual_at_most"]
        if most is not None and most != row["actual"]:
            return self.texts("between", least=number(row["actual"]), most=number(most))
        mark = "≤ " if row["metric"] in UPPER_BOUNDS else "≥ " if row["is_at_least"] else ""
        return mark + ("≈ " if is_rounded(row) else "") + number(row["actual"])

    def period(self, name: str) -> str:
        """What a period of a target is called, by its days."""
        if name == "whole":
            return self.texts("whole")
        return period_name(name, self.day.plan.project.fiscal_year_starts, self.language)

    def attendances(self, rows: Iterable[tuple[str, str | None, Row]], totals: Row) -> AttendanceTable | None:
        """The events of named parts of a total and who took part in them; None where there are none."""
        by_age = self.tables.get("participants_by_age")
        return attendance_table(self.texts, rows, totals, youth(self.day.plan, self.language), by_age)

    def asset_titles(self, campaign_id: str) -> Mapping[str, str]:
        """What each of a campaign's assets is called, by its id."""
        if campaign_id not in self._asset_titles:
            posts = self.contents.campaigns[campaign_id].asset_texts
            self._asset_titles[campaign_id] = asset_titles(self.day.plan, campaign_id, self.language, posts)
        return self._asset_titles[campaign_id]

    def footnotes(self, row: Row) -> list[str]:
        """What a reader has to know of a row of totals, a sentence each: changed definitions, views that differ."""
        by_sentence, notes = {change.sentence: change for change in self.day.platforms.changes}, []
        for definition in (row["definitions"] or "").split("; ") if row["definitions"] else ():
            change = by_sentence.get(definition)
            parts = change and {
                "metric": self.texts.metric(change.metric), "platform": self.texts.platform(change.platform),
                "since": self.texts.day(change.since), "before": self.texts.told(change.before) or "",
                "now": self.texts.told(change.now) or "",
            }  # fmt: skip
            notes.append(self.texts("counted_two_ways", **parts) if parts else self.texts.told(definition) or "")
        basis = self.texts.told(row["views_basis"])
        return [*self._parts(row), *notes] + ([self.texts("views_basis", basis=basis)] if basis else [])

    def _parts(self, row: Row) -> list[str]:
        """What the mark of a part means, and of how many posts each such total of the page is known."""
        parts = [
            self.texts(
                "part_of", metric=self.texts.metric(metric), knowing=number(posts_known), posts=number(row["posts"])
            )
            for metric in self.shown
            if row[metric] is not None and (posts_known := row[f"{metric}_known"]) < row["posts"]
        ]
        return [self.texts("parts", list="; ".join(parts))] if parts else []

    def why_of(self, campaign_id: str, **only: str | None) -> Callable[[str], str | None]:
        """A function from a metric to the page that says what it is made of, or to none."""
        if campaign_id not in self.evidence:
            return lambda metric: None
        page = quote(file_name("why", campaign_id))
        rest = "".join(f"&{name}={quote(value or '', safe='')}" for name, value in only.items())
        return lambda metric: f"{page}#{metric}{rest}"

    def posts_of(self, campaign_id: str, **only: str | None) -> str:
        """The list of a campaign's posts, by the names that its filters have."""
        wanted = {"campaign": campaign_id, **only}
        return "posts.html#" + "&".join(
            f"{name}={quote(value, safe='')}" for name, value in wanted.items() if value is not None
        )


def file_name(kind: str, id: str) -> str:
    """The file of a page that is about something with an id, whatever letters the id has."""
    if re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,80}", id):
        return f"{kind}-{id}.html"
    return f"{kind}-{hashlib.sha256(id.encode()).hexdigest()[:12]}.html"
