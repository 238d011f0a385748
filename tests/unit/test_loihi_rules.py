"""Rules of Loihi's learning engine as text: what they mean, and where a mistake is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pynn_neuro.platforms.loihi.rules import Factor, Product, compile_rules, parse_rule


def product(gate, mantissa, exponent, *factors, period=0):
    return Product(gate, period, mantissa, exponent, factors)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x0", [product("x0", 1, 0)]),
        ("-x0", [product("x0", -1, 0)]),
        ("dw = y0*x1 - x0*y1", [product("y0", 1, 0, Factor("x1")), product("x0", -1, 0, Factor("y1"))]),
        (" 2 ^ - 2 * x1 * y0 ", [product("y0", 1, -2, Factor("x1"))]),
        ("(1) * (-2) * x0 * y1", [product("x0", -2, 0, Factor("y1"))]),
        ("3*-1*x0", [product("x0", -3, 0)]),
        ("2*3*2^-3*2^1*x0", [product("x0", 6, -2)]),
        ("u2*(w+5)*2^-3", [product("u", 1, -3, Factor("w", 5), period=2)]),
        ("u0*(20-w)", [product("u", -1, 0, Factor("w", -20))]),
        ("x0*(t-2^3)", [product("x0", 1, 0, Factor("t", -8))]),
        ("x0*sgn(d-3)", [product("x0", 1, 0, Factor("d", -3, True))]),
        ("x0*y0*x0", [product("x0", 1, 0, Factor("y0"), Factor("x0"))]),
        ("48*x0", [product("x0", 6, 3)]),
        ("-128*x0", [product("x0", -4, 5)]),
        ("r1*x0*x1*y1", [product("x0", 1, 0, Factor("r1"), Factor("x1"), Factor("y1"))]),
    ],
)
def test_text_means(text, expected):
    assert list(parse_rule(text)) == expected


def place(text, name="dw", flavour="loihi"):
    """Message and column of the caret, from 0."""
    with pytest.raises(ValueError) as caught:
        parse_rule(text, name, flavour)
    message, _line, caret = str(caught.value).split("\n")
    return message, len(caret) - 4 - 1


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("x1*w", 0, "no gate"),
        ("x0*y1 - x1*w", 8, "no gate"),
        ("2^-2*x1*y0 - 3.5*x0", 14, "powers of two"),
        ("x0/2", 2, "multiplying with"),
        ("3^2*x0", 0, "only 2 can be raised"),
        ("x0*(w+", 6, "the end of the rule"),
        ("x0*(w+3", 7, "')' for the bracket at character 4"),
        ("x0*q", 3, "unknown variable 'q'"),
        ("x0*x3", 3, "unknown variable 'x3'"),
        ("x0*sgn(x1)", 3, "sgn() takes w, t or d"),
        ("x0*(w-200)", 6, "-128..127"),
        ("x0*(200+w)", 4, "-128..127"),
        ("x0*(w+2^-1)", 6, "must be whole"),
        ("9*x0", 0, "mantissa of -8..7"),
        ("2^-8*x0", 0, "exponent of -7..8"),
        ("u1*w + u2", 7, "same k"),
        ("x0*u2", 3, "gate, and that is x0"),
        ("x0 x1", 3, "expected, not 'x1'"),
        ("2^-2 x1*y0", 5, "expected, not 'x1'"),
        ("x0*w + 3)", 8, "expected, not ')'"),
        ("u1*u2*w", 3, "gate, and that is u1 already"),
        ("", 0, "a product expected"),
        ("x0*", 3, "expected"),
        ("dt = x0", 0, "for dw, not for dt"),
        ("x0 * (w+t)", 8, "one variable and one number"),
        ("x0*(w+2^999999999)", 8, "at most 2^99"),
        ("x0*" + 5000 * "9", 3, "at most 9 digits"),
    ],
)
def test_a_mistake_is_pointed_at(text, at, message):
    said, column = place(text)

    assert message in said
    assert column == at
    assert f"character {at + 1}" in said


PIECES = ["x0", "y0", "x1", "y3", "w", "t", "d", "r1", "u0", "u3", "u12", "sgn(", "sign(", "(", ")", "+", "-"]
PIECES += [
    "*",
    "^",
    "2^",
    "2^-3",
    "2",
    "9",
    "128",
    " ",
    "\n",
    "\t",
    "=",
    "dw=",
    "\x00",
    "/",
    ".",
    ",",
    "\u0663",
]
PIECES += ["2^99999", 30 * "9", "**", "X0", "\u2028", "\\", "%"]
texts = st.one_of(st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


@settings(max_examples=400, deadline=None)
@given(texts, st.sampled_from(["loihi", "lava", "brian2loihi"]))
def test_any_text_is_a_rule_or_is_pointed_at(text, flavour):
    try:
        products = parse_rule(text, "dw", flavour)
    except ValueError as error:
        _message, line, caret = str(error).split("\n")
        assert caret.strip(" ") == "^"
        assert len(caret) <= len(line) + 1
    else:
        assert products
        assert all(len(product.factors) <= 8 for product in products)


def test_a_mistake_in_the_second_line_is_shown_with_that_line():
    with pytest.raises(ValueError, match="unknown variable 'z1'") as caught:
        parse_rule("x0*y1\n  - y0*z1")

    assert str(caught.value).split("\n")[1:] == ["      - y0*z1", "           ^"]


def test_brian2loihi_mixes_periods_and_has_no_tag():
    first, second = parse_rule("u1*w + x0*u2", flavour="brian2loihi")

    assert (first.gate, first.period) == ("u", 1)
    assert second.factors == (Factor("u", 2),)
    assert "does not exist" in place("x0*t", flavour="brian2loihi")[0]


def test_brian2loihi_takes_the_sign_of_every_variable():
    (only,) = parse_rule("x0*sign(y1-3)*2", flavour="brian2loihi")

    assert only.factors == (Factor("y1", -3, True),)
    assert "unknown variable 'sign'" in place("x0*sign(w)")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # ProductSeries of lava-nc 0.10: what its parser makes of texts that ours reads otherwise, or refuses
        ("x0*(-x1)", product("x0", 1, 0, Factor("x1"))),
        ("x0*(y0)*x1", product("x0", 1, 0, Factor("x1"))),
        ("u1*w*u1", product("u", 1, 0, Factor("w"), period=1)),
        ("x0*(w-200)", product("x0", 1, 0, Factor("w", -200))),
    ],
)
def test_flavour_lava_reads_as_lava_reads(text, expected):
    assert parse_rule(text, flavour="lava") == (expected,)


def test_flavour_lava_refuses_a_sum_that_lava_misreads():
    message, at = place("x0*(w+2*3)", flavour="lava")

    assert (at, "multiply out" in message) == (7, True)


def test_rules_of_a_projection_share_the_epochs_that_they_count():
    with pytest.raises(ValueError, match="rule 'dw' has u1 and rule 'dt' has u2"):
        compile_rules({"dw": "u1*w", "dt": "u2*t"})


def test_program_is_numbers():
    assert compile_rules({"dw": "2^-2*x1*y0", "dt": None}) == [0, 1, 0, 1, -2, 1, 1, 2, 0, 0]


def test_a_rule_is_text():
    with pytest.raises(TypeError, match="rule 'dw' is 3"):
        parse_rule(3)
