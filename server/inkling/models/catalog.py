"""The models that Inkling knows, read from `catalog.toml`.

The catalog is data: what a model is, where its bytes are and what they hash to.
It knows nothing of the disk; what is installed is the store's to say.
"""

import tomllib
from importlib import resources
from typing import Annotated, Literal, TypeAlias

import msgspec

from inkling.errors import UnknownModel

Text: TypeAlias = Annotated[str, msgspec.Meta(min_length=1)]
Count: TypeAlias = Annotated[int, msgspec.Meta(gt=0)]
Sha256: TypeAlias = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class _Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An immutable row of the catalog."""


class HubFile(_Record, frozen=True, tag_field="kind", tag="hub"):
    """The GGUF as a file of a model repository on the Hub."""

    repo: Text
    revision: Text


class WheelParts(_Record, frozen=True, tag_field="kind", tag="wheels"):
    """The GGUF cut into `parts` wheels of a Python package index.

    Wheel number n (from 1) is called `prefix` + n and holds its piece in a file whose path ends
    with `member.format(n)`.
    """

    prefix: Text
    parts: Count
    version: Text
    member: Text


Source: TypeAlias = HubFile | WheelParts


class Gguf(_Record, frozen=True):
    """The file that a model is made from; `bytes` is its size."""

    file: Text
    bytes: Count
    sha256: Sha256


class Tokens(_Record, frozen=True):
    """The texts of the special tokens; generation ends at any token of `stop`."""

    fim_prefix: Text
    fim_suffix: Text
    fim_middle: Text
    stop: tuple[Text, ...]


class CatalogEntry(_Record, frozen=True):
    """One model. `onnx_bytes` estimates its converted size, and `memory_bytes` is what it took in
    memory at most, beside the model that drafts for it, where that was measured; `sources` are
    tried in order.

    `draft_model` names a smaller one with the same vocabulary, which drafts for it if it is
    installed. The digests are of the adapter and the draft head that come with Inkling for it.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    title: Text
    licence: Text
    architecture: Text
    prompt_layout: Literal["psm", "spm"]
    onnx_bytes: Count
    tokens: Tokens
    gguf: Gguf
    sources: tuple[Source, ...]
    memory_bytes: Count | None = None
    draft_model: Text | None = None
    adapter_sha256: Sha256 | None = None
    head_sha256: Sha256 | None = None

    @property
    def making_bytes(self) -> int:
        """What the model takes while it is made: its weights are packed in a copy of them."""
        return 2 * self.onnx_bytes


class Catalog(_Record, frozen=True):
    """All known models; `default` is the name of the one to use when the person names none."""

    default: Text
    models: tuple[CatalogEntry, ...]

    def __post_init__(self) -> None:
        names = [entry.name for entry in self.models]
        if len(set(names)) < len(names):
            raise ValueError("two models have the same name")
        if self.default not in names:
            raise ValueError(f"the default model {self.default!r} is not in the catalog")

    def entry(self, name: str | None = None) -> CatalogEntry:
        """Return the model of that name, or the default model.

        Raises UnknownModel, which lists the names there are.
        """
        wanted = name or self.default
        for entry in self.models:
            if entry.name == wanted:
                return entry
        known = ", ".join(entry.name for entry in self.models)
        raise UnknownModel(f"there is no model {wanted!r}; choose one of: {known}")

    def deeper(self, name: str | None = None) -> CatalogEntry:
        """Return the model of that name, or the first that the default model drafts for.

        Raises UnknownModel.
        """
        drafted = (entry.name for entry in self.models if entry.draft_model == self.default)
        return self.entry(name or next(drafted, None))


def parse(text: str) -> Catalog:
    """Read a catalog from TOML. Raises tomllib.TOMLDecodeError or msgspec.ValidationError."""
    return msgspec.convert(tomllib.loads(text), Catalog)


def load() -> Catalog:
    """Return the catalog that comes with Inkling."""
    return parse(resources.files(__package__).joinpath("catalog.toml").read_text("utf-8"))
