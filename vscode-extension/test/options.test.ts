import assert from "node:assert/strict";
import { test } from "node:test";
import manifest from "../package.json";
import { optionsFrom } from "../src/options";
import { ownOptionNames } from "../src/protocol";

const properties: Readonly<Record<string, { default?: unknown }>> = manifest.contributes.configuration.properties;

const unset = () => undefined;

test("with no settings, the defaults that package.json declares are sent, and no model", () => {
  const defaults = optionsFrom((name) => properties[`inkling.${name}`]?.default, unset);
  assert.equal("model" in defaults || "deepModel" in defaults, false);
  assert.equal(Object.keys(defaults).length, Object.keys(properties).length - 3 - ownOptionNames.length);
});

test("what is the person's alone no workspace says", () => {
  assert(ownOptionNames.includes("engine") && ownOptionNames.includes("remoteUrl"));
  const workspace = optionsFrom(() => "said by a workspace", unset);
  const person = optionsFrom(unset, (name) => `own ${name}`);
  for (const name of ownOptionNames) {
    assert.equal(name in workspace, false, name);
    assert.equal(person[name as keyof typeof person], `own ${name}`);
  }
  assert.equal(workspace.model, "said by a workspace");
  assert.deepEqual(Object.keys(person), [...ownOptionNames]);
});

test("every option is a setting, and every setting but the command is an option", () => {
  const options = Object.keys(optionsFrom(() => 1, () => 1)).map((name) => `inkling.${name}`);
  assert.deepEqual([...options, "inkling.command"].sort(), Object.keys(properties).sort());
});

test("a setting that is unset, null or empty is not sent", () => {
  for (const nothing of [undefined, null, ""]) {
    const setting = () => nothing;
    assert.deepEqual(optionsFrom(setting, setting), {});
  }
});

test("what was set is sent as it is", () => {
  const settings: Record<string, unknown> = { model: "other", budgetMs: 60, maxLines: 3, trace: true, other: 1 };
  assert.deepEqual(
    optionsFrom((name) => settings[name], unset),
    { model: "other", budgetMs: 60, maxLines: 3, trace: true },
  );
});
