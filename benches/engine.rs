//! How fast the kernel is, and how much faster than a binary heap.
//!
//! `cargo bench --bench engine`. The hold model is the usual measure of an event queue: a fixed
//! number of events is pending, and each one that comes out schedules one more. The increments
//! are drawn beforehand so that only the queue is measured. At the end both queues take turns in
//! short rounds and the median ratio is printed: absolute numbers depend on the machine and on
//! what else it does, the ratio hardly does.
#![expect(clippy::disallowed_types, reason = "a benchmark reads the wall clock")]
#![expect(clippy::print_stdout, reason = "the ratio is its output")]

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Instant;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group};
use rollcast::engine::{Delay, Purpose, Queue, Streams, Uniform, fnv1a64};
use rollcast::time::{SimDuration, SimTime};

/// As large as the simulator's own events.
type Event = (u32, u64);

const EVENT: Event = (1, 2);
const RANKS: u8 = 8;
/// Hold steps per measurement.
const STEPS: usize = 100_000;
const PENDING: [usize; 2] = [10_000, 1_000_000];
const BURST: usize = 1_000;

trait Pending {
    fn empty() -> Self;
    fn push(&mut self, at: SimTime, rank: u8);
    fn pop(&mut self) -> SimTime;
}

impl Pending for Queue<Event> {
    fn empty() -> Self {
        Self::new()
    }

    #[inline]
    fn push(&mut self, at: SimTime, rank: u8) {
        Self::push(self, at, rank, EVENT);
    }

    #[inline]
    fn pop(&mut self) -> SimTime {
        let (now, event) = Self::pop(self).expect("an event is pending");
        black_box(event);
        now
    }
}

/// The baseline: the standard heap over (time, rank, sequence) packed in one integer.
struct Heap {
    heap: BinaryHeap<Entry>,
    sequence: u64,
}

/// Compared by its key alone, the smallest first.
struct Entry {
    key: u128,
    event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.cmp(&self.key)
    }
}

impl Pending for Heap {
    fn empty() -> Self {
        Self { heap: BinaryHeap::new(), sequence: 0 }
    }

    #[inline]
    fn push(&mut self, at: SimTime, rank: u8) {
        let order = u128::from(rank) << 56 | u128::from(self.sequence);
        let key = u128::from(at.as_micros()) << 64 | order;
        self.heap.push(Entry { key, event: EVENT });
        self.sequence += 1;
    }

    #[inline]
    fn pop(&mut self) -> SimTime {
        let Entry { key, event } = self.heap.pop().expect("an event is pending");
        black_box(event);
        SimTime::from_micros(u64::try_from(key >> 64).expect("64 bits"))
    }
}

/// Delays from 0 to 2 s, whatever the queue: all times differ.
fn increments() -> Vec<SimDuration> {
    let streams = Streams::new(1);
    let delay = Delay::uniform(SimDuration::ZERO, SimDuration::from_secs(2)).expect("in order");
    (0..1 << 14).map(|ordinal| delay.sample(streams.uniform("hold", 0, ordinal))).collect()
}

fn filled<Q: Pending>(pending: usize) -> Q {
    let streams = Streams::new(2);
    let mut queue = Q::empty();
    for entity in 0..pending as u64 {
        let at = SimTime::from_micros(streams.bits("fill", entity, 0) % 2_000_000);
        queue.push(at, entity.to_le_bytes()[0] % RANKS);
    }
    queue
}

fn hold<Q: Pending>(queue: &mut Q, increments: &[SimDuration]) {
    let ranks = (0..RANKS).cycle();
    for (increment, rank) in increments.iter().cycle().zip(ranks).take(STEPS) {
        let now = queue.pop();
        queue.push(now + *increment, rank);
    }
}

/// A thousand events at one instant; each fourth has a consequence at the same instant.
fn burst<Q: Pending>(queue: &mut Q, at: SimTime) {
    for rank in (0..RANKS).cycle().take(BURST) {
        queue.push(at, rank);
    }
    for i in 0..BURST {
        let now = queue.pop();
        if i % 4 == 0 {
            queue.push(now, 0);
            queue.pop();
        }
    }
}

fn bench_hold(c: &mut Criterion) {
    let increments = increments();
    let mut group = c.benchmark_group("hold");
    group.throughput(Throughput::Elements(STEPS as u64)).sample_size(20);
    for pending in PENDING {
        let mut wheel: Queue<Event> = filled(pending);
        let mut heap: Heap = filled(pending);
        group.bench_function(BenchmarkId::new("queue", pending), |b| {
            b.iter(|| hold(&mut wheel, &increments));
        });
        group.bench_function(BenchmarkId::new("binary_heap", pending), |b| {
            b.iter(|| hold(&mut heap, &increments));
        });
    }
    group.finish();
}

fn bench_burst(c: &mut Criterion) {
    let mut group = c.benchmark_group("burst");
    group.throughput(Throughput::Elements(BURST as u64 * 5 / 4));
    group.bench_function("queue", |b| {
        b.iter_batched_ref(
            Queue::empty,
            |q| burst(q, SimTime::from_secs(1)),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("binary_heap", |b| {
        b.iter_batched_ref(Heap::empty, |q| burst(q, SimTime::from_secs(1)), BatchSize::SmallInput);
    });
    group.finish();
}

fn bench_random(c: &mut Criterion) {
    const PURPOSE: Purpose = Purpose::new("image-pull");
    let streams = Streams::new(1);
    let node = fnv1a64(b"node-17");
    let mut ordinal = 0;
    c.bench_function("draw", |b| {
        b.iter(|| {
            ordinal += 1;
            streams.uniform(PURPOSE, black_box(node), ordinal)
        });
    });
    let seconds = SimDuration::from_secs;
    let delay = Delay::log_normal(seconds(4), seconds(30)).expect("valid");
    let uniform = Uniform::from_bits(0x1234_5678_9abc_def0);
    c.bench_function("sample/log_normal", |b| b.iter(|| delay.sample(black_box(uniform))));
    let delay = Delay::quantiles(&[(0.5, seconds(4)), (0.9, seconds(9)), (0.99, seconds(30))]);
    let delay = delay.expect("valid");
    c.bench_function("sample/quantiles", |b| b.iter(|| delay.sample(black_box(uniform))));
}

criterion_group!(benches, bench_hold, bench_burst, bench_random);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    if std::env::args().any(|argument| argument == "--bench") {
        PENDING.into_iter().for_each(print_ratio);
    }
}

/// Lets both queues take turns and prints their median rates.
fn print_ratio(pending: usize) {
    const ROUNDS: usize = 31;
    let increments = increments();
    let mut wheel: Queue<Event> = filled(pending);
    let mut heap: Heap = filled(pending);
    let mut rates = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        rates.push((rate(|| hold(&mut wheel, &increments)), rate(|| hold(&mut heap, &increments))));
    }
    let fast = median(rates.iter().map(|(wheel, _)| *wheel).collect());
    let slow = median(rates.iter().map(|(_, heap)| *heap).collect());
    let ratio = median(rates.iter().map(|(wheel, heap)| wheel / heap).collect());
    println!("hold, {pending} pending: {fast:.1} M events/s, heap {slow:.1}, ratio {ratio:.1}");
}

/// Million steps per second of one round.
#[expect(clippy::cast_precision_loss, reason = "a small constant")]
fn rate(round: impl FnOnce()) -> f64 {
    let start = Instant::now();
    round();
    STEPS as f64 / start.elapsed().as_secs_f64() / 1e6
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
