//! What the pods of a node ask for, against what the node has.

use serde_json::Value;

use crate::api::{Quantity, parse_rfc3339};
use crate::report::kubectl::age::age;
use crate::report::kubectl::describe::events::Clock;
use crate::report::kubectl::describe::lines::Lines;
use crate::report::kubectl::describe::quantities::{Amounts, add, amount_of, amounts, of_pod};

/// Source: `kubectl/pkg/describe/describe.go › describeNodeResource`.
pub(super) fn node_resources(lines: &mut Lines, node: &Value, pods: &[Value], clock: &Clock<'_>) {
    let own = ["allocatable", "capacity"].map(|key| amounts(&node["status"][key]));
    let has = own.into_iter().find(|amounts| !amounts.is_empty()).unwrap_or_default();
    lines.entry(0, "Non-terminated Pods", format_args!("({} in total)", pods.len()));
    let titles = "CPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge";
    lines.line(1, format_args!("Namespace\tName\t\t{titles}"));
    let rules = "------------\t----------\t---------------\t-------------\t---";
    lines.line(1, format_args!("---------\t----\t\t{rules}"));
    let mut sums = [Amounts::new(), Amounts::new()];
    for pod in pods {
        let asked = of_pod(&pod["spec"]);
        one_pod(lines, pod, &asked, &has, clock);
        sums.iter_mut().zip(&asked).for_each(|(sum, of_pod)| add(sum, of_pod));
    }
    lines.line(0, "Allocated resources:");
    lines.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
    lines.line(1, "Resource\tRequests\tLimits");
    lines.line(1, "--------\t--------\t------");
    let huge_pages = has.keys().map(String::as_str).filter(|name| name.starts_with("hugepages-"));
    for name in ["cpu", "memory", "ephemeral-storage"].into_iter().chain(huge_pages) {
        let [requests, limits] = sums.each_ref().map(|sum| share(sum, &has, name));
        lines.line(1, format_args!("{name}\t{requests}\t{limits}"));
    }
    for name in has.keys().filter(|name| is_extended(name)) {
        let [requests, limits] = sums.each_ref().map(|sum| amount_of(sum, name));
        lines.line(1, format_args!("{name}\t{requests}\t{limits}"));
    }
}

fn one_pod(lines: &mut Lines, pod: &Value, asked: &[Amounts; 2], has: &Amounts, clock: &Clock<'_>) {
    let text = |key: &str| pod["metadata"][key].as_str().unwrap_or_default();
    let created = parse_rfc3339(text("creationTimestamp"));
    let age = created.map_or_else(|| "<unknown>".to_owned(), |created| age(clock.now, created));
    let [[cpu, cpu_limit], [memory, memory_limit]] =
        ["cpu", "memory"].map(|name| asked.each_ref().map(|amounts| share(amounts, has, name)));
    let (namespace, name) = (text("namespace"), text("name"));
    let amounts = format!("{cpu}\t{cpu_limit}\t{memory}\t{memory_limit}");
    lines.line(1, format_args!("{namespace}\t{name}\t\t{amounts}\t{age}"));
}

/// `250m (12%)`: whole percent, of a fraction as exact as a 64-bit float is. Of a node that does not
/// say what it has it is 0 %.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "kubectl computes it so, and what it loses shows"
)]
fn share(of: &Amounts, has: &Amounts, name: &str) -> String {
    let (amount, all) = (amount_of(of, name), amount_of(has, name));
    let number = |it: Quantity| if name == "cpu" { it.millis() } else { it.units() };
    let percent = match number(all) {
        0 => 0,
        all => (number(amount) as f64 / all as f64 * 100.0) as i64,
    };
    format!("{amount} ({percent}%)")
}

/// Whether a resource is one that a device plugin or an operator brings.
///
/// Source: `kubectl/pkg/util/resource/resource.go › IsStandardContainerResourceName`.
fn is_extended(name: &str) -> bool {
    !name.starts_with("hugepages-")
        && !matches!(name, "cpu" | "memory" | "ephemeral-storage" | "pods")
}
