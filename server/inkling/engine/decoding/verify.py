"""Greedy verification of draft tokens: what the target model itself would have written.

It decides tokens and nothing else: when to stop and what to show is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from inkling.engine.decoding.spelling import Spelling
from inkling.engine.runtime.base import Logits
from inkling.engine.text.tokenizer import Tokenizer
from inkling.engine.text.vocabulary import Ids

_LIKELY: Final = 128
"""So many tokens are looked at for one that spells a name; a name that none of them spells is not
what is meant."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The accepted draft tokens and, last, the bonus token.

    `log_probs` are natural, and given what had to be spelled; `text` is what they add to the
    prompt's text; `spelling` is what is still to be spelled.
    """

    tokens: list[int]
    log_probs: list[float]
    text: list[bytes]
    spelling: Spelling


def verify(
    draft: Sequence[int], logits: Logits, spelling: Spelling, tokenizer: Tokenizer, rank: int = 0
) -> Verified:
    """Accept the longest prefix of `draft` that greedy decoding agrees with.

    `logits` are those of the token before the draft and of each draft token, in order; where
    something must be spelled they must carry scores. The result is what plain greedy decoding
    would give token by token (arXiv:2211.17192 at temperature 0). With a `rank`, which takes
    scores too, the first token is not the most probable one but that many places behind it.
    """
    verified = Verified([], [], [], spelling)
    for i in range(len(draft) + 1):
        token, log_prob = _choose(logits, i, spelling, tokenizer, 0 if i else rank)
        spelled = tokenizer.bytes[token]
        verified.tokens.append(token)
        verified.log_probs.append(log_prob)
        verified.text.append(spelled[len(spelling.held) :])
        spelling = spelling.after(spelled)
        if i == len(draft) or draft[i] != token:
            break
    return replace(verified, spelling=spelling)


def _choose(
    logits: Logits, i: int, spelling: Spelling, tokenizer: Tokenizer, rank: int
) -> tuple[int, float]:
    """Choose the most probable token that spells what must be, and its log-probability among those.

    Or, with a `rank`, the one so many places behind it; the last one there is, if there are fewer.
    """
    best, log_prob = int(logits.tokens[i]), float(logits.log_probs[i])
    if spelling.free and not rank:
        return best, log_prob
    scores = logits.scores_at(i)  # the choice is not a free one
    allowed = tokenizer.starting(spelling.held) if spelling.held else np.arange(scores.size)
    names = _naming(scores, allowed, spelling, tokenizer)
    allowed = names if names.size else allowed
    token = int(allowed[_ranked(scores[allowed], rank)])
    if spelling.held or names.size:
        return token, float(scores[token] - log_sum_exp(scores[allowed]))
    return token, log_prob + float(scores[token] - scores[best])


def _naming(
    scores: npt.NDArray[np.float32], allowed: Ids, spelling: Spelling, tokenizer: Tokenizer
) -> Ids:
    """Those of the likeliest tokens that spell a name."""
    if not spelling.names:
        return allowed[:0]
    likely = allowed
    if allowed.size > _LIKELY:
        likely = allowed[np.argpartition(scores[allowed], -_LIKELY)[-_LIKELY:]]
    spell = [spelling.names_with(tokenizer.bytes[int(token)]) for token in likely]
    found: Ids = likely[np.array(spell, bool)]
    return found


def log_sum_exp(scores: npt.NDArray[np.float32]) -> float:
    """The logarithm of the sum of exponentials; of log-probabilities, that of them all."""
    best = float(scores.max())
    return best + float(np.log(np.exp(scores - best).sum()))


def _ranked(scores: npt.NDArray[np.float32], rank: int) -> int:
    """Return the place of the highest score, or of the one that is `rank` places behind it."""
    if not rank:
        return int(np.argmax(scores))
    most = min(rank + 1, scores.size)
    first = np.argpartition(scores, -most)[-most:]
    return int(first[np.argmin(scores[first])])
