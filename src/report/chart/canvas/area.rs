//! Rectangles in which something is drawn.

/// From `left` to `right` and from `top` to `bottom`, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report::chart) struct Area {
    pub(in crate::report::chart) left: i32,
    pub(in crate::report::chart) top: i32,
    pub(in crate::report::chart) right: i32,
    pub(in crate::report::chart) bottom: i32,
}

impl Area {
    pub(in crate::report::chart) fn width(&self) -> i32 {
        self.right - self.left
    }

    pub(in crate::report::chart) fn height(&self) -> i32 {
        self.bottom - self.top
    }

    /// Without a margin at each side.
    pub(in crate::report::chart) fn inside(
        &self,
        left: i32,
        top: i32,
        right: i32,
        bottom: i32,
    ) -> Self {
        let area = Self {
            left: self.left + left,
            top: self.top + top,
            right: self.right - right,
            bottom: self.bottom - bottom,
        };
        Self { right: area.right.max(area.left + 1), bottom: area.bottom.max(area.top + 1), ..area }
    }

    /// So many areas of one size, row by row, with gaps between them; the last row may not be full.
    pub(in crate::report::chart) fn grid(
        &self,
        many: usize,
        columns: usize,
        gap: (i32, i32),
    ) -> Vec<Self> {
        let columns = columns.max(1);
        let rows = many.div_ceil(columns);
        let edges = |from: i32, to: i32, parts: usize, gap: i32| -> Vec<(i32, i32)> {
            let parts_wide = i32::try_from(parts).unwrap_or(i32::MAX).max(1);
            let each = ((to - from - gap * (parts_wide - 1)) / parts_wide).max(1);
            (0..parts_wide).map(|it| from + it * (each + gap)).map(|it| (it, it + each)).collect()
        };
        let across = edges(self.left, self.right, columns, gap.0);
        let down = edges(self.top, self.bottom, rows, gap.1);
        let cells = down.iter().flat_map(|&(top, bottom)| {
            across.iter().map(move |&(left, right)| Self { left, top, right, bottom })
        });
        cells.take(many).collect()
    }
}
