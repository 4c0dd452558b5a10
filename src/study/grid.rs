//! What is varied, as a grid: every value of each field with every value of the others, and named
//! variants beside them.

use crate::study::bad_image::BadImage;
use crate::study::circumstance::is_circumstance;
use crate::study::variation::{Assignment, Dimension, Variant};

#[derive(Clone, Copy, Debug, Default)]
pub struct Varied<'a> {
    /// Every combination of their values is tried; what nobody decides is a circumstance.
    pub dimensions: &'a [Dimension],
    /// Each is tried beside those.
    pub variants: &'a [Variant],
    /// Circumstances, whatever they are named after.
    pub given: &'a [Dimension],
    /// Every decision is also tried with images that are as bad.
    pub bad_images: &'a [BadImage],
}

/// What is decided, and in which circumstances.
pub(super) struct Tried<'a> {
    pub(super) decisions: Grid<'a>,
    pub(super) circumstances: Grid<'a>,
    /// Circumstances that nothing is decided in.
    pub(super) apart: Vec<&'a Variant>,
}

impl<'a> Tried<'a> {
    /// Variants are decisions. If all that change something change circumstances, they are
    /// circumstances instead; if some do, those stand beside all others.
    pub(super) fn of(varied: Varied<'a>) -> Self {
        let (mut given, decided): (Vec<&Dimension>, Vec<&Dimension>) =
            varied.dimensions.iter().partition(|it| is_circumstance(&it.name));
        given.extend(varied.given);
        let (in_circumstances, others): (Vec<&Variant>, Vec<&Variant>) =
            varied.variants.iter().partition(|it| it.is_circumstance());
        let is_none_decided = others.iter().all(|it| it.assignments.is_empty());
        if in_circumstances.is_empty() || !is_none_decided {
            return Self {
                decisions: Grid { dimensions: decided, variants: others, keeps_base: false },
                circumstances: Grid { dimensions: given, variants: Vec::new(), keeps_base: true },
                apart: in_circumstances,
            };
        }
        let keeps_base = !decided.is_empty() && others.is_empty();
        let variants = varied.variants.iter().collect();
        Self {
            decisions: Grid { dimensions: decided, variants: Vec::new(), keeps_base: true },
            circumstances: Grid { dimensions: given, variants, keeps_base },
            apart: Vec::new(),
        }
    }
}

impl Tried<'_> {
    /// How many settings these are, with one image and one scenario.
    pub(super) fn size(&self) -> u64 {
        let grid = self.decisions.size().saturating_mul(self.circumstances.size());
        grid.saturating_add(self.apart.len() as u64)
    }
}

/// All values of some dimensions, and variants beside them.
pub(super) struct Grid<'a> {
    dimensions: Vec<&'a Dimension>,
    variants: Vec<&'a Variant>,
    /// Whether what the scenario says is a point although there are variants.
    keeps_base: bool,
}

/// A point of a grid.
pub(super) struct GridPoint<'a> {
    /// Empty if nothing is varied.
    pub(super) name: String,
    pub(super) values: Vec<&'a Assignment>,
}

impl<'a> GridPoint<'a> {
    /// What the scenario says.
    pub(super) const AS_WRITTEN: Self = Self { name: String::new(), values: Vec::new() };

    fn of_values(values: Vec<&'a Assignment>) -> Self {
        Self { name: name(&values), values }
    }

    pub(super) fn of_variant(variant: &'a Variant) -> Self {
        Self { name: variant.name.clone(), values: variant.assignments.iter().collect() }
    }
}

impl<'a> Grid<'a> {
    /// Whether its points are its variants alone.
    fn is_only_variants(&self) -> bool {
        self.dimensions.is_empty() && !self.variants.is_empty() && !self.keeps_base
    }

    /// How many points it has; if nothing is varied there is one.
    fn size(&self) -> u64 {
        let sizes = self.dimensions.iter().map(|it| it.values.len() as u64);
        let grid = sizes.fold(1_u64, u64::saturating_mul);
        let grid = if self.is_only_variants() { 0 } else { grid };
        grid.saturating_add(self.variants.len() as u64)
    }

    pub(super) fn points(&self) -> Vec<GridPoint<'a>> {
        let mut grid: Vec<Vec<&Assignment>> = vec![Vec::new()];
        for dimension in &self.dimensions {
            let with = |before: &Vec<&'a Assignment>| {
                let extended = |value| before.iter().copied().chain([value]).collect();
                dimension.values.iter().map(extended).collect::<Vec<_>>()
            };
            grid = grid.iter().flat_map(with).collect();
        }
        if self.is_only_variants() {
            grid.clear();
        }
        let variants = self.variants.iter().map(|it| GridPoint::of_variant(it));
        grid.into_iter().map(GridPoint::of_values).chain(variants).collect()
    }
}

fn name(values: &[&Assignment]) -> String {
    let parts: Vec<String> =
        values.iter().map(|it| format!("{}={}", it.name, it.shown())).collect();
    parts.join(", ")
}
