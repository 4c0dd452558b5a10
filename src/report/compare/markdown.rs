//! `compare.md`: the comparison for a README or an issue, with its charts.

use std::fmt::Write as _;

use crate::report::compare::advice::advice_lines;
use crate::report::compare::columns::page_rows;
use crate::report::compare::differences::{
    difference_heading, difference_legend, page_rows as difference_rows,
};
use crate::report::compare::table::{assumed, heading, notes, window_line};
use crate::report::markdown::{escape, grid};
use crate::study::Study;

/// The tables and the advice in GitHub's Markdown.
pub fn compare_markdown(study: &Study) -> String {
    let window = window_line(study);
    let mut text = format!("{}; {}\n\n", escape(&heading(study)), escape(&window));
    if let Some(assumed) = assumed(study) {
        let _ = writeln!(text, "{}\n", escape(&assumed));
    }
    text.push_str(&grid(&page_rows(study)));
    let differences = difference_rows(study);
    if differences.len() > 1 {
        let (heading, legend) = (difference_heading(study), difference_legend(study, true));
        let _ = write!(text, "\n{}\n\n{}", escape(&heading), grid(&differences));
        if !legend.is_empty() {
            let _ = writeln!(text, "\n{}", escape(&legend));
        }
    }
    let lines = notes(study).into_iter().chain(advice_lines(study)).filter(|it| !it.is_empty());
    text.push('\n');
    for line in lines {
        let (indent, line) = line.split_at(line.len() - line.trim_start().len());
        let _ = writeln!(text, "{indent}- {}", escape(line));
    }
    text
}
