"""The published tables as a project that Power BI Desktop opens, in one zip of text files.

Model: https://learn.microsoft.com/analysis-services/tmdl/tmdl-overview. Project:
https://learn.microsoft.com/power-bi/developer/projects/projects-overview. It is a start: who opens it adds pages of
their own, so it is unzipped once, and no night changes it. The data is read from the Parquet files of the moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import polars as pl

from connectors.columns import Column
from connectors.contract import METRIC
from warehouse.figures.mart import Mart
from warehouse.figures.tables import MART, MARTS
from warehouse.measures import ADD_UP, COMPARED
from warehouse.publish.described import meaning

PROJECT = "power-bi.zip"
FOLDER = "ReachFolder"
"""The model's parameter: the folder with the Parquet files."""
_TYPES = {pl.String: "string", pl.Int64: "int64", pl.Float64: "double", pl.Boolean: "boolean", pl.Date: "dateTime"}
_FORMATS = {"int64": "#,0", "double": "#,0.0"}
_FIGURES = frozenset({*COMPARED, *METRIC, "value"})
_RELATIONSHIPS = (
    *((mart.name, "campaign_id", "campaign_totals") for mart in MARTS if mart.key[:1] == ("campaign_id",) != mart.key),
    ("campaign_totals", "activity_id", "activity_totals"),
    ("activity_periods", "activity_id", "activity_totals"),
    ("indicator_progress", "activity", "activity_totals"),
)
"""Each is: a table, its column, and the table of which a row has that id."""
_SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric"
_DEEP = "\t" * 5
_EPOCH = (1980, 1, 1, 0, 0, 0)


def project() -> bytes:
    """The project as a zip, stored without compression: the same bytes on every machine."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for name, text in files().items():
            archive.writestr(ZipInfo(name, _EPOCH), text)
    return packed.getvalue()


def files() -> dict[str, str]:
    """The project's files by path: a semantic model, and a report with an empty page, without which none opens."""
    model, report = "Reach.SemanticModel", "Reach.Report"
    tables = {f"{model}/definition/tables/{mart.name}.tmdl": _joined(_table(mart)) for mart in MARTS}
    return {
        "Reach.pbip": _json("pbip/pbipProperties/1.0.0", version="1.0", artifacts=[{"report": {"path": report}}]),
        f"{model}/definition.pbism": _json("item/semanticModel/definitionProperties/1.0.0", version="4.0", settings={}),
        f"{model}/definition/database.tmdl": "database Reach\n\tcompatibilityLevel: 1600\n",
        f"{model}/definition/model.tmdl": _joined(_model()),
        f"{model}/definition/expressions.tmdl": _joined(_parameter()),
        f"{model}/definition/relationships.tmdl": _joined(_relationships()),
        **tables,
        f"{report}/definition.pbir": _json(
            "item/report/definitionProperties/2.0.0",
            version="4.0",
            datasetReference={"byPath": {"path": f"../{model}"}},
        ),
        f"{report}/definition/version.json": _json("item/report/definition/versionMetadata/1.0.0", version="2.0.0"),
        f"{report}/definition/report.json": _json(
            "item/report/definition/report/1.0.0", themeCollection={}, layoutOptimization="None"
        ),
        f"{report}/definition/pages/pages.json": _json(
            "item/report/definition/pagesMetadata/1.0.0", pageOrder=["figures"], activePageName="figures"
        ),
        f"{report}/definition/pages/figures/page.json": _json(
            "item/report/definition/page/1.0.0",
            name="figures",
            displayName="Figures",
            displayOption="FitToPage",
            height=720,
            width=1280,
        ),
    }


def _json(schema: str, **values: Any) -> str:
    return json.dumps({"$schema": f"{_SCHEMAS}/{schema}/schema.json", **values}, indent=2) + "\n"


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _model() -> Iterator[str]:
    """The model; it offers nothing to be summed but its measures, and makes no tables of dates."""
    yield "/// Reach counts accounts and is never added up. What is not known is blank, and no 0."
    yield from ("model Model", "\tculture: en-US", "\tdefaultPowerBIDataSourceVersion: powerBI_V3")
    yield from ("\tdiscourageImplicitMeasures", "", "annotation __PBI_TimeIntelligenceEnabled = 0", "")
    yield from (f"ref table {mart.name}" for mart in MARTS)
    yield from ("", f"ref expression {FOLDER}")


def _parameter() -> Iterator[str]:
    """The parameter; a folder on this computer, or on a share."""
    kind = 'meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]'
    yield "/// The folder published/parquet of the workspace, without a slash at its end"
    yield rf'expression {FOLDER} = "C:\reach\published\parquet" {kind}'
    yield from ("", "\tannotation PBI_ResultType = Text")


def _relationships() -> Iterator[str]:
    for table, column, other in _RELATIONSHIPS:
        yield from (f"relationship {table}_{other}", f"\tfromColumn: {table}.{column}")
        yield from (f"\ttoColumn: {other}.{MART[other].key[0]}", "")


def _table(mart: Mart) -> Iterator[str]:
    yield from (f"/// A row is {mart.grain}.", f"table {mart.name}", "")
    for column in mart.columns:
        if _is_figure(column):
            yield from _measure(mart, column)
    for column in mart.columns:
        yield from _column(mart, column)
    yield from (f"\tpartition {mart.name} = m", "\t\tmode: import", "\t\tsource =", "\t\t\t\tlet")
    yield rf'{_DEEP}Source = Parquet.Document(File.Contents({FOLDER} & "\{mart.name}.parquet"))'
    yield from ("\t\t\t\tin", "\t\t\t\t\tSource")


def _is_figure(column: Column) -> bool:
    return column.name in _FIGURES and column.dtype in (pl.Int64, pl.Float64)


def _measure(mart: Mart, column: Column) -> Iterator[str]:
    """A figure of one row; gains of days are summed over the days of one campaign. Blank stands for anything else.

    Rows of totals share posts: a post may be in two campaigns, a stage holds those after it, and a year its quarters.
    """
    if mart.name == "campaign_daily" and column.name in ADD_UP - {"posts"}:
        rule = "Summed over days of one campaign; else blank."
        dax = f"IF(HASONEVALUE({mart.name}[campaign_id]), SUM({mart.name}[{column.name}]))"
    else:
        rule = "Of one row alone; blank where several would have to be added up, and where it is not known."
        dax = f"IF(COUNTROWS({mart.name}) = 1, MAX({mart.name}[{column.name}]))"
    yield f"\t/// {meaning(column)}. {rule}"
    yield f"\tmeasure '{mart.name} {column.name}' = {dax}"
    yield from (f"\t\tformatString: {_FORMATS[_type(column)]}", "")


def _column(mart: Mart, column: Column) -> Iterator[str]:
    yield from (f"\t/// {meaning(column)}", f"\tcolumn {column.name}", f"\t\tdataType: {_type(column)}")
    if _is_figure(column):
        yield "\t\tisHidden"  # its measure is shown instead
    if mart.key == (column.name,):
        yield "\t\tisKey"
    yield from ("\t\tsummarizeBy: none", f"\t\tsourceColumn: {column.name}", "")


def _type(column: Column) -> str:
    return "dateTime" if isinstance(column.dtype, pl.Datetime) else _TYPES[column.dtype]  # type: ignore[index]
