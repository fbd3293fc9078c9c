"""Neovim's remote procedure calls over a pipe: MessagePack, with the standard library alone."""

import struct
import threading

WAIT_S = 30
EXTENSIONS = {0xC7: 1, 0xC8: 2, 0xC9: 4}  # bytes of the length
FIXED_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}
NUMBERS = {0xCA: ">f", 0xCB: ">d", 0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q"}
NUMBERS |= {0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q"}
TEXTS = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}


class EditorError(Exception):
    """Neovim answered with an error, or not at all."""


def packed(value):
    """What Neovim is asked with: nothing larger than 32 bits can count."""
    match value:
        case None:
            return b"\xc0"
        case bool():
            return b"\xc3" if value else b"\xc2"
        case int():
            return struct.pack(">Bq", 0xD3, value)
        case float():
            return struct.pack(">Bd", 0xCB, value)
        case str():
            text = value.encode()
            return struct.pack(">BI", 0xDB, len(text)) + text
        case list() | tuple():
            return struct.pack(">BI", 0xDD, len(value)) + b"".join(map(packed, value))
        case dict():
            pairs = b"".join(packed(key) + packed(one) for key, one in value.items())
            return struct.pack(">BI", 0xDF, len(value)) + pairs
    raise TypeError(f"{type(value)} cannot be sent")


class Unpacker:
    """Values, read one by one from a stream. A buffer, window or tab page is its number."""

    def __init__(self, stream):
        self.stream = stream

    def take(self, count):
        data = self.stream.read(count)
        if len(data) < count:
            raise EOFError
        return data

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def text(self, size):
        return self.take(size).decode(errors="surrogateescape")

    def array(self, size):
        return [self.value() for _ in range(size)]

    def map(self, size):
        return {self.value(): self.value() for _ in range(size)}

    def extension(self, size):
        self.take(1)
        data = self.take(size)
        return data[0] if size == 1 else int.from_bytes(data[1:], "big")

    def value(self):
        kind = self.number(1)
        if kind < 0x80:
            return kind
        if kind >= 0xE0:
            return kind - 0x100
        if kind < 0x90:
            return self.map(kind & 0x0F)
        if kind < 0xA0:
            return self.array(kind & 0x0F)
        if kind < 0xC0:
            return self.text(kind & 0x1F)
        if kind in TEXTS:
            return self.text(self.number(TEXTS[kind]))
        if kind in NUMBERS:
            return struct.unpack(NUMBERS[kind], self.take(struct.calcsize(NUMBERS[kind])))[0]
        if kind in FIXED_EXTENSIONS:
            return self.extension(FIXED_EXTENSIONS[kind])
        if kind in EXTENSIONS:
            return self.extension(self.number(EXTENSIONS[kind]))
        match kind:
            case 0xC0:
                return None
            case 0xC2 | 0xC3:
                return kind == 0xC3
            case 0xDC | 0xDD:
                return self.array(self.number(2 if kind == 0xDC else 4))
            case 0xDE | 0xDF:
                return self.map(self.number(2 if kind == 0xDE else 4))
        raise ValueError(f"no MessagePack: {kind:#x}")


class Connection:
    """One Neovim: requests to it, and its notifications, handed to `notice` in a thread."""

    def __init__(self, source, sink, notice):
        self.sink = sink
        self.notice = notice
        self.unpacker = Unpacker(source)
        self.answered = threading.Condition()
        self.answers = {}
        self.last = 0
        self.gone = False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        try:
            while True:
                match self.unpacker.value():
                    case [1, number, error, result]:
                        with self.answered:
                            self.answers[number] = (error, result)
                            self.answered.notify_all()
                    case [2, method, arguments]:
                        self.notice(method, arguments)
        except (EOFError, ValueError):
            with self.answered:
                self.gone = True
                self.answered.notify_all()

    def request(self, method, *arguments):
        self.last += 1
        number = self.last
        try:
            self.sink.write(packed([0, number, method, arguments]))
            self.sink.flush()
        except BrokenPipeError as broken:
            raise EditorError("Neovim has ended") from broken
        with self.answered:
            done = self.answered.wait_for(lambda: number in self.answers or self.gone, WAIT_S)
            if number not in self.answers:
                raise EditorError(f"{method}: no answer" if not done else "Neovim has ended")
            error, result = self.answers.pop(number)
        if error:
            raise EditorError(f"{method}: {error[1]}")
        return result
