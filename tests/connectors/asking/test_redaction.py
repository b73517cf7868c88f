from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from connectors.asking.redaction import hidden


@given(
    secret=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=8, max_size=60),
    start=st.integers(0, 2),
)
def test_a_secret_is_struck_out_in_every_form(secret: str, start: int) -> None:
    inner = base64.b64encode(secret.encode())
    forms = [secret.encode(), quote(secret, safe="").encode(), quote_plus(secret).encode(), quote(secret).encode(),
             json.dumps(secret)[1:-1].encode(), inner, base64.urlsafe_b64encode(secret.encode())]  # fmt: skip
    content = b"|".join(forms)
    left = hidden(content, [SecretStr(f"Bearer {secret}")])
    assert not [form for form in forms if form in left]
    assert left.count(b"***") >= len(forms)


@pytest.mark.parametrize(("secret", "left"), [("12345678", b"a *** b"), ("1234567", b"a 1234567 b")])
def test_what_is_shorter_than_eight_characters_is_no_secret(secret: str, left: bytes) -> None:
    assert hidden(f"a {secret} b".encode(), [SecretStr(secret)]) == left


def test_a_slash_is_struck_out_as_json_may_escape_it() -> None:
    assert hidden(b'{"token": "abc\\/defgh"}', [SecretStr("abc/defgh")]) == b'{"token": "***"}'
