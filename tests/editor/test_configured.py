import asyncio

import pytest

from inkling.editor.configured import Configured, Status
from inkling.engine.wire import State
from inkling.errors import ModelNotFound
from inkling.options import Config
from inkling.serving import Serving
from inkling.suggest.modes import AUTOMATIC, DEEP, Mode
from inkling.suggest.outcome import Insert, Nothing
from inkling.suggest.trace import Trace
from marked import snapshot
from scripted_engine import run

HERE = snapshot("x = │")
READY = Status("ready", "model")


class Engine:
    """A backend, completer and scheduler that answer when they are released or rest, and note what
    happens to them."""

    def __init__(self, config, state):
        self.config = config
        self.state = state
        self.happened = []
        self.is_replaced = False
        self.closes_s = 0.0
        self.released = asyncio.Event()
        self.released.set()
        self.broken = asyncio.Event()

    async def run(self):
        self.state(State("ready"))
        try:
            await self.broken.wait()
            raise OverflowError
        finally:
            if self.closes_s:
                await asyncio.sleep(self.closes_s)
            self.happened.append("ended")

    async def complete(self, snapshot, mode, trace):  # noqa: ARG002
        await self.released.wait()
        return Insert("a", 0.0)

    def replaced(self):
        return self.is_replaced

    def rest(self, about=None):
        if about is None or about(HERE):
            self.happened.append("rested")
            self.released.set()


class Started:
    """What serves as configured, everything that was started, and every status told."""

    def __init__(self):
        self.all = []
        self.told = []
        self.hooks = None
        self.missing = False
        self.update = None
        self.pulled = None
        self.configured = Configured(
            self.start, self.told.append, lambda _: None, lambda: self.pulled
        )

    def start(self, config, hooks):
        if self.missing:
            raise ModelNotFound("There is no model.")
        self.hooks = hooks
        self.all.append(engine := Engine(config, hooks.state))
        return Serving("model", engine, engine, engine, self.update, engine.replaced)

    async def configure(self, **options):
        self.configured.configure(Config(**options))
        await asyncio.sleep(0)

    async def ask(self):
        return await self.configured.complete(HERE, AUTOMATIC, Trace())


def play(scene):
    async def whole():
        started = Started()
        await scene(started)
        await started.configured.stop()
        assert all(engine.happened[-1] == "ended" for engine in started.all)

    run(whole())


def test_nothing_is_started_before_there_are_options():
    async def scene(started):
        assert await started.ask() == Nothing("off")
        await started.configure(enabled=False)
        assert not started.all
        assert started.told == [Status("off", None, Nothing("off"))]
        await started.configure()
        assert await started.ask() == Insert("a", 0.0)
        assert started.told[1:] == [READY]

    play(scene)


def test_an_engine_that_ends_by_what_nobody_foresaw_is_told_and_begun_anew_with_the_next_options():
    async def scene(started):
        await started.configure()
        started.all[0].broken.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        why = Nothing("failed", "The engine stopped working (OverflowError).")
        assert started.told[-1] == Status("failed", "model", why)
        await started.configure(trace=True)
        assert started.told[-1] == READY
        broken = started.all.pop(0)
        assert broken.happened[0] == "ended"

    play(scene)


def test_a_model_that_was_made_anew_is_taken_up_with_the_next_options():
    async def scene(started):
        await started.configure()
        await started.configure(trace=True)
        assert len(started.all) == 1
        started.all[0].is_replaced = True
        await started.configure(trace=True)
        assert len(started.all) == 2

    play(scene)


def test_an_engine_that_is_left_has_time_to_close():
    async def scene(started):
        await started.configure()
        started.all[0].closes_s = 1.0
        await started.configure(threads=1)
        await asyncio.sleep(0.5)
        await started.configure(threads=2)

    play(scene)


def test_switched_off_it_still_says_that_there_is_a_newer_model():
    async def scene(started):
        started.update = 5
        await started.configure()
        await started.configure(enabled=False)
        assert started.told[-1] == Status("off", "model", Nothing("off"), update=5)
        assert started.told[-1].as_dict()["update"] == {"bytes": 5}

    play(scene)


def test_the_engine_is_another_one_exactly_when_its_options_are():
    async def scene(started):
        await started.configure()
        await started.configure(automatic=Mode("automatic", 1, 2, 3), trace=True)
        await started.configure(enabled=False)
        await started.configure()
        assert len(started.all) == 1
        await started.configure(threads=1)
        await started.configure(threads=1, model="other")
        await started.configure(threads=1, model="other", shared_engine=False)
        await started.configure(threads=1, model="other", engine_linger_s=1)
        await started.configure(threads=1, model="other", unload_minutes=0)
        await started.configure(threads=1, model="other", deep_model="deeper")
        no_deep = None, None, DEEP
        assert [engine.config.engine for engine in started.all] == [
            (None, 0, True, 300, 30, None, *no_deep),
            (None, 1, True, 300, 30, None, *no_deep),
            ("other", 1, True, 300, 30, None, *no_deep),
            ("other", 1, False, 300, 30, None, *no_deep),
            ("other", 1, True, 1, 30, None, *no_deep),
            ("other", 1, True, 300, 0, None, *no_deep),
            ("other", 1, True, 300, 30, None, "deeper", None, DEEP),
        ]
        assert [engine.happened[-1:] for engine in started.all] == [*[["ended"]] * 6, []]

    play(scene)


def test_options_that_are_not_the_engines_leave_it_at_its_work():
    async def scene(started):
        await started.configure()
        assert not started.hooks.reads_ahead_on_battery()
        await started.configure(automatic=Mode("automatic", 1, 2, 3), read_ahead_on_battery=True)
        assert started.all[0].happened == []
        assert started.hooks.reads_ahead_on_battery(), "this is asked each time"

    play(scene)


def test_a_model_that_changes_while_it_is_off_is_loaded_when_it_is_on():
    async def scene(started):
        await started.configure()
        await started.configure(enabled=False, model="other")
        assert len(started.all) == 1
        await started.configure(model="other")
        assert [engine.config.model for engine in started.all] == [None, "other"]

    play(scene)


def test_what_it_reports_while_off_is_told_when_it_is_on():
    async def scene(started):
        await started.configure()
        await started.configure(enabled=False)
        failed = Status("failed", "model", Nothing("failed"))
        started.told.clear()
        started.all[0].state(State("loading"))
        started.all[0].state(State("ready"))
        assert started.told == []
        await started.configure()
        assert started.told == [READY]
        started.all[0].state(State("failed"))
        assert started.told == [READY, failed]

    play(scene)


def test_a_status_that_is_the_same_is_not_told_again():
    async def scene(started):
        await started.configure()
        await started.configure(trace=True)
        await started.configure(enabled=False)
        await started.configure(enabled=False, trace=True)
        assert [status.state for status in started.told] == ["ready", "off"]

    play(scene)


def test_a_pull_is_told_whoever_is_at_it_and_its_model_is_taken(monkeypatch):
    monkeypatch.setattr("inkling.editor.configured._LOOK_SECONDS", 0.001)

    async def scene(started):
        async def told(state):
            while started.told[-1].state != state:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.001)
            return started.told[-1]

        started.missing = True
        await started.configure()
        assert (await told("no-model")).percent is None
        started.pulled = 0.25
        assert (await told("pulling")).as_dict()["percent"] == 25
        assert (await started.ask()).sentence == "The model is being pulled."
        started.pulled = None
        await told("no-model")  # it was ended
        started.pulled = 0.5
        await told("pulling")
        started.pulled, started.missing = None, False
        assert await told("ready") == READY

    play(scene)


def test_a_pull_that_is_at_work_already_is_told_at_once():
    async def scene(started):
        started.missing, started.pulled = True, 0.5
        await started.configure()
        assert [status.state for status in started.told] == ["pulling"]

    play(scene)


def test_what_has_ended_starts_again_with_new_options():
    async def scene(started):
        started.missing = True
        await started.configure()
        why = Nothing("no-model", "There is no model.")
        assert started.told[-1] == Status("no-model", None, why)
        assert await started.ask() == why
        started.missing = False
        await started.configure()
        assert started.told[-1] == READY
        started.all[-1].state(State("failed"))
        await started.configure()
        assert started.told[-1] == READY
        assert len(started.all) == 2

    play(scene)


def test_one_that_was_left_has_no_say():
    async def scene(started):
        await started.configure()
        await started.configure(threads=1)
        started.all[0].state(State("failed"))
        assert started.told == [READY]

    play(scene)


def test_a_request_under_way_is_answered_when_its_engine_are_left():
    async def asked_while(started, **options):
        await started.configure()
        started.all[-1].released.clear()
        asked = asyncio.create_task(started.ask())
        await asyncio.sleep(0)
        await started.configure(**options)
        return await asked

    async def scene(started):
        off = "Inkling is switched off for python."
        assert await asked_while(started, enabled=False) == Nothing("off")
        languages = frozenset({"python"})
        assert await asked_while(started, disabled_languages=languages) == Nothing("off", off)
        assert await asked_while(started, threads=1) == Nothing("loading")

    play(scene)


def test_of_a_language_that_is_off_nobody_may_be_asked():
    async def scene(started):
        await started.configure(disabled_languages=frozenset({"python"}))
        assert (await started.ask()).reason == "off"
        assert started.configured.serving_for("a:b", "python").reason == "off"
        assert isinstance(started.configured.serving_for("a:b", "rust"), Serving)
        await started.configure(disabled_languages=frozenset({"rust"}))
        assert await started.ask() == Insert("a", 0.0)
        assert isinstance(started.configured.serving_for("a:b", "python"), Serving)

    play(scene)


@pytest.mark.parametrize("opened", ["link", "real"])
@pytest.mark.parametrize("excluded", ["conf/prod.py", "/conf/", "**/prod.py"])
def test_what_is_excluded_is_so_in_a_folder_that_was_opened_by_a_link(tmp_path, excluded, opened):
    real, link = tmp_path / "real", tmp_path / "link"
    (real / "conf").mkdir(parents=True)
    link.symlink_to(real)
    documents = {"link": link, "real": real}

    async def scene(started):
        started.configured.configure(Config(exclude=(excluded,)), [link.as_uri()])
        await asyncio.sleep(0)
        barred = documents[opened] / "conf" / "prod.py"
        assert started.configured.barred(barred.as_uri(), "python").reason == "excluded"
        other = documents[opened] / "other" / "test.py"
        assert started.configured.barred(other.as_uri(), "python") is None

    play(scene)
