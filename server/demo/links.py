"""The addresses of the demo's screens, as `demo.json` names them and as its start page shows them."""

from __future__ import annotations

from typing import Any

from server.demo.seed import Seeded


def start_links(base: str, kiosk_port: int, display_port: int, control: str, seeded: Seeded) -> dict[str, Any]:
    """
    Every address of a running demo.

    Args:
        base: Address of the server, without a slash at its end.
        kiosk_port: Port of the kiosk's touch page on this machine.
        display_port: Port of the hall display's gateway on this machine.
        control: Address of the virtual printer's control page.
        seeded: The hospital and its accounts.
    """
    hospital = seeded.hospital
    room = next(iter(hospital.rooms))
    area = next(iter(hospital.areas.values()))
    desk = next((code for code, item in hospital.rooms.items() if _is_reception(seeded, item.queues)), room)
    kiosk, display = f"http://127.0.0.1:{kiosk_port}/", f"http://127.0.0.1:{display_port}/"
    console = f"{base}/console?room={room}"
    return {
        "base_url": base,
        "start_url": f"{base}/",
        "kiosk_url": kiosk,
        "display_url": display,
        "console_url": console,
        "printer_url": control,
        "staff": seeded.accounts,
        "links": [
            _link("kiosk", "Máy lấy số", "Kiosk", kiosk),
            _link("board", f"Màn hình {area.name['vi']}", f"Screen: {area.name.get('en', area.code)}", display),
            _link("console", f"Bàn gọi số, {hospital.rooms[room].name['vi']}", f"Desk of room {room}", console),
            _link("phone", "Điện thoại của người lấy số sau cùng", "Phone of the newest ticket", f"{base}/demo/phone"),
            _link("console", "Bàn tiếp đón", "Reception desk", f"{base}/console?room={desk}"),
            *(
                _link(
                    "board",
                    f"Màn hình {item.name['vi']}",
                    f"Screen: {item.name.get('en', code)}",
                    f"{base}/board/{code}",
                )
                for code, item in list(hospital.areas.items())[1:]
            ),
            _link("printer", "Máy in ảo", "Virtual printer", f"{control}/"),
        ],
    }


def _is_reception(seeded: Seeded, queues: tuple[str, ...]) -> bool:
    return any(seeded.hospital.queues[queue].kind == "reception" for queue in queues)


def _link(kind: str, vietnamese: str, english: str, url: str) -> dict[str, Any]:
    return {"kind": kind, "title": {"vi": vietnamese, "en": english}, "url": url}
