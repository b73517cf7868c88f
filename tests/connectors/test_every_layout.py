"""Any table of posts, written out in any layout, language, encoding, container and style, reads back equal."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import connectors
from connectors.contract import ACCOUNT_METRICS, METRIC, Extract, Raw
from connectors.reading import files
from connectors.reading.decimal_marks import Written, decimal_mark
from connectors.reading.headers import header, header_key, layouts_of
from connectors.reading.numbers import parse_counts
from tests.connectors.conftest import raw_of

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PAGE = "100064500000001"
COUNTS = ("views", "impressions", "reach", "likes", "comments", "shares", "saves", "clicks")
DIGITS = ("0123456789", "០១២៣៤៥៦៧៨៩", "๐๑๒๓๔๕๖๗๘๙")
MARKS = ("", ",", ".", " ", "\u00a0", "\u202f", "'", "’")
DATES = ("%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:00", "%d.%m.%y %H:%M", "%d %b %Y %H:%M", "%b %d, %Y %H:%M")
NOT_WRITTEN = {
    "x": ("views",), "youtube": ("group", "other", "alike", "date", "watch_seconds"), "tiktok": ("seen_on", "watch_seconds"),
    "facebook": ("video_id", "title", "watch_seconds"),
}  # fmt: skip
LETTERS = {
    "utf-8": "abcdefgh éüñ ភាសាខ្មែរ ไทย中文🙌", "utf-8-sig": "abcdefgh éüñ ភាសាខ្មែរ 🙌", "utf-16": "abc ភាសា 🙌",
}  # fmt: skip
WORDS = {
    "cp1252": ("forum", "“law”", "women’s", "café", "l’été", "señor", "naïve", "youth", "–", "«débat»"),
    "cp874": ("ข่าว", "ภาษาไทย", "สิทธิ", "ข้อมูล", "เยาวชน", "ประชาชน", "รัฐบาล", "ผู้หญิง", "ชุมชน", "กฎหมาย"),
}  # fmt: skip
"""A code page is told by a language's words: letters drawn at random are of none."""
ENCODED = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8-sig",
    "utf-16": "utf-16",
    "cp1252": "windows-1252",
    "cp874": "windows-874",
}


@dataclass(frozen=True)
class Post:
    """What is written, and must be read again."""

    number: int
    text: str
    published_at: datetime
    counts: tuple[int | None, ...]


KINDS = (("facebook", "content"), ("instagram", "content"), ("instagram", "stories"), ("linkedin", "content"),
         ("tiktok", "content"), ("x", "content"), ("youtube", "content"))  # fmt: skip
LAYOUTS = [
    (platform, layout, language)
    for platform, layout in KINDS
    for language, columns in layouts_of(platform)[layout].languages.items()
    if {"post_id", "url"} & set(columns) and "published_at" in columns and len(set(columns) & set(COUNTS)) >= 3
]


def own_id(post: Post, platform: str) -> str:
    """The post's identity as its platform writes it."""
    number = 10**15 + post.number * 7 + 1
    return {"youtube": f"vi-{post.number:08}", "linkedin": f"urn:li:activity:{number}"}.get(platform, str(number))


def cell(post: Post, platform: str, column: str, style: tuple[str, str, str], date_format: str) -> str:
    """One cell of a row; empty for a column that the post has nothing for."""
    post_number = own_id(post, platform)
    if column in COUNTS:
        value = post.counts[COUNTS.index(column)]
        return "" if value is None else number(value, *style)
    links = {
        "facebook": f"https://www.facebook.com/{PAGE}/posts/{post_number}", "x": f"https://x.com/mekong/status/{post_number}",
        "instagram": f"https://www.instagram.com/p/{'abcdefghij'[post.number % 10]}{post.number:09}/",
        "linkedin": f"https://www.linkedin.com/feed/update/{post_number}", "tiktok": f"https://www.tiktok.com/@mekong/video/{post_number}",
    }  # fmt: skip
    given = {
        "post_id": post_number, "account_id": PAGE, "username": "mekong", "name": "Mekong", "text": post.text, "title": post.text,
        "published_at": post.published_at.strftime(date_format), "date": "Lifetime", "url": links.get(platform, ""),
    }  # fmt: skip
    return given.get(column, "")


def number(value: int, mark: str, digits: str, end: str) -> str:
    plain = f"{value:,}".replace(",", mark)
    return plain.translate(str.maketrans("0123456789", digits)) + (end if not mark else "")


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Post], str, str, str, str]:
    """Posts, and a platform, layout, language and encoding that can hold their texts."""
    platform, layout, language = draw(st.sampled_from(LAYOUTS))
    headers = "".join(words[0] for words in layouts_of(platform)[layout].languages[language].values())
    encoding = draw(st.sampled_from([name for name in (*LETTERS, *WORDS) if _encodes(headers + headers.upper(), name)]))
    of_letters = st.text(alphabet=LETTERS.get(encoding, "a").replace(" ", ""), min_size=4, max_size=8)
    word = st.sampled_from(WORDS[encoding]) if encoding in WORDS else of_letters
    words = st.lists(word, min_size=1, max_size=5)
    count = st.one_of(st.none(), st.integers(1, 10**7))
    day = st.integers(0, 10**6).map(lambda minutes: datetime(2023, 1, 13) + timedelta(minutes=minutes))
    made = draw(st.lists(st.tuples(words, day, st.tuples(*[count] * len(COUNTS))), min_size=1, max_size=6))
    posts = [Post(n, " ".join(text), when, counts) for n, (text, when, counts) in enumerate(made)]
    return posts, platform, layout, language, encoding


@SLOW
@given(tables(), st.data())
def test_a_table_of_posts_reads_back_equal_however_it_is_written(
    table: tuple[list[Post], str, str, str, str], data: st.DataObject
) -> None:
    posts, platform, layout, language, encoding = table
    words = layouts_of(platform)[layout].languages[language]
    # One word may mean two of ours (X's impressions are its views), and signs of other kinds of table are none.
    first: dict[str, str] = {}
    for column in words:
        if column not in NOT_WRITTEN.get(platform, ()):
            first.setdefault(words[column][0], column)
    left_out = data.draw(st.sets(st.sampled_from(("reach", "comments", "shares", "saves", "clicks"))))
    columns = [c for c in first.values() if c not in left_out]
    random.Random(data.draw(st.integers(0, 999))).shuffle(columns)
    mark, digits = (
        data.draw(st.sampled_from(MARKS)),
        data.draw(st.sampled_from(DIGITS if encoding[:3] == "utf" else DIGITS[:1])),
    )
    style = (
        mark if encoding[:3] == "utf" or mark != "\u202f" else "",
        digits,
        data.draw(st.sampled_from(["", ".0", ".00"])),
    )
    dates = data.draw(st.sampled_from(DATES))
    header = [data.draw(st.sampled_from([str, str.upper, str.lower]))(words[c][0]) for c in columns]
    rows = [[cell(post, platform, c, style, dates) for c in columns] for post in posts]
    if data.draw(st.booleans()):
        total = ["Total" if c in ("post_id", "title") else "9" if c in COUNTS else "" for c in columns]
        rows.insert(data.draw(st.integers(0, len(rows))), total)
    for at in data.draw(st.lists(st.integers(0, len(columns)), max_size=3)):  # columns that mean nothing to us
        header.insert(at, f"Metric {at}")
        for row in rows:
            row.insert(at, "12.5%")
    split_in_two_languages(header, rows, columns, layouts_of(platform)[layout].languages, encoding, data)
    if data.draw(st.booleans()):  # as Meta writes some rows
        rows = [without_last_empty_cells(row) if data.draw(st.booleans()) else row for row in rows]
    content, name = written(header, rows, encoding, data)
    extract = extracted(raw_of(content, name), platform)
    assert sorted(seen(extract)) == sorted(expected(posts, platform, columns, dates))
    if name == "file.csv" and encoding.startswith("utf-16"):
        assert extract.evidence.encoding == ENCODED[encoding]


def split_in_two_languages(
    header: list[str],
    rows: list[list[str]],
    columns: Sequence[str],
    languages: Mapping[str, Mapping[str, Sequence[str]]],
    encoding: str,
    data: st.DataObject,
) -> None:
    """A metric's column again at the end, called as in another language; each row fills one of the two."""
    metrics = [column for column in columns if column in COUNTS]
    if not metrics or not data.draw(st.booleans()):
        return
    column = data.draw(st.sampled_from(metrics))
    at = next(at for at, word in enumerate(header) if column in meanings(languages, word))
    written = header_key(header[at])
    has_both = {language: {header_key(word) for word in names.get(column, ())} for language, names in languages.items()}
    twins = [
        names[column][0]
        for language, names in languages.items()
        if column in names
        and meanings(languages, names[column][0]) == meanings(languages, header[at])
        and len(meanings(languages, names[column][0])) == 1
        and header_key(names[column][0]) not in map(header_key, header)
        and _encodes(names[column][0], encoding)
        and not any({written, header_key(names[column][0])} <= words for words in has_both.values())
    ]
    if not twins:
        return
    header.append(data.draw(st.sampled_from(twins)))
    for row in rows:
        is_moved = data.draw(st.booleans())
        row.append(row[at] if is_moved else data.draw(st.sampled_from(["", row[at]])))
        row[at] = "" if is_moved else row[at]


def meanings(languages: Mapping[str, Mapping[str, Sequence[str]]], word: str) -> set[str]:
    """Our columns that a word means in any language."""
    return {
        column
        for columns in languages.values()
        for column, words in columns.items()
        if header_key(word) in map(header_key, words)
    }


def without_last_empty_cells(row: list[str]) -> list[str]:
    return row[: max(at for at, text in enumerate(row, start=1) if text)]


def extracted(file: Raw, platform: str) -> Extract:
    recognised, match = connectors.recognise(file, {})
    assert recognised.name == platform, match
    assert recognised.export
    return recognised.export.read(file, recognised.settings.model_validate({"zone": "UTC"}))


def seen(extract: Extract) -> list[tuple[object, ...]]:
    rows = extract.posts.join(extract.observations, on="row")
    return [
        (r["post_id"].removeprefix(f"{PAGE}_"), _squeezed(r["text"]), r["published_at"], *(-1 if r[m] is None else r[m] for m in COUNTS))
        for r in rows.iter_rows(named=True)
    ]  # fmt: skip


def expected(posts: Sequence[Post], platform: str, columns: Sequence[str], dates: str) -> list[tuple[object, ...]]:
    rows = []
    for post in posts:
        post_number = own_id(post, platform)
        counts = {c: post.counts[COUNTS.index(c)] if c in columns else None for c in COUNTS}
        if platform == "x":
            counts["views"] = counts["impressions"]
        at = post.published_at
        if platform == "x":  # whose ids know better than the column
            at = datetime(1970, 1, 1) + timedelta(milliseconds=(int(post_number) >> 22) + 1288834974657)
        text = _squeezed(post.text) if {"text", "title"} & set(columns) else None
        rows.append((post_number, text, at, *(-1 if v is None else v for v in counts.values())))
    return rows


def _squeezed(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


# --------------------------------------------------------------------------- every table of every platform

CELLS = {"post_id": "12215800000000{:04}", "video_id": "86100524{:04}", "url": "https://www.example.org/posts/{}",
         "published_at": "2024-09-{:02} 17:05", "date": "2024-09-{:02}", "account_id": "100064500000001",
         "seen_on": "2024-10-{:02}", "from": "2024-09-01", "to": "2024-09-30", "no": "{}"}  # fmt: skip
NEEDED = ("post_id", "video_id", "url", "published_at", "date")
"""Cells without which a row of an export is none."""


def first_words(platform: str, layout: str, language: str) -> dict[str, str]:
    """Our column -> the first of its words that means no other column in this language."""
    columns = layouts_of(platform)[layout].languages[language]
    return {
        column: next(word for word in words if meanings({language: columns}, word) == {column})
        for column, words in columns.items()
        if any(meanings({language: columns}, word) == {column} for word in words)
    }


EVERY_TABLE = [
    (platform.name, layout, language)
    for platform in connectors.PLATFORMS
    if platform.export
    for layout, words in layouts_of(platform.name).items()
    for language in words.languages
    if {"views", "reach", "impressions", "likes", "visits"} & first_words(platform.name, layout, language).keys()
    and set(NEEDED) & first_words(platform.name, layout, language).keys()
]


def test_every_platform_that_has_exports_of_figures_is_among_the_tables() -> None:
    by_hand, of_people, letters = (
        {"outreach", "sheet"},
        {"eventbrite", "people", "teams", "zoom"},
        {"klaviyo", "mailchimp"},
    )
    exporting = {platform.name for platform in connectors.PLATFORMS if platform.export} - by_hand - of_people - letters
    assert {platform for platform, _, _ in EVERY_TABLE} == exporting


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(EVERY_TABLE), st.randoms(use_true_random=False), st.sampled_from(",;\t"), st.sampled_from(",."))
def test_no_cell_of_any_table_moves_whatever_rows_lack_and_whichever_column_stands_twice(
    table: tuple[str, str, str], chance: random.Random, delimiter: str, mark: str
) -> None:
    platform, layout, _ = table
    words = first_words(*table)
    columns = chance.sample(sorted(words), len(words))
    metrics = [column for column in columns if column in (*METRIC, *ACCOUNT_METRICS) and column != "watch_seconds"]
    twin = chance.choice([*metrics, ""])
    rows = [
        {
            column: cell_of(column, number, mark) if column in (*NEEDED, metrics[0]) or chance.random() < 0.6 else ""
            for column in columns
        }
        for number in range(1, 6)
    ]
    lines = [[*map(words.get, columns), *([words[twin]] if twin else [])]]
    for row in rows:
        line = [row[column] for column in columns]
        if twin:  # one of the two is filled
            line += [row[twin]] if chance.random() < 0.5 else [""]
            line[columns.index(twin)] = "" if line[-1] else row[twin]
        lines.append(without_last_empty_cells(line) if chance.random() < 0.5 else line)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(lines)
    (opened,) = files.tables(raw_of(out.getvalue().encode()))
    top = header(opened.top, opened.top_keys, layouts_of(platform)[layout])
    assert top is not None
    frame = files.rows(opened, top).frame
    assert set(columns) - set(frame.columns) == set()
    assert frame.select(columns).rows() == [tuple(row[column] or None for column in columns) for row in rows]
    if "watch_seconds" in columns:
        hours = frame["watch_seconds"]
        mark_of_column, _ = decimal_mark("watch_seconds", hours, Written(top.language, delimiter, False, ""))
        counts, _ = parse_counts(frame.select("watch_seconds", "row"), HOUR, decimal_mark=mark_of_column)
        assert counts["watch_ms"].to_list() == [
            int(Decimal(row["watch_seconds"].replace(",", ".")) * HOUR) if row["watch_seconds"] else None
            for row in rows
        ]


HOUR = 3_600_000


def cell_of(column: str, number: int, mark: str) -> str:
    """A cell as it fits its column."""
    if column == "watch_seconds":
        return f"{number}{mark}25"
    if column in METRIC or column in ACCOUNT_METRICS:
        return str(1000 * number + sum(map(ord, column)))
    return CELLS.get(column, column + " {}").format(number)


# --------------------------------------------------------------------------- containers


def written(header: list[str], rows: list[list[str]], encoding: str, data: st.DataObject) -> tuple[bytes, str]:
    """The table in one of the containers that people drop, beside notes and an empty line where it is a workbook."""
    container = data.draw(st.sampled_from(["csv", "csv", "zip", "xlsx", "ods", "xml"]))
    notes: list[list[str]] = data.draw(st.sampled_from([[], [["Our pages in September"], []]]))
    if container in ("csv", "zip"):
        out = io.StringIO(newline="")
        writer = csv.writer(
            out, delimiter=data.draw(st.sampled_from(",;\t")), lineterminator=data.draw(st.sampled_from(["\n", "\r\n"]))
        )
        writer.writerows([*notes, header, *rows])
        content = out.getvalue().encode(encoding, errors="replace")
        return (content, "file.csv") if container == "csv" else (zipped({"file.csv": content}), "file.zip")
    lines = [*notes, header, *rows]
    made = {"xlsx": workbook, "ods": opendocument, "xml": spreadsheet_xml}[container](lines)
    return made, f"file.{container}"


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def workbook(lines: list[list[str]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_numbers": False}) as book:
        book.add_worksheet("Notes").write_string(0, 0, "What we did")
        page = book.add_worksheet("Posts")
        for at, line in enumerate(lines):
            for column, text in enumerate(line):
                page.write_string(at, column, text)
    return target.getvalue()


def opendocument(lines: list[list[str]]) -> bytes:
    """An ODS as LibreOffice writes it: empty cells and rows that repeat fill the sheet up to its end."""
    rows = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{escape(c)}</text:p></table:table-cell>' if c
                  else "<table:table-cell/>" for c in line)
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for line in lines
    )  # fmt: skip
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    body = (
        f'<office:document-content {names} office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="Posts">{rows}<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return zipped({"mimetype": kind.encode(), "content.xml": body.encode(), "META-INF/manifest.xml": manifest.encode()})


def spreadsheet_xml(lines: list[list[str]]) -> bytes:
    rows = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{escape(c)}</Data></Cell>' for c in line) + "</Row>"
        for line in lines
    )
    return (
        '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="Posts"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()
