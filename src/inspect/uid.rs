//! Identifiers that are always the same for the same object.

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

/// That of a pod, which its kubelet and the scheduler name in events.
pub fn pod_uid(namespace: &str, name: &str, created: SimTime) -> String {
    uid(&["Pod", namespace, name, &format_rfc3339(created)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_uuids_and_differ() {
        let one = uid(&["Pod", "ns", "a"]);
        assert_eq!(one, uid(&["Pod", "ns", "a"]));
        assert_ne!(one, uid(&["Pod", "nsa", ""]));
        assert_ne!(one, uid(&["Pod", "ns", "b"]));
        let lengths: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!((one.as_bytes()[14], "89ab".contains(&one[19..20])), (b'8', true));
    }

    /// `a` has this hash in the authors' test suite; only the bits of version and variant differ.
    #[test]
    fn the_hash_is_the_published_one() {
        let hash = (BASIS ^ u128::from(b'a')).wrapping_mul(PRIME);
        assert_eq!(format!("{hash:032x}"), "d228cb696f1a8caf78912b704e4a8964");
    }
}
