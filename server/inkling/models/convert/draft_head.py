"""The graph of a draft head over rows of the model's output head.

It guesses, from the `hidden` (1, hidden) that a token was chosen by and that token's `embedding`
(1, hidden), the `next_hidden` (1, hidden), and by it the `probabilities` (1, m) of the m `tokens`
(m,) that it can say.
"""

from pathlib import Path

import numpy as np

from inkling.models.convert.graph import Matrix, Precision, value, writing
from inkling.models.convert.weights import Weights
from inkling.models.data.heads import Head


def write(weights: Weights, head: Head, folder: Path, precision: Precision) -> None:
    """Write `draft.onnx` and `draft.onnx.data`."""
    with writing(folder / "draft.onnx", precision) as graph:

        def linear(x: str, name: str, bias: str = "") -> str:
            return graph.linear(x, name, head.matrices[name], bias)

        def scaled(x: str, name: str, factors: Matrix) -> str:
            return graph.node("Mul", [x, graph.weight(f"{name}.factors", factors)], name)

        hidden = scaled("hidden", "hidden_scaled", np.reciprocal(head.hidden_scale))
        embedding = scaled("embedding", "embedding_scaled", np.reciprocal(head.embedding_scale))
        both = graph.node("Concat", [hidden, embedding], "both", axis=-1)
        mixed = linear(both, "mix", graph.weight("mix.bias", head.bias))
        normed = graph.norm(mixed, "normed", graph.weight("norm", head.norm), head.EPSILON)
        down = linear(graph.gated(linear(normed, "gate_up")), "down")
        sum_ = graph.node("Add", [mixed, down], "sum")
        next_hidden = scaled(sum_, "next_hidden", head.hidden_scale)
        logits = graph.linear(next_hidden, "logits", weights.output[head.tokens])
        graph.node("Softmax", [logits], "probabilities", axis=-1)
        graph.node("Identity", [graph.weight("sayable", head.tokens)], "tokens")
    width = weights.architecture.hidden
    graph.save(
        folder / "draft.onnx",
        [value(name, "float32", [1, width]) for name in ("hidden", "embedding")],
        [
            value("next_hidden", "float32", [1, width]),
            value("probabilities", "float32", [1, len(head.tokens)]),
            value("tokens", "int64", [len(head.tokens)]),
        ],
    )
