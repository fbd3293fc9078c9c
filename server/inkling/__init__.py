"""Ghost text while you type, from a small model on your own machine."""

__version__ = "0.1.0"
