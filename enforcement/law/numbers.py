"""Numbers with rules: identity numbers (GB 11643), credit codes (GB 32100), telephones.

Check digits are python-stdnum's. Its whole checks are not used: they refuse whoever was born
before his county had its present code (梨树县: 1983), as numbers are given out later than that,
and the codes of rural collectives, which begin with a letter.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from stdnum.cn import ric, uscc

_CREDIT: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE: Final = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([2-9][0-9]{6,7})")


def is_identity_number(text: str) -> bool:
    """Tell whether 18 characters are an identity number: a real birth day, the right check."""
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9Xx]", text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return str(ric.calc_check_digit(text.upper())) == text[17].upper()


def is_credit_code(text: str) -> bool:
    """Tell whether 18 characters are a unified social credit code with the right check."""
    if len(text) != 18 or any(character not in _CREDIT for character in text):
        return False
    return str(uscc.calc_check_digit(text)) == text[17]


def phone_number(text: str) -> str | None:
    """Return a mobile or landline number as it is kept (13800000000, 0434-5222222), else None.

    Blanks, dashes, brackets and the country's 86 fall away.
    """
    digits = re.sub(r"[\s()\-]", "", text)
    digits = re.sub(r"^(\+?86|0086)(?=1[3-9]|0)", "", digits)
    if _MOBILE.fullmatch(digits):
        return digits
    found = _LANDLINE.fullmatch(digits)
    return f"{found[1]}-{found[2]}" if found else None
