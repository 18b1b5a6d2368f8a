"""Whom an agent believes to be the server, over a real TLS connection."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from server.live.link import Link
from server.live.trust import trust
from tests.display.hall_server import TOKEN, HallServer
from tests.kiosk.waiting import come_true
from tests.live_tls import Authority

LIMIT_S = 10.0


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def first_update(link: Link) -> str:
    async with asyncio.timeout(LIMIT_S):
        async for update in link.updates():
            return update.kind
    raise AssertionError("the link ended")


async def test_a_link_follows_over_https_with_the_hospitals_own_certificate(authority: Authority) -> None:
    async with HallServer().running(authority.server) as hall:
        link = Link(hall.url, TOKEN, ["area:sanh"], ssl_context=trust(hall.url, authority.file))
        assert await first_update(link) == "snapshot"
        await link.close()


async def test_a_certificate_that_is_not_believed_is_told_once_by_name(authority: Authority) -> None:
    async with HallServer().running(authority.server) as hall:
        link = Link(hall.url, TOKEN, ["area:sanh"])
        with capture_logs() as told:
            following = asyncio.create_task(first_update(link))
            await come_true(lambda: bool(told))
            following.cancel()
            await link.close()
    assert hall.hellos == []
    assert [(one["reason"], one["detail"]) for one in told] == [
        ("certificate", "unable to get local issuer certificate")
    ]


async def test_the_environments_certificate_file_is_believed(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    async with HallServer().running(authority.server) as hall:
        link = Link(hall.url, TOKEN, ["area:sanh"])
        assert await first_update(link) == "snapshot"
        await link.close()


def test_a_file_that_is_no_certificate_is_one_sentence(tmp_path: Path) -> None:
    wrong = tmp_path / "notes.txt"
    wrong.write_text("no certificate", encoding="utf-8")
    with pytest.raises(ValueError, match=r"notes\.txt holds no certificate"):
        trust("https://queue.lan", wrong)
    with pytest.raises(ValueError, match=r"missing\.pem cannot be read"):
        trust("https://queue.lan", tmp_path / "missing.pem")


def test_plain_http_needs_no_trust() -> None:
    assert trust("http://queue.lan") is None
