//! Random numbers that have names.
//!
//! What lives here: [`Streams`], the only source of chance. A number is looked up by what it is
//! for, whom it concerns and how many times that happened before; there is no «next» number. So
//! a draw does not depend on what else was drawn, and two runs that differ in one setting share
//! every number that both of them need: what they differ in is the setting and not the noise
//! (common random numbers).

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::engine::hash::{fnv1a64, fnv1a64_chain};

/// What a random number is for, as the hash of its name. Make each one a `const`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purpose(u64);

impl Purpose {
    /// The purpose with this name.
    pub const fn new(name: &str) -> Self {
        Self(fnv1a64(name.as_bytes()))
    }
}

impl From<&str> for Purpose {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// All random numbers of one seed: `ChaCha8` with the seed as its key, the hash of purpose and
/// entity as its stream, and the ordinal as the position in that stream.
///
/// The numbers are part of the tool's results: they stay the same from version to version.
#[derive(Clone, Debug)]
pub struct Streams {
    key: [u8; 32],
}

impl Streams {
    /// The random numbers of `seed`.
    pub fn new(seed: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self { key }
    }

    /// 64 random bits for the `ordinal`-th time that `purpose` concerns `entity`: the [`fnv1a64`]
    /// of its name, and where a name has several parts, their [`fnv1a64_chain`].
    pub fn bits(&self, purpose: impl Into<Purpose>, entity: u64, ordinal: u64) -> u64 {
        let mut rng = ChaCha8Rng::from_seed(self.key);
        rng.set_stream(fnv1a64_chain(purpose.into().0, entity));
        rng.set_word_pos(u128::from(ordinal) * 2);
        rng.next_u64()
    }

    /// As [`Streams::bits`], as a number between zero and one.
    pub fn uniform(&self, purpose: impl Into<Purpose>, entity: u64, ordinal: u64) -> Uniform {
        Uniform::from_bits(self.bits(purpose, entity, ordinal))
    }
}

/// A number strictly between zero and one: an odd multiple of 2⁻⁵³, so every value is exact and
/// one half is the exact middle.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Uniform(f64);

impl Uniform {
    /// The number that the upper 52 of `bits` stand for.
    #[expect(clippy::cast_precision_loss, reason = "52 bits and one half fit exactly")]
    pub fn from_bits(bits: u64) -> Self {
        const CELLS: f64 = (1u64 << 52) as f64;
        Self(((bits >> 12) as f64 + 0.5) / CELLS)
    }

    /// The number itself.
    pub const fn get(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pins draws so that no upgrade of a dependency silently changes every result. The numbers
    /// were worked out by a separate implementation of `ChaCha8` and FNV-1a.
    #[test]
    fn draws_never_change() {
        let node = fnv1a64(b"node-17");
        for (seed, purpose, entity, ordinal, expected) in [
            (0, "", 0, 0, 0x25a5_2162_7069_c328),
            (42, "image-pull", node, 0, 0xe9eb_3b20_e670_da1c),
            (42, "image-pull", node, 1, 0xdae5_9991_cb03_bfb8),
            (42, "image-pull", node, 31, 0xdb18_fbcd_b149_e1ec),
            (42, "image-pull", node, u64::MAX, 0x86b4_2441_a2fb_cdd7),
            (42, "order", node, 0, 0xd700_77fd_ddd5_d103),
            (u64::MAX, "order", node, 0, 0x532c_29b8_0d60_5e29),
        ] {
            let bits = Streams::new(seed).bits(purpose, entity, ordinal);
            assert_eq!(bits, expected, "{seed} {purpose} {entity} {ordinal}: {bits:#018x}");
        }
    }

    /// Position is the ordinal: reading a stream from its start passes the same numbers.
    #[test]
    fn an_ordinal_is_a_position_in_the_stream() {
        let streams = Streams::new(7);
        let mut rng = ChaCha8Rng::from_seed(streams.key);
        rng.set_stream(fnv1a64(&[b"purpose".as_slice(), &9u64.to_le_bytes()].concat()));
        for ordinal in 0..100 {
            assert_eq!(streams.bits("purpose", 9, ordinal), rng.next_u64(), "{ordinal}");
        }
    }

    #[test]
    fn uniform_numbers_stay_inside_and_are_symmetric() {
        let (least, most) = (Uniform::from_bits(0), Uniform::from_bits(u64::MAX));
        assert!(least.get() > 0.0 && most.get() < 1.0);
        assert!((least.get() - (1.0 - most.get())).abs() < f64::MIN_POSITIVE);
    }

    proptest! {
        #[test]
        fn every_part_of_a_name_matters(seed: u64, entity: u64, ordinal in 0..u64::MAX) {
            let draw = Streams::new(seed).bits("a", entity, ordinal);
            prop_assert_ne!(draw, Streams::new(seed.wrapping_add(1)).bits("a", entity, ordinal));
            prop_assert_ne!(draw, Streams::new(seed).bits("b", entity, ordinal));
            prop_assert_ne!(draw, Streams::new(seed).bits("a", entity ^ 1, ordinal));
            prop_assert_ne!(draw, Streams::new(seed).bits("a", entity, ordinal + 1));
        }
    }

    #[test]
    fn the_mean_over_entities_is_one_half() {
        let streams = Streams::new(1);
        let sum: f64 = (0..10_000u32)
            .map(|i| streams.uniform("mean", fnv1a64(format!("node-{i}").as_bytes()), 0).get())
            .sum();
        assert!((sum / 10_000.0 - 0.5).abs() < 0.01, "{sum}");
    }
}
