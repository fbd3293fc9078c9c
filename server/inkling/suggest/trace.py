"""Where a request's time went: milliseconds by stage, and the engine's counts.

It measures; it keeps no history and prints nothing.
"""

import time
from dataclasses import asdict, dataclass, field

from inkling.engine.wire import Stats
from inkling.suggest.confidence import Weighed


@dataclass(slots=True)
class Trace:
    """One request's stages. `first_ms` is when its first text came, from its arrival on.

    `source` is "cache" if the answer was there before the request; its stats are then those of
    the generation that held it. `weighed` is what is shown, or else all that might have been.
    """

    started: float = field(default_factory=time.perf_counter)
    debounce_ms: float = 0.0
    context_ms: float = 0.0
    first_ms: float | None = None
    trim_ms: float = 0.0
    total_ms: float = 0.0
    stats: Stats = field(default_factory=Stats)
    why: str = ""
    source: str = "model"
    weighed: Weighed | None = None

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the request's arrival."""
        return (time.perf_counter() - self.started) * 1e3

    def as_dict(self) -> dict[str, object]:
        """Plain values for a report: milliseconds to the hundredth, and counts."""
        stages: dict[str, float | None] = {
            "debounceMs": self.debounce_ms,
            "contextMs": self.context_ms,
            "firstMs": self.first_ms,
            "trimMs": self.trim_ms,
            "totalMs": self.total_ms,
            "encodeMs": self.stats.encode_ms,
            "prefillMs": self.stats.prefill_ms,
            "decodeMs": self.stats.decode_ms,
            "passMs": self.stats.pass_ms,
        }
        known = self.weighed.evidence if self.weighed else None
        return {
            **{name: None if ms is None else round(ms, 2) for name, ms in stages.items()},
            "why": self.why,
            "source": self.source,
            "promptTokens": self.stats.prompt_tokens,
            "reusedTokens": self.stats.reused_tokens,
            "cutTokens": self.stats.cut_tokens,
            "generatedTokens": self.stats.generated_tokens,
            "recalledTokens": self.stats.recalled_tokens,
            "steps": self.stats.steps,
            "draftedSteps": self.stats.drafted_steps,
            "draftTokens": self.stats.draft_tokens,
            "acceptedTokens": self.stats.accepted_tokens,
            "drafters": self.stats.drafters,
            "odds": round(self.weighed.odds, 3) if self.weighed and known else None,
            "evidence": asdict(known) if known else None,
        }
