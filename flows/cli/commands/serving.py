"""The command that answers other programs."""

from __future__ import annotations

from flows.cli.commands.options import HERE, Home, app, opened
from flows.steps.settings import SettingsError


@app.command()
def mcp(home: Home = HERE) -> None:
    """Answers a program that speaks the Model Context Protocol, over stdin and stdout; it reads and changes nothing.

    Example: reach mcp --home our-reach
    """
    try:
        from flows.cli.mcp_server import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise SettingsError("reach mcp needs one more package: install reach-pipeline[mcp].") from None
    server(opened(home)).run()
