"""Which tokens may come next while bytes are still to be spelled: the tests' reference."""

from collections.abc import Sequence


def may_follow(texts: Sequence[bytes], held: bytes) -> list[bool]:
    """Say of each token's text whether it begins with `held` or is the beginning of it.

    Tokens that would split a run of line ends may not, unless there are no others.
    """
    if not held:
        return [True] * len(texts)
    spelling = [bool(text) and (text.startswith(held) or held.startswith(text)) for text in texts]
    whole = [
        fits and not (text.endswith(b"\n") and held[len(text) :].startswith(b"\n"))
        for fits, text in zip(spelling, texts, strict=True)
    ]
    return whole if any(whole) else spelling
