LINES = [
    ("FROM a AS b", "defines"),
    ("RUN a && \\", "opens"),
    ("CMD [", "opens"),
    ("    && b \\", ""),
    ("COPY a b", ""),
    ("# a \\", ""),
]

FILES = ["Dockerfile", "a.dockerfile", "Containerfile"]
IDS = ["dockerfile"]
TITLE = "# {file}\n"
