import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { serially } from "../src/serial";

test("calls during a run share one more run, never two at once", async () => {
  let active = 0;
  let most = 0;
  let runs = 0;
  const call = serially(async () => {
    runs += 1;
    active += 1;
    most = Math.max(most, active);
    await sleep(5);
    active -= 1;
  });
  const first = call();
  await sleep(1);
  await Promise.all([first, call(), call(), call()]);
  assert.equal(runs, 2);
  assert.equal(most, 1);
  await call();
  assert.equal(runs, 3);
});

test("a run that fails does not stop the next", async () => {
  let runs = 0;
  const call = serially(() => {
    runs += 1;
    return runs === 1 ? Promise.reject(new Error("once")) : Promise.resolve();
  });
  const first = call();
  await assert.rejects(first, /once/);
  await call();
  assert.equal(runs, 2);
});
