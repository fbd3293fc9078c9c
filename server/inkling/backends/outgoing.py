"""What of a prompt leaves this machine: one text, as a server of models takes it.

What looks like a secret is masked, in the file that is open too, and no text in it becomes a
special token. All that is sent comes from here; how it is sent is `remote`'s.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from inkling.backends.reading import shared
from inkling.context.secrets import masked
from inkling.context.window import tokens_in
from inkling.engine.wire import Part, Special, Text

_SPELLED: Final = re.compile(r"<\|(?=\w{1,40}\|>)")
"""How most models spell their special tokens."""


@dataclass(frozen=True, slots=True)
class Fluency:
    """How prompts are written for a family of models: the `special` tokens' texts by their roles,
    the `layout`, and all words that are no text.
    """

    special: Mapping[str, str]
    layout: Literal["spm", "psm"]
    markers: tuple[str, ...]


def sent(prompt: Sequence[Part], fluency: Fluency, room: int) -> str:
    """Write a prompt as one text of about `room` tokens at most; 0: as long as it is.

    Raises KeyError for a special token that the family does not have.
    """
    texts = [part for part in prompt if isinstance(part, Text)]
    estimated = sum(tokens_in(part.text) for part in texts)
    share = room / estimated if room and estimated else 1.0
    safe = iter(_masked(texts))
    return "".join(
        fluency.special[part.name]
        if isinstance(part, Special)
        else _plain(_cut(part, next(safe), share), fluency.markers)
        for part in prompt
    )


def _masked(texts: Sequence[Text]) -> list[str]:
    """The texts without secrets. One may lie across the cursor: what stands before it and behind it
    is looked through as one.
    """
    before = [text for text in texts if text.keep == "end"]
    behind = [text for text in texts if text.keep == "start"]
    if len(before) != 1 or len(behind) != 1:
        return [masked(text.text) for text in texts]
    sides = dict(zip(("end", "start"), masked_around(before[0].text, behind[0].text), strict=True))
    return [sides[text.keep] for text in texts]


def masked_around(before: str, behind: str) -> tuple[str, str]:
    """Mask what looks like a secret before and behind a place, and across it."""
    text = before + behind
    safe = masked(text)
    if safe == text:
        return before, behind
    # Lines stay: only the place's own has to be parted anew, at the place if that was not masked.
    row = before.count("\n")
    lines = safe.split("\n")
    line, left, right = lines[row], before.rpartition("\n")[2], behind.partition("\n")[0]
    at = len(left)
    if not line.startswith(left):
        same = shared(line, left + right)
        at = len(line) - min(shared(line[::-1], right[::-1]), len(line) - same)
    return "\n".join([*lines[:row], line[:at]]), "\n".join([line[at:], *lines[row + 1 :]])


def _cut(part: Text, text: str, share: float) -> str:
    """Keep a share of a text, from the side that it is kept at."""
    kept = int(len(text) * min(share, part.max_tokens / max(tokens_in(part.text), 1.0)))
    if kept >= len(text):
        return text
    return text[len(text) - kept :] if part.keep == "end" else text[:kept]


def _plain(text: str, markers: Iterable[str]) -> str:
    """A text in which no special token is spelled: the server would read one."""
    for word in markers:
        text = text.replace(word, f"{word[0]} {word[1:]}")
    return _SPELLED.sub("< |", text)
