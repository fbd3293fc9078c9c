"""Write what was learned as the package holds it, llama.cpp's adapter file.

python -m adapter.ship OUT/adapter.npz NAME.gguf [--strength S] [--kinds Q5_0 Q8_0]
"""

import argparse
from pathlib import Path

from adapter.judge import parsed
from adapter.qwen2 import write_adapter


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("learned", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument("--kinds", nargs=2, default=("Q5_0", "Q8_0"))
    arguments = parser.parse_args()
    _, adapter = parsed(f"it={arguments.learned}")
    write_adapter(adapter, arguments.out, arguments.strength, tuple(arguments.kinds))
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
