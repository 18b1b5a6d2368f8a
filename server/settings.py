"""All settings, typed, read once: from the environment (``LUOT_…``) and from the command line, which goes first."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The server's settings; `server/README.md` lists them, and a test compares."""

    model_config = SettingsConfigDict(env_prefix="LUOT_", extra="ignore")

    data: Path = Field(default=Path("luot-data"), description="Folder of the database; must be writable.")
    database_url: str | None = Field(
        default=None, description="postgresql:// address; the SQLite file in the data folder when empty."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 for the LAN.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    tls_certificate: Path | None = Field(default=None, description="PEM file; with it consoles are served over https.")
    tls_key: Path | None = Field(default=None, description="PEM file of the certificate's key.")
    trusted_hosts: list[str] = Field(
        default_factory=list, description="Host names that the server answers to; empty answers to all."
    )
    session_hours: int = Field(default=12, ge=1, le=24, description="A staff session ends after this many hours.")
    body_bytes_max: int = Field(default=16_384, description="A larger request body is refused.")
    log_format: str = Field(default="console", pattern="^(console|json)$", description="Log lines: console or json.")

    @property
    def where(self) -> str | Path:
        """What `Database` opens."""
        return self.database_url or self.data / "luot.db"
