//! Where pictures are, as a page says it.

use std::path::{Component, Path, PathBuf};

/// The address of a folder in a page that is in another folder, with a `/` at its end unless it is
/// the same. `url` stands for the folder, if it is given.
pub(super) fn address(page: &Path, folder: &Path, url: Option<&str>) -> String {
    if let Some(url) = url {
        return format!("{}/", url.trim_end_matches('/'));
    }
    let (from, to) = (whole(page), whole(folder));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(common).map(|_| "..".to_owned());
    let down = to.into_iter().skip(common);
    up.chain(down).map(|part| part + "/").collect()
}

/// The parts of a path from the root, without `.` and `..`: equal for paths that lead to the same
/// place, however they are written. Links are not followed.
pub(super) fn whole(path: &Path) -> Vec<String> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let path = std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path));
    let mut parts = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(parts.pop()),
            Component::CurDir | Component::RootDir => {}
            Component::Prefix(_) | Component::Normal(_) => {
                parts.push(part.as_os_str().to_string_lossy().into_owned());
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_from_the_page_to_the_folder() {
        for (page, folder, expected) in [
            ("docs", "docs/charts", "charts/"),
            ("", "charts", "charts/"),
            ("docs/a/b", "static/charts", "../../../static/charts/"),
            ("docs", "docs", ""),
            ("./docs/../docs", "docs/x", "x/"),
        ] {
            assert_eq!(address(Path::new(page), Path::new(folder), None), expected, "{page}");
        }
        assert_eq!(address(Path::new("a"), Path::new("b"), Some("/charts/")), "/charts/");
    }
}
