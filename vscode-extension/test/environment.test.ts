import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { Environment } from "../src/environment";
import { isNewEnough } from "../src/python";

/** A program that makes an environment whose Python is itself, and writes down what it is told. */
const fakePython = `#!/bin/sh
echo "$@" >> "$(dirname "$0")/told"
case "$*" in
  *venv*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  *broken*) echo "ERROR: No matching distribution found" >&2; exit 1 ;;
esac
`;

function machine(context: TestContext, wheel: string) {
  const folder = mkdtempSync(path.join(tmpdir(), "inkling-"));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const wheels = path.join(folder, "wheels");
  const storage = path.join(folder, "storage");
  const python = path.join(folder, "python");
  mkdirSync(wheels);
  writeFileSync(path.join(wheels, `${wheel}-0.1.0-py3-none-any.whl`), "first");
  writeFileSync(python, fakePython);
  chmodSync(python, 0o755);
  return { folder, wheels, storage, python, environment: new Environment(storage, wheels, false) };
}

test("an environment is made from the wheel that lies there, and found again", async (context) => {
  const { environment, python, storage } = machine(context, "inkling_ls");
  assert.equal(await environment.find(), undefined);
  await environment.install(python, {});
  const found = await environment.find();
  assert.equal(found?.current, true);
  assert(found.program.startsWith(storage) && found.program.endsWith("/bin/inkling"));
  const told = readFileSync(path.join(path.dirname(found.program), "told"), "utf8").trim().split(" ");
  assert.match(told.at(-1) ?? "", /\/inkling_ls-.*\.whl$/, "by its path: never by a name from an index");
  assert.deepEqual(told.slice(0, 4), ["-I", "-m", "pip", "install"]);
});

test("one that fails leaves nothing, and says why", async (context) => {
  const { environment, python } = machine(context, "broken");
  await assert.rejects(environment.install(python, {}), /No matching distribution/);
  assert.equal(await environment.find(), undefined);
});

test("after an update the old one serves until the new one is made, and is then removed", async (context) => {
  const { environment, python, wheels } = machine(context, "inkling_ls");
  await environment.install(python, {});
  const before = await environment.find();
  writeFileSync(path.join(wheels, "inkling_ls-0.1.0-py3-none-any.whl"), "second");
  assert.deepEqual(await environment.find(), { program: before?.program, current: false });
  await environment.install(python, {});
  const after = await environment.find();
  assert.equal(after?.current, true);
  assert.notEqual(after.program, before?.program);
  assert.equal(existsSync(path.dirname(before?.program ?? "")), false);
});

test("a build that brings no wheel finds nothing, and says so when asked to install", async (context) => {
  const { folder, environment, storage, python } = machine(context, "inkling_ls");
  const without = new Environment(storage, path.join(folder, "none"), false);
  assert.equal(await without.find(), undefined);
  await assert.rejects(without.install(python, {}), /brings no server/);
  await environment.install(python, {});
  assert.equal((await without.find())?.current, false);
});

test("only a Python that Inkling runs on will do", () => {
  for (const [answer, enough] of [["3 11", true], ["3 14\n", true], ["4 0", true], ["3 10", false], ["2 7", false], ["", false]] as const) {
    assert.equal(isNewEnough(answer), enough, answer);
  }
});
