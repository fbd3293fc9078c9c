import assert from "node:assert/strict";
import { test } from "node:test";
import { silenceIn, type Wishes } from "../src/silence";

const all: Wishes = { enabled: true, disabledLanguages: [], snoozedUntil: undefined };
const python = { scheme: "file", language: "python", languageName: "Python" };
const markdown = { scheme: "file", language: "markdown", languageName: "Markdown" };

test("without a wish against it, suggestions are wanted", () => {
  assert.equal(silenceIn(python, all), undefined);
  assert.equal(silenceIn(python, { ...all, disabledLanguages: ["lua"] }), undefined);
  for (const language of ["markdown", "plaintext", "typescriptreact", "nobody-described-it", ""]) {
    assert.equal(silenceIn({ scheme: "untitled", language, languageName: language }, all), undefined);
  }
});

test("each silence has its reason", () => {
  assert.match(silenceIn(python, { ...all, enabled: false })?.reason ?? "", /inkling\.enabled/);
  assert.match(silenceIn(python, { ...all, disabledLanguages: ["python"] })?.reason ?? "", /off for Python/);
  const until = new Date(2026, 0, 1, 15, 30).getTime();
  assert.match(silenceIn(python, { ...all, snoozedUntil: until })?.reason ?? "", /until \S*3:30|until 15:30/);
});

test("a document that never gets anything says so, unless all is off", () => {
  const commit = { scheme: "file", language: "git-commit", languageName: "Git Commit Message" };
  assert.equal(silenceIn(commit, all)?.short, "not for commits");
  assert.match(silenceIn(commit, all)?.reason ?? "", /commit messages/);
  const unknown = { ...commit, language: "plaintext", path: "/me/.git/COMMIT_EDITMSG" };
  assert.equal(silenceIn(unknown, all)?.short, "not for commits");
  assert.equal(silenceIn(commit, { ...all, enabled: false })?.short, "off");
  assert.equal(silenceIn({ ...python, path: "/me/.git/a.ipynb" }, all)?.short, "not for commits");
  for (const scheme of ["vscode-interactive", "vscode-interactive-input"]) {
    assert.equal(silenceIn({ ...markdown, scheme }, all)?.short, "not for consoles");
  }
  for (const scheme of ["git", "output", "vscode-scm", "vscode-userdata", "search-editor", "vscode-terminal"]) {
    assert.equal(silenceIn({ ...python, scheme }, all)?.short, "not for this document");
  }
});

test("outside an editor only what holds everywhere is a silence", () => {
  assert.equal(silenceIn(undefined, { ...all, disabledLanguages: ["python"] }), undefined);
  assert.notEqual(silenceIn(undefined, { ...all, enabled: false }), undefined);
});
