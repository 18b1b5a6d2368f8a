"""The kiosk over https, with the certificate that a hospital signs itself."""

from pathlib import Path

from tests.kiosk.worlds import state, tap, until, where, world
from tests.live_tls import Authority

KEY = "0123456789abcdef"


def test_a_ticket_is_issued_and_a_copy_asked_over_https_with_the_hospitals_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with world(tmp_path, authority.server) as here:
        agent = here.start("--ca", str(authority.file))
        tap(agent, KEY)
        until(lambda: where(agent, KEY)["state"] == "printed")
        here.hospital.ask_copy("j1", "t1")
        until(lambda: here.papers_out() == 2)


def test_a_certificate_that_is_not_believed_is_told_by_name(tmp_path: Path) -> None:
    with world(tmp_path, Authority(tmp_path).server) as here:
        agent = here.start()
        until(lambda: state(agent)["connection"] == "lost")
        agent.end()
        lost = next(line for line in agent.log.splitlines() if '"server.lost"' in line)
        assert '"reason": "certificate"' in lost
        assert "unable to get local issuer certificate" in lost
        assert "Traceback" not in agent.log


def test_a_certificate_file_that_is_missing_is_one_sentence(tmp_path: Path) -> None:
    with world(tmp_path, Authority(tmp_path).server) as here:
        agent = here.start("--ca", str(tmp_path / "missing.pem"))
        assert agent.end() == 1
        assert "missing.pem cannot be read" in agent.log
        assert "Traceback" not in agent.log
