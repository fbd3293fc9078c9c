import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { keysOn } from "../src/keys";

test("the walkthrough names the same keys", () => {
  const page = readFileSync("walkthrough/keys.md", "utf8");
  for (const { key, does } of keysOn(false).filter(({ key }) => key !== "no key yet")) {
    assert(page.includes(`| **${key.replace("\\", "\\\\")}** | ${does} |`), `${key}: ${does}`);
  }
});

test("a Mac has its own signs for them", () => {
  assert(keysOn(true).every(({ key }) => !key.includes("Alt") && !key.includes("Ctrl")));
});
