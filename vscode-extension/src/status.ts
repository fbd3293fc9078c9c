// What the status bar says about a state. Knows nothing of VS Code.

/** The parameters of the server's notification `inkling/status`; the client makes some of its own. */
export interface Status {
  readonly state: string;
  readonly model: string | null;
  /** Why nothing was shown last; null if something was. */
  readonly reason: string | null;
  readonly latencyMs: number | null;
}

/** Why the client asks for nothing, whatever the server's state. */
export interface Silence {
  readonly short: string;
  readonly reason: string;
}

export interface StatusView {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "none" | "warning" | "error";
}

const icons: Readonly<Record<string, string>> = {
  starting: "loading~spin",
  loading: "loading~spin",
  installing: "loading~spin",
  restarting: "loading~spin",
  running: "check",
  ready: "check",
  stopped: "circle-slash",
  off: "circle-slash",
};

const severities: Readonly<Record<string, StatusView["severity"]>> = {
  "no-model": "warning",
  "not-installed": "warning",
  "not-found": "error",
  failed: "error",
};

/** A state that the client itself brought about. */
export function own(state: string, reason: string | null = null): Status {
  return { state, model: null, reason, latencyMs: null };
}

/** Reads the notification, whatever it holds. */
export function statusFrom(params: unknown): Status {
  const given = typeof params === "object" && params !== null ? (params as Record<string, unknown>) : {};
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
  const latency = given["latencyMs"];
  return {
    state: text(given["state"]) ?? "unknown",
    model: text(given["model"]),
    reason: text(given["reason"]),
    latencyMs: typeof latency === "number" ? latency : null,
  };
}

/** Why nothing was shown last, in a sentence; null if something was. */
export function whyNothing(status: Status, silence: Silence | undefined): string | null {
  return silence?.reason ?? status.reason;
}

export function viewOf(status: Status, silence?: Silence): StatusView {
  const severity = severities[status.state] ?? "none";
  const silent = silence !== undefined && severity === "none";
  const icon = silent ? "circle-slash" : (icons[status.state] ?? (severity === "none" ? "question" : severity));
  const state = silent ? silence.short : status.state.replaceAll("-", " ");
  const latency = status.latencyMs === null || silent ? "" : ` · ${milliseconds(status.latencyMs)}`;
  const lines = [status.model && `Model: ${status.model}`, whyNothing(status, silence), "Click for why, and for more."];
  return {
    text: `$(${icon}) Inkling: ${state}${latency}`,
    tooltip: lines.filter((line) => line !== null && line !== "").join("\n"),
    severity,
  };
}

export function milliseconds(ms: number): string {
  if (ms < 1) {
    return "<1 ms";
  }
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
