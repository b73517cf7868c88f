"""The command that makes tagged links."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli import screen
from flows.cli.commands.options import ALL_WELL, HERE, LEFT_OUT, Home, app, opened
from flows.cli.next_line import say_next
from warehouse.texts import number_of


@app.command()
def links(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="The campaign's id or name.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE.xlsx", help="Where.", show_default="links in the workspace")
    ] = None,
    home: Home = HERE,
) -> None:
    """Writes a tagged link and a QR code for each partner and channel, and names posts whose links lack tags.

    Example: reach links iduai-2024
    """
    from flows.steps import night, tagging
    from warehouse import file_system
    from warehouse.publish.workbook.links_book import links_book

    workspace = opened(home)
    good = night.read_plan(workspace)
    chosen = tagging.campaign_of(good.plan, campaign)
    made = tagging.links(good.plan, chosen)
    target = to or workspace.home / "links" / f"{file_system.name_everywhere(chosen.id)}.xlsx"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(links_book(f"Links of {chosen.name}", made))
    screen.say(f"{target} has {number_of(len(made), 'link')}.")
    without = []
    if workspace.warehouse_file.exists():
        day = night.read_state(workspace, good, night.default_day(good.plan))
        without = list(tagging.posts_without_tags(day, chosen))
    for post, link in without:
        screen.warn(f"{post} has a link without the campaign's tag, so nobody can tell its visits: {link}")
    say_next(f"open {target}, and give each partner its links")
    raise typer.Exit(LEFT_OUT if without else ALL_WELL)
