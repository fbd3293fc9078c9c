"""A terminal's screen as a PNG: its text and colour codes, drawn by Chromium."""

import html
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

CODE = re.compile(r"\x1b\[([0-9;:]*)m")
BACKGROUND, FOREGROUND = "#14161b", "#e0e2ea"
STYLE = (
    f"body{{margin:0;background:{BACKGROUND};color:{FOREGROUND}}}"
    "pre{margin:0;padding:10px 14px;font:15px/20px 'DejaVu Sans Mono',monospace}"
)
WIDTH_PX, LINE_PX, MARGIN_PX = 9.03, 20, 28


def styled(codes, style):
    """What a list of codes makes of a style; only what Neovim uses with 24-bit colours."""
    numbers = [int(one or 0) for one in re.split("[;:]", codes)]
    while numbers:
        match numbers:
            case [38 | 48 as which, 2, red, green, blue, *numbers]:
                name = "color" if which == 38 else "background"
                style = style | {name: f"rgb({red},{green},{blue})"}
            case [0, *numbers]:
                style = {}
            case [1, *numbers]:
                style = style | {"font-weight": "bold"}
            case [3, *numbers]:
                style = style | {"font-style": "italic"}
            case [7, *numbers]:
                style = style | {"background": FOREGROUND, "color": BACKGROUND}
            case [39, *numbers]:
                style = {name: one for name, one in style.items() if name != "color"}
            case [49, *numbers]:
                style = {name: one for name, one in style.items() if name != "background"}
            case [_, *numbers]:
                pass
    return style


def page(screen):
    """The screen as a page."""
    style, parts = {}, []
    for index, part in enumerate(CODE.split(screen)):
        if index % 2:
            style = styled(part, style)
        else:
            css = ";".join(f"{name}:{one}" for name, one in style.items())
            parts.append(f'<span style="{css}">{html.escape(part)}</span>')
    return f"<meta charset=utf-8><style>{STYLE}</style><pre>{''.join(parts)}</pre>"


def draw(screen_file, png):
    """Draw the screen that a file holds; return the PNG, or None where there is no Chromium."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        return None
    screen = Path(screen_file).read_text(encoding="utf-8").rstrip("\n")
    lines = CODE.sub("", screen).split("\n")
    width = int(max(map(len, lines)) * WIDTH_PX) + MARGIN_PX
    height = len(lines) * LINE_PX + MARGIN_PX - 8
    with tempfile.TemporaryDirectory(prefix="inkling-picture-") as name:
        source = Path(name, "screen.html")
        source.write_text(page(screen), encoding="utf-8")
        subprocess.run(
            [
                *[browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
                *[f"--user-data-dir={name}/profile", f"--window-size={width},{height}"],
                *[f"--screenshot={Path(png).absolute()}", source.as_uri()],
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )
    return png
