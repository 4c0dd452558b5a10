//! The forecast for an issue, a chat or a page.

use std::fmt::Write as _;

use crate::report::beliefs::belief_lines;
use crate::report::forecast::shown::Shown;
use crate::report::forecast::words::{grounds, heading, sentences, state, tries, vain};
use crate::report::markdown::{escape, grid};

/// A heading for each DaemonSet, its sentences as a list, and a table of the changes that were tried,
/// in GitHub's Markdown.
pub fn forecast_markdown(shown: &Shown<'_>) -> String {
    let mut text = escape(&heading(shown)) + "\n";
    text.extend(grounds(shown).map(|line| format!("\n{}\n", escape(&line))));
    for it in shown.outlooks {
        let _ = write!(text, "\n### {}\n\n{}\n\n", escape(&it.daemon_set), escape(&state(it)));
        for sentence in sentences(it) {
            let _ = writeln!(text, "- {}", escape(&sentence));
        }
        let rows = tries(it, shown.seeds.1);
        if !rows.is_empty() {
            let _ = write!(text, "\n{}", grid(&rows));
        }
        let vain = vain(it);
        if !vain.is_empty() {
            text.push('\n');
        }
        for sentence in vain {
            let _ = writeln!(text, "- {}", escape(&sentence));
        }
    }
    let believed = belief_lines(shown.beliefs);
    if !believed.is_empty() {
        text.push_str("\nWhat the snapshot shows lasts until an event changes it:\n\n");
    }
    for line in believed {
        let _ = writeln!(text, "- {}", escape(&line));
    }
    text
}
