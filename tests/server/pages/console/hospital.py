"""A made-up provincial hospital with the longest names that a desk must hold, and a morning's forty people waiting."""

from datetime import UTC, datetime, timedelta
from typing import Any

JsonObject = dict[str, Any]

CLASSES = [
    ("normal", "Người thường", "Ordinary", False),
    ("child_u6", "Trẻ dưới 6 tuổi", "Child under 6", True),
    ("pregnant", "Phụ nữ có thai", "Pregnant", True),
    ("disability_extreme", "Khuyết tật đặc biệt nặng", "Extreme disability", True),
    ("age_75", "Từ đủ 75 tuổi", "75 or older", True),
    ("merit", "Người có công với cách mạng", "Person of merit", True),
]

QUEUES = [
    ("tiep-don", "reception", "Tiếp đón và đăng ký khám bảo hiểm y tế", "Reception and insurance"),
    ("noi", "clinic", "Khám nội tổng hợp – tim mạch – đái tháo đường", "General internal medicine"),
    ("mat", "clinic", "Khám mắt", "Eyes"),
    ("tmh", "clinic", "Khám tai mũi họng", "Ear, nose and throat"),
    ("xet-nghiem", "laboratory", "Lấy máu xét nghiệm", "Blood tests"),
    ("nuoc-tieu", "laboratory", "Xét nghiệm nước tiểu", "Urine tests"),
    ("x-quang", "imaging", "Chụp X-quang kỹ thuật số", "Digital X-ray"),
    ("sieu-am", "imaging", "Siêu âm tổng quát", "Ultrasound"),
    ("vien-phi", "cashier", "Thu viện phí", "Cashier"),
    ("thuoc", "pharmacy", "Phát thuốc bảo hiểm y tế", "Pharmacy"),
]

ROOMS = [
    ("td1", "sanh", "Quầy 1", "Tiếp đón quầy 1", ["tiep-don"]),
    ("p11", "khu-a", "11", "Phòng khám nội tổng hợp 1", ["noi"]),
    ("p12", "khu-a", "12", "Phòng khám nội tổng hợp 2 – tim mạch – đái tháo đường", ["noi"]),
    ("p13", "khu-a", "13", "Phòng khám mắt và tai mũi họng", ["mat", "tmh"]),
    ("xn1", "khu-b", "Bàn 1", "Lấy máu bàn 1", ["xet-nghiem", "nuoc-tieu"]),
]

SERVICES = [
    ("noi", "Khám nội tổng hợp – tim mạch – đái tháo đường", "General internal medicine", "stethoscope", "A"),
    ("nhi", "Khám nhi", "Children", "child", "N"),
    ("mat", "Khám mắt", "Eyes", "eye", "M"),
    ("tmh", "Khám tai mũi họng", "Ear, nose and throat", "ear", "T"),
    ("rhm", "Khám răng hàm mặt", "Teeth", "tooth", "R"),
    ("san", "Khám thai và phụ khoa", "Pregnancy and women", "pregnant", "S"),
    ("yhct", "Y học cổ truyền và phục hồi chức năng", "Traditional medicine", "leaf", "Y"),
    ("tai-kham", "Tái khám theo hẹn", "Return visit", "return", "K"),
    ("xet-nghiem", "Xét nghiệm theo yêu cầu", "Tests on request", "lab", "X"),
    ("vien-phi", "Thu viện phí", "Cashier", "cash", "V"),
]


def both(vi: str, en: str) -> JsonObject:
    return {"vi": vi, "en": en}


def described() -> JsonObject:
    """The answer of /api/v1/hospital."""
    return {
        "site": {
            "code": "bvdk",
            "name": both("Bệnh viện Đa khoa tỉnh Mẫu", "Example Provincial General Hospital"),
            "languages": ["vi", "en"],
            "timezone": "Asia/Ho_Chi_Minh",
            "phone_url": None,
            "build": "test",
        },
        "areas": [
            {"code": code, "name": both(vi, en), "languages": ["vi"], "has_speaker": True}
            for code, vi, en in (
                ("sanh", "Sảnh tiếp đón tầng 1", "Main hall"),
                ("khu-a", "Khu khám A, tầng 1", "Clinics A"),
                ("khu-b", "Khu xét nghiệm B", "Laboratory B"),
            )
        ],
        "rooms": [
            {
                "code": code,
                "area": area,
                "label": label,
                "name": both(name, name),
                "spoken": both(name, name),
                "order": order,
                "queues": queues,
            }
            for order, (code, area, label, name, queues) in enumerate(ROOMS)
        ],
        "queues": [
            {"code": code, "name": both(vi, en), "kind": kind, "area": "khu-a"} for code, kind, vi, en in QUEUES
        ],
        "services": [
            {"code": code, "name": both(vi, en), "hint": None, "icon": icon, "series": series, "group": None}
            for code, vi, en, icon, series in SERVICES
        ],
        "classes": [{"code": code, "name": both(vi, en), "declared": declared} for code, vi, en, declared in CLASSES],
    }


def rfc(when: datetime) -> str:
    return when.isoformat(timespec="seconds")


def ago(minutes: float) -> str:
    return rfc(datetime.now(UTC) - timedelta(minutes=minutes))


def entry(position: int, number: str, **more: Any) -> JsonObject:
    """One waiting entry; *position* is its rank and makes its wait."""
    return {
        "id": f"e{position}", "ticket": f"t{position}", "number": number, "queue": "noi", "room": None,
        "state": "waiting",
        "class": "normal", "class_confirmed": True, "class_reason": None, "way": "walk_in", "rank": position,
        "arrived_at": ago(90 - position * 2), "due_at": None, "since": ago(90 - position * 2), "elsewhere": None,
        "attempts": 0, "call": None, "reason": None,
    } | more  # fmt: skip


def ticket(of: JsonObject, **more: Any) -> JsonObject:
    return {
        "id": of["ticket"], "number": of["number"], "state": "open", "service": "noi", "class": of["class"],
        "issued_at": of["arrived_at"], "paper": "confirmed", "paper_detail": None, "device": "k1",
    } | more  # fmt: skip


SPECIAL: dict[int, JsonObject] = {
    1: {"class": "age_75"},
    3: {"class": "disability_extreme", "class_confirmed": False},
    4: {"way": "return"},
    6: {"way": "appointment", "due_at": ago(-5)},
    8: {"elsewhere": "xn1"},
    9: {"class": "child_u6"},
    12: {"class": "merit", "class_confirmed": False, "way": "return"},
}


def morning() -> JsonObject:
    """The state's collections: forty waiting for the internal clinic, some missed, at tests and held."""
    entries = [entry(n, f"A{n + 41:03}", **SPECIAL.get(n, {})) for n in range(1, 41)]
    entries += [
        entry(91, "A017", state="missed", room="p12", attempts=3, since=ago(12)),
        entry(92, "A009", state="paused", room="p12", since=ago(35)),
        entry(93, "A020", state="paused", room="p12", since=ago(15)),
        entry(94, "A031", state="held", since=ago(4)),
    ]
    rooms = {room["code"]: room | {"state": "open", "last": None} for room in described()["rooms"]}
    return {
        "areas": {area["code"]: area for area in described()["areas"]},
        "rooms": rooms,
        "entries": {each["id"]: each for each in entries},
        "tickets": {each["ticket"]: ticket(each) for each in entries},
        "calls": {},
        "announcements": {},
        "devices": {
            "k1": {"id": "k1", "role": "kiosk", "name": "Kiosk 1", "places": ["sanh"], "trouble": None},
            "q1": {"id": "q1", "role": "kiosk", "name": "Máy in quầy 1", "places": ["td1"], "trouble": None},
        },
    }
