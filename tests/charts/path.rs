//! The corners of a path: `M10 20h5v-3z`.

/// A place in the picture: pixels from the left and from the top.
pub(crate) type Pixel = (i32, i32);

/// The corners of each part of a path, in whole pixels.
pub(crate) fn corners(path: &str) -> Result<Vec<Vec<Pixel>>, String> {
    let mut parts: Vec<Vec<Pixel>> = Vec::new();
    let mut at = (0, 0);
    for (verb, numbers) in steps(path)? {
        at = match (verb, numbers.as_slice()) {
            ('M', &[x, y]) => {
                parts.push(Vec::new());
                (x, y)
            }
            ('L', &[x, y]) => (x, y),
            ('H', &[x]) => (x, at.1),
            ('V', &[y]) => (at.0, y),
            ('l', &[right, down]) => (at.0 + right, at.1 + down),
            ('h', &[right]) => (at.0 + right, at.1),
            ('v', &[down]) => (at.0, at.1 + down),
            ('z' | 'Z', &[]) => {
                at = parts.last().and_then(|it| it.first()).copied().unwrap_or(at);
                continue;
            }
            _ => return Err(format!("a step of a path that is not known: {verb}{numbers:?}")),
        };
        parts.last_mut().ok_or("a path begins with M")?.push(at);
    }
    Ok(parts)
}

/// Each verb with its numbers; where a verb has more than it takes, it is meant again.
fn steps(path: &str) -> Result<Vec<(char, Vec<i32>)>, String> {
    let mut steps = Vec::new();
    let verbs: Vec<usize> = path.match_indices(char::is_alphabetic).map(|it| it.0).collect();
    for (index, &start) in verbs.iter().enumerate() {
        let end = verbs.get(index + 1).copied().unwrap_or(path.len());
        let verb = path[start..].chars().next().unwrap_or_default();
        let written = path[start + verb.len_utf8()..end].replace('-', " -").replace(',', " ");
        let numbers: Result<Vec<i32>, _> = written.split_whitespace().map(str::parse).collect();
        let numbers = numbers.map_err(|_| format!("a path that is not of whole pixels: {path}"))?;
        let takes = if matches!(verb, 'M' | 'L' | 'l') { 2 } else { 1 };
        if numbers.is_empty() {
            steps.push((verb, numbers));
        } else {
            steps.extend(numbers.chunks(takes).map(|it| (verb, it.to_vec())));
        }
    }
    Ok(steps)
}

/// Whether a place lies in a polygon.
pub(crate) fn contains(polygon: &[Pixel], (x, y): Pixel) -> bool {
    // In the middle of the pixel, so that no corner is met.
    let (x, y) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
    let ends = polygon.iter().cycle().skip(1);
    let crossed = polygon.iter().zip(ends).filter(|&(&(x1, y1), &(x2, y2))| {
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(f64::from);
        (y1 > y) != (y2 > y) && x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    });
    crossed.count() % 2 == 1
}

#[test]
fn paths_are_followed() {
    let parts = vec![vec![(10, 20), (15, 20), (15, 17)], vec![(0, 0), (2, 1), (3, 1)]];
    assert_eq!(corners("M10 20h5v-3zM0 0l2 1h1"), Ok(parts));
    assert_eq!(corners("M1 2l3 4 5-6L0,0"), Ok(vec![vec![(1, 2), (4, 6), (9, 0), (0, 0)]]));
    assert!(corners("M1.5 2h3").is_err());
    assert!(corners("M1 2c1 2 3 4 5 6").is_err());
    assert!(corners("h3").is_err());
    let square = [(0, 0), (4, 0), (4, 4), (0, 4)];
    assert!(contains(&square, (3, 3)) && contains(&square, (0, 0)));
    assert!(!contains(&square, (4, 3)) && !contains(&square, (3, -1)));
}
