//! What phases of a pod look like, and what they are called.

use crate::inspect::over_time::GanttPod;
use crate::inspect::phases::PhaseKind;
use crate::report::chart::canvas::ink::Ink;
use crate::time::SimDuration;

/// A part of a pod's bar: phases one after the other that look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) ink: Ink,
    pub(super) from: SimDuration,
    pub(super) until: SimDuration,
}

/// The bar of a pod.
#[derive(Clone, Debug, Default)]
pub(super) struct Bar {
    /// What it is in; none where it is not created yet.
    pub(super) standing: Vec<Piece>,
    /// Where it, or its creation, waits for the control plane.
    pub(super) waits: Vec<Piece>,
}

impl Bar {
    /// The phases of a pod, of the new revision or of an older one. What is left of it when the next
    /// pod begins is cut off: its containers have stopped, only the object is still there.
    pub(super) fn of(pod: &GanttPod, next: Option<&GanttPod>, is_new: bool) -> Self {
        let serving = if is_new { Ink::NewServing } else { Ink::OldServing };
        let mut bar = Self::default();
        // An old pod was there before the rollout.
        let mut standing = (!is_new).then_some(serving);
        let next = next.and_then(|it| it.spans.first()).map_or(SimDuration::MAX, |it| it.from);
        for span in &pod.spans {
            let is_over = span.kind == PhaseKind::Cleanup;
            let until = if is_over { span.until.min(next).max(span.from) } else { span.until };
            let piece = |ink| Piece { ink, from: span.from, until };
            let ink = ink_of(span.kind, serving);
            if is_strip(ink) {
                push(&mut bar.waits, piece(ink));
            } else {
                standing = Some(ink);
            }
            if let Some(ink) = standing {
                push(&mut bar.standing, piece(ink));
            }
        }
        bar
    }

    /// All of it.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.standing.iter().chain(&self.waits)
    }

    /// From when to when.
    pub(super) fn ends(&self) -> Option<(SimDuration, SimDuration)> {
        let from = self.pieces().map(|it| it.from).min()?;
        Some((from, self.pieces().map(|it| it.until).max()?))
    }
}

/// Adds a piece; if it goes on with the last one, that is longer.
fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match pieces.last_mut() {
        _ if piece.from == piece.until => {}
        Some(last) if last.ink == piece.ink && last.until == piece.from => last.until = piece.until,
        _ => pieces.push(piece),
    }
}

/// Whether a pod goes on as it is meanwhile, so that a strip over it tells of this.
pub(super) fn is_strip(ink: Ink) -> bool {
    matches!(ink, Ink::Control | Ink::Limit)
}

fn ink_of(kind: PhaseKind, serving: Ink) -> Ink {
    match kind {
        PhaseKind::Scenario
        | PhaseKind::Controller
        | PhaseKind::Timer
        | PhaseKind::Retry
        | PhaseKind::Outage
        | PhaseKind::ApiCalls => Ink::Control,
        PhaseKind::ApiLimit => Ink::Limit,
        PhaseKind::PullWait => Ink::Waits,
        PhaseKind::Schedule => Ink::Schedule,
        PhaseKind::Pull => Ink::Pull,
        PhaseKind::Start => Ink::Start,
        PhaseKind::Probe => Ink::Probe,
        PhaseKind::MinReady => Ink::MinReady,
        PhaseKind::Budget | PhaseKind::NewPod | PhaseKind::Ready => serving,
        PhaseKind::Terminate | PhaseKind::Cleanup => Ink::Terminating,
        PhaseKind::PullBackOff
        | PhaseKind::CrashBackOff
        | PhaseKind::NotReady
        | PhaseKind::Failed
        | PhaseKind::Node => Ink::Failing,
    }
}

/// The inks of phases in the order of a replacement, and what the key says of them.
pub(super) const KEY: [(Ink, &str); 12] = [
    (Ink::OldServing, "old revision serving"),
    (Ink::Terminating, "terminating"),
    (Ink::Control, "waiting for the controller"),
    (Ink::Limit, "waiting for its API limit"),
    (Ink::Schedule, "scheduling"),
    (Ink::Waits, "waiting for other pulls"),
    (Ink::Pull, "pulling the image"),
    (Ink::Start, "starting"),
    (Ink::Probe, "becoming Ready"),
    (Ink::Failing, "failing, or its node is"),
    (Ink::MinReady, "minReadySeconds"),
    (Ink::NewServing, "new revision serving"),
];

/// What a phase is called.
pub(super) fn name(ink: Ink) -> &'static str {
    KEY.iter().find(|(known, _)| *known == ink).map_or("", |(_, name)| name)
}
