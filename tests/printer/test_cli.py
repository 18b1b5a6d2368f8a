"""The command, run as a technician runs it."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from printer.cli import main
from printer.virtual.run import VirtualPrinter
from tests.printer.samples import ORDINARY


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


def test_a_slip_is_drawn_from_a_file(tmp_path: Path) -> None:
    file, picture = tmp_path / "slip.json", tmp_path / "slip.png"
    file.write_text(json.dumps(ORDINARY), encoding="utf-8")
    assert run("draw", str(file), str(picture), "--width", "384") == 0
    with Image.open(picture) as drawn:
        assert drawn.width == 384


@pytest.mark.parametrize("text", ["{", "[]", '{"number": "A1"}', json.dumps(ORDINARY | {"ahead": "many"})])
def test_a_file_that_is_no_slip_is_one_sentence(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "slip.json"
    file.write_text(text, encoding="utf-8")
    assert run("draw", str(file), str(tmp_path / "slip.png")) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("draw", str(tmp_path / "none.json"), str(tmp_path / "slip.png")) == 1
    assert "none.json" in capsys.readouterr().err


def test_a_test_slip_comes_out(virtual: VirtualPrinter, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("test", virtual.address) == 0
    assert "Printed" in capsys.readouterr().out
    assert len(virtual.tray.newest_first()) == 1


def test_a_printer_without_paper_is_told_with_what_to_do(
    virtual: VirtualPrinter, capsys: pytest.CaptureFixture[str]
) -> None:
    virtual.service.turn("paper_end")
    assert run("status", virtual.address) == 3
    assert run("test", virtual.address) == 4
    assert "new roll" in capsys.readouterr().out


def test_a_well_printer_says_so(virtual: VirtualPrinter, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", virtual.address) == 0
    assert "well" in capsys.readouterr().out


def test_a_wrong_address_is_one_sentence_with_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", "192.168.1.50") == 1
    assert "tcp://192.168.1.50:9100" in capsys.readouterr().err


def test_a_taken_port_is_one_sentence(
    virtual: VirtualPrinter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("virtual", "--port", str(virtual.service.port), "--output", str(tmp_path)) == 1
    assert str(virtual.service.port) in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert run("virtual", "--port", "0", "--output", str(tmp_path / "file")) == 1
    assert "--output" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_virtual_printer_says_where_it_is_and_stops_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "printer.virtual", "--port", "0", "--output", str(tmp_path / "papers")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert run("test", ready["address"]) == 0
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")
    assert len(list((tmp_path / "papers").iterdir())) == 1
