"""What is not TOML is told with its line and what to do."""

import pytest

from tests.warehouse.plan.plans import SMALL, assert_told

SYNTAX: dict[str, tuple[str | bytes, int | None, str]] = {
    "an unclosed quotation mark": ('name = "a\nb = 1', 1, "a quotation mark is not closed"),
    "an unclosed single quotation mark": ("a = 1\nname = 'a\nb = 1", 2, "a quotation mark is not closed"),
    "an unclosed single quotation mark at the end": ("a = 1\nname = 'a", 2, "a quotation mark is not closed"),
    "an unclosed text of several lines": ('name = """a\nb\n\n', 1, "a quotation mark is not closed"),
    "a list that never ends": (SMALL + "posts = [\n" + '"youtube:a",\n' * 3, 10, "a list here or above is not closed"),
    "a single quotation mark far above": (
        SMALL.replace('"Forum"', "'Forum") + "[[asset]]\n" * 9,
        5,
        "a quotation mark is",
    ),
    "quotation marks of a word processor": ("name = “a”", 1, "the quotation marks must be straight ones"),
    "a text without quotation marks": ("name = IDUAI", 1, "put texts in quotation marks"),
    "a number with a comma": ("target = 40,000", 1, "too much stands here"),
    "a day that is not in the calendar": ("a = 1\nstarts = 2024-02-30", 2, "this day is not in the calendar"),
    "a day without its zeros": ("starts = 2024-9-1", 1, "write days as 2024-09-27"),
    "a hashtag without quotation marks": (
        "hashtags = [#IDUAI]\n[[asset]]\n",
        2,
        "a # outside quotation marks starts a comment",
    ),
    "a hashtag without quotation marks before a key": (
        "hashtags = [#IDUAI]\nposts = []",
        2,
        "a list here or above is not closed",
    ),
    "a key twice": ("a = 1\n\na = 2", 3, "written twice in one table; take one of them out"),
    "a table twice": ("[campaign]\n[campaign]", 2, "has two brackets, as in [[campaign]]"),
    "a table in both ways": ("[campaign]\n[[campaign]]", 2, "has two brackets, as in [[campaign]]"),
    "a missing bracket": ("\n[[campaign]\n", 2, "a bracket is missing"),
    "a key with a blank": ("my key = 1", 1, "this is no key; write key = value"),
    "a path of Windows": (r'a = "C:\data"', 1, r"a \ in double quotation marks must be written \\"),
    "a path of Windows with a u": (r'a = "C:\users"', 1, r"a \ in double quotation marks must be written \\"),
    "a character that can't be seen": ("a = 1\nname = 'a\x07'", 2, "type the line again"),
    "a rule that is not closed": ("match = { a = 1\n}", 1, "the { is not closed by } on the same line"),
    "bytes that are not UTF-8": ("a = 1\nb = 'é'".encode("latin-1"), 2, "not saved as UTF-8; save it again as UTF-8"),
    "Windows' Unicode": (SMALL.encode("utf-16"), 1, "not saved as UTF-8; save it again as UTF-8"),
    "half a character": ("a = 1\nb = '\ud800'", 2, "a character is damaged; type it again"),
    "lists without end": ("a = " + "[" * 5000, None, "too deep"),
}


@pytest.mark.parametrize("case", SYNTAX)
def test_what_is_not_toml_is_told_with_its_line_and_what_to_do(case: str) -> None:
    assert_told(*SYNTAX[case])
