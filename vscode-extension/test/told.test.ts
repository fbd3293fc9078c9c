import assert from "node:assert/strict";
import { test } from "node:test";
import { own } from "../src/status";
import { Told } from "../src/told";

const one = "file:///one.py";
const other = "file:///other.py";
const ready = own("ready");

test("a reason and a latency are those of the document that they are about", () => {
  const told = new Told();
  told.take({ ...ready, reason: "Too late.", latencyMs: 92, uri: one });
  assert.deepEqual(told.about(one), { ...ready, reason: "Too late.", latencyMs: 92 });
  assert.deepEqual(told.about(other), ready);
  assert.deepEqual(told.about(undefined), ready);
  told.take({ ...ready, latencyMs: 7, uri: other });
  assert.equal(told.about(one).latencyMs, 92);
  assert.equal(told.about(other).latencyMs, 7);
});

test("what is about no document is the server's own, and shown for all", () => {
  const told = new Told();
  told.take({ ...ready, latencyMs: 92, uri: one });
  told.take(own("failed", "It ended."));
  for (const uri of [one, other, undefined]) {
    assert.equal(told.about(uri).state, "failed");
    assert.equal(told.about(uri).reason, "It ended.");
    assert.equal(told.about(uri).latencyMs, null);
  }
});

test("a request does not take the reason for a state away, and another state does", () => {
  const told = new Told();
  told.take(own("no-model", "There is none."));
  told.take({ ...own("no-model", "Nothing can be asked."), uri: one });
  assert.equal(told.about(one).reason, "There is none.");
  told.take({ ...ready, uri: one });
  assert.equal(told.about(other).reason, null);
});

test("of a server that names no document, what a ready one tells is about the last that was asked", () => {
  const told = new Told();
  told.take({ ...ready, uri: undefined });
  assert.equal(told.about(one).latencyMs, null);
  told.take({ ...ready, latencyMs: 5, uri: undefined }, one);
  assert.equal(told.about(one).latencyMs, 5);
  assert.equal(told.about(other).latencyMs, null);
});

test("a closed document and another server begin anew", () => {
  const told = new Told();
  told.take({ ...ready, latencyMs: 5, uri: one });
  told.closed(one);
  assert.equal(told.about(one).latencyMs, null);
  told.take({ ...ready, latencyMs: 5, uri: one });
  told.take(own("starting"));
  told.take(ready);
  assert.equal(told.about(one).latencyMs, null);
});

test("a newer model is told for every document", () => {
  const told = new Told();
  told.take({ ...ready, update: 3e8 });
  told.take({ ...ready, update: 3e8, latencyMs: 5, uri: one });
  assert.equal(told.about(other).update, 3e8);
});
