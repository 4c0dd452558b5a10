//! The events later than now, by time alone: a hierarchical timing wheel.
//!
//! A time is read as eleven digits in base 64. An event waits on the level of the highest digit in
//! which its time differs from the wheel's position, in the slot of that digit. So every level
//! below the first occupied one is empty, the first occupied slot of that level holds the
//! earliest events, and advancing deals that one slot out again, nearer to the position. An event
//! moves at most eleven times however many are pending; two or three times in practice.
//!
//! Slots are filled and dealt out in order of arrival, and events of one time always share a slot.
//! That is why equal times stay first in, first out, and why no sequence number is stored.

/// Bits of one digit: a level's occupied slots fit one `u64`.
const DIGIT_BITS: u32 = 6;
const SLOTS_PER_LEVEL: usize = 1 << DIGIT_BITS;
const LEVELS: usize = u64::BITS.div_ceil(DIGIT_BITS) as usize;

/// A dealt-out slot keeps its memory for next time unless it has room for more events than this:
/// slots that were crowded at different times would otherwise each keep their largest size.
const KEPT_CAPACITY: usize = 1024;

/// Events later than the wheel's position. Times are in microseconds.
pub(super) struct Wheel<E> {
    position: u64,
    /// Bit `level` is set if any slot of that level holds an event.
    occupied_levels: u32,
    occupied_slots: [u64; LEVELS],
    /// Level by level.
    slots: Vec<Slot<E>>,
}

struct Slot<E> {
    /// The earliest time in `entries`, kept on the way in so that looking costs no search.
    earliest: u64,
    entries: Vec<Entry<E>>,
}

struct Entry<E> {
    time: u64,
    rank: u8,
    event: E,
}

impl<E> Wheel<E> {
    pub(super) fn new() -> Self {
        Self {
            position: 0,
            occupied_levels: 0,
            occupied_slots: [0; LEVELS],
            slots: (0..LEVELS * SLOTS_PER_LEVEL).map(|_| Slot::EMPTY).collect(),
        }
    }

    /// The time up to which everything was taken out.
    pub(super) const fn position(&self) -> u64 {
        self.position
    }

    /// The earliest time that holds an event.
    pub(super) fn next_time(&self) -> Option<u64> {
        self.first_slot().map(|(level, digit)| self.slots[index(level, digit)].earliest)
    }

    /// Adds an event at a `time` after the position.
    #[inline]
    pub(super) fn insert(&mut self, time: u64, rank: u8, event: E) {
        debug_assert!(time > self.position, "the wheel holds later events only");
        self.place(Entry { time, rank, event });
    }

    /// Takes out the next event if no other shares its slot, and moves the position to its time.
    /// Most slots end like this when times are all different, so it is worth a way of its own.
    #[inline]
    pub(super) fn take_lone(&mut self) -> Option<E> {
        let (level, digit) = self.first_slot()?;
        let slot = &mut self.slots[index(level, digit)];
        if slot.entries.len() > 1 {
            return None;
        }
        let entry = slot.entries.pop()?;
        slot.earliest = u64::MAX;
        self.position = entry.time;
        self.mark_empty(level, digit);
        Some(entry.event)
    }

    /// Moves the position to the next time that holds events and gives out all of them, with
    /// their ranks, in order of arrival. Returns `None` if the wheel is empty.
    #[inline]
    pub(super) fn advance(&mut self, mut give: impl FnMut(u8, E)) -> Option<()> {
        let (level, digit) = self.first_slot()?;
        self.mark_empty(level, digit);
        let slot = &mut self.slots[index(level, digit)];
        self.position = slot.earliest;
        slot.earliest = u64::MAX;
        let mut entries = std::mem::take(&mut slot.entries);
        for entry in entries.drain(..) {
            if entry.time == self.position {
                give(entry.rank, entry.event);
            } else {
                self.place(entry);
            }
        }
        // Whatever was dealt out went to lower levels, so the slot is still empty.
        if entries.capacity() <= KEPT_CAPACITY {
            self.slots[index(level, digit)].entries = entries;
        }
        Some(())
    }

    #[inline]
    fn place(&mut self, entry: Entry<E>) {
        let level = (entry.time ^ self.position).ilog2() / DIGIT_BITS;
        let digit = digit_of(entry.time, level);
        self.occupied_levels |= 1 << level;
        self.occupied_slots[level as usize] |= 1 << digit;
        let slot = &mut self.slots[index(level as usize, digit)];
        slot.earliest = slot.earliest.min(entry.time);
        slot.entries.push(entry);
    }

    #[inline]
    fn first_slot(&self) -> Option<(usize, usize)> {
        if self.occupied_levels == 0 {
            return None;
        }
        let level = self.occupied_levels.trailing_zeros() as usize;
        Some((level, self.occupied_slots[level].trailing_zeros() as usize))
    }

    #[inline]
    fn mark_empty(&mut self, level: usize, digit: usize) {
        self.occupied_slots[level] &= !(1 << digit);
        if self.occupied_slots[level] == 0 {
            self.occupied_levels &= !(1 << level);
        }
    }
}

impl<E> Slot<E> {
    const EMPTY: Self = Self { earliest: u64::MAX, entries: Vec::new() };
}

#[expect(clippy::cast_possible_truncation, reason = "a digit is below 64")]
const fn digit_of(time: u64, level: u32) -> usize {
    ((time >> (level * DIGIT_BITS)) % SLOTS_PER_LEVEL as u64) as usize
}

const fn index(level: usize, digit: usize) -> usize {
    level * SLOTS_PER_LEVEL + digit
}
