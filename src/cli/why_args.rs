//! What may be written behind `rollcast why`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::time::SimDuration;

#[derive(Debug, Args)]
#[command(after_help = "\
The answers are read from the record of a run; nothing is simulated. All times count from the start
of the run. docs/why.md says what each phase is.

Examples:
  rollcast why results/node-exporter finish
  rollcast why results/node-exporter pod/node-exporter-wl2fb
  rollcast why results/node-exporter node/worker-84
  rollcast why results/node-exporter gap worker-84 --at 2m30s
  rollcast why results/dead-nodes stall
  rollcast why results/node-exporter finish -o dot | dot -Tsvg > path.svg")]
pub(super) struct WhyArgs {
    /// The results of a run: their folder, or the file facts.jsonl in it
    #[arg(value_name = "RESULTS")]
    pub(super) results: PathBuf,
    /// What is asked: `pod/NAME` (why it was created, waited and deleted), `node/NAME` (its pods and
    /// gaps), `gap NODE` (its longest gap, or the one at `--at`), `finish` (what decided when the
    /// rollout was complete) or `stall` (what holds it up)
    #[arg(value_name = "QUESTION", required = true, num_args = 1..=2)]
    pub(super) question: Vec<String>,
    /// The run as it was at this time [default: the end of the run]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(super) at: Option<SimDuration>,
    /// Only this DaemonSet, `NAME` or `NAMESPACE/NAME`
    #[arg(long, value_name = "NAME")]
    pub(super) daemonset: Option<String>,
    /// What to print
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) output: WhyFormat,
}

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum WhyFormat {
    /// Sentences and tables
    Text,
    /// All of it, for programs
    Json,
    /// The chain of causes, for Graphviz
    Dot,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question<'a> {
    Pod(&'a str),
    Node(&'a str),
    Gap(&'a str),
    Finish,
    Stall,
}

impl<'a> Question<'a> {
    /// Reads `pod/NAME`, `pod NAME` and the like, with kubectl's short names.
    pub(super) fn read(words: &'a [String]) -> Option<Self> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (kind, name) = match words.as_slice() {
            [word] => match word.split_once('/') {
                Some((kind, name)) => (kind, Some(name)),
                None => (*word, None),
            },
            [kind, name] => (*kind, Some(*name)),
            _ => return None,
        };
        match (kind, name.filter(|name| !name.is_empty())) {
            ("pod" | "pods" | "po", Some(name)) => Some(Self::Pod(name)),
            ("node" | "nodes" | "no", Some(name)) => Some(Self::Node(name)),
            ("gap", Some(name)) => Some(Self::Gap(name.strip_prefix("node/").unwrap_or(name))),
            ("finish", None) if name.is_none() => Some(Self::Finish),
            ("stall", None) if name.is_none() => Some(Self::Stall),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: Option<Question<'_>>) {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        assert_eq!(Question::read(&words), expected);
    }

    #[test]
    fn questions_are_read_as_kubectl_would() {
        check(&["pod/agent-1"], Some(Question::Pod("agent-1")));
        check(&["po", "agent-1"], Some(Question::Pod("agent-1")));
        check(&["nodes/n-1"], Some(Question::Node("n-1")));
        check(&["gap", "n-1"], Some(Question::Gap("n-1")));
        check(&["gap", "node/n-1"], Some(Question::Gap("n-1")));
        check(&["finish"], Some(Question::Finish));
        check(&["stall"], Some(Question::Stall));
        for wrong in [&["pod/"][..], &["pod"], &["gap"], &["finish", "n-1"], &["finish/"], &["x"]] {
            check(wrong, None);
        }
    }
}
