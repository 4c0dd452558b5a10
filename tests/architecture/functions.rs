//! The functions of a source: where each is, what it takes, and what it calls.
//!
//! Read off the tokens alone. A call by a dot is known by its name and the number of its arguments;
//! whose method it is, the source does not say.

use crate::lexer::{Token, tokens};

/// A function that a source defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    /// The type whose `impl` it stands in; none for a free function.
    pub(crate) of: Option<String>,
    /// Its parameters but `self`, as they are written, without spaces.
    pub(crate) parameters: Vec<String>,
    pub(crate) takes_self: bool,
    /// Whether it can be called from outside the folder that it is in.
    pub(crate) is_open: bool,
    /// The calls by a dot in its body: name, number of arguments, line.
    pub(crate) calls: Vec<Call>,
}

/// A call of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) arguments: usize,
    pub(crate) line: usize,
}

/// Every function with a body, in the order of the source.
pub(crate) fn functions(source: &str) -> Vec<Function> {
    let tokens = tokens(source);
    let mut found = Vec::new();
    let mut at = 0;
    // The types of the `impl` blocks around a place, and where each ends.
    let mut blocks: Vec<(Option<String>, usize)> = Vec::new();
    while at < tokens.len() {
        blocks.retain(|(_, end)| at < *end);
        match text(&tokens, at) {
            "impl" if !inside_parameters(&tokens, at) => {
                let Some(open) = next(&tokens, at, "{") else { break };
                blocks.push((implemented(&tokens[at..open]), closing(&tokens, open)));
                at = open + 1;
            }
            "fn" => {
                let of = blocks.last().and_then(|(of, _)| of.clone());
                match function(&tokens, at, of) {
                    Some((function, body)) => {
                        found.push(function);
                        at = body + 1;
                    }
                    None => at += 1,
                }
            }
            _ => at += 1,
        }
    }
    found
}

/// `impl` in front of a type is part of a signature or of a body.
fn inside_parameters(tokens: &[Token<'_>], at: usize) -> bool {
    at > 0 && matches!(text(tokens, at - 1), ":" | ">" | "(" | "," | "<" | "&" | "=")
}

/// The function whose `fn` is at a place, and where its body begins.
fn function(tokens: &[Token<'_>], at: usize, of: Option<String>) -> Option<(Function, usize)> {
    let name = text(tokens, at + 1).to_owned();
    if name == "(" || name.is_empty() {
        return None;
    }
    let open = next(tokens, at, "(")?;
    let close = closing(tokens, open);
    let body = (close..tokens.len()).find(|&i| matches!(text(tokens, i), "{" | ";"))?;
    if text(tokens, body) == ";" {
        return None;
    }
    let mut parameters = split(&tokens[open + 1..close]);
    let own = |parameter: &String| parameter.trim_start_matches(['&', '\'']).ends_with("self");
    let takes_self = parameters.first().is_some_and(own);
    if takes_self {
        parameters.remove(0);
    }
    let before: Vec<&str> =
        tokens[at.saturating_sub(8)..at].iter().map(|token| token.text).collect();
    let is_open = before.ends_with(&["pub"])
        || before.ends_with(&["pub", "const"])
        || before.join("").trim_end_matches("const").ends_with("pub(incrate::world)");
    let calls = calls(&tokens[body..=closing(tokens, body).min(tokens.len() - 1)]);
    let line = tokens[at].line;
    Some((Function { name, line, of, parameters, takes_self, is_open, calls }, body))
}

fn calls(body: &[Token<'_>]) -> Vec<Call> {
    let mut found = Vec::new();
    for at in 1..body.len().saturating_sub(1) {
        if text(body, at - 1) != "." || !text(body, at).starts_with(|c: char| c.is_alphabetic()) {
            continue;
        }
        // `.f::<T>(`
        let mut open = at + 1;
        if text(body, open) == "::" {
            let Some(after) = (open..body.len()).find(|&i| text(body, i) == ">") else { continue };
            open = after + 1;
        }
        if text(body, open) == "(" {
            let arguments = split(&body[open + 1..closing(body, open).min(body.len())]).len();
            let Token { text, line, .. } = body[at];
            found.push(Call { name: text.to_owned(), arguments, line });
        }
    }
    found
}

/// The name of the type that an `impl` is for.
fn implemented(head: &[Token<'_>]) -> Option<String> {
    let start = head.iter().position(|it| it.text == "for").map_or(1, |place| place + 1);
    let mut depth = 0_usize;
    for token in &head[start..] {
        match token.text {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            name if depth == 0 && name.starts_with(|c: char| c.is_uppercase()) => {
                return Some(name.to_owned());
            }
            _ => {}
        }
    }
    None
}

/// Parts of a list, by the commas that are in no bracket and between no bars of a closure.
fn split(list: &[Token<'_>]) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut depth, mut angles, mut in_bars) = (0_usize, 0_usize, false);
    for (at, token) in list.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "<" => angles += 1,
            ">" if at > 0 && !matches!(list[at - 1].text, "-" | "=") => {
                angles = angles.saturating_sub(1);
            }
            "|" => in_bars = !in_bars,
            "," if depth == 0 && angles == 0 && !in_bars => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        let part = parts.last_mut().expect("at least one part");
        *part += token.text;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn text<'a>(tokens: &[Token<'a>], at: usize) -> &'a str {
    tokens.get(at).map_or("", |token| token.text)
}

fn next(tokens: &[Token<'_>], from: usize, wanted: &str) -> Option<usize> {
    (from..tokens.len()).find(|&at| text(tokens, at) == wanted)
}

/// Where the bracket closes that opens at a place.
pub(crate) fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// Asserts the functions of a source, each as `Type::name(parameters) > call/arguments …`.
#[track_caller]
fn check(source: &str, expected: &[&str]) {
    let told: Vec<String> = functions(source)
        .iter()
        .map(|it| {
            let of = it.of.as_ref().map_or(String::new(), |of| format!("{of}::"));
            let calls: Vec<String> =
                it.calls.iter().map(|call| format!("{}/{}", call.name, call.arguments)).collect();
            format!("{of}{}({}) > {}", it.name, it.parameters.join(", "), calls.join(" "))
        })
        .collect();
    assert_eq!(told, expected, "{source}");
}

#[test]
fn functions_are_found_with_what_they_take_and_call() {
    check("fn f() {}", &["f() > "]);
    check("pub(super) fn f(a: u8, b: &[T]) -> X { a.g(b) }", &["f(a:u8, b:&[T]) > g/1"]);
    check("impl<T> A<T> { fn f(&mut self, (a, b): (u8, u8)) {} }", &["A::f((a,b):(u8,u8)) > "]);
    check("impl X for A<'_> { fn f(self) { self.a.b().c(1, |x, y| 2); } }", &["A::f() > b/0 c/2"]);
    check(
        "fn f(a: impl Fn(u8, u8) -> B, c: B<u8, C>) {}",
        &["f(a:implFn(u8,u8)->B, c:B<u8,C>) > "],
    );
    check("fn f() { x.sum::<u8>(); fn g() { y.h(1) } }", &["f() > sum/0 h/1", "g() > h/1"]);
    check("trait X { fn f(&self); } // fn g() {}", &[""; 0]);
}
