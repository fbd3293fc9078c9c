"""Record what a server of models answers, for the double that speaks as it does.

    llama-server -m qwen2.5-coder-0.5b-instruct-q4_k_m.gguf -c 2048 --api-key KEY --port PORT
    python tests/reference/record_server.py llama-server http://127.0.0.1:PORT KEY VERSION

    python -m vllm.entrypoints.openai.api_server --model FOLDER --max-model-len 2048 \\
      --api-key KEY --port PORT --served-model-name qwen2.5-coder-0.5b
    python tests/reference/record_server.py vllm http://127.0.0.1:PORT KEY VERSION

Writes llama-server.json or vllm.json beside itself: for each request its status, its type and its
body. `write_safetensors.py` writes the FOLDER.
"""

import http.client
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

PROMPT = (
    "<|fim_prefix|><|fim_suffix|>\n\nprint(area(2, 3))\n<|fim_middle|># shapes.py\n"
    'def area(width, height):\n    """Return the area of a rectangle."""\n    return'
)
GREEDY = {"prompt": PROMPT, "stream": True, "temperature": 0.0}
LONG = {"prompt": "word " * 4000, "stream": True, "max_tokens": 2, "n_predict": 2}

# name: method, path, body, whether the key is the right one
COMMON = {
    "models": ("GET", "/v1/models", None, True),
    "openai": ("POST", "/v1/completions", GREEDY | {"max_tokens": 12}, True),
    "openai-cut": ("POST", "/v1/completions", GREEDY | {"max_tokens": 2}, True),
    "denied": ("POST", "/v1/completions", GREEDY, False),
    "nothing-there": ("GET", "/nothing", None, True),
    "too-long": ("POST", "/v1/completions", LONG, True),
}
OWN = {
    "llama-server": {
        "llama.cpp": ("POST", "/completion", GREEDY | {"n_predict": 12}, True),
        "llama.cpp-read": ("POST", "/completion", GREEDY | {"n_predict": 0}, True),
        "llama.cpp-cut": ("POST", "/completion", GREEDY | {"n_predict": 2}, True),
    },
    # llama.cpp's answers whatever model it is asked for.
    "vllm": {"no-model": ("POST", "/v1/completions", GREEDY | {"model": "another"}, True)},
}


def main(server: str, url: str, key: str, version: str) -> None:
    place = urlsplit(url)
    told = {"version": version}
    for name, (method, path, body, right) in (COMMON | OWN[server]).items():
        connection = http.client.HTTPConnection(place.hostname, place.port)
        headers = {"Authorization": f"Bearer {key if right else 'another'}"}
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, headers | {"Content-Type": "application/json"})
        reply = connection.getresponse()
        kind = reply.getheader("Content-Type")
        told[name] = {"status": reply.status, "type": kind, "body": reply.read().decode()}
        print(name, reply.status)
    target = Path(__file__).with_name(f"{server}.json")
    target.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
