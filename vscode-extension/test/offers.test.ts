import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { offersIn, type Situation } from "../src/offers";

const calm: Situation = { state: "ready", pulling: false, outdated: false, update: null, lacksDeep: false };
const titles = (situation: Partial<Situation>) => offersIn({ ...calm, ...situation }).map(({ title }) => title);

test("each state that a person can end has what ends it", () => {
  assert.deepEqual(titles({}), []);
  assert.deepEqual(titles({ state: "not-installed" }), ["Install Server", "Open Settings"]);
  assert.deepEqual(titles({ state: "not-found" }), ["Open Settings", "Install Server"]);
  assert.deepEqual(titles({ state: "no-model" }), ["Pull Model"]);
  assert.equal(titles({ state: "failed" })[0], "Restart Server");
});

test("while a pull is at work, here or elsewhere, no second one is offered", () => {
  assert.deepEqual(titles({ state: "pulling", pulling: true }), ["Stop Pulling"]);
  assert.deepEqual(titles({ state: "pulling", update: 5e8, outdated: true }), []);
  assert.deepEqual(titles({ state: "installing", outdated: true }), []);
});

test("a newer model is offered with what it costs, and a newer server", () => {
  assert.deepEqual(titles({ update: 491_400_064 }), ["Get the New Model (491 MB)"]);
  assert.deepEqual(titles({ update: 0 }), ["Get the New Model (nothing to download)"]);
  assert.deepEqual(titles({ outdated: true }), ["Update Server"]);
  assert.deepEqual(titles({ lacksDeep: true }), ["Pull Deep Model"]);
  assert.deepEqual(titles({ state: "pulling", lacksDeep: true }), []);
});

test("every command that is offered is one of the extension's", () => {
  const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as {
    contributes: { commands: { command: string }[] };
  };
  const known = new Set(contributes.commands.map(({ command }) => command));
  for (const state of ["not-installed", "not-found", "no-model", "failed"]) {
    for (const { command } of offersIn({ state, pulling: false, outdated: true, update: 5, lacksDeep: true })) {
      assert(known.has(command), command);
    }
  }
});
