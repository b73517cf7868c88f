"""LinkedIn is asked as its own client writes requests, for what its documents name, and the local server has no more.

How Rest.li is spelled is what linkedin-api-client 0.3.0, LinkedIn's own, makes of these parameters; it needs no
installation here, since the expected texts stand below. It has no fields: the names are transcribed from
https://learn.microsoft.com/linkedin/marketing/community-management/organizations/share-statistics (2026-03), the posts
API of the same documents, and .../shared/api-guide/concepts/error-handling.
Not held: that ``count`` goes to 100 and that statistics take 20 urns, which only other people's code tells; fields of a
post's ``content`` other than ``media.id``.
"""

from __future__ import annotations

import pytest

from tests.connectors.conftest import NOW, Ask
from tests.connectors.linkedin import server as linkedin
from tests.platforms import night
from tests.platforms.server import Server

STATISTICS = {"impressionCount", "uniqueImpressionsCount", "clickCount", "likeCount", "commentCount", "shareCount",
              "engagement", "shareMentionsCount", "commentMentionsCount"}  # fmt: skip
POST = {"id", "author", "commentary", "publishedAt", "createdAt", "lastModifiedAt", "lifecycleState", "content"}
ORGANISATION = "urn%3Ali%3Aorganization%3A5005005"
SPELLED = {
    "rest/posts": f"author={ORGANISATION}&count=100&q=author&sortBy=LAST_MODIFIED&start=0",
    "rest/organizationalEntityShareStatistics": f"organizationalEntity={ORGANISATION}&q=organizationalEntity&shares=List("
    "urn%3Ali%3Ashare%3A7200000000000000002,urn%3Ali%3Ashare%3A7200000000000000001)",
    f"rest/networkSizes/{ORGANISATION}": "edgeType=COMPANY_FOLLOWED_BY_MEMBER",
}
"""Path -> the query that LinkedIn's client writes; the client sorts parameters, whose order means nothing."""


@pytest.fixture
def answered(serve, ask: Ask) -> tuple[Server, list[str]]:
    """The server, and the endpoints that it answered."""
    one = night.every(2, NOW)["linkedin"]
    server = serve(linkedin=one.platform)
    done = ask(server, "linkedin", one.account, **one.secrets)
    return server, [answer.endpoint for answer in done.answers]


def test_requests_are_spelled_as_linkedins_own_client_spells_them(answered: tuple[Server, list[str]]) -> None:
    server, endpoints = answered
    spelled = {}
    for endpoint in endpoints:
        path, _, query = endpoint.removeprefix(f"GET {server.base_url('linkedin')}/").partition("?")
        spelled[path] = "&".join(sorted(query.split("&")))
    assert spelled == SPELLED


def test_the_headers_are_those_of_a_versioned_request(answered: tuple[Server, list[str]]) -> None:
    server, _ = answered
    for question in server.questions:
        assert question.headers["x-restli-protocol-version"] == "2.0.0"
        assert len(question.headers["linkedin-version"]) == len("YYYYMM")
        assert question.headers["authorization"].startswith("Bearer ")
        assert question.headers.get("x-restli-method", "FINDER") == "FINDER"


def test_the_local_server_has_no_field_that_linkedin_does_not_have() -> None:
    platform = night.every(5, NOW)["linkedin"].platform
    assert isinstance(platform, linkedin.LinkedIn)
    for post in platform.account.posts:
        assert set(platform._post(post)) <= POST
        assert set(platform._counts(post)) <= STATISTICS
