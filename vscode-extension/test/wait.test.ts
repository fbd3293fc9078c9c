import assert from "node:assert/strict";
import { test } from "node:test";
import { Wait } from "../src/wait";

function wait(): { readonly one: Wait; readonly told: boolean[] } {
  const told: boolean[] = [];
  return { one: new Wait((waits) => told.push(waits)), told };
}

test("who asked by a key waits until they refuse what comes", () => {
  const { one, told } = wait();
  one.begin("a");
  one.came("a"); // asked there by itself too, or the cursor rests
  assert.deepEqual(told, [true]);
  one.end();
  one.end();
  assert.deepEqual(told, [true, false]);
});

test("who goes on waits no more, until they ask again", () => {
  const { one, told } = wait();
  one.came("a");
  one.begin("a");
  one.begin("b");
  one.came("c");
  one.came("b");
  assert.deepEqual(told, [true, false]);
  one.begin("b");
  assert.deepEqual(told, [true, false, true]);
});
