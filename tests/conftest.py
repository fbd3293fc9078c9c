import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings

import tiny_model
from inkling.backends import backoff
from inkling.backends.running import running
from inkling.engine import meeting
from inkling.errors import ModelError
from inkling.models import catalog, store

settings.register_profile("inkling", deadline=None, print_blob=True)
settings.load_profile("inkling")


@pytest.fixture(scope="session", autouse=True)
def _apart():
    """No test meets an engine of the person's, and no shared one outlives the tests."""
    own = tempfile.TemporaryDirectory(prefix="inkling-")
    with own as runtime, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", runtime)
        yield
        for engine in running(meeting.folder(Path())):
            engine.stop()


@pytest.fixture(scope="session")
def tiny_f32(tiny_cache):
    """The tiny model in float32, for proofs."""
    return store.find(catalog.load().entry(), tiny_cache)


@pytest.fixture(scope="session")
def endless(tmp_path_factory):
    """A tiny model that knows no stop tokens: it writes until it is stopped."""
    entry = catalog.load().entry()
    tokens = msgspec.structs.replace(entry.tokens, stop=())
    entry = msgspec.structs.replace(entry, tokens=tokens)
    return tiny_model.make(tmp_path_factory.mktemp("endless") / "model", entry=entry)


@pytest.fixture(scope="session")
def tiny_q8(tmp_path_factory):
    """The same weights in 8 bits."""
    return tiny_model.make(tmp_path_factory.mktemp("tiny") / "q8", "q8")


@pytest.fixture(scope="session")
def tiny_cache(tmp_path_factory):
    """A cache root whose default model is the tiny one."""
    root = tmp_path_factory.mktemp("cache")
    entry = catalog.load().entry()
    tiny_model.as_shipped(tiny_model.make(root / "models" / entry.name, "f32"), entry)
    return root


@pytest.fixture(scope="session")
def real_model():
    """The folder of the real default model, pulled once."""
    try:
        return store.find(catalog.load().entry(), store.cache_root())
    except ModelError as error:
        pytest.fail(f"{error} (or run `inkling model pull`, and set INKLING_CACHE as it was then)")


@pytest.fixture(scope="session")
def tokenizer(tiny_f32):
    """The tiny model's tokenizer; it has no state."""
    return tiny_model.tokenizer(tiny_f32)


@pytest.fixture
def session(tiny_f32_session):
    """A float32 session with an empty cache."""
    tiny_f32_session.rewind(0)
    return tiny_f32_session


@pytest.fixture(scope="session")
def tiny_f32_session(tiny_f32):
    return tiny_model.session(tiny_f32)


@pytest.fixture(scope="session")
def real_session(real_model):
    """The real model, loaded once; rewind it before use."""
    return tiny_model.session(real_model, capacity=512, threads=0)


@pytest.fixture
def soon(monkeypatch):
    """Engines are started again at once, as often as ever."""
    monkeypatch.setattr(backoff, "DELAYS_S", (0.0,) * len(backoff.DELAYS_S))
