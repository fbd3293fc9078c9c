import io

import msgspec
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
states = st.sampled_from(["loading", "ready", "failed"])

to_engine = st.one_of(
    st.builds(wire.Generate, counts, st.lists(parts), counts, numbers, numbers),
    st.builds(wire.Cancel, counts),
)
from_engine = st.one_of(
    st.builds(wire.State, states, st.text(), st.sampled_from(["spm", "psm"])),
    st.builds(wire.Chunk, counts, st.text(), counts, numbers, stats),
    st.builds(wire.Done, counts, whys, stats, st.text()),
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
    with pytest.raises(msgspec.DecodeError):
        wire.decode_to_engine(body)
