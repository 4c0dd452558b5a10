//! What a comparison varies and with which seeds: the command line goes before the scenario.

use std::fmt::Write as _;

use crate::cli::args::AskedArgs;
use crate::cli::exit::Failure;
use crate::cli::sweep::refuse;
use crate::input::{FieldPath, Tree};
use crate::scenario::Compare;
use crate::study::{
    Assignment, AutoSeeds, AutoSeedsError, BadImage, BadImageError, Dimension, Measure,
    MeasureError, ProposalError, Seeds, SeedsError, Variant, VariationError, stands_for,
};

/// Seeds if nobody says which: enough for a verdict with room for a setting that fails once.
const SEEDS: &str = "1..100";

/// What the command line asks for.
pub(super) struct Asked {
    pub(super) always: Vec<Assignment>,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) variants: Vec<Variant>,
    pub(super) given: Vec<Dimension>,
    pub(super) bad_images: Vec<BadImage>,
    /// Those of the first look if seeds are added.
    pub(super) seeds: Seeds,
    pub(super) auto_seeds: Option<AutoSeeds>,
}

impl Asked {
    /// What an option says goes before what the scenario wishes; who varies something on the
    /// command line varies nothing else.
    pub(super) fn of(args: &AskedArgs, wishes: &Compare) -> Result<Self, Failure> {
        let mut dimensions: Vec<Dimension> =
            each("--vary", &args.vary, Dimension::parse, "maxUnavailable=1,5%,10%")?;
        let mut variants: Vec<Variant> =
            each("--variant", &args.variants, Variant::parse, "surge='maxSurge=10%'")?;
        let mut given = each("--given", &args.given, Dimension::parse, "nodes=100,1000")?;
        if dimensions.is_empty() && variants.is_empty() {
            (dimensions, variants) = wished(wishes)?;
            if given.is_empty() {
                given = wished_dimensions("compare.given", &wishes.given)?;
            }
        }
        let bad_images = match args.with_faults.as_slice() {
            [] => wished_faults(wishes)?,
            asked => asked.to_vec(),
        };
        let seeds = dimensions.iter().position(|it| it.name == "seed");
        let as_dimension = seeds.map(|index| {
            let values = dimensions.remove(index).values;
            values.iter().map(Assignment::shown).collect::<Vec<_>>().join(",")
        });
        let written = match (&args.seeds, as_dimension) {
            (Some(_), Some(_)) => {
                let hint = "give all seeds in `--seeds`";
                return Err(refuse(ProposalError::new("twice", "seeds are given twice", hint)));
            }
            (Some(written), None) => written.clone(),
            (None, varied) => {
                varied.or_else(|| wishes.seeds.clone()).unwrap_or_else(|| SEEDS.to_owned())
            }
        };
        let always = each("--set", &args.overrides, Assignment::parse, "nodes=200")?;
        let of_variants = variants.iter().flat_map(|it: &Variant| &it.assignments);
        let of_circumstances = given.iter().flat_map(|it: &Dimension| &it.values);
        let mut all = of_variants.chain(of_circumstances).chain(&always);
        if all.any(|it: &Assignment| it.name == "seed") {
            let message = "each setting runs with all seeds of the sweep";
            let hint = "give the seeds in `--seeds`";
            return Err(refuse(ProposalError::new("seed-of-a-setting", message, hint)));
        }
        let (seeds, auto_seeds) = read_seeds(&written)?;
        Ok(Self { always, dimensions, variants, given, bad_images, seeds, auto_seeds })
    }
}

/// The fields of a scenario that the command line sets or varies, as far as it can be read.
pub(super) fn fields(args: &AskedArgs) -> Vec<FieldPath> {
    let of_variant = |it: Variant| it.assignments.into_iter().map(|it| it.name);
    let variants = args.variants.iter().filter_map(|it| Variant::parse(it).ok());
    let others = args.overrides.iter().chain(&args.vary).chain(&args.given);
    let names = others.filter_map(|it| it.split_once('=')).map(|(name, _)| name.trim().to_owned());
    let names = names.chain(variants.flat_map(of_variant));
    names.filter_map(|name| stands_for(&name)).collect()
}

/// Seeds as they are written; of `auto` those of the first look.
fn read_seeds(written: &str) -> Result<(Seeds, Option<AutoSeeds>), Failure> {
    let bad =
        |message: String, hint: String| refuse(ProposalError::new("bad-seeds", message, hint));
    if AutoSeeds::is_meant(written) {
        let auto = written.parse().map_err(|it: AutoSeedsError| bad(it.to_string(), it.hint()))?;
        return Ok((AutoSeeds::first(), Some(auto)));
    }
    let seeds = written.parse().map_err(|it: SeedsError| bad(it.to_string(), it.hint()))?;
    Ok((seeds, None))
}

/// What the scenario's `compare:` says.
fn wished(wishes: &Compare) -> Result<(Vec<Dimension>, Vec<Variant>), Failure> {
    let variant = |(name, changes): &(String, Vec<(String, Tree)>)| {
        let assignment = |(name, value): &(String, Tree)| Assignment::new(name, value.clone());
        Variant::new(name, changes.iter().map(assignment).collect()).map_err(|error| {
            let message = format!("compare.variants: {error}");
            refuse(ProposalError::new(
                "bad-variation",
                message,
                "write names and values on one line",
            ))
        })
    };
    let dimensions = wished_dimensions("compare.vary", &wishes.vary)?;
    let variants: Result<_, _> = wishes.variants.iter().map(variant).collect();
    Ok((dimensions, variants?))
}

fn wished_faults(wishes: &Compare) -> Result<Vec<BadImage>, Failure> {
    let fault = |written: &String| {
        written.parse().map_err(|error: BadImageError| {
            let message = format!("compare.withFaults: {error}");
            refuse(ProposalError::new("bad-fault", message, BadImageError::HINT))
        })
    };
    wishes.with_faults.iter().map(fault).collect()
}

pub(super) fn wished_measure(wishes: &Compare) -> Result<Measure, Failure> {
    let Some(written) = &wishes.cheapest else { return Ok(Measure::default()) };
    written.parse().map_err(|error: MeasureError| {
        let message = format!("compare.cheapest: {error}");
        refuse(ProposalError::new("bad-measure", message, MeasureError::HINT))
    })
}

fn wished_dimensions(
    field: &str,
    written: &[(String, Vec<Tree>)],
) -> Result<Vec<Dimension>, Failure> {
    let dimension = |(name, values): &(String, Vec<Tree>)| {
        let values = values.iter().map(|value| Assignment::new(name, value.clone()));
        Dimension::new(name, values.collect()).map_err(|error| {
            let hint = format!("each value of `{field}` makes a setting");
            refuse(ProposalError::new("bad-variation", format!("{field}: {error}"), hint))
        })
    };
    written.iter().map(dimension).collect()
}

/// Reads every use of an option, or says what is wrong with each.
fn each<T>(
    option: &str,
    written: &[String],
    parse: fn(&str) -> Result<T, VariationError>,
    example: &str,
) -> Result<Vec<T>, Failure> {
    let mut wrong = String::new();
    let mut found = Vec::new();
    for text in written {
        match parse(text) {
            Ok(parsed) => found.push(parsed),
            Err(error) => {
                let hint = format!("write for example `{option} {example}`");
                let error = ProposalError::new("bad-variation", format!("{option}: {error}"), hint);
                let _ = writeln!(wrong, "{error}");
            }
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(Failure::InvalidInput(wrong)) }
}
