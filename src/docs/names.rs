//! What pictures are called: as their block says, or as their page with a number. A block keeps the
//! name that it has, wherever it is moved on its page.

use std::collections::BTreeMap;

/// The names that are taken in a folder, with whom they belong to.
#[derive(Debug, Default)]
pub struct Taken {
    names: BTreeMap<String, String>,
    /// The number that was last tried, by stem.
    numbers: BTreeMap<String, u32>,
}

impl Taken {
    /// Takes all of these names, or none, for `owner`, such as `page.md:12`.
    ///
    /// # Errors
    ///
    /// Whom one of them belongs to already. Systems that do not tell capitals apart see one file.
    pub fn take(&mut self, names: &[String], owner: &str) -> Result<(), String> {
        let keys: Vec<String> = names.iter().map(|it| it.to_ascii_lowercase()).collect();
        if let Some(other) = keys.iter().find_map(|key| self.names.get(key)) {
            return Err(other.clone());
        }
        self.names.extend(keys.into_iter().map(|key| (key, owner.to_owned())));
        Ok(())
    }

    /// The first of `stem-1`, `stem-2`, … of which all names are free that `names` makes of it.
    pub fn take_next(
        &mut self,
        stem: &str,
        names: impl Fn(&str) -> Vec<String>,
        owner: &str,
    ) -> String {
        loop {
            let number = self.numbers.entry(stem.to_owned()).or_default();
            *number += 1;
            let name = format!("{stem}-{number}");
            if self.take(&names(&name), owner).is_ok() {
                return name;
            }
        }
    }
}

/// Letters of a name.
pub(super) const LONGEST_NAME: usize = 80;

/// Whether this may be the name of a picture: it leads to no other folder, and stands in an address
/// as it is.
pub fn is_name(name: &str) -> bool {
    let may_stand = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.');
    let begins = name.starts_with(|it: char| it.is_ascii_alphanumeric());
    begins && name.chars().all(may_stand) && name.len() <= LONGEST_NAME
}

/// What the pictures of a page are called: its file in small letters.
pub fn stem_of(page: &str) -> String {
    let file = page.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let plain = |text: &str| -> String {
        let letters = text.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' });
        let kept: String = letters.collect::<String>().to_ascii_lowercase();
        kept.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    };
    let mut name = plain(stem);
    name.truncate(60);
    if name.is_empty() { "page".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_called_like_their_page() {
        for (page, expected) in [
            ("docs/How we roll out.md", "how-we-roll-out"),
            ("README.md", "readme"),
            ("a/über.v2.md", "ber-v2"),
            ("a/日本.md", "page"),
        ] {
            assert_eq!(stem_of(page), expected, "{page}");
        }
    }

    #[test]
    fn names_lead_nowhere_else() {
        for good in ["a", "A-1_b.c", "9"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "../a", "a/b", ".a", "a b", "-a", "é", &"a".repeat(81)] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn names_are_taken_once() {
        let mut taken = Taken::default();
        let names = |name: &str| vec![name.to_owned()];
        assert_eq!(taken.take(&names("a-1"), "x.md:1"), Ok(()));
        assert_eq!(taken.take(&names("A-1"), "x.md:9"), Err("x.md:1".to_owned()));
        assert_eq!(taken.take_next("a", names, "x.md:20"), "a-2");
        assert_eq!(taken.take_next("a", names, "x.md:30"), "a-3");
    }
}
