"""A wrong setting is named, and what it may have been meant to be; a secret is not repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.steps.settings import SettingsError, Workspace


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("inbocks = 'in'", "inbocks is no setting; the nearest is inbox."),
        ("inbox_secret = 'x'", "inbox_secret is no setting; the nearest is inbox_secrets."),
        ("[facebook]\nzoen = 'x'", "facebook.zoen is no setting; the nearest is zone."),
        ("language = 'fr'", "The setting language cannot be 'fr': Input should be 'en' or 'km'."),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "reach.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        _ = Workspace(tmp_path).settings
    assert str(error.value) == sentence
