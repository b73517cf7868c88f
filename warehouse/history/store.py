"""The warehouse file: opened by one process at a time, loaded in transactions, replayed from the archive.

DuckDB lets one process write and shuts every other out meanwhile; nobody but Reach opens this file,
and people read what is published.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from connectors import contract
from connectors.contract import Extract, Raw, Refused
from warehouse.archive import pulls, withdrawals
from warehouse.archive.archive import Archive
from warehouse.archive.file_versions import FileVersion, superseded_at, versions
from warehouse.history import identity, silent_apis, suspect_files, tables

logger = logging.getLogger(__name__)

WAIT_SECONDS = 30.0
BATCH = 122_880
"""Rows of a batch handed to DuckDB, its row group's: several are loaded at once."""
MEMORY = "512MB"
"""What DuckDB may keep for itself; polars works on the same machine."""

Standing = dict[FileVersion, datetime | None]
"""Places that count or counted, and until when they did."""

Read = Callable[[Raw], list[tuple[str, Extract]]]
"""Reads a raw piece: the name of each connector that knows some of it, and what it made of that. Raises
:class:`Refused`."""


class Busy(Exception):
    """Another process holds the warehouse; the sentence says who."""


@dataclass(frozen=True)
class Synced:
    """What one replay of the archive changed: load ids read, and those taken away."""

    loaded: tuple[str, ...]
    refused: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What is taken to be known: loads that came in, and withdrawals that were made, before an instant.

    None stands for all that is known today.
    """

    loads_before: datetime | None = None
    withdrawals_before: datetime | None = None


TODAY = Known()


@dataclass(frozen=True)
class Frames:
    """Everything to the right of the warehouse starts from these, identities resolved."""

    loads: pl.DataFrame
    accounts: pl.DataFrame
    account_names: pl.DataFrame
    posts: pl.DataFrame
    account_figures: pl.DataFrame
    observations: pl.LazyFrame
    unknown_because: pl.DataFrame
    api_accounts: pl.DataFrame


class Store:
    """An open warehouse. Use :func:`open_store`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def load(self, place: FileVersion, connector: str, extract: Extract) -> str:
        """Puts an extract into the history in one transaction, and returns the load's id.

        Loading the same content with the same observed_at again replaces it by itself.
        """
        evidence = extract.evidence
        load_id = _load_id(place, connector, evidence.observed_at)
        start, end = evidence.period or (None, None)
        lists_from, lists_to = evidence.lists or (None, None)
        row = _place_columns(place) | {
            "load_id": load_id,
            "connector": connector,
            "grade": evidence.grade,
            "observed_at": evidence.observed_at,
            "observed_from": evidence.observed_from,
            "observed_on": evidence.observed_on,
            "period_start": start,
            "period_end": end,
            "period_from": evidence.period_from,
            "language": evidence.language,
            "encoding": evidence.encoding,
            "delimiter": evidence.delimiter,
            "date_order": evidence.date_order,
            "mapped": ";".join(f"{theirs}={ours}" for theirs, ours in evidence.mapped.items()),
            "ignored": ";".join(evidence.ignored),
            "notes": "\n".join(extract.notes),
            "rows": evidence.rows,
            "kept": evidence.rows - extract.rejects["row"].n_unique(),
            "rejected": extract.rejects["row"].n_unique(),
            "is_document": evidence.is_document,
            "lists_from": lists_from,
            "lists_to": lists_to,
        }
        self._replace(
            load_id,
            row,
            {
                tables.ACCOUNTS: extract.accounts,
                tables.POSTS: extract.posts,
                tables.OBSERVATIONS: extract.observations,
                tables.ACCOUNT_METRICS: extract.account_figures,
                tables.REJECTS: extract.rejects,
            },
        )
        return load_id

    def refuse(self, place: FileVersion, reason: str) -> str:
        """Keeps a whole file that nobody could read, with the reason."""
        load_id = place.place_id
        rejects = contract.frame(contract.REJECTS, pl.DataFrame({"reason": [reason], "content": [place.path]}))
        row = _place_columns(place) | {"load_id": load_id, "refused": reason, "rows": 0, "kept": 0, "rejected": 0}
        self._replace(load_id, row, {tables.REJECTS: rejects})
        return load_id

    def sync(
        self, archive: Archive, read: Read, read_with: str, on_load: Callable[[str, int], None] = lambda *_: None
    ) -> Synced:
        """Makes the history what the archive says: loads what is missing, drops what no longer stands.

        ``read_with`` names the tool's version and settings; where it is another than last time, everything
        is read again. ``on_load`` is told the path and the number of files still to read.
        """
        if not self._is_current(read_with):
            self._create(read_with)
        wanted: dict[str, Callable[[], Raw]] = {}
        came = archive.places()
        stands = superseded_at(came)
        pulled = archive.pulls()
        for pull in pulled:
            if pull.answers:
                stands[pull.place] = None
                wanted[pull.place.place_id] = partial(archive.raw_pull, pull)
        stands = _with(stands, versions(came, self._documents()))
        loaded, refused, dropped = self._follow(archive, stands, read, wanted, on_load)
        # Only once it was read is it known that a file is a document, of which more places count than of an export.
        further = _with(stands, versions(came, self._documents()))
        if further != stands:
            stands = further
            more = self._follow(archive, stands, read, wanted, on_load)
            loaded, refused, dropped = loaded + more[0], refused + more[1], dropped + more[2]
        has_moved = self._keep_standing(stands)
        if self._keep_withdrawals(archive) or has_moved or loaded or dropped:
            self._judge()
        self._keep_states(pulls.states(pulled))
        return Synced(tuple(loaded), tuple(refused), tuple(dropped))

    def _documents(self) -> set[str]:
        return {str(sha256) for (sha256,) in self._rows("select distinct sha256 from loads where is_document")}

    def _follow(
        self,
        archive: Archive,
        stands: Iterable[FileVersion],
        read: Read,
        wanted: dict[str, Callable[[], Raw]],
        on_load: Callable[[str, int], None],
    ) -> tuple[list[str], list[str], list[str]]:
        """Drops the loads of other places, and loads the places that are missing: load ids read, refused, dropped."""
        places = {place.place_id: place for place in stands}
        have = self._rows("select place_id, load_id from loads")
        dropped = [load_id for place_id, load_id in have if place_id not in places]
        for load_id in dropped:
            self._replace(load_id, None, {})
        known = {place_id for place_id, _ in have}
        missing = [place for place_id, place in places.items() if place_id not in known]
        loaded, refused = [], []
        for number, place in enumerate(missing):
            on_load(place.path, len(missing) - number)
            try:
                raw = wanted.get(place.place_id, partial(archive.raw, place))()
                loaded += [self.load(place, connector, extract) for connector, extract in read(raw)]
            except Refused as refusal:
                refused.append(self.refuse(place, str(refusal)))
            except duckdb.Error:
                raise
            except Exception as error:  # a bad file never costs the night, not even where Reach is to blame
                logger.exception("reading %s failed", place.path)
                refused.append(
                    self.refuse(
                        place, f"Reach failed on this file ({type(error).__name__}: {error}); please report it."
                    )
                )
        return loaded, refused, dropped

    def withdraw(self, archive: Archive) -> None:
        """Makes the history follow what the archive says is withdrawn, and nothing else."""
        if self._keep_withdrawals(archive):
            self._judge()

    def _keep_withdrawals(self, archive: Archive) -> bool:
        """Whether the archive's withdrawals, in place of what was said before, change which loads count."""
        found = withdrawals.read(archive.events("withdrawn", "restored"))
        loads = self._frame("select * from loads")
        marked = withdrawals.marked(loads, withdrawals.in_force(found, None))
        self._fill(tables.WITHDRAWALS, found)
        changed = loads.select("load_id", pl.col("withdrawn").alias("before")).join(marked, on="load_id").filter(
            pl.col("before").ne_missing(pl.col("withdrawn"))
        )  # fmt: skip
        self._set("withdrawn", changed)
        return bool(changed.height)

    def _keep_standing(self, stands: dict[FileVersion, datetime | None]) -> bool:
        """Whether another place of the same bytes took over from one since."""
        until = pl.DataFrame(
            [(place.place_id, instant) for place, instant in stands.items()],
            schema={"place_id": pl.String, "until": contract.TIMESTAMP},
            orient="row",
        )
        changed = (
            self._frame("select load_id, place_id, known_until from loads")
            .join(until, on="place_id")
            .filter(pl.col("known_until").ne_missing(pl.col("until")))
            .select("load_id", pl.col("until").alias("known_until"))
        )
        self._set("known_until", changed)
        return bool(changed.height)

    def _set(self, column: str, values: pl.DataFrame) -> None:
        """A column of some loads; ``values`` has ``load_id`` and the column."""
        if values.height:
            self.connection.register("incoming", values.select("load_id", column).to_arrow())
            self.connection.execute(
                f"update loads set {column} = i.{column} from incoming i where loads.load_id = i.load_id"
            )
            self.connection.unregister("incoming")

    def _fill(self, table: tables.Table, frame: pl.DataFrame) -> None:
        """A whole table, in place of what it held."""
        self.connection.begin()
        self.connection.execute(f"delete from {table.name}")
        if frame.height:
            self.connection.register("incoming", frame.to_arrow())
            self.connection.execute(f"insert into {table.name} by name select * from incoming")
            self.connection.unregister("incoming")
        self.connection.commit()

    def silent(self) -> pl.DataFrame:
        """``connector, account_id, metric``: what an API gave before and left out of its last pull."""
        if not self._rows("select 1 from loads where grade = 'api' limit 1"):
            return pl.DataFrame(schema=dict.fromkeys(("connector", "account_id", "metric"), pl.String))
        return self._frame(silent_apis.QUERY).drop_nulls("metric").sort("connector", "account_id", "metric")

    def _keep_states(self, states: pl.DataFrame) -> None:
        """How each account's API was last asked, in place of what was said before."""
        silent = self.silent().group_by("connector", "account_id").agg(pl.format("{} silent", "metric").str.join(";"))
        states = (
            states.join(silent, on=["connector", "account_id"], how="left")
            .with_columns(
                pl.concat_str(pl.col("withheld", "metric"), separator=";", ignore_nulls=True).replace("", None)
            )
            .drop("metric")
            if silent.height
            else states
        )
        self._fill(tables.API_ACCOUNTS, states)

    def files(self, load_ids: Iterable[str]) -> pl.DataFrame:
        """These loads as the loads table has them, with the first ``reason`` for which a row was rejected."""
        wanted = pl.DataFrame({"load_id": list(load_ids)}, schema={"load_id": pl.String})
        first = self._frame(
            "select load_id, arg_min(reason, row) as reason from rejects where row is not null group by load_id"
        )
        loads = self._frame("select * from loads order by path, load_id")
        return loads.join(wanted, on="load_id", how="semi").join(first, on="load_id", how="left")

    def everything(self) -> pl.DataFrame:
        """Every load, those too whose bytes another place stands for now."""
        return self._frame("select * from loads")

    def withdrawn_as(self, loads: pl.DataFrame) -> withdrawals.Target:
        """What was withdrawn when the first of these loads was."""
        standing = withdrawals.in_force(self._frame("select * from withdrawals"), None)
        return withdrawals.target_of(loads, standing)

    def loads(self, known: Known = TODAY) -> pl.DataFrame:
        """The loads that are known, with ``doubted`` and ``withdrawn`` as they were then."""
        everything = self.everything()
        if known == TODAY:
            return everything.filter(pl.col("known_until").is_null())
        instant = known.loads_before
        if instant is None:
            loads = everything.filter(pl.col("known_until").is_null())
        else:
            is_standing = pl.col("known_until").is_null() | (pl.col("known_until") >= instant)
            loads = everything.filter((pl.col("received_at") < instant) & is_standing)
        standing = withdrawals.in_force(self._frame("select * from withdrawals"), known.withdrawals_before)
        loads = withdrawals.marked(loads, standing)
        doubted = suspect_files.find(self.connection, loads)
        return loads.drop("doubted").join(doubted, on="load_id", how="left")

    def frames(
        self, plan_accounts: Iterable[identity.KnownAccount], before: datetime, known_loads: Known = TODAY
    ) -> Frames:
        """The history as it stood at an instant, by all that is known today, or was known then."""
        known = list(plan_accounts)
        loads = self.loads(known_loads)
        used = set(in_use(loads, before)["load_id"])
        unused = [load_id for (load_id,) in self._rows("select load_id from loads") if load_id not in used]
        where = f"where load_id not in ({', '.join(_quoted(i) for i in unused)})" if unused else ""
        accounts = self._frame(f"select * from accounts {where}")
        names = identity.account_names(accounts, known)
        aliases = identity.account_aliases(names)
        posts = identity.resolve_accounts(self._frame(f"select * from posts {where}"), aliases)
        posts = identity.accounts_of_folders(posts, loads.select("load_id", "path"), aliases, known)
        post_aliases = identity.post_aliases(posts)
        figures = identity.resolve_accounts(self._frame(f"select * from account_metrics {where}"), aliases)
        figures = identity.accounts_of_folders(figures, loads.select("load_id", "path"), aliases, known)
        observations = self.connection.sql(
            f"""select o.* exclude (audience_by, unknown_because, is_final), l.grade <> 'entered' as is_measured
                from observations o join loads l using (load_id) {where}"""
        ).to_arrow_table()
        return Frames(
            loads,
            identity.resolve_accounts(accounts, aliases),
            names,
            identity.resolve_posts(posts.lazy(), post_aliases).collect(),
            figures,
            identity.resolve_posts(pl.DataFrame(pl.from_arrow(observations, rechunk=False)).lazy(), post_aliases),
            identity.resolve_posts(self._reasons(where).lazy(), post_aliases).collect(),
            identity.resolve_accounts(self._asked(known_loads), aliases).drop("platform"),
        )

    def _asked(self, known: Known) -> pl.DataFrame:
        """How APIs were last asked; of accounts asked again since an instant nothing is known of before."""
        asked = self._frame("select *, connector as platform from api_accounts")
        return asked if known.loads_before is None else asked.filter(pl.col("last_pull_at") < known.loads_before)

    def _reasons(self, where: str) -> pl.DataFrame:
        """Why rows do not know a metric, as far as their source told, and which rows are not settled yet."""
        has = f"{where} and" if where else "where"
        return self._frame(
            "select load_id, platform, post_id, observed_at, row, unknown_because, is_final from observations "
            f"{has} (unknown_because is not null or not is_final)"
        )

    def _judge(self) -> None:
        """Judges which files are in doubt (:mod:`warehouse.history.suspect_files`)."""
        self.connection.execute("update loads set doubted = null")
        self._set(
            "doubted", suspect_files.find(self.connection, self._frame("select * from loads where known_until is null"))
        )

    def _replace(self, load_id: str, row: dict[str, object] | None, frames: dict[tables.Table, pl.DataFrame]) -> None:
        """One transaction: everything of a load goes, and what is given comes."""
        self.connection.begin()
        try:
            for table in (tables.LOADS, *_LOADED):
                self.connection.execute(f"delete from {table.name} where load_id = {_quoted(load_id)}")
            if row is not None:
                names = ", ".join(row)
                marks = ", ".join("?" for _ in row)
                self.connection.execute(f"insert into loads ({names}) values ({marks})", list(row.values()))
            for table, frame in frames.items():
                if frame.height:
                    batches = frame.to_arrow().to_batches(max_chunksize=BATCH)
                    self.connection.register("incoming", pa.Table.from_batches(batches))
                    self.connection.execute(
                        f"insert into {table.name} by name select {_quoted(load_id)} as load_id, * from incoming"
                    )
                    self.connection.unregister("incoming")
            self.connection.commit()
        except BaseException:
            self.connection.rollback()
            raise

    def clear(self) -> None:
        """Drops every table; the next sync replays the archive."""
        for name in self._tables():
            self.connection.execute(f'drop table "{name}"')

    def _tables(self) -> list[str]:
        return [str(name) for (name,) in self._rows("select table_name from information_schema.tables")]

    def _is_current(self, read_with: str) -> bool:
        if tables.SCHEMA.name not in self._tables():
            return False
        return self._rows("select version, read_with from schema_version") == [(tables.SCHEMA_VERSION, read_with)]

    def _create(self, read_with: str) -> None:
        self.connection.begin()
        self.clear()
        for table in tables.TABLES:
            self.connection.execute(tables.ddl(table.name, table.columns))
        self.connection.execute("insert into schema_version values (?, ?)", [tables.SCHEMA_VERSION, read_with])
        self.connection.commit()

    def _frame(self, query: str) -> pl.DataFrame:
        return self.connection.sql(query).pl()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()


@contextmanager
def open_store(path: Path, *, read_only: bool = False, wait: float = WAIT_SECONDS) -> Iterator[Store]:
    """The warehouse at ``path``, waiting for another process to let go of it.

    Raises:
        Busy: another process still holds it after ``wait`` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    while True:
        try:
            connection = duckdb.connect(str(path), read_only=read_only)
            break
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise
            if time.monotonic() >= deadline:
                holder = re.search(r"PID (\d+)", str(error))
                who = f"process {holder[1]}" if holder else "another process"
                raise Busy(f"{path.name} is held by {who}; try again when it has finished.") from None
            time.sleep(0.2)
    try:
        connection.execute("set produce_arrow_string_view = true")
        connection.execute(f"set memory_limit = '{MEMORY}'")
        if read_only:  # each thread holds buffers of its own, and handing frames on is no faster with two
            connection.execute("set threads = 1")
        yield Store(connection)
    finally:
        connection.close()


def in_use(loads: pl.DataFrame, before: datetime) -> pl.DataFrame:
    """The loads whose figures count at an instant.

    A refused, doubted or withdrawn file's do not. A document kept by hand stands whole: of the versions under one path
    only the newest of that time counts, so that what was deleted or emptied in it is gone.
    """
    usable = loads.filter(pl.all_horizontal(pl.col("refused", "doubted", "withdrawn").is_null()))
    documents = usable.filter(pl.col("is_document") & (pl.col("observed_at") < before))
    newest = documents.sort("observed_at", "modified_at", "load_id").unique("path", keep="last", maintain_order=True)
    return pl.concat([usable.filter(~pl.col("is_document")), newest])


_LOADED = (tables.ACCOUNTS, tables.POSTS, tables.OBSERVATIONS, tables.ACCOUNT_METRICS, tables.REJECTS)


def _with(stands: Standing, others: Standing) -> Standing:
    """Places with what others say of them, and those that only the others have."""
    own = {place.place_id: (place, until) for place, until in (*stands.items(), *others.items())}
    return dict(own.values())


def _load_id(place: FileVersion, connector: str, observed_at: datetime) -> str:
    key = f"{place.sha256}|{place.path}|{connector}|{observed_at.isoformat()}"
    if place.is_return:  # other bytes stood at its path in between
        key += f"|{place.modified_at.isoformat()}"
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _place_columns(place: FileVersion) -> dict[str, object]:
    return {
        "place_id": place.place_id,
        "path": place.path,
        "sha256": place.sha256,
        "size": place.size,
        "modified_at": place.modified_at,
        "received_at": place.received_at,
        "requests": place.requests,
        "units": place.units,
        "asked_of": place.asked_of,
        "asked_since": place.asked_since,
        "is_whole": place.is_whole,
        "keep_days": place.keep_days,
    }


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def owners(frames: Frames) -> pl.DataFrame:
    """``load_id, platform, account_id``: whose figures each load brought; null where nobody knows."""
    return pl.concat(
        [
            frames.posts.select("load_id", "platform", "account_id").unique(),
            frames.account_figures.select("load_id", "platform", "account_id").unique(),
        ]
    ).unique()
