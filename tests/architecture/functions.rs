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
    /// `pub(in crate::world)` and the like, without spaces; empty for one that is private.
    pub(crate) visibility: String,
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
    let visibility = visibility(&tokens[..at]);
    let calls = calls(&tokens[body..=closing(tokens, body).min(tokens.len() - 1)]);
    let line = tokens[at].line;
    Some((Function { name, line, of, parameters, takes_self, visibility, calls }, body))
}

/// How an item is visible whose keyword comes after `before`.
fn visibility(before: &[Token<'_>]) -> String {
    let modifiers = ["const", "async", "unsafe", "extern"];
    let is_modifier = |token: &&Token<'_>| modifiers.contains(&token.text);
    let end = before.len() - before.iter().rev().take_while(is_modifier).count();
    let start = match before[..end].last().map(|token| token.text) {
        Some("pub") => end - 1,
        // As long as a path may be.
        Some(")") => {
            let is_pub = |at: &usize| before[*at].text == "pub";
            let Some(start) = (end.saturating_sub(12)..end).rev().find(is_pub) else {
                return String::new();
            };
            let is_bracket = text(before, start + 1) == "(";
            if is_bracket && closing(before, start + 1) + 1 == end { start } else { end }
        }
        Some(_) | None => end,
    };
    let spaced = before[start..end].iter().map(|token| match token.text {
        "in" => "in ",
        text => text,
    });
    spaced.collect()
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
            open = types_end(body, open + 1);
        }
        if text(body, open) == "(" {
            let arguments = split(&body[open + 1..closing(body, open).min(body.len())]).len();
            let Token { text, line, .. } = body[at];
            found.push(Call { name: text.to_owned(), arguments, line });
        }
    }
    found
}

/// What comes after the `>` of the `<` at a place.
fn types_end(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for at in open..tokens.len() {
        match text(tokens, at) {
            "<" => depth += 1,
            ">" if text(tokens, at - 1) != "-" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
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
        let before = if at > 0 { list[at - 1].text } else { "," };
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "<" if opens_types(before) => angles += 1,
            ">" if at > 0 && !matches!(list[at - 1].text, "-" | "=") => {
                angles = angles.saturating_sub(1);
            }
            // Between values it is an operator.
            "|" if depth == 0 && (in_bars || matches!(before, "," | "move")) => in_bars = !in_bars,
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

/// Whether a `<` after a token is that of a type and not of a comparison.
fn opens_types(before: &str) -> bool {
    let is_type = before.starts_with(|c: char| c.is_uppercase())
        && (before.len() == 1 || before.contains(|c: char| c.is_lowercase()));
    is_type || matches!(before, "::" | ":" | "," | "(" | "&" | "<" | "for")
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
    check("fn f() { x.g(a | b, c); y.h(a < b, c > d); z.i(|a, b| a, c) }", &["f() > g/2 h/2 i/2"]);
    check("fn f() { x.g::<A<B>>(c); x.h::<(A, B)>(c, d) }", &["f() > g/1 h/2"]);
}

#[test]
fn visibilities_are_told() {
    let check = |source: &str, expected: &str| {
        let told: Vec<String> = functions(source).into_iter().map(|it| it.visibility).collect();
        assert_eq!(told, [expected], "{source}");
    };
    check("struct A(u8); fn f() {}", "");
    check("pub const fn f() {}", "pub");
    check("pub(super) fn f() {}", "pub(super)");
    check("pub(crate) unsafe fn f() {}", "pub(crate)");
    check("pub(in crate::world) const fn f() {}", "pub(in crate::world)");
    check("pub(in super::super) fn f() {}", "pub(in super::super)");
    check("pub struct A(u8) fn f() {}", "");
}
