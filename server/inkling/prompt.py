"""The layout in which a family of models expects the two sides of a gap.

Suffix-prefix-middle (SPM) puts the text before the cursor last, so that typing only appends
(arXiv:2207.14255 has both layouts).
"""

from typing import Literal

from inkling.context import PREFIX_TOKENS, SUFFIX_TOKENS, Window
from inkling.engine.wire import Prompt, Special, Text

Layout = Literal["spm", "psm"]


def build(window: Window, layout: Layout) -> Prompt:
    """Lay out a window for the engine, which encodes and cuts it."""
    prefix = Text(window.prefix, PREFIX_TOKENS, "end")
    suffix = Text(window.suffix, SUFFIX_TOKENS, "start")
    if layout == "psm":
        return [
            *(Special("fim_prefix"), prefix),
            *(Special("fim_suffix"), suffix),
            Special("fim_middle"),
        ]
    return [
        *(Special("fim_prefix"), Special("fim_suffix"), suffix),
        *(Special("fim_middle"), prefix),
    ]
