//! What the network is punished for: forgeries that are nearer to a person's references than genuine signatures are. Two
//! terms: a margin between distances, and the surprise of a judge who sees distances as the appraiser does, by the
//! spread of the references. What the signatures are is known by their order alone; see `draw`.

use super::network::Embedded;
use super::recipe::Recipe;
use super::soft_dtw;
use tch::{Kind, Tensor};

/// Keeps logarithms finite.
const SOFTENING: f64 = 0.05;
/// Weight of the mean distance of genuine signatures beside the margin.
const PULL: f64 = 0.01;
/// Weights of genuine, skilled and random signatures in the judge's surprise.
const SHARES: [f64; 3] = [1.0, 0.8, 0.2];

/// The judge: an offset and the softplus of a slope, both learnt. `[2]`.
#[derive(Debug)]
pub struct Judge(pub Tensor);

/// The punishment for one round, a scalar.
pub fn loss(embedded: &Embedded, judge: &Judge, recipe: &Recipe) -> Tensor {
    let pairs = pairs(recipe);
    let distances = pair_distances(embedded, &pairs, recipe.softness);
    let (inner, anchors) = ((recipe.anchors * (recipe.anchors - 1) / 2) as i64, recipe.anchors as i64);
    let questioned = recipe.each() as i64 - anchors;
    let distances = distances.reshape([recipe.people as i64, -1]);
    let intra = distances.narrow(1, 0, inner);
    let cross = distances.narrow(1, inner, anchors * questioned).reshape([-1, anchors, questioned]);
    margin(&cross, recipe) + surprise(&cross, &intra, (judge, recipe)) * recipe.judged
}

/// For each person all pairs of references, then each reference with everything else.
fn pairs(recipe: &Recipe) -> Vec<(usize, usize)> {
    let of = |person: usize| {
        let (start, anchors, each) = (person * recipe.each(), recipe.anchors, recipe.each());
        let intra = (0..anchors).flat_map(|i| (0..i).map(move |j| (i, j)));
        let cross = (0..anchors).flat_map(move |i| (anchors..each).map(move |j| (i, j)));
        intra.chain(cross).map(move |(i, j)| (start + i, start + j))
    };
    (0..recipe.people).flat_map(of).collect()
}

/// By the sum of both lengths. Costs are squared Euclidean distances.
fn pair_distances(embedded: &Embedded, pairs: &[(usize, usize)], softness: f32) -> Tensor {
    let device = embedded.rows.device();
    let side = |of: fn(&(usize, usize)) -> usize| {
        let index: Vec<i64> = pairs.iter().map(|p| of(p) as i64).collect();
        embedded.rows.index_select(0, &Tensor::from_slice(&index).to_device(device))
    };
    let (a, b) = (side(|p| p.0), side(|p| p.1));
    let norms = |t: &Tensor| (t * t).sum_dim_intlist(-1, false, None::<Kind>);
    let products = a.matmul(&b.transpose(1, 2));
    let costs = (norms(&a).unsqueeze(2) + norms(&b).unsqueeze(1) - products * 2.0).clamp_min(0.0);
    let lens: Vec<(usize, usize)> = pairs.iter().map(|(i, j)| (embedded.lens[*i], embedded.lens[*j])).collect();
    let sums: Vec<f32> = lens.iter().map(|(n, m)| (n + m) as f32).collect();
    soft_dtw::distances(&costs, &lens, softness) / Tensor::from_slice(&sums).to_device(device)
}

/// Mean by how much a forgery is too near, over the cases where it is.
fn margin(cross: &Tensor, recipe: &Recipe) -> Tensor {
    let (genuine, others) = (recipe.genuine as i64, (recipe.skilled + recipe.random) as i64);
    let (near, far) = (cross.narrow(2, 0, genuine), cross.narrow(2, genuine, others));
    let missing = (near.unsqueeze(3) - far.unsqueeze(2) + recipe.margin).relu();
    let cases = missing.detach().gt(0.0).sum(Kind::Float) + 1.0;
    missing.sum(Kind::Float) / cases + near.mean(Kind::Float) * PULL
}

/// Mean logarithmic loss of a judge who is told the mean and the least distance to the references.
fn surprise(cross: &Tensor, intra: &Tensor, (judge, recipe): (&Judge, &Recipe)) -> Tensor {
    let log = |distance: Tensor| (distance.relu() + SOFTENING).log();
    let spread = log(intra.mean_dim([1].as_slice(), true, None::<Kind>)) * 0.5;
    let mean = log(cross.mean_dim([1].as_slice(), false, None::<Kind>)) - &spread;
    let least = log(cross.amin([1].as_slice(), false)) - &spread;
    let evidence = judge.0.get(0) - judge.0.get(1).softplus() * (mean + least);
    let [genuine, skilled, random] = [recipe.genuine, recipe.skilled, recipe.random].map(|n| n as i64);
    let part = |from: i64, count: i64| evidence.narrow(1, from, count);
    let of = |surprise: Tensor, share: f64| surprise.softplus().mean(Kind::Float) * share;
    of(-part(0, genuine), SHARES[0])
        + of(part(genuine, skilled), SHARES[1])
        + of(part(genuine + skilled, random), SHARES[2])
}
