from inkling.backends.reading import Readings
from inkling.engine.wire import Held, Special, Text


def prompt(*texts):
    return [Special("fim_prefix"), *(Text(text, 9, "end") for text in texts)]


def test_a_prompt_costs_what_follows_its_longest_read_beginning():
    readings = Readings()
    everything = readings.unread_tokens(prompt("a" * 320))
    assert everything > 100
    readings.asked(1, prompt("a" * 320))
    assert readings.unread_tokens(prompt("a" * 320)) == everything, "it is only asked for"
    readings.hold([Held(1, 50, 100)])
    assert everything / 3 < readings.unread_tokens(prompt("a" * 320)) < 2 * everything / 3
    readings.hold([Held(1, 100, 100)])
    assert readings.unread_tokens(prompt("a" * 320)) == 0
    assert readings.unread_tokens(prompt("a" * 320 + "b" * 32)) == 10
    assert readings.unread_tokens(prompt("b")) < everything


def test_what_no_cache_holds_any_more_is_not_read():
    readings = Readings()
    for number in (1, 2):
        readings.asked(number, prompt(str(number) * 320))
        readings.hold([Held(number, 9, 9)])
        readings.answered(number)
    assert readings.unread_tokens(prompt("1" * 320)) > 90
    assert readings.unread_tokens(prompt("2" * 320)) == 0


def test_only_texts_that_may_be_read_are_kept():
    readings = Readings()
    for number in range(1, 100):
        readings.asked(number, prompt("a" * number))
        readings.hold([Held(number, 1, 1), Held(number - number % 10, 1, 1)])
        readings.answered(number)
    assert list(readings._texts) == [90, 99]
    readings.asked(100, prompt("b"))
    readings.hold([])
    assert list(readings._texts) == [100]
    readings.answered(100)
    assert not readings._texts
