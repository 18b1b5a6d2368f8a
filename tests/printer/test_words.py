"""Every code has its sentence."""

from typing import get_args

from printer import errors
from printer.errors import PrinterError
from printer.status import Trouble
from printer.transport import Result
from printer.words import ERRORS, RESULTS, TROUBLES, sentence


def test_every_error_has_a_sentence_and_every_sentence_an_error() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PrinterError)]
    assert {kind.code for kind in kinds} == set(ERRORS)
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_every_trouble_and_every_result_has_a_sentence() -> None:
    assert set(TROUBLES) == set(get_args(Trouble))
    assert set(RESULTS) == set(get_args(Result))


def test_a_sentence_names_what_is_wrong() -> None:
    assert "“lp1”" in sentence(errors.AddressError(address="lp1"))
