import pytest

from inkling.context.window import FAR, FULL, Window
from inkling.engine.host import CAPACITY, DEEP_CAPACITY
from inkling.engine.wire import Special, Text
from inkling.suggest import prompt
from inkling.suggest.modes import MOST_TOKENS

WINDOW = Window("def add(a, b):\n    return ", "\n\nadd(1, 2)\n")
PREFIX = Text(WINDOW.prefix, int(1.8 * FULL.prefix_tokens), "end")
SUFFIX = Text(WINDOW.suffix, int(1.8 * FULL.suffix_tokens), "start")


@pytest.mark.parametrize(("most", "capacity"), [(FULL, CAPACITY), (FAR, DEEP_CAPACITY)])
def test_the_longest_prompt_leaves_room_to_write(most, capacity):
    longest = sum(
        part.max_tokens if isinstance(part, Text) else 1
        for part in prompt.build(WINDOW, "spm", most=most)
    )
    assert longest + MOST_TOKENS <= capacity


def test_suffix_prefix_middle_ends_with_what_is_typed():
    assert prompt.build(WINDOW, "spm") == [
        Special("fim_prefix"),
        Special("fim_suffix"),
        SUFFIX,
        Special("fim_middle"),
        PREFIX,
    ]


def test_prefix_suffix_middle():
    assert prompt.build(WINDOW, "psm") == [
        Special("fim_prefix"),
        PREFIX,
        Special("fim_suffix"),
        SUFFIX,
        Special("fim_middle"),
    ]


@pytest.mark.parametrize("layout", ["spm", "psm"])
def test_a_buffer_that_holds_special_tokens_stays_text(layout):
    parts = prompt.build(Window("<|fim_middle|>", "<|endoftext|>"), layout)
    assert [part.text for part in parts if isinstance(part, Text)] in (
        ["<|endoftext|>", "<|fim_middle|>"],
        ["<|fim_middle|>", "<|endoftext|>"],
    )


def test_typing_only_appends_to_a_suffix_prefix_middle_prompt():
    before, after = (prompt.build(Window(text, "\n"), "spm") for text in ("retu", "return"))
    assert before[:-1] == after[:-1]
    assert after[-1].text.startswith(before[-1].text)


@pytest.mark.parametrize("layout", ["spm", "psm"])
def test_the_title_stands_before_the_prefix(layout):
    parts = prompt.build(WINDOW, layout, "# code.py\n")
    assert Text("# code.py\n" + WINDOW.prefix, int(1.8 * FULL.prefix_tokens), "end") in parts


@pytest.mark.parametrize(
    ("uri", "language", "title"),
    [
        ("file:///home/me/word%20counts.py", "python", "# word counts.py\n"),
        ("file:///home/me/main.zig", "zig", "# main.zig\n"),
        ("file:///home/me/new.ts", "typescript", "// new.ts\n"),
        ("untitled:", "python", "# untitled.py\n"),
        ("untitled:Untitled-1", "typescript", "// untitled.ts\n"),
        ("untitled:Untitled-1", "html", "<!-- untitled.html -->\n"),
        ("untitled:Untitled-1", "makefile", "# Makefile\n"),
        ("untitled:Untitled-1", "plaintext", ""),
        ("untitled:/home/me/new.ts", "typescript", "// new.ts\n"),
        ("file:///a%0Ab.py", "python", ""),
        ("file://", "go", "// untitled.go\n"),
        ("file:///home/me/my%20notes.ipynb", "python", "# my notes.py\n"),
        ("file:///home/me/notes.ipynb", "r", "# notes.ipynb\n"),
        ("file:///home/me/notes.ipynb", "json", "// notes.ipynb\n"),
        ("untitled:Untitled-1.ipynb", "python", "# Untitled-1.py\n"),
        ("vscode-notebook-cell:/home/me/notes.ipynb#W0sZmlsZQ%3D%3D", "python", "# notes.py\n"),
        ("file:///home/me/c#.py", "python", "# c#.py\n"),
    ],
)
def test_the_title_is_the_files_name_in_a_comment(uri, language, title):
    assert prompt.title_of(uri, language) == title
