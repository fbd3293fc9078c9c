"""Code with its cursor drawn in, as `│` or `$0`: the shortest way to say where a request is."""

import math

from inkling.text.buffers import Snapshot
from inkling.text.syntax import parser_for


def split(marked):
    """The text without its cursor, and the cursor's offset."""
    before, cursor, after = marked.replace("$0", "│").partition("│")
    assert cursor, f"no cursor in {marked!r}"
    assert "│" not in after, f"two cursors in {marked!r}"
    return before + after, len(before)


def snapshot(marked, language="python", version=1, encoding="utf-16", *, parsed=True):
    """The snapshot that a request at the cursor would freeze, its tree up to date if `parsed`."""
    text, offset = split(marked)
    parser = parser_for(language) if parsed else None
    if parser:
        parser.update(text)
        parser.advance(math.inf)
    tree = parser.tree if parser else None
    return Snapshot("file:///code.py", version, language, encoding, text, offset, tree)
