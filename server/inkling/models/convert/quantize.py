"""Eight-bit block quantization in the layout of ONNX Runtime's MatMulNBits.

Symmetric, round to nearest, one float32 scale for every 32 weights of a row and an
implicit zero point of 128. It knows nothing of graphs or files.
"""

import numpy as np
import numpy.typing as npt

BLOCK = 32
ZERO_POINT = 128


def quantize_8bit(
    weight: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Quantize (rows, columns) to (rows, columns / 32, 32) codes and (rows, columns / 32) scales.

    Raises ValueError when the columns are not whole blocks.
    """
    rows, columns = weight.shape
    if columns % BLOCK:
        raise ValueError(f"{columns} columns do not divide into blocks of {BLOCK}")
    blocks = weight.reshape(rows, columns // BLOCK, BLOCK)
    scales = np.abs(blocks).max(axis=2) / np.float32(127)
    # A block of zeros has scale 0; any divisor keeps its codes at the zero point.
    divisors = np.where(scales == 0, np.float32(1), scales)
    codes = np.rint(blocks / divisors[:, :, None]) + ZERO_POINT
    return codes.astype(np.uint8), scales


def dequantize_8bit(
    codes: npt.NDArray[np.uint8], scales: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Undo `quantize_8bit`: (rows, blocks, 32) and (rows, blocks) to (rows, columns)."""
    values = (codes.astype(np.float32) - ZERO_POINT) * scales[..., None]
    return values.reshape(*codes.shape[:-2], -1)
