//! The style sheet of a picture: what a class looks like, in light and in dark.

/// Which colors are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
}

/// A property of a class, or of an element where there is no class.
#[derive(Clone, Debug)]
struct Rule {
    theme: Theme,
    /// `.title`, `text`.
    selector: String,
    property: String,
    value: String,
}

/// The rules in the order in which they are written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet(Vec<Rule>);

impl Sheet {
    /// Knows selectors as `#id .class` and `#id text`, and one kind of `@media`.
    pub(crate) fn read(css: &str) -> Self {
        let (mut theme, mut rules) = (Theme::Light, Vec::new());
        let mut rest = css.trim_start();
        while !rest.is_empty() {
            let end = rest.find(['{', '}']).unwrap_or(rest.len());
            let head = rest[..end].trim();
            if rest[end..].starts_with('}') || end == rest.len() {
                theme = Theme::Light;
                rest = rest.get(end + 1..).unwrap_or_default().trim_start();
            } else if head.starts_with("@media") {
                assert!(head.contains("prefers-color-scheme:dark"), "an unknown rule: {head}");
                theme = Theme::Dark;
                rest = rest[end + 1..].trim_start();
            } else {
                let close = rest.find('}').expect("every rule is closed");
                rules.extend(rules_of(theme, head, &rest[end + 1..close]));
                rest = rest[close + 1..].trim_start();
            }
        }
        Self(rules)
    }

    /// Light, and dark if that is different.
    pub(crate) fn themes(&self) -> Vec<Theme> {
        let has_dark = self.0.iter().any(|it| it.theme == Theme::Dark);
        if has_dark { vec![Theme::Light, Theme::Dark] } else { vec![Theme::Light] }
    }

    /// What a property is: what is said of the class goes before what is said of the element, and
    /// what is said last before what is said earlier.
    pub(crate) fn value(
        &self,
        (tag, class): (&str, &str),
        property: &str,
        theme: Theme,
    ) -> Option<&str> {
        let holds = |rule: &&Rule, selector: &str| {
            rule.property == property
                && rule.selector == selector
                && (rule.theme == Theme::Light || theme == Theme::Dark)
        };
        let last = |selector: &str| self.0.iter().rev().find(|rule| holds(rule, selector));
        last(&format!(".{class}")).or_else(|| last(tag)).map(|rule| rule.value.as_str())
    }
}

fn rules_of(theme: Theme, selectors: &str, body: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for selector in selectors.split(',') {
        let selector = selector.split_whitespace().last().unwrap_or_default();
        for (property, value) in body.split(';').filter_map(|it| it.split_once(':')) {
            let [selector, property, value] =
                [selector, property, value].map(|it| it.trim().to_owned());
            rules.push(Rule { theme, selector, property, value });
        }
    }
    rules
}

#[test]
fn later_and_nearer_rules_win() {
    let sheet = Sheet::read(
        "#a text{font-size:12px}\n#a .b,#a .c{font-size:11px;fill:#fff}#a .c{fill:#000}\
         @media (prefers-color-scheme:dark){\n#a .c{fill:#111}\n}\n#a .d{fill:#222}",
    );
    let check = |class, property, theme, expected| {
        assert_eq!(sheet.value(("text", class), property, theme), expected);
    };
    check("c", "fill", Theme::Light, Some("#000"));
    check("c", "fill", Theme::Dark, Some("#111"));
    check("b", "fill", Theme::Dark, Some("#fff"));
    check("b", "font-size", Theme::Light, Some("11px"));
    check("d", "font-size", Theme::Light, Some("12px"));
    check("d", "fill", Theme::Light, Some("#222"));
    check("d", "stroke", Theme::Light, None);
    assert_eq!(sheet.themes(), [Theme::Light, Theme::Dark]);
}
