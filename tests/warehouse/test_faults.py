"""What is told of a fault of the program."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import requests

from warehouse.faults import fault, trace
from warehouse.texts import match_key


def _raised_by_polars() -> BaseException:
    with pytest.raises(pl.exceptions.PolarsError, match="hunter2") as raised:
        pl.Series(["hunter2"]).cast(pl.Int64)
    return raised.value


def test_a_fault_tells_its_kind_and_place_and_not_what_it_stumbled_over() -> None:
    with pytest.raises(TypeError) as raised:
        match_key(7)  # type: ignore[arg-type]
    assert fault(raised.value).startswith("TypeError in warehouse/texts.py, line ")
    assert fault(_raised_by_polars()) == "InvalidOperationError"


def test_what_the_system_says_is_told(tmp_path: Path) -> None:
    assert fault(OSError(28, "No space left on device")) == "OSError: No space left on device"
    with pytest.raises(FileNotFoundError) as raised:
        (tmp_path / "a.csv").read_bytes()
    assert fault(raised.value) == f"FileNotFoundError: No such file or directory: {tmp_path}/a.csv"
    assert fault(OSError("the share is away")) == "OSError: the share is away"
    assert fault(requests.ConnectionError("https://a.example/?x=hunter2")) == "ConnectionError"


def _fails() -> None:
    try:
        pl.Series(["hunter2"]).cast(pl.Int64)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{'sec'}{'ond'} {error}") from error


def test_a_trace_has_the_lines_of_code_of_all_that_led_to_it_and_no_texts() -> None:
    with pytest.raises(ValueError, match="second") as raised:
        _fails()
    lines = trace(raised.value)
    assert "in _fails" in lines
    assert "\nInvalidOperationError\nwhich led to\n" in lines
    assert lines.endswith("\nValueError")
    assert "second" not in lines
