//! The name that was probably meant.

/// The candidate nearest to `written`, if any is near: the same but for case, `_` and `-`, or two
/// slips of the finger away (one for up to three letters; a third of a long name).
pub fn did_you_mean<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = folded(written);
    let allowed = match written.chars().count() {
        0..=3 => 1,
        length => (length / 3).max(2),
    };
    candidates
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&written, &folded(name)), name))
        .filter(|(distance, name)| *distance <= allowed && *distance < name.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// `max_unavailable`, `max-unavailable` and `MaxUnavailable` are one name. What is longer than
/// any name is cut, since the distance takes quadratic time.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(|letter| !matches!(letter, '_' | '-'));
    letters.take(64).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, expected: Option<&str>) {
        let names = ["maxUnavailable", "maxSurge", "name", "at", "minReadySeconds"];
        assert_eq!(did_you_mean(written, names), expected, "{written}");
    }

    #[test]
    fn suggests_near_names() {
        check("maxUnavailble", Some("maxUnavailable"));
        check("max_unavailable", Some("maxUnavailable"));
        check("MAXSURGE", Some("maxSurge"));
        check("minReadySecond", Some("minReadySeconds"));
        check("nmae", Some("name"));
        check("ta", Some("at"));
        check("x", None);
        check("replicas", None);
        check("", None);
    }
}
