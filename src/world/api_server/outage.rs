//! The API server goes and comes back.

use crate::record::{FactId, What};
use crate::time::SimDuration;
use crate::world::cx::Cx;
use crate::world::event::Event;

/// The API server stops to answer: requests fail, watches deliver nothing, and no kubelet can renew
/// its lease.
pub(in crate::world) fn api_server_down(duration: SimDuration, cx: &mut Cx<'_>) {
    let fact = cx.record.fact(cx.now, cx.cause, |_| What::ApiServerDown);
    let before = cx.api.up_at();
    cx.api.go_down(cx.now, cx.now + duration);
    if cx.api.up_at() > before {
        let event = Event::ApiServerUp { down_since: cx.api.last_answer(cx.now) };
        let up_at = cx.api.up_at();
        cx.because(Some(fact)).at(up_at, event);
    }
}

/// The API server answers again, unless another outage that lasts longer has begun meanwhile.
pub(in crate::world) fn api_server_up(cx: &mut Cx<'_>) -> Option<FactId> {
    if cx.api.is_down(cx.now) {
        return None;
    }
    Some(cx.record.fact(cx.now, cx.cause, |_| What::ApiServerUp))
}
