"""What counts of an archive: files, documents of which more versions count, and pulls that are made whole when read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from connectors.contract import Answer
from warehouse.archive.archive import Archive
from warehouse.archive.file_versions import FileVersion
from warehouse.archive.pulls import Pull
from warehouse.history.came_in import came_in

AT = datetime(2024, 10, 1)


def received(archive: Archive, path: str, content: bytes, day: int) -> FileVersion:
    at = datetime(2024, 10, day)
    version = FileVersion(path, archive.keep(content), len(content), at, at)
    archive.keep_received([version])
    return version


def test_files_and_pulls_count_until_something_takes_over(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first, second = received(archive, "b.csv", b"1", 2), received(archive, "a.csv", b"1", 1)
    pull = Pull("x", "1", AT)
    archive.keep_answer(pull, Answer("/", AT, b"{}"))
    archive.keep_answer(Pull("x", "2", AT), Answer("/", AT, b"{}"))
    archive.remove_pulls([one for one in archive.pulls() if one.account == "2"], "terms", AT)
    came = came_in(archive, set())
    assert came.until == {first: second.received_at, second: None} or came.until == {second: None}
    (row,) = came.asked_pulls.rows(named=True)
    assert row["account"] == "1"
    assert set(came.place_ids["place_id"]) == {*(one.place_id for one in came.until), row["place_id"]}
    assert came.instants().height == len(came.until)


def test_of_a_document_more_versions_count(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    old, new = received(archive, "sheet.csv", b"1", 1), received(archive, "copy.csv", b"1", 2)
    came = came_in(archive, set())
    assert len(came.until) < len(came.with_documents({old.sha256}).until) == 2
    assert {one.path for one in came.with_documents({old.sha256}).until} == {old.path, new.path}


def test_what_is_read_is_made_whole_and_a_loss_is_told_of_its_place(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    file = received(archive, "a.csv", b"1", 1)
    archive.keep_answer(Pull("x", "1", AT), Answer("/", AT, b"{}"))
    came = came_in(archive, set())
    places = came.place_ids["place_id"].to_list()
    of_file, of_pull = came.pieces(places)
    assert (came.pieces([]), of_file.version) == ([], file)
    answers = [answer.content for answer in of_pull.raw(archive).answers]
    assert (of_file.raw(archive).content, answers) == (b"1", [b"{}"])
    assert (of_file.loss(archive), of_pull.loss(archive)) == (None, None)
    for blob in list(archive.blobs.hashes()):
        archive.blobs.drop(blob)
    assert None not in (of_file.loss(archive), of_pull.loss(archive))
