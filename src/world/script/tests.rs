//! The script alone: what it does when, to a cluster in which nobody answers.

use std::collections::BTreeSet;

use crate::control::NodeId;
use crate::scenario::{
    Action, Among, NodeChange, NodeSelection, Repeats, Scenario, Take, TimedAction,
};
use crate::time::SimDuration;
use crate::world::controller::Controller;
use crate::world::event::Event;
use crate::world::fixture::{Fixture, scenario};
use crate::world::nodes::Nodes;
use crate::world::script::{Reach, Script};

fn cordon(among: Among, take: Take) -> Action {
    Action::Nodes { nodes: NodeSelection { among, take }, change: NodeChange::Cordon }
}

fn acts(action: Action, repeats: Option<Repeats>) -> Scenario {
    let mut scenario = scenario(10);
    let at = SimDuration::from_secs(5);
    let label = "cordon".to_owned();
    scenario.events = vec![TimedAction { at, repeats, wait: None, event: 0, action, label }];
    scenario
}

/// Runs a script to its end: when it acted, and which nodes are cordoned then.
fn run(scenario: &Scenario) -> (Vec<u64>, Vec<u32>) {
    let mut fixture = Fixture::new(scenario);
    let mut script = Script::new(scenario);
    let mut nodes = Nodes::new(scenario, fixture.settings());
    let mut controller = Controller::default();
    script.begin(&mut fixture.cx());
    let mut acted = Vec::new();
    while let Some((at, event)) = fixture.next() {
        if let Event::Action { index, ordinal } = event {
            let mut reach = Reach { controller: &mut controller, nodes: &mut nodes };
            script.act(index, ordinal, &mut reach, &mut fixture.cx());
            acted.push(at.as_secs());
        }
    }
    assert!(script.is_over());
    let is_cordoned = |node: &NodeId| fixture.cluster.node(*node).conditions.unschedulable;
    (acted, fixture.cluster.nodes.ids().filter(is_cordoned).map(|node| node.0).collect())
}

#[test]
fn an_action_happens_once_at_its_time() {
    let names = Among::Names(vec!["n3".to_owned(), "nobody".to_owned()]);
    assert_eq!(run(&acts(cordon(names, Take::All), None)), (vec![5], vec![2]));
}

#[test]
fn a_part_of_the_nodes_is_drawn_and_a_percentage_rounds_up() {
    let (_, some) = run(&acts(cordon(Among::All, Take::Percent(25)), None));
    assert_eq!(some.len(), 3);
    assert_ne!(some, [0, 1, 2], "they are drawn");
    let (_, again) = run(&acts(cordon(Among::All, Take::Percent(25)), None));
    assert_eq!(some, again, "the draw has a name");
    let (_, more) = run(&acts(cordon(Among::All, Take::Count(99)), None));
    assert_eq!(more.len(), 10);
}

#[test]
fn a_name_that_is_written_twice_is_one_node() {
    let names = || ["n3", "n3", "n3", "n5"].map(str::to_owned).to_vec();
    let (_, both) = run(&acts(cordon(Among::Names(names()), Take::Count(2)), None));
    assert_eq!(both, [2, 4]);
    let (_, half) = run(&acts(cordon(Among::Names(names()), Take::Percent(50)), None));
    assert_eq!(half.len(), 1);
}

#[test]
fn a_process_acts_again_and_again_until_its_end() {
    let repeats =
        Repeats { mean_interval: SimDuration::from_secs(10), until: SimDuration::from_secs(600) };
    let (acted, cordoned) = run(&acts(cordon(Among::All, Take::Count(1)), Some(repeats)));
    assert!(acted.len() > 20, "about one in ten seconds: {acted:?}");
    assert!(acted.iter().all(|at| (5..=600).contains(at)));
    let gaps: BTreeSet<u64> = acted.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.len() > 5, "each interval is drawn: {gaps:?}");
    assert!(cordoned.len() > 5, "and so is each node: {cordoned:?}");
}
