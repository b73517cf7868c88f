"""What has the shape of a secret is struck out; ids, links and sentences stay."""

from __future__ import annotations

import pytest

from warehouse.secret_shapes import struck

W = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9"


@pytest.mark.parametrize(
    "secret",
    [
        f"EAAG{W}", f"IGAA{W}x12", f"IGQVJ{W}xyz", f"THAA{W}x12", f"AIzaSy{W}4567890a"[:39], f"ya29.{W}", f"1//0g{W}x12",
        f"GOCSPX-{W}", "AQ" + W * 4, f"act.{W}x12!1", f"rft.{W}x12", "A" * 22 + W * 2, f"xoxb-123-{W}",
        f"hooks.slack.com/services/T0/B0/{W}", f"123456789:AA{(W + W)[:33]}", f"ghp_{W}1234567890", "AKIAIOSFODNN7EXAMPLE",
        f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx{W}.{W}", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    ],
)  # fmt: skip
def test_a_secret_is_struck_out_wherever_it_stands(secret: str) -> None:
    assert struck(secret) == "***"
    assert struck(f"row 3: “{secret}” is not a date") == "row 3: “***” is not a date"
    assert struck(f"https://example.org/?x={secret}&y=1") == "https://example.org/?x=***&y=1"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abcdefgh123", "Authorization: Bearer ***"),
        ("https://ana:hunter2@example.org/x", "https://***@example.org/x"),
        ("mailtos://reach:p%40ss@mail.example.org", "mailtos://***@mail.example.org"),
        ("?access_token=abcdefgh&limit=5", "?access_token=***&limit=5"),
        ('{"client_secret": "abcdefgh", "n": 1}', '{"client_secret": "***", "n": 1}'),
        ("REACH_FACEBOOK__TOKEN=abcdefgh", "REACH_FACEBOOK__TOKEN=***"),
        ("password: correct-horse", "password: ***"),
    ],
)
def test_what_a_name_says_is_a_secret_is_struck_out(text: str, shown: str) -> None:
    assert struck(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "facebook:100064500000001_122158042400000001", "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://www.facebook.com/permalink.php?story_fbid=pfbid0AbCdEfGhIjKlMnOpQrStUvWxYz1234567890&id=100064500000001",
        "urn:li:ugcPost:7000000000000000000", "at://did:plc:abcdefghijklmnopqrstuvwx/app.bsky.feed.post/3l5abcdefgh2x",
        "There is no token for facebook:1; put REACH_FACEBOOK__TOKEN, or 1 into REACH_FACEBOOK__TOKENS, into .env",
        "2024-12-30/Page A.csv: 3 of 10 rows were left out; the first: 12:30:45 is not a date",
        "e4b5f323c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4", "facebook:1 has a token: ends on 2026-12-30",
        "https://t.me/mekong/7", "Facebook refuses the token: permissions are missing", "name@mail.example.org", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ការចូលរួម",
    ],
)  # fmt: skip
def test_ids_links_days_and_sentences_stay(text: str) -> None:
    assert struck(text) == text
