"""GGUF to a folder that the engine can load."""
