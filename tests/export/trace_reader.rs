//! A reader of Perfetto traces: as much of the published schema as our traces use, and nothing else.

use std::collections::BTreeMap;

/// A field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of a message, in their order.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let field = match key & 7 {
            0 => Field::Number(varint(&mut bytes)),
            1 => {
                let (number, rest) = bytes.split_at(8);
                bytes = rest;
                Field::Number(u64::from_le_bytes(number.try_into().unwrap()))
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)).unwrap();
                let (inner, rest) = bytes.split_at(length);
                bytes = rest;
                Field::Bytes(inner)
            }
            other => panic!("wire type {other}"),
        };
        all.push((key >> 3, field));
    }
    all
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let (mut value, mut shift) = (0, 0);
    loop {
        let (first, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        shift += 7;
        if first & 0x80 == 0 {
            return value;
        }
    }
}

impl Field<'_> {
    fn number(&self) -> u64 {
        let Field::Number(number) = self else { panic!("{self:?} is no number") };
        *number
    }

    fn bytes(&self) -> &[u8] {
        let Field::Bytes(bytes) = self else { panic!("{self:?} is no text") };
        bytes
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes().to_vec()).unwrap()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Track {
    pub(crate) parent: Option<u64>,
    pub(crate) name: String,
    pub(crate) is_counter: bool,
}

/// A slice, or an instant, which ends when it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) track: u64,
    pub(crate) category: String,
    pub(crate) name: String,
    /// In nanoseconds.
    pub(crate) from: u64,
    pub(crate) until: u64,
    /// How many slices it is in.
    pub(crate) depth: usize,
    pub(crate) flows: Vec<u64>,
    pub(crate) ends_flows: Vec<u64>,
    pub(crate) notes: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    pub(crate) packets: usize,
    pub(crate) tracks: BTreeMap<u64, Track>,
    /// In the order of their ends.
    pub(crate) slices: Vec<Slice>,
    pub(crate) instants: Vec<Slice>,
    /// By track: time and number.
    pub(crate) counters: BTreeMap<u64, Vec<(u64, i64)>>,
    open: BTreeMap<u64, Vec<Slice>>,
}

impl Trace {
    /// Reads a trace. It panics if an event is on a track that is not described, times go back, or
    /// slices do not nest.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut trace = Self::default();
        let mut before = 0;
        for (number, packet) in fields(bytes) {
            assert_eq!(number, 1, "Trace.packet");
            trace.packets += 1;
            let packet = fields(packet.bytes());
            let of = |wanted: u64| packet.iter().find(|(number, _)| *number == wanted);
            assert_eq!(of(10).map(|(_, it)| it.number()), Some(1), "the sequence of a packet");
            if let Some((_, descriptor)) = of(60) {
                trace.describe(descriptor.bytes());
            } else if let Some((_, event)) = of(11) {
                let at = of(8).unwrap().1.number();
                assert!(at >= before, "time goes back from {before} to {at}");
                before = at;
                trace.event(at, event.bytes());
            }
        }
        let left: usize = trace.open.values().map(Vec::len).sum();
        assert_eq!(left, 0, "slices that do not end");
        trace
    }

    fn describe(&mut self, bytes: &[u8]) {
        let (mut id, mut track) = (0, Track::default());
        for (number, field) in fields(bytes) {
            match number {
                1 => id = field.number(),
                2 => track.name = field.text(),
                3 => {
                    let process = fields(field.bytes());
                    let name = process.iter().find(|(number, _)| *number == 6).unwrap();
                    track.name = name.1.text();
                }
                5 => track.parent = Some(field.number()),
                8 => track.is_counter = true,
                11 | 12 => {}
                other => panic!("field {other} of a track"),
            }
        }
        assert!(id > 0 && track.parent.is_none_or(|parent| self.tracks.contains_key(&parent)));
        assert!(self.tracks.insert(id, track).is_none(), "track {id} comes twice");
    }

    fn event(&mut self, at: u64, bytes: &[u8]) {
        let mut slice = Slice { from: at, until: at, ..Slice::default() };
        let (mut kind, mut count) = (0, None);
        for (number, field) in fields(bytes) {
            match number {
                4 => slice.notes.extend([annotation(field.bytes())]),
                9 => kind = field.number(),
                11 => slice.track = field.number(),
                22 => slice.category = field.text(),
                23 => slice.name = field.text(),
                30 => count = Some(field.number().cast_signed()),
                47 => slice.flows.push(field.number()),
                48 => slice.ends_flows.push(field.number()),
                other => panic!("field {other} of an event"),
            }
        }
        let track = slice.track;
        let is_counter = self.tracks[&track].is_counter;
        assert_eq!(is_counter, kind == 4, "{slice:?}");
        let open = self.open.entry(track).or_default();
        match kind {
            1 => {
                slice.depth = open.len();
                open.push(slice);
            }
            2 => {
                let mut ended = open.pop().expect("a slice that has begun");
                ended.until = at;
                self.slices.push(ended);
            }
            3 => self.instants.push(slice),
            4 => self.counters.entry(track).or_default().push((at, count.unwrap())),
            other => panic!("an event of type {other}"),
        }
    }

    /// The tracks of a name.
    pub(crate) fn tracks_of(&self, name: &str) -> Vec<u64> {
        let named = self.tracks.iter().filter(|(_, track)| track.name == name);
        named.map(|(id, _)| *id).collect()
    }
}

fn annotation(bytes: &[u8]) -> (String, String) {
    let mut note = (String::new(), String::new());
    for (number, field) in fields(bytes) {
        match number {
            10 => note.0 = field.text(),
            6 => note.1 = field.text(),
            3 => note.1 = field.number().to_string(),
            other => panic!("field {other} of an annotation"),
        }
    }
    note
}
