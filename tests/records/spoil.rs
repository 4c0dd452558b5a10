//! What can be done to a file: bytes, lines and values.

use serde_json::{Number, Value};

/// Random numbers that are the same in every run (`SplitMix64`).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % count.max(1) as u64).unwrap()
    }
}

/// The file with something wrong in it; it may still be right.
pub(crate) fn spoil(text: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let at = dice.below(bytes.len());
    match dice.below(12) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << dice.below(8),
        2 => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
        3 => return spoil_lines(text, dice).into_bytes(),
        _ => return spoil_values(text, dice).into_bytes(),
    }
    bytes
}

/// Lines that are lost, there twice, or out of order. The numbers are mended half of the time.
fn spoil_lines(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(3) {
        0 => _ = lines.remove(one),
        1 => lines.insert(other, lines[one].clone()),
        _ => lines.swap(one, other),
    }
    if dice.below(2) == 0 {
        renumber(&mut lines);
    }
    lines.join("\n") + "\n"
}

fn renumber(lines: &mut [String]) {
    let mut values: Vec<Value> =
        lines.iter().map(|line| serde_json::from_str(line).unwrap_or_default()).collect();
    let (mut id, mut at) = (0, 0);
    for (value, line) in values.iter_mut().zip(lines).filter(|(value, _)| value["id"].is_u64()) {
        at = at.max(value["at_us"].as_u64().unwrap_or_default());
        (value["id"], value["at_us"]) = (id.into(), at.into());
        if value["cause"].as_u64().is_some_and(|cause| cause >= id) {
            value["cause"] = id.checked_sub(1).into();
        }
        id += 1;
        *line = value.to_string();
    }
}

/// A value somewhere in a line, or in the whole file if it is one object, is another one.
fn spoil_values(text: &str, dice: &mut Dice) -> String {
    let is_one = serde_json::from_str::<Value>(text).is_ok();
    let mut lines: Vec<String> =
        if is_one { vec![text.to_owned()] } else { text.lines().map(str::to_owned).collect() };
    for _ in 0..=dice.below(2) {
        let place = dice.below(lines.len());
        let Ok(mut value) = serde_json::from_str::<Value>(&lines[place]) else { continue };
        for _ in 0..=dice.below(3) {
            spoil_somewhere(&mut value, dice);
        }
        lines[place] = value.to_string();
    }
    if !is_one && dice.below(4) > 0 {
        renumber(&mut lines);
    }
    lines.join("\n") + "\n"
}

/// A line with another one of these is refused at once.
const KINDS: [&str; 3] = ["cause", "start", "what"];

fn spoil_somewhere(value: &mut Value, dice: &mut Dice) {
    let goes_on = dice.below(25) > 0;
    match value {
        Value::Object(fields) if goes_on && !fields.is_empty() => {
            let place = dice.below(fields.len());
            let key = fields.keys().nth(place).unwrap().clone();
            if KINDS.contains(&key.as_str()) && dice.below(8) > 0 {
                return;
            }
            if dice.below(16) == 0 {
                fields.remove(&key);
            } else {
                spoil_somewhere(&mut fields[&key], dice);
            }
        }
        Value::Array(items) if goes_on && !items.is_empty() => {
            let place = dice.below(items.len());
            match dice.below(6) {
                0 => _ = items.remove(place),
                1 => items.push(items[place].clone()),
                _ => spoil_somewhere(&mut items[place], dice),
            }
        }
        _ => *value = another(value, dice),
    }
}

/// A value of the same type half of the time, as nobody would write it.
fn another(old: &Value, dice: &mut Dice) -> Value {
    const NUMBERS: [u64; 12] = [
        0,
        1,
        2,
        59_999_999,
        (1 << 31) - 1,
        u32::MAX as u64,
        1 << 40,
        300_000_000_000_000,
        1_780_000_000_000_000,
        (1 << 53) + 1,
        i64::MAX as u64,
        u64::MAX,
    ];
    const TEXTS: [&str; 12] = [
        "",
        " ",
        "/",
        "a/b/c",
        "\u{1b}[2J",
        "two\nlines",
        "\r",
        "\"",
        "\u{feff}",
        "ä\u{1f680}",
        "-",
        "100%",
    ];
    let is_same = dice.below(16) > 0;
    match old {
        Value::Number(_) if is_same => NUMBERS[dice.below(NUMBERS.len())].into(),
        Value::String(_) if is_same => TEXTS[dice.below(TEXTS.len())].into(),
        Value::Bool(it) if is_same => (!it).into(),
        _ => match dice.below(8) {
            0 => Value::Null,
            1 => (-1).into(),
            2 => Number::from_f64(1.5e300).unwrap().into(),
            3 => NUMBERS[dice.below(NUMBERS.len())].into(),
            4 => TEXTS[dice.below(TEXTS.len())].into(),
            5 => serde_json::json!([old]),
            6 => serde_json::json!({"a": old}),
            _ => serde_json::json!(true),
        },
    }
}
