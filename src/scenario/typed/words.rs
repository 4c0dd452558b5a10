//! A text as the words and flags of commands.

use crate::scenario::typed::error::TypedError;

/// Words that stand between two commands.
const BETWEEN: [&str; 3] = ["&&", ";", "and"];

/// Flags that take a value, under their long names.
const WITH_VALUE: [(&str, &str); 9] = [
    ("-n", "--namespace"),
    ("--namespace", "--namespace"),
    ("-p", "--patch"),
    ("--patch", "--patch"),
    ("--to-revision", "--to-revision"),
    ("--cascade", "--cascade"),
    ("--grace-period", "--grace-period"),
    ("--type", "--type"),
    ("--timeout", "--timeout"),
];

/// Flags that change nothing here, or are looked for by name.
const WITHOUT_VALUE: [&str; 7] = [
    "--force",
    "--now",
    "--wait",
    "--ignore-daemonsets",
    "--delete-emptydir-data",
    "--disable-eviction",
    "--overwrite",
];

/// A command: its words, and the flags among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) words: Vec<String>,
    flags: Vec<(&'static str, String)>,
}

impl Command {
    /// The commands of a text, split as a shell does.
    pub(super) fn all(text: &str) -> Result<Vec<Self>, TypedError> {
        let words = shlex::split(text).ok_or(TypedError::Quote)?;
        let is_between = |word: &String| BETWEEN.contains(&word.as_str());
        // `delete node a; delete node b`: a shell ends the word there.
        let words: Vec<String> = words.into_iter().flat_map(without_semicolon).collect();
        words.split(is_between).filter(|it| !it.is_empty()).map(Self::of).collect()
    }

    fn of(words: &[String]) -> Result<Self, TypedError> {
        let mut command = Self::default();
        let mut words = words.iter().map(String::as_str).peekable();
        words.next_if_eq(&"kubectl");
        while let Some(word) = words.next() {
            if !is_flag(word) {
                command.words.push(word.to_owned());
                continue;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word, None),
            };
            if let Some((_, long)) = WITH_VALUE.iter().find(|(flag, _)| *flag == name) {
                let none = || TypedError::FlagWithoutValue(name.to_owned());
                let value = value.or_else(|| words.next()).ok_or_else(none)?;
                command.flags.push((long, value.to_owned()));
            } else if let Some(flag) = WITHOUT_VALUE.iter().find(|flag| **flag == name) {
                command.flags.push((flag, value.unwrap_or("true").to_owned()));
            } else {
                return Err(TypedError::Flag(name.to_owned()));
            }
        }
        Ok(command)
    }

    /// The value of a flag, by its long name.
    pub(super) fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().rev().find(|(flag, _)| *flag == name).map(|(_, value)| value.as_str())
    }

    /// Whether a flag without a value is set.
    pub(super) fn has(&self, name: &str) -> bool {
        self.flag(name).is_some_and(|value| value != "false")
    }
}

/// A taint or a label that is taken away ends with `-`, and does not begin with one.
fn is_flag(word: &str) -> bool {
    word.starts_with('-') && word.len() > 1
}

fn without_semicolon(word: String) -> Vec<String> {
    match word.strip_suffix(';') {
        Some(rest) if !rest.is_empty() => vec![rest.to_owned(), ";".to_owned()],
        Some(_) | None => vec![word],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_as_a_shell_does() {
        let all = Command::all(
            "kubectl delete pod a -n x --grace-period 0 --force; patch ds/b -p '{\"a\": 1}' and \
             cordon c",
        )
        .unwrap();
        let words: Vec<String> = all.iter().map(|it| it.words.join(" ")).collect();
        assert_eq!(words, ["delete pod a", "patch ds/b", "cordon c"]);
        assert_eq!(all[0].flag("--namespace"), Some("x"));
        assert!(all[0].has("--force") && !all[0].has("--now"));
        assert_eq!(all[1].flag("--patch"), Some("{\"a\": 1}"));
    }

    #[test]
    fn what_cannot_be_split_is_told() {
        let check = |text: &str, expected: TypedError| {
            assert_eq!(Command::all(text).unwrap_err(), expected, "{text}");
        };
        check("patch ds a -p '{", TypedError::Quote);
        check("delete pod -l app=x", TypedError::Flag("-l".to_owned()));
        check("delete pod a -n", TypedError::FlagWithoutValue("-n".to_owned()));
    }
}
