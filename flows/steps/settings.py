"""A workspace's settings: flag over environment over ``.env`` over ``reach.toml`` over default.

The only reader of the environment. Every setting has one name: ``[facebook] zone`` in ``reach.toml`` is
``REACH_FACEBOOK__ZONE`` in the environment.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, create_model, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as UnreadableSetting

import connectors
from connectors.asking.settings import ApiSettings
from connectors.settings import ConnectorSettings
from flows.steps.address_settings import BlobsSettings
from flows.steps.engine_settings import EngineSettings
from flows.steps.inbox_settings import InboxSettings, require_different
from flows.steps.member_settings import MemberSettings, require_apart
from flows.steps.recipient_settings import MailSettings, Notify, link_without_password
from flows.steps.setting_mistakes import NO_KEYS, SECRET, sentence
from warehouse.archive.archive import Archive, archive_in
from warehouse.archive.folder import Folder, named_in
from warehouse.archive.inbox import Inbox
from warehouse.archive.receipts import PLAN, shown_path
from warehouse.file_system import real_path
from warehouse.publish.query_limits import QueryLimits
from warehouse.publish.report.language import Language


class SettingsError(Exception):
    """Settings that cannot be used: a sentence a line."""


class _DotEnv(DotEnvSettingsSource):
    """``.env`` is shared with other programs: only our names are looked at."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name: value for name, value in super()._load_env_vars().items() if name.upper().startswith("REACH_")}


class _Base(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="REACH_", env_nested_delimiter="__", extra="forbid")

    inbox: Path = Path("inbox")
    inboxes: tuple[InboxSettings, ...] = ()
    inbox_secrets: dict[str, SecretStr] = Field(default_factory=dict)
    member: tuple[MemberSettings, ...] = ()
    member_secrets: dict[str, SecretStr] = Field(default_factory=dict)
    archive: Path = Path("archive")
    blobs: BlobsSettings = Field(default_factory=BlobsSettings)
    published: Path = Path("published")
    published_for: Literal["owner", "group", "everyone"] | None = None
    language: Language = "en"
    report_url: str = ""
    report_contacts: bool = False
    notify: Notify = Field(default_factory=Notify)
    mail: MailSettings = Field(default_factory=MailSettings)
    mail_to: dict[str, SecretStr] = Field(default_factory=dict)
    query: QueryLimits = Field(default_factory=QueryLimits)
    engine: EngineSettings = Field(default_factory=EngineSettings)
    look_minutes: int = Field(default=10, ge=0, le=1440)

    @field_validator("inboxes")
    @classmethod
    def _are_different(cls, value: tuple[InboxSettings, ...]) -> tuple[InboxSettings, ...]:
        return require_different(value)

    @field_validator("member")
    @classmethod
    def _have_names_apart(cls, value: tuple[MemberSettings, ...]) -> tuple[MemberSettings, ...]:
        return require_apart(value)

    @field_validator("report_url")
    @classmethod
    def _is_a_link(cls, value: str) -> str:
        return link_without_password(value)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        home = init_settings().pop("home")
        return (
            EnvSettingsSource(settings_cls),
            _DotEnv(settings_cls, env_file=home / ".env", env_file_encoding="utf-8-sig"),
            InitSettingsSource(settings_cls, _toml(home / "reach.toml")),
        )


Settings: type[_Base] = create_model(
    "Settings",
    __base__=_Base,
    **{platform.name: (platform.settings, platform.settings()) for platform in connectors.PLATFORMS},  # type: ignore[call-overload]
)


class _Told(BaseSettings):
    """Whom to tell, apart from all other settings, so that a mistake in those can be told."""

    model_config = SettingsConfigDict(env_prefix="REACH_", env_nested_delimiter="__", extra="ignore")

    notify: Notify = Field(default_factory=Notify)


@dataclass(frozen=True)
class Workspace:
    """A folder with settings, a plan, an inbox, and what Reach makes of them."""

    home: Path

    @property
    def key(self) -> str:
        """What tells it from other workspaces of a Prefect server: its folder's name and a mark of its path.

        A name in Khmer leaves the mark alone, which is long enough for tens of thousands of workspaces.
        """
        home = self.home.resolve()
        name = re.sub(r"[^a-z0-9]+", "-", home.name.lower())[:40].strip("-")
        mark = hashlib.sha256(str(home).encode()).hexdigest()[:10]
        return f"{name}-{mark}" if name else mark

    @cached_property
    def settings(self) -> _Base:
        """The settings.

        Raises:
            SettingsError: a key that is none, a value that cannot be, or a file that is no TOML.
        """
        try:
            return Settings(home=self.home)  # type: ignore[call-arg]
        except ValidationError as error:
            raise SettingsError("\n".join(sentence(each, Settings) for each in error.errors())) from None
        except OSError as error:
            raise SettingsError(
                f"{error.filename} cannot be read ({error.strerror}). A workspace is its owner's alone; other accounts "
                "open what is in published/, as docs/tools.md shows."
            ) from None
        except UnicodeDecodeError:  # the error holds the whole text, and with it the secrets
            raise SettingsError(f"{self.home / '.env'} is not saved as UTF-8; save it again as UTF-8.") from None
        except UnreadableSetting as error:  # it names the setting and not its value, which may be a secret
            named = re.search(r'field "(\w+)"', str(error))
            start = f"REACH_{named[1].upper()}" if named else "REACH_…"
            example = f'{start}__TOKENS={{"100064500000001": "…"}}'
            if start == "REACH_INBOX_SECRETS":
                example = f"{start}__MAIL=… with the inbox's name behind it"
            raise SettingsError(
                f"A setting {start}… in the environment or .env cannot be read: several values are written as JSON, "
                f"as in {example}."
            ) from None

    @property
    def notify(self) -> Notify:
        """Whom to tell of nights, also where the other settings cannot be used; nobody where it cannot be read."""
        try:
            return _Told(_env_file=self.home / ".env", _env_file_encoding="utf-8-sig").notify  # type: ignore[call-arg]
        except (ValueError, OSError):
            return Notify()

    @property
    def inbox(self) -> Path:
        """The project's own inbox, in which a plan may lie."""
        return self.home / self.settings.inbox

    @property
    def folders(self) -> list[Folder]:
        """Every inbox that is a folder, the project's own first."""
        others = [one for one in self.settings.inboxes if one.is_folder and not one.ours]
        return [Folder(self.inbox), *(Folder(self.home / Path(one.path).expanduser(), one.prefix) for one in others)]

    @property
    def inboxes(self) -> list[Inbox]:
        """Every inbox: the folders of this machine, then the others in their order."""
        secrets = {name: secret.get_secret_value() for name, secret in self.settings.inbox_secrets.items()}
        others = [one for one in self.settings.inboxes if not one.is_folder]
        return [*self.folders, *(one.elsewhere(secrets.get(one.called, "")) for one in others)]

    def path_in_inbox(self, file: Path) -> str | None:
        """The path by which a file of this machine is known once it came in; None where it lies in no inbox."""
        for inbox in self.folders:
            if file.resolve().is_relative_to(root := real_path(inbox.root)):
                return "/".join((*inbox.prefix, *file.resolve().relative_to(root).parts))
        return None

    @property
    def published(self) -> Path:
        return self.home / self.settings.published

    @property
    def report(self) -> Path:
        """The report's page, where there is one."""
        return self.published / "report" / "index.html"

    @property
    def archive(self) -> Archive:
        return archive_in((self.home / self.settings.archive).resolve(), self.settings.blobs.elsewhere())

    @property
    def plan_files(self) -> list[Path]:
        """Every plan that lies there, which should be one: in the workspace, or a workbook in the inbox's folder."""
        in_the_inbox = named_in(self.inbox, PLAN)
        return [*plans_in(self.home), *([in_the_inbox] if in_the_inbox else [])]

    @property
    def plan_file(self) -> Path:
        """The plan; where none lies there, where one would be put."""
        return next(iter(plans_in(self.home) or self.plan_files), self.home / "plan.toml")

    @property
    def warehouse_file(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def kept(self) -> Path:
        """The folder of what a night keeps for the next one; it may be taken away at any time."""
        return self.home / "warehouse.kept"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    def require(self) -> None:
        """Checks that this is a workspace.

        Raises:
            SettingsError: it is not, or its settings cannot be used.
        """
        if not self.home.is_dir():
            raise SettingsError(f"{self.home} does not exist; reach init {self.home} makes a workspace there.")
        if not (plans_in(self.home) or (self.home / "reach.toml").exists()):
            raise SettingsError(
                f"{self.home.resolve()} is no workspace of Reach (it has neither reach.toml nor a plan); "
                "name one with --home, or make one with reach init."
            )
        for folder in (self.home, self.published):
            require_nameable(folder)
        self._require_apart()

    def _require_apart(self) -> None:
        """No folder of the settings may hold another one, or the workspace with its secrets."""
        folders = {
            "inbox": real_path(self.inbox),
            **{f"inbox {'/'.join(inbox.prefix)}": real_path(inbox.root) for inbox in self.folders[1:]},
            "archive": real_path(self.home / self.settings.archive),
            "published": real_path(self.published),
        }
        for outer, folder in folders.items():
            others = {name: inner for name, inner in folders.items() if name != outer}
            for inner, path in {"the workspace": self.home.resolve(), **others}.items():
                if path.is_relative_to(folder):
                    raise SettingsError(
                        f"The setting {outer} is the folder {folder}, which is or holds {inner}: what people drop, "
                        "what others read and what is private lie in folders of their own."
                    )

    def connector_settings(self, zone: str) -> dict[str, ConnectorSettings]:
        """Each connector's settings, with the reporting zone that the plan names."""
        sections = dict(self.settings)
        return {
            platform.name: sections[platform.name].model_copy(update={"reporting_zone": zone})
            for platform in connectors.PLATFORMS
        }

    def secrets(self) -> list[SecretStr]:
        """Every secret of the settings."""
        sections = [section for _, section in self.settings if isinstance(section, ApiSettings)]
        given = self.settings
        return [
            *(secret for section in sections for secret in section.secrets()), *given.notify.urls,
            *given.inbox_secrets.values(), *given.member_secrets.values(), *given.mail_to.values(),
            *filter(None, [given.mail.password, given.blobs.secret]),
        ]  # fmt: skip

    def api_settings(self, platform_name: str) -> ApiSettings:
        """The settings of a platform that can be asked."""
        section = dict(self.settings)[platform_name]
        assert isinstance(section, ApiSettings)
        return section


def require_nameable(folder: Path) -> None:
    """Checks that a database can be opened in a folder.

    Raises:
        SettingsError: its path has a question mark, behind which DuckDB reads options, or is not UTF-8.
    """
    path = str(folder.resolve())
    if "?" in path or not path.isprintable():
        raise SettingsError(
            f"In the folder {shown_path(path)} no database can be opened: give it, and the folders above it, names "
            "in UTF-8 without question marks and control characters."
        )


def _toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        parsed = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"reach.toml cannot be read: {error}.") from None
    for key, what_to_do in NO_KEYS.items():
        if key in parsed:
            raise SettingsError(what_to_do)
    if isinstance(parsed.get("inbox"), list):
        parsed["inboxes"] = parsed.pop("inbox")
        ours = [one for one in parsed["inboxes"] if isinstance(one, dict) and one.get("ours") is True]
        if ours and "path" in ours[0]:
            parsed["inbox"] = ours[0]["path"]
    for section, settings in parsed.items():
        for key in SECRET if isinstance(settings, dict) else ():
            if key in settings:
                name = f"REACH_{section.upper()}__{key.upper()}"
                raise SettingsError(
                    f"{section}.{key} is a secret and has no place in reach.toml, which is copied and mailed around: "
                    f"put it as {name} into .env beside it, and make a new one if others have seen this one."
                )
    return parsed


def plans_in(home: Path) -> list[Path]:
    """The files of a workspace's own folder that are named as a plan, in letters of either case."""
    if not home.is_dir():
        return []
    return sorted(path for path in home.iterdir() if path.name.casefold() in ("plan.toml", PLAN) and path.is_file())
