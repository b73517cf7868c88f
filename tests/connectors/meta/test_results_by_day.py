from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from connectors.contract import Raw, Refused
from connectors.facebook import export as facebook
from connectors.instagram import export as instagram
from connectors.meta import results_by_day
from connectors.reading.headers import header_key, layouts_of

Make = Callable[..., Raw]
PLATFORMS = ("facebook", "instagram")
METRICS = ("visits", "views", "reach", "viewers")
TITLES = [
    (platform, metric, columns["date"][0], columns[metric][0])
    for platform in PLATFORMS
    for columns in layouts_of(platform)["results"].languages.values()
    for metric in METRICS
    if metric in columns
]
SETTINGS = facebook.Settings()


def block(title: str, *days: str) -> str:
    return "\n".join([title, "Date,Primary", *days, "", ""])


def test_each_block_has_its_title_and_its_lines_by_number(raw: Make) -> None:
    text = f"sep=,\n{block('Visits', '2024-09-28,5', '2024-09-29,6')}{block('Likes', '2024-09-28,7')}"
    first, second = results_by_day.blocks(raw(text))
    assert first.title == "Visits"
    assert first.lines == ((4, ("2024-09-28", "5")), (5, ("2024-09-29", "6")))
    assert (second.title, len(second.lines)) == ("Likes", 1)


def test_visits_views_and_reach_are_kept_and_other_figures_are_named(raw: Make) -> None:
    file = raw(block("Facebook visits", "2024-09-28,5", "2024-09-29,") + block("Mood", "2024-09-28,7"))
    extract = results_by_day.read(file, "facebook", results_by_day.blocks(file), SETTINGS)
    assert extract.account_figures.select("platform", "metric", "period_start", "value").rows() == [
        ("facebook", "visits", date(2024, 9, 28), 5)
    ]
    assert extract.notes[-1] == "figures that Reach does not keep were passed over: Mood"


def test_a_block_whose_title_names_the_other_platform_is_the_others(raw: Make) -> None:
    file = raw(block("Instagram reach", "2024-09-28,5"))
    extract = results_by_day.read(file, "facebook", results_by_day.blocks(file), SETTINGS)
    assert extract.account_figures["platform"].to_list() == ["instagram"]


@pytest.mark.parametrize(
    ("title", "platform", "other"),
    [("Reach", "instagram", "facebook"), ("Visualizações", "instagram", "facebook"), ("Facebook reach", "facebook", None),
     ("Viewers", "facebook", None), ("Instagram reach", "instagram", None)],
)  # fmt: skip
def test_a_title_that_both_platforms_use_is_instagrams_and_may_be_facebooks(
    raw: Make, title: str, platform: str, other: str | None
) -> None:
    file = raw(f'sep=,\n"{title}"\n"Date","Primary"\n"2026-06-01T00:00:00","100"\n')
    sure = {each: each_sniff(file, each_settings()) for each, each_sniff, each_settings in (
        ("facebook", facebook.sniff, facebook.Settings), ("instagram", instagram.sniff, instagram.Settings))}  # fmt: skip
    assert max(sure, key=lambda each: sure[each].confidence if sure[each] else 0) == platform
    extract = results_by_day.read(file, platform, results_by_day.blocks(file), SETTINGS)
    assert extract.account_figures.select("platform", "or_platform").rows() == [(platform, other)]


@pytest.mark.parametrize(
    ("titles", "other"),
    [(("Facebook visits", "Reach"), None), (("Reach", "Facebook visits", "Instagram reach"), "instagram"),
     (("Instagram reach", "Reach"), "instagram")],
)  # fmt: skip
def test_the_other_titles_of_a_file_tell_whose_a_bare_title_is_where_they_name_one_platform(
    raw: Make, titles: tuple[str, ...], other: str | None
) -> None:
    blocks = (f'"{title}"\n"Date","Primary"\n"2026-06-01T00:00:00","{n}"\n\n' for n, title in enumerate(titles))
    file = raw("sep=,\n" + "".join(blocks))
    figures = results_by_day.read(file, "facebook", results_by_day.blocks(file), SETTINGS).account_figures
    bare = figures.filter(value=titles.index("Reach"))
    assert bare.select("metric", "or_platform").rows() == [("reach", other)]


def test_a_file_of_other_figures_alone_is_refused_with_their_titles(raw: Make) -> None:
    file = raw(block("Mood", "2024-09-28,7"))
    with pytest.raises(
        Refused, match=r"figures by day \(Mood\), of which Reach keeps visits, views, reach and viewers"
    ):
        results_by_day.read(file, "facebook", results_by_day.blocks(file), SETTINGS)


@pytest.mark.parametrize(("count", "is_read"), [(100, True), (101, False)])
def test_a_file_of_results_has_100_blocks_at_most(raw: Make, count: int, is_read: bool) -> None:
    file = raw(block("Visits", "2024-09-28,5") * count)
    if is_read:
        assert len(results_by_day.blocks(file)) == count
    else:
        with pytest.raises(Refused, match="holds over 100 tables below each other"):
            results_by_day.blocks(file)


@pytest.mark.parametrize(("platform", "metric", "date_word", "title"), TITLES)
def test_one_layout_holds_in_every_language_also_where_the_word_for_date_is_not_known(
    raw: Make, platform: str, metric: str, date_word: str, title: str
) -> None:
    for word in (date_word, "Päivä"):
        file = raw(f'sep=,\n"{title}"\n"{word}","Primary"\n"2026-06-01T00:00:00","100"\n'.encode("utf-16"))
        for connector in (facebook, instagram):
            assert connector.sniff(file, connector.Settings())
        figures = results_by_day.read(file, platform, results_by_day.blocks(file), SETTINGS).account_figures
        assert figures.select("metric", "period_start", "value").rows() == [(metric, date(2026, 6, 1), 100)]


def test_no_title_means_two_figures_in_any_two_languages() -> None:
    meanings: dict[str, set[str]] = {}
    for platform in PLATFORMS:
        for columns in layouts_of(platform)["results"].languages.values():
            for metric in (*METRICS, "ignored"):
                for title in columns.get(metric, ()):
                    meanings.setdefault(header_key(title), set()).add(metric)
    assert {title: metrics for title, metrics in meanings.items() if len(metrics) > 1} == {}


def test_a_title_that_only_one_of_the_two_platforms_has_says_whose_figures_they_are(raw: Make) -> None:
    assert results_by_day.platform_of("Kunjungan Profil") == "instagram"
    assert results_by_day.platform_of("Viewers") == "facebook"
    assert results_by_day.platform_of("Tayangan") is None
    assert results_by_day.platform_of("Facebook Page and Instagram profile visits") is None
    file = raw(block("Kunjungan Profil", "2024-09-28,5"))
    figures = results_by_day.read(file, "facebook", results_by_day.blocks(file), SETTINGS).account_figures
    assert figures.select("platform", "metric").rows() == [("instagram", "visits")]


def test_older_files_have_the_titles_beside_each_other_in_place_of_primary(raw: Make) -> None:
    text = (
        "Page and profile visits\nDate,Facebook Page visits,Instagram profile visits\n2022-01-01,5,3\n2022-01-02,6,\n\n"
        "Likes\nDate,Facebook Page likes\n2022-01-01,7\n"
    )
    file = raw(text)
    extract = results_by_day.read(file, "facebook", results_by_day.blocks(file), SETTINGS)
    assert sorted(extract.account_figures.select("platform", "metric", "period_start", "value").rows()) == [
        ("facebook", "visits", date(2022, 1, 1), 5),
        ("facebook", "visits", date(2022, 1, 2), 6),
        ("instagram", "visits", date(2022, 1, 1), 3),
    ]
    assert extract.notes[-1] == "figures that Reach does not keep were passed over: Facebook Page likes"


def test_a_table_of_dates_and_reach_that_names_neither_platform_is_none_of_metas(raw: Make) -> None:
    assert results_by_day.blocks(raw("Date,Reach\n2024-09-28,5\n")) == []


def test_a_workspace_names_a_title_that_nobody_knows(raw: Make) -> None:
    file = raw(block("Katselut", "2024-09-28,5"))
    with pytest.raises(Refused, match=r'below \[facebook\]: columns = \{ views = "Katselut" \}'):
        results_by_day.read(file, "facebook", results_by_day.blocks(file), SETTINGS)
    named = facebook.Settings(columns={"views": ["Katselut"]})
    extract = results_by_day.read(file, "facebook", results_by_day.blocks(file), named)
    assert extract.account_figures.select("metric", "value").rows() == [("views", 5)]
