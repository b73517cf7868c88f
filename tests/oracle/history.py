"""Which files count, which names stand for one account or post, and which rows count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tests.oracle.came_in import File, Load, Post, Row, Seen
from tests.oracle.counts import NotACount
from tests.oracle.days import end_of
from tests.oracle.decisions import Word, same, words
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

        What somebody told goes before a folder. Dated folders win over undated places of the same bytes; of undated places the earliest counts; the same
        bytes in the folder of a later day are read again on that day. A document is one path, whatever its bytes.
        """
        places: dict[object, list[File]] = defaultdict(list)
        for file in (file for file in self.history if file.kind != "decisions"):
            places[(file.content, file.period, file.lists, file.path if file.is_document else None)].append(file)
        loads = []
        for files in places.values():
            dated = {file.day: file for file in files if file.day}
            for day, file in dated.items():
                assert day
                loads.append(Load(file, end_of(day, self.zone), day))
            if files[0].period and not dated:
                loads.append(Load(files[0], end_of(files[0].period[1], self.zone), files[0].period[1]))
            elif files[0].is_document:
                loads += [Load(file, file.modified, None) for file in files if not file.day]
            elif not dated:
                first = min(files, key=lambda file: file.modified)
                at, day, until = first.seen_at(self.zone)
                loads.append(Load(first, at, day, until=until))
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
            return replace(read_meta(row, load.file, load.at, load.day), until=load.until)
        if load.file.kind == "sheet":
            return read_sheet(row, load.file, load.at, load.day, self.zone)
        if load.file.kind == "outreach":
            return read_outreach(row, self.zone)
        return read_studio(row, load.file, load.at, load.day)

    @cached_property
    def documents(self) -> list[list[Load]]:
        """The versions of each document, oldest first."""
        of_path: dict[str, list[Load]] = defaultdict(list)
        for load in sorted((x for x in self.loads if x.file.is_document), key=lambda x: x.file.modified):
            before = of_path[load.file.path]
            if not before or before[-1].file.content != load.file.content:  # saved again without a change
                before.append(load)
        return list(of_path.values())

    @cached_property
    def in_force(self) -> list[Load]:
        """Loads with the rows of them that count; of a document what its newest version still has.

        docs/rules.md: Lifetime counters.
        """
        counting = [load for load in self.loads if not load.file.is_document]
        for versions in self.documents:
            for at, load in enumerate(versions):
                later = versions[at + 1 :]
                rows = [row for seen in load.rows if (row := of_version(seen, load, later))]
                counting.append(replace(load, rows=tuple(rows)))
        return counting

    @cached_property
    def telling(self) -> list[Seen]:
        """Rows that say what accounts are called: of a document's versions the newest that tells of the account."""
        rows = []
        for load in self.in_force:
            versions = next((v for v in self.documents if any(x.file is load.file for x in v)), [])
            at = next((n for n, x in enumerate(versions) if x.file is load.file), 0)
            later = [x for n, x in enumerate(versions) if n > at and stands(x, versions[n + 1 :])]
            if not versions or stands(versions[at], versions[at + 1 :]):
                told = {(seen.post[0], seen.account) for x in later for seen in x.rows}
                rows += [seen for seen in load.rows if (seen.post[0], seen.account) not in told]
        return rows

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
        """``[[same]]`` and decisions: the first that is online and was not typed stands for all (DECISIONS, Identity)."""

        def post_of(name: str) -> Post | None:
            return next((post for post in self.named(name, posts_there) if post in posts_there), None)

        by_plan = [[post for name in one.posts if (post := post_of(name))] for one in self.plan.same]
        stands: dict[Post, Post] = {}
        for posts in same(self.words, post_of, by_plan):
            best = sorted(posts, key=lambda post: (post[0] == "outreach", post in typed))
            stands |= {post: best[0] for post in posts if post != best[0]}
        return stands

    @cached_property
    def words(self) -> list[Word]:
        """What people decided on posts."""
        return words(self.history)

    def named(self, name: str, posts_there: Iterable[Post]) -> list[Post]:
        """The post that an entry of the plan names: a link, ``platform:post_id``, or a typed row's number."""
        if "://" in name:
            post_of_link = named_by(name)
            return [post_of_link] if post_of_link else []
        platform, _, post_id = name.partition(":")
        if (platform, post_id) not in posts_there:
            matching = [post for post in posts_there if post[0] == platform and self.numbers.get(post) == post_id]
            return matching if len(matching) == 1 else []
        return [(platform, post_id)]

    @cached_property
    def numbers(self) -> dict[Post, str]:
        return {seen.post: seen.number for load in self.in_force for seen in load.rows if seen.number}

    def rows(self) -> dict[Post, list[Seen]]:
        """Rows of every post that count, whenever they were seen."""
        rows_of_post: dict[Post, list[Seen]] = defaultdict(list)
        everything = [seen for load in self.in_force for seen in load.rows]
        typed = {s.post for s in everything} - {s.post for s in everything if s.grade != "entered"}
        stands = self.joined({s.post for s in everything}, typed)
        for load in self.in_force:
            number = next(n for n, one in enumerate(self.loads) if one.file is load.file)
            for seen in load.rows:
                if seen.post in stands:
                    row_of_other = replace(seen, post=stands[seen.post], is_damaged=True, load=number)
                    rows_of_post[stands[seen.post]].append(row_of_other)
                else:
                    rows_of_post[seen.post].append(replace(seen, load=number))
        return rows_of_post


def row_of(seen: Seen) -> tuple[object, ...]:
    """What a row of a document is known by."""
    return seen.post, seen.period


def stands(load: Load, later: Sequence[Load]) -> bool:
    """Whether no later version of a document keeps at least half of this one's rows: then that is another document."""
    rows = {row_of(seen) for seen in load.rows}
    return not any(len(rows & {row_of(seen) for seen in other.rows}) >= len(rows) / 2 for other in later)


def of_version(seen: Seen, load: Load, later: Sequence[Load]) -> Seen | None:
    """A row of a document as it counts beside later versions, if it still does.

    The last version that stands and has the row says what of it counts: cells that it left empty are unlearned. The
    row itself holds until the first day of which a later version says something else.
    """
    has = [(n, one) for n, other in enumerate(later) for one in other.rows if row_of(one) == row_of(seen)]
    in_force = [n for n, _ in has if stands(later[n], later[n + 1 :])]
    if not in_force:
        return seen if stands(load, later) else None
    newest = next(one for n, one in has if n == in_force[-1])
    if seen.period or any(one.at <= seen.at for n, one in has if n <= in_force[-1]):
        return None
    kept = {metric: value for metric, value in seen.metrics.items() if metric in newest.metrics}
    emptied = {
        name: None
        for name in ("account", "url", "text", "kind", "published", "number")
        if getattr(newest, name) is None
    }
    return replace(seen, metrics=kept, **emptied)  # type: ignore[arg-type]


def trusted(loads: list[Load]) -> list[Load]:
    """Without exports of which more than half of five or more posts known before fell by over 2 %.

    A post is judged by the first of views, impressions, reach and likes that it knows now and knew before; it fell
    if that is over 2 % below the largest earlier reading. A file that is not used is no earlier reading either.
    """
    judged = sorted((x for x in loads if not x.file.is_document and not x.file.has_periods), key=lambda x: x.at)
    good: list[Load] = []
    for load in judged:
        before: dict[tuple[Post, str], int] = {}
        for seen in (seen for other in good if other.last_at < load.at for seen in other.rows):
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
