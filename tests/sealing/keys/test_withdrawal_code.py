"""The withdrawal code: wrong digits are found, and the key is the shared one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.sealing.keys import withdrawal_code
from testimony.sealing.keys.errors import WithdrawalCodeWrong
from tests.support.sealing.vectors import VECTORS

CODE = VECTORS["withdrawal"]["code"]


def test_the_shared_code_gives_the_shared_key() -> None:
    key = withdrawal_code.key_of(CODE, VECTORS["root"]["fingerprint_sha256"])
    assert key.public_keys[0].pub.hex() == VECTORS["withdrawal"]["public"]
    assert key.kid == VECTORS["withdrawal"]["sigs"][0]["kid"]


def test_another_organisation_gets_another_key() -> None:
    assert withdrawal_code.key_of(CODE, "0" * 64).public_keys[0].pub.hex() != VECTORS["withdrawal"]["public"]


def test_a_new_code_has_25_digits_that_hold_and_is_never_the_same() -> None:
    codes = {withdrawal_code.new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(withdrawal_code.require_code(code) == code and len(code) == 25 for code in codes)


@pytest.mark.parametrize(
    "written",
    [
        " ".join(CODE[at : at + 5] for at in range(0, 25, 5)),
        CODE[:5] + "-" + CODE[5:],
        CODE.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        CODE.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
    ],
)
def test_spaces_and_the_digits_of_other_scripts_are_read(written: str) -> None:
    assert withdrawal_code.require_code(written) == CODE


@pytest.mark.parametrize("code", ["", CODE[:-1], CODE + "0", CODE[:-1] + "x", "²" * 25, "a" * 25])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(WithdrawalCodeWrong):
        withdrawal_code.require_code(code)


@given(st.integers(0, 24), st.integers(1, 9))
def test_one_wrong_digit_is_found(place: int, step: int) -> None:
    digit = str((int(CODE[place]) + step) % 10)
    with pytest.raises(WithdrawalCodeWrong):
        withdrawal_code.require_code(CODE[:place] + digit + CODE[place + 1 :])


@given(st.text("0123456789", min_size=24, max_size=24), st.integers(0, 23))
def test_swapped_neighbours_are_found(digits: str, place: int) -> None:
    code = digits + str(withdrawal_code._check(digits))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(WithdrawalCodeWrong):
            withdrawal_code.require_code(swapped)
