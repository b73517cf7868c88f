"""The GA4 Data API: runReport over days, hosts and pages, with Google's token endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from tests.connectors.youtube.server import ACCESS, REFRESH
from tests.platforms.server import Question

METRICS = ("sessions", "screenPageViews", "activeUsers", "totalUsers")
DIMENSIONS = ("date", "hostName", "pagePath", "sessionCampaignName", "sessionSource", "sessionMedium")


@dataclass
class Website:
    """One property: so many pages on one host, with a few views each day until yesterday."""

    property_id: str
    yesterday: date
    pages: int = 3
    host: str = "www.mekong.example"
    hosts: tuple[str, ...] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=lambda: {"tokensPerDay": 199_995})  # what is left
    tags: tuple[tuple[str, str, str, int], ...] = (("(direct)", "(direct)", "(none)", 40),)
    """Campaign, source, medium and sessions of a host and day."""
    site_views: int | None = None  # of a host and day; as many as its first page where nothing is said
    problem: tuple[int, str] | None = None
    answered: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, question: Question) -> Response:
        """What Google says."""
        if question.path == "/token":
            if question.body.get("refresh_token") != REFRESH:
                return JSONResponse({"error": "invalid_grant"}, 400)
            return JSONResponse({"access_token": ACCESS, "expires_in": 3599, "token_type": "Bearer"})
        if question.headers.get("authorization") != f"Bearer {ACCESS}":
            return error(401, "UNAUTHENTICATED")
        if self.problem:
            return error(*self.problem)
        if question.path != f"/v1beta/properties/{self.property_id}:runReport":
            return error(403, "PERMISSION_DENIED")
        body = question.body
        dimensions, metrics = ([item["name"] for item in body[kind]] for kind in ("dimensions", "metrics"))
        if not (set(dimensions) <= set(DIMENSIONS) and set(metrics) <= set(METRICS)) or int(body["limit"]) > 250_000:
            return error(400, "INVALID_ARGUMENT")
        rows = list(self._rows(body["dateRanges"][0], dimensions, metrics))
        start, limit = int(body["offset"]), int(body["limit"])
        report = {"dimensionHeaders": [{"name": dimension} for dimension in dimensions],
                 "metricHeaders": [{"name": metric, "type": "TYPE_INTEGER"} for metric in metrics],
                 "rowCount": len(rows), "metadata": {"timeZone": "Asia/Phnom_Penh", "currencyCode": "USD", **self.metadata},
                 "propertyQuota": {name: {"consumed": 5, "remaining": left} for name, left in self.tokens.items()}, "kind": "analyticsData#runReport"}  # fmt: skip
        if rows[start : start + limit]:
            report["rows"] = rows[start : start + limit]
        self.answered.append(report)
        return JSONResponse(report)

    def _views(self, page: int, *, is_site: bool) -> int:
        return self.site_views if is_site and self.site_views is not None else 10 * page + 7

    def _rows(self, days: dict[str, str], dimensions: list[str], metrics: list[str]) -> Any:
        assert days["endDate"] == "yesterday"
        day = date.fromisoformat(days["startDate"])
        while day <= self.yesterday:
            pages = range(self.pages if "pagePath" in dimensions else 1)
            by_tag = "sessionCampaignName" in dimensions
            for tag, source, medium, sessions in self.tags if by_tag else ():
                for host in (self.host, *self.hosts):
                    texts = [day.strftime("%Y%m%d"), host, tag, source, medium]
                    yield {
                        "dimensionValues": [{"value": text} for text in texts], "metricValues": [{"value": str(sessions)}]
                    }  # fmt: skip
            for host, page in ((host, page) for host in (self.host, *self.hosts) for page in pages if not by_tag):
                dimension_values = {"date": day.strftime("%Y%m%d"), "hostName": host, "pagePath": f"/page-{page}"}
                counts = {
                    "sessions": 40,
                    "screenPageViews": self._views(page, is_site="pagePath" not in dimensions),
                    "activeUsers": page + 5,
                    "totalUsers": page + 6,
                }
                yield {"dimensionValues": [{"value": dimension_values[dimension]} for dimension in dimensions],
                       "metricValues": [{"value": str(counts[metric])} for metric in metrics]}  # fmt: skip
            day += timedelta(days=1)


def error(status: int, kind: str) -> Response:
    """An error as Google's newer APIs write it."""
    return JSONResponse({"error": {"code": status, "message": "No.", "status": kind}}, status)
