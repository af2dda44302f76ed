"""The settings of one installation, from the environment or a `.env` file; all faults are told at once."""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from desk.clock import Clock
from desk.errors import WrongSettings
from desk.privacy import Vault

LINE_API = "https://api.line.me"
LINE_DATA_API = "https://api-data.line.me"
_MAIL_SERVER = re.compile(r"smtps?://([^@/:\s]+(:[^@/\s]*)?@)?[A-Za-z0-9.-]+(:\d{1,5})?/?$")
_LOCAL_HOSTS = ("localhost", "127.0.0.1")


class Settings(BaseSettings):
    """Read once at start, never changed; docs/MANUAL.md explains each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str = "sqlite:///tomarigi.db"
    master_key_file: Path | None = None
    line_channel_secret: str = ""
    line_channel_access_token: str = ""
    line_api_base_url: str = LINE_API
    line_data_api_base_url: str = LINE_DATA_API
    public_base_url: str = ""
    port: int = 8000
    smtp_url: str = ""
    free_text: Literal["page", "chat"] = "page"
    clock_offset_file: Path | None = None
    backup_public_key: str = ""
    erasure_file: Path = Path("tomarigi.erasures")

    def vault(self) -> Vault:
        """The keys; raises WrongSettings where there are none."""
        if self.master_key_file is None:
            raise WrongSettings(
                ["MASTER_KEY_FILE: not set; make a key with `tomarigi key new FILE` and name it here"]
            )
        return Vault.from_file(self.master_key_file)

    def clock(self) -> Clock:
        """The clock of this installation."""
        return Clock(offset_file=self.clock_offset_file)

    @property
    def uses_line_itself(self) -> bool:
        """Whether messages go to LINE's own address and not to a stand-in."""
        return self.line_api_base_url.rstrip("/") == LINE_API

    @property
    def is_local(self) -> bool:
        """Whether the pages are served to this machine only, over plain http."""
        return urlsplit(self.public_base_url).hostname in _LOCAL_HOSTS


def load_settings() -> Settings:
    """Settings with the right types; raises WrongSettings naming every variable that cannot be read."""
    try:
        return Settings()
    except ValidationError as fault:
        names = ["_".join(str(part) for part in error["loc"]).upper() for error in fault.errors()]
        raise WrongSettings(
            [f"{name}: {error['msg']}" for name, error in zip(names, fault.errors(), strict=True)]
        ) from fault


def check_to_serve(settings: Settings) -> Vault:
    """What `web`, `worker` and `all` need; raises WrongSettings with all faults, or hands out the keys."""
    faults = [*_line_faults(settings), *_address_faults(settings)]
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        faults.append("DATABASE_URL: must start with sqlite:/// or postgresql+psycopg://")
    if settings.clock_offset_file is not None and settings.uses_line_itself:
        faults.append(
            "CLOCK_OFFSET_FILE: is for tests and demos; remove it, or set LINE_API_BASE_URL to a stand-in"
        )
    try:
        vault = settings.vault()
    except WrongSettings as fault:
        faults.extend(fault.faults)
    if faults:
        raise WrongSettings(faults)
    return vault


def _line_faults(settings: Settings) -> list[str]:
    faults = []
    if not settings.line_channel_secret:
        faults.append(
            "LINE_CHANNEL_SECRET: not set; it stands in the LINE Developers console, Basic settings"
        )
    if not settings.line_channel_access_token:
        faults.append("LINE_CHANNEL_ACCESS_TOKEN: not set; issue one in the console, Messaging API")
    return faults


def _address_faults(settings: Settings) -> list[str]:
    faults = []
    public = urlsplit(settings.public_base_url)
    local = public.scheme == "http" and public.hostname in _LOCAL_HOSTS
    if not (public.scheme == "https" and public.hostname) and not local:
        faults.append("PUBLIC_BASE_URL: must be an https address (http only for localhost and 127.0.0.1)")
    for name, value in (
        ("LINE_API_BASE_URL", settings.line_api_base_url),
        ("LINE_DATA_API_BASE_URL", settings.line_data_api_base_url),
    ):
        parts = urlsplit(value)
        if parts.scheme != "https" and parts.hostname not in _LOCAL_HOSTS:
            faults.append(f"{name}: must be https (http only for localhost and 127.0.0.1)")
    if settings.smtp_url and not _MAIL_SERVER.match(settings.smtp_url):
        faults.append("SMTP_URL: must be smtp:// or smtps://, user:password@ where needed, host and port")
    if not 0 < settings.port < 65536:
        faults.append("PORT: must be a number from 1 to 65535")
    return faults
