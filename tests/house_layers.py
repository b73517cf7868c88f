"""A contract for import-linter: floors of which one holds every package that no other floor names.

With it a new platform needs no line in ``pyproject.toml``: each folder of ``connectors/`` that is not named is one.
"""

from __future__ import annotations

import grimp
from importlinter import ContractCheck
from importlinter.contracts.layers import Layer, LayersContract, ModuleTail

REST = "*"


class LayersWithRest(LayersContract):
    """Layers in which ``*`` stands for the packages that are not named: they are independent of each other."""

    type_name = "layers_with_rest"

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Checks the layers after ``*`` was replaced by the names that it stands for."""
        (container,) = self.containers  # type: ignore[attr-defined]
        children = graph.find_children(container.expression)
        packages = {child.rpartition(".")[2] for child in children if graph.find_children(child)}
        named = {tail.name for layer in self.layers for tail in layer.module_tails}  # type: ignore[attr-defined]
        rest = Layer({ModuleTail(name) for name in packages - named})
        is_rest = [{tail.name for tail in layer.module_tails} == {REST} for layer in self.layers]  # type: ignore[attr-defined]
        self.layers = [rest if is_it else layer for is_it, layer in zip(is_rest, self.layers, strict=True)]
        return super().check(graph, verbose)
