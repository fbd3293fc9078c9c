import io
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkling.engine import wire

counts = st.integers(0, 2**40)
numbers = st.floats(allow_nan=False)
keeps = st.sampled_from(["start", "end"])
parts = st.builds(wire.Special, st.text()) | st.builds(wire.Text, st.text(), counts, keeps)
drafters = st.dictionaries(st.text(), st.tuples(counts, counts))
stats = st.builds(wire.Stats, *[counts] * 9, *[numbers] * 4, drafters)
whys = st.sampled_from(["stop", "length", "deadline", "cancelled", "failed"])
states = st.sampled_from(["loading", "ready", "asleep", "failed"])

to_engine = st.one_of(
    st.builds(wire.Generate, counts, st.lists(parts), counts, numbers, numbers),
    st.builds(wire.Cancel, counts),
    st.builds(wire.Refer, st.text(), st.text()),
    st.builds(wire.Keep, st.none() | numbers),
)
from_engine = st.one_of(
    st.builds(wire.State, states, st.text(), st.sampled_from(["spm", "psm"])),
    st.builds(wire.Chunk, counts, st.lists(st.builds(wire.Token, st.text(), numbers)), stats),
    st.builds(wire.Done, counts, whys, stats, st.text()),
    st.builds(wire.Caches, st.lists(st.builds(wire.Held, counts, counts, counts))),
)


def bodies(stream):
    return list(iter(lambda: wire.read_body(stream), None))


@given(st.lists(to_engine))
def test_what_the_server_sends_is_what_the_engine_reads(messages):
    stream = io.BytesIO(b"".join(map(wire.frame, messages)))
    assert [wire.decode_to_engine(body) for body in bodies(stream)] == messages


@given(st.lists(from_engine))
def test_what_the_engine_sends_is_what_the_server_reads(messages):
    stream = io.BytesIO(b"".join(map(wire.frame, messages)))
    assert [wire.decode_from_engine(body) for body in bodies(stream)] == messages


@given(st.lists(from_engine, max_size=3), st.integers(0, 1000))
def test_a_truncated_stream_ends_after_its_last_whole_message(messages, length):
    frames = [wire.frame(message) for message in messages]
    stream = b"".join(frames)[:length]
    whole = [sum(map(len, frames[: n + 1])) <= len(stream) for n in range(len(frames))]
    assert len(bodies(io.BytesIO(stream))) == sum(whole)


@pytest.mark.parametrize("body", [b"", b"\xc1", wire.frame(wire.State("ready"))[4:]])
def test_a_message_of_the_other_direction_or_none_at_all_is_refused(body):
    with pytest.raises(wire.MalformedError):
        wire.decode_to_engine(body)


@given(st.binary())
def test_bytes_are_a_message_or_malformed_and_nothing_is_told_of_them(body):
    for decode in (wire.decode_to_engine, wire.decode_from_engine):
        try:
            decode(body)
        except wire.MalformedError as error:
            told = "".join(traceback.format_exception_only(error)).strip()
            context = error.__cause__, error.__suppress_context__
        else:
            continue
        assert told.endswith(f": {len(body)} bytes are no message")
        assert context == (None, True)


@given(st.integers(0, 2**32 - 1))
def test_no_more_is_read_than_the_longest_message_has(length):
    stream = io.BytesIO(wire.HEADER.pack(length))
    if length > wire.LONGEST:
        with pytest.raises(wire.MalformedError):
            wire.read_body(stream)
    else:
        assert wire.read_body(stream) == (None if length else b"")


def test_what_is_longer_than_any_message_is_not_sent():
    wire.frame(wire.Refer("", "x" * (wire.LONGEST - 100)))
    with pytest.raises(ValueError, match="too long"):
        wire.frame(wire.Refer("", "x" * wire.LONGEST))
