import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { alone } from "../src/alone";

const file = () => path.join(mkdtempSync(path.join(tmpdir(), "inkling-alone-")), "working");

test("the file is there while the task runs, and gone afterwards", async () => {
  const working = file();
  await alone(working, undefined, (waited) => {
    assert.equal(waited, false);
    assert(existsSync(working));
    return Promise.resolve();
  });
  assert(!existsSync(working));
});

test("a task that fails leaves nothing behind", async () => {
  const working = file();
  await assert.rejects(alone(working, undefined, () => Promise.reject(new Error("no"))), /no/);
  assert(!existsSync(working));
});

test("another process that lives is waited for, one that died is not", async () => {
  const working = file();
  const other = spawn("sleep", ["60"]);
  writeFileSync(working, String(other.pid));
  let ended = false;
  other.on("exit", () => (ended = true));
  setTimeout(() => other.kill(), 300);
  await alone(working, undefined, (waited) => {
    assert(ended && waited);
    return Promise.resolve();
  });
  writeFileSync(working, String(other.pid));
  await alone(working, undefined, (waited) => {
    assert.equal(waited, false);
    return Promise.resolve();
  });
});

test("another one is waited for as long as it touches the file, which this one does too", async () => {
  const working = file();
  writeFileSync(working, String(process.ppid));
  const touched = setInterval(() => {
    utimesSync(working, new Date(), new Date());
  }, 50);
  await assert.rejects(alone(working, AbortSignal.timeout(1500), () => Promise.resolve(), 300), /abort/i);
  clearInterval(touched);
  await alone(
    working,
    AbortSignal.timeout(5000),
    async (waited) => {
      assert(waited);
      const began = statSync(working).mtimeMs;
      await sleep(200);
      assert(statSync(working).mtimeMs > began);
    },
    300,
  );
});

test("who has the number of one that is gone is not waited for, not even this process", async () => {
  const working = file();
  let ran = 0;
  for (const pid of [process.ppid, process.pid]) {
    writeFileSync(working, String(pid));
    const task = () => Promise.resolve(void (ran += 1));
    await alone(working, AbortSignal.timeout(5000), task, 300);
  }
  assert.equal(ran, 2);
});

test("waiting can be called off", async () => {
  const working = file();
  writeFileSync(working, String(process.ppid));
  await assert.rejects(alone(working, AbortSignal.timeout(50), () => Promise.resolve()));
});
