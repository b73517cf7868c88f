from __future__ import annotations

from collections.abc import Callable

import pytest

import connectors
from connectors.contract import Extract, Raw, Refused

Make = Callable[..., Raw]
Read = Callable[..., Extract]


def test_a_file_of_no_platform_is_refused_with_its_header(raw: Make) -> None:
    with pytest.raises(Refused, match=r"“Colour, Weight”.*sheet template"):
        connectors.recognise(raw("Colour,Weight\nred,3\n"), {})
