"""Cases about names of other files, and what is asked at them, by a real index."""

import asyncio

import pytest

from inkling.bench.quality import cutting, elsewhere, recording, scoring, table
from inkling.engine.wire import Chunk, Done, Stats, Token

NET = '''\
TIMEOUT_SECONDS = 30


def fetch_orders(session, customer):
    """All orders."""
    for order in session.get(customer):
        if order.valid:
            yield order


class Session:
    def close_quietly(self):
        pass
'''
REPORT = '''\
"""What TIMEOUT_SECONDS is about."""
from net import fetch_orders


def report(session, customer):
    total = 0
    for order in fetch_orders(session, customer):
        if order.valid:
            total += order.amount
    session.close_quietly()
    print("fetch_orders", "Session")
'''
FILES = {"shop==1": [("net.py", NET), ("report.py", REPORT)]}


@pytest.fixture(autouse=True)
def _packages(monkeypatch):
    listed = {group: {} for group in ("python", "typescript", "go")}
    monkeypatch.setattr(cutting, "listed", lambda _split: listed)
    monkeypatch.setattr(cutting, "files", lambda group, *_: FILES if group == "python" else {})


def cases(tmp_path):
    return elsewhere.cases("look", tmp_path)


def test_a_case_is_the_first_use_of_a_name_that_another_file_defines(tmp_path):
    found = {(one.name, one.reference) for one in cases(tmp_path)}
    assert found == {
        ("shop==1/report.py", "fetch_orders"),
        ("shop==1/report.py", "close_quietly()"),
    }
    assert all(one.after == "" for one in cases(tmp_path))


def test_there_is_one_for_each_variant_and_they_are_told_apart(tmp_path):
    found = cases(tmp_path)
    assert [one.kind for one in found] == [*elsewhere.VARIANTS] * 2
    assert len({elsewhere.key(one, "w") for one in found}) == len(found)


def asked(tmp_path):
    """What the model is asked at the import, by variant."""

    async def all_of_them():
        async with elsewhere.asking("look", tmp_path, "spm") as ask:
            return {
                one.kind: await ask(one)
                for one in cases(tmp_path)
                if one.reference == "fetch_orders"
            }

    return asyncio.run(all_of_them())


def test_what_is_asked_has_what_the_variant_is_about(tmp_path):
    found = asked(tmp_path)
    text = {kind: one.prompt[-1].text for kind, one in found.items()}
    assert text["alone"] == '# report.py\n"""What TIMEOUT_SECONDS is about."""\nfrom net import '
    assert text["names"] == text["alone"]
    assert set(found["names"].names) == {"TIMEOUT_SECONDS", "fetch_orders", "Session"}
    assert found["alone"].names == found["parts"].names == found["oracle"].names == ()
    assert found["names and parts"].names == found["names"].names
    assert text["names and parts"] == text["parts"]
    assert "# net.py: def fetch_orders(session, customer):\n" in text["oracle"]
    assert text["oracle"].endswith("from net import ")


class Backend:
    state = type("State", (), {"state": "ready", "layout": "spm"})

    def listen(self, listener):
        listener(self.state)

    async def run(self):
        await asyncio.Event().wait()

    async def generate(self, _prompt, *, names, **_limits):
        yield Chunk(1, [Token(names[0] if names else "nothing", -0.1)])
        yield Done(1, "stop", Stats())


def key_of(one):
    return elsewhere.key(one, "w")


def test_what_is_said_with_the_names_is_one_of_them(tmp_path):
    path = tmp_path / "look.elsewhere.jsonl"

    async def whole():
        async with elsewhere.asking("look", tmp_path, "spm") as ask:
            await recording.record(
                cases(tmp_path), Backend(), lambda one: elsewhere.key(one, "w"), ask, path
            )

    asyncio.run(whole())
    said = recording.read(path)
    assert len(said) == len(cases(tmp_path))
    for one in cases(tmp_path):
        (token,) = said[elsewhere.key(one, "w")].tokens
        if one.kind == "alone":
            assert token.text == "nothing"


def test_in_a_report_the_variants_of_a_place_are_told_apart(tmp_path):
    scored = [(one, "", scoring.score(one, "")) for one in cases(tmp_path)]
    assert len(table.report(scored, "automatic", "look")["cases"]) == len(scored)
