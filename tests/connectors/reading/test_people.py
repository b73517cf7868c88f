"""Who came, by lists of people: counted, and nowhere kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Extract, Raw, Refused
from connectors.reading import people
from tests.connectors.conftest import raw_of

SAMPLES = Path(__file__).parents[1]
LISTS = [
    path
    for name in ("zoom", "teams", "people", "eventbrite")
    for path in sorted((SAMPLES / name / "samples").iterdir())
]
PERSONAL = re.compile(
    r"[\w.]+@[\w.]+|Dara|Sokha|sokha|ពិសី|iPhone|Panha|Bopha|Vanna|855\*+|Neha|Gori|Tutor|Ana\b|Luis|Eva\b|Ada\b|Bo\b|"
    r"012 ?345|ដារា|សុខា|បុប្ផា|Cy\b|Dee\b|Rui|Inês|Zoé|Nita|Rith|Doe|Roe"
)
"""Everything in the samples that names a person."""


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.name)
def test_nothing_that_is_made_of_a_list_names_a_person(path: Path, read: Callable[..., Extract]) -> None:
    file = raw_of(path.read_bytes(), f"inbox/{path.name}")
    assert any(PERSONAL.search(line) for encoding in ("utf-8", "utf-16") for line in _decoded(path, encoding))
    if path.stem == "without-times":
        with pytest.raises(Refused) as refused:
            read(file)
        assert not PERSONAL.search(str(refused.value))
        return
    extract = read(file)
    for field in fields(extract):
        value = getattr(extract, field.name)
        told = value.write_json() if isinstance(value, pl.DataFrame) else repr(value)
        assert not PERSONAL.search(told), field.name


def _decoded(path: Path, encoding: str) -> Iterable[str]:
    return path.read_bytes().decode(encoding, errors="ignore").splitlines()


def test_a_broken_row_of_a_list_is_kept_without_what_stood_in_it(read: Callable[..., Extract]) -> None:
    text = (SAMPLES / "zoom/samples/meeting.csv").read_text(encoding="utf-8-sig")
    extract = read(raw_of((text + 'Ana,"x,y\nLuis,luis@x.example,,,,,,,,,,,\n').encode()))
    assert "Luis" not in extract.rejects.write_json()


ADDRESSES = st.sampled_from(["", "a@x", "b@x", "c@x"])
NAMES = st.sampled_from(["", "Ana", "ana ", "Bo", "Cy"])


@given(st.lists(st.tuples(ADDRESSES, NAMES), max_size=12), st.randoms())
def test_an_address_is_one_person_and_the_order_of_rows_and_further_stays_change_nothing(
    told: list[tuple[str, str]], random: st.DrawFn
) -> None:
    rows: list[people.Row] = [{"email": address, "name": name} for address, name in told]
    persons = people.who(rows)
    by_address = {address for address, _ in told if address}
    assert by_address <= set(persons)
    assert all(
        (person is None) == (not any(part.strip() for part in one)) for person, one in zip(persons, told, strict=True)
    )
    assert set(people.who(rows + rows)) == set(persons)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert set(people.who(shuffled)) == set(persons)


@pytest.mark.parametrize(
    ("rows", "persons"),
    [
        ([("a@x", "Ana"), ("", "Ana")], 1),  # once without an address
        ([("a@x", "Ana"), ("b@x", "Ana")], 2),  # two people of one name
        ([("a@x", "Ana"), ("b@x", "Ana"), ("", "Ana")], 3),  # nobody knows which of the two came again
        ([("a@x", "Ana"), ("A@X", "Ana Lim")], 1),  # one address under two names
        ([("", "iPhone"), ("", "iPhone")], 1),  # nothing tells them apart
        ([("", "ANA  Lim"), ("", "ana lim")], 1),
        ([("", "")], 0),
    ],
)
def test_who_is_one_person(rows: list[tuple[str, str]], persons: int) -> None:
    assert len(set(people.who({"email": email, "name": name} for email, name in rows)) - {None}) == persons


def test_an_event_is_never_counted_after_its_list_came(raw: Callable[..., Raw], read: Callable[..., Extract]) -> None:
    text = "Name (Original Name),User Email,Join Time\nAna,a@x.example,10/01/2026 09:00:00 AM\n"
    extract = read(raw(text))  # it came at 07:00 of that day
    assert extract.attendance["observed_at"].item() == raw("").received_at
