"""Our exceptions and the table from codes of the engine."""

import re
from pathlib import Path

import pyNN.errors
import pytest

from pynn_neuro import errors

STATUS_HEADER = Path(__file__).resolve().parents[2] / "csrc" / "core" / "status.h"


def test_pynns_exceptions_are_pynns_own():
    for name in vars(pyNN.errors):
        if isinstance(getattr(pyNN.errors, name), type):
            assert getattr(errors, name) is getattr(pyNN.errors, name)


def status_codes():
    """Name and number of every code in the engine's header."""
    return {
        name: int(number)
        for name, number in re.findall(r"(NEURO_\w+) = (\d+)", STATUS_HEADER.read_text(encoding="utf-8"))
        if number != "0" and name != "NEURO_ERROR_LENGTH"
    }


def test_every_code_of_the_engine_has_its_exception():
    codes = status_codes()
    assert len(codes) >= 8
    for name, number in codes.items():
        exception = errors.from_status(number, "the sentence")
        assert "the sentence" in str(exception)
        if name == "NEURO_ERR_INTERNAL":
            assert type(exception) is errors.InternalError
        else:
            assert type(exception) is not errors.InternalError, name


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (100, MemoryError),
        (200, ValueError),
        (203, errors.InvalidDimensionsError),
        (300, RuntimeError),
        (400, OSError),
    ],
)
def test_code_gives_the_kind_that_python_users_expect(number, kind):
    assert isinstance(errors.from_status(number, "x"), kind)


def test_unknown_code_asks_for_a_report():
    assert "please report" in str(errors.from_status(12345, "x"))


def test_a_closed_engine_is_a_runtime_error():
    assert issubclass(errors.EngineClosedError, RuntimeError)
