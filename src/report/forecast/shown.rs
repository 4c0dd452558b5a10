//! All that a forecast shows.

use crate::record::Believed;
use crate::study::Outlook;

/// All that a forecast shows.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// When the snapshot was taken, as the API server writes it.
    pub taken: &'a str,
    pub nodes: usize,
    /// The seeds as they are written, `1..60`, and how many.
    pub seeds: (&'a str, usize),
    /// What durations rest on, in short phrases.
    pub grounds: &'a [String],
    pub outlooks: &'a [Outlook],
    /// What is taken for granted, since the snapshot does not tell.
    pub beliefs: &'a [Believed],
}
