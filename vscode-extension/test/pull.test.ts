import assert from "node:assert/strict";
import { test } from "node:test";
import { stepFrom } from "../src/pull";

const line = (step: string, done: number, total: number | null, progress?: number) =>
  JSON.stringify({ step, done, total, progress });

test("a step says what is done, and how far the whole is", () => {
  assert.deepEqual(stepFrom(line("downloading", 245_700_032, 491_400_064, 0.25)), {
    message: "Downloading 246 of 491 MB",
    percent: 25,
  });
  assert.deepEqual(stepFrom(line("quantizing", 3, 100, 0.52)), { message: "Preparing it for this machine", percent: 52 });
  assert.deepEqual(stepFrom(line("it needs 1.1 GB", 0, null, 0)), { message: "It needs 1.1 GB", percent: 0 });
});

test("a pull that waits for another one says so", () => {
  assert.deepEqual(stepFrom(line("waiting", 54, 100, 0.54)), {
    message: "Another pull is at work; waiting for it",
    percent: 54,
  });
});

test("a server that does not tell the whole moves no bar", () => {
  assert.equal(stepFrom(line("downloading", 90, 100))?.percent, 0);
});

test("a line that is no progress is none", () => {
  for (const other of ["", "inkling: no network", "{}", "null", "3", '{"step": 1, "done": 2}', '{"step": "x"']) {
    assert.equal(stepFrom(other), undefined);
  }
});
