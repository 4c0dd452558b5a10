//! How the charts of a study look, beyond what all charts share: eight series in Okabe–Ito colors,
//! each with a dash of its own, so that none is told by color alone.

/// What is the same in light and dark; `@` stands for the document's id.
pub(super) const STYLE: &str = "\
@ .s0,@ .s1,@ .s2,@ .s3,@ .s4,@ .s5,@ .s6,@ .s7{stroke-width:2px;stroke-linejoin:round}
@ .s1{stroke-dasharray:7 3}
@ .s2{stroke-dasharray:2 2}
@ .s3{stroke-dasharray:9 3 2 3}
@ .s4{stroke-dasharray:4 2}
@ .s5{stroke-dasharray:12 3}
@ .s6{stroke-dasharray:1 3}
@ .s7{stroke-dasharray:6 2 2 2 2 2}
@ .b0,@ .b1,@ .b2,@ .b3,@ .b4,@ .b5,@ .b6,@ .b7{fill-opacity:.18}
@ .frontier{stroke-width:5px;stroke-opacity:.35;stroke-linejoin:round}
@ .whisker{stroke-width:1.5px}
@ .hollow{stroke-width:1.5px}
";

/// Colors by class, as in `paint`.
pub(super) const COLORS: [(&str, &str, &str, &str); 22] = [
    ("s0", "stroke", "#0072b2", "#56b4e9"),
    ("s1", "stroke", "#d55e00", "#ff8b3d"),
    ("s2", "stroke", "#009e73", "#009e73"),
    ("s3", "stroke", "#cc79a7", "#cc79a7"),
    ("s4", "stroke", "#e69f00", "#e69f00"),
    ("s5", "stroke", "#56b4e9", "#0072b2"),
    ("s6", "stroke", "#000", "#fff"),
    ("s7", "stroke", "#8a7d00", "#f0e442"),
    ("b0", "fill", "#0072b2", "#56b4e9"),
    ("b1", "fill", "#d55e00", "#ff8b3d"),
    ("b2", "fill", "#009e73", "#009e73"),
    ("b3", "fill", "#cc79a7", "#cc79a7"),
    ("b4", "fill", "#e69f00", "#e69f00"),
    ("b5", "fill", "#56b4e9", "#0072b2"),
    ("b6", "fill", "#000", "#fff"),
    ("b7", "fill", "#8a7d00", "#f0e442"),
    ("frontier", "stroke", "#e69f00", "#e69f00"),
    ("whisker", "stroke", "#6b7280", "#8b949e"),
    ("dot", "fill", "#0072b2", "#56b4e9"),
    ("hollow", "fill", "#fff", "#14171c"),
    ("hollow", "stroke", "#0072b2", "#56b4e9"),
    ("margin", "fill", "#f4f5f7", "#1c2027"),
];
