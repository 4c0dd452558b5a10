//! The inks: what a shape can stand for, and how that looks in light and dark.
//!
//! Colors are those of Okabe and Ito, or lighter and darker kin of them. Nothing is told by color
//! alone: lines have dashes, areas have hatches, and each is named beside a sample.

use crate::report::chart::canvas::font::Weight;

/// What a shape stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report::chart) enum Ink {
    Ground,
    Margin,
    Grid,
    Axis,
    Mark,
    Title,
    Text,
    Small,
    Alarm,
    // Nodes over time.
    Wanted,
    Floor,
    Serving,
    Status,
    Updated,
    Breach,
    BreachEdge,
    // What a node has at a time.
    NewServing,
    OldServing,
    OldBesideNew,
    Starting,
    Failing,
    Terminating,
    Nothing,
    // What a pod spends its time on.
    Control,
    Limit,
    Waits,
    Schedule,
    Pull,
    Start,
    Probe,
    MinReady,
    Path,
    // Pulls and requests.
    Creates,
    Deletes,
    Others,
    Queued,
    // Who waits for a rollout, and what watches it.
    Awaits,
    Truth,
    Pending,
    Firing,
    // Several things of one kind.
    Series(u8),
    Ribbon(u8),
    // Points in a plane.
    Frontier,
    Whisker,
    Dot,
    Hollow,
}

/// How many series there are inks for: more could not be told apart.
pub(in crate::report::chart) const MOST_SERIES: usize = 8;

/// A color in light and in dark.
pub(in crate::report::chart) type Color = (&'static str, &'static str);

/// The color of the ground; texts have an edge of it, so that they are read on lines.
pub(in crate::report::chart) const GROUND: Color = ("#fff", "#14171c");

/// How an ink is put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report::chart) enum Brush {
    /// Lines: their width in pixels and their dashes, none if empty.
    Line { width: &'static str, dash: &'static str },
    /// A wide line through which the grid is seen.
    Highlight { width: &'static str },
    /// Areas.
    Fill,
    /// Areas through which what lies below is seen.
    Glaze,
    /// Areas with an edge.
    Ring { edge: Color },
    /// Areas with lines over them: the lines in a tile of 6 by 6 pixels.
    Hatch { lines: &'static str, color: Color },
    /// Text: its size in pixels, how heavy it is, and whether it may lie on lines.
    Text { size: i32, weight: Weight, on_lines: bool },
}

/// An ink's name in the style sheet, its color, and how it is put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report::chart) struct Style {
    pub(in crate::report::chart) class: &'static str,
    pub(in crate::report::chart) color: Color,
    pub(in crate::report::chart) brush: Brush,
}

const BLUE: Color = ("#0072b2", "#56b4e9");
const PALE_BLUE: Color = ("#a9d3f0", "#1f5478");
const GREEN: Color = ("#009e73", "#1fbf92");
const ORANGE: Color = ("#e69f00", "#e69f00");
const VERMILION: Color = ("#d55e00", "#ff8b3d");
const PURPLE: Color = ("#cc79a7", "#cc79a7");
const BLACK: Color = ("#000", "#fff");
const GRAY: Color = ("#6b7280", "#8b949e");
const INK: Color = ("#111418", "#f0f3f6");

/// Lines over areas, as paths in a tile of 6 by 6 pixels.
const RISING: &str = "M-1 1l2-2M0 6l6-6M5 7l2-2";
const FALLING: &str = "M-1 5l2 2M0 0l6 6M5-1l2 2";
const CROSSED: &str = "M0 6l6-6M0 0l6 6";
const LEVEL: &str = "M0 1h6M0 4h6";
const DOTTED: &str = "M1 1h1M4 4h1";

const SERIES: [(&str, &str, Color, &str); MOST_SERIES] = [
    ("s0", "b0", BLUE, ""),
    ("s1", "b1", VERMILION, "7 3"),
    ("s2", "b2", GREEN, "2 2"),
    ("s3", "b3", PURPLE, "9 3 2 3"),
    ("s4", "b4", ORANGE, "4 2"),
    ("s5", "b5", ("#56b4e9", "#3f8fd0"), "12 3"),
    ("s6", "b6", BLACK, "1 3"),
    ("s7", "b7", ("#8a7d00", "#f0e442"), "6 2 2 2 2 2"),
];

impl Ink {
    /// How it looks.
    pub(in crate::report::chart) fn style(self) -> Style {
        match self {
            Self::Ground => fill("ground", GROUND),
            Self::Margin => fill("margin", ("#f4f5f7", "#1c2027")),
            Self::Grid => line("grid", ("#e8eaed", "#2a2f37"), "1", ""),
            Self::Axis => line("axis", GRAY, "1", ""),
            Self::Mark => line("mark", ("#a3a9b3", "#5d6570"), "1", ""),
            Self::Title => text("title", INK, 16, Weight::SemiBold, false),
            Self::Text => text("text", INK, 12, Weight::Regular, true),
            Self::Small => text("small", ("#565d67", "#a9b1bb"), 11, Weight::Regular, true),
            Self::Alarm => text("alarm", ("#a34700", "#ff9d5c"), 12, Weight::SemiBold, true),
            Self::Wanted => line("wanted", ("#d5d9de", "#414852"), "4", ""),
            Self::Floor => line("floor", BLACK, "1", "7 4"),
            Self::Serving => line("serving", BLUE, "2", ""),
            Self::Status => line("status", ORANGE, "2", "3 2"),
            Self::Updated => line("updated", GREEN, "1.5", "8 2 2 2"),
            Self::Breach => hatch("breach", ("#fbdcc8", "#5a2c10"), RISING, VERMILION),
            Self::BreachEdge => line("edge", VERMILION, "4", ""),
            Self::NewServing => fill("new", BLUE),
            Self::OldServing => fill("old", PALE_BLUE),
            Self::OldBesideNew => hatch("both", PALE_BLUE, RISING, BLUE),
            Self::Starting => hatch("starting", ORANGE, RISING, ("#fbe3b0", "#6b4a00")),
            Self::Failing => hatch("failing", VERMILION, CROSSED, ("#fff", "#14171c")),
            Self::Terminating => hatch("ending", ("#dfa9c6", "#8a4a6c"), DOTTED, INK),
            Self::Nothing => hatch("nothing", ("#eceef1", "#2a2f37"), FALLING, GRAY),
            Self::Control => fill("control", ("#b3b9c2", "#5d6570")),
            Self::Limit => fill("limit", ("#3d444d", "#c5cbd3")),
            Self::Waits => hatch("waits", ("#eceef1", "#2a2f37"), FALLING, GRAY),
            Self::Schedule => hatch("schedule", ("#f0e442", "#b3a700"), LEVEL, INK),
            Self::Pull => fill("pull", ("#56b4e9", "#2a7fb8")),
            Self::Start => fill("start", ORANGE),
            Self::Probe => hatch("probe", ("#f7d58c", "#8a6100"), RISING, ORANGE),
            Self::MinReady => hatch("minready", ("#9fdcc6", "#11664d"), LEVEL, GREEN),
            Self::Path => line("path", BLACK, "1.5", ""),
            Self::Creates => fill("creates", BLUE),
            Self::Deletes => hatch("deletes", ("#f3c39a", "#7a3c10"), RISING, VERMILION),
            Self::Others => fill("others", ("#c3c8d0", "#5d6570")),
            Self::Queued => fill("queued", GRAY),
            Self::Awaits => fill("awaits", BLUE),
            Self::Truth => line("truth", BLACK, "2", ""),
            Self::Pending => hatch("pending", ("#fbe3b0", "#6b4a00"), RISING, ORANGE),
            Self::Firing => fill("firing", VERMILION),
            Self::Series(place) => {
                let (class, _, color, dash) = series(place);
                line(class, color, "2", dash)
            }
            Self::Ribbon(place) => {
                let (_, class, color, _) = series(place);
                Style { class, color, brush: Brush::Glaze }
            }
            Self::Frontier => {
                Style { class: "frontier", color: ORANGE, brush: Brush::Highlight { width: "5" } }
            }
            Self::Whisker => line("whisker", GRAY, "1.5", ""),
            Self::Dot => fill("dot", BLUE),
            Self::Hollow => {
                Style { class: "hollow", color: GROUND, brush: Brush::Ring { edge: BLUE } }
            }
        }
    }

    /// The size of its texts in pixels, and how heavy they are; of no text those of [`Ink::Text`].
    pub(in crate::report::chart) fn font(self) -> (i32, Weight) {
        match self.style().brush {
            Brush::Text { size, weight, .. } => (size, weight),
            Brush::Line { .. }
            | Brush::Highlight { .. }
            | Brush::Fill
            | Brush::Glaze
            | Brush::Ring { .. }
            | Brush::Hatch { .. } => (12, Weight::Regular),
        }
    }
}

fn series(place: u8) -> (&'static str, &'static str, Color, &'static str) {
    SERIES[usize::from(place) % MOST_SERIES]
}

const fn fill(class: &'static str, color: Color) -> Style {
    Style { class, color, brush: Brush::Fill }
}

const fn line(class: &'static str, color: Color, width: &'static str, dash: &'static str) -> Style {
    Style { class, color, brush: Brush::Line { width, dash } }
}

const fn hatch(class: &'static str, tint: Color, lines: &'static str, color: Color) -> Style {
    Style { class, color: tint, brush: Brush::Hatch { lines, color } }
}

const fn text(
    class: &'static str,
    color: Color,
    size: i32,
    weight: Weight,
    on_lines: bool,
) -> Style {
    Style { class, color, brush: Brush::Text { size, weight, on_lines } }
}
