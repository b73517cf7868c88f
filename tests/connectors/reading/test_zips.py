from __future__ import annotations

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
