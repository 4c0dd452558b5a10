//! Lines of a journal, packed into one line: the log of a pod keeps 10 MiB, and a run may take 3 KiB.
//!
//! A block is `{"packed":"…"}`, gzip in base64. Each can be read without the others, and gzip has a
//! checksum, so one that is torn costs its own lines only.

use std::io::{self, Read as _, Write};
use std::time::Duration;
#[expect(
    clippy::disallowed_types,
    reason = "how long lines have been waiting, not what they say"
)]
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

const BEGIN: &str = "{\"packed\":\"";
const END: &str = "\"}";

/// A block is written once its lines have so many bytes.
const FULL: usize = 256 << 10;

/// A block is written with the next line once so much time has passed since the one before.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// No block of ours holds more bytes.
const MOST_UNPACKED: u64 = 64 << 20;

/// Packs what is written. Nothing is cut within a line, as long as whole lines are written.
#[expect(clippy::disallowed_types, reason = "how long lines have been waiting, not what they say")]
pub(super) struct Packer<W: Write> {
    out: W,
    /// The first line of each block.
    first: String,
    /// Lines that are not written yet.
    waiting: Vec<u8>,
    /// When the last block was written.
    written: Instant,
}

impl<W: Write> Packer<W> {
    /// Each block begins with the line `first`.
    #[expect(clippy::disallowed_types, reason = "see above")]
    pub(super) fn new(out: W, first: String) -> Self {
        Self { out, first, waiting: Vec::new(), written: Instant::now() }
    }

    /// Writes what is waiting.
    #[expect(clippy::disallowed_types, reason = "see above")]
    fn write_block(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let block = pack(&[self.first.as_bytes(), &self.waiting])?;
        self.waiting.clear();
        self.written = Instant::now();
        self.out.write_all(block.as_bytes())?;
        self.out.flush()
    }
}

impl<W: Write> Write for Packer<W> {
    /// Takes all of it, which must be whole lines.
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(lines);
        if self.waiting.len() >= FULL || self.written.elapsed() >= LONGEST_WAIT {
            self.write_block()?;
        }
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_block()
    }
}

/// A block of lines, with its line break.
fn pack(lines: &[&[u8]]) -> io::Result<String> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    for part in lines {
        packed.write_all(part)?;
    }
    Ok(format!("{BEGIN}{}{END}\n", STANDARD.encode(packed.finish()?)))
}

/// Whether a line is, or once was, a block.
pub(super) fn is_packed(line: &str) -> bool {
    line.starts_with(BEGIN)
}

/// The lines of a block; none if it is torn.
pub(super) fn unpack(line: &str) -> Option<String> {
    let packed = line.trim_end().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let packed = STANDARD.decode(packed).ok()?;
    let mut text = String::new();
    let mut unpacked = GzDecoder::new(packed.as_slice()).take(MOST_UNPACKED);
    unpacked.read_to_string(&mut text).ok()?;
    (unpacked.limit() > 0).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was packed, and its blocks.
    fn packed(lines: &[String]) -> String {
        let mut out = Vec::new();
        let mut packer = Packer::new(&mut out, "first\n".to_owned());
        for line in lines {
            packer.write_all(line.as_bytes()).unwrap();
        }
        packer.flush().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn blocks_are_full_and_each_is_read_alone() {
        let lines: Vec<String> = (0..40_000).map(|it| format!("line {it} of many\n")).collect();
        let packed = packed(&lines);
        assert!(packed.len() * 3 < lines.concat().len(), "{}", packed.len());
        let blocks: Vec<&str> = packed.lines().collect();
        assert!((2..10).contains(&blocks.len()), "{}", blocks.len());
        let text =
            |block: &&str| unpack(block).unwrap().strip_prefix("first\n").unwrap().to_owned();
        assert_eq!(blocks.iter().map(text).collect::<String>(), lines.concat());
    }

    #[test]
    fn a_torn_block_is_none() {
        let block = packed(&["line\n".repeat(50)]);
        assert!(unpack(&block).is_some());
        let middle = block.len() / 2;
        assert_eq!(unpack(&block[..middle]), None);
        assert_eq!(unpack(&block[middle..]), None);
        let letter = if block.as_bytes()[middle] == b'A' { "B" } else { "A" };
        let changed = [&block[..middle], letter, &block[middle + 1..]].concat();
        assert_eq!(unpack(&changed), None);
    }

    #[test]
    fn what_would_fill_the_memory_is_refused() {
        let bomb = pack(&[&vec![b'a'; 64 << 20]]).unwrap();
        assert!(bomb.len() < 1 << 20 && unpack(&bomb).is_none());
    }
}
