"""The settings: environment variables, read once by the command line and passed down."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One attribute per variable; an empty variable is unset. `.env` in the working folder is read too.

    Only the variables named here are read: HOME, CONTACT and the like belong to other programs. In Python an
    attribute may be given by its own name, `Settings(home=…)`, which then counts instead of the variable.
    """

    # by variable only: with populate_by_name the environment would be read by the attributes' names too
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**_by_variable(given))

    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("DATABASE_URL", "SUPABASE_DB_URL"),
        description="Postgres to use, as a URL. Unset: the embedded database in PROPERTY_MANAGER_HOME.",
    )
    database_read_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_READ_URL",
        description="Postgres that reports, search, export and questions about the past read, such as a "
        "standby of DATABASE_URL. Unset: DATABASE_URL.",
    )
    connections: int = Field(
        4,
        ge=1,
        validation_alias="PROPERTY_MANAGER_CONNECTIONS",
        description="The most connections that one process keeps to DATABASE_URL; a rule that others wrote "
        "takes two more while it runs, watch one. Small plans: 2.",
    )
    supabase_url: str | None = Field(
        None,
        validation_alias="SUPABASE_URL",
        description="Supabase project, https://….supabase.co, for work over HTTPS; DATABASE_URL comes first.",
    )
    supabase_secret_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"),
        description="Supabase secret key, sb_secret_…, for work over HTTPS; server side only.",
    )
    supabase_publishable_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY"),
        description="Supabase publishable key, for readers.",
    )
    home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("property-manager")),
        validation_alias="PROPERTY_MANAGER_HOME",
        description="Folder for the embedded database, logs and your own sources.",
    )
    contact: str | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_CONTACT",
        description="URL or e-mail put in the user agent; required to scrape anything but loopback.",
    )
    download_seconds: float = Field(
        7200.0,
        gt=0,
        validation_alias="PROPERTY_MANAGER_DOWNLOAD_SECONDS",
        description="The most seconds that the download of one file may take, all attempts together.",
    )
    reso_token: SecretStr | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_RESO_TOKEN",
        description="Bearer token for the RESO Web API that import --file reso:https://… reads.",
    )
    input_mb: int = Field(
        20_480,
        ge=1,
        validation_alias="PROPERTY_MANAGER_INPUT_MB",
        description="MB that are kept, in TMPDIR, of an import from stdin or a pipe.",
    )
    input_seconds: float = Field(
        600,
        gt=0,
        validation_alias="PROPERTY_MANAGER_INPUT_SECONDS",
        description="Seconds for which nothing may come from stdin or a pipe before an import gives up.",
    )
    reader_mb: int = Field(
        4_096,
        ge=256,
        validation_alias="PROPERTY_MANAGER_READER_MB",
        description="MB of memory for the reader of a workbook, Parquet or packed file, which is a process "
        "of its own. macOS does not hold a process to it.",
    )
    reader_seconds: float = Field(
        600,
        ge=1,
        validation_alias="PROPERTY_MANAGER_READER_SECONDS",
        description="Seconds that such a reader may take until its next rows.",
    )
    pages: str | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_PAGES",
        description="Where fetched pages are kept: a folder, or supabase:BUCKET, a private bucket of the "
        "project SUPABASE_URL. Unset: the folder pages in PROPERTY_MANAGER_HOME.",
    )
    pages_mb: int = Field(
        5_000,
        ge=1,
        validation_alias="PROPERTY_MANAGER_PAGES_MB",
        description="MB that kept pages may take, packed; the oldest go first.",
    )
    erasure_key: SecretStr | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_ERASURE_KEY",
        description="Secret that erased contacts are hashed with, the same on every host. Unset: the file "
        "erasure.key in PROPERTY_MANAGER_HOME, made when first needed.",
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        validation_alias="PROPERTY_MANAGER_LOG_FORMAT",
        description="text, or json: each line of the log is an object, with the source and session that it "
        "belongs to, and stderr gets these lines too.",
    )
    dashboard_key: SecretStr | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_DASHBOARD_KEY",
        description="Key that opens the dashboard, at least 16 characters. Unset: on this host with the "
        "embedded database nobody logs in; else users of SUPABASE_URL do, or a key is made for each run.",
    )
    dashboard_hosts: str | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_DASHBOARD_HOSTS",
        description="Names under which browsers reach the dashboard, such as catalogue.example.com, with "
        "commas between; none else is answered. Unset: the address that it listens on.",
    )
    dashboard_tiles: str | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_DASHBOARD_TILES",
        description="Address of picture tiles under the dashboard's map, such as "
        "https://tiles.example.com/{z}/{x}/{y}.png; browsers load them from there. Unset: an outline of the "
        "world, and nothing from elsewhere.",
    )
    dashboard_url: str | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_DASHBOARD_URL",
        description="Address at which people open the dashboard, for the links in alerts.",
    )
    alert_webhook: SecretStr | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_ALERT_WEBHOOK",
        description="URL that alerts are posted to, in Slack's form: an incoming webhook of Slack, "
        "Mattermost or the like.",
    )
    alert_smtp: SecretStr | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_ALERT_SMTP",
        description="Mail server that alerts are sent by: smtps://USER:PASSWORD@HOST:465, or smtp:// with "
        "port 587, which STARTTLS encrypts.",
    )
    alert_email_from: str | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_ALERT_EMAIL_FROM",
        description="Address that mails with alerts come from.",
    )
    alert_email_to: str | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_ALERT_EMAIL_TO",
        description="Addresses that alerts are mailed to, with commas between them.",
    )
    alert_private: bool = Field(
        False,
        validation_alias="PROPERTY_MANAGER_ALERT_PRIVATE",
        description="Whether the webhook may be on a private network or this machine.",
    )
    alert_quiet: str | None = Field(
        None,
        validation_alias="PROPERTY_MANAGER_ALERT_QUIET",
        description='Hours in which nothing is sent, and their time zone: "22:00-07:00 America/Mexico_City". '
        "What comes meanwhile is told when they end.",
    )
    alert_minutes: float = Field(
        5.0,
        ge=0,
        le=1440,
        validation_alias="PROPERTY_MANAGER_ALERT_MINUTES",
        description="The least minutes between two messages of one kind; what comes meanwhile is told "
        "together.",
    )
    alert_ends: bool = Field(
        True,
        validation_alias="PROPERTY_MANAGER_ALERT_ENDS",
        description="Whether it is told too that something is over.",
    )
    alert_without: str = Field(
        "",
        validation_alias="PROPERTY_MANAGER_ALERT_WITHOUT",
        description="Kinds of alerts that are not told, with commas between them; alerts status lists all.",
    )


def _by_variable(given: dict[str, Any]) -> dict[str, Any]:
    """The given values under the first names of their variables."""
    named = dict(given)
    for name, info in Settings.model_fields.items():
        if name in named:
            alias = info.validation_alias
            first = alias.choices[0] if isinstance(alias, AliasChoices) else alias
            named[str(first)] = named.pop(name)
    return named
