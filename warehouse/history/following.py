"""Making the history what the archive says: reading what is missing or would be read otherwise, dropping what left."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

import polars as pl

from warehouse.archive import blobs, pulls, withdrawals
from warehouse.archive.archive import Archive
from warehouse.history import catching_up, loading, silent_apis, suspect_files, tables
from warehouse.history.came_in import CameIn, came_in
from warehouse.history.recognised import (
    LOST,
    Brought,
    Lost,
    Piece,
    ReadEach,
    Reader,
    Recognised,
    in_order,
    readers_of,
    readers_to_check,
)
from warehouse.history.store import Followed, Store

logger = logging.getLogger(__name__)

OnLoad = Callable[[str, int], None]
"""Is told the path of what is read next, and how many there are still to read."""


class LostFile(NamedTuple):
    """A file version, or pull, that is due to be read and whose bytes are lost, and what that does to its figures."""

    path: str
    sha256: str
    why: str
    has_figures: bool

    @property
    def sentence(self) -> str:
        figures = (
            "its figures stand as they were read before" if self.has_figures else "its figures are missing everywhere"
        )
        again = "" if self.path.startswith("api/") else "put the same file into the inbox again, or "
        return (
            f"{self.path} cannot be read, since archive/{blobs.name_of(self.sha256)} {self.why}; {figures}: "
            f"{again}take that blob from a backup."
        )


@dataclass(frozen=True)
class Synced:
    """What one replay of the archive changed: load ids read, and those taken away; and whose bytes are lost."""

    loaded: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    lost: tuple[LostFile, ...] = ()

    def __add__(self, other: Synced) -> Synced:
        """Both; what is lost is as it was at the end."""
        return Synced(
            self.loaded + other.loaded, self.refused + other.refused, self.dropped + other.dropped, other.lost
        )


def sync(
    store: Store,
    archive: Archive,
    reader: Reader,
    on_load: OnLoad = lambda *_: None,
    read_each: ReadEach = in_order,
) -> Synced:
    """Makes the history what the archive says: loads what is missing, drops what no longer stands.

    What would be read otherwise today is read again (:func:`_outdated`); where the tables are declared otherwise
    than in the file, everything is. What should be read and is lost keeps the loads that it has, and is tried again by
    the next replay.
    """
    if not store.is_current():
        store.create()
    if not (catching_up.is_behind(store, archive) or readers_to_check(store, reader) or _without_readers(store)):
        return Synced()
    all_of_it = catching_up.followed_by_all(archive)
    was_cut_short = store.followed() is None
    store.follow(None)
    came = came_in(archive, *_kinds(store))
    outdated = _outdated(store, reader, came)
    losses = ((piece.version.place_id, piece.loss(archive)) for piece in came.pieces(outdated))
    lost: Lost = {place_id: loss for place_id, loss in losses if loss}
    _, moved = _drop(store, outdated - lost.keys())
    came = came.with_documents(*_kinds(store))
    changed, by_dropped = _follow(store, came, partial(read_each, archive, reader), reader, on_load, lost)
    moved |= by_dropped
    # Only once it was read is it known that a file is a document, of which more versions count than of an export.
    documents, decisions = _kinds(store)
    further = came.with_documents(came.documents | documents, came.decisions | decisions)
    if further.until != came.until:
        came = further
        more, by_dropped = _follow(store, came, partial(read_each, archive, reader), reader, on_load, lost)
        changed += more
        moved |= by_dropped
    moved |= {*changed.loaded, *_keep_until(store, came), *_keep_withdrawals(store, archive)}
    if was_cut_short:
        _judge(store)
    elif moved:
        _judge(store, suspect_files.resting_on(store.connection, moved))
    _keep_api_accounts(store, pulls.states(archive.telling_pulls(datetime.max)))
    store.follow(all_of_it)
    if not lost:
        return changed
    read = {place_id for (place_id,) in store.rows("select place_id from loads where refused is null")}
    files = (
        LostFile(version.path, lost[version.place_id].sha256, lost[version.place_id].why, version.place_id in read)
        for version, _ in came.pieces(lost)
    )
    return replace(changed, lost=tuple(files))


def unfollowed(store: Store, archive: Archive) -> tuple[list[str], list[str]]:
    """The paths of what counts by the archive and has no load, and of loads that the archive does not know."""
    came = came_in(archive, *_kinds(store))
    loaded = store.frame("select distinct place_id, path from loads")
    missing = came.place_ids.join(loaded, on="place_id", how="anti")["place_id"].to_list()
    unknown = loaded.join(came.place_ids, on="place_id", how="anti")["path"].to_list()
    return sorted(version.path for version, _ in came.pieces(missing)), sorted(unknown)


def follow_withdrawals(store: Store, archive: Archive) -> None:
    """Makes the history follow the newest withdrawal of the archive, and nothing else."""
    before = store.followed()
    store.follow(None)
    if moved := _keep_withdrawals(store, archive):
        _judge(store, suspect_files.resting_on(store.connection, moved))
    if before is not None:
        store.follow(Followed(before.events + 1, before.log_bytes))


def _kinds(store: Store) -> tuple[set[str], set[str]]:
    """The hashes of the files that are documents, and of those that people filled in."""
    documents = store.rows("select distinct sha256 from loads where is_document")
    filled_in = store.rows(f"select distinct sha256 from loads where connector = '{tables.DECISIONS.name}'")
    return {str(sha256) for (sha256,) in documents}, {str(sha256) for (sha256,) in filled_in}


def _outdated(store: Store, reader: Reader, came: CameIn) -> set[str]:
    """The ``place_id`` of what would be read otherwise today than it was.

    - Of a file that was read, the fingerprints of the connectors decide that recognised it, also of one that then
      refused its part of the file; of a pull, that of its API.
    - Of what nobody read, a change of any fingerprint decides.
    - Where only fingerprints of other connectors changed, the file is recognised again, without being read: it is
      read again where somebody else, or of other tables, would be its reader now.
    - What a crash left without the names of its readers is read again, and so is a pull that came to another end since
      without a further answer.
    """
    outdated = _without_readers(store)
    ends = came.asked_pulls.select(
        "place_id", pl.col("is_good").alias("is_whole_now"), pl.col("since").alias("asked_since_now")
    )
    pulled = store.frame("select place_id, is_whole, asked_since from loads where asked_of is not null")
    came_to_another_end = pl.any_horizontal(
        pl.col(column).ne_missing(pl.col(f"{column}_now")) for column in ("is_whole", "asked_since")
    )
    outdated |= set(pulled.join(ends, on="place_id").filter(came_to_another_end)["place_id"])
    recognised: dict[str, list[Recognised]] = {}
    to_check = readers_to_check(store, reader)
    there = pl.DataFrame({"place_id": [row[0] for row in to_check]}, schema={"place_id": pl.String})
    counting = set(there.join(came.place_ids, on="place_id", how="semi")["place_id"])
    for place_id, connector, of_tables, is_read_otherwise in to_check:
        if place_id not in counting:
            continue
        if is_read_otherwise:
            outdated.add(place_id)
        else:
            recognised.setdefault(place_id, []).append(Recognised(connector, of_tables))
    same = []
    for piece in came.pieces(recognised.keys() - outdated):
        place_id = piece.version.place_id
        if _is_recognised_as(reader, piece, came.archive, recognised[place_id]):
            same.append(place_id)
        else:
            outdated.add(place_id)
    checked = pl.DataFrame({"place_id": same}, schema={"place_id": pl.String})
    checked = checked.with_columns(pl.lit(reader.of_recognition).alias("recognised_with"))
    store.set_column(tables.READERS, "place_id", "recognised_with", checked)
    return outdated


def _without_readers(store: Store) -> set[str]:
    rows = store.rows("select place_id from loads anti join readers using (place_id)")
    return {str(place_id) for (place_id,) in rows}


def _is_recognised_as(reader: Reader, piece: Piece, archive: Archive, before: Iterable[Recognised]) -> bool:
    try:
        return sorted(reader.recognise(piece.raw(archive))) == sorted(before)
    except Exception:  # whatever it is, reading the file again says it
        return False


def _drop(store: Store, place_ids: Iterable[str]) -> tuple[list[str], set[str]]:
    """Drops the loads of file versions; their ids, and those of all loads whose doubt may rest on one of them."""
    gone = pl.DataFrame({"place_id": list(place_ids)}, schema={"place_id": pl.String})
    load_ids = store.frame("select load_id, place_id from loads").join(gone, on="place_id", how="semi")["load_id"]
    resting = suspect_files.resting_on(store.connection, load_ids.to_list())
    return store.drop_loads(gone["place_id"]), resting


_Each = Callable[[Sequence[Piece]], Iterable[tuple[Piece, Callable[[], Brought]]]]


def _follow(
    store: Store, came: CameIn, each: _Each, reader: Reader, on_load: OnLoad, lost: Lost
) -> tuple[Synced, set[str]]:
    """Drops the loads of other file versions, and loads those that are missing; adds to ``lost`` what cannot be.

    Returns:
        What changed, and the loads whose doubt may rest on what was dropped.
    """
    have = store.frame("select distinct place_id from loads")
    dropped, resting = _drop(store, have.join(came.place_ids, on="place_id", how="anti")["place_id"])
    missing = came.pieces(came.place_ids.join(have, on="place_id", how="anti")["place_id"].to_list())
    pending, loaded, refused = loading.Pending(store), list[str](), list[str]()
    for number, ((version, _), read) in enumerate(each(missing)):
        on_load(version.path, len(missing) - number)
        loads, recognised, loss = read()
        if loss:
            lost[version.place_id] = loss
        pending.add(loads, readers_of(reader, version, recognised, LOST if version.place_id in lost else None))
        for load in loads if version.place_id not in lost else ():
            (refused if "refused" in load.row else loaded).append(str(load.row["load_id"]))
    pending.put()
    return Synced(tuple(loaded), tuple(refused), tuple(dropped)), resting


def _keep_until(store: Store, came: CameIn) -> list[str]:
    """The loads from which another file version of the same bytes took over since, or no longer does."""
    changed = (
        store.frame("select load_id, place_id, known_until from loads")
        .join(came.instants(), on="place_id")
        .filter(pl.col("known_until").ne_missing(pl.col("until")))
        .select("load_id", pl.col("until").alias("known_until"))
    )
    store.set_column(tables.LOADS, "load_id", "known_until", changed)
    return changed["load_id"].to_list()


def _keep_withdrawals(store: Store, archive: Archive) -> list[str]:
    """The loads that the archive's withdrawals, in place of those before, take out, put back in, or mark otherwise."""
    withdrawn = withdrawals.read(archive.events("withdrawn", "restored"))
    meant = "from loads" if withdrawn.height else "from loads where withdrawn is not null"
    loads = store.frame(f"select load_id, path, sha256, connector, withdrawn {meant}")
    marked = withdrawals.marked(loads, withdrawals.in_force(withdrawn, None))
    store.fill(tables.WITHDRAWALS, withdrawn)
    changed = loads.select("load_id", pl.col("withdrawn").alias("before")).join(marked, on="load_id").filter(
        pl.col("before").ne_missing(pl.col("withdrawn"))
    )  # fmt: skip
    store.set_column(tables.LOADS, "load_id", "withdrawn", changed)
    return changed["load_id"].to_list()


def _judge(store: Store, anew: Collection[str] | None = None) -> None:
    """Judges which files are in doubt: these, or all (:mod:`warehouse.history.suspect_files`)."""
    loads = store.frame("select load_id, grade, refused, withdrawn, doubted, known_until from loads")
    doubted = suspect_files.find(store.connection, loads.filter(pl.col("known_until").is_null()), anew)
    before = loads.select("load_id", pl.col("doubted").alias("before"))
    changed = before.join(doubted, on="load_id", how="left").filter(pl.col("before").ne_missing(pl.col("doubted")))
    store.set_column(tables.LOADS, "load_id", "doubted", changed)


def silent(store: Store) -> pl.DataFrame:
    """``connector, account_id, metric``: what an API gave before and left out of its last pull, without refusing it."""
    return _left_out(store, store.frame("select connector, account_id, withheld from api_accounts"))


def pulled_accounts(store: Store) -> dict[str, int]:
    """How many accounts of each API its last night asked."""
    return dict(store.rows(silent_apis.PULLED_ACCOUNTS))


def _left_out(store: Store, states: pl.DataFrame) -> pl.DataFrame:
    if not store.rows("select 1 from loads where grade = 'api' limit 1"):
        return pl.DataFrame(schema=dict.fromkeys(("connector", "account_id", "metric"), pl.String))
    refused = (
        states.select("connector", "account_id", "withheld")
        .explode("withheld")
        .filter(pl.col("withheld").struct.field("since").is_not_null())
        .with_columns(pl.col("withheld").struct.field("metric").str.replace("^page ", "account "))
    )
    left_out = store.frame(silent_apis.QUERY).drop_nulls("metric").sort("connector", "account_id", "metric")
    return left_out.join(refused, on=["connector", "account_id", "metric"], how="anti", maintain_order="left")


def _keep_api_accounts(store: Store, states: pl.DataFrame) -> None:
    """How each account's API was last asked, in place of what was told before."""
    without_a_day = pl.struct("metric", pl.lit(None, pl.Date).alias("since"), pl.lit(False).alias("is_for_a_person"))
    of_accounts = _left_out(store, states).group_by("connector", "account_id").agg(without_a_day.alias("silent"))
    if of_accounts.height:
        withheld = pl.concat_list(pl.col("withheld", "silent").fill_null([]))
        states = (
            states.join(of_accounts, on=["connector", "account_id"], how="left")
            .with_columns(pl.when(withheld.list.len() > 0).then(withheld).alias("withheld"))
            .drop("silent")
        )
    store.fill(tables.API_ACCOUNTS, states)
