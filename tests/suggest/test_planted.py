"""No secret reaches a model: 50 are planted, in excluded, ignored and ordinary files."""

import asyncio
from pathlib import Path

import pytest

from inkling.context.index import process
from inkling.context.knowledge import Asking, Knowledge
from inkling.context.secrets import MASK
from inkling.languages import registry
from inkling.suggest.completer import Completer
from inkling.suggest.modes import INVOKED
from inkling.suggest.trace import Trace
from inkling.text.buffers import Buffer, Position
from made_up import FORMS, SECRET_64, SECRET_HEX, chance, key_block
from scripted_engine import ScriptedEngine, done

PATIENCE_S = 60
HEXES = [chance("0123456789abcdef", 48) for _ in range(5)]
SECRETS = [*FORMS.values(), SECRET_64, SECRET_HEX, *HEXES]

CONNECT = """\
TOKEN_{0} = "{1}"
def connect_{0}(session):
    client = session.client("{0}", timeout=30)
    client.api_key = "{1}"
    client.retries = 3
    return client.connect()
"""
HERE = """\
def connect_here(session):
    client = session.client("here", timeout=30)
    """
PLACES = {
    ".env": "API_KEY={1}\n",
    "prod.env": "API_KEY={1}\n",
    "private/keys.py": CONNECT,  # an .inklingignore names the folder
    "local_settings.py": CONNECT,  # git ignores it
    "excluded.py": CONNECT,  # the option does
    "clients.py": CONNECT,
    "more/clients.py": CONNECT,
}


@pytest.fixture
def folder(tmp_path):
    base = tmp_path / "work"
    numbered = list(enumerate(SECRETS))
    for name, text in PLACES.items():
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(text.format(f"n{n}", secret) for n, secret in numbered))
    (base / "ours.py").write_text("\n".join(["KEY = '''", *key_block("RSA "), "'''", ""]))
    (base / ".gitignore").write_text("local_settings.py\n")
    (base / ".inklingignore").write_text("private/\n")
    return base


async def prompts(folder, cache):
    """All that a model is shown where clients are connected in one more file."""
    index = process.Index(process.command(cache))
    index.configure([folder.as_uri()], ["excluded.py"])
    running = asyncio.create_task(index.run())
    for name in PLACES:
        path = folder / name
        index.document(path.as_uri(), registry.id_of(path.name), path.read_text())
    async with asyncio.timeout(PATIENCE_S):
        while not (index.settled.settled and index.settled.files):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    engine = ScriptedEngine(" client", done("stop"))
    completer = Completer(engine, knowledge=Knowledge(Asking(index)))
    for name in ("here.py", "more/here.py", "private/here.py"):
        for text in (HERE, f"from clients import connect_n1\n{HERE}", "import clients\nclients."):
            buffer = Buffer((folder / name).as_uri(), "python", len(text), text, "utf-16")
            line, _, last = text.rpartition("\n")
            place = buffer.snapshot(Position(line.count("\n") + 1, len(last)))
            await completer.complete(place, INVOKED, Trace())
            looking = completer.warm(place)
            if looking is not None:
                await looking
            await asyncio.wait([completer._looking])
    running.cancel()
    await asyncio.wait([running])
    return [part.text for asked in engine.asked for part in asked.prompt if hasattr(part, "text")]


def test_no_secret_reaches_a_model(folder, tmp_path):
    assert len(set(SECRETS)) >= 50
    shown = asyncio.run(prompts(folder, tmp_path / "cache"))
    text = "\n".join(shown)
    assert "# more/clients.py" in text, "else nothing is shown that could hold any"
    assert MASK in text
    assert [secret for secret in (*SECRETS, *key_block("RSA ")[1:-1]) if secret in text] == []
    for name in ("keys.py", "local_settings.py", "excluded.py", ".env"):
        assert name not in text
    cached = b"".join(file.read_bytes() for file in Path(tmp_path / "cache").rglob("*.*"))
    assert [secret for secret in SECRETS if secret.encode() in cached] == []
