// What the scripted server is told, and what it heard.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { patienceS, until } from "./code_server.mjs";

export class Script {
  constructor(folder) {
    this.file = path.join(folder, "script.json");
    this.log = path.join(folder, "heard.jsonl");
    this.says({});
  }

  /** The command that runs the stand-in for `inkling`. */
  get command() {
    const env = [`INKLING_SCRIPT=${this.file}`, `INKLING_SCRIPT_LOG=${this.log}`, `HOME=${homedir()}`];
    return ["env", ...env, "python3", path.join(import.meta.dirname, "stand_in.py")];
  }

  says(script) {
    this.script = script;
    // The server may be reading it: it gets the one or the other, never half of it.
    writeFileSync(`${this.file}.new`, JSON.stringify(script));
    renameSync(`${this.file}.new`, this.file);
  }

  /** Answers: a list of [regular expression of the line up to the cursor, items, more]. */
  answers(...answers) {
    this.says({
      ...this.script,
      answers: answers.map(([line, items, more]) => ({ line, items: [items].flat(), ...more })),
    });
  }

  heard(method) {
    if (!existsSync(this.log)) {
      return [];
    }
    const lines = readFileSync(this.log, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line)).filter((message) => method === undefined || message.method === method);
  }

  /** Waits for one more message of a kind than there were, one that the probe accepts. */
  async hears(method, accepts = () => true, { after = 0, limitS = patienceS } = {}) {
    return until(`the server to hear ${method}`, limitS, () => this.heard(method).slice(after).find(accepts));
  }

  /** The server's process. */
  get pid() {
    return this.heard().findLast(({ method }) => method !== "model pull" && method !== "doctor")?.pid;
  }
}
