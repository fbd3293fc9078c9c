import json
from pathlib import Path

import msgspec
import pytest

from inkling.errors import CacheBusy, ModelDamaged, ModelNotFound, NotEnoughSpace
from inkling.models import catalog, store

ENTRY = catalog.load().entry()
PULL = f"inkling model pull {ENTRY.name}"


def put_model(root, **changes):
    folder = root / "models" / ENTRY.name
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"graph")
    (folder / "model.onnx.data").write_bytes(b"weights" * 100)
    manifest = {
        "format": store.FORMAT,
        "name": ENTRY.name,
        "source_sha256": ENTRY.gguf.sha256,
        "adapter_sha256": ENTRY.adapter_sha256,
        "head_sha256": ENTRY.head_sha256,
        "files": {"model.onnx": 5, "model.onnx.data": 700},
    }
    (folder / "model.json").write_text(json.dumps(manifest | changes))
    return folder


def test_a_whole_model_is_found_and_listed_with_its_size(tmp_path):
    folder = put_model(tmp_path)
    assert store.find(ENTRY, tmp_path) == folder
    found = {entry.name: found for entry, found in store.list_models(catalog.load(), tmp_path)}
    assert found.keys() == {ENTRY.name, "qwen2.5-coder-1.5b"}
    assert found["qwen2.5-coder-1.5b"] is None
    assert found[ENTRY.name].size == sum(path.stat().st_size for path in folder.iterdir())
    assert found[ENTRY.name].current


@pytest.mark.parametrize(
    "changes",
    [
        {"source_sha256": "0" * 64},
        {"adapter_sha256": "0" * 64},
        {"head_sha256": "0" * 64},
        {"adapter_sha256": None, "head_sha256": None},
    ],
)
def test_a_model_made_of_something_else_serves_on_and_is_not_current(tmp_path, changes):
    folder = put_model(tmp_path, **changes)
    assert store.find(ENTRY, tmp_path) == folder
    assert not store.look(ENTRY, tmp_path).current


def test_a_model_that_does_not_say_of_what_it_was_made_is_not_current(tmp_path):
    file = put_model(tmp_path) / "model.json"
    manifest = json.loads(file.read_text())
    del manifest["adapter_sha256"], manifest["head_sha256"]
    file.write_text(json.dumps(manifest))
    assert not store.look(ENTRY, tmp_path).current
    bare = msgspec.structs.replace(ENTRY, adapter_sha256=None, head_sha256=None)
    assert store.look(bare, tmp_path).current, "it was made of the GGUF alone"


def test_a_format_that_can_still_be_read_serves_on_and_is_not_current(tmp_path, monkeypatch):
    put_model(tmp_path)
    monkeypatch.setattr(store, "FORMAT", store.FORMAT + 1)
    assert not store.look(ENTRY, tmp_path).current


def test_what_is_to_be_downloaded_is_what_is_not_here(tmp_path):
    entry = msgspec.structs.replace(ENTRY, gguf=msgspec.structs.replace(ENTRY.gguf, bytes=4))
    (tmp_path / "models").mkdir()
    assert store.download_bytes(entry, tmp_path) == 4
    for path in (store.kept_download(entry, tmp_path), store.pending_download(entry, tmp_path)):
        path.write_bytes(b"other")
        assert store.download_bytes(entry, tmp_path) == 4
        path.write_bytes(b"gguf")
        assert store.download_bytes(entry, tmp_path) == 0
        path.unlink()


def test_an_empty_cache_says_how_to_get_the_model_and_stays_untouched(tmp_path):
    with pytest.raises(ModelNotFound, match=PULL):
        store.find(ENTRY, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"format": store.FORMAT + 1}, f"has format {store.FORMAT + 1}, not {store.FORMAT}"),
        ({"files": {"model.onnx": 5, "tokenizer.json": 1}}, r"tokenizer\.json"),
        ({"files": None}, "not a whole model"),
    ],
)
def test_a_manifest_that_does_not_fit_is_not_believed(tmp_path, changes, why):
    put_model(tmp_path, **changes)
    with pytest.raises(ModelDamaged, match=f"(?s){why}.*{PULL}"):
        store.find(ENTRY, tmp_path)
    assert all(found is None for _, found in store.list_models(catalog.load(), tmp_path))


@pytest.mark.parametrize("text", ["", "{", "[]", "\N{NULL}" * 10])
def test_an_unreadable_manifest_is_not_believed(tmp_path, text):
    (put_model(tmp_path) / "model.json").write_text(text)
    with pytest.raises(ModelDamaged, match=PULL):
        store.find(ENTRY, tmp_path)


def test_bytes_that_are_no_text_are_not_believed(tmp_path):
    (put_model(tmp_path) / "model.json").write_bytes(b'{"format":1,"source_sha256":"\xff\xfe"}')
    with pytest.raises(ModelDamaged):
        store.find(ENTRY, tmp_path)


def test_a_folder_without_its_manifest_is_not_believed(tmp_path):
    (put_model(tmp_path) / "model.json").unlink()
    with pytest.raises(ModelDamaged, match=PULL):
        store.find(ENTRY, tmp_path)


def test_truncated_weights_are_not_believed(tmp_path):
    data = put_model(tmp_path) / "model.onnx.data"
    data.write_bytes(data.read_bytes()[:-1])
    with pytest.raises(ModelDamaged, match=r"model\.onnx\.data has 699 bytes instead of 700"):
        store.find(ENTRY, tmp_path)


def test_remove_deletes_damaged_models_and_kept_downloads(tmp_path):
    put_model(tmp_path, format=0)
    store.kept_download(ENTRY, tmp_path).write_bytes(b"gguf")
    store.pending_download(ENTRY, tmp_path).write_bytes(b"gguf")
    store.remove(ENTRY, tmp_path)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]
    with pytest.raises(ModelNotFound, match="nothing to remove"):
        store.remove(ENTRY, tmp_path)


def test_install_refuses_a_model_that_is_not_whole(tmp_path):
    with store.locked(tmp_path), store.work_folder(ENTRY, tmp_path) as work:
        made = work / "model"
        made.mkdir()
        with pytest.raises(ModelDamaged):
            store.install(made, ENTRY, tmp_path)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_one_process_at_a_time_changes_the_cache(tmp_path):
    put_model(tmp_path)
    with store.locked(tmp_path):
        with pytest.raises(CacheBusy, match="try again"):
            store.remove(ENTRY, tmp_path)
        assert store.find(ENTRY, tmp_path)
    store.remove(ENTRY, tmp_path)


def test_too_little_room_names_both_amounts_and_a_way_out(tmp_path):
    with pytest.raises(NotEnoughSpace, match=r"needs 1000000\.0 GB .*GB free.*INKLING_CACHE"):
        store.check_space(ENTRY, tmp_path, 10**15)


def test_the_cache_is_the_option_then_the_variable_then_the_users_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    variable = {"INKLING_CACHE": "/elsewhere"}
    assert store.cache_root(Path("here"), variable) == tmp_path / "here"
    assert store.cache_root(None, variable) == Path("/elsewhere")
    assert store.cache_root(None, {}).name == "inkling"
