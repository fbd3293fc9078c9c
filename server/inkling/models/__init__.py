"""Models on disk: which there are, how they get here, how they become ONNX.

Nothing here runs a model; that is the engine's part.
"""
