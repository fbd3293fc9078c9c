"""The options of `inkling eval`."""

import argparse
from pathlib import Path

from inkling.protocol import CHOICES


def add(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--split", choices=("report", "look"), default="report")
    parser.add_argument(
        "--record", action="store_true", help="first ask the model at places not recorded yet"
    )
    parser.add_argument("--cases", type=int, metavar="N", help="only the first N of the split")
    of = parser.add_mutually_exclusive_group()
    of.add_argument(
        "--tokens", type=int, metavar="N", help="as while so much of a place is read, after a jump"
    )
    of.add_argument(
        "--elsewhere",
        action="store_true",
        help="names that another file of the package defines: alone, with what is known, at best",
    )
    of.add_argument(
        "--deep",
        nargs="?",
        const="",
        metavar="MODEL",
        help="asked by a key: a deep model beside the default one, with what that takes here",
    )
    parser.add_argument("--mode", choices=("automatic", "invoked"), default="automatic")
    parser.add_argument(
        "--eagerness",
        choices=CHOICES["eagerness"].values,
        default=CHOICES["eagerness"].default,
        help="what is shown of it unasked, as the option says",
    )
    parser.add_argument("--language", help="only of one group of languages, such as go")
    parser.add_argument("--kind", help="only of one kind, such as 'block body'")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures and cases")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="compare with what --json wrote"
    )
    parser.add_argument("--show", action="store_true", help="print single cases of the look split")
