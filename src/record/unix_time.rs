//! Instants in a record's file: microseconds since the Unix epoch.

pub(super) mod instant {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::time::SimTime;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    pub(in crate::record) fn serialize<S: Serializer>(
        at: &SimTime,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        out.serialize_u64(at.as_micros())
    }

    pub(in crate::record) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<SimTime, D::Error> {
        u64::deserialize(from).map(SimTime::from_micros)
    }
}

pub(super) mod maybe {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::time::SimTime;

    #[expect(clippy::ref_option, reason = "serde passes fields by reference")]
    pub(in crate::record) fn serialize<S: Serializer>(
        at: &Option<SimTime>,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        at.map(SimTime::as_micros).serialize(out)
    }

    pub(in crate::record) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<SimTime>, D::Error> {
        Option::<u64>::deserialize(from).map(|at| at.map(SimTime::from_micros))
    }
}
