//! FNV-1a, pinned here so that no dependency can ever change a result.
//!
//! It turns names into numbers. It is not meant to resist anyone.

/// The hash of no bytes at all, 64 bit.
pub(super) const FNV1A64_EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a of `bytes`, 64 bit.
pub const fn fnv1a64(bytes: &[u8]) -> u64 {
    fnv1a64_continue(FNV1A64_EMPTY, bytes)
}

/// FNV-1a of the bytes that gave `hash`, followed by `bytes`.
pub(super) const fn fnv1a64_continue(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}

/// The hash of a name in two parts: of what gave `hash`, and of the number `part`.
///
/// Unlike an exclusive or, which is zero for any two equal parts and the same for any two parts in
/// either order, it tells all of them apart.
pub const fn fnv1a64_chain(hash: u64, part: u64) -> u64 {
    fnv1a64_continue(hash, &part.to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors of the authors' test suite (`test_fnv.c`).
    #[test]
    fn agrees_with_the_published_vectors() {
        for (text, hash) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("b", 0xaf63_df4c_8601_f1a5),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(fnv1a64(text.as_bytes()), hash, "{text}");
        }
    }

    #[test]
    fn a_hash_continues_where_it_stopped() {
        assert_eq!(fnv1a64_continue(fnv1a64(b"foo"), b"bar"), fnv1a64(b"foobar"));
    }

    #[test]
    fn a_chain_tells_its_parts_apart() {
        let [a, b] = [fnv1a64(b"a"), fnv1a64(b"b")];
        let chains = [(a, a), (b, b), (a, b), (b, a), (a, 0)].map(|(a, b)| fnv1a64_chain(a, b));
        assert_eq!(std::collections::BTreeSet::from(chains).len(), chains.len());
    }
}
