"""The colours of the look are legible on what they stand on, and stay apart for eyes that see few colours."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from warehouse import palette

SCHEMES = {"light": palette.LIGHT, "dark": palette.DARK}
TEXTS = [
    *itertools.product(("ink", "quiet", "main", "event", "good", "warn", "bad"), ("paper", "card")),
    *itertools.product(("ink", "quiet"), ("good-paper", "warn-paper", "bad-paper")),
    ("good", "good-paper"), ("warn", "warn-paper"), ("bad", "bad-paper"), ("main", "warn-paper"),
    *itertools.product(("paper",), ("main", "good", "quiet")),
]  # fmt: skip
"""Which colour texts have, and what they stand on."""
Colour = tuple[float, float, float]
Matrix = tuple[Colour, Colour, Colour]
ALL_COLOURS: Matrix = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
EYES: Mapping[str, Matrix] = {
    "all colours": ALL_COLOURS,
    "no green (deuteranopia)": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "no red (protanopia)": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
}
"""What eyes see of linear red, green and blue: Machado, Oliveira and Fernandes 2009, severity 1.0."""
_TO_XYZ: Matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def turned(matrix: Matrix, colour: Colour) -> Colour:
    x, y, z = (sum(factor * part for factor, part in zip(row, colour, strict=True)) for row in matrix)
    return x, y, z


def linear(colour: str) -> Colour:
    """Red, green and blue from 0 to 1, in proportion to light."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """By how much one colour is lighter than another, as WCAG 2 has it: 1 to 21."""
    low, high = sorted(turned(_TO_XYZ, linear(colour))[1] for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, eyes: Matrix) -> Colour:
    """What eyes see of a colour, in CIELAB, where 1 is about the least difference that is seen."""
    red, green, blue = (min(max(part, 0), 1) for part in turned(eyes, linear(colour)))
    shares = (part / white for part, white in zip(turned(_TO_XYZ, (red, green, blue)), (0.9505, 1, 1.089), strict=True))
    x, y, z = (share ** (1 / 3) if share > 0.008856 else 7.787 * share + 16 / 116 for share in shares)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_what_is_measured_is_what_others_measure() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert lab("#ff0000", ALL_COLOURS) == pytest.approx([53.24, 80.09, 67.20], abs=0.1)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_texts_stand_out_from_what_they_stand_on(scheme: str) -> None:
    colours = SCHEMES[scheme]
    measured = {(text, on): contrast(colours[text], colours[on]) for text, on in TEXTS}
    assert {pair: value for pair, value in measured.items() if value < 4.5} == {}


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_a_chart_tells_apart_stays_apart(scheme: str, eyes: str) -> None:
    colours = SCHEMES[scheme]
    seen = {name: lab(colours[name], EYES[eyes]) for name in ("main", "before", "event", "paper")}
    apart = {pair: math.dist(seen[pair[0]], seen[pair[1]]) for pair in itertools.combinations(seen, 2)}
    assert {pair: value for pair, value in apart.items() if value < 20} == {}


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_reached_and_not_reached_stay_apart(scheme: str, eyes: str) -> None:
    good, bad = (lab(SCHEMES[scheme][name], EYES[eyes]) for name in ("good", "bad"))
    assert math.dist(good, bad) > 20


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_mark_of_a_chart_stands_out_from_the_paper(scheme: str) -> None:
    colours = SCHEMES[scheme]
    measured = {name: contrast(colours[name], colours["paper"]) for name in ("main", "before", "event")}
    assert {name: value for name, value in measured.items() if value < 2.5} == {}


def test_no_module_has_a_colour_of_its_own() -> None:
    root = Path(__file__).parents[2]
    modules = (path for folder in ("warehouse", "flows") for path in (root / folder).rglob("*.py"))
    with_colours = [
        path.name for path in modules if re.search("['\"]#[0-9a-fA-F]{6}['\"]", path.read_text(encoding="utf-8"))
    ]
    assert with_colours == ["palette.py"]


def test_each_scheme_has_every_colour() -> None:
    assert list(palette.LIGHT) == list(palette.DARK)
    for colours in SCHEMES.values():
        assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours.values())


def properties(style: str) -> Mapping[str, str]:
    return dict(re.findall(r"--([\w-]+): ([^;]+);", style))


def test_a_page_has_every_colour_and_size_as_a_property_and_paper_is_never_dark() -> None:
    light, _, dark = palette.css(has_dark=True).partition("@media")
    assert properties(light) == {
        **palette.LIGHT,
        **{f"size-{name}": f"{size:g}rem" for name, size in palette.SIZES.items()},
    }
    assert properties(dark) == palette.DARK
    assert dark.startswith(" screen and (prefers-color-scheme: dark)")
    assert palette.css(has_dark=False) == light
