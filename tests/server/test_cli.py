"""What the command says when it cannot: one sentence, status 1, nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from click.testing import Result
from typer.testing import CliRunner

from server.cli import app
from server.demo.seed import HOSPITALS
from server.locks import InUseError, hold

Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Run:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--data", str(data)])

    assert run("init", str(HOSPITALS / "district.toml")).exit_code == 0
    return run


def test_a_folder_that_another_server_holds_is_left_alone(run: Run, data: Path) -> None:
    with hold(data, "server"):
        result = run("serve", "--port", "0")
    assert result.exit_code == 1
    assert str(data) in result.stderr
    assert "--data" in result.stderr


def test_a_folder_is_free_again_when_its_server_has_ended(data: Path) -> None:
    data.mkdir()
    hold(data, "server").close()
    hold(data, "server").close()
    with hold(data, "server"), pytest.raises(InUseError):
        hold(data, "server")


def test_a_certificate_that_cannot_be_read_is_said_before_the_server_is_ready(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate", encoding="ascii")
    result = run("serve", "--port", "0", "--tls-certificate", str(wrong), "--tls-key", str(wrong))
    assert result.exit_code == 1
    assert "ready" not in result.stdout
    assert "--tls-key" in result.stderr


def test_a_key_of_another_certificate_is_refused(run: Run, tmp_path: Path) -> None:
    first, second = trustme.CA().issue_cert("luot.test"), trustme.CA().issue_cert("luot.test")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    first.cert_chain_pems[0].write_to_path(str(certificate))
    second.private_key_pem.write_to_path(str(key))
    result = run("serve", "--port", "0", "--tls-certificate", str(certificate), "--tls-key", str(key))
    assert result.exit_code == 1


def test_a_device_for_a_place_that_does_not_exist_is_refused(run: Run) -> None:
    result = run("device", "add", "screen-1", "--role", "display", "--place", "nowhere")
    assert result.exit_code == 1
    assert "sanh" in result.stdout


def test_a_device_gets_a_token_and_its_name_is_taken_until_it_is_revoked(run: Run) -> None:
    first = run("device", "add", "kiosk-1", "--role", "kiosk")
    again = run("device", "add", "kiosk-1", "--role", "kiosk")
    run("device", "revoke", "1")
    after = run("device", "add", "kiosk-1", "--role", "kiosk")
    assert [first.exit_code, again.exit_code, after.exit_code] == [0, 1, 0]
    assert len(first.stdout.strip()) == 32


def test_an_unknown_role_names_those_that_there_are(run: Run) -> None:
    result = run("staff", "add", "somebody", "--role", "nurse")
    assert result.exit_code == 2
    assert "reception" in result.stderr


def test_doctor_finds_a_sound_installation_sound(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert '"log_has_gaps": false' in result.stdout
