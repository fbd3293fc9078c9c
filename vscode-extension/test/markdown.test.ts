import assert from "node:assert/strict";
import { test } from "node:test";
import { asMarkdown } from "../src/markdown";

test("what a sentence holds is not taken for Markdown, but for code", () => {
  assert.equal(asMarkdown("See the setting `inkling.command`."), "See the setting `inkling.command`.");
  assert.equal(asMarkdown("/home/my_user/*[x](y) <b>"), "/home/my\\_user/\\*\\[x\\]\\(y\\) \\<b\\>");
  assert.equal(asMarkdown("one ` alone"), "one \\` alone");
});
