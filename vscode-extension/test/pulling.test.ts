import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, statSync, utimesSync, watch, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SharedPull } from "../src/pulling";

const file = () => path.join(mkdtempSync(path.join(tmpdir(), "inkling-pulling-")), "storage", "pulling");

/** What a process of this number has left, or writes. */
function fileOf(pid: number | undefined): string {
  const where = file();
  mkdirSync(path.dirname(where));
  writeFileSync(where, JSON.stringify({ pid, percent: 54 }));
  return where;
}

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
  const other = spawn("sleep", ["60"]);
  const pull = new SharedPull(fileOf(other.pid));
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
  const other = spawn("sleep", ["60"]);
  const where = fileOf(other.pid);
  const windows = [new SharedPull(where), new SharedPull(where)];
  assert.equal(await windows[1]?.take(), false, "somebody is at it");
  other.kill();
  await once(other, "exit");
  const taken = await Promise.all(windows.map((pull) => pull.take()));
  assert.equal(taken.filter(Boolean).length, 1);
  assert.equal(windows[0]?.isWanted, false, "until it is begun");
});

test("a window is at it as long as it touches the file, whoever has its number then", async () => {
  const other = spawn("sleep", ["60"]);
  const where = fileOf(other.pid);
  const pull = new SharedPull(where, 300);
  const looks = async (times: number, between: () => void) => {
    for (let look = 0; look < times; look++) {
      assert.equal(pull.elsewhere, 54);
      between();
      await sleep(50);
    }
  };
  await looks(10, () => {
    utimesSync(where, new Date(), new Date());
  });
  await looks(3, () => undefined);
  await sleep(1000); // while a machine sleeps, nobody touches anything
  assert.equal(pull.elsewhere, 54);
  while (!pull.isLeft) {
    await sleep(50);
  }
  assert.equal(pull.elsewhere, undefined);
  assert.equal(await pull.take(), true);
  other.kill();
});

test("a pull that a process of this one's number has left, before a container began anew, is left", async () => {
  const pull = new SharedPull(fileOf(process.pid));
  assert.deepEqual([pull.isWanted, pull.elsewhere, pull.isLeft], [true, undefined, true]);
  assert.equal(await pull.take(), true);
});

test("a window that goes leaves its pull to the next", async () => {
  const where = file();
  const pull = new SharedPull(where, 300);
  await pull.reached(12);
  const began = statSync(where).mtimeMs;
  await sleep(150);
  assert(statSync(where).mtimeMs > began, "it touches the file");
  assert.equal(pull.isLeft, false);
  pull.leave();
  await sleep(20);
  const last = statSync(where).mtimeMs;
  await sleep(150);
  assert.equal(statSync(where).mtimeMs, last);
  assert.equal(pull.isLeft, true);
});

test("a file that is none of ours says nothing", async () => {
  const where = file();
  const pull = new SharedPull(where);
  await pull.reached(0);
  writeFileSync(where, "");
  assert.equal(pull.isWanted, false);
  assert.equal(pull.elsewhere, undefined);
});
