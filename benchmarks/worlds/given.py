"""Worlds of files that are there already: the bundled sample, and genuine exports with a plan made from their words."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.worlds.posts import File, Night, World, questions

SAMPLE_AS_OF, GENUINE_AS_OF = date(2024, 12, 30), date(2026, 10, 15)
COPIED = datetime(2025, 1, 2, 3, 0, tzinfo=UTC)
"""The time of the sample's files. A checkout's own is that of its clone, and would differ."""

DOWNLOADED = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
"""The time of the first genuine export, later than all that they speak of; each next one is some hours later."""

_LINKS = re.compile(
    r"https://(?:www\.)?(?:instagram\.com/(?:p|reel)/[\w-]+|tiktok\.com/@[\w.]+/video/\d+|x\.com/\w+/status/\d+)"
)


def sample(checkout: Path) -> World | None:
    """The sample that the program brings, wherever it lies in a checkout; None where there is none."""
    folders = (folder for folder in sorted(checkout.iterdir()) if folder.is_dir() and folder.name[0] != ".")
    plans = [plan for folder in folders for plan in sorted(folder.rglob("sample/plan.toml"))]
    if not plans:
        return None
    inbox = plans[0].parent / "inbox"
    paths = sorted(path for path in inbox.rglob("*") if path.is_file())
    files = tuple(File(path.relative_to(inbox).as_posix(), path.read_bytes(), COPIED) for path in paths)
    sql_questions = questions(date(2024, 10, 1), SAMPLE_AS_OF, "iduai-2024", "iduai-2023", "iduai-2022")
    return World("sample", (Night(SAMPLE_AS_OF, plans[0].read_text(encoding="utf-8"), files),), sql_questions)


def genuine(folder: Path) -> World:
    """All exports that INDEX.tsv names, every other one in a folder of its day; the rest are dated by their time."""
    with (folder / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        names = [row["file"] for row in csv.DictReader(index, delimiter="\t")]
    files = []
    for number, name in enumerate(names):
        at = DOWNLOADED + timedelta(hours=7 * number)
        path = f"{at:%Y-%m-%d}/{name}" if number % 2 == 0 else name
        files.append(File(path, (folder / name).read_bytes(), at))
    sql_questions = questions(date(2025, 10, 1), GENUINE_AS_OF, "words", "named", "pages")
    return World("genuine", (Night(GENUINE_AS_OF, _plan(files), tuple(files)),), sql_questions)


def _plan(files: Iterable[File]) -> str:
    """Campaigns by what the files hold, since nobody knows beforehand what that is: hashtags, accounts and links."""
    texts = [_text(file) for file in files if file.path.lower().endswith(".csv")]
    tags = Counter(tag for text in texts for tag in re.findall(r"#([^\W\d_]{4,})", text))
    common = [tag for tag, _ in sorted(tags.items(), key=lambda counted_tag: (-counted_tag[1], counted_tag[0]))[:4]]
    links = sorted({link for text in texts for link in _LINKS.findall(text)})
    some = links[:: len(links) // 14 + 1]
    accounts = sorted({account for text in texts for account in _accounts(text)})
    assets = "".join(
        f'[[asset]]\nid = "asset-{number}"\ncampaign = "named"\nstage = "{("sent", "won")[number % 2]}"\n'
        f"posts = {_listed(some[number::8])}\n"
        for number in range(4)
    )
    return f"""
[project]
name = "Genuine exports"
starts = 2013-10-01
ends = 2026-12-31
fiscal_year_starts = 10
[[activity]]
id = "1"
name = "One"
[[activity]]
id = "2"
name = "Two"
[[campaign]]
id = "tags"
activity = "1"
name = "Hashtags"
match = {{ hashtags = {_listed(common)} }}
[[campaign]]
id = "words"
activity = "1"
name = "Letters"
starts = 2024-01-01
ends = 2026-06-30
match = {{ text = ["a", "e", "и"] }}
[[campaign]]
id = "pages"
activity = "2"
name = "Accounts"
match = {{ accounts = {_listed(accounts)} }}
[[campaign]]
id = "named"
activity = "2"
name = "Posts by name"
posts = {_listed(some[4:8])}
except = {_listed(links[1:3])}
stages = ["sent", "won"]
counted = {{ sent = 26 }}
{assets}
[[indicator]]
id = "views"
name = "Views"
of = "project"
metric = "views"
target = 1_000_000
targets = {{ FY2025 = 5000, FY2026-Q2 = 100_000, FY2026 = 1 }}
[[indicator]]
id = "reach"
name = "Reach"
of = "campaign:pages"
metric = "reach"
baseline = 10
target = 70_000
[[indicator]]
id = "won"
name = "Winners"
of = "activity:2"
metric = "won"
target = 4
"""


def _text(file: File) -> str:
    is_wide = file.content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return file.content.decode("utf-16" if is_wide else "utf-8-sig", "replace")


def _accounts(text: str) -> set[str]:
    """The pages and usernames that a table of Meta's names."""
    rows = csv.DictReader(io.StringIO(text))
    named = {"Page ID", "Account username"} & set(rows.fieldnames or ())
    cells = {row[column] or "" for row in rows for column in named}
    return {cell for cell in cells if re.fullmatch(r"\d{10,}|[a-z][\w.]+", cell)}


def _listed(values: Sequence[str]) -> str:
    return "[" + ", ".join(json.dumps(value, ensure_ascii=False) for value in values) + "]"
