//! Pages and pictures on the disk.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::cli::disk::{plainly, read_up_to, reason, temporary_in, unreadable};
use crate::cli::exit::{Failure, refuse};
use crate::docs::picture_hash;

/// No page is larger, in bytes.
const MOST_PAGE: u64 = 1 << 20;
/// No more is read of all pages, in bytes.
const MOST_BYTES: usize = 256 << 20;
/// No picture is larger, in bytes.
const MOST_PICTURE: u64 = 64 << 20;
/// More pages than this are no documentation.
const MOST_PAGES: usize = 10_000;
/// Folders in which nobody writes pages.
const PASSED_OVER: [&str; 2] = ["node_modules", "target"];

/// A page as it is on the disk.
pub(super) struct PageFile {
    /// As the user names it.
    pub(super) path: String,
    pub(super) text: String,
}

impl PageFile {
    /// The folder that it is in.
    pub(super) fn folder(&self) -> PathBuf {
        folder_of(&self.path)
    }
}

/// The folder of a file; empty for the working folder.
pub(super) fn folder_of(path: &str) -> PathBuf {
    Path::new(path).parent().map(Path::to_owned).unwrap_or_default()
}

/// Reads pages, and those below folders, each once, in the order of their names.
pub(super) fn read_pages(files: &[String]) -> Result<Vec<PageFile>, Failure> {
    let mut paths = Vec::new();
    for file in files {
        if Path::new(file).is_dir() {
            below(Path::new(file), &mut paths)?;
        } else {
            paths.push(PathBuf::from(file));
        }
    }
    let mut known = std::collections::BTreeSet::new();
    paths.retain(|path| known.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    let (mut pages, mut bytes) = (Vec::new(), 0);
    for path in &paths {
        let page = read_page(path)?;
        bytes += page.text.len();
        if bytes > MOST_BYTES {
            let message = "the pages have more than the 256 MiB that are read at a time";
            return Err(refuse("too-large", message, "name fewer folders"));
        }
        pages.push(page);
    }
    Ok(pages)
}

/// The pages in a folder and below it. Links to folders are not followed.
fn below(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let mut folders = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let cannot = |error: &io::Error| unreadable(&folder, &reason(error));
        for entry in fs::read_dir(&folder).map_err(|error| cannot(&error))? {
            let entry = entry.map_err(|error| cannot(&error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            if entry.file_type().map_err(|error| cannot(&error))?.is_dir() {
                if !name.starts_with('.') && !PASSED_OVER.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if is_page(&path) && path.is_file() {
                found.push(path);
            }
        }
        if found.len() > MOST_PAGES {
            let message = format!("{} has more than {MOST_PAGES} pages", folder.display());
            return Err(refuse("too-many-pages", &message, "name the folders of your pages"));
        }
    }
    found.sort_unstable();
    paths.append(&mut found);
    Ok(())
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "md" || it == "markdown")
}

fn read_page(path: &Path) -> Result<PageFile, Failure> {
    let bytes = read_up_to(path, MOST_PAGE).map_err(|error| no_page(path, &reason(&error)))?;
    if bytes.len() as u64 > MOST_PAGE {
        return Err(no_page(path, "it has more than the 1 MiB that are read of a page"));
    }
    let text = String::from_utf8(bytes).map_err(|_| no_page(path, "it is not UTF-8 text"))?;
    Ok(PageFile { path: path.to_string_lossy().into_owned(), text })
}

/// A page that cannot be read; mdBook asks for `supports` where it should say `--mdbook`.
fn no_page(path: &Path, why: &str) -> Failure {
    if path.as_os_str() == "supports" {
        let message = format!("cannot read {}: {why}", path.display());
        let hint = "in mdBook's book.toml, write `command = \"rollcast docs --mdbook\"`";
        return refuse("unreadable", &message, hint);
    }
    unreadable(path, why)
}

/// The name of the file with the words for those who do not see a picture: `x.svg` has `x.alt.txt`.
pub(super) fn alt_file(picture: &str) -> String {
    let stem = picture.rsplit_once('.').map_or(picture, |(stem, _)| stem);
    format!("{stem}.alt.txt")
}

/// The hash of a picture and its words that are there; none if one of them is not.
pub(super) fn hash_of(folder: &Path, picture: &str) -> Option<u64> {
    // Names come from pages: they lead to no other folder.
    if picture.contains(['/', '\\']) || picture.starts_with('.') {
        return None;
    }
    let bytes = read_up_to(&folder.join(picture), MOST_PICTURE).ok()?;
    let alt = read_up_to(&folder.join(alt_file(picture)), MOST_PICTURE).ok()?;
    Some(picture_hash(&bytes, &alt))
}

/// Writes a file, which nobody sees half written, unless it is just that already. Whoever may read
/// and write it stays the same.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if read_up_to(path, bytes.len() as u64).is_ok_and(|found| found == bytes) {
        return Ok(());
    }
    let written = || -> io::Result<()> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        let mut file = temporary_in(folder)?;
        file.write_all(bytes)?;
        if let Ok(found) = fs::metadata(&path) {
            file.as_file().set_permissions(found.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&path).map(drop).map_err(|error| error.error)
    };
    written().map_err(plainly).map_err(Failure::of(format!("cannot write {}", path.display())))
}

/// Makes a folder, if it is not there.
pub(super) fn make(folder: &Path) -> Result<(), Failure> {
    let what = format!("cannot write to {}", folder.display());
    fs::create_dir_all(folder).map_err(plainly).map_err(Failure::of(what))
}

/// Removes a picture and its words that rollcast wrote and nobody changed.
pub(super) fn remove_if(folder: &Path, picture: &str, hash: u64) -> bool {
    if hash_of(folder, picture) != Some(hash) {
        return false;
    }
    let names = [picture.to_owned(), alt_file(picture)];
    names.iter().all(|name| fs::remove_file(folder.join(name)).is_ok())
}
