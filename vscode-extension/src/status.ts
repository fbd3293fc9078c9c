// What the server told last, and what the status bar says of it. Knows nothing of VS Code.

import type { Offer } from "./offers";

/** How the deep model is, which is asked by a key. */
export interface Deep {
  readonly state: string;
  readonly model: string | null;
  /** Why it wrote nothing last. */
  readonly reason: string | null;
  /** What it takes in memory while it is loaded. */
  readonly bytes: number | null;
  /** Where text is sent for it. */
  readonly host: string | null;
}

/** The parameters of the server's notification `inkling/status`; the client makes some of its own. */
export interface Status {
  readonly state: string;
  readonly model: string | null;
  /** Where text is sent; null where it stays on this machine. */
  readonly host: string | null;
  /** Why nothing was shown last, or why the state is as it is; null if there is nothing to say. */
  readonly reason: string | null;
  readonly latencyMs: number | null;
  /** The document that the reason and the latency are about; null: none; undefined: the server does not say. */
  readonly uri: string | null | undefined;
  /** How many bytes a newer model than the one at work would take to download; null where there is none. */
  readonly update: number | null;
  /** How far the pull at work is; null where there is none. */
  readonly percent: number | null;
  /** Null where there is no deep model. */
  readonly deep: Deep | null;
}

/** Why the client asks for nothing, whatever the server's state. */
export interface Silence {
  readonly short: string;
  readonly reason: string;
}

/** All that is said about the document in front. */
export interface Front {
  readonly status: Status;
  readonly silence: Silence | undefined;
  readonly offers: readonly Offer[];
  /** Which model said what the editor was given last. */
  readonly said?: string | undefined;
}

export interface StatusView {
  readonly text: string;
  readonly lines: readonly string[];
  readonly severity: "none" | "warning" | "error";
}

const icons: Readonly<Record<string, string>> = {
  starting: "loading~spin",
  loading: "loading~spin",
  installing: "loading~spin",
  pulling: "loading~spin",
  restarting: "loading~spin",
  waiting: "check",
  running: "check",
  ready: "check",
  asleep: "circle-outline",
  stopped: "circle-slash",
  off: "circle-slash",
};

const severities: Readonly<Record<string, StatusView["severity"]>> = {
  "no-model": "warning",
  "not-installed": "warning",
  "not-found": "error",
  away: "warning",
  failed: "error",
};

/** States that are going on whatever is in front: they are shown in place of its silence. */
const atWork = new Set(["installing", "pulling"]);

/** In place of the server's sentences, which name commands for a terminal: here there is something to click. */
const sentences: Readonly<Record<string, string>> = {
  "no-model": "There is no model on this machine yet that the server can use.",
};

/** A state that the client itself brought about. */
export function own(state: string, reason: string | null = null): Status {
  return { state, model: null, host: null, reason, latencyMs: null, uri: null, update: null, percent: null, deep: null };
}

/** Reads the notification, whatever it holds. */
export function statusFrom(params: unknown): Status {
  const given = record(params);
  return {
    state: text(given["state"]) ?? "unknown",
    model: text(given["model"]),
    host: text(given["host"]),
    reason: text(given["reason"]),
    latencyMs: number(given["latencyMs"]),
    uri: given["uri"] === undefined ? undefined : text(given["uri"]),
    update: number(record(given["update"])["bytes"]),
    percent: number(given["percent"]),
    deep: given["deep"] === null || given["deep"] === undefined ? null : deepFrom(record(given["deep"])),
  };
}

function deepFrom(given: Record<string, unknown>): Deep {
  return {
    state: text(given["state"]) ?? "unknown",
    model: text(given["model"]),
    reason: text(given["reason"]),
    bytes: number(given["bytes"]),
    host: text(given["host"]),
  };
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** In a sentence: why nothing was shown last, or that something was. */
export function why({ status, silence }: Omit<Front, "offers">): string {
  const said = silenceBeside(status, silence)?.reason ?? sentences[status.state] ?? status.reason;
  if (said !== null) {
    return said;
  }
  return status.latencyMs === null ? "Nothing was asked for here yet." : "The last request brought a suggestion.";
}

/** What is going on, in a word or two. */
export function stateOf({ status, silence }: Omit<Front, "offers">): string {
  const percent = status.percent === null ? "" : ` ${status.percent.toFixed(0)} %`;
  return silenceBeside(status, silence)?.short ?? status.state.replaceAll("-", " ") + percent;
}

export function viewOf(front: Front): StatusView {
  const { status, offers } = front;
  const severity = severities[status.state] ?? "none";
  const silence = silenceBeside(status, front.silence);
  const icon = silence === undefined ? (icons[status.state] ?? (severity === "none" ? "question" : severity)) : "circle-slash";
  const latency = status.latencyMs === null || silence !== undefined ? "" : ` · ${milliseconds(status.latencyMs)}`;
  const model = status.model === null ? [] : [`Model: ${status.model}`];
  const host = status.host === null ? [] : [`The text around the cursor is sent to ${status.host}.`];
  const more = offers.length === 0 ? "Click for more." : "Click for all there is to do.";
  const deep = status.deep === null ? [] : deepLines(status.deep);
  const deeper = status.deep === null || silence !== undefined ? "" : deeperOf(status.deep, front.said);
  return {
    text: `$(${icon}) Inkling: ${stateOf(front)}${deeper === "" ? latency : ` · ${deeper}`}`,
    lines: [...model, ...host, ...deep, why(front), more],
    severity,
  };
}

/** What the deep model is at, or that it said what is shown; empty where it is neither. */
function deeperOf({ state, model, host }: Deep, said: string | undefined): string {
  const name = [model, host].filter((part) => part !== null).join(" at ");
  if (state === "loading" || state === "writing") {
    return `$(loading~spin) ${name} is ${state}`;
  }
  if (state === "no-model") {
    return `$(warning) ${name} is not here yet`;
  }
  return said === (model ?? host) ? name : "";
}

function deepLines({ state, model, reason, bytes, host }: Deep): readonly string[] {
  const name = model ?? "the only one there";
  const memory = bytes === null ? [] : [`Loaded when you ask by a key, it takes about ${(bytes / 1e9).toFixed(1)} GB of memory while it is.`];
  const sent = host === null ? [] : [`When you ask by a key, the text around the cursor is sent to ${host}.`];
  return [`Deep model: ${name} (${state.replaceAll("-", " ")})`, ...memory, ...sent, ...(reason === null ? [] : [reason])];
}

/** Silence does not hide that something is wrong, or under way. */
function silenceBeside({ state }: Status, silence: Silence | undefined): Silence | undefined {
  return (severities[state] ?? "none") === "none" && !atWork.has(state) ? silence : undefined;
}

export function milliseconds(ms: number): string {
  if (ms < 1) {
    return "<1 ms";
  }
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
