"""Requests to an API: waiting, limits, secrets and counts are the same for all platforms.

Every answer is handed to the archive before it is looked at. A pull that was cut off and goes on does not repeat a
question whose answer is in the archive. Secrets travel in headers. They are struck out of answers, since Graph's
answers hold the token of the request.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import requests
from pydantic import SecretStr
from tenacity import Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from connectors.asking.protocol import Protocol, RateLimit, Reply
from connectors.asking.redaction import hidden
from connectors.asking.refusals import Unanswered, Who
from connectors.asking.settings import ApiSettings
from connectors.asking.spent import Spent
from connectors.contract import Answer

ANSWER_LIMIT = 32 * 1024 * 1024
ANSWER_SECONDS = 120.0
TRIES = 4
TRIES_AFTER_FAILING = 2
"""Where a question of a pull was tried in vain as often as it may be, the next ones are tried less often."""
LONGEST_WAIT = timedelta(minutes=2)
"""Where an API asks for a longer wait, the rest of the pull is left to the next window."""
_REDIRECTS = (301, 302, 303, 307, 308)


class Http:
    """The requests of one pull: one account of one platform.

    ``keep`` gets every answer before it is looked at; ``answered`` are answers of this pull that are kept already.
    ``remember`` gets the refresh token that takes the place of the one that was used up.
    ``spent`` is what was used of the day's quota. ``requests`` and ``units`` count what was asked now. ``remarks`` are
    sentences on answers that are not what was asked for, each once.
    """

    def __init__(
        self,
        settings: ApiSettings,
        keep: Callable[[Answer], object],
        answered: Iterable[Answer] = (),
        remember: Callable[[SecretStr], object] = lambda _: None,
        sleep: Callable[[float], None] | None = None,
        spent: Spent | None = None,
    ) -> None:
        self.settings = settings
        self.requests = 0
        self.units = 0
        self.remarks: dict[str, None] = {}
        self.remember = remember
        self._keep = keep
        self._answered = {answer.endpoint: answer for answer in answered}
        self._has_failed = False
        self._sleep = sleep or (lambda seconds: time.sleep(seconds))
        self._limit: RateLimit | None = None
        self._spent = spent or Spent()
        self._session = requests.Session()
        self._session.trust_env = False  # a .netrc's password is none of the platform's business

    def get(
        self, protocol: Protocol, path: str, params: Mapping[str, object] | None = None, *, units: int = 1,
        used: Callable[[Any], int] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The JSON object that a question is answered with. A path that is a whole address is asked there.

        ``used`` says of an answer how many of the ``units`` it cost, where that is known only then; a question that
        failed costs nothing there.

        Raises:
            Unanswered: it was not, also not when asked again.
        """
        answer = self._ask(protocol, "GET", path, params or {}, None, units, used=used)
        assert isinstance(answer, dict)
        return answer

    def check(self, protocol: Protocol, path: str, params: Mapping[str, object]) -> None:
        """Asks a question, also where it was answered before in this pull; the answer is kept nowhere.

        Raises:
            Unanswered: it was not answered, also not when asked again.
        """
        url = self._url(path, params)
        self._tries()(self._once, protocol, "GET", url, None, 1, f"GET {url}", dict, is_kept=False)

    def get_list(self, protocol: Protocol, path: str, params: Mapping[str, object] | None = None) -> list[Any]:
        """The JSON list that a question is answered with.

        Raises:
            Unanswered: it was not, also not when asked again.
        """
        answer = self._ask(protocol, "GET", path, params or {}, None, 1, list)
        assert isinstance(answer, list)
        return answer

    def post(
        self, protocol: Protocol, path: str, body: Mapping[str, object], params: Mapping[str, object] | None = None,
        *, units: int = 1,
    ) -> dict[str, Any]:  # fmt: skip
        """The JSON object that a question with a JSON body is answered with.

        Raises:
            Unanswered: it was not, also not when asked again.
        """
        answer = self._ask(protocol, "POST", path, params or {}, body, units)
        assert isinstance(answer, dict)
        return answer

    def post_for_list(
        self, protocol: Protocol, path: str, body: Mapping[str, object], *, units: int = 1, is_afresh: bool = False
    ) -> list[Any]:
        """The JSON list that a question with a JSON body is answered with.

        With ``is_afresh`` it is asked also where it was answered before in this pull; both answers are kept.

        Raises:
            Unanswered: it was not, also not when asked again.
        """
        answer = self._ask(protocol, "POST", path, {}, body, units, list, is_afresh=is_afresh)
        assert isinstance(answer, list)
        return answer

    def exchange(self, protocol: Protocol, url: str, form: Mapping[str, SecretStr | str]) -> dict[str, Any]:
        """What a token endpoint gives for a form of secrets. It is kept nowhere.

        Raises:
            Unanswered: it gives nothing.
        """
        body = {key: text.get_secret_value() if isinstance(text, SecretStr) else text for key, text in form.items()}

        def once() -> dict[str, Any]:
            self.requests += 1
            status, headers, content = self._fetched(protocol, "POST", url, data=body)
            shown = hidden(content, [text for text in form.values() if isinstance(text, SecretStr)])
            self._understood(protocol, f"POST {url}", Reply(status, headers, _json(shown)))  # a refusal may quote them
            answer = _json(content)
            assert isinstance(answer, dict)
            return answer

        return self._tries()(once)

    def _tries(self) -> Retrying:
        return Retrying(
            stop=stop_after_attempt(TRIES_AFTER_FAILING if self._has_failed else TRIES),
            retry=retry_if_exception(lambda error: isinstance(error, Unanswered) and error.who == "again"),
            wait=_wait,
            sleep=self._sleep,
            retry_error_callback=self._failed,
        )

    def _failed(self, state: Any) -> None:
        self._has_failed = True
        raise state.outcome.exception()

    def _ask(
        self,
        protocol: Protocol,
        method: str,
        path: str,
        params: Mapping[str, object],
        body: Mapping[str, object] | None,
        units: int,
        kind: type = dict,
        *,
        is_afresh: bool = False,
        used: Callable[[Any], int] | None = None,
    ) -> object:
        url = self._url(path, params)
        endpoint = f"{method} {url}{' ' + json.dumps(body, sort_keys=True) if body is not None else ''}"
        if (kept := self._answered.get(endpoint)) is not None and not is_afresh:
            return self._understood(protocol, endpoint, Reply(200, {}, _json(kept.content)), kind)
        return self._tries()(self._once, protocol, method, url, body, units, endpoint, kind, used=used)

    def _url(self, path: str, params: Mapping[str, object]) -> str:
        query = urlencode([(key, value) for key, value in params.items() if value is not None], doseq=True, safe=",:()")
        whole = path if path.startswith("http") else f"{self.settings.base_url}/{path.lstrip('/')}"
        return f"{whole}{'?' if query else ''}{query}"

    def _once(
        self,
        protocol: Protocol,
        method: str,
        url: str,
        body: Mapping[str, object] | None,
        units: int,
        endpoint: str,
        kind: type,
        *,
        is_kept: bool = True,
        used: Callable[[Any], int] | None = None,
    ) -> object:
        self._mind_the_limit(protocol)
        self._mind_the_quota(protocol, units)
        asked_at = datetime.now(UTC).replace(tzinfo=None)
        self.requests += 1
        self.units += units
        cost = 0 if used else units
        try:
            status, headers, content = self._fetched(protocol, method, url, json=body)
            if remark := protocol.remark(headers):
                self.remarks[remark] = None
            content = hidden(content, protocol.headers.values())
            reply = Reply(status, headers, _json(content))
            self._limit = protocol.limit(reply) or self._limit
            is_answer = status < HTTPStatus.BAD_REQUEST and protocol.refusal(reply) is None
            if is_kept and isinstance(reply.body, kind) and is_answer:
                cost = used(reply.body) if used else units
                answer = Answer(endpoint, asked_at, content, cost)
                self._keep(answer)
                self._answered[endpoint] = answer
        finally:
            self.units -= units - cost
            self._spent.give_back(units - cost)
        return self._understood(protocol, endpoint, reply, kind)

    def _understood(self, protocol: Protocol, endpoint: str, reply: Reply, kind: type = dict) -> object:
        where = _where(endpoint)
        if reply.body is not None and (refusal := protocol.refusal(reply)):
            refusal.wait = refusal.wait or reply.retry_after
            if refusal.who == "again" and refusal.wait and refusal.wait > LONGEST_WAIT:
                refusal.who, refusal.until = "window", datetime.now(UTC).replace(tzinfo=None) + refusal.wait
            raise refusal
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = reply.retry_after
            who: Who = "again" if wait is None or wait <= LONGEST_WAIT else "window"
            until = datetime.now(UTC).replace(tzinfo=None) + wait if wait else None
            raise Unanswered(f"{protocol.platform} has been asked too much at {where}.", who, "429", wait, until)
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wait = reply.retry_after
            is_long = wait is not None and wait > LONGEST_WAIT
            raise Unanswered(f"{protocol.platform} is out of order at {where} ({reply.status}).",
                             "window" if is_long else "again", str(reply.status), wait)  # fmt: skip
        if reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise Unanswered(f"{protocol.platform} refuses the token at {where} ({reply.status}).", "person",
                             str(reply.status))  # fmt: skip
        if reply.status >= HTTPStatus.BAD_REQUEST:
            raise Unanswered(f"{protocol.platform} does not know what was asked at {where} ({reply.status}).", "bug",
                             str(reply.status))  # fmt: skip
        if not isinstance(reply.body, kind):
            raise Unanswered(f"{protocol.platform} answered {where} with what is no JSON.", "again", "json")
        return reply.body

    def _fetched(self, protocol: Protocol, method: str, url: str, **body: Any) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and bytes; sent on only to the platform's own hosts, and within bounds of size and time."""
        headers = {"Accept": "application/json", "User-Agent": "reach-pipeline"}
        headers |= {name: secret.get_secret_value() for name, secret in protocol.headers.items()}
        home = urlsplit(url)
        deadline = time.monotonic() + ANSWER_SECONDS
        for _ in range(3):
            try:
                with self._session.request(
                    method, url, headers=headers, timeout=self.settings.timeout_seconds, stream=True,
                    allow_redirects=False, proxies=requests.utils.get_environ_proxies(url), **body,
                ) as response:  # fmt: skip
                    if response.status_code not in _REDIRECTS:
                        return response.status_code, response.headers, self._content(protocol, response, deadline)
                    target = urlsplit(urljoin(url, response.headers.get("Location", "")))
            except requests.RequestException as error:
                why = f"{protocol.platform} cannot be reached at {home.hostname} ({type(error).__name__})."
                raise Unanswered(why, "again", "connection") from None  # its own text may hold what was sent
            is_platforms = target.netloc == home.netloc or target.hostname in protocol.hosts
            if target.scheme != home.scheme or not is_platforms:
                raise Unanswered(
                    f"{protocol.platform} sends on to {target.hostname}, which is not its own; nothing was sent there.",
                    "bug", "redirect",
                )  # fmt: skip
            url = target.geturl()
        raise Unanswered(f"{protocol.platform} sends on without end.", "bug", "redirect")

    def _content(self, protocol: Protocol, response: requests.Response, deadline: float) -> bytes:
        pieces, size = [], 0
        for piece in response.iter_content(1 << 16):
            pieces.append(piece)
            size += len(piece)
            if size > ANSWER_LIMIT:
                raise Unanswered(f"{protocol.platform} answered with over {ANSWER_LIMIT >> 20} MiB.", "bug", "size")
            if time.monotonic() > deadline:
                raise Unanswered(f"{protocol.platform} took over {ANSWER_SECONDS:.0f} s to answer.", "again", "slow")
        return b"".join(pieces)

    def _mind_the_quota(self, protocol: Protocol, units: int) -> None:
        """Stops at the share of a day's quota that is ours, where nobody but we can count it."""
        quota = self.settings.quota()
        if quota is not None and not self._spent.take(units, quota.units * quota.share):
            later = "tomorrow" if quota.period == "day" else "next month"
            raise Unanswered(
                f"{quota.share:.0%} of {quota.name} of {protocol.platform} are used; the rest is for {later}.",
                "window", "quota",
            )  # fmt: skip

    def _mind_the_limit(self, protocol: Protocol) -> None:
        """Slows down near a platform's limit, and stops at the share of it that is ours."""
        if self._limit is None:
            return
        used, until = self._limit
        if used >= self.settings.stop_at and (until is None or until > datetime.now(UTC).replace(tzinfo=None)):
            raise Unanswered(
                f"{used:.0%} of what {protocol.platform} allows is used up; the rest is asked for next time.",
                "window", "limit", until=until,
            )  # fmt: skip
        if used >= self.settings.stop_at * 0.8:
            self._sleep(5 * used)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _where(endpoint: str) -> str:
    return urlsplit(endpoint.split(" ")[1]).path


_backoff = wait_exponential_jitter(initial=1, max=30)


def _wait(state: Any) -> float:
    error = state.outcome.exception()
    return error.wait.total_seconds() if error.wait else _backoff(state)
