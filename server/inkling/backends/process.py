"""An engine in a process of this server's own, which ends with it."""

import asyncio
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from inkling.backends.link import Channel, Unreachable


def command(
    model: Path,
    threads: int,
    without: Collection[str] = (),
    draft_model: Path | None = None,
    module: str = "inkling.engine.host",
    *,
    deep: bool = False,
) -> list[str]:
    """Return the engine process's command line for a converted model's folder.

    `without` are parts to leave out for a measurement, of `wire.PARTS`. `draft_model` is the
    folder of a smaller one with the same vocabulary. `module` is what runs as the process. With
    `deep`, the model is shown `window.FAR` of a place.
    """
    more = [f"--without={part}" for part in sorted(without)]
    if deep:
        more.append("--deep")
    if draft_model is not None:
        more.append(f"--draft-model={draft_model}")
    # -P: a file in the folder that the editor runs in must not pass for one of ours.
    return [sys.executable, "-P", "-m", module, str(model), f"--threads={threads}", *more]


class Child:
    """A `link.Link` to a process that is started for it, by its standard input and output."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command

    async def open(self) -> Channel:
        """See `link.Link`."""
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(*self._command, stdin=pipe, stdout=pipe)
        except OSError as error:
            why = f"The engine could not be started: {error.strerror or type(error).__name__}."
            always = isinstance(error, FileNotFoundError | PermissionError)
            raise Unreachable(why, always=always) from error
        if process.stdout is None or process.stdin is None:
            raise Unreachable("The engine was started without a pipe.")

        async def close() -> None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

        return Channel(process.stdout, process.stdin, close)
