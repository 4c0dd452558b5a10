//! Go's JSON decoder reads `null` as «absent»: a field with it keeps its zero value.

use serde::{Deserialize, Deserializer};

/// Reads a field whose `null` means the default value.
pub(super) fn null_as_default<'de, D, T>(reader: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::deserialize(reader).map(Option::unwrap_or_default)
}
