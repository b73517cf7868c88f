"""Changes an input of the search so that a reader still knows it for a file of its kind, mostly.

What is changed are cells, rows, lines, tags and a zip's members, and what they become is what breaks readers: odd
figures, dates and links, absurd places and counts, the words of every layout where others stood.
"""

from __future__ import annotations

import csv
import io
import os
import random
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[2]
READERS = ROOT / "connectors"
INPUT_BYTES = 1024 * 1024
_SEED_BYTES = 128 * 1024  # of a longer seed only its top: speed finds more than length
_MARKS = ",;\t"
_ODD = (
    *("", " ", "0", "-1", "-0", "+5", "1e5", "1E+17", "1e400", "nan", "inf", "∞", "½", "²", "①", "٣", "២១", "0x10"),
    *("1_000", "1.5", "1,5", "1.234.567", "12,34", "1 234", "1\u202f234", "3.5K", "3,5 Tsd.", "2 Mio.", "1.2万", "1,2 lakh"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775809", "9" * 30, "9" * 5000, "0." + "0" * 400 + "1"),
    *("9223372036854775.8K", "99999999999999M", "1e18", "100%", "<10", "$1.5", "=1+1", "'5", "--", "—", "N/A", "12abc"),
    *("01:02:03", "-1:00", "99:99:99", "999999999999:00:00", "1h 2m", "2562047788015:12:55", "00:00:00.0000001"),
    *("2024-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "12/31/9999 23:59", "01/01/0001 00:00", "1/1/1", "99/99/99"),
    *("29 Feb 2023", "Sep 27, 2024", "27. Sept. 2024", "27/09/2567", "2024-03-10T02:30:00", "2024-12-31T23:59:60Z"),
    *("2024-09-27T10:05:00+99:99", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00+14:00", "Lifetime", "45000", "2958466"),
    *("1700000000", "1700000000000", "99999999999999999999", "20240927", "2024W39", "២៧/០៩/២០២៤", "27 กันยายน 2567", "十月"),
    *("1.22158E+17", "122158000000000001", "122158000000000001_1", "dQw4w9WgXcQ", " dQw4w9WgXcQ", "-Qw4w9WgXcQ"),
    *("https://www.facebook.com/1/posts/2", "http://[::1", "https://[", "http://a:b:c/", "https://x.com/a/status/" + "9" * 30),
    *("//", "https://youtu.be/", "https://user@:99999/", "urn:li:activity:7", "https://www.facebook.com/?story_fbid=&id="),
    *("https://xn--/", "https://\u2100.com/", "https://a.com:port/%zz%00", "javascript:1", "https://t.me/c/1", "http:///"),
    *("\ufeff", "\u202e", "\u200b", "\x1a", "\x85", "\u2028", "\x0b", "\r", "\n", "\r\n", '"', '""', '"a', "'", "\0", "\ufffd"),
    *("💥", "e\u0301", "İ", "ß", "Ã©", "à¸", "???", "#forum", "Total", "Page 1", "facebook", "a" * 300, "{}", "{0}", "%s", "\\"),
)  # fmt: skip
_XML = (
    *("A1", "XFD1048576", "A0", "A99999999999", "ZZZZ1", "1A", "A1:XFD1048576", "999999", "-1", "s", "str", "inlineStr"),
    *("b", "e", "d", "n", "99999999", "1000000", "1e308", "nan", "0", "&lt;", "&#0;", "&#xD800;", "&a;", "]]>", "<a>", "</a>"),
    *("float", "date", "time", "percentage", "boolean", "PT99999999999H", "PT1M", "2024-13-45", "1899-12-30", "0.5", "60"),
    *("xl/worksheets/sheet2.xml", "../x", "hidden", "preserve", "utf-16", "iso-8859-1", "1.1", "<!DOCTYPE a [<!ENTITY b 'c'>]>"),
)  # fmt: skip
_LARGE = (0, 1, 9, 1000, 65_536, 1_048_576, 9_999_999, 4_294_967_295, 2**63)
_NAMES = (
    *("a.csv", "a", "", ".", "..", ".csv", "a.CSV", "a.tsv", "a.xlsx", "a.ods", "a.zip", "a.html", "é ឯ.csv", "a\udcff.csv"),
    *("2024-10-01/a.csv", "9999-12-31/a.csv", "0001-01-01/a.csv", "2024-02-30/a.csv", "2024-10-01/Page 1/a.csv", "//", "a/"),
    *("Content 2024-09-27_2024-12-30 Mekong.zip", "Content 9999-12-31_9999-12-31 a/Table data.csv", "Table data.csv"),
    *("Totals.csv", "Chart data.csv", "0001-01-01_0001-01-01.csv", "Jan-01-0001_Dec-31-9999_1.csv", "Views.csv", "x" * 255),
    *("Sep-01-2024_Sep-30-2024_1234567890123456.csv", "Xxx-99-0000_Feb-30-2024_1.csv", "a_content_99999999999999999.xls"),
    *("a_content_1771156805123.xls", "a_followers_0.xls", "account_analytics_content_2024-12-22_2025-03-22.csv", "{}.csv"),
    *("tweet_activity_metrics_A_20220201_20220301_en.csv", "tweet_activity_metrics_A_00000000_99999999_en.csv"),
)  # fmt: skip
_MOMENTS = ((2024, 12, 31, 1, 2, 4), (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58), (2024, 15, 31, 31, 0, 0))
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp874", "cp1251", "utf-32")
_INTEGERS = (b"\0\0", b"\xff\xff", b"\xff\x7f", b"\0\x80", b"\xff\xff\xff\x7f", b"\xff" * 4, b"\0" * 4, b"\x01\0")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


class Mutator:
    """Changes an input so that a reader still knows it for a file of its kind, mostly."""

    def __init__(self, seeds: list[bytes], deadly: tuple[bytes, ...]) -> None:
        self.deadly = deadly  # signatures
        self.texts = [content for _, _, content in (seed.partition(b"\0") for seed in seeds) if _is_text(content)]
        self.seeds = seeds
        rows = "\n".join(path.read_text(encoding="utf-8") for path in sorted(READERS.rglob("*.toml")))
        self.words = sorted(set(re.findall(r'"([^"\n]+)"', rows)))

    def __call__(self, data: bytes, limit: int, seed: int) -> bytes:
        """What libFuzzer asks for: another input, of at most so many bytes."""
        chance = random.Random(seed)
        name, _, content = data.partition(b"\0")
        while not content or content.startswith(self.deadly) or chance.random() < 0.02:
            name, _, content = chance.choice(self.seeds).partition(b"\0")
        if chance.random() < 0.05:
            digits = re.sub(
                rb"\d", lambda item: b"%d" % chance.randrange(10) if chance.random() < 0.3 else item[0], name
            )
            foreign = chance.choice(self.seeds).partition(b"\0")[0]
            name = chance.choice((os.fsencode(chance.choice(_NAMES)), foreign, digits))
        for _ in range(chance.choice((1, 1, 2, 4))):
            content = self.content(content, chance)
        return (name + b"\0" + content)[:limit]

    def content(self, content: bytes, chance: random.Random) -> bytes:
        """A file's bytes, changed once."""
        if content.startswith(b"PK") and chance.random() < 0.93:
            return self._archive(content, chance)
        if content.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<?xml") and chance.random() < 0.97:
            return self._xml(content.decode(errors="surrogateescape"), chance).encode(errors="surrogateescape")
        if not _is_text(content) or chance.random() < 0.06:
            return _flipped(content, chance)
        encoding = _encoding(content)
        text = content.decode(encoding, errors="replace")
        if chance.random() < 0.03:
            return chance.choice((as_xlsx, as_ods, as_xml, as_zip))(text)
        text = self._table(text, chance) if chance.random() < 0.75 else self._lines(text, chance)
        return text.encode(chance.choice(_ENCODINGS) if chance.random() < 0.05 else encoding, errors="replace")

    def _table(self, text: str, chance: random.Random) -> str:
        """Cells, rows and columns: put in, taken out, doubled, exchanged, replaced by what is odd."""
        mark = max(_MARKS, key=text[:3000].count)
        rows = _rows(text, mark)
        at = chance.randrange(len(rows))
        row = rows[at] = rows[at] or [""]
        column = chance.randrange(max(map(len, rows)))
        header = chance.choice(rows[:10])
        match chance.randrange(14):
            case 0 | 1 | 2:
                row[chance.randrange(len(row))] = self._cell(chance)
            case 3 if header:
                header[chance.randrange(len(header))] = chance.choice(self.words)
            case 4:
                rows[at:at] = [list(row)]
            case 5 if len(rows) > 1:
                del rows[at : at + chance.choice((1, 1, 5, 50))]
            case 6:
                row[column:column] = [self._cell(chance)]
            case 7:
                del row[chance.randrange(len(row)) :]
            case 8:
                other = chance.choice(rows) or [""]
                here, there = chance.randrange(len(row)), chance.randrange(len(other))
                row[here], other[there] = other[there], row[here]
            case 9:
                cell = chance.choice((self._cell(chance), chance.choice(row)))
                rows[at:] = [[*r[:column], cell, *r[column + 1 :]] for r in rows[at:]]
            case 10:
                rows = [r[:column] + r[column + 1 :] for r in rows]
            case 11:
                other = chance.randrange(max(map(len, rows)))
                rows = [[*r, *(r[other : other + 1])] if chance.random() < 0.98 else r for r in rows]
            case 12:
                foreign = chance.choice(self.texts)
                more = _rows(foreign.decode(_encoding(foreign), errors="replace"), mark)[: chance.choice((1, 2, 20))]
                rows[at:at] = more if chance.random() < 0.5 else [*more, []]
            case _:
                rows = rows[: chance.choice((1, 2, 3, 10))]
        out = io.StringIO()
        ends = "\r\n" if "\r\n" in text else "\n"
        quoting = csv.QUOTE_ALL if chance.random() < 0.1 else csv.QUOTE_MINIMAL
        csv.writer(out, delimiter=mark, lineterminator=ends, quoting=quoting).writerows(rows or [[""]])
        return out.getvalue()

    def _cell(self, chance: random.Random) -> str:
        if chance.random() < 0.1:
            return chance.choice(self.words)
        return chance.choice(_ODD) if chance.random() < 0.8 else chance.choice(_ODD) + chance.choice(_ODD)

    def _lines(self, text: str, chance: random.Random) -> str:
        """What a table's rules do not see: quotes, delimiters, ends of lines, marks, length."""
        lines = text.split("\n")
        at, spot = chance.randrange(len(lines)), chance.randrange(len(text) + 1)
        old = max(_MARKS, key=text[:3000].count)
        match chance.randrange(13):
            case 0:
                return text[:spot] + chance.choice(('"', '""', '"\n', '\n"', ',"', "\r", "\0", "\ufeff")) + text[spot:]
            case 1:
                return text.replace(old, chance.choice((*_MARKS, "|", " ")))
            case 2:
                return text.replace('"', chance.choice(("", "'", '""')))
            case 3:
                return "\n".join(['"' + line.rstrip("\r").replace('"', '""') + '"' for line in lines])
            case 4:
                return "sep=" + chance.choice((*_MARKS, '"', "\r", "x", "é")) + "\n" + text
            case 5:
                return text.replace("\n", chance.choice(("\r", "\r\n", "\n\n", "\r\r\n")))
            case 6:
                return text[:spot] + self._cell(chance) + text[spot:]
            case 7:
                return text[:spot]
            case 8 if chance.random() < 0.3:  # past the top, which is read apart
                lines[at:at] = [lines[at]] * min(3000, 140_000 // (len(lines[at]) + 1))
            case 9 if chance.random() < 0.3:  # past what csv takes as one field
                return text[:spot] + chance.choice("a,é\n9") * 140_000 + text[spot:]
            case 10:
                lines[at:at] = [chance.choice(("", ",,,", " ", self._cell(chance), "Total", "# note"))] * 2
            case 11:
                return text[spot:]
            case _:
                return text[:spot] + text[min(spot + chance.choice((1, 5, 100)), len(text)) :]
        return "\n".join(lines)

    def _xml(self, text: str, chance: random.Random) -> str:
        """Tags, attributes and contents: doubled, taken out, exchanged, replaced."""
        parts = re.split(r"(<[^<>]*>)", text)
        at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
        odd = chance.choice(_XML) if chance.random() < 0.6 else escape(self._cell(chance))
        values = list(re.finditer(r'"[^"]*"|(?<=>)[^<>]+(?=<)', text))
        counts = sorted(set(re.findall(r'(?<= )[\w:]{1,40}="\d{1,20}"', text)))
        match chance.randrange(9):
            case 8 if counts:  # of an attribute that stands once as often as of one in every cell
                chosen = chance.choice(sorted({count.split("=")[0] for count in counts}))
                old = chance.choice([count for count in counts if count.startswith(chosen + "=")])
                return text.replace(old, f'{chosen}="{chance.choice(_LARGE)}"', chance.choice((1, -1)))
            case 0 | 1 | 2 if values:
                value = chance.choice(values)
                new = f'"{odd}"' if value[0].startswith('"') else odd
                return text[: value.start()] + new + text[value.end() :]
            case 3:
                parts[at:at] = parts[min(at, other) : max(at, other)][:200]
            case 4:
                del parts[at : at + chance.choice((1, 2, 4, 100))]
            case 5:
                parts[at] = parts[at].replace('"', "'").replace("=", " = ")
            case 6:  # an attribute less
                parts[at] = re.sub(r' [\w:]+="[^"]*"', "", parts[at], count=1)
            case _:
                parts[at], parts[other] = parts[other], parts[at]
        return "".join(parts)

    def _archive(self, content: bytes, chance: random.Random) -> bytes:
        """A zip whose members are changed and packed again, so that every checksum is right."""
        members = unpacked(content)
        if not members:
            return _flipped(content, chance)
        at = max(chance.randrange(len(members)) for _ in range(2))  # sheets stand behind what describes them
        name, inner = members[at]
        match chance.randrange(12):
            case 0:
                foreign = chance.choice((*_NAMES, chance.choice(members)[0]))
                members[at] = (chance.choice((foreign, name + ".csv", name.upper(), name.replace("/", "/a/"))), inner)
            case 1:
                del members[at]
            case 2:
                members.append((chance.choice((name, "b/" + name, "mimetype", "xl/a", "meta.xml", "c.csv")), inner))
            case 3:
                foreign = chance.choice(self.seeds).partition(b"\0")[2]
                members.append((chance.choice(("a.csv", "b.zip", "c.xlsx")), foreign))
            case _:
                members[at] = (name, self.content(inner, chance))
        return packed(members, chance.choice(_MOMENTS))


def _is_text(content: bytes) -> bool:
    if content.startswith((b"PK", _OLD_WORKBOOK)) or not content:
        return False
    return b"\0" not in content or _encoding(content) == "utf-16"


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        content.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "utf-8"


def _rows(text: str, mark: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) or [[""]]
    except csv.Error:
        return [line.split(mark) for line in text.split("\n")]


def _flipped(content: bytes, chance: random.Random) -> bytes:
    """Bytes changed, put in, taken out, copied from elsewhere."""
    out = bytearray(content or b"\0")
    for _ in range(chance.choice((1, 2, 8))):
        at, size = chance.randrange(len(out) + 1), chance.choice((1, 2, 4, 16, 300))
        there = chance.randrange(len(out) + 1)
        new = (chance.randbytes(1), chance.randbytes(4), chance.choice(_INTEGERS), bytes(out[there : there + size]))
        match chance.randrange(6):
            case 0:
                del out[at : at + size]
            case 1:
                out[at:at] = chance.choice(new)
            case _:
                chosen = chance.choice(new)
                out[at : at + len(chosen)] = chosen
    return bytes(out)


def unpacked(content: bytes) -> list[tuple[str, bytes]]:
    """A zip's members; none where it cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            small = [info for info in archive.infolist() if info.file_size < 4 * INPUT_BYTES]
            return [(info.filename, archive.read(info)) for info in small]
    except Exception:  # whatever zipfile raises of damage: the bytes themselves are changed then
        return []


def packed(members: list[tuple[str, bytes]], moment: tuple[int, ...] = _MOMENTS[0]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name.encode(errors="replace").decode()[:60_000] or "a")
            info.date_time = moment  # type: ignore[assignment]  # also days that are none
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def as_zip(text: str) -> bytes:
    """A table as YouTube packs it."""
    return packed([("Table data.csv", text.encode(errors="replace"))])


def as_xlsx(text: str) -> bytes:
    """A table as Excel's workbook, its figures as numbers and its days as dates."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_numbers": True}
    with xlsxwriter.Workbook(out, {**options, "nan_inf_to_errors": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(_rows(text, max(_MARKS, key=text[:3000].count))[:200]):
            for column, cell in enumerate(row):
                is_day = re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])", cell)
                sheet.write(at, column, datetime.fromisoformat(cell) if is_day else cell[:32_000])
    return out.getvalue()


def as_ods(text: str) -> bytes:
    """A table as LibreOffice's workbook."""
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
    rows = "".join(
        "<table:table-row>"
        + "".join((number if re.fullmatch(r"\d{1,9}", item) else cell).format(_xml_safe(item)) for item in row)
        + '<table:table-cell table:number-columns-repeated="3"/></table:table-row>'
        for row in _rows(text, max(_MARKS, key=text[:3000].count))[:200]
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    when = b"<a><dc:date>2024-10-01T10:00:00</dc:date></a>"
    manifest = (
        b'<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        b'<m:file-entry m:full-path="/" m:media-type="' + kind + b'"/></m:manifest>'
    )
    parts = [("mimetype", kind), ("meta.xml", when), ("META-INF/manifest.xml", manifest)]
    return packed([*parts, ("content.xml", content.encode(errors="replace"))])


def as_xml(text: str) -> bytes:
    """A table as Excel's XML of 2003."""
    cell = '<Cell ss:Index="{}"><Data ss:Type="String">{}</Data></Cell>'
    rows = "".join(
        f'<Row ss:Index="{at}">' + "".join(cell.format(n, _xml_safe(item)) for n, item in enumerate(row, 1)) + "</Row>"
        for at, row in enumerate(_rows(text, max(_MARKS, key=text[:3000].count))[:200], 1)
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    whole = f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="a"><Table>{rows}</Table></Worksheet></Workbook>'
    return whole.encode(errors="replace")


def _xml_safe(cell: str) -> str:
    return escape(re.sub(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", cell))


def seeds() -> Iterator[bytes]:
    """The samples of the tests, genuine exports where REACH_EXPORTS names their folder, and other containers of some."""
    samples = sorted((ROOT / "tests" / "connectors").glob("*/samples"))
    folders = [*samples, *(Path(item) for item in (os.environ.get("REACH_EXPORTS"),) if item)]
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in paths:
        content = path.read_bytes()
        if len(content) > _SEED_BYTES and _is_text(content):
            content = content[: content.rindex(b"\n", 0, _SEED_BYTES) + 1]
        yield os.fsencode(path.name) + b"\0" + content
        if (
            _is_text(content)
            and path.parent in samples
            and path.parent.parent.name in ("facebook", "outreach", "sheet")
        ):
            text = content.decode(errors="replace").removeprefix("\ufeff")
            yield from (b"a\0" + way(text) for way in (as_xlsx, as_ods, as_xml))
