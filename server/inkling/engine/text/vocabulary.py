"""The byte string of each token, and the search for tokens by how they begin.

A vocabulary of 150,000 tokens is kept as three flat arrays, since as many Python objects would
take 60 MB and half a second at each start. It knows nothing of how text is split into tokens.
"""

import bisect
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

FILE = "vocabulary.npz"

Ids = npt.NDArray[np.int64]


class Vocabulary:
    """Tokens by id and in byte order; tokens that stand for no text have an empty string."""

    def __init__(self, folder: Path) -> None:
        with np.load(folder / FILE) as arrays:
            self._text = arrays["text"].tobytes()
            self._ends = arrays["ends"]
            self._order = arrays["order"]
        self.starting = lru_cache(maxsize=64)(self._starting)

    @staticmethod
    def write(texts: Sequence[bytes], folder: Path) -> None:
        """Write the arrays for tokens in the order of their ids."""
        order = sorted((text, token) for token, text in enumerate(texts) if text)
        np.savez(
            folder / FILE,
            text=np.frombuffer(b"".join(texts), np.uint8),
            ends=np.cumsum([0, *map(len, texts)], dtype=np.int64),
            order=np.array([token for _, token in order], np.int64),
        )

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, token: int) -> bytes:
        start, end = self._ends[token : token + 2]
        return bytes(self._text[start:end])

    def _starting(self, held: bytes) -> Ids:
        """The tokens that may come next when `held` is still to be spelled.

        Either they begin with it, or they are a part of it and leave the rest to the next. Line
        ends in a row are one token, so none leaves some of them, which would bring blank lines
        that the model does not mean, unless there is no other token.
        """
        low = bisect.bisect_left(self._order, held, key=self.__getitem__)
        high = bisect.bisect_left(
            self._order, True, lo=low, key=lambda token: not self[token].startswith(held)
        )
        lengths = range(1, len(held))
        shorter = self._parts(held, (n for n in lengths if held[n - 1 : n + 1] != b"\n\n"))
        if low == high and not shorter:
            shorter = self._parts(held, lengths)
        return np.concatenate([self._order[low:high], np.array(shorter, np.int64)])

    def _parts(self, held: bytes, lengths: Iterable[int]) -> list[int]:
        return [token for n in lengths for token in self._equal_to(held[:n])]

    def _equal_to(self, text: bytes) -> Sequence[int]:
        at = bisect.bisect_left(self._order, text, key=self.__getitem__)
        found = at < len(self._order) and self[self._order[at]] == text
        return [int(self._order[at])] if found else []
