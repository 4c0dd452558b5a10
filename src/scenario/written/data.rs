//! Amounts of data, and how fast they move.

use crate::scenario::written::text::{Written, written_as_text};

/// An amount of data, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

/// So many bytes per second; none for any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bandwidth(pub Option<u64>);

written_as_text!(Size, "Size", {
    "description": "An amount of data: `80MB`, `1.5GB`, `512MiB`.",
    "examples": ["80MB", "1.5GB", "512MiB"],
    "pattern": "^[0-9]+(\\.[0-9]*)? *([kMGT]i?B?|K?i?B)$",
    "type": "string"
});

written_as_text!(Bandwidth, "Bandwidth", {
    "description": "Data per second, in bits (`10Gbit/s`) or bytes (`100MB/s`); `off` for no limit.",
    "examples": ["10Gbit/s", "100MB/s", "off"],
    "type": ["string", "boolean"]
});

/// The largest amount: a petabyte.
const MAX_BYTES: f64 = 1e15;

/// Units and the bytes that they stand for.
const UNITS: [(&str, f64); 14] = [
    ("B", 1.0),
    ("kB", 1e3),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1_024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
    ("Ki", 1_024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
];

/// Units that networks are measured in, and the bytes per second that they stand for.
const BITS: [(&str, f64); 8] = [
    ("kbit/s", 125.0),
    ("Mbit/s", 125e3),
    ("Gbit/s", 125e6),
    ("Tbit/s", 125e9),
    ("kbps", 125.0),
    ("Mbps", 125e3),
    ("Gbps", 125e6),
    ("Tbps", 125e9),
];

impl Written for Size {
    const EXPECTED: &'static str = "an amount of data such as `80MB` or `1.5GB`";

    fn from_text(text: &str) -> Result<Self, String> {
        amount(text, &UNITS).map(Self).ok_or_else(|| {
            format!("`{text}` is not an amount of data\nhint: write for example `80MB` or `1.5GB`")
        })
    }

    fn from_number(number: f64) -> Option<Result<Self, String>> {
        let hint = format!("write the unit: `{number}MB`");
        Some(Err(format!("expected an amount of data, found the number `{number}`\nhint: {hint}")))
    }
}

impl Written for Bandwidth {
    const EXPECTED: &'static str = "a bandwidth such as `10Gbit/s` or `100MB/s`, or `off`";

    fn from_text(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        let bytes = || amount(text.strip_suffix("/s")?, &UNITS);
        match amount(text, &BITS).or_else(bytes).filter(|rate| *rate > 0) {
            Some(rate) => Ok(Self(Some(rate))),
            None => Err(format!(
                "`{text}` is not a bandwidth\nhint: write for example `10Gbit/s`, `100MB/s` or `off`"
            )),
        }
    }

    fn from_number(number: f64) -> Option<Result<Self, String>> {
        let hint = format!("write the unit: `{number}Mbit/s`");
        Some(Err(format!("expected a bandwidth, found the number `{number}`\nhint: {hint}")))
    }

    fn from_bool(on: bool) -> Option<Result<Self, String>> {
        (!on).then_some(Ok(Self(None)))
    }
}

/// A number with one of these units, as whole bytes.
fn amount(text: &str, units: &[(&str, f64)]) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(digits);
    let factor = units.iter().find(|(name, _)| *name == unit.trim())?.1;
    let bytes = number.parse::<f64>().ok()? * factor;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked: neither negative nor more than a petabyte"
    )]
    (0.0..=MAX_BYTES).contains(&bytes).then_some((bytes + 0.5) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_size(text: &str, expected: Option<u64>) {
        assert_eq!(Size::from_text(text).ok().map(|size| size.0), expected, "{text}");
    }

    #[test]
    fn sizes_have_units() {
        check_size("80MB", Some(80_000_000));
        check_size("1.5 GB", Some(1_500_000_000));
        check_size("1Gi", Some(1 << 30));
        check_size("512KiB", Some(512 << 10));
        check_size("0B", Some(0));
        for wrong in ["80", "MB", "-1MB", "80Mb", "1e9B", "2000TB", ""] {
            check_size(wrong, None);
        }
    }

    fn check_bandwidth(text: &str, expected: Result<Option<u64>, ()>) {
        let read = Bandwidth::from_text(text).map(|rate| rate.0).map_err(|_| ());
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn bandwidths_are_bits_or_bytes() {
        check_bandwidth("10Gbit/s", Ok(Some(1_250_000_000)));
        check_bandwidth("8kbps", Ok(Some(1_000)));
        check_bandwidth("100MB/s", Ok(Some(100_000_000)));
        check_bandwidth("off", Ok(None));
        for wrong in ["10", "0Mbit/s", "10GB", "10G/s", "on"] {
            check_bandwidth(wrong, Err(()));
        }
    }
}
