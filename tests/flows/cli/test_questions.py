"""Every question of docs/questions.md is asked of the sample, and answers what is printed below it.

`python -m tests.flows.test_questions` prints the sample's answers into the document anew.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from flows import figure_text
from flows.steps.settings import Workspace
from tests.flows.published import published_sample
from warehouse.publish.snapshot import query_published

DOCUMENT = Path(__file__).parents[3] / "docs" / "questions.md"
QUESTION = re.compile(
    r"^## (?P<title>[^\n]+)\n(?P<why>(?:(?!^## |^```).)*)^```sql\n(?P<sql>.*?)\n```\n\n(?P<answer>(?:^\|[^\n]*\n)*)",
    re.MULTILINE | re.DOTALL,
)
QUESTIONS = {m["title"]: m for m in QUESTION.finditer(DOCUMENT.read_text(encoding="utf-8"))}
IN_CHARGE_OF_SHELLS = '"$`\\!'
ASK = """
import duckdb, json, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    for sql in json.load(sys.stdin):
        answer = connection.execute(sql)
        print(json.dumps([[c[0] for c in answer.description], answer.fetchall()], default=str))
"""


def cell(value: Any) -> str:
    """A value as the document prints it."""
    return "null" if value is None else figure_text.cell(value).replace("\n", " ").replace("|", "\\|")


def table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """An answer as the document prints it."""
    lines = [list(columns), *(map(cell, row) for row in rows)]
    drawn = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([drawn[0], "|" + " --- |" * len(lines[0]), *drawn[1:]]) + "\n"


def answer(workspace: Workspace, sql: str) -> str:
    """What `reach query` answers, as the document prints it."""
    rows = query_published(workspace.published, sql)
    return table(rows.columns, rows.rows())


def told(title: str) -> str:
    return (
        f"docs/questions.md, “{title}”: the sample answers something else than what is printed there. "
        "If that is meant, run python -m tests.flows.test_questions, and read whether its text still holds."
    )


def test_the_document_has_fifteen_questions_and_each_has_its_sql_and_its_answer() -> None:
    headings = re.findall(r"^## ([^\n]+)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == list(QUESTIONS)
    assert [int(title.split(".")[0]) for title in headings] == list(range(1, 16))
    assert [title for title, question in QUESTIONS.items() if question["answer"].count("\n") < 3] == []


@pytest.mark.parametrize("title", QUESTIONS)
def test_a_question_answers_what_is_printed_below_it(published: Workspace, title: str) -> None:
    assert answer(published, QUESTIONS[title]["sql"]) == QUESTIONS[title]["answer"], told(title)


def test_the_oldest_client_that_is_promised_gives_the_same_answers(published: Workspace, oldest_client: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(published.published / "reach.duckdb")],
        input=json.dumps([question["sql"] for question in QUESTIONS.values()]),
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(oldest_client), "PYTHONUTF8": "1"},
    )
    answers = [table(*json.loads(line)) for line in done.stdout.splitlines()]
    assert answers == [question["answer"] for question in QUESTIONS.values()], done.stderr


@pytest.mark.parametrize("title", QUESTIONS)
def test_a_question_can_be_typed_between_double_quotes(title: str) -> None:
    assert set(QUESTIONS[title]["sql"]).isdisjoint(IN_CHARGE_OF_SHELLS)


def main() -> None:
    """Prints the sample's answers into the document."""
    with tempfile.TemporaryDirectory() as folder:
        sample = published_sample(Path(folder) / "sample")
        text = DOCUMENT.read_text(encoding="utf-8")
        for question in reversed(list(QUESTION.finditer(text))):
            start, end = question.span("answer")
            text = text[:start] + answer(sample, question["sql"]) + text[end:]
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
