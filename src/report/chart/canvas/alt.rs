//! A picture in words, for pages.

/// The image in Markdown: its text for those who do not see it, and the path of its file. Ends with a
/// line break.
pub fn markdown_image(alt: &str, path: &str) -> String {
    let alt = alt.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
    let is_plain = !path.contains([' ', '(', ')', '<', '>']);
    let path =
        if is_plain { path.to_owned() } else { format!("<{}>", path.replace(['<', '>'], "")) };
    format!("![{alt}]({path})\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_blanks_do_not_end_an_image() {
        assert_eq!(markdown_image("a [b]", "c.svg"), "![a \\[b\\]](c.svg)\n");
        assert_eq!(markdown_image("a", "my charts/c (1).svg"), "![a](<my charts/c (1).svg>)\n");
    }
}
