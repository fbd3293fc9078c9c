"""The options of `inkling bench`; it imports nothing heavy, since every command reads it."""

import argparse
import json
from pathlib import Path
from typing import Any

_DESCRIPTION = """\
Type real files into the server as a person does and measure every answer.

A headless editor starts `inkling serve` and speaks LSP over stdio with it in real time. The keys
follow each other as a person's do, by seed: log-normal intervals (165 ms in the median), pauses
to think at line starts and behind brackets, operators and keywords, slips that are corrected
(3 %), jumps elsewhere and back. The editor does by itself what it does in the file's language, as
to indent new lines and to close brackets; it asks at each change, and cancels what it asked before.

A suggestion is accepted when it has been on the screen for 250 ms and 15 ms for each character
taken, not counting 140 ms for each key that typed the start of it meanwhile: all of it by Tab when
all of it is exactly what was about to be typed; else its first lines, else its first words that
are right; at least three characters. docs/BENCHMARKS.md says more, and what the figures mean.
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = _DESCRIPTION
    what = parser.add_argument_group("what is typed (else the sample files)")
    what.add_argument("paths", nargs="*", type=Path, metavar="FILE", help="these files")
    what.add_argument("--corpus", action="store_true", help="files drawn from published packages")
    what.add_argument(
        "--language",
        metavar="L",
        help="of such files: python (if not said otherwise), typescript, go, rust, java or c",
    )
    what.add_argument(
        "--package",
        action="append",
        metavar="NAME==VERSION",
        help="draw from this one of the language's registry instead (repeatable)",
    )
    what.add_argument("--files", type=_count, default=2, metavar="N", help="for each seed (2)")
    what.add_argument(
        "--keys", type=_count, default=400, metavar="N", help="in each file, about (400; 0: all)"
    )
    what.add_argument(
        "--new-file",
        action="store_true",
        help="each of them from its first line on, with nothing below, among the package's others",
    )
    what.add_argument("--quick", action="store_true", help="about a minute: one file, 150 keys")
    person = parser.add_argument_group("the person and the editor")
    person.add_argument(
        "--seed", action="append", type=int, metavar="N", help="another person (1; repeatable)"
    )
    person.add_argument("--speed", type=_factor, default=1.0, metavar="X", help="how fast (1)")
    person.add_argument(
        "--forgetful",
        action="store_true",
        help="a person who begins to read anew at each key, so accepts in pauses only",
    )
    person.add_argument(
        "--debounce-ms", type=float, default=0.0, metavar="MS", help="the editor's own (0)"
    )
    person.add_argument(
        "--plain-client",
        action="store_true",
        help="an editor that knows LSP only, none of Inkling's own notifications",
    )
    server = parser.add_argument_group("the server")
    server.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="PART",
        help="leave out cache, drafting, head, prefetch, prewarm, project, recall or reuse",
    )
    server.add_argument("--budget-ms", type=int, default=100, metavar="MS", help="(100)")
    server.add_argument("--model", help="a name from `inkling model list`")
    server.add_argument(
        "--server-option",
        action="append",
        type=_named_value,
        default=[],
        metavar="NAME=VALUE",
        help="passed on in initializationOptions, as JSON or else as text (repeatable)",
    )
    server.add_argument(
        "--peer",
        type=_peer,
        metavar="llama-server=URL",
        help="play the same keys against llama.cpp as llama.vim does, file by file in turn",
    )
    server.add_argument("--peer-pid", type=int, metavar="PID", help="to measure what it costs")
    out = parser.add_argument_group("the report")
    out.add_argument("--json", type=Path, metavar="FILE", help="write all figures and samples")
    out.add_argument("--html", type=Path, metavar="FILE", help="write one page with plots")
    out.add_argument(
        "--baseline", type=Path, metavar="FILE", help="an earlier JSON: what is noise, what not"
    )
    out.add_argument(
        "--idle-seconds", type=float, default=5.0, metavar="S", help="idle time measured (5)"
    )


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return value


def _factor(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("must be positive")
    return value


def _named_value(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError("must be NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _peer(text: str) -> str:
    name, _, url = text.partition("=")
    if name != "llama-server" or not url:
        raise argparse.ArgumentTypeError("must be llama-server=URL")
    return url
