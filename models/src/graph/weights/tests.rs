//! What the file format holds and what it refuses.

use super::*;
use crate::graph::random::{self, Numbers, Shape, layer};

const PLAIN: Shape = Shape {
    taps: 3,
    dilation: 1,
    pool_before: false,
    residual: false,
    relu: false,
    inputs: 16,
    outputs: 8,
    shift: 8,
    edges: 5,
};

fn one(shape: &Shape) -> Weights {
    Weights { out_pool: 2, layers: vec![layer(shape, &mut Numbers::new(1))] }
}

fn refused(weights: &Weights) -> String {
    Weights::parse(&weights.to_bytes()).unwrap_err().to_string()
}

#[test]
fn reads_what_it_writes() {
    for weights in [one(&PLAIN), random::typical(3, 32)] {
        assert_eq!(Weights::parse(&weights.to_bytes()), Ok(weights));
    }
}

#[test]
fn lies_as_described() {
    let bytes = one(&PLAIN).to_bytes();
    assert_eq!(&bytes[..14], b"CGRAPH1\0\x10\0\x01\0\x02\0");
    assert_eq!(bytes[14..32], [3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 16, 0, 8, 0, 8, 0, 5, 0]);
    assert_eq!(bytes.len(), 32 + 8 * 4 + (3 + 2) * 16 * 8 * 2);
}

#[test]
fn refuses_what_is_cut_or_too_long() {
    let bytes = one(&PLAIN).to_bytes();
    assert_eq!(Weights::parse(b"CGRAPH2\0"), Err(BadWeights::Magic));
    assert_eq!(Weights::parse(&bytes[..7]), Err(BadWeights::Magic));
    for end in 8..bytes.len() {
        let error = Weights::parse(&bytes[..end]).unwrap_err();
        assert!(matches!(error, BadWeights::Truncated { .. }), "{end}: {error}");
    }
    let long = [&bytes[..], &[0]].concat();
    assert_eq!(Weights::parse(&long), Err(BadWeights::Trailing { found: 1 }));
}

#[test]
fn names_the_field() {
    let with = |change: fn(&mut Weights)| {
        let mut weights = one(&PLAIN);
        change(&mut weights);
        refused(&weights)
    };
    assert_eq!(with(|w| w.out_pool = 3), "header, out_pool: 3 is not allowed, only 1, 2 or 4");
    assert_eq!(with(|w| w.layers[0].shift = 0), "layer 0, shift: 0 is not allowed, only 1 to 24");
    assert_eq!(with(|w| w.layers[0].taps = 4), "layer 0, taps: 4 is not allowed, only odd numbers up to 9");
    assert_eq!(with(|w| w.layers[0].relu = true), "layer 0, relu: 1 is not allowed, only 0 in the last layer");
    assert_eq!(
        with(|w| w.layers[0].temporal[7] = -2048),
        "layer 0, temporal: -2048 is not allowed, only -2047 to 2047"
    );
    let twice = with(|w| w.layers.push(w.layers[0].clone()));
    assert_eq!(twice, "layer 1, inputs: 16 channels meet 8; both must be equal");
    let narrow = refused(&one(&Shape { outputs: 12, ..PLAIN }));
    assert!(narrow.starts_with("layer 0, outputs: 12 is not allowed"), "{narrow}");
    let residual = refused(&one(&Shape { residual: true, ..PLAIN }));
    assert_eq!(residual, "layer 0, residual: 8 channels meet 16; both must be equal");
}

#[test]
fn refuses_sums_beyond_32_bits() {
    let mut weights = one(&PLAIN);
    weights.layers[0].bias[3] = i32::MAX;
    let error = Weights::parse(&weights.to_bytes()).unwrap_err();
    assert!(matches!(error, BadWeights::MayOverflow { layer: 0, output: 3, .. }), "{error}");
    // As large as can be without overflow: the bound is tight to the last unit.
    let rest = weights.layers[0].sum_bound(3, INPUT_MAX) - i64::from(i32::MAX);
    weights.layers[0].bias[3] = i32::try_from(SUM_LIMIT - 1 - rest).unwrap();
    assert!(Weights::parse(&weights.to_bytes()).is_ok());
    weights.layers[0].bias[3] = -weights.layers[0].bias[3] - 1;
    assert!(Weights::parse(&weights.to_bytes()).is_err());
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(at in 8..120_usize, byte: u8, end in 8..1400_usize) {
        let mut bytes = one(&PLAIN).to_bytes();
        bytes[at] = byte;
        bytes.truncate(end);
        let _ = Weights::parse(&bytes);
    }
}
