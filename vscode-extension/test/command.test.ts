import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { findCommand, isExecutable, onPath, type Missing, type Surroundings } from "../src/command";

function machine(programs: readonly string[], more: Partial<Surroundings> = {}): Surroundings {
  return {
    pathVariable: "/usr/local/bin:/usr/bin",
    home: "/home/me",
    workspaceFolder: "/home/me/project",
    windows: false,
    privateProgram: undefined,
    isExecutable: (file) => programs.includes(file),
    ...more,
  };
}

function missing(setting: unknown, around: Surroundings): Missing {
  const found = findCommand(setting, around);
  assert("problem" in found);
  return found;
}

function problem(setting: unknown, around: Surroundings): string {
  return missing(setting, around).problem;
}

for (const [name, unset] of Object.entries({ list: [], text: "", nothing: undefined, null: null, blank: "  " })) {
  test(`an empty setting (${name}) takes inkling from the PATH`, () => {
    assert.deepEqual(findCommand(unset, machine(["/usr/bin/inkling"])), {
      program: "/usr/bin/inkling",
      args: [],
    });
  });
}

test("the first folder of the PATH wins", () => {
  const found = findCommand([], machine(["/usr/bin/inkling", "/usr/local/bin/inkling"]));
  assert.deepEqual(found, { program: "/usr/local/bin/inkling", args: [] });
});

test("a relative folder of the PATH is passed over", () => {
  const around = machine(["bin/inkling", "inkling"], { pathVariable: "bin:.::" });
  assert.equal(missing([], around).installable, true);
  assert.equal(onPath("inkling", around), undefined);
});

test("what pipx installed is found even off the PATH", () => {
  const found = findCommand([], machine(["/home/me/.local/bin/inkling"]));
  assert.deepEqual(found, { program: "/home/me/.local/bin/inkling", args: [] });
});

test("when nothing is found, the sentence says so, and nothing of a terminal: there is a click for it", () => {
  const sentence = problem([], machine([]));
  assert.equal(sentence, "Inkling's server is not on this machine.");
});

test("a path may hold spaces", () => {
  const program = "/opt/my tools/inkling";
  assert.deepEqual(findCommand(program, machine([program])), { program, args: [] });
});

test("a list is a program and its arguments", () => {
  const found = findCommand(["/venv/bin/python", "-m", "inkling"], machine(["/venv/bin/python"]));
  assert.deepEqual(found, { program: "/venv/bin/python", args: ["-m", "inkling"] });
});

test("serve may be said or left out", () => {
  const found = findCommand(["/venv/bin/inkling", "--cache", "/models", "serve"], machine(["/venv/bin/inkling"]));
  assert.deepEqual(found, { program: "/venv/bin/inkling", args: ["--cache", "/models"] });
});

test("the extension's own environment serves where nothing else is there", () => {
  const privateProgram = "/storage/server/bin/inkling";
  assert.deepEqual(findCommand([], machine([], { privateProgram })), { program: privateProgram, args: [] });
  const onThePath = machine(["/usr/bin/inkling"], { privateProgram });
  assert.deepEqual(findCommand([], onThePath), { program: "/usr/bin/inkling", args: [] });
  assert.equal(missing("/nowhere/inkling", machine([], { privateProgram })).installable, false);
});

test("only where nothing was named is an installation offered", () => {
  assert.equal(missing([], machine([])).installable, true);
  assert.equal(missing("/nowhere/inkling", machine([])).installable, false);
  assert.equal(missing(3, machine([])).installable, false);
});

test("a bare name is looked up on the PATH", () => {
  const found = findCommand(["uv", "run", "inkling"], machine(["/usr/bin/uv"]));
  assert.deepEqual(found, { program: "/usr/bin/uv", args: ["run", "inkling"] });
});

test("home and workspace folder are understood", () => {
  const around = machine(["/home/me/bin/inkling", "/home/me/project/.venv/bin/inkling"]);
  assert.deepEqual(findCommand("~/bin/inkling", around), { program: "/home/me/bin/inkling", args: [] });
  assert.deepEqual(findCommand("${workspaceFolder}/.venv/bin/inkling", around), {
    program: "/home/me/project/.venv/bin/inkling",
    args: [],
  });
});

test("a relative path is refused, since it would depend on the open folder", () => {
  assert.match(problem("bin/inkling", machine(["bin/inkling"])), /whole path/);
});

test("a path with no program is named in the sentence", () => {
  assert.match(problem("/nowhere/inkling", machine([])), /\/nowhere\/inkling/);
});

test("a setting of the wrong type is refused", () => {
  for (const wrong of [3, { program: "inkling" }, ["inkling", 3]]) {
    assert.match(problem(wrong, machine(["/usr/bin/inkling"])), /must be/);
  }
});

test("on Windows the ending may be left out", () => {
  const around = machine(["/usr/bin/inkling.exe"], { windows: true });
  assert.deepEqual(findCommand([], around), { program: "/usr/bin/inkling.exe", args: [] });
});

test("only a file that may be run is executable", (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), "inkling-"));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, "inkling");
  assert.equal(isExecutable(file), false);
  writeFileSync(file, "");
  chmodSync(file, 0o755);
  assert.equal(isExecutable(file), true);
  assert.equal(isExecutable(folder), false);
});
