//! From a scenario to a record.

use std::ops::ControlFlow;

use crate::engine::{Ended, Finished, Limits, Simulation};
use crate::record::{Detail, Ending, Fact, Limit, Names, Object, Record, StatusCounts};
use crate::scenario::Scenario;
use crate::time::{SimDuration, SimTime};
use crate::world::causes::Look;
use crate::world::cluster::Cluster;
use crate::world::event::Agenda;
use crate::world::ids::DaemonSetId;
use crate::world::run::World;

/// How a run is made.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How much is kept.
    pub detail: Detail,
    /// How far it may go.
    pub limits: RunLimits,
    /// Whether to simplify as the conformance vectors do: pods vanish together with the Node that
    /// they are bound to, and a pod that has failed takes as long to go as any other.
    pub conformance_mode: bool,
}

/// What ends a run that does not end by itself.
#[derive(Clone, Copy, Debug)]
pub struct RunLimits {
    /// Events in all.
    pub max_events: u64,
}

impl Default for RunLimits {
    /// Twenty million events: what a rollout on hundreds of thousands of nodes takes, and facts for
    /// some 2 GB of memory.
    fn default() -> Self {
        Self { max_events: 20_000_000 }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { detail: Detail::Facts, limits: RunLimits::default(), conformance_mode: false }
    }
}

/// A status that the controller wrote: what `kubectl rollout status` watches.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// Since the start of the run.
    pub at: SimDuration,
    /// `namespace/name` of the DaemonSet.
    pub daemon_set: &'a str,
    /// `metadata.generation`.
    pub generation: i64,
    /// `status.observedGeneration`.
    pub observed_generation: i64,
    /// The rest of the status.
    pub status: StatusCounts,
    /// Whether the update strategy is `OnDelete`.
    pub on_delete: bool,
    /// Whether the object is gone, or going.
    pub deleted: bool,
}

/// What a run tells while it goes on.
pub enum Told<'a> {
    /// An object that is there at the start, before all facts.
    Start(&'a Object),
    /// A fact, and the names that it uses.
    Fact(&'a Fact, &'a Names),
    /// A status that was written.
    News(News<'a>),
    /// After all facts: what makes the objects at the end, if somebody asks for them.
    End(&'a dyn Fn() -> Vec<Object>),
}

/// Runs a scenario to its end. `watch` is told of every status when it is written, while the run
/// goes on; facts are in the record.
pub fn simulate(scenario: &Scenario, options: &Options, mut watch: impl FnMut(News<'_>)) -> Record {
    run(scenario, options, |world, _| {
        let World { cluster, api, record, .. } = world;
        for (id, at) in api.written.drain(..) {
            watch(news(id, record.elapsed(at), cluster));
        }
    })
}

/// The same, for a record that may be long: `tell` gets everything as it happens, and the record has
/// no facts in the end.
pub fn simulate_and_tell(
    scenario: &Scenario,
    options: &Options,
    mut tell: impl FnMut(Told<'_>),
) -> Record {
    let mut has_begun = false;
    run(scenario, options, |world, is_over| {
        if !std::mem::replace(&mut has_begun, true) {
            world.cluster.objects().for_each(|object| tell(Told::Start(&object)));
        }
        let World { cluster, api, record, .. } = world;
        let (facts, names) = record.take_facts();
        for fact in facts {
            tell(Told::Fact(&fact, names));
        }
        for (id, at) in api.written.drain(..) {
            tell(Told::News(news(id, record.elapsed(at), cluster)));
        }
        if is_over {
            tell(Told::End(&|| cluster.objects().collect()));
        }
    })
}

/// Runs a scenario to its end. `look` looks at the world before the first event, after each, and once
/// more when the run is over.
fn run(scenario: &Scenario, options: &Options, mut look: impl FnMut(&mut World, bool)) -> Record {
    let mut agenda = Agenda::new();
    let mut world = World::new(scenario, options);
    world.begin(scenario, &mut agenda);
    look(&mut world, false);
    let limits = Limits {
        until: scenario.start + scenario.until.limit,
        max_events: options.limits.max_events,
        ..Limits::default()
    };
    let mut simulation = Simulation::new(world, agenda, limits);
    let finished = loop {
        let flow = simulation.step();
        look(&mut simulation.model, flow.is_break());
        if let ControlFlow::Break(finished) = flow {
            break finished;
        }
    };
    finish(simulation.model, scenario, finished)
}

fn finish(mut world: World, scenario: &Scenario, finished: Finished) -> Record {
    let stops_itself = scenario.until.rollout_complete;
    let limit_hit = match finished.ended {
        Ended::Stopped if world.cluster.is_crowded => Some(Limit::PodsPerNode),
        Ended::TimeLimit if stops_itself => Some(Limit::Time),
        Ended::EventLimit => Some(Limit::Events),
        Ended::Drained | Ended::Stopped | Ended::TimeLimit => None,
    };
    debug_assert!(
        world.cluster.usage_is_consistent(),
        "what pods have taken of their nodes adds up"
    );
    let is_instant_over = matches!(finished.ended, Ended::Drained | Ended::TimeLimit);
    debug_assert!(
        !is_instant_over || world.wrong_memory(finished.at).is_none(),
        "informers that watch show the truth: {:?}",
        world.wrong_memory(finished.at)
    );
    let at_rest = finished.ended == Ended::Drained;
    // A run that is to last until a given time does, also if nothing happens any more.
    let lasts = at_rest && !stops_itself;
    let start = scenario.start;
    let end = if lasts { start + scenario.until.limit } else { finished.at.max(start) };
    record_causes(&mut world, end, at_rest);
    world.actors.script.record_what_never_happened(&mut world.record);
    let digest = world.digest.value();
    let ending = Ending { events: finished.events, at_rest, limit_hit, digest };
    let World { record, cluster, .. } = world;
    record.finish(end, ending, |node| cluster.nodes.rows()[node].name.to_string())
}

/// Tells the record why rollouts wait.
fn record_causes(world: &mut World, now: SimTime, at_rest: bool) {
    let World { cluster, actors, settings, record, .. } = world;
    actors.scheduler.record_unschedulable(settings.version, cluster, record);
    let look = Look { cluster, actors, settings, now, at_rest };
    for id in cluster.daemon_set_ids() {
        let tracker = record.tracker(id.0 as usize);
        let holds = look.holds(id, tracker.holds(), tracker.is_unfinished());
        tracker.set_holds(holds);
    }
}

/// What `kubectl rollout status` is told of a DaemonSet that was written.
fn news(id: DaemonSetId, at: SimDuration, cluster: &Cluster) -> News<'_> {
    let object = &cluster.daemon_sets[id];
    let spec = cluster.spec_of(id);
    News {
        at,
        daemon_set: &object.key,
        generation: spec.generation,
        observed_generation: object.observed_generation,
        status: object.status,
        on_delete: spec.is_on_delete(),
        deleted: !object.exists || object.deleting.is_some(),
    }
}
