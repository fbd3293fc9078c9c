LINES = [
    ("fun f(a: Int): Int {", "opens defines"),
    ("    private suspend fun f(", "defines"),
    ("data class A(val b: Int)", "defines"),
    ("companion object {", "opens defines"),
    ("fun interface A {", "opens defines"),
    ("    a.map { b ->", "opens"),
    ("    when (a) {", "opens"),
    ("    // a {", ""),
    ("    val a = 1", ""),
    ("    @Test", "heralds"),
    ("    /** Adds. */", "heralds"),
    ("    // now", ""),
    ("}", "closes"),
]

FILES = ["A.kt", "b.gradle.kts"]
IDS = ["kotlin"]
TITLE = "// {file}\n"
