// Builds the server's wheel from this repository into dist/server, which the package brings along.
// With hatchling installed (as in the repository's .venv) it needs no network.

import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const own = path.join(root, ".venv/bin/python");
const python = process.env.PYTHON ?? (existsSync(own) ? own : "python3");
const folder = path.join(import.meta.dirname, "dist/server");

const hasBackend = spawnSync(python, ["-c", "import hatchling"]).status === 0;
const offline = hasBackend ? ["--no-build-isolation", "--no-index"] : [];
rmSync(folder, { recursive: true, force: true });
const words = ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", ...offline];
const done = spawnSync(python, [...words, "--wheel-dir", folder, root], { stdio: "inherit" });
process.exit(done.status ?? 1);
