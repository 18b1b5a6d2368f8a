"""What the demo puts into its database before the programs start: the hospital, its devices, its staff."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pwdlib import PasswordHash

from server.actions import day, devices, staff
from server.actions.setup import read_hospital
from server.http.guests import hashed
from server.records.database import Database
from server.records.transaction import Transaction
from server.records.writer import Writer
from server.rules.hospital import Hospital

HOSPITALS: Final = Path(__file__).parent.parent / "hospitals"
ROLES: Final = ("kiosk", "display", "speaker", "console")
#: Login and role of each demo account; the rooms of the desk account are all.
STAFF: Final = (("phongkham", "desk"), ("tiepdon", "reception"), ("dieuphoi", "lead"), ("quantri", "admin"))


@dataclass(frozen=True, slots=True)
class Seeded:
    """Tokens by role, and the accounts with their passwords."""

    hospital: Hospital
    tokens: dict[str, str]
    accounts: list[dict[str, str]]


def find_hospital(name: str) -> Path | None:
    """The file of a shipped hospital, or the named file; None when there is neither."""
    shipped = HOSPITALS / f"{name}.toml"
    for path in (shipped, Path(name)):
        if path.is_file():
            return path
    return None


def demo_hospital(path: Path) -> Hospital:
    """The description, open at every hour: a trial in the evening must not find all doors closed."""
    hospital = read_hospital(path)
    services = {code: replace(service, hours=()) for code, service in hospital.services.items()}
    return replace(hospital, services=services)


def seed(database: Database, hospital: Hospital) -> Seeded:
    """Enrol the demo's devices under new tokens (older ones are revoked) and give the accounts new passwords."""
    tokens = {role: devices.new_token() for role in ROLES}
    accounts = [{"login": login, "password": secrets.token_hex(4), "role": role} for login, role in STAFF]
    hasher = PasswordHash.recommended()
    hashes = {account["login"]: hasher.hash(account["password"]) for account in accounts}
    writer = Writer(database, day.ensure_open)

    def action(tx: Transaction) -> Any:
        for row in tx.rows.all("SELECT id FROM device WHERE revoked_at IS NULL"):
            devices.revoke_device(tx, row["id"])
        for role, token in tokens.items():
            places = list(hospital.areas) if role != "console" else []
            devices.enrol_device(tx, role, f"{role}-1", places, hashed(token), is_unattended=role == "console")
        for account in accounts:
            staff.create_staff(tx, account["login"], hashes[account["login"]], account["role"])

    try:
        writer.run_now(action)
    finally:
        writer.stop()
    return Seeded(hospital, tokens, accounts)
