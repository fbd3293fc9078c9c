"""Text to tokens and back, without losing a byte: the only file that imports tokenizers.

Tokens are treated as byte strings, since a token may end inside a character. Which tokens
stand around a prompt is not decided here (`inkling.suggest.prompt`), nor which one follows.
"""

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Regex, decoders, models, pre_tokenizers

from inkling.engine.text.vocabulary import Vocabulary
from inkling.engine.wire import Part, Special

_PRE_TOKENIZERS = {
    "qwen2": (
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
        r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
}
"""What splits text into pre-tokens, by GGUF's `tokenizer.ggml.pre`."""

_FILLER = re.compile(r"\[PAD\d+\]\Z")
"""What converters to GGUF call ids that stand for no token at all."""

_NOT_TEXT = 3, 4, 5  # llama.cpp's token types CONTROL, USER_DEFINED, UNUSED: never text


def build(
    tokens: Sequence[str], merges: Sequence[str], kinds: Sequence[int], pre_tokenizer: str
) -> tokenizers.Tokenizer:
    """Make the byte-level BPE tokenizer that a GGUF file lists; ValueError for an unknown one.

    No Unicode normalization: tokens must stand for the very bytes of the buffer.
    """
    pattern = _PRE_TOKENIZERS.get(pre_tokenizer)
    if pattern is None:
        raise ValueError(f"pre-tokenizer '{pre_tokenizer}' is not supported")
    pairs: list[tuple[str, str]] = []
    for merge in merges:
        left, _, right = merge.partition(" ")
        pairs.append((left, right))
    tokenizer = tokenizers.Tokenizer(
        models.BPE(vocab={text: i for i, text in enumerate(tokens)}, merges=pairs)
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [
            AddedToken(text, special=True, normalized=False)
            for text, kind in zip(tokens, kinds, strict=True)
            if kind in _NOT_TEXT
        ]
    )
    return tokenizer


MOST_HELD = 6
"""Tokens taken back at most: text without blanks is one long pre-token in some scripts."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A prompt in tokens. The last pre-token is taken back: `held` are its bytes, which the
    first generated tokens must spell again (token healing). `cut` tokens did not fit.
    """

    tokens: list[int]
    held: bytes
    cut: int


class Tokenizer:
    """Encodes prompts; `path` is a `tokenizer.json` with its vocabulary beside it."""

    def __init__(self, path: Path, special: Mapping[str, str], stop: Sequence[str]) -> None:
        self._tokenizer = tokenizers.Tokenizer.from_file(str(path))
        # Text in a buffer that reads like a special token stays text.
        self._tokenizer.encode_special_tokens = True
        self._special = {name: self._id(text) for name, text in special.items()}
        not_text = self._tokenizer.get_added_tokens_decoder()
        # What follows a token that stands for no text would join what stands on both its sides.
        self.stop = frozenset(not_text) | {self._id(text) for text in stop}
        """The tokens that end a text: those named, and all that stand for none."""
        self.markers = tuple(
            sorted(token.content for token in not_text.values() if not _FILLER.match(token.content))
        )
        """The words that special tokens are called by; a model may spell one as ordinary text."""
        self.bytes = Vocabulary(path.parent)
        """The bytes of each token by its id."""
        self.starting = self.bytes.starting
        # What stands before what is typed on stays the same from key to key.
        self._unchanged = lru_cache(maxsize=4)(self._encode)

    def _id(self, text: str) -> int:
        token = self._tokenizer.token_to_id(text)
        if token is None:
            raise ValueError(f"the vocabulary has no token {text!r}")
        return token

    def encode(self, prompt: Sequence[Part], *, heal: bool = True) -> Encoded:
        """Encode a prompt; each text is cut exactly to its `max_tokens`.

        With `heal`, the last pre-token of a text that ends the prompt is taken back.
        """
        tokens: list[int] = []
        held, cut = b"", 0
        for i, part in enumerate(prompt):
            if isinstance(part, Special):
                tokens.append(self._special[part.name])
                continue
            last = i == len(prompt) - 1
            ids, words = (self._encode if last else self._unchanged)(part.text)
            if heal and last and ids:
                keep = max(words.index(words[-1]), len(ids) - MOST_HELD)
                if not tokens:
                    keep = max(keep, 1)  # a forward pass needs a token to start from
                held = b"".join(self.bytes[i] for i in ids[keep:])
                ids = ids[:keep]
            over = max(0, len(ids) - part.max_tokens)
            cut += over
            tokens += ids[over:] if part.keep == "end" else ids[: len(ids) - over]
        return Encoded(tokens, held, cut)

    def _encode(self, text: str) -> tuple[list[int], list[int | None]]:
        """Return a text's tokens, and the number of the pre-token that each is of."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        return encoding.ids, encoding.word_ids

    def decoder(self) -> codecs.IncrementalDecoder:
        """Make a decoder that keeps the bytes of an unfinished character to itself."""
        return codecs.getincrementaldecoder("utf-8")(errors="replace")


def token_bytes(tokenizer: tokenizers.Tokenizer) -> list[bytes]:
    """Bytes by token id, undoing GPT-2's printable alphabet; special tokens have none."""
    byte_of = {character: byte for byte, character in _byte_alphabet().items()}
    special = tokenizer.get_added_tokens_decoder()
    texts = [b""] * tokenizer.get_vocab_size()
    for text, token in tokenizer.get_vocab(with_added_tokens=False).items():
        if token not in special and all(character in byte_of for character in text):
            texts[token] = bytes(byte_of[character] for character in text)
    return texts


def _byte_alphabet() -> dict[int, str]:
    """GPT-2's mapping of bytes to printable characters (openai/gpt-2, encoder.py)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {
        byte: chr(0x100 + i) for i, byte in enumerate(others)
    }
