"""`reach mcp` answers over stdin and stdout."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from flows.steps.settings import Workspace
from tests.flows.cli.typed import reach


def test_a_program_asks_over_a_pipe_and_gets_the_published_figures(published: Workspace) -> None:
    words = ["-m", "flows.cli.main", "mcp", "--home", str(published.home)]

    async def answers() -> Any:
        async with Client(StdioServerParameters(command=sys.executable, args=words)) as client:
            return await client.call_tool("totals", {"name": "iduai-2024"})

    answer = json.loads(asyncio.run(answers()).content[0].text)
    assert (answer["as_of"], [row["views"] for row in answer["rows"]]) == ("2024-12-30", [46_700])


def test_without_its_package_a_sentence_says_what_to_install(
    published: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "flows.cli.mcp_server", raising=False)
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    done = reach("mcp", "--home", published.home)
    assert (done.returncode, "install reach-pipeline[mcp]" in done.stderr) == (2, True)
