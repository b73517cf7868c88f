from __future__ import annotations

import time
from collections.abc import Callable
from unicodedata import normalize

import pytest

from connectors.contract import Extract, Raw, Refused
from connectors.reading import encodings
from connectors.reading.headers import header_keys, layouts_of
from tests.connectors.reading.tables import TABLE, views

Make = Callable[..., Raw]
Read = Callable[..., Extract]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_table_is_read_in_every_encoding_of_exports(raw: Make, read: Read, encoding: str) -> None:
    content = TABLE.encode(encoding)
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    extract = read(raw(mark + content))
    assert extract.posts["text"].to_list() == ["ច្បាប់ព័ត៌មាន"]


def test_what_is_not_utf_8_is_read_as_windows_1252(raw: Make, read: Read) -> None:
    extract = read(raw(TABLE.replace("ច្បាប់ព័ត៌មាន", "café “open”").encode("windows-1252")))
    assert extract.posts["text"].to_list() == ["café “open”"]
    assert extract.evidence.encoding == "windows-1252"


TEXTS = (
    ("windows-874", "สิทธิในการรับรู้ข้อมูล"),
    ("windows-874", "ข่าว"),
    ("windows-1251", "право на информацию"),
    ("windows-1251", "привет"),
    ("windows-1251", "день"),
    ("windows-1252", "à l’école, déjà vu"),
    ("windows-1252", "Perché sì, città"),
    ("windows-1252", "Ærø på dansk"),
    ("windows-1252", "“open” – café…"),
    ("windows-932", "情報を得る権利についての討論"),
    ("windows-949", "정보에 대한 권리"),
    ("gb18030", "新闻发布会"),
    ("windows-1254", "Günaydın arkadaşlar"),
    ("windows-1258", "Quyền tiếp cận thông tin của người dân"),
    ("windows-1253", "δικαίωμα στην πληροφόρηση"),
    ("windows-1256", "الحق في المعلومات"),
    ("windows-950", "獲取資訊的權利"),
    ("windows-950", "新聞發布會"),
    ("windows-1250", "Dzień dobry, państwu życzymy"),
    ("windows-1252", "Bogotá, mañana será otro día"),
    ("windows-1252", "São Paulo é ótimo"),
    ("windows-1252", "Straße"),
)


@pytest.mark.parametrize(("encoding", "text"), TEXTS)
def test_what_is_not_utf_8_is_the_code_page_that_its_letters_are_of(
    raw: Make, read: Read, encoding: str, text: str
) -> None:
    content = encoded(TABLE.replace("ច្បាប់ព័ត៌មាន", f'"{text}"'), encodings.CODECS[encoding])
    extract = read(raw(content))
    assert [normalize("NFC", text) for text in extract.posts["text"]] == [text]


LANGUAGES = {
    "de": "cp1252", "fr": "cp1252", "es": "cp1252", "pt": "cp1252", "it": "cp1252", "sv": "cp1252", "ru": "cp1251",
    "th": "cp874", "ja": "cp932", "ko": "cp949", "zh": "gb18030", "tr": "cp1254", "vi": "cp1258", "el": "cp1253",
}  # fmt: skip
HEADERS = [
    (platform, language, ",".join(words[0] for column, words in columns.items()))
    for platform, layout in (("facebook", "content"), ("youtube", "content"), ("x", "content"), ("website", "pages"))
    for language, columns in layouts_of(platform)[layout].languages.items()
    if language in LANGUAGES
]


@pytest.mark.parametrize(("platform", "language", "header"), HEADERS)
def test_the_header_of_a_language_alone_tells_the_code_page_in_which_its_country_saves(
    platform: str, language: str, header: str
) -> None:
    content = encoded(f"{header}\n{',1' * header.count(',')}\n", LANGUAGES[language])
    decoded = content.decode(encodings.CODECS[encodings.encoding("a.csv", content, True)], errors="replace")
    assert header_keys(decoded.split("\n")[0].split(",")) == header_keys(header.split(","))


def encoded(text: str, codec: str) -> bytes:
    """A text as Windows saves it: Vietnamese tones stand behind their letters in its code page."""
    if codec != "cp1258":
        return text.encode(codec)
    letters = "".join(letter if _is_in(letter, codec) else _parted(letter) for letter in normalize("NFC", text))
    return letters.encode(codec)


def _is_in(letter: str, codec: str) -> bool:
    try:
        return bool(letter.encode(codec))
    except UnicodeEncodeError:
        return False


def _parted(letter: str) -> str:
    tones = "".join(mark for mark in normalize("NFD", letter) if mark in "\u0300\u0301\u0303\u0309\u0323")
    return normalize("NFC", "".join(mark for mark in normalize("NFD", letter) if mark not in tones)) + tones


def test_utf_16_that_lost_its_mark_is_read(raw: Make, read: Read) -> None:
    extract = read(raw(TABLE.replace("ច្បាប់ព័ត៌មាន", "law").encode("utf-16-le")))
    assert (views(extract), extract.evidence.encoding) == ([10], "utf-16-le")


def test_a_letter_that_was_cut_costs_that_letter_and_not_the_others(raw: Make, read: Read) -> None:
    cut = TABLE.encode().replace("ន,".encode(), "ន".encode()[:2] + b",")
    extract = read(raw(cut))
    assert extract.posts["text"].to_list() == ["ច្បាប់ព័ត៌មា\ufffd"]
    assert extract.posts["is_damaged"].to_list() == [True]


def test_marks_between_thousands_say_nothing_of_how_letters_are_written() -> None:
    thai = "ข่าว,1’000,1’000\n".encode("cp874")
    western = "caf\xe9,1’000,1’000\n".encode("cp1252")
    assert encodings.encoding("a.csv", thai, True) == "windows-874"
    assert encodings.encoding("a.csv", western, True) == "windows-1252"
    assert encodings.encoding("a.csv", "1’000\n".encode("cp1252"), True) == "windows-1252"


def test_bytes_that_no_text_holds_are_refused_and_utf_16_without_its_mark_is_none_of_these() -> None:
    with pytest.raises(Refused, match="NUL"):
        encodings.encoding("a.csv", b"a,b\n1,\0\n", True)
    assert encodings.encoding("a.csv", "a,b\n1,2\n".encode("utf-16-be"), True) == "utf-16-be"
    assert encodings.encoding("a.csv", "a,b\n1,2\n".encode("utf-16-le"), True) == "utf-16-le"


def test_a_letter_that_the_end_of_the_first_bytes_cuts_is_no_damage() -> None:
    cut = "ភាសាខ្មែរ".encode()[:-1]
    assert encodings.encoding("a.csv", cut, False) == "utf-8"
    assert encodings.encoding("a.csv", cut, True) == "utf-8, damaged"


def test_a_letter_on_the_edge_of_two_pieces_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "PIECE_BYTES", 4)
    assert encodings.encoding("a.csv", "abcភាសា".encode(), True) == "utf-8"


@pytest.mark.parametrize(("whole", "is_damage"), [(5, True), (4, False)])
def test_a_damaged_letter_beside_five_whole_ones_is_damage(whole: int, is_damage: bool) -> None:
    cut = ("ភ" * (whole + 1)).encode()[:-1]
    assert (encodings.encoding("a.csv", cut, True) == "utf-8, damaged") == is_damage


WITH_RUNS = {"windows-1251", "windows-1253", "windows-1255", "windows-1256", "windows-874"}


@pytest.mark.parametrize(("content", "is_in_runs"), [(b"\xe9\xe9 \xe9\xe9\xe9", True), (b"\xe9\xe9 \xe9\xe9", False)])
def test_letters_that_stand_alone_are_none_of_a_script_that_writes_them_in_runs(
    content: bytes, is_in_runs: bool
) -> None:
    assert (encodings.encoding("a.csv", content, True) in WITH_RUNS) == is_in_runs


@pytest.mark.parametrize("before", [0, encodings.SAMPLE_BYTES - 40, encodings.SAMPLE_BYTES, 3 * encodings.PIECE_BYTES])
def test_the_letters_tell_the_code_page_however_far_down_they_stand(before: int) -> None:
    content = b"1,2,3,4\n" * (before // 8) + "1,право на информацию\n".encode("cp1251") * 3
    assert encodings.encoding("a.csv", content, True) == "windows-1251"


def test_the_first_bytes_and_the_whole_of_a_text_give_the_same_code_page() -> None:
    content = ("1," + "情報を得る権利" * 20 + "\n").encode("cp932") * 2000
    assert len(content) > encodings.SAMPLE_BYTES
    for cut in range(4):
        first = content[: encodings.SAMPLE_BYTES - cut]
        assert encodings.encoding("a.csv", first, False) == "windows-932" == encodings.encoding("a.csv", content, True)


def test_a_sample_without_a_blank_is_looked_through_once() -> None:
    started = time.process_time()
    encodings.encoding("a.csv", b"caf\xe9 " + b"a" * encodings.SAMPLE_BYTES + b"\n", is_whole=True)
    assert time.process_time() - started < 5
