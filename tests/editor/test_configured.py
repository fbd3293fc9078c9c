import asyncio

from inkling.editor.configured import Configured, Status
from inkling.options import Config, Mode
from inkling.suggest.outcome import Nothing, Suggestion
from inkling.suggest.trace import Trace
from marked import snapshot
from scripted_engine import run

HERE = snapshot("x = │")
READY = Status("ready", "model")


class Completions:
    """Completions that answer when they are released or rest, and note what happens to them."""

    def __init__(self, config, report):
        self.config = config
        self.report = report
        self.happened = []
        self.released = asyncio.Event()
        self.released.set()

    async def run(self):
        self.report(READY)
        try:
            await asyncio.Event().wait()
        finally:
            self.happened.append("ended")

    async def complete(self, snapshot, trace, *, explicit):  # noqa: ARG002
        await self.released.wait()
        return Suggestion("a", 0.0)

    def warm(self, snapshot):  # noqa: ARG002
        self.happened.append("warmed")

    def refer(self, name, text):
        self.happened.append(("referred", name, text))

    def configure(self, config):
        self.config = config

    def rest(self):
        self.happened.append("rested")
        self.released.set()


class Started:
    """Configured completions, everything that was started, and every status told."""

    def __init__(self):
        self.all = []
        self.told = []
        self.more = []
        self.configured = Configured(self.start, self.told.append, self.more.append)

    def start(self, config, report, more):  # noqa: ARG002
        self.all.append(Completions(config, report))
        return self.all[-1]

    async def configure(self, **options):
        self.configured.configure(Config(**options))
        await asyncio.sleep(0)

    async def ask(self):
        return await self.configured.complete(HERE, Trace(), explicit=False)


def play(scene):
    async def whole():
        started = Started()
        await scene(started)
        await started.configured.stop()
        assert all(completions.happened[-1] == "ended" for completions in started.all)

    run(whole())


def test_nothing_is_started_before_there_are_options():
    async def scene(started):
        assert await started.ask() == Nothing("off")
        await started.configure(enabled=False)
        assert not started.all
        assert started.told == [Status("off", None, Nothing("off"))]
        await started.configure()
        assert await started.ask() == Suggestion("a", 0.0)
        assert started.told[1:] == [READY]

    play(scene)


def test_the_engine_is_another_one_exactly_when_its_options_are():
    async def scene(started):
        await started.configure()
        await started.configure(automatic=Mode(1, 2, 3), trace=True)
        await started.configure(enabled=False)
        await started.configure()
        assert len(started.all) == 1
        await started.configure(threads=1)
        await started.configure(threads=1, model="other")
        assert [completions.config.engine for completions in started.all] == [
            (None, 0),
            (None, 1),
            ("other", 1),
        ]
        assert [completions.happened[-1:] for completions in started.all] == [
            ["ended"],
            ["ended"],
            [],
        ]

    play(scene)


def test_the_running_one_hears_of_options_that_are_not_the_engines():
    async def scene(started):
        await started.configure()
        await started.configure(automatic=Mode(1, 2, 3))
        assert started.all[0].config.automatic == Mode(1, 2, 3)
        assert started.all[0].happened == [], "and goes on with its work"

    play(scene)


def test_a_model_that_changes_while_it_is_off_is_loaded_when_it_is_on():
    async def scene(started):
        await started.configure()
        await started.configure(enabled=False, model="other")
        assert len(started.all) == 1
        await started.configure(model="other")
        assert [completions.config.model for completions in started.all] == [None, "other"]

    play(scene)


def test_what_it_reports_while_off_is_told_when_it_is_on():
    async def scene(started):
        await started.configure()
        await started.configure(enabled=False)
        failed = Status("failed", "model", Nothing("failed"))
        started.told.clear()
        started.all[0].report(Status("loading", "model", Nothing("loading")))
        started.all[0].report(READY)
        assert started.told == []
        await started.configure()
        assert started.told == [READY]
        started.all[0].report(failed)
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


def test_what_has_ended_starts_again_with_new_options():
    async def scene(started):
        for state in ("no-model", "failed"):
            await started.configure()
            started.all[-1].report(Status(state))
            await started.configure()
            assert started.told[-1] == READY
        assert len(started.all) == 3

    play(scene)


def test_a_request_under_way_is_answered_when_its_completions_are_left():
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


def test_a_language_that_is_off_is_neither_asked_about_nor_read_ahead():
    async def scene(started):
        await started.configure(disabled_languages=frozenset({"python"}))
        started.configured.warm(HERE)
        assert (await started.ask()).reason == "off"
        await started.configure(disabled_languages=frozenset({"rust"}))
        started.configured.warm(HERE)
        assert await started.ask() == Suggestion("a", 0.0)
        assert started.all[0].happened == ["rested", "warmed"]

    play(scene)
