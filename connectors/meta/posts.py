"""Lists of posts with their figures, where a post that refuses costs itself only.

One post that refuses its insights fails the whole list that names them: on Instagram, each of before the account became
a professional one does. So the posts of such a list are asked alone, fifty to a batch. Those that refuse are remembered
and asked again weekly; the others keep their figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.asking.answers import instant
from connectors.asking.http import Http
from connectors.asking.paging import back_to, pages
from connectors.asking.protocol import Protocol
from connectors.asking.refusals import Unanswered
from connectors.meta import errors, graph
from connectors.meta.batch import Alone, ask_alone
from connectors.meta.one_by_one import Refusals
from connectors.meta.parts import Parts

_LONGEST_PAGE = 100
_SHORTER_PAGE = 25
"""Graph answers that too much was asked for at once, or does not answer at all, where posts are many or long."""


@dataclass(frozen=True)
class Fields:
    """What a list of posts is asked for: ``fixed`` fields, and by our metric ``counts`` and ``insights``.

    ``told`` are fields that say what a post is, by what is withheld without them. All insights of a list are split by
    the same ``breakdown``, if by any.
    """

    fixed: tuple[str, ...]
    counts: Mapping[str, str]
    insights: Mapping[str, str]
    breakdown: str = ""
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[str, ...]:
        return (*self.told, *self.insights, *self.counts)

    def params(self, parts: Sequence[str], limit: int) -> dict[str, object]:
        """The question's parameters: the insights of all metrics are asked for together."""
        named = ",".join(self.insights[part] for part in parts if part in self.insights)
        plain = (fields[part] for fields in (self.told, self.counts) for part in parts if part in fields)
        split = f".breakdown({self.breakdown})" if self.breakdown else ""
        fields = (*self.fixed, *plain, *([f"insights.metric({named}){split}"] if named else []))
        return {"fields": ",".join(fields), "limit": limit}


@dataclass
class PostList:
    """A list of posts, newest first, with as many of their figures as they give.

    ``time`` is the field with a post's time of publication; pages are asked for back to ``since``, all where it is
    null. ``is_permitted`` says whether the token may see the account's other insights: where the posts of a page refuse
    all of theirs, they are to blame then, and no permission. A post that refuses with the code ``harmless`` is to blame
    for tonight only.
    """

    http: Http
    protocol: Protocol
    path: str
    fields: Fields
    parts: Parts
    refusals: Refusals
    time: str
    since: datetime | None = None
    is_permitted: bool = False
    harmless: str = ""
    limit: int = _LONGEST_PAGE

    def pages(self) -> Iterator[dict[str, Any]]:
        """The pages of the list.

        Raises:
            Unanswered: a page was not given without any figures, or a cursor comes again.
        """
        walk = pages(self.protocol.platform, self.path, self._page, graph.cursor)
        return back_to(self.since, self._times, walk)

    def _times(self, page: Mapping[str, Any]) -> list[datetime | None]:
        return [instant(item.get(self.time)) for item in graph.items([page])]

    def _page(self, after: str | None) -> dict[str, Any]:
        of_lists = graph.listing(self.protocol, self.path)

        def ask(names: Sequence[str]) -> dict[str, Any]:
            return self.http.get(of_lists, self.path, {**self.fields.params(names, self.limit), "after": after})

        suspected = tuple(part for part in self.parts.wanted if part in self.refusals.metrics)
        others = tuple(part for part in self.parts.wanted if part not in suspected)
        if suspected and self.parts.refusal(ask, others) is None:
            page = ask(others)
            if any(self.refusals.of_post(str(item.get("id"))) for item in graph.items([page])):
                self.parts.withhold(self.ask_alone(self._new_enough(page), dict.fromkeys(suspected)))
                return page
        if (refusal := self.parts.refusal(ask, self.parts.wanted)) is not None and refusal.who == "again":
            if self.limit > _SHORTER_PAGE:
                self.limit = _SHORTER_PAGE
                return self._page(after)
            suspected = tuple(part for part in self.parts.wanted if part in self.fields.insights)
        answered, refused = self.parts.tried(ask, refusal, suspected)
        page = self.parts.answer(ask, answered, refusal)
        of_insights = {part: why for part, why in refused.items()
                       if part in self.fields.insights and not errors.is_of_a_permission(why)}  # fmt: skip
        if of_insights:
            posts = [str(item.get("id")) for item in graph.items([page])]
            blamed = self.ask_alone(posts, of_insights)
            refused = {part: why for part, why in refused.items() if part not in of_insights or part in blamed}
        self.parts.withhold(refused)
        return page

    def _new_enough(self, page: Mapping[str, Any]) -> list[str]:
        times = zip(graph.items([page]), self._times(page), strict=True)
        return [str(item.get("id")) for item, time in times if self.since is None or time is None or time >= self.since]

    def ask_alone(self, posts: Sequence[str], metrics: Mapping[str, Unanswered | None]) -> dict[str, Unanswered]:
        """Asks posts one by one for insights that their list refused, and remembers which posts refuse.

        ``metrics`` are those, with the list's refusal; those are returned that no post is to blame for.
        """
        wanted = [(post, tuple(m for m in metrics if m not in self.refusals.of_post(post))) for post in posts]
        refused = self._refused_alone([(post, names) for post, names in wanted if names])
        if refused is None:
            return {metric: why for metric, why in metrics.items() if why is not None}
        is_all = self.is_permitted and len(metrics) > 1 and not self.parts.answered & set(self.fields.insights)
        blamed: dict[str, Unanswered] = {}
        for metric, why in metrics.items():
            of_posts = {post: refusals[metric] for post, refusals in refused.items() if metric in refusals}
            there = {post: one for post, one in of_posts.items()
                     if not errors.is_gone(one) and one.code != self.harmless}  # fmt: skip
            is_told = bool(there) and all(map(errors.is_before_professional, there.values()))
            if metric in self.parts.answered or is_told or (there and is_all):
                for post, one in there.items():
                    self.refusals.add(post, {metric: one})
            elif (first := why or next(iter(there.values()), None)) is not None:
                blamed[metric] = first
        return blamed

    def _refused_alone(self, wanted: Sequence[Alone]) -> dict[str, dict[str, Unanswered]] | None:
        """Each post's refusals by metric: asked for all at once, then for each where that was refused.

        Null where the batch is refused, so that nothing is known of the posts.
        """
        together = self._batched(wanted)
        if together is None:
            return None
        are_clear = {alone for alone, why in together.items()
                     if len(alone[1]) == 1 or errors.is_of_one_post(why) or why.who == "window"
                     or why.code == self.harmless}  # fmt: skip
        singly = [(post, (metric,)) for post, names in together if (post, names) not in are_clear for metric in names]
        of_each = self._batched(singly)
        if of_each is None:
            return None
        refusals = {(post, m): together[post, names] for post, names in are_clear for m in names}
        refusals |= {(post, names[0]): why for (post, names), why in of_each.items()}
        self.parts.answered |= {m for post, names in wanted for m in names if (post, m) not in refusals}
        refused: dict[str, dict[str, Unanswered]] = {}
        for (post, metric), why in refusals.items():
            refused.setdefault(post, {})[metric] = why
        return refused

    def _batched(self, wanted: Sequence[Alone]) -> dict[Alone, Unanswered] | None:
        named = [(post, tuple(self.fields.insights[metric] for metric in metrics)) for post, metrics in wanted]
        refused = ask_alone(self.http, self.protocol, self.path.split("/")[0], self.parts, named, self.fields.breakdown)
        if isinstance(refused, Unanswered):
            return None
        return {ours: refused[theirs] for ours, theirs in zip(wanted, named, strict=True) if theirs in refused}
