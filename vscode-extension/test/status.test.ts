import assert from "node:assert/strict";
import { test } from "node:test";
import { own, statusFrom, viewOf, whyNothing } from "../src/status";

test("the state is in the text, the model and the reason in the tooltip", () => {
  const view = viewOf({ ...own("no-model", "run `inkling model pull`"), model: "qwen" });
  assert.match(view.text, /Inkling: no model/);
  assert.match(view.tooltip, /Model: qwen\nrun `inkling model pull`/);
  assert.equal(view.severity, "warning");
});

test("the last latency is in the text once there is one", () => {
  assert.equal(viewOf(own("ready")).text, "$(check) Inkling: ready");
  assert.equal(viewOf({ ...own("ready"), latencyMs: 47.6 }).text, "$(check) Inkling: ready · 48 ms");
  assert.match(viewOf({ ...own("ready"), latencyMs: 0.4 }).text, /<1 ms/);
  assert.match(viewOf({ ...own("ready"), latencyMs: 2310 }).text, /2\.3 s/);
});

test("a working server draws no attention", () => {
  for (const state of ["starting", "loading", "running", "ready", "stopped", "off", "installing", "restarting"]) {
    assert.equal(viewOf(own(state)).severity, "none");
  }
});

test("silence is shown in place of the server's state, and is the reason", () => {
  const silence = { short: "snoozed", reason: "Inkling is snoozed until 15:30." };
  const view = viewOf({ ...own("ready", "Too late."), latencyMs: 12 }, silence);
  assert.equal(view.text, "$(circle-slash) Inkling: snoozed");
  assert.match(view.tooltip, /until 15:30/);
  assert.equal(whyNothing(own("ready", "Too late."), silence), silence.reason);
  assert.equal(whyNothing(own("ready", "Too late."), undefined), "Too late.");
});

test("silence does not hide that something is wrong", () => {
  const view = viewOf(own("failed", "It ended."), { short: "snoozed", reason: "Snoozed." });
  assert.match(view.text, /failed/);
  assert.equal(view.severity, "error");
});

test("a state that this version does not know is shown as it is", () => {
  assert.match(viewOf(own("resting")).text, /Inkling: resting/);
});

test("a notification is read whatever it holds", () => {
  for (const params of [undefined, null, 3, [], {}, { state: 3, model: [], reason: "", latencyMs: "5" }]) {
    assert.deepEqual(statusFrom(params), own("unknown"));
  }
  assert.deepEqual(statusFrom({ state: "ready", model: "qwen", reason: null, code: null, latencyMs: 48 }), {
    state: "ready",
    model: "qwen",
    reason: null,
    latencyMs: 48,
  });
});
