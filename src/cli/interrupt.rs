//! Ctrl-C in a long computation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::terminal::note;

/// The first interrupt sets what is returned, which ends the sweep after the runs that have begun;
/// the second ends it at once. A process can ask for this once.
pub(super) fn stop_on_interrupt(quiet: bool) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let shared = Arc::clone(&stop);
    let handler = move || {
        if shared.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        if !quiet {
            note("\nfinishing the runs that have begun; once more to stop at once\n");
        }
    };
    // Without a handler an interrupt ends the process, and the journal holds what is done.
    let _ = ctrlc::set_handler(handler);
    stop
}
