import assert from "node:assert/strict";
import { test } from "node:test";
import { progressReader } from "../src/pull";

const line = (step: string, done: number, total: number | null) => JSON.stringify({ step, done, total });

test("the download fills the bar, and what follows is only named", () => {
  const read = progressReader();
  const steps = [
    read(line("downloading", 0, 491_400_064)),
    read(line("downloading", 245_700_032, 491_400_064)),
    read(line("downloading", 491_400_064, 491_400_064)),
    read(line("converting", 3, 24)),
    read(line("checking", 1, null)),
  ];
  assert.deepEqual(
    steps.map((step) => step?.increment),
    [0, 50, 50, 0, 0],
  );
  assert.equal(steps[1]?.message, "Downloading: 246 of 491 MB");
  assert.equal(steps[3]?.message, "Converting: 3 of 24");
  assert.equal(steps[4]?.message, "Checking…");
});

test("a download that starts anew does not move the bar back", () => {
  const read = progressReader();
  read(line("downloading", 90, 100));
  assert.equal(read(line("downloading", 10, 100))?.increment, 0);
  assert.equal(read(line("downloading", 100, 100))?.increment, 10);
});

test("a line that is no progress is none", () => {
  const read = progressReader();
  for (const other of ["", "inkling: no network", "{}", "null", "3", '{"step": 1, "done": 2}', '{"step": "x"']) {
    assert.equal(read(other), undefined);
  }
});
