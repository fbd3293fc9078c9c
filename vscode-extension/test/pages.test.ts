import assert from "node:assert/strict";
import { test } from "node:test";
import { doctorPage } from "../src/doctor";
import { statisticsPage } from "../src/statistics";

const answer = {
  since: "2026-01-02T03:04:05Z",
  requests: 1200,
  suggested: 400,
  accepted: 100,
  partlyAccepted: 7,
  dismissed: 3,
  charactersAccepted: 2345,
  latencyMs: { count: 1100, p50: 48.2, p95: 99.6, p99: 1210 },
  reasons: { late: 3, "mid-word": 9 },
};

test("the statistics say what was counted", () => {
  const html = statisticsPage(answer, "abc");
  for (const text of ["1,200", "25 %", "2,345", "48 ms", "100 ms", "1.2 s", "the cursor was inside a word"]) {
    assert(html.includes(`>${text}<`), text);
  }
  assert(html.indexOf("inside a word") < html.indexOf("not ready in time"), "the most frequent reason comes first");
});

test("a page runs nothing and loads nothing", () => {
  const html = statisticsPage(answer, "abc");
  assert(html.includes(`content="default-src 'none'; style-src 'nonce-abc';"`));
  assert.doesNotMatch(html, /<script|<img|<link|src=|href=/);
});

test("statistics of nothing are shown all the same", () => {
  for (const nothing of [undefined, null, {}, [], 3, { latencyMs: null, reasons: null, since: "never" }]) {
    const html = statisticsPage(nothing, "abc");
    assert.match(html, /Each request brought a suggestion/);
    assert.doesNotMatch(html, /NaN|undefined|Invalid/);
  }
});

test("a reason that this version does not know is shown as it is", () => {
  assert.match(statisticsPage({ reasons: { "out-of-ink": 2 } }, "abc"), />out of ink</);
});

test("text is escaped", () => {
  const html = statisticsPage({ reasons: { "<b>": 1 } }, "abc");
  assert(html.includes("&lt;b&gt;") && !html.includes("<b>"));
});

test("the doctor's checks are rows with their verdict and advice", () => {
  const checks = [
    { name: "python", verdict: "ok", found: "3.12.1", advice: null },
    { name: "model", verdict: "error", found: "none", advice: "Run `inkling model pull`." },
  ];
  const html = doctorPage(JSON.stringify({ checks }), "abc");
  assert(html !== undefined);
  assert.match(html, /✗ error.*model.*none.*Run `inkling model pull`\./s);
  assert.match(html, /1 of 2 checks failed/);
});

test("what is not the doctor's JSON is no page", () => {
  for (const other of ["", "usage: inkling", "null", "{}", '{"checks": 3}']) {
    assert.equal(doctorPage(other, "abc"), undefined);
  }
});
