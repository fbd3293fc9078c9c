import json
from pathlib import Path

import numpy as np
import pytest

import numpy_qwen2
import tiny_model
from inkling.engine.manifest import Manifest
from inkling.errors import UnsupportedModel
from inkling.models import catalog, store
from inkling.models.convert.folder import convert

REFERENCE = Path(__file__).parents[1] / "reference" / "qwen2.5-coder-0.5b.json"


@pytest.fixture(scope="module")
def tokens():
    vocabulary = len(tiny_model.tensors()["output.weight"])
    return np.random.default_rng(7).integers(0, vocabulary, 150).tolist()


@pytest.fixture(scope="module")
def reference(tokens):
    return numpy_qwen2.logits(tiny_model.tensors().get, tiny_model.SHAPE, tokens)


def prefill(session, tokens, chunk):
    """Logits at all positions, prefilled in chunks."""
    passes = []
    for start in range(0, len(tokens), chunk):
        part = tokens[start : start + chunk]
        passes.append(session.forward(part, last=len(part), scores=True))
    return (
        np.concatenate([logits.scores for logits in passes]),
        np.concatenate([logits.tokens for logits in passes]),
        np.concatenate([logits.log_probs for logits in passes]),
    )


@pytest.mark.parametrize("chunk", [150, 37, 4, 1])
def test_in_float32_every_logit_is_the_reference_s(session, tokens, reference, chunk):
    logits, best, log_probs = prefill(session, tokens, chunk)
    assert np.abs(logits - reference).max() <= 1e-4  # measured: 1.5e-5
    assert (best == reference.argmax(axis=-1)).all()
    expected = numpy_qwen2.log_softmax(reference).max(axis=-1)
    assert np.abs(log_probs - expected).max() <= 1e-4


@pytest.mark.parametrize("chunk", [150, 37, 1])
def test_in_8_bits_logits_stay_near_the_reference(tiny_q8, tokens, reference, chunk):
    logits, _, _ = prefill(tiny_model.session(tiny_q8), tokens, chunk)
    error = np.abs(logits - reference)
    # Weights and activations are rounded: measured 0.045 and 0.6, where logits have a
    # standard deviation of 1.8.
    assert error.mean() <= 0.08
    assert error.max() <= 1.5


def test_an_adapter_is_in_the_weights(tmp_path, tokens, reference):
    rank, alpha, random = 2, 6.0, np.random.default_rng(3)
    adapted = tiny_model.tensors()
    parts = {}
    for name in ("blk.0.attn_k.weight", "blk.1.ffn_gate.weight", "blk.1.ffn_down.weight"):
        rows, columns = adapted[name].shape
        a = random.normal(0, 0.2, (rank, columns)).astype(np.float32)
        b = random.normal(0, 0.2, (rows, rank)).astype(np.float32)
        parts |= {f"{name}.lora_a": a, f"{name}.lora_b": b}
        adapted[name] = adapted[name] + alpha / rank * b @ a
    tiny_model.write_adapter(tmp_path / "adapter.gguf", alpha, parts)
    folder = tiny_model.make(tmp_path / "model", adapter=tmp_path / "adapter.gguf")
    logits, _, _ = prefill(tiny_model.session(folder), tokens, 37)
    expected = numpy_qwen2.logits(adapted.get, tiny_model.SHAPE, tokens)
    assert np.abs(logits - expected).max() <= 1e-4
    assert np.abs(expected - reference).max() > 1


def test_a_conversion_is_believed_and_lists_all_its_files(tiny_f32, tiny_cache):
    manifest = Manifest.read(tiny_f32)
    assert store.find(catalog.load().entry(), tiny_cache) == tiny_f32
    assert manifest.files.keys() | {"model.json"} == {path.name for path in tiny_f32.iterdir()}
    assert (manifest.precision, manifest.layout) == ("f32", "spm")
    assert manifest.capacity == tiny_model.SHAPE.context


def test_the_manifest_is_written_last_and_progress_reaches_its_end(tmp_path):
    source, out = tmp_path / "tiny.gguf", tmp_path / "out"
    tiny_model.write_gguf(source)
    out.mkdir()
    reports = []

    def progress(stage, done):
        reports.append((stage, done, (out / "model.json").exists()))

    convert(source, out, entry=catalog.load().entry(), progress=progress)
    assert reports[-1] == ("done", 1.0, True)
    assert not any(written for _, _, written in reports[:-1])
    quantizing = [done for stage, done, _ in reports if stage == "quantizing"]
    assert quantizing == sorted(quantizing)
    assert quantizing[-1] == 1


def convert_variant(folder, **changes):
    source, out = folder / "variant.gguf", folder / "out"
    tiny_model.write_gguf(source, **changes)
    out.mkdir()
    convert(source, out, entry=catalog.load().entry(), progress=lambda *_: None)
    return out


def test_a_model_with_tied_embeddings_uses_them_as_its_output_head(tmp_path, tiny_q8):
    tied = convert_variant(tmp_path, without=["output.weight"])
    assert (tied / "model.onnx.data").read_bytes() == (tiny_q8 / "model.onnx.data").read_bytes()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"architecture": "llama"}, "architecture 'llama' is not supported"),
        ({"pre": "gpt-2"}, "pre-tokenizer 'gpt-2' is not supported"),
        ({"without": ["blk.1.attn_k.bias"]}, "no tensor 'blk.1.attn_k.bias'"),
        ({"without": ["token_embd.weight"]}, "no tensor 'token_embd.weight'"),
    ],
)
def test_what_the_graph_cannot_express_is_refused_with_a_sentence(tmp_path, changes, sentence):
    with pytest.raises(UnsupportedModel, match=sentence):
        convert_variant(tmp_path, **changes)
    assert not (tmp_path / "out" / "model.json").exists()


@pytest.mark.parametrize("kept", [0, 3, 100, 5_000, -1])
def test_a_truncated_file_is_refused_with_a_sentence(tmp_path, kept):
    source, out = tmp_path / "cut.gguf", tmp_path / "out"
    tiny_model.write_gguf(source)
    source.write_bytes(source.read_bytes()[:kept])
    out.mkdir()
    with pytest.raises(UnsupportedModel, match="not a readable GGUF file"):
        convert(source, out, entry=catalog.load().entry(), progress=lambda *_: None)


@pytest.mark.real_model
def test_on_real_code_the_8_bit_model_says_what_the_float_model_says(real_session, record_property):
    agreed, expected, measured = [], [], []
    for passage in json.loads(REFERENCE.read_text()):
        tokens = passage["tokens"]
        real_session.rewind(0)
        scores, best, _ = prefill(real_session, tokens, 100)
        agreed += (best == passage["argmax"]).tolist()
        expected += passage["log_probs"]
        log_probs = numpy_qwen2.log_softmax(scores)
        measured += log_probs[np.arange(len(tokens) - 1), tokens[1:]].tolist()
    agreement, difference = np.mean(agreed), np.mean(measured) - np.mean(expected)
    print(f"argmax agrees at {agreement:.1%}, mean log-probability differs by {difference:+.4f}")
    record_property("argmax_agreement", float(agreement))
    record_property("mean_log_prob_difference", float(difference))
    assert len(agreed) == 900
    assert agreement >= 0.97
    assert abs(difference) <= 0.01
