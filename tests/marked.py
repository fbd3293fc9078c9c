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


def snapshot(marked, language="python", version=1, *, parsed=True):
    """The snapshot that a request at the cursor would freeze, its tree up to date if `parsed`."""
    text, offset = split(marked)
    tree = parse(text, language) if parsed else None
    return Snapshot("file:///code.py", version, language, text, offset, tree)


def parse(text, language="python"):
    """The tree of a text, None where its language has no grammar."""
    parser = parser_for(language)
    if parser is None:
        return None
    parser.update(text)
    parser.advance(math.inf)
    return parser.tree
