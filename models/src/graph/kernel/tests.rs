//! The loops of this machine against the plain ones. Where this machine has none but the plain ones, these tests hold
//! trivially.

use super::*;
use crate::graph::rows::{GROUP, Rows};
use proptest::prelude::*;

fn values(range: std::ops::RangeInclusive<i16>, count: usize) -> impl Strategy<Value = Vec<i16>> {
    proptest::collection::vec(range, count)
}

#[derive(Debug)]
struct Case {
    rows: Rows,
    lead: usize,
    taps: Taps,
    /// Inputs and outputs before rounding up.
    channels: [usize; 2],
    weights: Vec<i16>,
}

fn case() -> impl Strategy<Value = Case> {
    let shape = (1..20_usize, 1..=4_usize, 1..4_usize, 1..20_usize, 1..50_usize);
    shape.prop_flat_map(|(len, taps, dilation, inputs, outputs)| {
        let rows = values(-2047..=4095, len * inputs);
        let weights = values(-2047..=2047, taps * inputs * outputs);
        (rows, weights).prop_map(move |(data, weights)| {
            let mut rows = Rows::zero(len, inputs);
            for i in 0..len {
                rows.row_mut(i)[..inputs].copy_from_slice(&data[i * inputs..][..inputs]);
            }
            let matrices = weights.chunks_exact(inputs * outputs).enumerate();
            let each: Vec<Tap> = matrices.map(|(t, weights)| Tap { offset: t * dilation, weights }).collect();
            let packed = Taps::new(&each, inputs, outputs);
            Case { rows, lead: (taps - 1) * dilation, taps: packed, channels: [inputs, outputs], weights }
        })
    })
}

/// By the definition, in 64 bits.
fn textbook(case: &Case, i: usize, o: usize) -> i64 {
    let [inputs, outputs] = case.channels;
    let mut sum = 0;
    for (t, offset) in case.taps.offsets.iter().enumerate() {
        let Some(row) = (i + offset).checked_sub(case.lead).filter(|row| *row < case.rows.len) else { continue };
        for c in 0..inputs {
            let w = case.weights[(t * inputs + c) * outputs + o];
            sum += i64::from(w) * i64::from(case.rows.row(row)[c]);
        }
    }
    sum
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn convolutions_agree_with_the_definition(case in case()) {
        let padded = case.rows.padded(case.lead);
        let stride = case.taps.stride();
        let mut sums = [(); 2].map(|()| vec![7; case.rows.len.next_multiple_of(GROUP) * stride]);
        Kernel::portable().convolve(&mut sums[0], &padded, &case.taps);
        Kernel::best().convolve(&mut sums[1], &padded, &case.taps);
        prop_assert_eq!(&sums[0], &sums[1]);
        for i in 0..case.rows.len {
            for o in 0..case.channels[1] {
                prop_assert_eq!(i64::from(sums[0][i * stride + o]), 7 + textbook(&case, i, o));
            }
        }
    }

    #[test]
    fn finishing_is_the_same(
        sums in proptest::collection::vec(any::<i32>().prop_map(|v| v / 2), 8..200),
        residual in values(0..=4095, 200),
        (relu, with_residual, shift) in (any::<bool>(), any::<bool>(), 1..25_u32),
    ) {
        let range = if relu { [0, 4095] } else { [-2047, 2047] };
        let residual = with_residual.then_some(&residual[..]);
        let finish = Finish { sums: &sums, residual, shift, relu, range };
        let mut out = [(); 2].map(|()| vec![0; sums.len()]);
        Kernel::portable().finish(&finish, &mut out[0]);
        Kernel::best().finish(&finish, &mut out[1]);
        prop_assert_eq!(&out[0], &out[1]);
        for (i, sum) in sums.iter().enumerate() {
            let rounded = (i64::from(*sum) + (1 << (shift - 1))) >> shift;
            let rounded = if relu { rounded.max(0) } else { rounded };
            let all = rounded + residual.map_or(0, |r| i64::from(r[i]));
            prop_assert_eq!(i64::from(out[0][i]), all.clamp(i64::from(range[0]), i64::from(range[1])));
        }
    }

    #[test]
    fn products_agree_with_the_definition(
        here in proptest::collection::vec(-9.0..9.0_f32, 2 * 6),
        there in proptest::collection::vec(-9.0..9.0_f32, 2 * 40),
        (first, apart) in (0..12_usize, 1..5_usize),
    ) {
        let (x, y) = (here.first_chunk::<6>().expect("12"), here.last_chunk::<6>().expect("12"));
        let (under_x, under_y) = there.split_at(40);
        let work = || Multiplying { here: [x, y], there: Under { points: [&under_x[first..], &under_y[first..]], apart } };
        let products = Kernel::portable().run(work());
        prop_assert_eq!(products, Kernel::best().run(work()));
        let pairs = [(under_x, x), (under_y, x), (under_x, y), (under_y, y)];
        for ((there, here), lanes) in pairs.into_iter().zip(products) {
            for (l, product) in lanes.into_iter().enumerate() {
                prop_assert_eq!(product, (0..6).fold(0.0, |sum, k| sum + there[first + l + k * apart] * here[k]));
            }
        }
    }
}

struct Multiplying<'a> {
    here: [&'a [f32; 6]; 2],
    there: Under<'a>,
}

impl Work for Multiplying<'_> {
    type Out = [[f32; LANES]; 4];

    #[inline(always)]
    fn run<L: Loops>(self) -> Self::Out {
        L::products(self.here, self.there)
    }
}
