"""The engine process and the wire to it: it knows tokens, nothing of editors or code."""
