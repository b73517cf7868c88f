"""What Meta lets no new app ask since 4 November 2026, on any version of Graph; local servers refuse it.

https://developers.facebook.com/blog/post/2026/11/04/introducing-graph-api-v27-and-marketing-api-v27/ names the features:
requests for several ids, formats of dates and times, HTTP method override, field aliases, JSONP and asynchronous
batches. How each is written is in https://developers.facebook.com/docs/graph-api (field expansion, results, batch
requests). The error code of the refusal is not documented.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.platforms.server import Question

PLATFORMS = ("facebook", "instagram", "threads")
_BY_PARAMETER = {
    "ids": "several ids",
    "date_format": "a format of dates",
    "method": "method override",
    "callback": "JSONP",
    "is_async": "an asynchronous batch",
    "asyncbatch": "an asynchronous batch",
}


def features(question: Question) -> list[str]:
    """The forbidden features that a request uses, those of a batch's parts among them; none is as it should be."""
    sent = question.body if isinstance(question.body, dict) else {}
    used = list(_in_address(question.path, {**question.params, **{k: v for k, v in sent.items() if k != "batch"}}))
    if question.headers.get("x-http-method-override"):
        used.append("method override")
    batch = sent.get("batch", question.params.get("batch", []))
    for part in json.loads(batch) if isinstance(batch, str) else batch:
        address = urlsplit(part.get("relative_url", ""))
        used += _in_address(address.path, {**dict(parse_qsl(address.query)), **dict(parse_qsl(part.get("body", "")))})
    return used


def _in_address(path: str, params: Mapping[str, Any]) -> Iterator[str]:
    yield from (feature for name, feature in _BY_PARAMETER.items() if name in params)
    text = "".join(str(value) for value in params.values()).replace(" ", "")
    if ".as(" in text:
        yield "a field alias"
    if ".date_format(" in text:
        yield "a format of dates"
    if "async" in path:
        yield "an asynchronous batch"
