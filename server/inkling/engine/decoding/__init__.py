"""Speculative decoding: step, verify, recall what was said, and how long a pass will take."""
