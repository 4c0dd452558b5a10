//! The API server goes and comes back.

use crate::record::{FactId, What};
use crate::scenario::OutageKind;
use crate::time::SimDuration;
use crate::world::api_server::informers::lose_watches;
use crate::world::cx::Cx;
use crate::world::event::Event;

/// The API server stops to answer: watches deliver nothing, and no kubelet can renew its lease. If it
/// refuses connections, requests fail, and informers list everything again when they get through; if
/// it hangs, all of them wait.
pub(in crate::world) fn api_server_down(duration: SimDuration, kind: OutageKind, cx: &mut Cx<'_>) {
    let fact = cx.record.fact(cx.now, cx.cause, |_| What::ApiServerDown);
    let (up_before, refused_before) = (cx.api.up_at(), cx.api.refuses(cx.now));
    let last_answer = cx.api.last_answer(cx.now);
    cx.api.go_down(cx.now, cx.now + duration, kind);
    let (up_at, refuses) = (cx.api.up_at(), cx.api.refuses(cx.now));
    let is_longer = up_at != up_before;
    let cx = &mut cx.because(Some(fact));
    if is_longer {
        cx.at(up_at, Event::ApiServerUp { down_since: last_answer });
    }
    // Where nothing takes time, informers list again at once. A watch outlasts a server that hangs
    // until that is gone.
    if refuses && (is_longer || !refused_before) && !cx.api.is_instant() {
        lose_watches(cx.now, up_at, cx);
    }
}

/// The API server answers again, unless another outage that lasts longer has begun meanwhile.
pub(in crate::world) fn api_server_up(cx: &mut Cx<'_>) -> Option<FactId> {
    if cx.api.is_down(cx.now) {
        return None;
    }
    Some(cx.record.fact(cx.now, cx.cause, |_| What::ApiServerUp))
}
