"""What is told while a model is pulled: a bar on a terminal, a few lines elsewhere, or JSON.

Everything goes to the stream it is given (standard error, as a rule): never to standard output.
"""

import json
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

from tqdm import tqdm


class Report(Protocol):
    """Where a long operation says how far it is."""

    def say(self, line: str, /) -> None:
        """Tell one fact."""

    def progress(self, stage: str, fraction: float, /, size: int | None = None) -> None:
        """Tell that `fraction` (0 to 1) of `stage` is done; a new stage ends the one before it.

        `size` is that of the whole in bytes, where there is one.
        """


class Silent:
    """Tells nothing."""

    def say(self, line: str, /) -> None:
        """Drop the line."""

    def progress(self, stage: str, fraction: float, /, size: int | None = None) -> None:
        """Drop the figure."""


class Lines:
    """Writes each fact and the name of each stage on a line of its own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""

    def say(self, line: str, /) -> None:
        """Write the line."""
        print(line, file=self._stream, flush=True)

    def progress(self, stage: str, fraction: float, /, size: int | None = None) -> None:  # noqa: ARG002 - lines name stages only
        """Write the stage's name when it begins."""
        if stage != self._stage:
            self._stage = stage
            self.say(stage)


class Bar:
    """Draws a bar for the stage that runs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""
        self._bar: tqdm[Any] | None = None

    def say(self, line: str, /) -> None:
        """End the running bar and write the line."""
        self._close()
        self._stage = ""
        print(line, file=self._stream, flush=True)

    def progress(self, stage: str, fraction: float, /, size: int | None = None) -> None:  # noqa: ARG002 - a bar has no unit
        """Move the stage's bar to `fraction`, or begin a new one."""
        if stage != self._stage:
            self._close()
            self._stage = stage
            self._bar = tqdm(
                total=1.0,
                desc=stage,
                file=self._stream,
                bar_format="{desc}: {percentage:3.0f} %|{bar}| {elapsed}<{remaining}",
            )
        if self._bar is not None:
            self._bar.update(fraction - self._bar.n)
        if fraction >= 1:
            self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


_SHARES: Final = {
    "downloading": (0.0, 0.6),
    "reading": (0.6, 0.6),
    "quantizing": (0.6, 0.96),
    "packing": (0.96, 0.97),
    "writing": (0.97, 0.98),
    "done": (1.0, 1.0),
    "waiting": (0.0, 1.0),
}
"""From where to where each step takes a pull. A connection of 60 Mbit/s downloads as long as two
cores convert; whoever has the download already begins behind it, and whoever waits for another
process is as far as that one."""


class _Whole:
    """How far a pull is as a whole, from 0 to 1 over all of its steps; it never goes back."""

    def __init__(self) -> None:
        self.reached = 0.0

    def step(self, name: str, fraction: float) -> None:
        """Take notice that `fraction` of a step is done."""
        begin, end = _SHARES.get(name, (0.0, 0.0))
        self.reached = max(self.reached, begin + (end - begin) * fraction)


class Noted:
    """Tells a report, and notes in a file how many percent of the whole are done.

    That is for other processes: `store.noted` reads it.
    """

    def __init__(self, report: Report, file: Path) -> None:
        self._report = report
        self._file = file
        self._whole = _Whole()
        self._told = -1

    def say(self, line: str, /) -> None:
        """Tell the report."""
        self._report.say(line)

    def progress(self, stage: str, fraction: float, /, size: int | None = None) -> None:
        """Tell the report, and note the percent if they are news."""
        self._report.progress(stage, fraction, size=size)
        self._whole.step(_step(stage), fraction)
        percent = int(100 * self._whole.reached)
        if percent != self._told:
            self._told = percent
            self._file.write_text(str(percent), "ascii")


def _step(stage: str) -> str:
    return stage.partition(" ")[0]


class JsonLines:
    """Writes `{"step", "done", "total", "progress"}` on a line of its own for each percent.

    For programs: `progress` is that of all steps together, from 0 to 1, and never goes back. Steps
    count bytes where something has a size, and percent elsewhere. A fact is a step of which no
    total is known. Where nobody reads the stream any longer, it raises KeyboardInterrupt.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told = ("", 0)
        self._whole = _Whole()

    def say(self, line: str, /) -> None:
        """Write the fact."""
        self._write(line, 0, None)

    def progress(self, stage: str, fraction: float, /, size: int | None = None) -> None:
        """Write how far the stage is, named by its first word, if that is news."""
        step, percent = _step(stage), int(100 * fraction)
        if (step, percent) != self._told:
            self._told = (step, percent)
            self._whole.step(step, fraction)
            total = 100 if size is None else size
            self._write(step, round(total * fraction), total)

    def _write(self, step: str, done: int, total: int | None) -> None:
        whole = round(self._whole.reached, 3)
        told = {"step": step, "done": done, "total": total, "progress": whole}
        try:
            print(json.dumps(told), file=self._stream, flush=True)
        except BrokenPipeError:
            raise KeyboardInterrupt from None


def for_stream(stream: TextIO, *, quiet: bool = False) -> Report:
    """Return the report that suits the stream."""
    if quiet:
        return Silent()
    return Bar(stream) if stream.isatty() else Lines(stream)
