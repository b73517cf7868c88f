"""Which files count at an instant, which names stand for one account or post, and which rows count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from tests.oracle.came_in import File, Load, Post, Row, Seen
from tests.oracle.counts import NotACount
from tests.oracle.days import end_of
from tests.oracle.rows import named_by, read_meta, read_outreach, read_sheet, read_studio
from tests.oracle.texts import match_key
from warehouse.plan.model import Plan


@dataclass
class World:
    """Everything that is known of a history under a plan."""

    history: Sequence[File]
    plan: Plan

    @property
    def zone(self) -> str:
        return self.plan.project.timezone

    @cached_property
    def loads(self) -> list[Load]:
        """Files as they count, those that are dated wrong left out.

        docs/rules.md: Loading twice changes nothing; When was a file observed.

        Dated folders win over undated places of the same bytes; of undated places the earliest counts; the same
        bytes in the folder of a later day are read again on that day. A document is one path, whatever its bytes.
        """
        places: dict[object, list[File]] = defaultdict(list)
        for file in self.history:
            places[(file.content, file.period, file.lists, file.path if file.is_document else None)].append(file)
        loads = []
        for files in places.values():
            dated = {file.folder_day: file for file in files if file.folder_day}
            for day, file in dated.items():
                assert day
                loads.append(Load(file, end_of(day, self.zone), day))
            if files[0].period and not dated:
                loads.append(Load(files[0], end_of(files[0].period[1], self.zone), files[0].period[1]))
            elif files[0].is_document and not dated:
                loads += [Load(file, file.modified, None) for file in files]
            elif not dated:
                first = min(files, key=lambda file: file.modified)
                loads.append(Load(first, *first.seen_at(self.zone)))
        return trusted([self._read(load) for load in loads])

    def _read(self, load: Load) -> Load:
        rows = tuple(self._rows(load))
        is_whole = len(rows) == len(load.file.rows)  # one that lost a row does not have every post
        return replace(load, rows=rows, lists=load.file.lists if is_whole else None)

    def _rows(self, load: Load) -> Iterable[Seen]:
        """Its rows; what cannot be read rejects the row, not the file. Of a document's doubles the first holds."""
        taken = set()
        for row in load.file.rows:
            try:
                seen = self._row(row, load)
            except NotACount:
                continue
            if load.file.is_document:
                if (seen.post, seen.period) in taken:
                    continue
                taken.add((seen.post, seen.period))
            yield seen

    def _row(self, row: Row, load: Load) -> Seen:
        if load.file.kind == "meta":
            return read_meta(row, load.file, load.at, load.day)
        if load.file.kind == "sheet":
            return read_sheet(row, load.file, load.at, load.day, self.zone)
        if load.file.kind == "outreach":
            return read_outreach(row, load.at, load.day, self.zone)
        return read_studio(row, load.file, load.at, load.day)

    def in_force(self, instant: datetime) -> list[Load]:
        """Loads whose figures count at an instant: of the versions of a document only the newest by then."""
        newest: dict[str, Load] = {}
        for load in sorted((x for x in self.loads if x.file.is_document), key=lambda x: (x.at, x.file.modified)):
            is_saved_again = load.file.path in newest and newest[load.file.path].file.content == load.file.content
            if load.at <= instant and not is_saved_again:  # unchanged bytes stand since the earliest time
                newest[load.file.path] = load
        return [load for load in self.loads if not load.file.is_document] + list(newest.values())

    @cached_property
    def ids_of_names(self) -> dict[tuple[str, str], set[str]]:
        """Every name that an account had, by what any file or the plan says, and the ids that it stands for."""
        ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        for load in self.loads:
            for seen in load.rows:
                if seen.account and seen.account_name and seen.account != seen.account_name:
                    ids[seen.post[0], match_key(seen.account_name)].add(seen.account)
        for account in self.plan.accounts:
            for name in account.also:
                ids[account.platform, match_key(name)].add(account.account_id)
        return ids

    def account_of(self, platform: str, written: str | None) -> str | None:
        """An account is its id; a name stands for an id where exactly one account of the platform has it."""
        ids = self.ids_of_names.get((platform, match_key(written)), set()) if written else set()
        return next(iter(ids)) if len(ids) == 1 else written

    def joined(self, posts_there: set[Post], typed: set[Post]) -> dict[Post, Post]:
        """``[[same]]``: the first that is online and was not typed stands for all (DECISIONS, Identity)."""
        stands: dict[Post, Post] = {}
        for same in self.plan.same:
            posts = [post for name in same.posts for post in self.named(name, posts_there)]
            posts = [post for post in posts if post in posts_there]
            best = sorted(posts, key=lambda post: (post[0] == "outreach", post in typed))
            stands |= {post: best[0] for post in posts if post != best[0]}
        return stands

    def named(self, name: str, posts_there: Iterable[Post]) -> list[Post]:
        """The post that an entry of the plan names: a link, ``platform:post_id``, or an outreach row's number."""
        if "://" in name:
            post_of_link = named_by(name)
            return [post_of_link] if post_of_link else []
        platform, _, post_id = name.partition(":")
        if platform == "outreach" and (platform, post_id) not in posts_there:
            matching = [post for post in posts_there if post[0] == "outreach" and self.numbers.get(post) == post_id]
            return matching if len(matching) == 1 else []
        return [(platform, post_id)]

    @cached_property
    def numbers(self) -> dict[Post, str]:
        return {seen.post: seen.number for load in self.loads for seen in load.rows if seen.number}

    def rows(self, instant: datetime) -> dict[Post, list[Seen]]:
        """Rows of every post that count at an instant, whenever they were seen."""
        rows_of_post: dict[Post, list[Seen]] = defaultdict(list)
        loads = self.in_force(instant)
        everything = [seen for load in self.loads for seen in load.rows]
        typed = {s.post for s in everything} - {s.post for s in everything if s.grade != "entered"}
        stands = self.joined({s.post for s in everything}, typed)
        for load in loads:
            number = self.loads.index(load)
            for seen in load.rows:
                if seen.post in stands:
                    row_of_other = replace(seen, post=stands[seen.post], is_damaged=True, load=number)
                    rows_of_post[stands[seen.post]].append(row_of_other)
                else:
                    rows_of_post[seen.post].append(replace(seen, load=number))
        return rows_of_post


def trusted(loads: list[Load]) -> list[Load]:
    """Without exports of which more than half of five or more posts known before fell by over 2 %.

    A post is judged by the first of views, impressions, reach and likes that it knows now and knew before; it fell
    if that is over 2 % below the largest earlier reading. A file that is not used is no earlier reading either.
    """
    judged = sorted((x for x in loads if not x.file.is_document and not x.file.has_periods), key=lambda x: x.at)
    good: list[Load] = []
    for load in judged:
        before: dict[tuple[Post, str], int] = {}
        for seen in (seen for other in good if other.at < load.at for seen in other.rows):
            for metric, count in seen.metrics.items():
                before[seen.post, metric] = max(count.value, before.get((seen.post, metric), count.value))
        fell: dict[Post, bool] = {}
        for seen in load.rows:
            main = [m for m in ("views", "impressions", "reach", "likes")
                    if m in seen.metrics and (seen.post, m) in before]  # fmt: skip
            if main:
                below = 100 * seen.metrics[main[0]].value < 98 * before[seen.post, main[0]]
                fell[seen.post] = fell.get(seen.post, False) or below
        if not (len(fell) >= 5 and 2 * sum(fell.values()) > len(fell)):
            good.append(load)
    return [load for load in loads if load not in judged] + good
