"""Every file knows where it came from, and who has to do something. docs/rules.md: Every figure has evidence."""

from __future__ import annotations

from tests.conftest import CAMPAIGN, PAGE, World, meta, post


def test_every_load_knows_where_it_came_from(world: World) -> None:
    file = world.drop("2024-10-01/Page 1/a.csv", meta(post(1, Views=10), post(2, Views="12abc")))
    row = world.tables()["source_files"].row(0, named=True)
    assert (row["path"], row["size"], row["connector"], row["grade"]) == (
        "2024-10-01/Page 1/a.csv",
        file.stat().st_size,
        "facebook",
        "export",
    )
    assert (row["rows"], row["kept"], row["rejected"]) == (2, 1, 1)
    assert world.workspace.archive.content(row["sha256"]) == file.read_bytes()


def test_an_accounts_figures_in_a_folder_named_like_it_are_that_accounts(world: World) -> None:
    results = 'sep=,\n"Facebook Page reach"\n"Date","Primary"\n"2024-09-01T00:00:00","20"\n'
    world.plan(CAMPAIGN + f'[[account]]\nid = "facebook:{PAGE}"\nalso = ["Our page"]\n')
    world.drop("results.csv", results)
    tables = world.tables()
    assert tables["account_figures"].height == 0
    assert "whose is it?" in tables["source_freshness"]["act"][0]
    world.drop("Our page/results.csv", results)
    figures = world.tables()["account_figures"]
    assert figures.select("account_id", "metric", "value").rows() == [(PAGE, "reach", 20)]
