from __future__ import annotations

import pytest
from pydantic import ValidationError

from connectors.meta.settings import GraphSettings


@pytest.mark.parametrize("version", ["v26.0", "v27.0", "v100.10"])
def test_a_version_is_written_as_graph_writes_it(version: str) -> None:
    assert GraphSettings(version=version).version == version


@pytest.mark.parametrize("version", ["26.0", "v26", "v26.0/", "latest"])
def test_another_text_is_no_version(version: str) -> None:
    with pytest.raises(ValidationError):
        GraphSettings(version=version)
