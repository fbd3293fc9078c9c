"""What the next tokens must spell: what was taken back of the prompt, then perhaps a name.

Where all names are known that may stand at a place, the model chooses among them (monitor-guided
decoding, arXiv:2306.10763); what else it would say there is wrong. Which names those are is not
known here.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spelling:
    """`held` is still to be spelled of the bytes taken back (token healing), and with them, if
    there are any, one of the `names`, each with what is held before it, and no letter more.
    """

    held: bytes = b""
    names: tuple[bytes, ...] = ()

    @staticmethod
    def of(held: bytes, rests: Iterable[str]) -> "Spelling":
        """What is held, and the rests of the names that may be meant."""
        return Spelling(held, tuple(held + rest.encode() for rest in rests))

    @property
    def free(self) -> bool:
        """Whether any token may come."""
        return not self.held and not self.names

    def names_with(self, token: bytes) -> bool:
        """Whether a token may come next if it is to be one of the names."""
        if not token:  # the text ends
            return b"" in self.names
        return any(
            name.startswith(token) or (token.startswith(name) and not _is_letter(token[len(name)]))
            for name in self.names
        )

    def after(self, token: bytes) -> "Spelling":
        """What is left behind a token."""
        names = (name[len(token) :] for name in self.names if name.startswith(token))
        return Spelling(self.held[len(token) :], tuple(names) if token else ())


def _is_letter(byte: int) -> bool:
    """Whether a byte of UTF-8 is one of a name's; all beyond ASCII count as such."""
    return byte >= 0x80 or byte == ord("_") or chr(byte).isalnum()
