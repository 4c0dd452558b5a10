//! The hash in the name of a ControllerRevision and in the pods' `controller-revision-hash`.
//!
//! What lives here: [`revision_hash`]. Kubernetes hashes a Go dump of the template, which depends
//! on Go's type names; the simulator hashes its canonical template text and encodes it the same
//! way, so hashes look real, are stable, and differ from those of a real cluster.

/// The characters Kubernetes encodes with: no vowels, no look-alikes.
const SAFE_ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// The hash of a pod template's canonical text: 1 to 10 characters of `456789bcdf`.
///
/// `collision_count` is the DaemonSet's status.collisionCount. Mirrors
/// `pkg/controller/controller_utils.go` › `ComputeHash`.
pub fn revision_hash(canonical_template: &str, collision_count: Option<u32>) -> String {
    let mut hash = fnv1a_32(FNV_OFFSET, canonical_template.as_bytes());
    if let Some(count) = collision_count {
        hash = fnv1a_32(hash, &u64::from(count).to_le_bytes());
    }
    safe_encode(&hash.to_string())
}

const FNV_OFFSET: u32 = 2_166_136_261;
const FNV_PRIME: u32 = 16_777_619;

fn fnv1a_32(start: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(FNV_PRIME))
}

/// Mirrors apimachinery pkg/util/rand/rand.go › `SafeEncodeString`.
fn safe_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| char::from(SAFE_ALPHABET[usize::from(byte) % SAFE_ALPHABET.len()]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, fnv: u32, encoded: &str) {
        assert_eq!(fnv1a_32(FNV_OFFSET, text.as_bytes()), fnv);
        assert_eq!(revision_hash(text, None), encoded);
    }

    #[test]
    fn hashes_are_encoded_as_kubernetes_encodes_them() {
        check("", 2_166_136_261, "65bb57b6b5");
        check("a", 3_826_002_220, "7d6b446664");
        check("foobar", 3_214_735_720, "7658c79c64");
    }

    #[test]
    fn a_collision_changes_the_hash() {
        assert_ne!(revision_hash("foobar", Some(0)), revision_hash("foobar", None));
        assert_ne!(revision_hash("foobar", Some(1)), revision_hash("foobar", Some(0)));
    }
}
