//! What events are called in charts.

use crate::scenario::tests::valid;

/// Checks the label of an event where `daemon_sets` are.
#[track_caller]
fn check_label(daemon_sets: &str, event: &str, expected: &str) {
    let scenario = valid(&format!(
        "cluster: {{nodePools: [{{name: node, count: 3}}, {{name: spot, count: 2}}]}}\n\
         daemonSets: {daemon_sets}\nevents: [{{at: 1m, {event}}}]\n"
    ));
    assert_eq!(scenario.events[0].label, expected, "{event}");
}

#[test]
fn a_label_names_the_daemon_set_where_there_are_several() {
    check_label("[agent.yaml]", "setImage: 'agent=x/agent:1.1'", "set image agent=1.1");
    let event = "setImage: {daemonSet: second, images: {agent: x/second:1.1}}";
    check_label("[agent.yaml, second.yaml]", event, "set image second agent=1.1");
    let event = "deletePods: {daemonSet: second, nodes: all}";
    check_label("[agent.yaml, second.yaml]", event, "delete second pods: all nodes");
}

#[test]
fn an_image_is_its_own_name_and_tag() {
    let long = "quay.io/fluentd_elasticsearch/fluentd-elasticsearch:v2.6";
    let event = format!("setImage: 'agent={long}'");
    check_label("[agent.yaml]", &event, "set image agent=fluentd-elasticsearch:v2.6");
    let pinned = format!("setImage: 'agent={long}@sha256:{}'", "0".repeat(64));
    check_label("[agent.yaml]", &pinned, "set image agent=fluentd-elasticsearch:v2.6");
}

#[test]
fn a_label_names_the_nodes() {
    let agent = "[agent.yaml]";
    let event = "taint: {nodes: node-1, taint: 'dedicated=x:NoSchedule'}";
    check_label(agent, event, "taint node-1 dedicated=x:NoSchedule");
    let event = "untaint: {nodes: node-1, taint: dedicated}";
    check_label(agent, event, "untaint node-1 dedicated");
    let event = "label: {nodes: node-2, labels: {disktype: ssd}}";
    check_label(agent, event, "label node-2 disktype=ssd");
    let event = "label: {nodes: node-2, labels: {disktype: null}}";
    check_label(agent, event, "label node-2 disktype-");
}

#[test]
fn numbers_of_nodes_agree_with_their_noun() {
    let agent = "[agent.yaml]";
    check_label(agent, "join: {pool: node}", "1 node joins");
    check_label(agent, "join: {pool: node, count: 3}", "3 nodes join");
    check_label(agent, "join: {pool: spot, count: 3}", "3 spot nodes join");
    check_label(agent, "leave: {count: 1}", "leave: 1 node");
    check_label(agent, "leave: {pool: spot, count: 1}", "leave: 1 spot node");
    check_label(agent, "leave: {pool: node, count: 2}", "leave: 2 nodes");
    check_label(agent, "leave: [node-1, node-2]", "leave: 2 nodes");
}
