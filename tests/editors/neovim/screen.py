"""What Neovim draws, as a terminal would show it: every screen that a person could have seen."""

import threading
import time
from dataclasses import dataclass, field

GHOST = 0x7F8F77  # the test's own colour for ghost text: nothing else has it


@dataclass(frozen=True)
class Frame:
    """One whole screen, as it stood when Neovim had finished drawing."""

    time: float
    rows: tuple[str, ...]
    ghosts: tuple[str | None, ...]
    """What is ghost text in each row; None where there is none."""

    @property
    def ghost(self):
        shown = [ghost for ghost in self.ghosts if ghost is not None]
        return "\n".join(shown) if shown else None

    def row(self, number):
        return self.rows[number].rstrip()


@dataclass
class Screen:
    """The grid that Neovim's `redraw` events keep, and the frames so far."""

    frames: list[Frame] = field(default_factory=list)

    def __post_init__(self):
        self.changed = threading.Condition()
        self.cells = []
        self.ghostly = set()

    def notice(self, method, batches):
        if method != "redraw":
            return
        for name, *events in batches:
            handle = getattr(self, f"on_{name}", None)
            for event in events if handle else ():
                handle(*event)

    def on_grid_resize(self, _grid, width, height):
        self.cells = [[(" ", False)] * width for _ in range(height)]

    def on_grid_clear(self, _grid):
        for row in self.cells:
            row[:] = [(" ", False)] * len(row)

    def on_hl_attr_define(self, number, colours, *_):
        (self.ghostly.add if colours.get("foreground") == GHOST else self.ghostly.discard)(number)

    def on_grid_line(self, _grid, row, column, cells, *_):
        highlight = 0
        for text, *more in cells:
            highlight = more[0] if more else highlight
            for _ in range(more[1] if len(more) > 1 else 1):
                self.cells[row][column] = (text, highlight in self.ghostly)
                column += 1

    def on_grid_scroll(self, _grid, top, bottom, left, right, rows, _columns):
        source = [row[left:right] for row in self.cells]
        for row in range(top, bottom):
            if top <= row + rows < bottom:
                self.cells[row][left:right] = source[row + rows]

    def on_flush(self):
        rows = tuple("".join(text for text, _ in row) for row in self.cells)
        ghosts = tuple(
            "".join(text for text, ghost in row if ghost)
            if any(ghost for _, ghost in row)
            else None
            for row in self.cells
        )
        with self.changed:
            self.frames.append(Frame(time.monotonic(), rows, ghosts))
            self.changed.notify_all()

    @property
    def last(self):
        return self.frames[-1] if self.frames else Frame(0, (), ())
