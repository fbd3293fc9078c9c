import assert from "node:assert/strict";
import { test } from "node:test";
import { charactersIn, takenBy } from "../src/taken";

const suggested = "add(a, b):\n    return a + b";

test("all of it at once was accepted", () => {
  assert.equal(takenBy(suggested, suggested), "whole");
});

test("a word or a line at once was taken", () => {
  assert.equal(takenBy("add", suggested), "part");
  assert.equal(takenBy("add(a, b):", suggested), "part");
  assert.equal(takenBy("add(a, b):\n    return", suggested), "part");
});

test("one character at a time is typing, one beyond the basic plane too", () => {
  assert.equal(takenBy("a", suggested), "typed");
  assert.equal(takenBy("🙂", "🙂 smiles"), "typed");
});

test("what the editor adds by itself is typing", () => {
  assert.equal(takenBy("()", "()\nmain()"), "typed");
  assert.equal(takenBy("\n    ", "\n    return a"), "typed");
});

test("anything else ends the suggestion", () => {
  assert.equal(takenBy("sub", suggested), "other");
  assert.equal(takenBy("", suggested), "other");
  assert.equal(takenBy(`${suggested}!`, suggested), "other");
});

test("characters are code points, and a line's end is one", () => {
  assert.equal(charactersIn("🙂🙂 smiles"), 9);
  assert.equal(charactersIn("one\r\ntwo\r\n"), 8);
  assert.equal(charactersIn("one\ntwo\rthree"), 13);
  assert.equal(charactersIn(""), 0);
});
