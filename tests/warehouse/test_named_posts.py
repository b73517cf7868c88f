"""The loaded posts that the plan names: by links, numbers in links, ids."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from tests.warehouse.plans_and_posts import LINKS, campaign, plan_of, posts_of
from warehouse import named_posts


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("https://facebook.com/42/posts/1001", ("facebook", "42_1001")),
        ("https://example.org/a", ("facebook", "42_1001")),
        ("https://example.org/a//", ("facebook", "42_1001")),
        ("https://facebook.com/permalink/pfbid02abc", ("facebook", "1002")),
        ("https://facebook.com/watch?v=777001", ("facebook", "1002")),
        ("https://facebook.com/9999/videos/777002", None),
        ("facebook:42_1001", ("facebook", "42_1001")),
        ("facebook:1005", ("facebook", "1005")),
        ("facebook:55_7", ("facebook", "55_7")),
        ("x:55_7", ("x", "55_7")),
        ("facebook:abc", ("facebook", "abc")),
        ("https://short.ly/X", ("facebook", "abc")),
    ],
)
def test_a_post_is_named_by_its_link_or_by_any_id_it_goes_by(reference: str, expected: tuple[str, str] | None) -> None:
    result = named_posts.resolve(LINKS, plan_of(campaign("c", f'posts = ["{reference}"]')))
    assert result[reference] == expected or (expected is None and isinstance(result[reference], str))


def test_names_of_campaigns_exceptions_assets_and_same_posts_are_all_resolved() -> None:
    plan = plan_of(
        campaign("c", 'posts = ["facebook:1002"]\nexcept = ["facebook:1003"]')
        + '[[asset]]\nid = "clip"\ncampaign = "c"\nposts = ["facebook:1005"]\n'
        + '[[same]]\nposts = ["facebook:abc", "x:55_7"]\n'
    )
    assert list(named_posts.resolve(LINKS, plan)) == [
        "facebook:1002", "facebook:1003", "facebook:1005", "facebook:abc", "x:55_7"
    ]  # fmt: skip
    assert named_posts.resolve(LINKS, plan_of("")) == {}


def test_of_posts_with_one_number_the_account_in_the_link_tells_which() -> None:
    rows = posts_of(
        {"post_id": "4242", "account_id": "1111", "video_id": "777002"}, {"post_id": "4343", "account_id": "2222", "video_id": "777002"}
    )  # fmt: skip
    names = ["https://facebook.com/2222/videos/777002", "https://facebook.com/videos/777002"]
    result = named_posts.resolve(rows, plan_of(campaign("c", f"posts = {names}".replace("'", '"'))))
    assert list(result.values()) == [
        ("facebook", "4343"), "is several posts: write the one you mean (facebook:4242, facebook:4343)"
    ]  # fmt: skip


def test_a_name_of_three_characters_in_a_link_is_no_id() -> None:
    rows = posts_of({"post_id": "123"}, {"post_id": "1234"})
    names = ["https://fb.com/123", "https://fb.com/1234"]
    result = named_posts.resolve(rows, plan_of(campaign("c", f"posts = {names}".replace("'", '"'))))
    assert list(result.values()) == ["is no post that was loaded", ("facebook", "1234")]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "is no post that was loaded"),
        (3, "is no post that was loaded; that page's posts are facebook:a0, facebook:a1, facebook:a2"),
        (4, "is no post that was loaded; that page's posts are facebook:a0, facebook:a1, facebook:a2 and 1 more"),
    ],
)
def test_of_the_posts_of_the_page_that_a_link_names_three_are_told(count: int, words: str) -> None:
    rows = posts_of(*({"post_id": f"a{n}", "account_id": "4242"} for n in reversed(range(count))), {"post_id": "b"})
    reference = "https://facebook.com/4242/posts/999999"
    assert named_posts.resolve(rows, plan_of(campaign("c", f'posts = ["{reference}"]'))) == {reference: words}


def described_by(*rows: tuple[str, str, str]) -> pl.LazyFrame:
    return pl.LazyFrame(rows, schema=["platform", "post_id", "grade"], orient="row")


@pytest.mark.parametrize(
    ("rows", "stands"),
    [
        ([("facebook", "p1", "entered"), ("facebook", "p2", "export"), ("x", "p3", "api")], ("facebook", "p2")),
        ([("outreach", "p1", "export"), ("facebook", "p2", "entered"), ("x", "p3", "api")], ("x", "p3")),
        ([("facebook", "p1", "entered"), ("facebook", "p2", "entered"), ("x", "p3", "entered")], ("facebook", "p1")),
        ([("facebook", "p1", "export"), ("facebook", "p2", "export"), ("x", "p3", "export")], ("facebook", "p1")),
    ],
)
def test_of_the_names_of_one_post_the_first_that_a_platform_gave_stands(
    rows: Sequence[tuple[str, str, str]], stands: tuple[str, str]
) -> None:
    names = [f"{platform}:{post_id}" for platform, post_id, _ in rows]
    plan = plan_of(f"[[same]]\nposts = {names}\n".replace("'", '"'))
    result = named_posts.same_posts(
        described_by(*rows),
        [same.posts for same in plan.same],
        dict(zip(names, [row[:2] for row in rows], strict=True)),
    )
    assert result.rows() == [(*row[:2], *stands) for row in rows if row[:2] != stands]
    assert result.columns == ["platform", "post_id", "is_platform", "is_post_id"]
    joined = named_posts.joined({"one": rows[-1][:2], "none": "is no post"}, result)
    assert joined == {"one": stands, "none": "is no post"}


def test_every_entry_of_same_posts_joins_its_own() -> None:
    plan = plan_of('[[same]]\nposts = ["x:1", "x:2"]\n[[same]]\nposts = ["x:3", "x:4", "x:5"]\n')
    names: named_posts.Names = {f"x:{n}": ("x", str(n)) for n in range(1, 5)} | {"x:5": "is no post that was loaded"}
    result = named_posts.same_posts(described_by(("x", "1", "api")), [same.posts for same in plan.same], names)
    assert result.rows() == [("x", "2", "x", "1"), ("x", "4", "x", "3")]
    unknown = dict.fromkeys(names, "is no post that was loaded")
    assert named_posts.same_posts(described_by(), [same.posts for same in plan.same], unknown).rows() == []
    assert named_posts.same_posts(described_by(("x", "1", "api")), [], {}).rows() == []
