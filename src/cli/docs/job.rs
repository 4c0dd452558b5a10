//! A block of a page with all that is known of it, and how its pictures come to the disk.

use std::path::{Path, PathBuf};

use crate::cli::docs::address::address;
use crate::cli::docs::disk::{alt_file, hash_of, make, write};
use crate::cli::docs::draw::{DrawnBlock, DrawnPicture, Runs};
use crate::cli::docs::load::Prepared;
use crate::cli::docs::names::files;
use crate::cli::exit::Failure;
use crate::docs::{
    Drawn, Edit, FoundBlock, Picture, RegionText, Stale, data_uri, now, picture_hash, why_stale,
};

/// A block, and what its pictures are called.
pub(super) struct Job {
    pub(super) found: FoundBlock,
    pub(super) prepared: Prepared,
    /// The folder of the pictures.
    pub(super) folder: PathBuf,
    pub(super) name: String,
    /// The names of its pictures.
    pub(super) files: Vec<String>,
}

impl Job {
    pub(super) fn new(
        found: FoundBlock,
        prepared: Prepared,
        folder: PathBuf,
        name: String,
    ) -> Self {
        let files = files(&name, &prepared.block);
        Self { found, prepared, folder, name, files }
    }

    /// Its pictures, for messages.
    pub(super) fn shown(&self) -> String {
        let files = self.files.iter().map(|file| self.folder.join(file).display().to_string());
        files.collect::<Vec<_>>().join(", ")
    }

    /// Why it has to be drawn; none if everything is as it would be written now.
    pub(super) fn stale(&self) -> Option<Stale> {
        let wanted = now(&self.name, self.prepared.block.hash, self.prepared.hash);
        why_stale(&self.found, &wanted, &self.files, |file| hash_of(&self.folder, file))
    }

    /// The pictures that are there and belong to nobody once this block is drawn again.
    pub(super) fn left_behind(&self) -> impl Iterator<Item = &Drawn> {
        let had = self.found.region.iter().flat_map(|it| &it.marker.pictures);
        had.filter(|picture| !self.files.contains(&picture.file))
    }

    /// Draws it; what cannot be drawn is told with its place in the page.
    pub(super) fn draw(&self, page: &str, runs: &mut Runs) -> Result<DrawnBlock, Failure> {
        runs.draw(&self.prepared, page).map_err(|failure| match failure {
            Failure::InvalidInput(text) => {
                let (first, hint) = text.split_once('\n').unwrap_or((&text, ""));
                let line = self.found.line;
                Failure::InvalidInput(format!("{first}\n --> {page}:{line}\n{hint}"))
            }
            Failure::Kubectl(_) | Failure::Refused(_) | Failure::Failed { .. } => failure,
        })
    }

    /// Writes the pictures, and gives what the page then shows; `page` is its folder.
    pub(super) fn write(
        &self,
        drawn: DrawnBlock,
        text: &str,
        page: &Path,
        url: Option<&str>,
    ) -> Result<Edit, Failure> {
        let mut marker = now(&self.name, self.prepared.block.hash, self.prepared.hash);
        let folder = address(page, &self.folder, url);
        make(&self.folder)?;
        let mut pictures = Vec::new();
        for (file, DrawnPicture { bytes, alt }) in self.files.iter().zip(drawn.drawings) {
            let words = alt.clone() + "\n";
            write(&self.folder.join(file), &bytes)?;
            write(&self.folder.join(alt_file(file)), words.as_bytes())?;
            let hash = picture_hash(&bytes, words.as_bytes());
            marker.pictures.push(Drawn { file: file.clone(), hash });
            pictures.push(Picture { alt, address: format!("{folder}{file}") });
        }
        let shown = RegionText { pictures, caption: drawn.caption };
        Ok(Edit::below(text, &self.found, &shown.with_markers(marker)))
    }

    /// What the page shows if the pictures are in it.
    pub(super) fn within(&self, drawn: DrawnBlock, text: &str) -> Edit {
        let media_type = self.prepared.block.look.format.media_type();
        let picture = |DrawnPicture { bytes, alt }: DrawnPicture| Picture {
            alt,
            address: data_uri(media_type, &bytes),
        };
        let pictures = drawn.drawings.into_iter().map(picture).collect();
        let shown = RegionText { pictures, caption: drawn.caption };
        Edit::below(text, &self.found, &shown.without_markers())
    }
}
