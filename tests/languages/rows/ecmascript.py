"""Rows that JavaScript and TypeScript share, with elements and without."""

LINES = [
    ("function f() {", "opens defines"),
    ("  if (a) {", "opens"),
    ("  const f = (a) => {", "opens"),
    ("  return (", "opens"),
    ("  case 1:", "opens"),
    ("  default:", "opens"),
    ("  const a = [", "opens"),
    ("  // if a {", ""),
    ("  f(", ""),
    ("  key:", ""),
    ("  a = 1;", ""),
    ("}", "closes"),
    ("  })", "closes"),
    ("export default class A extends B {", "opens defines"),
    ("  async function f(", "defines"),
    ("functions()", ""),
    ("/** Adds. */", "heralds"),
    ("// Adds.", "heralds"),
    ("  // now", ""),
    ("  @decorated", "heralds"),
]

TYPES = [
    ("export interface A {", "opens defines"),
    ("type A<T> = {", "opens defines"),
    ("  const a: Promise<A>", ""),
    ("declare function f(): void", "defines"),
    ("type.f()", ""),
]

ELEMENTS = [
    ("    <div>", "opens"),
    ('  return <ul className="a">', "opens"),
    ("    <>", "opens"),
    ("    {on ? <b>", "opens"),
    ("    <br />", ""),
    ("    </div>", "closes"),
    ("    />", "closes"),
    ("    >", "closes"),
    ("  if (a <b) {", "opens"),
]

INSIDE = [
    '^x^ ^= ^"|a|\\n|"^;\n',
    "x = '|it\\'s|'^;\n",
    "^`|a|${^b^}|c|`^;\n",
    "^`|${^f(^`|x|`^)^}|`^;\n",
    "^/|/| it's|\n^y;\n",
    "f(^/|*| ) |*|/|, ^b)\n",
    'x = "|abc|\n^y = 1\n',
    "x = ''^;\n",
    "x = ^/|a'b|/;\n",
    "x = '|é😀|'^\n",
]
