"""Where a patient goes when a step ends."""

from typing import Any

import pytest

from server.rules.journey import STAGES_MAX, STEPS_MAX, Onward, onward, parse_next, stage_to_begin
from server.rules.refusals import QueueUnknown
from server.rules.ticket import ACTIVE, LIVE

KINDS = {
    "tiep-don": "reception", "noi": "clinic", "mat": "clinic", "xet-nghiem": "laboratory", "x-quang": "imaging",
    "thu-ngan": "cashier", "nha-thuoc": "pharmacy", "cap-cuu": "emergency",
}  # fmt: skip
FLOW = ("noi", "thu-ngan", "nha-thuoc")
MANY = {f"q{number}": "laboratory" for number in range(STEPS_MAX + 1)}


# What a desk asks for


@pytest.mark.parametrize(
    ("given", "stages"),
    [
        ([], ()),
        ([[]], ()),
        (["xet-nghiem"], (("xet-nghiem",),)),
        (["xet-nghiem", "x-quang"], (("xet-nghiem", "x-quang"),)),
        ([["xet-nghiem"], ["x-quang"]], (("xet-nghiem",), ("x-quang",))),
        ([["xet-nghiem", "x-quang"], [], ["thu-ngan"]], (("xet-nghiem", "x-quang"), ("thu-ngan",))),
        ((("xet-nghiem",), ("x-quang",)), (("xet-nghiem",), ("x-quang",))),
    ],
)
def test_a_flat_list_is_one_stage_and_a_nested_one_is_stages(given: Any, stages: Any) -> None:
    assert parse_next(given, KINDS) == stages


def test_a_place_named_twice_in_a_stage_is_gone_to_once() -> None:
    assert parse_next(["xet-nghiem", "x-quang", "xet-nghiem"], KINDS) == (("xet-nghiem", "x-quang"),)


@pytest.mark.parametrize(
    "given", [["sao-hoa"], [1], [None], [["xet-nghiem"], "x-quang"], ["x-quang", ["xet-nghiem"]], [[["x-quang"]]], [{}]]
)
def test_what_is_no_queue_of_the_hospital_is_refused(given: Any) -> None:
    with pytest.raises(QueueUnknown):
        parse_next(given, KINDS)


def test_a_visit_has_as_many_steps_as_its_limit_and_no_more() -> None:
    codes = list(MANY)
    assert len(parse_next(codes[:STEPS_MAX], MANY)[0]) == STEPS_MAX
    with pytest.raises(QueueUnknown):
        parse_next(codes, MANY)
    with pytest.raises(QueueUnknown):
        parse_next([["q0"]] * (STAGES_MAX + 1), MANY)


def test_a_refusal_never_repeats_more_than_a_line_of_what_was_asked() -> None:
    with pytest.raises(QueueUnknown) as refused:
        parse_next(["x" * 20_000], KINDS)
    assert len(str(refused.value.facts["queue"])) == 40


# What follows


@pytest.mark.parametrize(
    ("queue", "stages"),
    [
        ("noi", (("thu-ngan",),)),
        ("thu-ngan", (("nha-thuoc",),)),
        ("nha-thuoc", ()),
        ("mat", (("thu-ngan",),)),
        ("tiep-don", ()),
        ("xet-nghiem", ()),
        ("cap-cuu", ()),
    ],
)
def test_without_a_word_from_the_desk_the_flow_of_the_service_decides(queue: str, stages: Any) -> None:
    assert onward(queue, None, FLOW, KINDS) == Onward(stages, is_pause=False)


def test_a_flow_of_clinics_alone_ends_at_another_clinic() -> None:
    assert onward("mat", None, ("tiep-don", "noi"), KINDS).stages == ()


def test_a_desk_that_chooses_nothing_ends_the_visit() -> None:
    assert onward("noi", (), FLOW, KINDS) == Onward((), is_pause=False)


@pytest.mark.parametrize("stage", [("xet-nghiem",), ("x-quang",), ("thu-ngan", "x-quang")])
def test_a_clinic_that_orders_tests_expects_the_patient_back(stage: tuple[str, ...]) -> None:
    assert onward("noi", (stage,), FLOW, KINDS) == Onward((stage,), is_pause=True)


def test_tests_in_a_later_stage_are_tests_too() -> None:
    assert onward("noi", (("thu-ngan",), ("xet-nghiem",)), FLOW, KINDS).is_pause


@pytest.mark.parametrize("queue", ["tiep-don", "xet-nghiem", "cap-cuu", "thu-ngan"])
def test_only_a_clinic_expects_the_patient_back(queue: str) -> None:
    assert not onward(queue, (("x-quang",),), FLOW, KINDS).is_pause


def test_a_clinic_that_sends_to_another_place_does_not_expect_the_patient_back() -> None:
    assert not onward("noi", (("nha-thuoc",),), FLOW, KINDS).is_pause


# Which stage begins


def test_the_lowest_planned_stage_begins_when_nothing_is_active() -> None:
    assert stage_to_begin([("done", 0), ("planned", 2), ("planned", 1), ("planned", 2)]) == 1


@pytest.mark.parametrize("state", sorted(ACTIVE))
def test_no_stage_begins_while_the_patient_is_expected_somewhere(state: str) -> None:
    assert stage_to_begin([(state, 0), ("planned", 1)]) is None


@pytest.mark.parametrize("state", ["done", "cancelled", "transferred", "paused"])
def test_a_stage_begins_when_the_one_before_has_ended(state: str) -> None:
    assert stage_to_begin([(state, 0), ("planned", 1)]) == 1


def test_nothing_begins_where_nothing_is_planned() -> None:
    assert stage_to_begin([]) is None
    assert stage_to_begin((state, 0) for state in ("done", "paused")) is None


def test_waiting_is_active_and_planned_is_only_live() -> None:
    assert "waiting" in ACTIVE
    assert {"planned", "paused"} == LIVE - ACTIVE
