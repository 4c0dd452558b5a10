//! Identifiers that are always the same for the same object.

<<<<<<<< HEAD:src/inspect/uid.rs
use crate::api::format_rfc3339;
use crate::time::SimTime;

/// FNV-1a of 128 bits: the basis and the prime that its authors publish.
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// A `metadata.uid` for what these texts tell apart: a UUID of version 8, which is for identifiers
/// that are made in a way of one's own (RFC 9562).
pub fn uid(parts: &[&str]) -> String {
    let mut hash = BASIS;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        }
    }
    let hash = hash & !(0xf_u128 << 76) & !(0x3_u128 << 62) | (0x8 << 76) | (0x2 << 62);
    let digits = format!("{hash:032x}");
    let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    groups.join("-")
}
========
pub(super) use crate::inspect::uid;
>>>>>>>> d2a72eb (Events of pods and nodes follow from facts, and objects are described as kubectl describes them):src/report/objects/uid.rs

/// That of a pod, which its kubelet and the scheduler name in events.
pub fn pod_uid(namespace: &str, name: &str, created: SimTime) -> String {
    uid(&["Pod", namespace, name, &format_rfc3339(created)])
}
