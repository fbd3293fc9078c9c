// Generated from protocol/ by `make protocol`: change it there.

export const methods = {
  status: "inkling/status",
  grew: "inkling/didGrow",
  trace: "inkling/trace",
  moved: "inkling/didMoveCursor",
  left: "inkling/didLeave",
  feedback: "inkling/feedback",
  accepted: "inkling.accepted",
  statistics: "inkling/statistics",
  context: "inkling/context",
} as const;

/** The options that the server takes. */
export const optionNames = [
  "enabled",
  "disabledLanguages",
  "exclude",
  "index",
  "commentsAndStrings",
  "eagerness",
  "model",
  "engine",
  "remoteUrl",
  "remoteApi",
  "remoteModel",
  "remoteKeyVariable",
  "deepModel",
  "deepRemoteUrl",
  "deepRemoteApi",
  "deepRemoteModel",
  "deepRemoteKeyVariable",
  "deepBudgetMs",
  "budgetMs",
  "explicitBudgetMs",
  "maxTokens",
  "maxLines",
  "threads",
  "sharedEngine",
  "engineLingerSeconds",
  "unloadMinutes",
  "readAheadOnBattery",
  "trace",
] as const;

/** Those that are the person's alone: no workspace may say what they are. */
export const ownOptionNames: readonly string[] = [
  "engine",
  "remoteUrl",
  "remoteApi",
  "remoteModel",
  "remoteKeyVariable",
  "deepRemoteUrl",
  "deepRemoteApi",
  "deepRemoteModel",
  "deepRemoteKeyVariable",
];

export type State =
  | "starting"
  | "loading"
  | "ready"
  | "asleep"
  | "no-model"
  | "pulling"
  | "away"
  | "failed"
  | "off";

export type Reason =
  | "off"
  | "starting"
  | "loading"
  | "asleep"
  | "no-model"
  | "failed"
  | "away"
  | "remote-unreachable"
  | "remote-untrusted"
  | "remote-slow"
  | "remote-full"
  | "remote-broken"
  | "remote-garbled"
  | "remote-denied"
  | "remote-no-model"
  | "remote-elsewhere"
  | "remote-error"
  | "closed"
  | "excluded"
  | "not-written"
  | "prose"
  | "long-line"
  | "mid-word"
  | "reading"
  | "late"
  | "empty"
  | "duplicate"
  | "unfit"
  | "unsure"
  | "stale"
  | "superseded"
  | "cancelled";

/** Why nothing was shown, in a sentence. */
export const sentences: Readonly<Record<Reason, string>> = {
  off: "Inkling is switched off.",
  starting: "Inkling is starting.",
  loading: "The model is loading.",
  asleep: "The model has left memory; typing loads it again.",
  "no-model": "No model is installed yet.",
  failed: "The engine stopped working.",
  away: "The remote engine cannot be used just now.",
  "remote-unreachable": "The remote engine cannot be reached.",
  "remote-untrusted": "The remote engine's certificate is not trusted on this machine.",
  "remote-slow": "The remote engine takes too long to answer.",
  "remote-full": "The remote engine takes no more requests just now.",
  "remote-broken": "The remote engine broke off in the middle of an answer.",
  "remote-garbled": "The remote engine's answer makes no sense.",
  "remote-denied": "The remote engine does not accept the key.",
  "remote-no-model": "The remote engine has no such model.",
  "remote-elsewhere": "The remote engine sent the request elsewhere, where nothing is sent.",
  "remote-error": "The remote engine answered with an error.",
  closed: "The document is not open.",
  excluded: "Inkling leaves files of this name alone: they may hold secrets, or are git's own.",
  "not-written": "Nobody writes such a file by hand.",
  prose: "Comments and strings are left alone.",
  "long-line": "The line is too long to be code.",
  "mid-word": "The cursor is inside a word.",
  reading: "The model had not read this place yet.",
  late: "Nothing worth showing was ready within the budget.",
  empty: "The model had nothing to add here.",
  duplicate: "The model would only repeat what stands here already.",
  unfit: "What the model had to say would not have fitted here.",
  unsure: "The model was not sure enough of what it had to say.",
  stale: "The text changed meanwhile.",
  superseded: "A newer request took over.",
  cancelled: "The editor took the request back.",
};

/** The same as statistics call it. */
export const counted: Readonly<Record<Reason, string>> = {
  off: "Inkling was switched off",
  starting: "Inkling was starting",
  loading: "the model was loading",
  asleep: "the model was asleep",
  "no-model": "there was no model",
  failed: "the engine had stopped working",
  away: "the remote engine could not be used",
  "remote-unreachable": "the remote engine could not be reached",
  "remote-untrusted": "the remote engine's certificate was not trusted",
  "remote-slow": "the remote engine took too long",
  "remote-full": "the remote engine was full",
  "remote-broken": "the remote engine broke off",
  "remote-garbled": "the remote engine's answer made no sense",
  "remote-denied": "the remote engine did not accept the key",
  "remote-no-model": "the remote engine had no such model",
  "remote-elsewhere": "the remote engine sent the request elsewhere",
  "remote-error": "the remote engine answered with an error",
  closed: "the document was not open",
  excluded: "the file is left alone",
  "not-written": "nobody writes such a file by hand",
  prose: "the cursor was in a comment or a string",
  "long-line": "the line was too long to be code",
  "mid-word": "the cursor was inside a word",
  reading: "the place had not been read yet",
  late: "not ready in time",
  empty: "nothing to add",
  duplicate: "it would repeat what stands there",
  unfit: "it would not have fitted",
  unsure: "it was not sure enough",
  stale: "the text changed meanwhile",
  superseded: "you typed on, and a newer request took over",
  cancelled: "you typed on",
};

/** A cursor that stays so long has come to rest: whoever passes by with the keys asks nothing. */
export const restMs = 80;

/** The most suggestions that a request by key is answered with. */
export const mostItems = 3;

/** Who asks by a key gets so many times the tokens and lines. */
export const explicitFactor = 4;

/** A server that ended by itself is started again after so long; each further time takes twice as long. */
export const firstRestartMs = 500;

/** So often; then it is left alone until the person asks. */
export const mostRestarts = 5;

/** A server that has run so long was well: what ended it counts as the first time. */
export const steadyMs = 60_000;

/** A server that was told to go and has not after so long is ended. */
export const stopMs = 2_000;
