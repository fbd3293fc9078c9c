LINES = [
    ("fn f<'a>(x: &'a str) {", "opens defines"),
    ("    pub(crate) async unsafe fn f(", "defines"),
    ("impl<T> A for B<T> {", "opens defines"),
    ("    if a {", "opens"),
    ("    match a {", "opens"),
    ("        Some(a) => {", "opens"),
    ("    f(|a| {", "opens"),
    ("    loop {", "opens"),
    ("    // a {", ""),
    ("    'outer:", ""),
    ("    f(", ""),
    ("pub struct A;", "defines"),
    ("const A: u8 = 1;", ""),
    ("}", "closes"),
    ("    })", "closes"),
    ("#[test]", "heralds"),
    ("    /// Adds.", "heralds"),
    ("    // now", ""),
    ("// Adds.", "heralds"),
    ("macro_rules! m {", "opens defines"),
]

INSIDE = [
    '^let x = ^"|a|\\n|"^;\n',
    'let x = ^b"|a|"^;\n',
    'let x = ^r#"|a " |b|"#^;\n',
    "fn f<^'^a^>(^x: ^&'^a ^str)^ {}\n",
    "let c = ^'|c|'^;\n",
    "let c = ^b'|\\|n|'^;\n",
    "^/|/| it's|\n^y();\n",
    "^/|/|/| doc|\n^fn f() {}\n",
    "f(^/|*| ) |*|/|, ^b);\n",
    "//|!| in|\n^fn f() {}\n",
    'f(^"|{|}|"^, ^x^)\n',
]

FILES = ["lib.rs"]
IDS = ["rust"]
TITLE = "// {file}\n"

CODE = """\
use crate::stock::{Item, Kind as K, deep::*};
use super::shop::Shop;
pub use self::inner;
use std::collections::HashMap;

/// The most there may be.
pub const LIMIT: usize = 3;

/// A shop.
#[derive(Debug, Clone)]
pub struct Shop<T> {
    /// Its name.
    pub name: String,
    stock: Vec<T>,
}

pub enum Color { Red, Green(u8) }

pub trait Opens {
    fn open(&self, name: &str) -> Result<()>;
}

impl<T: Clone> Opens for Shop<T> {
    fn open(&self, name: &str) -> Result<()> {
        let local = 1;
        fn inner() {}
        Ok(())
    }
}

// Makes one.
pub async fn make<T>(name: &str) -> Shop<T>
where
    T: Clone,
{
    todo!()
}

type Pair = (u8, u8);
macro_rules! shop { () => {}; }
mod tests { fn helper() {} }
"""
DEFINES = [
    ("value", "LIMIT", "pub const LIMIT: usize = 3", "The most there may be."),
    (
        "type",
        "Shop",
        "pub struct Shop<T> {\n    /// Its name.\n    pub name: String,\n    stock: Vec<T>,\n}",
        "A shop.",
    ),
    ("field", "Shop.name", "pub name: String", "Its name."),
    ("field", "Shop.stock", "stock: Vec<T>", ""),
    ("type", "Color", "pub enum Color { Red, Green(u8) }", ""),
    ("field", "Color.Red", "Red", ""),
    ("field", "Color.Green", "Green(u8)", ""),
    ("type", "Opens", "pub trait Opens {\n    fn open(&self, name: &str) -> Result<()>;\n}", ""),
    ("function", "Opens.open", "fn open(&self, name: &str) -> Result<()>", ""),
    ("function", "Shop.open", "fn open(&self, name: &str) -> Result<()>", ""),
    (
        "function",
        "make",
        "pub async fn make<T>(name: &str) -> Shop<T> where T: Clone,",
        "Makes one.",
    ),
    ("type", "Pair", "type Pair = (u8, u8)", ""),
    ("value", "shop", "macro_rules! shop { () => {}; }", ""),
    ("function", "helper", "fn helper()", ""),
]
IMPORTS = [
    ("crate::stock", "Item", "Item"),
    ("crate::stock", "Kind", "K"),
    ("crate::stock::deep", "*", ""),
    ("super::shop", "Shop", "Shop"),
    ("self", "inner", "inner"),
    ("std::collections", "HashMap", "HashMap"),
]
