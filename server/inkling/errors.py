# ruff: noqa: N818 - the names say what happened, and every one of them is an error
"""The errors that Inkling raises on purpose.

`str(error)` is for the person: what is wrong and what to do about it.
A mistake in Inkling's own code is not in this tree; it stays the built-in exception it is.
"""


class InklingError(Exception):
    """Base of every error that Inkling raises on purpose."""


class ModelError(InklingError):
    """A model cannot be found, fetched or believed."""


class UnknownModel(ModelError):
    """The catalog has no model of that name, or none made of those bytes."""


class ModelNotFound(ModelError):
    """The model is not in the cache."""


class ModelDamaged(ModelError):
    """What is in the cache under the model's name is not a whole model of today's format."""


class UnsupportedModel(ModelError):
    """A GGUF file that the conversion cannot express."""


class CacheBusy(ModelError):
    """Another process is changing the cache."""


class NotEnoughSpace(ModelError):
    """The disk that holds the cache has too little room for a pull."""


class DigestMismatch(ModelError):
    """A file is not the one that the catalog names."""


class SourceUnavailable(ModelError):
    """One source could not deliver; another may."""


class DownloadFailed(ModelError):
    """No source delivered the model."""
