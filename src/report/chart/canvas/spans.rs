//! Spans of time from left to right, evenly or logarithmically, and the axes below them.

use crate::report::chart::canvas::axes::{log_axis, time_axis};
use crate::report::chart::canvas::log_scale::LogScale;
use crate::report::chart::canvas::scale::TimeScale;
use crate::report::chart::canvas::shape::Shape;
use crate::time::SimDuration;

/// A scale of spans.
#[derive(Clone, Copy, Debug)]
pub(in crate::report::chart) enum Spans {
    Even(TimeScale),
    Log(LogScale),
}

/// Spans that differ by less than this factor are told apart on an even scale.
const NARROW: u64 = 10;

impl Spans {
    /// A scale that tells spans apart from the shortest that is not zero to the longest: evenly from
    /// zero on if they are of one size, else logarithmically.
    pub(in crate::report::chart) fn fitting(
        across: (i32, i32),
        least: SimDuration,
        most: SimDuration,
    ) -> Self {
        let high = most + SimDuration::from_micros(most.as_micros() / 10);
        if most <= least.times(NARROW) {
            return Self::Even(TimeScale::new(across, (SimDuration::ZERO, high)));
        }
        let low = SimDuration::from_micros(least.as_micros() / 10 * 8);
        Self::Log(LogScale::new(across.0, across.1, low, high))
    }

    /// The pixel column of a span; those off the scale stay at its edges.
    pub(in crate::report::chart) fn x(&self, span: SimDuration) -> i32 {
        match self {
            Self::Even(scale) => scale.x(span),
            Self::Log(scale) => scale.x(span),
        }
    }

    pub(in crate::report::chart) fn left(&self) -> i32 {
        match self {
            Self::Even(scale) => scale.left,
            Self::Log(scale) => scale.left,
        }
    }

    pub(in crate::report::chart) fn right(&self) -> i32 {
        match self {
            Self::Even(scale) => scale.right,
            Self::Log(scale) => scale.right,
        }
    }

    /// The same spans between other columns.
    pub(in crate::report::chart) fn between(&self, left: i32, right: i32) -> Self {
        match self {
            Self::Even(scale) => Self::Even(scale.between(left, right)),
            Self::Log(scale) => Self::Log(scale.between(left, right)),
        }
    }

    /// The axis below `bottom`.
    pub(in crate::report::chart) fn axis(&self, bottom: i32) -> Vec<Shape> {
        match self {
            Self::Even(scale) => time_axis(scale, bottom),
            Self::Log(scale) => log_axis(scale, bottom),
        }
    }
}
