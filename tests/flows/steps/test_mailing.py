"""Mailing frozen reports: once to each, from what was frozen, tried for a week, and never at the night's cost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

import connectors
from flows.steps import clock, doctor, freezing, mailing, night
from flows.steps.mailing import Mailed, mail_due, mailed_documents, mails_of
from flows.steps.settings import SettingsError, Workspace
from tests.conftest import CAMPAIGN, World, copy_of, meta, new_world, post
from tests.flows.cli.typed import reach
from tests.flows.smtp_server import Smtp, taking_mails
from warehouse.publish.document import pdf
from warehouse.publish.report.khmer_texts import khmer_texts
from warehouse.publish.workbook.khmer_book import khmer_book

DONOR, DIRECTOR, PLAIN = "officer@fund.example", "director@ngo.example", "board@ngo.example"
REPORT = '\n[[report]]\nname = "final"\nas_of = 2024-12-30\nmail_to = {to}\n'
ENV = f"REACH_MAIL_TO__DONOR={DONOR}\nREACH_MAIL_TO__DIRECTOR=' {DIRECTOR} '\n"
UNTIL = "It is tried each night until 2025-01-09."
"""The report is frozen on 2 January, and tried on the seven days after it."""

Clock = Callable[[str], None]


@dataclass
class Mailer:
    """A world with a frozen report, and a server for its mails."""

    world: World
    smtp: Smtp

    @property
    def workspace(self) -> Workspace:
        return self.world.workspace

    def night(self, seconds: float = mailing.SECONDS_A_NIGHT) -> Mailed:
        """What a night does once it has published and frozen."""
        return mail_due(Workspace(self.workspace.home), night.read_plan(self.workspace), seconds)

    def mail_to(self, *names: str) -> None:
        self.world.plan(CAMPAIGN + REPORT.format(to=list(names)).replace("'", '"'))

    def set(self, toml: str = "", env: str = ENV) -> None:
        settings = (
            f'[mail]\nhost = "127.0.0.1"\nport = {self.smtp.port}\nsecurity = "none"\nsender = "NGO <us@ngo.example>"\n'
        )
        (self.workspace.home / "reach.toml").write_text(toml.partition("\0")[2] or settings + toml, encoding="utf-8")
        (self.workspace.home / ".env").write_text(env, encoding="utf-8")


def day(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(f"{text}T05:00"))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Lets the clock stand at noon of a day in Phnom Penh; it is the day of the freezing first."""
    day(monkeypatch, "2025-01-02")
    return lambda text: day(monkeypatch, text)


@pytest.fixture(scope="module")
def kept_report(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world of one post with a frozen report, for copies."""
    world = new_world(tmp_path_factory.mktemp("kept"))
    world.drop("2024-12-01/a.csv", meta(post(1, Views=46_700)))
    with pytest.MonkeyPatch.context() as patched:
        day(patched, "2025-01-02")
        world.load()
        freezing.freeze(world.workspace, night.read_plan(world.workspace), "final", date(2024, 12, 30))
    return world


@pytest.fixture(scope="module", autouse=True)
def without_browser() -> Iterator[None]:
    """A browser takes its seconds, and what it prints is tested elsewhere; one test here lets it print."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("REACH_BROWSER", "no-such-browser")
        yield


@pytest.fixture
def mailer(kept_report: World, tmp_path: Path, at: Clock) -> Iterator[Mailer]:
    with taking_mails() as smtp:
        made = Mailer(copy_of(kept_report, tmp_path), smtp)
        made.mail_to("donor")
        made.set()
        yield made


def attached(mail: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_content() for part in mail.iter_attachments()}


def words_of(mail: EmailMessage) -> str:
    body = mail.get_body()
    assert body is not None
    return str(body.get_content())


def test_a_frozen_report_goes_once_to_each_whom_the_plan_names_and_the_log_says_so(mailer: Mailer) -> None:
    mailer.mail_to("donor", "director", PLAIN)
    assert mailer.night().problems == ()
    assert mailer.smtp.envelopes == [("us@ngo.example", to) for to in (DONOR, DIRECTOR, PLAIN)]
    assert {mail["To"] for mail in mailer.smtp.mails} == {DONOR, DIRECTOR, PLAIN}  # nobody sees who else got it
    assert len({mail["Message-ID"] for mail in mailer.smtp.mails}) == 3
    event, *others = mails_of(mailer.workspace, "final")
    checksum = freezing.read(mailer.workspace, "final").checksum
    assert (event["to"], event["at"], event["checksum"]) == ("donor", "2025-01-02T05:00:00", checksum)
    assert checksum in words_of(mailer.smtp.mails[0])
    assert [other["to"] for other in others] == ["director", PLAIN]
    assert DONOR not in (mailer.workspace.archive.folder / "events.jsonl").read_text()
    assert mailer.night() == Mailed()
    assert len(mailer.smtp.raw) == 3
    (kept,) = mailed_documents(mailer.workspace, "final")
    assert {kept.file.name: kept.file.content} == attached(mailer.smtp.mails[0])
    assert (kept.to, kept.at) == (("donor", "director", PLAIN), "2025-01-02T05:00:00")
    assert [one for one in doctor.examine(mailer.workspace) if one.part == "blob"] == []


def test_what_was_mailed_is_written_again_as_it_went_also_where_a_later_mail_had_another_document(
    mailer: Mailer, at: Clock, tmp_path: Path
) -> None:
    mailer.night()
    mailer.mail_to("donor", "director")
    (mailer.workspace.home / "logos").mkdir()
    Image.new("RGB", (40, 20), "red").save(mailer.workspace.home / "logos" / "a.png")
    at("2025-01-03")
    mailer.night()
    first, second = (next(iter(attached(mail).values())) for mail in mailer.smtp.mails)
    assert first != second
    done = reach("report", "final", "--as-mailed", "--to", tmp_path / "again", "--home", mailer.workspace.home)
    assert done.returncode == 0, done.stderr
    assert sorted(file.read_bytes() for file in (tmp_path / "again").iterdir()) == sorted([first, second])
    assert "is what was mailed to donor, first at 2025-01-02T05:00 UTC." in done.stdout
    for name, why in (("no-such", "none was mailed"), ("", "none was mailed")):
        wrong = reach("report", name, "--as-mailed", "--home", mailer.workspace.home)
        assert (wrong.returncode, why in wrong.stderr) == (2, True)


def test_a_mail_of_an_older_version_has_its_fingerprint_alone_and_that_is_said(mailer: Mailer) -> None:
    mailer.workspace.archive.note_mailed("final", "donor", {"at": night.now(), "file": "final.pdf", "sha256": "0" * 64})
    with pytest.raises(SettingsError, match="an older version of Reach kept the fingerprints"):
        mailed_documents(mailer.workspace, "final")
    assert [one for one in doctor.examine(mailer.workspace) if one.part == "blob"] == []


def test_the_document_is_that_of_the_frozen_figures_and_not_of_todays(mailer: Mailer) -> None:
    mailer.world.drop("2024-12-20/b.csv", meta(post(1, Views=99_999)))
    assert mailer.world.campaign()["views"] == 99_999
    assert mailer.night().problems == ()
    ((name, content),) = attached(mailer.smtp.mails[0]).items()
    assert name == "final-2024-12-30-en.docx"
    text = _text_of(content)
    assert "46,700" in text
    assert "99,999" not in text
    assert freezing.read(mailer.workspace, "final").checksum in text


def _text_of(docx: bytes) -> str:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(docx)) as packed:
        return packed.read("word/document.xml").decode()


@pytest.mark.skipif(pdf.browser() is None, reason="no browser is installed to print the PDF")
def test_with_a_browser_it_goes_as_pdf_in_both_languages_one_behind_the_other(
    mailer: Mailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2

    monkeypatch.delenv("REACH_BROWSER")
    mailer.set('language = "both"\n')
    done = mailer.night()
    assert done == Mailed((), ("The report final was mailed to donor, with final-2024-12-30-en-km.pdf.",))
    (mail,) = mailer.smtp.mails
    text = words_of(mail)
    assert 0 < text.index("Good day,") + 1 < text.index("សូមជម្រាបសួរ")
    assert mail["Subject"].count("A programme") == 2
    ((name, content),) = attached(mail).items()
    assert name == "final-2024-12-30-en-km.pdf"
    printed = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    assert printed.count("46,700") >= 2
    (event,) = mails_of(mailer.workspace, "final")
    import hashlib

    assert event["sha256"] == hashlib.sha256(content).hexdigest()


def test_without_a_browser_it_goes_for_word_and_the_night_says_why(mailer: Mailer) -> None:
    (sentence,) = mailer.night().to_look_at
    assert sentence.startswith("The report final was mailed to donor, with final-2024-12-30-en.docx. It is no PDF: No")


def test_the_workspaces_language_is_that_of_the_mail_with_the_khmer_that_was_corrected(mailer: Mailer) -> None:
    home = mailer.workspace.home
    (home / "reach.toml").write_text('language = "km"\n' + (home / "reach.toml").read_text())
    corrected = {"document.letter_begins": "កកក", "document.summary": "គគគ"}
    (home / "khmer.xlsx").write_bytes(khmer_book(khmer_texts(connectors.PLATFORMS), corrected))
    mailer.night()
    (mail,) = mailer.smtp.mails
    assert words_of(mail).startswith("កកក")
    assert "គគគ" in _text_of(next(iter(attached(mail).values())))


def test_what_is_refused_is_tried_each_night_for_a_week_and_then_left_to_a_person(mailer: Mailer, at: Clock) -> None:
    mailer.mail_to("donor", "director")
    mailer.smtp.refuses[DONOR] = f"550 {DONOR} is unknown"
    port = mailer.smtp.port
    why = f"the mail server 127.0.0.1 at port {port} takes no mail for it (550 donor is unknown)"
    assert mailer.night().problems == (f"The report final was not mailed to donor: {why}. {UNTIL}",)
    assert [to for _, to in mailer.smtp.envelopes] == [DIRECTOR]
    at("2025-01-08")
    assert mailer.night().problems == (f"The report final was not mailed to donor: {why}. {UNTIL}",)
    at("2025-01-09")
    by_hand = "It is not tried again: send it yourself (reach report final)."
    assert mailer.night().problems == (f"The report final was not mailed to donor: {why}. {by_hand}",)
    mailer.smtp.refuses.clear()
    at("2025-01-10")
    (sentence,) = mailer.night().to_look_at
    assert sentence.startswith(
        "The report final was not mailed to donor, and nobody tries it after 2025-01-09: send it"
    )
    assert [to for _, to in mailer.smtp.envelopes] == [DIRECTOR]
    at("2025-01-09")
    assert mailer.night().problems == ()
    assert [to for _, to in mailer.smtp.envelopes] == [DIRECTOR, DONOR]


def test_a_connection_that_ends_after_the_mail_leaves_it_open_and_the_next_one_is_known_as_the_same(
    mailer: Mailer,
) -> None:
    mailer.smtp.then = "drop"
    (problem,) = mailer.night().problems
    assert "so that it is not known whether it was taken. It is tried each night" in problem
    mailer.smtp.then = ""
    assert mailer.night().problems == ()
    first, again = mailer.smtp.mails
    assert first["Message-ID"] == again["Message-ID"]
    assert mailer.night() == Mailed()


def test_a_run_that_is_killed_before_it_noted_a_mail_sends_it_again_as_the_same_and_no_third_time(
    mailer: Mailer,
) -> None:
    program = (
        "import sys; from pathlib import Path; from datetime import datetime; from flows.steps import clock, mailing, night;"
        "from flows.steps.settings import Workspace; clock.now = lambda: datetime(2025, 1, 2, 5);"
        "w = Workspace(Path(sys.argv[1])); mailing.mail_due(w, night.read_plan(w))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    mailer.mail_to("donor", "director")
    running = list[subprocess.Popen[bytes]]()

    def kill() -> None:
        while not running:
            time.sleep(0.01)
        os.kill(running[0].pid, signal.SIGKILL)
        mailer.smtp.then = ""

    mailer.smtp.then = kill
    running.append(subprocess.Popen([sys.executable, "-c", program, str(mailer.workspace.home)], env=environment))
    assert running[0].wait(60) == -signal.SIGKILL
    assert mails_of(mailer.workspace, "final") == []
    assert mailer.night().problems == ()
    assert [to for _, to in mailer.smtp.envelopes] == [DONOR, DONOR, DIRECTOR]
    first, again, other = mailer.smtp.mails
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert mailer.night() == Mailed()


def test_what_is_too_large_goes_as_a_link_to_a_file_that_lies_there(mailer: Mailer) -> None:
    mailer.set('largest_megabytes = 0.01\nlink = "https://share.example/reach/"\n')
    done = mailer.night()
    assert done.problems == ()
    assert done.to_look_at[0].startswith(
        "The report final was mailed to donor, with a link to final-2024-12-30-en.docx."
    )
    (mail,) = mailer.smtp.mails
    assert "https://share.example/reach/frozen/final/final-2024-12-30-en.docx\n" in words_of(mail).replace("\r", "")
    assert attached(mail) == {}
    there = mailer.workspace.published / "frozen" / "final" / "final-2024-12-30-en.docx"
    assert "46,700" in _text_of(there.read_bytes())
    assert mails_of(mailer.workspace, "final")[0]["way"] == mailing.LINKED


def test_what_is_too_large_and_has_no_link_is_announced_and_a_person_is_told(mailer: Mailer) -> None:
    mailer.set("largest_megabytes = 0.01\n")
    (problem,) = mailer.night().problems
    assert problem.startswith(
        "A mail told donor of the report final, but its document is too large to go with it: send"
    )
    assert "Please answer this mail" in words_of(mailer.smtp.mails[0])
    assert mailer.night() == Mailed()


def test_what_the_server_says_of_its_limit_counts_before_anything_is_sent(
    kept_report: World, tmp_path: Path, at: Clock
) -> None:
    with taking_mails(data_size_limit=10_000) as smtp:
        mailer = Mailer(copy_of(kept_report, tmp_path), smtp)
        mailer.mail_to("donor")
        mailer.set()
        assert "too large to go with it" in mailer.night().problems[0]
    assert attached(smtp.mails[0]) == {}


@pytest.mark.parametrize(
    ("toml", "env", "why"),
    [
        ("\0language = 'en'\n", ENV, "reach.toml says with no [mail] over which server mails are sent"),
        ("", "", "put the address as REACH_MAIL_TO__DONOR into .env"),
        ("", "REACH_MAIL_TO__DONOR='a@b.example\nBcc: c@d'\n", "REACH_MAIL_TO__DONOR in .env is no plain address"),
        ("", "REACH_MAIL_TO__DONOR=ក@b.example\n", "REACH_MAIL_TO__DONOR in .env is no plain address"),
    ],
)  # fmt: skip
def test_settings_that_lack_something_are_told_by_the_night_and_beforehand(
    mailer: Mailer, toml: str, env: str, why: str
) -> None:
    mailer.set(toml, env)
    (problem,) = mailer.night().problems
    assert problem.startswith(f"The report final was not mailed to donor: {why}")
    workspace = Workspace(mailer.workspace.home)
    (mistake,) = mailing.mistakes(workspace, night.read_plan(workspace).plan)
    assert mistake.startswith(f"Mails that cannot be sent (final to donor): {why}")
    assert mailer.smtp.raw == []
    mailer.set()
    assert mailer.night().problems == ()
    assert list(mailing.mistakes(workspace, night.read_plan(workspace).plan)) == []


def test_no_network_costs_one_call_and_all_are_tried_again(mailer: Mailer) -> None:
    mailer.mail_to("donor", "director")
    mailer.set("\0[mail]\nhost = 'no.such.host.invalid'\nsender = 'us@ngo.example'\n")
    (problem,) = mailer.night().problems
    assert problem.startswith(
        "The report final was not mailed to donor and director: the mail server no.such.host.invalid at port 587 cannot be"
    )


def test_fifty_names_get_a_mail_each_and_a_night_begins_none_after_its_time(mailer: Mailer) -> None:
    names = [f"partner_{number}" for number in range(50)]
    mailer.mail_to(*names, names[0])
    mailer.set("", "".join(f"REACH_MAIL_TO__{name.upper()}={name}@x.example\n" for name in names))
    (problem,) = mailer.night(seconds=0).problems
    assert problem.startswith("The report final was not mailed to partner_0, partner_1, ")
    assert "and partner_49: the mails of this night took too long. It is tried" in problem
    assert mailer.smtp.raw == []
    assert mailer.night().problems == ()
    assert [to for _, to in mailer.smtp.envelopes] == [f"{name}@x.example" for name in names]


def test_nothing_is_mailed_of_what_is_not_frozen_and_nothing_while_the_plan_has_mistakes(mailer: Mailer) -> None:
    mailer.world.plan(CAMPAIGN + REPORT.format(to='"donor"').replace("final", "later"))
    assert mailer.night() == Mailed()
    mailer.mail_to("donor")
    mailer.world.load()
    mailer.world.plan(CAMPAIGN.replace('"1.1"', '"1.9"'))
    good = night.read_plan(mailer.workspace)
    assert good.mistakes
    assert good.plan.reports[0].mail_to == ("donor",)
    assert mail_due(mailer.workspace, good) == Mailed()
    assert mailer.smtp.raw == []


def test_a_mail_that_cannot_be_noted_is_told_and_no_other_one_is_sent(
    mailer: Mailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer.mail_to("donor", "director")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        (problem,) = mailer.night().problems
    assert problem.startswith("The report final was mailed to donor, but that cannot be noted (OSError: No space left")
    assert [to for _, to in mailer.smtp.envelopes] == [DONOR]


def test_a_logo_that_is_none_and_a_lost_report_are_told_and_cost_the_night_nothing(mailer: Mailer) -> None:
    logos = mailer.workspace.home / "logos"
    logos.mkdir()
    (logos / "a.svg").write_text("<svg/>")
    (problem,) = mailer.night().problems
    assert problem.startswith("The report final was not mailed to donor: ")
    assert problem.endswith(f"a.svg is no PNG or JPEG, which is what a document takes as a logo. {UNTIL}")
    (logos / "a.svg").unlink()
    archive = mailer.workspace.archive
    archive.blobs.drop(str(archive.frozen("final")["tables"]["campaign_totals"]))  # type: ignore[index]
    (problem,) = mailer.night().problems
    assert "The frozen report final cannot be read" in problem
