//! What a DaemonSet asks for, in words.

use crate::inspect::phases::Rules;

/// `maxUnavailable 10%, minReadySeconds 30`; `OnDelete`.
pub fn setting(rules: &Rules) -> String {
    let mut words = Vec::new();
    if rules.on_delete {
        words.push("OnDelete".to_owned());
    } else if rules.surges() {
        words.push(format!("maxSurge {}", rules.max_surge));
    } else {
        words.push(format!("maxUnavailable {}", rules.max_unavailable));
    }
    if !rules.min_ready.is_zero() {
        words.push(format!("minReadySeconds {}", rules.min_ready.as_secs()));
    }
    words.join(", ")
}
