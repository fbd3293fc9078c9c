"""Memory that is not needed any more goes back to the system."""

import ctypes
import gc
import sys


def give_back() -> None:
    """Give the system back what was freed.

    The GNU library's allocator keeps it otherwise: two thirds of what a model took. Others give
    back large pieces by themselves.
    """
    gc.collect()  # what refers to itself in a circle is not freed before
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in every C library
        if trim is not None:
            trim(0)
