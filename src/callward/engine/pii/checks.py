"""Check digits and calendars. Own code: a library that rejects well-known fictitious numbers would leak them."""

from __future__ import annotations

from datetime import date


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mod_97(characters: str) -> bool:
    """ISO 7064 mod 97-10 as ISO 13616 uses it, over lower-case letters and digits."""
    turned = characters[4:] + characters[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def isikukood(digits: str) -> bool:
    """Estonian personal identification code: two passes of weights modulo 11."""
    for weights in ("1234567891", "3456789123"):
        rest = sum(int(w) * int(d) for w, d in zip(weights, digits[:10], strict=True)) % 11
        if rest < 10:
            return rest == int(digits[10])
    return digits[10] == "0"


def cnp(digits: str) -> bool:
    """Romanian cod numeric personal."""
    rest = sum(int(w) * int(d) for w, d in zip("279146358279", digits[:12], strict=True)) % 11
    return (1 if rest == 10 else rest) == int(digits[12])


def bsn(digits: str) -> bool:
    """Dutch burgerservicenummer: the eleven-test with the last digit counted negatively."""
    padded = digits.zfill(9)
    total = sum(w * int(d) for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), padded, strict=True))
    return total % 11 == 0 and len(set(padded)) > 1


def nhs_number(digits: str) -> bool:
    """NHS number (England, Wales), CHI, H&C: weights 10 to 2 modulo 11; ten equal digits are refused."""
    rest = 11 - sum(w * int(d) for w, d in zip(range(10, 1, -1), digits[:9], strict=True)) % 11
    return rest % 11 == int(digits[9]) and rest != 10 and len(set(digits)) > 1


def personnummer(digits: str) -> bool:
    """Luhn over the last ten digits, for personnummer and samordningsnummer alike."""
    return luhn(digits[-10:])


def calendar(year: int, month: int, day: int) -> bool:
    """Say whether the day exists."""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
