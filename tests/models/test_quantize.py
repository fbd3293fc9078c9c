import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inkling.models.convert.quantize import BLOCK, ZERO_POINT, dequantize_8bit, quantize_8bit


@st.composite
def weights(draw):
    """Matrices of whole blocks, each at a magnitude of its own."""
    rows, blocks = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    values = draw(
        arrays(np.float32, (rows, blocks, BLOCK), elements=st.floats(-1, 1, width=32), fill=None)
    )
    magnitudes = draw(arrays(np.int64, (rows, blocks, 1), elements=st.integers(-30, 30)))
    scaled = values * np.float32(10) ** magnitudes.astype(np.float32)
    # Below the normal numbers a scale has no digits left to be right with.
    scaled[np.abs(scaled).max(axis=2) < 1e-30] = 0
    return scaled.reshape(rows, -1)


@given(weights())
def test_every_weight_comes_back_within_half_a_scale(weight):
    codes, scales = quantize_8bit(weight)
    error = np.abs(dequantize_8bit(codes, scales) - weight)
    assert (error <= np.repeat(scales, BLOCK, axis=1) / 2 * 1.0001).all()


@given(weights())
def test_what_was_quantized_once_has_the_same_codes_again(weight):
    codes, scales = quantize_8bit(weight)
    again, _ = quantize_8bit(dequantize_8bit(codes, scales))
    assert (again == codes).all()


def test_codes_and_scales_have_one_row_for_each_output_and_one_scale_for_each_block():
    codes, scales = quantize_8bit(np.ones((5, 3 * BLOCK), np.float32))
    assert (codes.shape, codes.dtype) == ((5, 3, BLOCK), np.uint8)
    assert (scales.shape, scales.dtype) == ((5, 3), np.float32)


def test_the_largest_weight_of_a_block_is_exact_and_symmetric():
    weight = np.zeros((1, 2 * BLOCK), np.float32)
    weight[0, [0, 1, BLOCK]] = 127, -127, -254
    codes, scales = quantize_8bit(weight)
    assert scales.tolist() == [[1, 2]]
    assert codes[0, 0, :3].tolist() == [255, 1, ZERO_POINT]
    assert (dequantize_8bit(codes, scales) == weight).all()


def test_a_block_of_zeros_stays_zero():
    codes, scales = quantize_8bit(np.zeros((2, BLOCK), np.float32))
    assert (codes == ZERO_POINT).all()
    assert (scales == 0).all()
    assert (dequantize_8bit(codes, scales) == 0).all()


def test_columns_must_be_whole_blocks():
    with pytest.raises(ValueError, match="33 columns"):
        quantize_8bit(np.ones((2, 33), np.float32))
