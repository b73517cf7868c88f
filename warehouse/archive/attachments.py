"""The documents in a mail: what is attached to it, each with a name that is one on every system.

Nothing of a mail is trusted: a name has no folder, whatever it says. Texts, pictures, signatures and invitations are no
documents. By RFC 2045 to 2047, 2183 and 2231.
"""

from __future__ import annotations

import email
import mimetypes
import re
from collections.abc import Iterator
from email import errors
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import collapse_rfc2231_value
from typing import NamedTuple

from warehouse import file_system
from warehouse.archive.receipts import is_litter, is_template, why_no_export

MOST_OF_A_MAIL = 200
"""Documents of one mail; nobody sends more."""
LONGEST_NAME = 150
"""Letters of a name; its end says what it is, and is kept."""

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
_PLAIN = r"[^\s<>@,;:()\"]+@[^\s<>@,;:()\"]+"
_SENDER = re.compile(rf"\s*(?:({_PLAIN})|[^<>@,;:()\"]*<\s*({_PLAIN})\s*>)\s*")
_NO_DOCUMENTS = frozenset(
    {
        "application/ics", "application/pgp-encrypted", "application/pgp-keys", "application/pgp-signature",
        "application/pkcs7-signature", "application/x-pkcs7-signature", "message/delivery-status",
        "message/disposition-notification", "text/calendar", "text/directory", "text/rfc822-headers", "text/vcard",
        "text/x-vcard",
    }
)  # fmt: skip
_PICTURES = re.compile(r"(?i)\.(png|jpe?g|gif|bmp|svg|webp|heic|ico|tiff?|emz|wmz|p7s|asc|ics|vcf)$")
"""Names of pictures and signatures that a mail program sends as if they were any file."""
_TYPES = mimetypes.MimeTypes()  # those of this machine are others on each
_BROKEN = (errors.InvalidBase64PaddingDefect, errors.InvalidBase64LengthDefect)


LONGEST_HEADER = 4096
"""Letters of a header that are looked at: the standard library takes the square of their number in time."""


class _Utf8(Compat32):
    """How the standard library reads mails, with headers whose letters stand there as they are, in UTF-8."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value[:LONGEST_HEADER].encode("utf-8", "surrogateescape").decode("utf-8", "replace")


_AS_UTF8 = _Utf8()


class Document(NamedTuple):
    """Something attached: its name and bytes, or why it cannot be taken."""

    name: str
    content: bytes = b""
    why_not: str = ""


def sender(headers: bytes) -> str:
    """The one address that a mail says it is from, folded; empty where it names none, several, or one in no plain form.

    The name before an address is whatever the sender writes, and is not looked at. The standard library takes an
    address for the sender's that stands in a broken name (CVE-2023-27043), so the form is held to here.
    """
    lines = email.message_from_bytes(headers, policy=_AS_UTF8).get_all("From") or []
    if len(lines) != 1 or len(lines[0]) >= LONGEST_HEADER:
        return ""
    plain = _QUOTED.sub("", str(lines[0]).replace("\r", "").replace("\n", ""))
    form = _SENDER.fullmatch(plain)
    return (form[1] or form[2]).casefold() if form else ""


def kind(headers: bytes) -> tuple[str, bool]:
    """The kind of content that a mail's headers say, such as ``multipart/mixed``, and whether it is a text alone."""
    message = email.message_from_bytes(headers, policy=_AS_UTF8)
    content_type = message.get_content_type()
    return content_type, content_type in ("text/plain", "text/html") and not _name_said(message)


def documents(content: bytes) -> list[Document]:
    """What is attached to a mail, or to a mail that is forwarded in it, in the order in which it stands there.

    The same name twice is told apart by a number, the same bytes under it are taken once.
    """
    try:
        parts = list(_parts(email.message_from_bytes(content, policy=_AS_UTF8)))
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        return [Document("mail", why_not=f"cannot be read as a mail ({type(error).__name__}); ask for it once more")]
    taken = dict[str, Document]()
    for number, part in enumerate(parts, 1):
        if len(taken) == MOST_OF_A_MAIL:
            more = Document(
                "mail", why_not=f"has more than {MOST_OF_A_MAIL} attachments; ask for the rest in another mail"
            )
            return [*taken.values(), more]
        one = _document(part, number)
        if is_litter(one.name) or is_template(one.name) or one in taken.values():
            continue
        name, count = one.name, 1
        while name in taken:
            if taken[name].content == one.content:
                break
            count += 1
            name = _with_number(one.name, count)
        taken.setdefault(name, one._replace(name=name))
    return list(taken.values())


def _parts(message: Message) -> Iterator[Message]:
    """The parts that are documents; those of a mail within the mail, too."""
    for part in message.walk():
        of_part = part.get_content_type()
        if part.is_multipart() or of_part in _NO_DOCUMENTS or of_part.partition("/")[0] in ("audio", "image", "video"):
            continue
        name = _name_said(part)
        is_attached = part.get_content_disposition() == "attachment"
        is_text = of_part in ("text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html")
        if not (name or is_attached) and (is_text or of_part.startswith("message/")):
            continue
        if not _PICTURES.search(name):
            yield part


def _document(part: Message, number: int) -> Document:
    name = safe_name(_name_said(part)) or f"attachment-{number}{_TYPES.guess_extension(part.get_content_type()) or ''}"
    if why_not := why_no_export(name):
        return Document(name, why_not=why_not)
    if name.casefold() == "winmail.dat":
        return Document(name, why_not="holds attachments in Outlook's own form; ask for the mail once more as HTML")
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload:
        return Document(name, why_not="is empty; ask for it once more")
    if any(isinstance(defect, _BROKEN) for defect in part.defects):
        return Document(name, why_not="is damaged, as where a mail was cut short; ask for it once more")
    return Document(name, payload)


def _name_said(part: Message) -> str:
    """The name that a part gives itself, decoded; empty where it gives none that can be read."""
    for key, header in (("filename", "content-disposition"), ("name", "content-type")):
        try:
            value = part.get_param(key, None, header)
            text = collapse_rfc2231_value(value) if value else ""
            if "=?" in text:
                words = decode_header(text)
                text = "".join(w if isinstance(w, str) else w.decode(code or "utf-8", "replace") for w, code in words)
        except (LookupError, ValueError, AttributeError, TypeError, errors.MessageError):
            continue
        if text.strip():
            return text.strip()
    return ""


def safe_name(text: str) -> str:
    """One name of a file that every system can have, made of whatever a mail says; empty where nothing is left."""
    last = re.split(r"[/\\]", text.strip().rstrip("/\\"))[-1]
    last = "".join(character for character in last if character.isprintable() or character in "\u200b\u200c\u200d")
    name = file_system.name_everywhere(last.strip()) if last.strip(" .") else ""
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        end = f"{dot}{ending}" if dot and len(ending) <= 10 else ""
        name = (stem if end else name)[: LONGEST_NAME - len(end)].rstrip(" .") + end
    return name


def _with_number(name: str, number: int) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem} ({number}).{ending}" if dot else f"{name} ({number})"
