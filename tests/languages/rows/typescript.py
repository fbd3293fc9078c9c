from rows import ecmascript

LINES = [*ecmascript.LINES, *ecmascript.TYPES]

INSIDE = [*ecmascript.INSIDE, "type T = ^`|a|${^B^}|c|`^;\n", "f<^A^>(^'|b|'^)\n"]

FILES = ["a.ts", "b.d.ts", "c.mts", "d.cts"]
IDS = ["typescript"]
TITLE = "// {file}\n"

CODE = """\
import main, { a as b, type C } from "./m";
import * as ns from "../x/y.js";
import type { T } from "@/t";
import "./side";
export * from "./z";
export { q as r } from "./w";

/** The most there may be. */
export const LIMIT = 3;

/**
 * Adds two.
 * @param a one
 */
export async function add(a: number, b: number): Promise<number> {
  const local = 1;
  function inner() {}
  return a + b;
}
export const twice = <T>(a: T): T[] => [a, a];
export default abstract class Shop<T> extends Base implements Opens {
  // What it is called.
  private readonly name: string = "x";
  constructor(private stock: Map<string, T>) { super(); }
  get size(): number { return this.stock.size; }
  static async fetch(url: string, options: Options = {}): Promise<void> { }
  protected abstract close(): void;
}
export interface Options { retries: number; onFail?(error: Error): void }
export type Id = string | number;
enum Color { Red, Green = 2 }
declare function ambient(a: number): void;
items.forEach((item) => { const hidden = item; });
"""
DEFINES = [
    ("value", "LIMIT", "export const LIMIT = 3", "The most there may be."),
    (
        "function",
        "add",
        "export async function add(a: number, b: number): Promise<number>",
        "Adds two.",
    ),
    ("function", "twice", "export const twice = <T>(a: T): T[] =>", ""),
    ("type", "Shop", "export default abstract class Shop<T> extends Base implements Opens", ""),
    ("field", "Shop.name", 'private readonly name: string = "x"', "What it is called."),
    ("function", "Shop.constructor", "constructor(private stock: Map<string, T>)", ""),
    ("function", "Shop.size", "get size(): number", ""),
    (
        "function",
        "Shop.fetch",
        "static async fetch(url: string, options: Options = {}): Promise<void>",
        "",
    ),
    ("function", "Shop.close", "protected abstract close(): void", ""),
    (
        "type",
        "Options",
        "export interface Options { retries: number; onFail?(error: Error): void }",
        "",
    ),
    ("field", "Options.retries", "retries: number", ""),
    ("function", "Options.onFail", "onFail?(error: Error): void", ""),
    ("type", "Id", "export type Id = string | number", ""),
    ("type", "Color", "enum Color { Red, Green = 2 }", ""),
    ("field", "Color.Red", "Red", ""),
    ("field", "Color.Green", "Green = 2", ""),
    ("function", "ambient", "declare function ambient(a: number): void", ""),
]
IMPORTS = [
    ("./m", "a", "b"),
    ("./m", "C", "C"),
    ("./m", "", "main"),
    ("../x/y.js", "", "ns"),
    ("@/t", "T", "T"),
    ("./z", "*", ""),
    ("./w", "q", "r"),
]
