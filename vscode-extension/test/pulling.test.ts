import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, watch, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SharedPull } from "../src/pulling";

const file = () => path.join(mkdtempSync(path.join(tmpdir(), "inkling-pulling-")), "storage", "pulling");

test("a pull of this window's is wanted until it ends, and is not elsewhere", async () => {
  const pull = new SharedPull(file());
  assert.equal(pull.isWanted, false);
  await pull.reached(12);
  assert.equal(pull.isWanted, true);
  assert.equal(pull.elsewhere, undefined);
  void pull.reached(99);
  await pull.end();
  assert.equal(pull.isWanted, false, "the end comes last");
});

test("what is told faster than it is written does not keep the end waiting", async () => {
  const where = file();
  const pull = new SharedPull(where);
  await pull.reached(0);
  let writes = 0;
  const watcher = watch(path.dirname(where), (_, name) => {
    writes += Number(name === path.basename(where));
  });
  for (let percent = 1; percent <= 100; percent++) {
    void pull.reached(percent);
  }
  await pull.reached(100);
  assert.match(readFileSync(where, "utf8"), /"percent":100/);
  void pull.reached(101);
  await pull.end();
  assert.equal(pull.isWanted, false);
  await sleep(100); // the watcher hears of it later
  watcher.close();
  assert(writes > 0 && writes < 10, String(writes));
});

test("another window's is elsewhere while that one lives, and still wanted afterwards", async () => {
  const where = file();
  const pull = new SharedPull(where);
  await pull.reached(0);
  const other = spawn("sleep", ["60"]);
  writeFileSync(where, JSON.stringify({ pid: other.pid, percent: 54 }));
  assert.equal(pull.elsewhere, 54);
  assert.equal(pull.isLeft, false);
  other.kill();
  await once(other, "exit");
  assert.equal(pull.elsewhere, undefined);
  assert.equal(pull.isWanted, true);
  assert.equal(pull.isLeft, true);
  await pull.reached(0);
  assert.equal(pull.isLeft, false, "this window is at it");
});

test("of several windows that look, one takes what was left", async () => {
  const where = file();
  const windows = [new SharedPull(where), new SharedPull(where)];
  await windows[0]?.reached(0);
  assert.equal(await windows[1]?.take(), false, "somebody is at it");
  const gone = spawn("true");
  await once(gone, "exit");
  writeFileSync(where, JSON.stringify({ pid: gone.pid, percent: 54 }));
  const taken = await Promise.all(windows.map((pull) => pull.take()));
  assert.equal(taken.filter(Boolean).length, 1);
  assert.equal(windows[0]?.isWanted, false, "until it is begun");
});

test("a file that is none of ours says nothing", async () => {
  const where = file();
  const pull = new SharedPull(where);
  await pull.reached(0);
  writeFileSync(where, "");
  assert.equal(pull.isWanted, false);
  assert.equal(pull.elsewhere, undefined);
});
