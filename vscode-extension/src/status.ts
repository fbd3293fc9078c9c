// What the status bar says about a state. Knows nothing of VS Code.

/** The parameters of the server's notification `inkling/status`; the client makes some of its own. */
export interface Status {
  readonly state: string;
  readonly model: string | null;
  readonly reason: string | null;
}

export interface StatusView {
  readonly text: string;
  readonly tooltip: string;
  readonly severity: "none" | "warning" | "error";
}

const icons: Readonly<Record<string, string>> = {
  starting: "loading~spin",
  loading: "loading~spin",
  running: "check",
  ready: "check",
  stopped: "circle-slash",
};

const severities: Readonly<Record<string, StatusView["severity"]>> = {
  "no-model": "warning",
  "not-found": "error",
  failed: "error",
};

/** Reads the notification, whatever it holds. */
export function statusFrom(params: unknown): Status {
  const given = typeof params === "object" && params !== null ? (params as Record<string, unknown>) : {};
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : null);
  return { state: text(given["state"]) ?? "unknown", model: text(given["model"]), reason: text(given["reason"]) };
}

export function viewOf({ state, model, reason }: Status): StatusView {
  const severity = severities[state] ?? "none";
  const icon = icons[state] ?? (severity === "none" ? "question" : severity);
  const lines = [model && `Model: ${model}`, reason, "Click for the log."];
  return {
    text: `$(${icon}) Inkling: ${state.replaceAll("-", " ")}`,
    tooltip: lines.filter((line) => line !== null).join("\n"),
    severity,
  };
}
