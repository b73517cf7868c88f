from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest

from connectors.contract import Extract, Raw, Refused
from connectors.reading import files, zips
from tests.connectors.reading.tables import HEADER, ROW, TABLE, views, workbook, zipped

Make = Callable[..., Raw]
Read = Callable[..., Extract]


def test_a_table_in_a_zip_is_dated_by_its_member(raw: Make, read: Read) -> None:
    extract = read(raw(zipped(data__csv=TABLE, __MACOSX="litter"), "export.zip"))
    assert views(extract) == [10]
    assert extract.evidence.observed_at == datetime(2024, 12, 31, 1)


def test_a_zip_that_is_too_much_is_refused(raw: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(data__csv="0" * (8 << 20))
    with pytest.raises(Refused, match="200 times"):
        files.tables(raw(bomb))
    monkeypatch.setattr(zips, "UNPACKED_LIMIT", 50)
    with pytest.raises(Refused, match="unpacks to over"):
        files.tables(raw(zipped(data__csv=TABLE * 9)))
    monkeypatch.setattr(zips, "MEMBER_LIMIT", 1)
    with pytest.raises(Refused, match="over the limit of 1"):
        files.tables(raw(zipped(a__csv=TABLE, b__csv=TABLE)))


def test_a_zip_that_declares_too_much_is_refused_before_any_of_it_is_unpacked(
    raw: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb, unpacked = zipped(data__csv="0" * (8 << 20)), []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *args, **more: unpacked.append("a member"))
    with pytest.raises(Refused, match="200 times"):
        files.tables(raw(bomb))
    assert unpacked == []


def test_a_zip_that_lies_about_its_size_is_refused(raw: Make, read: Read) -> None:
    content = zipped(data__csv=TABLE * 3)
    real, told = len(TABLE.encode() * 3), len(TABLE.encode())
    with pytest.raises(Refused, match="damaged"):
        read(raw(content.replace(real.to_bytes(4, "little"), told.to_bytes(4, "little"))))


def test_a_zip_in_a_zip_a_password_and_an_empty_zip_are_refused(raw: Make) -> None:
    with pytest.raises(Refused, match="another zip"):
        files.tables(raw(zipped(inner__zip=zipped(data__csv=TABLE))))
    with pytest.raises(Refused, match="another zip"):
        files.tables(raw(zipped(hidden__csv=zipped(data__csv=TABLE))))
    with pytest.raises(Refused, match="no table"):
        files.tables(raw(zipped(readme__md="hello")))
    locked = bytearray(zipped(data__csv=TABLE))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Refused, match="password"):
        files.tables(raw(bytes(locked)))


def test_a_workbook_in_a_zip_is_read(raw: Make, read: Read) -> None:
    book = workbook(HEADER.split(","), ROW.split(","))
    assert views(read(raw(zipped(September__xlsx=book), "exports.zip"))) == [10]


def declaring(file_size: int, compressed: int | None = None) -> bytes:
    """A zip of one member that declares these sizes in the list at its end."""
    content = bytearray(zipped(a__csv=TABLE))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = file_size.to_bytes(4, "little")
    if compressed is not None:
        content[at + 20 : at + 24] = compressed.to_bytes(4, "little")
    return bytes(content)


@pytest.mark.parametrize(("size", "is_read"), [(512 << 20, True), ((512 << 20) + 1, False)])
def test_a_zip_may_unpack_to_512_mebibytes(size: int, is_read: bool) -> None:
    content = declaring(size, size // 200 + 1)
    if is_read:
        with zips.opened("a.zip", content) as archive:
            assert archive.infolist()[0].file_size == size
        return
    with pytest.raises(Refused, match="unpacks to over 512 MiB"), zips.opened("a.zip", content):
        raise AssertionError("it was opened")


@pytest.mark.parametrize(("size", "is_read"), [(2_000_000, True), (2_000_001, False)])
def test_a_member_may_unpack_to_200_times_its_size(size: int, is_read: bool) -> None:
    content = declaring(size, 10_000)
    if is_read:
        with zips.opened("a.zip", content) as archive:
            assert archive.infolist()[0].file_size == size
        return
    with pytest.raises(Refused, match="200 times"), zips.opened("a.zip", content):
        raise AssertionError("it was opened")


def test_a_zip_may_hold_2000_files() -> None:
    content = zipped(**{f"{n}__csv": "" for n in range(2000)})
    with zips.opened("a.zip", content) as archive:
        assert len(zips.members("a.zip", archive)) == 2000
    content = zipped(**{f"{n}__csv": "" for n in range(2001)})
    with pytest.raises(Refused, match="holds 2,001 files, over the limit of 2,000"), zips.opened("a.zip", content):
        raise AssertionError("it was opened")


def test_folders_hidden_files_and_the_litter_of_macs_are_no_members() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("a/", "a/b.csv", "__MACOSX/b.csv", ".hidden.csv", "~$open.xlsx", "notes.md", "c.TSV", "d.xlsx"):
            archive.writestr(name, "" if name.endswith("/") else TABLE)
        assert [info.filename for info in zips.members("a.zip", archive)] == ["a/b.csv", "c.TSV", "d.xlsx"]


def test_the_time_of_a_member_is_none_where_it_is_the_formats_zero() -> None:
    assert zips.written_at(zipfile.ZipInfo("a", (1980, 1, 1, 0, 0, 0))) is None
    assert zips.written_at(zipfile.ZipInfo("a", (2024, 13, 1, 0, 0, 0))) is None
    assert zips.written_at(zipfile.ZipInfo("a", (1981, 1, 1, 8, 0, 0))) == datetime(1981, 1, 1, 8)
