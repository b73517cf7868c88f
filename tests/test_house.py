"""The house rules of the code that a program can check: floors, docstrings, sizes and names."""

from __future__ import annotations

import grimp

from tests.house_layers import LayersWithRest


def _floors_hold(*imports: tuple[str, str]) -> bool:
    """Whether floors of a made-up ``connectors`` with two platforms hold, given who imports whom."""
    graph = grimp.ImportGraph()
    for name in ("", ".contract", ".reading", ".reading.files", ".facebook", ".facebook.export", ".x", ".x.export"):
        graph.add_module(f"connectors{name}")
    for importer, imported in imports:
        graph.add_import(importer=f"connectors.{importer}", imported=f"connectors.{imported}")
    options = {"containers": ["connectors"], "layers": ["*", "reading", "contract"], "exhaustive": "true"}
    contract = LayersWithRest(
        name="floors", session_options={"root_packages": ["connectors"]}, contract_options=options
    )
    return contract.check(graph, verbose=False).kept


def test_every_folder_that_no_floor_names_is_a_platform_and_may_use_the_floors_below() -> None:
    assert _floors_hold(("facebook.export", "reading.files"), ("x.export", "contract"), ("reading.files", "contract"))


def test_no_platform_may_import_another() -> None:
    assert not _floors_hold(("facebook.export", "x.export"))
    assert not _floors_hold(("reading.files", "x.export"))
