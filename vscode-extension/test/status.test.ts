import assert from "node:assert/strict";
import { test } from "node:test";
import { statusFrom, viewOf } from "../src/status";

test("the state is in the text, the model and the reason in the tooltip", () => {
  const view = viewOf({ state: "no-model", model: "qwen", reason: "run `inkling model pull`" });
  assert.match(view.text, /Inkling: no model/);
  assert.match(view.tooltip, /Model: qwen\nrun `inkling model pull`/);
  assert.equal(view.severity, "warning");
});

test("a working server draws no attention", () => {
  for (const state of ["starting", "loading", "running", "ready", "stopped"]) {
    assert.equal(viewOf({ state, model: null, reason: null }).severity, "none");
  }
});

test("a state that this version does not know is shown as it is", () => {
  assert.match(viewOf({ state: "resting", model: null, reason: null }).text, /Inkling: resting/);
});

test("a notification is read whatever it holds", () => {
  const nothing = { state: "unknown", model: null, reason: null };
  for (const params of [undefined, null, 3, [], {}, { state: 3, model: [], reason: "" }]) {
    assert.deepEqual(statusFrom(params), nothing);
  }
  assert.deepEqual(statusFrom({ state: "ready", model: "qwen" }), { state: "ready", model: "qwen", reason: null });
});
