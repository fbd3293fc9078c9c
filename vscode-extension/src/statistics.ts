// The server's counts since it started, as a page. Knows nothing of VS Code.

import { page, type Row } from "./page";
import { counted } from "./protocol";
import { milliseconds } from "./status";

/** The server's short names of reasons, as a person would say them; one that is not here is shown as it is. */
const reasonsInWords: Readonly<Record<string, string>> = counted;

/** The page for the answer to `inkling/statistics`, whatever it holds. */
export function statisticsPage(answer: unknown, nonce: string): string {
  const given = record(answer);
  const count = (name: string) => number(given[name]);
  const suggested = count("suggested");
  const accepted = count("accepted");
  const since = typeof given["since"] === "string" ? new Date(given["since"]) : undefined;
  const lead =
    "Counted on this machine and kept in memory only: the numbers go when the server ends. " +
    (since === undefined || Number.isNaN(since.getTime()) ? "" : `Since ${since.toLocaleString()}.`);
  const suggestions: Row[] = [
    ["Times asked", whole(count("requests"))],
    ["Suggestions", whole(suggested)],
    ["Accepted whole", whole(accepted)],
    ["Accepted in part", whole(count("partlyAccepted"))],
    ["Dismissed", whole(count("dismissed"))],
    ["Acceptance", suggested === 0 ? "–" : `${((100 * accepted) / suggested).toFixed(0)} %`],
    ["Characters saved", whole(count("charactersAccepted"))],
  ];
  const latency = record(given["latencyMs"]);
  const ms = (name: string) => (typeof latency[name] === "number" ? milliseconds(latency[name]) : "–");
  const latencies: Row[] = [
    ["Median", ms("p50")],
    ["95th percentile", ms("p95")],
    ["99th percentile", ms("p99")],
    ["Answers", whole(number(latency["count"]))],
  ];
  const reasons = Object.entries(record(given["reasons"]))
    .map(([code, times]) => [code, number(times)] as const)
    .sort(([, one], [, other]) => other - one)
    .map(([code, times]): Row => [reasonsInWords[code] ?? code.replaceAll("-", " "), whole(times)]);
  return page(
    "Inkling: Statistics",
    lead,
    [
      { title: "Suggestions", rows: suggestions },
      { title: "Time to an answer", rows: latencies },
      { title: "Why nothing was shown", rows: reasons, none: "Each request brought a suggestion." },
    ],
    nonce,
  );
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function whole(value: number): string {
  return value.toLocaleString("en");
}
