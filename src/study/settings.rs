//! From what is varied to settings: every decision in all circumstances.
//!
//! Decisions are the grid of all values that somebody decides on, and the named variants beside it;
//! circumstances are the same of what nobody decides, and whether the image is good.

use crate::input::{FieldPath, Tree};
use crate::scenario::Override;
use crate::study::bad_image::BadImage;
use crate::study::grid::{GridPoint, Tried, Varied};
use crate::study::shorthand::changes;
use crate::study::variation::Assignment;

/// Settings of a sweep; above it, memory and patience end.
const MOST_SETTINGS: u64 = 10_000;
/// The decision if nothing is decided.
const AS_WRITTEN: &str = "as written";
/// The circumstance beside those in which the image is bad.
pub const GOOD_IMAGE: &str = "good image";

/// A setting that somebody wants to see; whether it is valid is found out when it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// What is decided: `maxUnavailable=10%, minReadySeconds=30`, or the name of a variant.
    pub decision: String,
    /// The circumstance: `nodes=100, crash:90s`; empty if there is only one.
    pub circumstance: String,
    /// The circumstance without what is wrong with the image.
    pub given: String,
    /// What is wrong with the image that is rolled out.
    pub bad_image: Option<BadImage>,
    /// The scenario, by its index.
    pub scenario: usize,
    /// The varied fields and their values.
    pub values: Vec<(String, String)>,
    /// What is changed in the scenario.
    pub overrides: Vec<Override>,
}

impl Proposal {
    /// The decision and the circumstance: no two settings of a sweep have the same name.
    pub fn name(&self) -> String {
        match (self.decision.as_str(), self.circumstance.as_str()) {
            (decision, "" | AS_WRITTEN) => decision.to_owned(),
            (AS_WRITTEN, circumstance) => circumstance.to_owned(),
            (decision, circumstance) => format!("{decision}, {circumstance}"),
        }
    }
}

/// Why there are no settings to compare.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("error[{code}]: {message}\nhint: {hint}")]
pub struct ProposalError {
    /// A short stable name in kebab case.
    pub code: &'static str,
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl ProposalError {
    /// An error of this kind.
    pub fn new(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }
}

/// Every setting: each decision, of each scenario (its name and its text as a tree), in each
/// circumstance, one circumstance after the other. `always` holds in all of them.
///
/// At most `most_runs` divided by `seeds` settings are made.
pub fn propose(
    scenarios: &[(String, &Tree)],
    always: &[Assignment],
    varied: Varied<'_>,
    seeds: usize,
    most_runs: u64,
) -> Result<Vec<Proposal>, ProposalError> {
    let tried = Tried::of(varied);
    let images = 1 + varied.bad_images.len() as u64;
    let settings = tried.size().saturating_mul(images).saturating_mul(scenarios.len() as u64);
    check_size(settings, scenarios.len(), varied, seeds, most_runs)?;
    check_fields(varied)?;
    let Tried { decisions, circumstances, apart } = tried;
    let images = || std::iter::once(None).chain(varied.bad_images.iter().copied().map(Some));
    let mut proposals = Vec::new();
    let mut try_all = |circumstance: &GridPoint<'_>, decisions: &[GridPoint<'_>]| {
        for bad_image in images() {
            for (index, (scenario, tree)) in scenarios.iter().enumerate() {
                for decision in decisions {
                    let scenario = if scenarios.len() == 1 { "" } else { scenario };
                    let both: Vec<&Assignment> =
                        decision.values.iter().chain(&circumstance.values).copied().collect();
                    let named = |it: &&Assignment| (it.name.clone(), it.shown());
                    proposals.push(Proposal {
                        decision: decision_name(scenario, &decision.name),
                        circumstance: circumstance_name(&circumstance.name, bad_image, varied),
                        given: circumstance.name.clone(),
                        bad_image,
                        scenario: index,
                        values: both.iter().map(named).collect(),
                        overrides: overrides(always, &both, tree)?,
                    });
                }
            }
        }
        Ok(())
    };
    for circumstance in circumstances.points() {
        try_all(&circumstance, &decisions.points())?;
    }
    for variant in apart {
        try_all(&GridPoint::of_variant(variant), &[GridPoint::AS_WRITTEN])?;
    }
    name_base(&mut proposals);
    check_names(&proposals)?;
    Ok(proposals)
}

/// Where there are other circumstances, the one that the scenario says has a name, too; with the
/// image and without.
fn name_base(proposals: &mut [Proposal]) {
    name_unnamed(proposals.iter_mut().map(|it| &mut it.circumstance).collect());
    name_unnamed(proposals.iter_mut().map(|it| &mut it.given).collect());
}

fn name_unnamed(names: Vec<&mut String>) {
    if names.iter().any(|name| !name.is_empty()) {
        let unnamed = names.into_iter().filter(|name| name.is_empty());
        unnamed.for_each(|name| AS_WRITTEN.clone_into(name));
    }
}

fn decision_name(scenario: &str, decision: &str) -> String {
    match (scenario, decision) {
        ("", "") => AS_WRITTEN.to_owned(),
        ("", decision) => decision.to_owned(),
        (scenario, "") => scenario.to_owned(),
        (scenario, decision) => format!("{scenario}: {decision}"),
    }
}

fn circumstance_name(name: &str, bad_image: Option<BadImage>, varied: Varied<'_>) -> String {
    let image = match bad_image {
        None if varied.bad_images.is_empty() => String::new(),
        None => GOOD_IMAGE.to_owned(),
        Some(bad) => bad.to_string(),
    };
    let parts = [name, &image];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What is changed in the scenario, in this order: what holds always, what the setting says, and
/// what follows from it.
fn overrides(
    always: &[Assignment],
    values: &[&Assignment],
    tree: &Tree,
) -> Result<Vec<Override>, ProposalError> {
    check_paths(values, tree)?;
    let all: Vec<&Assignment> = always.iter().chain(values.iter().copied()).collect();
    let implied = implied(&all);
    let mut overrides = Vec::new();
    for assignment in all.into_iter().chain(&implied) {
        overrides.extend(changes(assignment, tree)?);
    }
    Ok(overrides)
}

/// No field is set twice, under whatever names.
fn check_paths(values: &[&Assignment], tree: &Tree) -> Result<(), ProposalError> {
    let mut known: Vec<(FieldPath, &str)> = Vec::new();
    for assignment in values {
        for change in changes(assignment, tree)? {
            let path = change.path().clone();
            if let Some((_, other)) = known.iter().find(|(it, _)| *it == path) {
                let message = format!("`{other}` and `{}` are the same field", assignment.name);
                return Err(ProposalError::new("twice", message, "vary it under one name"));
            }
            known.push((path, &assignment.name));
        }
    }
    Ok(())
}

/// The API server takes either `maxUnavailable` or `maxSurge`, not both. Who sets one of them to
/// something and says nothing of the other means that the other is 0.
fn implied(all: &[&Assignment]) -> Option<Assignment> {
    let last = |name: &str| all.iter().rev().find(|it| it.name == name);
    let other = match (last("maxUnavailable"), last("maxSurge")) {
        (Some(given), None) if !given.is_zero() => "maxSurge",
        (None, Some(given)) if !given.is_zero() => "maxUnavailable",
        _ => return None,
    };
    Some(Assignment::new(other, Tree::Int(0)))
}

/// Refuses a sweep that nobody can wait for, before anything of its size is made.
fn check_size(
    settings: u64,
    scenarios: usize,
    varied: Varied<'_>,
    seeds: usize,
    most_runs: u64,
) -> Result<(), ProposalError> {
    let runs = settings.saturating_mul(seeds as u64);
    if runs <= most_runs {
        if settings <= MOST_SETTINGS {
            return Ok(());
        }
        let message = format!("{settings} settings are more than {MOST_SETTINGS}");
        return Err(ProposalError::new("too-many-settings", message, "vary less"));
    }
    // Variants stand beside the others: there is no product to show.
    let mut factors = if varied.variants.is_empty() {
        let dimensions = varied.dimensions.iter().chain(varied.given);
        let scenarios = (scenarios > 1).then(|| format!("{scenarios} scenarios"));
        let images = varied.bad_images.len() + 1;
        let images = (images > 1).then(|| format!("{images} images"));
        let factors = dimensions.map(|it| format!("{} of {}", it.values.len(), it.name));
        factors.chain(scenarios).chain(images).collect()
    } else {
        vec![format!("{settings} settings")]
    };
    factors.push(format!("{seeds} seeds"));
    let message = format!("{} are {runs} runs, more than {most_runs}", factors.join(" x "));
    let hint = "vary less, or raise the limit with `--max-runs`";
    Err(ProposalError::new("too-many-runs", message, hint))
}

/// No field is varied twice, and no fault is tried twice.
fn check_fields(varied: Varied<'_>) -> Result<(), ProposalError> {
    let dimensions = varied.dimensions.iter().chain(varied.given);
    if let Some(name) = twice(dimensions.map(|it| it.name.as_str())) {
        let message = format!("`{name}` is varied twice");
        return Err(ProposalError::new("twice", message, "give all its values in one option"));
    }
    let faults: Vec<String> = varied.bad_images.iter().map(BadImage::to_string).collect();
    let Some(fault) = twice(faults.iter().map(String::as_str)) else { return Ok(()) };
    let message = format!("`{fault}` is tried twice");
    Err(ProposalError::new("twice", message, "name each fault once"))
}

/// No two settings have the same name.
fn check_names(proposals: &[Proposal]) -> Result<(), ProposalError> {
    let names: Vec<String> = proposals.iter().map(Proposal::name).collect();
    let Some(name) = twice(names.iter().map(String::as_str)) else { return Ok(()) };
    let message = format!("there are two settings `{name}`");
    Err(ProposalError::new("twice", message, "give each variant a name of its own"))
}

fn twice<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Limits, Source, read_documents};
    use crate::study::variation::{Dimension, Variant};

    fn tree(text: &str) -> Tree {
        read_documents(&Source::new("x", text), &Limits::WRITTEN).unwrap().remove(0).tree
    }

    fn proposed(
        text: &str,
        vary: &[&str],
        variants: &[&str],
    ) -> Result<Vec<Proposal>, ProposalError> {
        proposed_within(text, vary, variants, 10, 1000)
    }

    fn proposed_within(
        text: &str,
        vary: &[&str],
        variants: &[&str],
        seeds: usize,
        most_runs: u64,
    ) -> Result<Vec<Proposal>, ProposalError> {
        let dimensions: Vec<_> = vary.iter().map(|it| Dimension::parse(it).unwrap()).collect();
        let variants: Vec<_> = variants.iter().map(|it| Variant::parse(it).unwrap()).collect();
        let tree = tree(text);
        let varied = Varied { dimensions: &dimensions, variants: &variants, ..Varied::default() };
        propose(&[("s".to_owned(), &tree)], &[], varied, seeds, most_runs)
    }

    fn check(text: &str, vary: &[&str], variants: &[&str], expected: Result<&[&str], &str>) {
        let names = proposed(text, vary, variants)
            .map(|all| all.iter().map(Proposal::name).collect::<Vec<_>>());
        let expected = expected.map(|it| it.iter().map(|&it| it.to_owned()).collect());
        assert_eq!(names.map_err(|error| error.message), expected.map_err(str::to_owned));
    }

    const FLEET: &str = "{cluster: {nodes: 5}, daemonSets: [a.yaml]}";

    #[test]
    fn settings_are_decisions_in_all_circumstances() {
        check(FLEET, &[], &[], Ok(&["as written"]));
        check(
            FLEET,
            &["maxUnavailable=1,5%", "order=name,zone"],
            &["b=nodes=7"],
            Ok(&[
                "maxUnavailable=1, order=name",
                "maxUnavailable=5%, order=name",
                "maxUnavailable=1, order=zone",
                "maxUnavailable=5%, order=zone",
                "maxUnavailable=1, b",
                "maxUnavailable=5%, b",
            ]),
        );
        check(FLEET, &[], &["a=", "b=minReadySeconds=7"], Ok(&["a", "b"]));
        check(FLEET, &[], &["b=nodes=7"], Ok(&["b"]));
        // Circumstances that have names, and one of each kind.
        check(FLEET, &[], &["a=", "b=nodes=7", "c=nodes=8"], Ok(&["a", "b", "c"]));
        check(
            FLEET,
            &["order=name,zone"],
            &["a=", "b=nodes=7"],
            Ok(&["order=name", "order=zone", "a", "b"]),
        );
        check(FLEET, &[], &["b=nodes=7", "c=minReadySeconds=8"], Ok(&["c", "b"]));
        // Those that stand beside all others count, too.
        let both = ["b=nodes=7", "c=minReadySeconds=8"];
        let refused = proposed_within(FLEET, &[], &both, 10, 19).unwrap_err().message;
        assert_eq!(refused, "2 settings x 10 seeds are 20 runs, more than 19");
    }

    #[test]
    fn what_cannot_be_varied_is_told() {
        check(FLEET, &["maxUnavailble=1"], &[], Err("unknown field `maxUnavailble`"));
        check(FLEET, &["nodes=many"], &[], Err("`many` is not a number of nodes"));
        check(
            "{}",
            &["maxSurge=1"],
            &[],
            Err("the scenario has no manifest in which to set `maxSurge`"),
        );
        check(FLEET, &["a[=1"], &[], Err("a `[` in the path `a[` is never closed"));
        check(FLEET, &["nodes=1", "nodes=2"], &[], Err("`nodes` is varied twice"));
        check(FLEET, &[], &["a=", "a="], Err("there are two settings `a`"));
        check(
            FLEET,
            &["nodes=1", "cluster.nodes=2"],
            &[],
            Err("`nodes` and `cluster.nodes` are the same field"),
        );
        let numbers: Vec<String> = (0..10).map(|it| it.to_string()).collect();
        let vary = |name: &str| format!("{name}={}", numbers.join(","));
        check(
            FLEET,
            &[&vary("minReadySeconds"), &vary("nodes"), &vary("latencies.ready")],
            &[],
            Err(
                "10 of minReadySeconds x 10 of nodes x 10 of latencies.ready x 10 seeds are 10000 \
                 runs, more than 1000",
            ),
        );
    }

    /// Values that cannot be set would be told first if settings were made.
    #[test]
    fn too_many_settings_are_refused_before_they_are_made() {
        let numbers: Vec<String> = (0..101).map(|it| it.to_string()).collect();
        let vary = ["a", "b"].map(|name| format!("{name}={}", numbers.join(",")));
        let found = proposed_within(FLEET, &[&vary[0], &vary[1]], &[], 1, 1_000_000);
        assert_eq!(found.unwrap_err().message, "10201 settings are more than 10000");
    }

    #[test]
    fn one_of_surge_and_unavailable_rules_out_the_other() {
        let changed = |vary: &[&str]| {
            let proposals = proposed(FLEET, vary, &[]).unwrap();
            proposals.iter().map(|it| it.overrides.len()).collect::<Vec<_>>()
        };
        assert_eq!(changed(&["maxUnavailable=0,1"]), [1, 2]);
        assert_eq!(changed(&["maxSurge=0,0%,10%"]), [1, 1, 2]);
        assert_eq!(changed(&["maxSurge=0,1", "maxUnavailable=0,1"]), [2, 2, 2, 2]);
    }

    #[test]
    fn the_largest_pool_makes_up_the_number_of_nodes() {
        let check = |text: &str, nodes: u32, expected: Result<Override, &str>| {
            let all = proposed(text, &[&format!("nodes={nodes}")], &[]);
            let found = all.map(|all| all[0].overrides[0].clone()).map_err(|error| error.message);
            assert_eq!(found, expected.map_err(str::to_owned));
        };
        let set = |path: &str, nodes| Ok(Override::new(path.parse().unwrap(), Tree::Int(nodes)));
        check("{cluster: {nodes: 5}}", 9, set("cluster.nodes", 9));
        let pools = "{cluster: {nodePools: [{count: 3}, {count: 97}, {name: x}], nodes: [{}]}}";
        check(pools, 200, set("cluster.nodePools[1].count", 195));
        check(pools, 4, Err("`4` nodes are too few: the smaller pools have 5"));
    }
}
