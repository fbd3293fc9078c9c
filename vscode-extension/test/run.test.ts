import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../src/run";

test("what a program says after it was stopped is not heard", async () => {
  const stop = new AbortController();
  const heard: string[] = [];
  const program = 'trap "echo late; exit" TERM; echo one; while :; do sleep 0.05; done';
  const onLine = (line: string) => {
    heard.push(line);
    stop.abort();
  };
  await assert.rejects(run("sh", ["-c", program], { signal: stop.signal, onLine }), /abort/i);
  await sleep(300);
  assert.deepEqual(heard, ["one"]);
});
