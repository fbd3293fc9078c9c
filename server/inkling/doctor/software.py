"""What runs: Python, ONNX Runtime, the server and the client that asks."""

import platform
import sys
from importlib import metadata
from typing import Final

from inkling import __version__
from inkling.doctor.check import Check

_DISTRIBUTION: Final = "inkling-ls"


def python() -> Check:
    """Which Python runs the server."""
    return Check("python", "ok", f"{platform.python_version()} ({sys.executable})")


def onnxruntime() -> Check:
    """Which ONNX Runtime computes."""
    try:
        return Check("onnxruntime", "ok", metadata.version("onnxruntime"))
    except metadata.PackageNotFoundError:
        advice = f"install it with Inkling: `{sys.executable} -m pip install {_DISTRIBUTION}`"
        return Check("onnxruntime", "error", "not installed", advice)


def server() -> Check:
    """Which Inkling this is."""
    return Check("server", "ok", f"inkling {__version__}")


def client(name: str | None) -> Check:
    """Which client asks, as NAME/VERSION; Inkling's own should be of the server's release."""
    if not name:
        return Check("client", "skipped", "no editor asks")
    product, _, version = name.partition("/")
    same = version.split(".")[:2] == __version__.split(".")[:2]
    if "inkling" not in product.lower() or same:
        return Check("client", "ok", f"{product} {version}".strip())
    found = f"{product} {version or 'without a version'} beside inkling {__version__}"
    return Check("client", "warning", found, "update the older one of the two")
