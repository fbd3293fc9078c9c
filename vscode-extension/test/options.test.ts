import assert from "node:assert/strict";
import { test } from "node:test";
import manifest from "../package.json";
import { optionsFrom } from "../src/options";

const properties: Readonly<Record<string, { default?: unknown }>> = manifest.contributes.configuration.properties;

test("with no settings, the defaults that package.json declares are sent, and no model", () => {
  const defaults = optionsFrom((name) => properties[`inkling.${name}`]?.default);
  assert.equal("model" in defaults, false);
  assert.equal(Object.keys(defaults).length, Object.keys(properties).length - 2);
});

test("every option is a setting, and every setting but the command is an option", () => {
  const options = Object.keys(optionsFrom(() => 1)).map((name) => `inkling.${name}`);
  assert.deepEqual([...options, "inkling.command"].sort(), Object.keys(properties).sort());
});

test("a setting that is unset, null or empty is not sent", () => {
  for (const unset of [undefined, null, ""]) {
    assert.deepEqual(
      optionsFrom(() => unset),
      {},
    );
  }
});

test("what was set is sent as it is", () => {
  const settings: Record<string, unknown> = { model: "other", budgetMs: 60, maxLines: 3, trace: true, other: 1 };
  assert.deepEqual(
    optionsFrom((name) => settings[name]),
    { model: "other", budgetMs: 60, maxLines: 3, trace: true },
  );
});
