//! In which order runs are made: those that cost most come first.

use crate::tool::Folder;

/// The settings of the runs of a journal, in the order of its lines.
fn settings(journal: &str) -> Vec<char> {
    let rows = journal.lines().filter_map(|line| line.strip_prefix("{\"setting\":"));
    rows.filter_map(|row| row.chars().next()).collect()
}

#[test]
fn the_runs_that_cost_most_are_made_first() {
    let folder = Folder::new();
    let sweep = |more: &[&str]| {
        let sweep = ["compare", "fleet.yaml", "--seeds=1..2", "--jobs=1", "--quiet", "--out=-"];
        settings(&folder.print(&[&sweep, more].concat()))
    };
    // The nodes tell, whether runs are tried beforehand or not.
    let by_nodes = ['1', '1', '2', '2', '0', '0'];
    assert_eq!(sweep(&["--vary=nodes=10,40,20"]), by_nodes);
    assert_eq!(sweep(&["--vary=nodes=10,40,20", "--set=until=10m"]), by_nodes);
    // Of as many nodes, the events of runs that were tried: a smaller budget takes more syncs.
    assert_eq!(sweep(&["--vary=maxUnavailable=100%,1"]), ['1', '1', '0', '0']);
    assert_eq!(sweep(&["--vary=maxUnavailable=1,100%"]), ['0', '0', '1', '1']);
}
