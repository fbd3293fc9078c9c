import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/backoff";

test("each time is later than the last, and at some point it is left", () => {
  const backoff = new Backoff();
  const delays: number[] = [];
  for (let delay = backoff.after(10); delay !== undefined; delay = backoff.after(10)) {
    delays.push(delay);
  }
  assert(delays.length >= 3);
  assert.deepEqual(delays, [...delays].sort((one, other) => one - other));
  assert.equal(new Set(delays).size, delays.length);
});

test("a server that ran well starts the count anew", () => {
  const backoff = new Backoff();
  const first = backoff.after(10);
  backoff.after(10);
  assert.equal(backoff.after(3_600_000), first);
});
