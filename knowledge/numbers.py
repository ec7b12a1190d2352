"""Numbers for made-up people: their check digits are right, and nobody was ever given them."""

from __future__ import annotations

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def nhs_number(serial: int) -> str:
    """An NHS number in the range kept for tests, which starts with 999.

    >>> nhs_number(1)
    '9990000026'
    """
    for last in (0, 1):  # of two in a row one at most has no check digit
        digits = f"999{serial * 2 % 1_000_000 + last:06d}"
        check = nhs_check_digit(digits)
        if check != "10":
            break
    return digits + check


def nhs_check_digit(first_nine: str) -> str:
    """The tenth digit, or `10` where there is no such number."""
    total = sum(int(digit) * weight for digit, weight in zip(first_nine, range(10, 1, -1), strict=True))
    return str((11 - total % 11) % 11)


def nino(serial: int) -> str:
    """A National Insurance number with the letters QQ, which no real one has.

    >>> nino(7)
    'QQ000007D'
    """
    return f"QQ{serial % 1_000_000:06d}{'ABCD'[serial % 4]}"


def upn(serial: int) -> str:
    """A unique pupil number of the local authority 000, which there is not.

    >>> upn(1)
    'P000000000001'
    """
    digits = f"000{serial % 1_000_000_000:09d}"
    return upn_check_letter(digits) + digits


def upn_check_letter(twelve: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(twelve, range(2, 14), strict=True))
    return _UPN_LETTERS[total % 23]


def uprn(serial: int) -> str:
    """A property reference at the top of the range, far above any in use; these have no check digit.

    >>> uprn(1)
    '999999000001'
    """
    return f"999999{serial % 1_000_000:06d}"


def phone(serial: int) -> str:
    """A number of the block that is kept for drama.

    >>> phone(12)
    '07700 900012'
    """
    return f"07700 900{serial % 1_000:03d}"


def postcode(serial: int) -> str:
    """A postcode in an area that there is not.

    >>> postcode(1)
    'ZZ97 1AB'
    """
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return f"ZZ97 {1 + serial // 400 % 9}{letters[serial // 20 % 20]}{letters[serial % 20]}"
