"""The project for Power BI has every published table, and nothing in it adds up what must not be added."""

from __future__ import annotations

import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from flows.steps.settings import Workspace
from warehouse.figures.mart import Mart
from warehouse.figures.tables import MART, MARTS
from warehouse.publish.power_bi import PROJECT, files, project

FILES = files()
MODEL = "Reach.SemanticModel/definition"


def table(mart: Mart) -> str:
    return FILES[f"{MODEL}/tables/{mart.name}.tmdl"]


def measures(text: str) -> dict[str, str]:
    return dict(re.findall(r"^\tmeasure '([^']+)' = (.+)$", text, re.M))


def test_the_project_lies_beside_the_parquet_files_with_the_same_bytes_each_time(published: Workspace) -> None:
    content = (published.published / "parquet" / PROJECT).read_bytes()
    assert content == project()
    with ZipFile(BytesIO(content)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == FILES


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_a_table_has_every_column_reads_its_file_and_offers_none_to_be_summed(mart: Mart) -> None:
    text = table(mart)
    assert re.findall(r"^\tcolumn (.+)$", text, re.M) == [column.name for column in mart.columns]
    assert text.count("\t\tsummarizeBy: ") == text.count("\t\tsummarizeBy: none\n") == len(mart.columns)
    assert rf'File.Contents(ReachFolder & "\{mart.name}.parquet")' in text
    assert f"ref table {mart.name}\n" in FILES[f"{MODEL}/model.tmdl"]
    for column in mart.columns:
        if column.name.endswith("_id"):
            assert f"\tcolumn {column.name}\n\t\tdataType: string\n" in text


def test_nothing_is_summed_but_gains_over_the_days_of_one_campaign() -> None:
    assert "\n\tdiscourageImplicitMeasures\n" in FILES[f"{MODEL}/model.tmdl"]
    summed = {name: dax for mart in MARTS for name, dax in measures(table(mart)).items() if "SUM" in dax}
    assert {name.split()[0] for name in summed} == {"campaign_daily"}
    assert "campaign_daily views" in summed
    assert not [name for name in summed if re.search("reach|audience|known|posts", name)]
    assert all(dax.startswith("IF(HASONEVALUE(campaign_daily[campaign_id]), SUM(") for dax in summed.values())


def test_a_figure_and_how_many_posts_know_it_are_those_of_one_row_and_blank_over_several() -> None:
    told = measures(table(MART["campaign_totals"]))
    for column in ("views", "views_known", "reach_at_least", "reach_at_most", "reach_known"):
        row = f"IF(COUNTROWS(campaign_totals) = 1, MAX(campaign_totals[{column}]))"
        assert told[f"campaign_totals {column}"] == row
        assert f"\tcolumn {column}\n\t\tdataType: int64\n\t\tisHidden\n" in table(MART["campaign_totals"])
    assert measures(table(MART["post_totals"]))["post_totals audience"].startswith("IF(COUNTROWS(post_totals) = 1,")
    assert not measures(table(MART["source_files"]))


def test_no_two_measures_have_one_name() -> None:
    names = [name for mart in MARTS for name in re.findall(r"measure '(.+)' =", table(mart))]
    assert len(names) == len(set(names)) > 100


def test_relationships_lead_to_the_only_key_of_a_table() -> None:
    text = FILES[f"{MODEL}/relationships.tmdl"]
    pairs = re.findall(r"fromColumn: (\w+)\.(\w+)\n\ttoColumn: (\w+)\.(\w+)\n", text)
    assert len(pairs) == text.count("relationship ") >= 10
    for from_table, from_column, to_table, to_column in pairs:
        assert from_column in [column.name for column in MART[from_table].columns]
        assert MART[to_table].key == (to_column,)
        assert f"\tcolumn {to_column}\n\t\tdataType: string\n\t\tisKey\n" in table(MART[to_table])


def test_the_project_names_its_report_and_the_report_its_model() -> None:
    parts = {name: json.loads(text) for name, text in FILES.items() if not name.endswith(".tmdl")}
    (artifact,) = parts["Reach.pbip"]["artifacts"]
    pointer = parts[f"{artifact['report']['path']}/definition.pbir"]["datasetReference"]["byPath"]["path"]
    assert f"{pointer.removeprefix('../')}/definition.pbism" in parts
