"""A contract for import-linter: floors of which one holds every package that no other floor names.

With it a new platform needs no line in ``pyproject.toml``: each folder of ``connectors/`` that is not named is one.
"""

from __future__ import annotations

import grimp
from importlinter import ContractCheck, fields
from importlinter.contracts.layers import Layer, LayerField, LayersContract, ModuleTail
from importlinter.domain.imports import ModuleExpression

REST = "*"


class LayersWithRest(LayersContract):
    """Layers in which ``*`` stands for the packages that are not named: they are independent of each other.

    ``within`` are the layers inside each of these packages.
    """

    type_name = "layers_with_rest"
    within = fields.ListField(subfield=LayerField(), required=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Checks the layers after ``*`` was replaced by the names that it stands for, then each of these packages."""
        (container,) = self.containers
        children = graph.find_children(container.expression)
        packages = {child.rpartition(".")[2] for child in children if graph.find_children(child)}
        rest = sorted(packages - {tail.name for layer in self.layers for tail in layer.module_tails})
        of_rest = Layer({ModuleTail(name) for name in rest})
        self.layers = [
            of_rest if {tail.name for tail in layer.module_tails} == {REST} else layer for layer in self.layers
        ]
        outside = super().check(graph, verbose)
        if not outside.kept or not self.within:
            return outside
        self.layers = self.within
        self.containers = [ModuleExpression(f"{container.expression}.{name}") for name in rest]
        return super().check(graph, verbose)
