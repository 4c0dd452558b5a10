//! How wide text is.

/// At least as wide as `text` is at this size, in pixels.
pub(in crate::report::chart) fn text_width(text: &str, size: i32, _bold: bool) -> i32 {
    let hundredths: i32 = text.chars().map(em_hundredths).fold(0, i32::saturating_add);
    hundredths.saturating_mul(size) / 100 + 1
}

/// Upper bounds of the widths of characters, in hundredths of the font size.
fn em_hundredths(character: char) -> i32 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 34,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '-' => 42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 98,
        'A'..='Z' => 74,
        ' '..='~' => 64,
        _ => 120,
    }
}
