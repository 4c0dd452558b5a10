//! Protobuf messages, as far as traces need them.
//!
//! Source: protobuf.dev, «Encoding»: a field is its number and the kind of its value as a varint, then
//! the value.

/// A message so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    bytes: Vec<u8>,
}

/// How the value of a field is written.
#[derive(Clone, Copy, Debug)]
enum Wire {
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
}

impl Message {
    /// A field of type uint32, uint64, bool or an enum; of int64, if it is not negative.
    pub(super) fn uint(&mut self, field: u32, value: u64) -> &mut Self {
        self.key(field, Wire::Varint);
        self.varint(value);
        self
    }

    /// A field of type int64.
    pub(super) fn int(&mut self, field: u32, value: i64) -> &mut Self {
        self.uint(field, value.cast_unsigned())
    }

    /// A field of type fixed64.
    pub(super) fn fixed64(&mut self, field: u32, value: u64) -> &mut Self {
        self.key(field, Wire::Fixed64);
        self.bytes.extend(value.to_le_bytes());
        self
    }

    /// A field of type string.
    pub(super) fn text(&mut self, field: u32, value: &str) -> &mut Self {
        self.length_and(field, value.as_bytes())
    }

    /// A field that holds another message.
    pub(super) fn message(&mut self, field: u32, value: &Self) -> &mut Self {
        self.length_and(field, &value.bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn length_and(&mut self, field: u32, bytes: &[u8]) -> &mut Self {
        self.key(field, Wire::Bytes);
        self.varint(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.bytes.extend(bytes);
        self
    }

    fn key(&mut self, field: u32, wire: Wire) {
        self.varint(u64::from(field) << 3 | wire as u64);
    }

    /// Seven bits a byte, the low ones first; the high bit says that more follow.
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.bytes.push(value.to_le_bytes()[0]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the documentation.
    #[test]
    fn fields_are_written_as_documented() {
        assert_eq!(Message::default().uint(1, 150).bytes(), [0x08, 0x96, 0x01]);
        let mut text = Message::default();
        assert_eq!(text.text(2, "testing").bytes(), b"\x12\x07testing");
        assert_eq!(
            Message::default().message(3, Message::default().uint(1, 150)).bytes(),
            [0x1a, 0x03, 0x08, 0x96, 0x01]
        );
        let minus_two = [0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(Message::default().int(1, -2).bytes(), minus_two);
        let fixed = Message::default().fixed64(47, 1).bytes().to_vec();
        assert_eq!(fixed, [0xf9, 0x02, 1, 0, 0, 0, 0, 0, 0, 0]);
    }
}
