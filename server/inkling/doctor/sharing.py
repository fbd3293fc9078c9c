"""Whether all windows share one engine, and which do so now."""

from pathlib import Path

from inkling.backends.running import running, told
from inkling.doctor.check import Check
from inkling.engine import meeting


def sharing(folder: Path) -> Check:
    """Whether windows can meet an engine in a folder, and what runs there."""
    if why := meeting.unfit(folder):
        found = f"each window has an engine of its own: {why}"
        if not folder.exists():
            return Check("sharing", "skipped", found)
        return Check("sharing", "warning", found, f"make it yours alone: `chmod 700 {folder}`")
    engines = "; ".join(map(told, running(folder)))
    return Check("sharing", "ok", engines or f"in {folder}; no engine runs now")
