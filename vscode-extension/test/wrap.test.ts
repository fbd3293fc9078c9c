import assert from "node:assert/strict";
import { test } from "node:test";
import { twoLines } from "../src/wrap";

test("what fits stays on a line", () => {
  assert.deepEqual(twoLines("Short.", 20), ["Short.", ""]);
});

test("what does not fit goes on below, between words", () => {
  assert.deepEqual(twoLines("Nothing worth showing was ready.", 20), ["Nothing worth", "showing was ready."]);
});

test("what is still too long is cut, and says so", () => {
  const [first, second] = twoLines("one two three four five six seven", 10);
  assert.deepEqual([first, second], ["one two", "three…"]);
  assert.deepEqual(twoLines("x".repeat(30), 10), ["x".repeat(10), `${"x".repeat(9)}…`]);
});
