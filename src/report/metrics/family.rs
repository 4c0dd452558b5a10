//! Metric families, and the samples of an object.

use std::borrow::Cow;

use crate::record::DaemonSetState;
use crate::report::metrics::node::NodeView;
use crate::report::metrics::pod::PodView;
use crate::time::SimTime;

/// The type of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Gauge,
    Counter,
}

/// What a sample says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sample {
    /// A number, or 0 and 1 for no and yes.
    Number(i64),
    /// Thousandths: cores of a CPU.
    Thousandths(i64),
    /// An instant, in whole seconds since the Unix epoch.
    UnixSeconds(i64),
}

/// A label: its name and its value.
pub(super) type Label = (Cow<'static, str>, String);

/// A metric of kube-state-metrics.
#[derive(Clone, Copy, Debug)]
pub(super) struct Family {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) help: &'static str,
    pub(super) of: Source,
}

/// Makes the samples of one object: their labels beyond those that name the object, and values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    DaemonSet(fn(&DaemonSetState, &mut Samples)),
    Node(fn(&NodeView<'_>, &mut Samples)),
    Pod(fn(&PodView<'_>, &mut Samples)),
}

/// The samples of one object at one scrape.
#[derive(Debug, Default)]
pub(super) struct Samples {
    pub(super) all: Vec<(Vec<Label>, Sample)>,
}

impl Samples {
    /// A sample without labels of its own.
    pub(super) fn number(&mut self, number: impl Into<i64>) {
        self.all.push((Vec::new(), Sample::Number(number.into())));
    }

    /// The same: an instant as the API server writes it, in whole seconds.
    pub(super) fn instant(&mut self, at: SimTime) {
        self.all.push((Vec::new(), unix_seconds(at)));
    }

    /// A sample with labels of its own.
    pub(super) fn labeled<const N: usize>(
        &mut self,
        labels: [(&'static str, &str); N],
        sample: Sample,
    ) {
        let labels = labels.into_iter().map(|(name, value)| (name.into(), value.to_owned()));
        self.all.push((labels.collect(), sample));
    }

    /// A sample of 1: what matters are its labels.
    pub(super) fn info<const N: usize>(&mut self, labels: [(&'static str, &str); N]) {
        self.labeled(labels, Sample::Number(1));
    }

    /// One sample for each of the values that a label may have: 1 for the one that it has.
    pub(super) fn one_of(&mut self, name: &'static str, values: &[&str], is: &str) {
        for value in values {
            self.labeled([(name, value)], Sample::Number((*value == is).into()));
        }
    }
}

pub(super) fn unix_seconds(at: SimTime) -> Sample {
    Sample::UnixSeconds(i64::try_from(at.as_secs()).unwrap_or(i64::MAX))
}
