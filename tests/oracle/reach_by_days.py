"""What a post's reach over days says of its reach since publication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from tests.oracle.came_in import Known, Reading, Seen
from tests.oracle.days import end_of, start_of
from tests.oracle.rows import PACIFIC

Span = tuple[date, date]


def spread(value: int, is_rounded: bool) -> tuple[int, int]:
    """All that a figure can stand for: if rounded, half a step less, or a step but one more (DECISIONS, Figures)."""
    if not is_rounded or not value:
        return value, value
    step = 1
    while value % (step * 10) == 0:
        step *= 10
    return value - step // 2, value + step - 1


def newest_of_days(rows: Iterable[Seen], end: datetime, zone: str) -> dict[str, dict[Span, Known]]:
    """Of each source, the newest reach over each days that were over by an instant."""
    newest: dict[str, dict[Span, tuple[datetime, bool, int]]] = {}
    for seen in rows:
        if seen.period and "reach" in seen.metrics and end_of(seen.period[1], zone) <= end:
            one = seen.metrics["reach"]
            of_source = newest.setdefault(seen.grade, {})
            ranked = (seen.at, not one.is_rounded, one.value)
            of_source[seen.period] = max(of_source.get(seen.period, ranked), ranked)
    return {
        source: {span: Known(value, not is_exact) for span, (_, is_exact, value) in spans.items()}
        for source, spans in newest.items()
    }


def cheapest(spans: Mapping[Span, int], first: date, last: date) -> int | None:
    """The fewest accounts that spans hold together which leave out no day; None where a day is in none."""
    best: dict[date, int | None] = {last + timedelta(days=1): 0}
    day = last
    while day >= first:
        after = [(most, best[end + timedelta(days=1)]) for (start, end), most in spans.items() if start <= day <= end]
        best[day] = min((most + rest for most, rest in after if rest is not None), default=None)
        day -= timedelta(days=1)
    return best[first]


def reach_by_days(
    sources: Mapping[str, Mapping[Span, Known]], published: datetime | None, read: Reading | None, zone: str
) -> tuple[int, int | None, date] | None:
    """At least its largest day, at most what days add up to, by the last of them; None where its reach was read after the last of them.

    docs/rules.md: Reach by day.
    """
    is_later = {span for spans in sources.values() for span in spans if not read or end_of(span[1], zone) > read.at}
    if not is_later:
        return None
    last = max(span[1] for span in is_later)
    least = [
        spread(one.value, one.is_rounded)[0]
        for spans in sources.values()
        for span, one in spans.items()
        if span in is_later
    ]
    most: list[int | None] = []
    for source, spans in sources.items():
        its_zone = PACIFIC if source == "export" else zone
        upper = {span: spread(one.value, one.is_rounded)[1] for span, one in spans.items()}
        holds = [s for s, e in upper if published and start_of(s, its_zone) <= published <= end_of(e, its_zone)]
        if holds:
            most.append(cheapest(upper, max(holds), last))
        if read:
            least.append(spread(read.value, read.is_rounded)[0])
            since = cheapest(upper, (read.at - timedelta(hours=12)).date(), last)
            most.append(None if since is None else since + spread(read.value, read.is_rounded)[1])
    sums = [one for one in most if one is not None]
    return max(least), min(sums) if sums and min(sums) >= max(least) else None, last
