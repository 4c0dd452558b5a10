//! The hold model on rollcast's engine and on its published peers, in one process.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml` prints a table in Markdown, in
//! two or three minutes. Absolute rates depend on the machine. So the engines take turns in short
//! rounds, each round gives a ratio of each engine to rollcast, and the table has the medians. The
//! clock is the CPU time of the thread: others may work on the machine. A bare queue is held
//! against rollcast's queue, an engine that hands its events to a model against rollcast's, which
//! does so too.

mod heap;
mod hold;
mod nexosim;
mod rollcast;
mod simcore;
mod simulacra;

use cpu_time::ThreadTime;

use crate::hold::Hold;

const PENDING: [u64; 2] = [10_000, 1_000_000];
/// Rounds that are measured, after one that is not.
const ROUNDS: usize = 15;
const SHORTEST_ROUND: u64 = 100_000;

/// An engine that takes part.
struct Peer {
    package: Package,
    what: &'static str,
    /// Whether events are handed to a model, and not taken out by hand.
    is_whole: bool,
    fill: fn(u64) -> Box<dyn Hold>,
}

/// Whose it is, which says where its version stands.
enum Package {
    Rollcast,
    Std,
    Published(&'static str),
}

/// rollcast's two come first: the others are held against them.
const PEERS: [Peer; 7] = [
    Peer {
        package: Package::Rollcast,
        what: "`Queue`",
        is_whole: false,
        fill: |pending| Box::new(rollcast::Bare::new(pending)),
    },
    Peer {
        package: Package::Rollcast,
        what: "`Simulation`",
        is_whole: true,
        fill: |pending| Box::new(rollcast::Whole::new(pending)),
    },
    Peer {
        package: Package::Std,
        what: "`BinaryHeap`",
        is_whole: false,
        fill: |pending| Box::new(heap::Heap::new(pending)),
    },
    Peer {
        package: Package::Published("simulacra"),
        what: "`EventQueue`",
        is_whole: false,
        fill: |pending| Box::new(simulacra::Bare::new(pending)),
    },
    Peer {
        package: Package::Published("simulacra"),
        what: "`Simulation`",
        is_whole: true,
        fill: |pending| Box::new(simulacra::Whole::new(pending)),
    },
    Peer {
        package: Package::Published("simcore"),
        what: "`Simulation`, the engine of DSLab",
        is_whole: true,
        fill: |pending| Box::new(simcore::SimCore::new(pending)),
    },
    Peer {
        package: Package::Published("nexosim"),
        what: "`Simulation`, one thread",
        is_whole: true,
        fill: |pending| Box::new(nexosim::NexoSim::new(pending)),
    },
];

fn main() {
    println!("| engine | hands events to a model | pending | million events/s | rollcast is |");
    println!("|---|---|--:|--:|--:|");
    for pending in PENDING {
        let rates = measure(pending);
        for (place, peer) in PEERS.iter().enumerate() {
            let ours = PEERS.iter().position(|first| first.is_whole == peer.is_whole);
            let ours = ours.expect("rollcast has both");
            let rate = median(rates.iter().map(|round| round[place]));
            let ratio = median(rates.iter().map(|round| round[ours] / round[place]));
            let ratio = if ours == place { "–".into() } else { format!("{ratio:.1} × as fast") };
            let is_whole = if peer.is_whole { "yes" } else { "no" };
            println!("| {} | {is_whole} | {pending} | {rate:.2} | {ratio} |", peer.title());
        }
    }
}

/// The rate of each peer in each round, in million events per second.
fn measure(pending: u64) -> Vec<[f64; PEERS.len()]> {
    // Half a second of simulated time at least: rollcast's queue has more to do at some times.
    let steps = SHORTEST_ROUND.max(pending / 2);
    let mut engines = PEERS.map(|peer| (peer.fill)(pending));
    let mut rates = || engines.each_mut().map(|engine| rate(engine.as_mut(), steps));
    rates();
    (0..ROUNDS).map(|_| rates()).collect()
}

fn rate(engine: &mut dyn Hold, steps: u64) -> f64 {
    let start = ThreadTime::now();
    let happened = engine.hold(steps);
    happened as f64 / start.elapsed().as_secs_f64() / 1e6
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

impl Peer {
    fn title(&self) -> String {
        match self.package {
            Package::Rollcast => format!("rollcast {}", self.what),
            Package::Std => format!("std {}", self.what),
            Package::Published(name) => format!("{name} {} {}", version(name), self.what),
        }
    }
}

/// The version that was built, out of `Cargo.lock`.
fn version(package: &str) -> &'static str {
    let lock = include_str!("../Cargo.lock");
    let head = format!("name = \"{package}\"\nversion = \"");
    let found = lock.split_once(&head).and_then(|(_, rest)| rest.split_once('"'));
    found.expect("a dependency is in the lock file").0
}
