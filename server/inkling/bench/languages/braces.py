"""What languages with braces have in common."""

import re
from typing import Final

GOVERNS: Final = re.compile(r"\s*(?:(?:(?:else )?if|for|while)\s*\(.*\)|else)\s*$")
"""A line that the next one alone belongs to."""


def thinks_behind(*words: str, sign: str = "") -> re.Pattern[str]:
    """Match the end of a text behind which a person may think: a bracket that opens, a sign, or
    one of `words` and a blank. `sign` matches a sign of the language's own.
    """
    signs = [r"[(\[{=.]\s?", r"(?:,|&&|\|\|)\s", rf"\b(?:{'|'.join(words)})\s"]
    return re.compile(rf"(?:{'|'.join([*signs, *([sign] if sign else [])])})$")
