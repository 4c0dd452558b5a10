//! The forecast for people.

use crate::report::forecast::shown::Shown;
use crate::report::forecast::words::{grounds, heading, sentences, state, tries, vain};
use crate::report::table::layout;

/// A paragraph for each DaemonSet: how far it is, what becomes of it, and a table of the changes that
/// were tried.
pub fn forecast_table(shown: &Shown<'_>) -> String {
    let mut text = heading(shown) + "\n";
    text.extend(grounds(shown).map(|line| line + "\n"));
    for it in shown.outlooks {
        text = text + "\n" + &it.daemon_set + ": " + &state(it) + "\n";
        for sentence in sentences(it) {
            text = text + "  " + &sentence + "\n";
        }
        let rows = tries(it, shown.seeds.1);
        if !rows.is_empty() {
            text.push('\n');
            text.extend(layout(&rows).lines().map(|line| format!("  {line}\n")));
        }
        for sentence in vain(it) {
            text = text + "  " + &sentence + "\n";
        }
    }
    text
}
