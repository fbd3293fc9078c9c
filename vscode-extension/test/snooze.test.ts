import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Snooze } from "../src/snooze";

test("a snooze begins, ends by itself, and tells both", (context) => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  context.after(() => {
    mock.timers.reset();
  });
  let told = 0;
  const snooze = new Snooze(() => {
    told += 1;
  });
  snooze.start(5);
  assert.equal(snooze.until, Date.now() + 300_000);
  mock.timers.tick(299_999);
  assert.notEqual(snooze.until, undefined);
  mock.timers.tick(1);
  assert.equal(snooze.until, undefined);
  assert.equal(told, 2);
});

test("a second snooze replaces the first, and an end is told once", (context) => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  context.after(() => {
    mock.timers.reset();
  });
  let told = 0;
  const snooze = new Snooze(() => {
    told += 1;
  });
  snooze.start(5);
  snooze.start(60);
  mock.timers.tick(600_000);
  assert.notEqual(snooze.until, undefined);
  snooze.end();
  snooze.end();
  assert.equal(told, 3);
});
