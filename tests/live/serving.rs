//! How many nodes are without a pod that serves, and for how long: from when pods begin and cease to
//! do so. A pod serves while it is Ready and not asked to stop.

use std::collections::BTreeMap;

use rollcast::record::nearest_rank;

use crate::figure::Figure;

/// A pod on this node began or ceased to serve, at this time in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn<N> {
    pub(crate) at: f64,
    pub(crate) node: N,
    pub(crate) serves: bool,
}

/// Per node, the time from when its pod ceases to serve until another one serves, in ascending order;
/// none for nodes whose new pod is there first.
pub(crate) fn gaps<N: Copy + Ord>(turns: &[Turn<N>]) -> Vec<f64> {
    let mut since = BTreeMap::new();
    let mut gaps = Vec::new();
    for turn in turns {
        if !turn.serves {
            since.insert(turn.node, turn.at);
        } else if let Some(since) = since.remove(&turn.node) {
            gaps.push(turn.at - since);
        }
    }
    gaps.sort_by(f64::total_cmp);
    gaps
}

/// The percentiles of gaps in ascending order.
pub(crate) fn gap_figures(gaps: &[f64]) -> Vec<(Figure, f64)> {
    let percentiles = [(Figure::GapP50, 50), (Figure::GapP99, 99), (Figure::GapMax, 100)];
    let of = |(figure, percent)| Some((figure, *nearest_rank(gaps, percent)?));
    percentiles.into_iter().filter_map(of).collect()
}

/// How many nodes are without a serving pod: a step function of seconds.
#[derive(Clone, Debug)]
pub(crate) struct Without {
    steps: Vec<(f64, f64)>,
}

impl Without {
    /// From all turns since there were no pods.
    pub(crate) fn new<N: Copy + Ord>(nodes: u32, turns: &[Turn<N>]) -> Self {
        let mut serving: BTreeMap<N, u32> = BTreeMap::new();
        let mut without = f64::from(nodes);
        let mut steps = vec![(f64::NEG_INFINITY, without)];
        for turn in turns {
            let pods = serving.entry(turn.node).or_default();
            let served = *pods > 0;
            *pods = if turn.serves { *pods + 1 } else { pods.saturating_sub(1) };
            without += f64::from(u8::from(served)) - f64::from(u8::from(*pods > 0));
            steps.push((turn.at, without));
        }
        Self { steps }
    }

    pub(crate) fn worst(&self, from: f64, to: f64) -> f64 {
        self.within(from, to).map(|(_, _, without)| without).fold(0.0, f64::max)
    }

    /// Nodes times seconds.
    pub(crate) fn sum(&self, from: f64, to: f64) -> f64 {
        self.within(from, to).map(|(begin, end, without)| (end - begin) * without).sum()
    }

    /// The steps in a span of time: when each begins and ends, and its value.
    fn within(&self, from: f64, to: f64) -> impl Iterator<Item = (f64, f64, f64)> {
        let ends = self.steps.iter().skip(1).map(|step| step.0).chain([f64::INFINITY]);
        let steps = self.steps.iter().zip(ends);
        let clipped =
            steps.map(move |(&(begin, without), end)| (begin.max(from), end.min(to), without));
        clipped.filter(|(begin, end, _)| begin < end)
    }
}

#[test]
fn gaps_and_nodes_without_follow_from_turns() {
    let turn = |at, node, serves| Turn { at, node, serves };
    let turns = [
        turn(1.0, 1, true),
        turn(2.0, 2, true),
        turn(10.0, 1, false),
        turn(14.0, 1, true),
        turn(14.0, 2, true),
        turn(15.0, 2, false),
    ];
    let without = Without::new(2, &turns);
    let worst = [without.worst(0.0, 5.0), without.worst(10.0, 20.0)];
    let sums = [without.sum(0.0, 5.0), without.sum(12.0, 20.0)];
    let text = format!("{:?} {worst:?} {sums:?}", gaps(&turns));
    assert_eq!(text, "[4.0] [2.0, 1.0] [3.0, 2.0]");
}
