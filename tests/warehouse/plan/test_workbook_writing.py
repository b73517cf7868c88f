"""A plan written as a workbook is the same plan when it is read, whoever saved the workbook."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings

from connectors import PLATFORMS
from connectors.reading import forms
from tests.warehouse.plan.any_plans import plans
from tests.warehouse.plan.plans import IDUAI, SMALL, parse
from warehouse.palette import LIGHT
from warehouse.plan import workbook
from warehouse.plan.layout import SHEETS
from warehouse.plan.model import Plan
from warehouse.plan.workbook_writing import workbook as written


def read(content: bytes) -> Plan:
    return workbook.parse(forms.cells("plan.xlsx", content), PLATFORMS.names)


@given(plans())
@settings(deadline=None, max_examples=25)
def test_a_plan_goes_to_a_workbook_and_back_without_loss(plan: Plan) -> None:
    assert read(written(plan, PLATFORMS.names)) == plan


ODD = """
[[activity]]
id = "1.10"
name = " with blanks "
[[activity]]
id = "01"
name = "two\\nlines, a \\"quotation\\" and \\u200bខ្មែរ"
[[campaign]]
id = "=1+1"
activity = "1.10"
name = "TRUE"
starts = 1899-12-30
ends = 9999-12-31
match = [{ text = ["2024-09-27", "a\\nb", "46,700"] }]
[[indicator]]
id = "1e5"
name = "_x0041_"
baseline = 0.30000000000000004
target = 9_223_372_036_854_775_807
actual = -0.5
source = "#N/A"
targets = { FY2024 = 123_456_789_012_345.0, FY2025-Q1 = 1e-7 }
"""


@pytest.fixture(scope="module")
def saved_again(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, bytes]:
    """A plan with everything in it, and its workbook as LibreOffice saves it."""
    program = shutil.which("soffice")
    if program is None:
        assert not os.environ.get("CI"), "soffice is missing: apt-get install libreoffice-calc"
        pytest.skip("LibreOffice is not installed here: nothing opens the workbook")
    plan, folder = parse(IDUAI + ODD), tmp_path_factory.mktemp("plan")
    (folder / "plan.xlsx").write_bytes(written(plan, PLATFORMS.names))
    profile = f"-env:UserInstallation={folder.as_uri()}/profile"
    command = [
        program,
        profile,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(folder / "saved"),
    ]
    subprocess.run([*command, str(folder / "plan.xlsx")], capture_output=True, timeout=300, check=True)
    return plan, (folder / "saved" / "plan.xlsx").read_bytes()


def test_a_plan_is_the_same_when_libreoffice_has_saved_its_workbook(saved_again: tuple[Plan, bytes]) -> None:
    plan, content = saved_again
    assert read(content) == plan


def test_the_same_plan_makes_the_same_bytes() -> None:
    assert written(parse(IDUAI), PLATFORMS.names) == written(parse(IDUAI), PLATFORMS.names)


def test_cells_of_ids_are_text_and_a_list_offers_what_the_plan_has() -> None:
    with ZipFile(BytesIO(written(parse(IDUAI), PLATFORMS.names))) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        campaigns = book.read(f"xl/worksheets/sheet{names.index('campaigns') + 1}.xml").decode()
        accounts = book.read(f"xl/worksheets/sheet{names.index('accounts') + 1}.xml").decode()
        comments = "".join(book.read(name).decode() for name in book.namelist() if "comments" in name)
    assert names == ["start here", *SHEETS, "lists"]
    assert "<formula1>activities!$A$2:$A$1000</formula1>" in campaigns
    assert re.search(r'errorStyle="warning"[^>]*sqref="B2:B1001"', campaigns)
    assert "<formula1>lists!$A$2:$A$" in accounts
    assert "Needed. A short name that stays the same for ever" in comments
    assert "Example: iduai-2024" in comments


def test_a_project_of_any_days_has_a_workbook() -> None:
    for days in ("starts = 0001-01-01", "starts = 2024-01-01\nends = 9999-12-31", "ends = 1900-12-31"):
        plan = parse(SMALL.replace('name = "Reach"', f'name = "Reach"\n{days}', 1))
        assert read(written(plan, PLATFORMS.names)) == plan


def test_the_plans_workbook_has_the_colours_of_pages_and_reports() -> None:
    with ZipFile(BytesIO(written(parse(SMALL), PLATFORMS.names))) as book:
        sheets = [
            book.read(name).decode() for name in book.namelist() if re.match(r"xl/(styles|worksheets/sheet)", name)
        ]
    colours = {f"#{colour.lower()}" for sheet in sheets for colour in re.findall(r'rgb="FF([0-9A-F]{6})"', sheet)}
    assert {LIGHT["good"], LIGHT["main"], LIGHT["quiet"]} <= colours <= set(LIGHT.values())
