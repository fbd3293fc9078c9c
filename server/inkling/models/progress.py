"""What a person sees while a model is pulled: a bar on a terminal, a few lines elsewhere.

Everything goes to the stream it is given (standard error, as a rule): never to standard output.
"""

from typing import Any, Protocol, TextIO

from tqdm import tqdm


class Report(Protocol):
    """Where a long operation says how far it is."""

    def say(self, line: str, /) -> None:
        """Tell one fact."""

    def progress(self, stage: str, fraction: float, /) -> None:
        """Tell that `fraction` (0 to 1) of `stage` is done; a new stage ends the one before it."""


class Silent:
    """Tells nothing."""

    def say(self, line: str, /) -> None:
        """Drop the line."""

    def progress(self, stage: str, fraction: float, /) -> None:
        """Drop the figure."""


class Lines:
    """Writes each fact and the name of each stage on a line of its own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stage = ""

    def say(self, line: str, /) -> None:
        """Write the line."""
        print(line, file=self._stream, flush=True)

    def progress(self, stage: str, fraction: float, /) -> None:  # noqa: ARG002 - lines name stages only
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

    def progress(self, stage: str, fraction: float, /) -> None:
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


def for_stream(stream: TextIO, *, quiet: bool = False) -> Report:
    """Return the report that suits the stream."""
    if quiet:
        return Silent()
    return Bar(stream) if stream.isatty() else Lines(stream)
