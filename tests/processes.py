"""What Linux tells about other processes."""

import asyncio
from contextlib import suppress
from pathlib import Path


def children(pid, module=""):
    """The processes that a process has started and that still run, perhaps those of one module."""
    found = [other for other in _all() if _stat(other)[1] == pid and runs(other)]
    return [other for other in found if module in _words(other)] if module else found


def runs(pid):
    """Whether a process is at work; one that only waits to be reaped is not."""
    return _stat(pid)[0] not in "ZX"


async def ended(*pids):
    """Wait until none of the processes runs any more."""
    while any(map(runs, pids)):  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.02)


def network_sockets(pid):
    """The sockets of a process of the internet's kinds, connected or not."""
    kinds = ("tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "icmp", "icmp6")
    inodes = {
        line.split()[9]: kind
        for kind in kinds
        if (table := Path(f"/proc/{pid}/net/{kind}")).exists()
        for line in table.read_text().splitlines()[1:]
    }
    targets = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            targets.append(str(descriptor.readlink()))
    sockets = [target.removeprefix("socket:[").removesuffix("]") for target in targets]
    return [inodes[inode] for inode in sockets if inode in inodes]


def _all():
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]


def _words(pid):
    """A process's command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def _stat(pid):
    """A process's state and its parent."""
    try:
        # The name, in parentheses, may hold anything.
        state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "X", 0
    return state, int(parent)
