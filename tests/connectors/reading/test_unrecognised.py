from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import xlsxwriter

import connectors
from connectors.contract import Extract, Raw, Refused
from connectors.reading import unrecognised
from connectors.reading.headers import Header
from tests.connectors.conftest import raw_of

Make = Callable[..., Raw]
Read = Callable[..., Extract]


def test_a_file_of_no_platform_is_refused_and_its_header_stands_apart(raw: Make) -> None:
    with pytest.raises(
        unrecognised.Unrecognised, match=r"sheet template\. The command reach inspect shows its header\.$"
    ) as refused:
        connectors.recognise(raw("Colour,Weight\nred,3\n"), {})
    assert refused.value.in_file == "its header is “Colour, Weight”"


SECRETS = ("hunter2", "Tr0ub4dor", "correct-horse")


@pytest.mark.parametrize(
    "text",
    [
        "site,user,{0}\nbank,ana,{1}\nmail,ana,{2}\n",
        "{0}\n{1}\n{2}\n",
        "{0}: {1}, {2}",
        "Lien,{0},Vaatamised\nhttps://www.tiktok.com/@mekong/video/7,{1},{2}\n",
        "Campaign,{0},Amount spent (USD)\n2026-06-17,{1},{2}\n",
        "Date,{0},Network\n2024-10-01,{1},Facebook Page\n2024-10-02,{2},Facebook Page\n",
        "{0},FB link,TikTok link\n{1},https://www.facebook.com/reel/8610052400000001/,{2}\n",
        'a,b\n"{0}\n{1},{2}',
        "<?xml version='1.0' encoding='{0}'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>{1}{2}",
    ],
)
def test_nothing_of_a_file_that_is_nobodys_stands_in_its_message(raw: Make, text: str) -> None:
    with pytest.raises(Refused) as refused:
        connectors.read(raw(text.format(*SECRETS)), {})
    assert not any(secret in str(refused.value) for secret in SECRETS)
    assert str(refused.value).startswith("file.csv ")


@pytest.mark.parametrize(
    ("text", "name", "platform"),
    [
        ("Lien,Vues\nhttps://www.tiktok.com/@mekong/video/7,5\n", "a.csv", "tiktok"),
        ("Lien,Vues\nhttps://www.youtube.com/watch?v=dQw4w9WgXcQ,5\n", "a.csv", "youtube"),
        ("Sisu,Vaatamised\ndQw4w9WgXcQ,5\nabcdefgh-_1,6\n12345678901,7\n", "a.csv", "youtube"),
        ("Tunnus,Vaatamised\n1,5\n", "Nov-05-2024_Jan-05-2025_1016476477111055.csv", "facebook"),
    ],
)
def test_a_file_is_guessed_by_its_links_its_ids_or_its_name(raw: Make, text: str, name: str, platform: str) -> None:
    refusal = unrecognised.refusal(raw(text, name))
    assert f"looks like an export of {platform} whose columns are not known" in str(refusal)
    assert str(refusal).endswith(f"in reach.toml, below [{platform}]: reach inspect prints the line.")
    assert f"below [{platform}]: columns = {{" in refusal.in_file


def test_the_columns_that_cells_tell_are_named_and_figures_are_left_to_a_person(raw: Make) -> None:
    text = "Tunnus,Lien,Aeg,Arv\n122158000000000001,https://www.facebook.com/1/posts/122158000000000001,1.2.2026,5\n"
    refusal = unrecognised.refusal(raw(text))
    assert (
        'columns = { post_id = "Tunnus", url = "Lien", published_at = "Aeg", views = "?", reach = "?"'
        in refusal.in_file
    )


def test_two_ids_alone_are_no_sign_of_a_platform(raw: Make) -> None:
    assert "is no export that is known" in str(unrecognised.refusal(raw("Sisu,Arv\ndQw4w9WgXcQ,5\nabcdefgh-_1,6\n")))


def test_a_long_header_is_cut_after_240_characters(raw: Make) -> None:
    header = ",".join(["a" * 100] * 4)
    assert f"“{'a' * 100}, {'a' * 100}, {'a' * 36}…”" in unrecognised.refusal(raw(f"{header}\n1,2,3,4\n")).in_file


def test_a_table_of_posts_without_a_figure_is_told_what_was_not_recognised() -> None:
    top = Header(0, ("Post ID", "Vues"), "en", {"post_id": (0,)})
    assert unrecognised.columns("a.csv", top).startswith(
        "a.csv is a table of posts without a figure that is known; not recognised: Vues."
    )


def test_the_words_that_are_known_stand_in_the_proposed_lines(raw: Make) -> None:
    text = "Título do vídeo,Atalho,Visualizações do vídeo,Curtidas,Favs\nUm,https://www.tiktok.com/@a/video/7,5,2,1\n"
    refusal = unrecognised.refusal(raw(text))
    assert (
        'columns = { url = "Atalho", title = "Título do vídeo", views = "Visualizações do vídeo", likes = "Curtidas", '
        'reach = "?", comments = "?", shares = "?" }' in refusal.in_file
    )


def test_a_platform_without_words_of_its_own_has_none_that_are_known(raw: Make) -> None:
    refusal = unrecognised.refusal(raw("Link,Kijkers\nhttps://t.me/mekong/7,5\n"))
    assert 'below [telegram]: columns = { url = "Link", views = "?"' in refusal.in_file


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Day,Ad set name,Amount spent (USD)\n2026-06-17,Boost,1.50\n", "looks like a report of ads by day"),
        ("Campaign name,Ad set name,Results\nBoost,One,100\n", "looks like a report of ads."),
        (
            "Ensemble de publicités,Montant dépensé (EUR),Date\nBoost,1,2026-06-17 00:00:00\n",
            "looks like a report of ads by day",
        ),
    ],
)
def test_a_report_of_ads_is_told_what_it_is_and_sent_to_no_platform(raw: Make, text: str, what: str) -> None:
    with pytest.raises(Refused) as refused:
        connectors.recognise(raw(text), {})
    sentence = str(refused.value)
    assert f"is no export that is known, but {what}" in sentence
    assert "with the columns of the campaign's name" in sentence


@pytest.mark.parametrize(
    "text",
    [
        "ID,Start time,Completion time,Email,Name,Date,Sex\n1,9/27/24 9:00,9/27/24 9:05,a@x.org,Dara,2024-09-27,F\n",
        "Timestamp,Email Address,Your name,What did you learn?\n9/27/2024 10:00:12,a@x.org,Dara,Much\n",
    ],
)
def test_answers_to_a_form_are_no_list_of_who_came_and_say_what_to_do(raw: Make, text: str) -> None:
    with pytest.raises(Refused) as refused:
        connectors.recognise(raw(text), {})
    assert "looks like the answers to a form. Answers are not read. If it lists who came" in str(refused.value)
    assert "Dara" not in str(refused.value)


@pytest.mark.parametrize("text", ["Timestamp,Kilometres\n2024-09-27,4\n", "Timestamp\n2024-09-27\n"])
def test_a_column_of_times_alone_makes_no_form(raw: Make, text: str) -> None:
    with pytest.raises(Refused) as refused:
        connectors.recognise(raw(text), {})
    assert "answers to a form" not in str(refused.value)


def test_one_word_of_ads_makes_no_report_of_ads(raw: Make) -> None:
    assert "ads" not in str(unrecognised.refusal(raw("Campaign,Colour\nBoost,red\n")))


@pytest.mark.parametrize(("word", "rows"), [("Network", 1), ("Network", 2), ("Posted to", 2)])
def test_a_tools_table_of_several_platforms_is_sent_to_none_of_them(raw: Make, word: str, rows: int) -> None:
    text = f"Date (GMT),Post Permalink,Post Message,{word},Post Impressions\n"
    text += "2024-10-01,https://www.facebook.com/reel/8610052400000001/,Hello,Facebook Page,100\n" * rows
    refusal = unrecognised.refusal(raw(text))
    assert str(refusal).startswith("file.csv names platforms in a column, as a sheet of people's own or of a tool")
    assert f'platform = "{word}"' in refusal.in_file
    assert 'published = "Date (GMT)", link = "Post Permalink", views = "?"' in refusal.in_file
    assert "Facebook's language" not in str(refusal)


@pytest.mark.parametrize(
    "name", ["our-page_visitors_1771156805123.xls", "x_followers_1771156805123 (1).csv", "SinglePostAnalytics_Ana_7000000000.xlsx"]
)  # fmt: skip
def test_linkedins_names_of_files_tell_it_in_every_language(raw: Make, name: str) -> None:
    assert "looks like an export of linkedin whose columns are not known" in str(
        unrecognised.refusal(raw("Päivä,Katselut\n1,2\n", name))
    )


def test_figures_of_several_platforms_beside_each_other_are_told_what_they_are(raw: Make) -> None:
    text = "Post,FB link,TikTok link,FB Views,TikTok Views\n"
    text += (
        "One,https://www.facebook.com/reel/8610052400000001/,https://www.tiktok.com/@a/video/7300000000000000001,5,6\n"
    )
    refusal = unrecognised.refusal(raw(text))
    assert str(refusal).startswith(
        "file.csv has figures of several platforms beside each other. Copy them into the sheet"
    )
    assert refusal.in_file.startswith("its columns are Post, FB link, TikTok link")
    assert "a line for each of them" in str(refusal)


def test_a_plan_under_another_name_says_where_plans_count() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name in ("Project", "activities", "campaigns"):
            book.add_worksheet(name).write_row(0, 0, ["id", "name"])
    told = str(unrecognised.refusal(raw_of(target.getvalue(), "Copy of plan.xlsx")))
    assert told.startswith("Copy of plan.xlsx is a plan. A plan counts only as plan.xlsx in the workspace or in the")
