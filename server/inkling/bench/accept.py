"""The rule of accepting: how much of a shown text a person takes.

It is taken when it has been on the screen for as long as reading takes. Keys that type the start of
it take time from that, and do not undo it: one glances at the rest of a word while typing it. Then:

- all of it is taken with Tab when all of it is exactly what was about to be typed;
- else its whole lines at the start that are right are taken, line by line;
- else its whole words at the start that are right are taken, word by word.

Less than three characters are not worth it, white space at their ends aside. Anything else is
typed by hand.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

WORTH_IT: Final = 3
"""Characters; fewer are typed sooner than looked at."""
READING_MS: Final = 250.0
READING_MS_A_CHARACTER: Final = 15.0
"""Reading what is taken lasts the sum of both. Readers of prose spend about 28 ms a character
(Rayner, Psychological Bulletin 124(3), 1998: fixations of 225 ms, eight letters apart); one who
checks what they already have in mind is taken to need half of that."""

KEY_MS: Final = 140.0
"""So long a key takes, while nothing is read: a cycle of thought and one of motion, of 70 ms each
(the Middleman of Card, Moran and Newell, The Psychology of Human-Computer Interaction, 1983)."""

Verdict = Literal["all", "lines", "words", "short", "wrong", "unclear"]
"""How much of a text is taken, or why nothing: it is right but short; its start is wrong; or it
came while something stood before the cursor that goes again, a slip or indentation."""

_WORDS: Final = re.compile(r"\s*(?:\w+|[^\w\s]+)")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person takes of a shown text: its first `length` characters."""

    verdict: Verdict
    length: int = 0

    @property
    def reading_ms(self) -> float:
        """How long reading it takes."""
        return READING_MS + READING_MS_A_CHARACTER * self.length


def decide(shown: str, wanted: str | None) -> Decision:
    """Apply the rule; `wanted` is what is about to be typed, None while a slip stands."""
    if wanted is None:
        return Decision("unclear")
    if wanted.startswith(shown):
        return Decision("all", len(shown)) if _worth(shown) else Decision("short")
    lines, words = _whole_lines(shown, wanted), _whole_words(shown, wanted)
    if _worth(shown[:lines]):
        return Decision("lines", lines)
    if _worth(shown[:words]):
        return Decision("words", words)
    return Decision("short" if words else "wrong")


def _worth(text: str) -> bool:
    return len(text.strip()) >= WORTH_IT


def _whole_lines(shown: str, wanted: str) -> int:
    """Length of the leading lines that stand in both, the last one without its line end."""
    length = at = 0
    while (end := shown.find("\n", at)) >= 0:
        line_goes_on = wanted[end : end + 1] not in {"", "\n"}
        if not wanted.startswith(shown[at:end], at) or line_goes_on:
            break
        length, at = end, end + 1
        if wanted[end : end + 1] != "\n":
            break
    return length


def _whole_words(shown: str, wanted: str) -> int:
    """Length of the leading words that are the same and end at the same place in both."""
    length = 0
    for word in _WORDS.finditer(shown):
        other = _WORDS.match(wanted, length)
        if other is None or other.group() != word.group():
            break
        length = word.end()
    return length
