"""The mail with which a report goes to whoever waits for it: its subject, and a few sentences in each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from connectors.platform import Platforms
from warehouse.plan.model import Plan
from warehouse.publish.document.blocks import Document
from warehouse.publish.document.telling import Frozen, Telling
from warehouse.publish.report.language import plain


class Letter(NamedTuple):
    """A mail's subject, one line, and its text."""

    subject: str
    text: str


def letter(
    documents: Sequence[Document],
    about: Mapping[str, Any],
    plan: Plan,
    platforms: Platforms,
    frozen: Frozen,
    *,
    is_attached: bool,
    link: str = "",
) -> Letter:
    """The mail with a frozen report, in the languages of its documents, one behind the other.

    Args:
        about: the row ``about`` of the frozen tables.
        plan: the plan that they were made by.
        is_attached: whether the document lies in the mail.
        link: where the document is otherwise; without one the reader is asked to answer.
    """
    way = "letter_attached" if is_attached else "letter_linked" if link else "letter_announced"
    texts = []
    for document in documents:
        telling = Telling(document.language, about, platforms, plan)
        sentences = (
            telling("letter_begins"),
            telling(way, title=document.title, day=telling.day(about["as_of"]), link=link),
            telling.frozen(frozen),
            telling("letter_ends"),
        )
        texts.append("\n\n".join(sentences))
    return Letter(plain(" / ".join(document.footer for document in documents)), "\n\n\n".join(texts) + "\n")
