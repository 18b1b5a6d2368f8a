"""Contents of slips that tests draw: the ordinary one, the longest, each mark, each language."""

from typing import Any

ORDINARY: dict[str, Any] = {
    "hospital": "Bệnh viện Đa khoa tỉnh Cao Bằng",
    "service": "Khám nội tổng hợp",
    "number": "A042",
    "class_mark": None,
    "class_note": None,
    "issued_at": "2026-05-14T07:42:10+07:00",
    "ahead": 12,
    "wait": {"low_s": 600, "high_s": 1500},
    "where": "Phòng 12, tầng 1, khu A",
    "qr": "https://luot.benhvien.example/t/Kx7Qm2Vb9TnR4wZs",
    "qr_opens_page": True,
    "language": "vi",
    "copy": False,
}
PRIORITY = ORDINARY | {
    "class_mark": "ƯU TIÊN",
    "class_note": "chờ xác nhận",
    "qr": "Kx7Qm2Vb9TnR4wZs",
    "qr_opens_page": False,
    "ahead": 0,
    "wait": {"low_s": 0, "high_s": 280},
}
ENGLISH_COPY = ORDINARY | {
    "language": "en",
    "hospital": "Cao Bang Provincial General Hospital",
    "service": "General internal medicine",
    "where": "Room 12, floor 1, block A",
    "class_mark": "PRIORITY",
    "class_note": "to be confirmed",
    "ahead": 1,
    "copy": True,
}
LONGEST = ORDINARY | {
    "hospital": "Bệnh viện Y học cổ truyền và Phục hồi chức năng tỉnh Bà Rịa – Vũng Tàu",
    "service": "Khám Phục hồi chức năng và Vật lý trị liệu cho người khuyết tật đặc biệt nặng",
    "number": "K2-07-137",
    "class_mark": "ƯU TIÊN",
    "class_note": "chờ xác nhận",
    "where": "Khu điều trị ngoại trú, tầng trệt, nhà D, quầy tiếp nhận Phục hồi chức năng số 3",
    "ahead": 187,
    "wait": {"low_s": 5500, "high_s": 10200},
    "copy": True,
}
BARE = {"number": "E7", "issued_at": "2026-05-14T07:42:10+07:00"}

NAMED = {
    "ordinary": ORDINARY,
    "priority": PRIORITY,
    "english-copy": ENGLISH_COPY,
    "longest": LONGEST,
    "bare": BARE,
}
