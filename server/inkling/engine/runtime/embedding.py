"""The embedding table, read from the model's file row by row.

It is the first step of a forward pass, and the only one outside the graph.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from inkling.engine.manifest import Manifest


class Embedding:
    """Rows of the embedding table, looked up in the mapped file.

    The table is the output head's, which the runtime keeps packed in memory; mapping the
    file instead of holding a second copy saves 150 MB for a 0.5B model.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        data = np.memmap(folder / "model.onnx.data", dtype=np.uint8, mode="r")
        rows, width = manifest.shape.vocabulary, manifest.shape.hidden
        table = manifest.embedding
        size = rows * width

        def floats(offset: int, count: int) -> npt.NDArray[np.float32]:
            return data[offset : offset + 4 * count].view(np.float32).reshape(rows, -1)

        self._block = table.block
        if table.block:
            self._codes = data[table.codes : table.codes + size].reshape(rows, width)
            self._scales = floats(table.scales, size // table.block)
        else:
            self._rows = floats(table.codes, size)

    def __call__(self, tokens: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Embeddings of n tokens, (n, hidden)."""
        if not self._block:
            return self._rows[tokens]
        codes = self._codes[tokens].astype(np.float32) - np.float32(128)
        return codes * np.repeat(self._scales[tokens], self._block, axis=1)
