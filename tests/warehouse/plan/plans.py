"""Plans to test with: the one of a donor's report, a small one, and any."""

import re
from textwrap import dedent
from types import ModuleType
from typing import Annotated

import pytest
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from connectors import PLATFORMS
from warehouse.plan import model
from warehouse.plan.model import Mistake, Plan, PlanError
from warehouse.plan.values import PLATFORMS as PLATFORM_NAMES


def parse(content: str | bytes, name: str = "plan.toml") -> Plan:
    return model.parse(content, PLATFORMS.names, name)


IDUAI = """\
[project]
name = "Women and Youth Empowerment in Leadership"
timezone = "Asia/Phnom_Penh"
starts = 2022-07-01
ends = 2024-12-30
fiscal_year_starts = 10            # October: FY2024 ends in September 2024
# audience_size = 40_000           # only a closed list

[[objective]]
id = "1"
name = "Increase civic participation relating to national budget transparency"
[[output]]
id = "1.1"
objective = "1"
name = "Enhance coordinated advocacy"
[[activity]]
id = "1.1.7"
output = "1.1"
name = "National forum on fundamental freedom and access to information"
[[activity]]
id = "1.2.2"
output = "1.2"
name = "Youth debate"

[[campaign]]
id = "iduai-2024"
activity = "1.1.7"
name = "IDUAI 2024"
starts = 2024-09-01
ends = 2024-12-30
match = [                          # any of these takes a post
  { hashtags = ["IDUAI2024", "#ច្បាប់ព័ត៌មាន"] },
  { text = ["access to information law"], accounts = ["Advocacy and Policy Institute"] },
]
posts = ["https://www.facebook.com/watch/?v=1029384756", "youtube:dQw4w9WgXcQ"]
except = ["facebook:100064500000001_122158000000000001"]
stages = ["submitted", "short-listed", "winner"]
counted = { submitted = 26 }
account_figures = [
  { account = "website:api-cambodia.example", metric = "visits", from = 2024-09-27, to = 2024-10-04 },
]

[[asset]]
id = "vlog-1"
campaign = "iduai-2024"
stage = "winner"
posts = ["https://www.facebook.com/reel/1234567890", "facebook:100064512345678_1029384757"]

[[organisation]]
name = "Member organisation"
contact = "Communications officer, +855 12 345 678"
[[account]]
id = "facebook:100064512345678"
organisation = "Member organisation"
also = ["Old page name"]

[[indicator]]
id = "1.1.7-a"
name = "Views of content on the access to information law"
of = "activity:1.1.7"
metric = "views"
baseline = 0
target = 40_000
targets = { FY2024-Q4 = 10_000 }
[[indicator]]
id = "1.1.7-b"
name = "Participants who would speak about the law"
actual = 87.5
source = "Evaluation sheets of the forum"
[[same]]
posts = ["outreach:7", "facebook:100064512345678_1029384756"]
[[report]]
name = "final-2024"
as_of = 2024-12-30
[[printed]]
report = "final-2024"
campaign = "iduai-2024"
metric = "views"
value = 46_700
"""

SMALL = """\
[project]
name = "Reach"
[[activity]]
id = "1.1.7"
name = "Forum"
[[campaign]]
id = "iduai"
activity = "1.1.7"
name = "IDUAI"
"""


def plan(*tables: str) -> str:
    """The small plan, and further lines from line 10 on."""
    return SMALL + dedent("".join(tables))


def mistakes(text: str | bytes) -> list[tuple[int | None, str]]:
    with pytest.raises(PlanError) as raised:
        parse(text)
    return [(m.line, m.text) for m in raised.value.mistakes]


def told(content: str | bytes) -> tuple[Mistake, ...]:
    """The mistakes of a text that may have none."""
    try:
        assert isinstance(parse(content), Plan)
    except PlanError as error:
        return error.mistakes or (Mistake(None, "an error without a mistake"),)
    return ()


def the_mistake(text: str | bytes) -> tuple[int | None, str]:
    (only,) = mistakes(text)
    return only


_OF_A_LIBRARY = re.compile(r"Input should|valid (string|dict|integer|tuple)|value_error|extra_forbidden|pydantic")


def assert_told(text: str | bytes, line: int | None, sentence: str) -> None:
    """A plan has one mistake, which is told as one sentence with its line, and not in the words of a library."""
    told_line, told = the_mistake(text)
    assert told_line == line
    assert told.startswith(f"plan.toml line {line}: " if line else "plan.toml: ")
    assert sentence in told
    assert told.endswith(".")
    assert "\n" not in told
    assert not _OF_A_LIBRARY.search(told)


def indicator(*rows: str) -> str:
    return "\n".join(["[[indicator]]", 'id = "i"', 'name = "I"', *rows, ""])


FINAL = '[[report]]\nname = "f"\nas_of = 2024-12-30\n'


def printed(report: str, metric: str, value: str) -> str:
    return f'[[printed]]\nreport = "{report}"\ncampaign = "iduai"\nmetric = "{metric}"\nvalue = {value}\n'


_KEYS = tuple(dict.fromkeys(re.findall(r"[a-z_]+(?= =)|(?<=\[)[a-z]+", IDUAI)))
_VALUES = st.recursive(
    st.sampled_from(
        [
            '""',
            '"iduai"',
            "'''\n'''",
            "5",
            "0xffffffffffffffffffff",
            "-1",
            "nan",
            "true",
            "1.5",
            "2024-09-27",
            "08:00:00",
            "2024-09-27T08:00:00Z",
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        )
    ),
    max_leaves=4,
)
ROWS = st.sampled_from(_KEYS).flatmap(
    lambda key: (
        st.sampled_from([f"[[{key}]]", f"[{key}]", f"[[campaign.{key}]]", f"[campaign.{key}]"])
        | _VALUES.map(lambda value: f"{key} = {value}")
    )
)


def sections_in(module: ModuleType) -> list[type[BaseModel]]:
    """The sections of a plan that a module declares."""
    classes = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    return [one for one in classes if one.__module__ == module.__name__ and one.model_fields]


def assert_described(table: type[BaseModel]) -> None:
    """A section says what it is, and of each key what it means, in whole sentences, with an example that holds."""
    assert table.__doc__
    assert table.__doc__.endswith(".")
    for name, field in table.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert field.examples, name
        key = TypeAdapter(Annotated[field.annotation, "its rules follow", *field.metadata])
        for example in field.examples:
            key.validate_python(example, context={PLATFORM_NAMES: PLATFORMS.names})
