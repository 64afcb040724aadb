//! The matching against a table that is filled cell by cell.

use super::*;
use proptest::prelude::*;

fn embedding(width: usize, max: i16) -> impl Strategy<Value = Embedding> {
    (1..70_usize).prop_flat_map(move |n| {
        let rows = proptest::collection::vec(-max..=max, n * width);
        rows.prop_map(move |rows| Embedding::from_rows(width, &rows))
    })
}

fn textbook(a: &Embedding, b: &Embedding) -> Matched {
    let (n, m) = (a.len(), b.len());
    let half = n.max(m).div_ceil(4).max(3).max(n.abs_diff(m).div_ceil(n.min(m)));
    let (rows_a, rows_b) = (a.to_rows(), b.to_rows());
    let cost = |i: usize, j: usize| {
        let rows = rows_a[i * a.width()..][..a.width()].iter().zip(&rows_b[j * a.width()..][..a.width()]);
        let sum: i32 = rows.map(|(a, b)| (i32::from(*a) - i32::from(*b)).pow(2)).sum();
        u64::from((sum as f32).sqrt() as u32)
    };
    let mut table = vec![vec![u64::MAX / 2; m + 1]; n + 1];
    table[0][0] = 0;
    for i in 0..n {
        for j in 0..m {
            if (i * m).abs_diff(j * n) <= half * n.min(m) {
                table[i + 1][j + 1] = cost(i, j) + table[i][j].min(table[i][j + 1]).min(table[i + 1][j]);
            }
        }
    }
    let (mut i, mut j, mut pairs) = (n, m, vec![]);
    while i + j > 0 {
        pairs.push((i - 1, j - 1));
        let (left, below, diagonal) = (table[i][j - 1], table[i - 1][j], table[i - 1][j - 1]);
        (i, j) = match diagonal <= left && diagonal <= below {
            true => (i - 1, j - 1),
            false if left <= below => (i, j - 1),
            false => (i - 1, j),
        };
    }
    let share = |pick: fn(&(usize, usize)) -> usize, len: usize| {
        let together = |pair: &(usize, usize)| pairs.iter().filter(|other| pick(other) == pick(pair)).count() as f64;
        [pairs.iter().map(|pair| cost(pair.0, pair.1) as f64 / together(pair)).sum::<f64>() / len as f64]
    };
    let distance = (table[n][m] * 256 / (n + m) as u64) as u32;
    Matched { distance, sides: [share(|p| p.0, n), share(|p| p.1, m)] }
}

fn is_near(found: &Matched, expected: &Matched) -> bool {
    let sides = found.sides.iter().zip(&expected.sides);
    found.distance == expected.distance && sides.fold(true, |near, (f, e)| near && (f[0] - e[0]).abs() <= 1e-5 * e[0])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn agrees_with_the_textbook(a in embedding(16, 2047), b in embedding(16, 2047)) {
        let expected = textbook(&a, &b);
        let found = Questioned::new(&b).matched(&a);
        prop_assert!(is_near(&found, &expected), "{:?} {:?}", found, expected);
        prop_assert_eq!(distance(&b, &a), expected.distance);
        prop_assert_eq!(Questioned::with_kernel(&b, Kernel::portable()).matched(&a), found);
    }

    /// Small costs: ties and paths along the band's edge.
    #[test]
    fn agrees_with_the_textbook_near_zero(a in embedding(8, 2), b in embedding(8, 2)) {
        let expected = textbook(&a, &b);
        let found = Questioned::with_kernel(&b, Kernel::portable()).matched(&a);
        prop_assert!(is_near(&found, &expected), "{:?} {:?}", found, expected);
        prop_assert_eq!(Questioned::new(&b).matched(&a), found);
    }

    #[test]
    fn of_itself_is_zero(a in embedding(32, 2047)) {
        prop_assert_eq!(distance(&a, &a), 0);
    }

    /// Every anti-diagonal has a cell, from corner to corner, and its ends move by 0 or 1.
    #[test]
    fn a_band_reaches_from_corner_to_corner(n in 1..300_usize, m in 1..300_usize) {
        let band = band(n, m);
        let mut before = (0, 0);
        let mut ranges = band.ranges();
        for d in 0..n + m - 1 {
            let (first, last) = ranges.next();
            prop_assert!(first <= last && last - first < band.width(), "{} of {} {}", d, n, m);
            prop_assert!((first - before.0 <= 1) && (last - before.1 <= 1));
            before = (first, last);
        }
        prop_assert_eq!(before, (n - 1, n - 1));
    }
}

#[test]
fn the_greatest_distance_does_not_overflow() {
    let [low, high] = [-2047, 2047].map(|v| Embedding::from_rows(64, &vec![v; 64 * 1001]));
    // √(64 · 4094²) = 32752 at each of 1001 diagonal steps, by 2002.
    assert_eq!(distance(&low, &high), 32_752 * 256 / 2);
}
