import assert from "node:assert/strict";
import { test } from "node:test";
import { own, statusFrom, stateOf, viewOf, why, type Silence, type Status } from "../src/status";

const front = (status: Status, silence?: Silence) => ({ status, silence, offers: [] });
const view = (status: Status, silence?: Silence) => viewOf(front(status, silence));
const snoozed = { short: "snoozed", reason: "Inkling is snoozed until 15:30." };

test("the state is in the text, the model and the reason in the tooltip", () => {
  const { text, lines, severity } = view({ ...own("failed", "It ended."), model: "qwen" });
  assert.match(text, /Inkling: failed/);
  assert.deepEqual(lines.slice(0, 2), ["Model: qwen", "It ended."]);
  assert.equal(severity, "error");
});

test("where text is sent is in the tooltip, while it is", () => {
  const said = "The text around the cursor is sent to llm.example.org.";
  assert.deepEqual(view({ ...own("ready"), model: "qwen", host: "llm.example.org" }).lines.slice(0, 2), ["Model: qwen", said]);
  assert(!view(own("ready")).lines.join("\n").includes("is sent to"));
});

test("a server elsewhere that is away is a warning, whatever is in front", () => {
  const away = own("away", "llm.example.org cannot be reached. It is tried again after 4 s.");
  assert.equal(view(away).severity, "warning");
  assert.equal(view(away, snoozed).text, "$(warning) Inkling: away");
  assert.equal(why(front(away, snoozed)), away.reason);
});

test("where there is something to click, nobody is told what to type in a terminal", () => {
  const { text, lines, severity } = view(own("no-model", "qwen is not here; run `inkling model pull qwen`"));
  assert.match(text, /Inkling: no model/);
  assert(!lines.join("\n").includes("run `"), lines.join("\n"));
  assert.equal(severity, "warning");
});

test("the last latency is in the text once there is one", () => {
  assert.equal(view(own("ready")).text, "$(check) Inkling: ready");
  assert.equal(view({ ...own("ready"), latencyMs: 47.6 }).text, "$(check) Inkling: ready · 48 ms");
  assert.match(view({ ...own("ready"), latencyMs: 0.4 }).text, /<1 ms/);
  assert.match(view({ ...own("ready"), latencyMs: 2310 }).text, /2\.3 s/);
});

test("a working server draws no attention", () => {
  const states = ["starting", "loading", "running", "ready", "asleep", "stopped", "off", "installing", "pulling", "waiting"];
  for (const state of [...states, "restarting"]) {
    assert.equal(view(own(state)).severity, "none");
  }
});

test("a pull says how far it is, whatever is in front", () => {
  const pulling = { ...own("pulling", "The model is being pulled."), percent: 54.3 };
  assert.equal(view(pulling).text, "$(loading~spin) Inkling: pulling 54 %");
  assert.equal(view(pulling, { short: "not for Markdown", reason: "Nothing in Markdown." }).text, view(pulling).text);
});

test("silence is shown in place of the server's state, and is the reason", () => {
  const late = { ...own("ready", "Too late."), latencyMs: 12 };
  assert.equal(view(late, snoozed).text, "$(circle-slash) Inkling: snoozed");
  assert.match(view(late, snoozed).lines.join("\n"), /until 15:30/);
  assert.equal(why(front(late, snoozed)), snoozed.reason);
  assert.equal(why(front(late)), "Too late.");
});

test("why there is nothing, where there is nothing yet", () => {
  assert.match(why(front(own("ready"))), /Nothing was asked for here yet/);
  assert.match(why(front({ ...own("ready"), latencyMs: 9 })), /brought a suggestion/);
});

test("silence does not hide that something is wrong", () => {
  const { text, severity } = view(own("failed", "It ended."), snoozed);
  assert.match(text, /failed/);
  assert.equal(severity, "error");
  assert.equal(why(front(own("failed", "It ended."), snoozed)), "It ended.");
});

test("a state that this version does not know is shown as it is", () => {
  assert.match(view(own("resting")).text, /Inkling: resting/);
  assert.equal(stateOf(front(own("half-asleep"))), "half asleep");
});

test("a notification is read whatever it holds", () => {
  for (const params of [undefined, null, 3, [], {}, { state: 3, model: [], reason: "", latencyMs: "5", update: 3 }]) {
    assert.deepEqual(statusFrom(params), { ...own("unknown"), uri: undefined });
  }
  const given = { state: "ready", model: "qwen", host: "llm.example.org", reason: null, code: null, latencyMs: 48 };
  assert.deepEqual(statusFrom({ ...given, uri: "file:///a.py", update: { bytes: 5 }, percent: 3 }), {
    state: "ready",
    model: "qwen",
    host: "llm.example.org",
    reason: null,
    latencyMs: 48,
    uri: "file:///a.py",
    update: 5,
    percent: 3,
    deep: null,
  });
  assert.equal(statusFrom({ ...given, uri: null }).uri, null);
  const deep = { state: "asleep", model: "deeper", reason: null, bytes: 5, host: null };
  assert.deepEqual(statusFrom({ ...given, deep }).deep, deep);
  assert.deepEqual(statusFrom({ ...given, deep: { state: 3, bytes: "5" } }).deep, {
    state: "unknown",
    model: null,
    reason: null,
    bytes: null,
    host: null,
  });
});

const deep = { state: "asleep", model: "deeper", reason: null, bytes: 3.3e9, host: null };

test("what the deep model takes is said before it is loaded", () => {
  const { text, lines } = view({ ...own("ready"), deep });
  assert.equal(text, "$(check) Inkling: ready");
  assert.deepEqual(lines.slice(0, 2), [
    "Deep model: deeper (asleep)",
    "Loaded when you ask by a key, it takes about 3.3 GB of memory while it is.",
  ]);
});

const elsewhere = { ...deep, bytes: null, model: null, host: "llm.example.org", reason: "It is full." };

test("where text is sent for the deep model is said, and why it wrote nothing", () => {
  assert.deepEqual(view({ ...own("ready"), deep: elsewhere }).lines.slice(0, 3), [
    "Deep model: the only one there (asleep)",
    "When you ask by a key, the text around the cursor is sent to llm.example.org.",
    "It is full.",
  ]);
});

test("what the deep model is at is said, and where the text goes meanwhile", () => {
  for (const state of ["loading", "writing"]) {
    const { text } = view({ ...own("ready"), deep: { ...deep, state } });
    assert.equal(text, `$(check) Inkling: ready · $(loading~spin) deeper is ${state}`);
  }
  const missing = view({ ...own("ready"), deep: { ...deep, state: "no-model" } });
  assert.equal(missing.text, "$(check) Inkling: ready · $(warning) deeper is not here yet");
  assert.equal(missing.lines[0], "Deep model: deeper (no model)");
  const said = view({ ...own("ready"), deep: { ...elsewhere, state: "writing", model: "large" } }).text;
  assert.match(said, /large at llm\.example\.org is writing$/);
  assert.match(view({ ...own("ready"), deep: { ...elsewhere, state: "writing" } }).text, /llm\.example\.org is writing$/);
});

test("what the deep model said has its name beside it", () => {
  const shown = { status: { ...own("ready"), deep }, silence: undefined, offers: [] };
  assert.equal(viewOf({ ...shown, said: "deeper" }).text, "$(check) Inkling: ready · deeper");
  assert.equal(viewOf({ ...shown, said: "small" }).text, "$(check) Inkling: ready");
  assert.equal(viewOf({ ...shown, status: own("ready"), said: "deeper" }).text, "$(check) Inkling: ready", "there is none");
});
