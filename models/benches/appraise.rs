//! What an appraisal costs on one core, by model: enrolment of five references, inspection alone, and the opinion on a
//! packet against a cached template; and by step, what the opinion is made of. Packets are synthetic, 2 to 5 s long.

use criterion::{Criterion, criterion_group, criterion_main};
use models::features::Series;
use models::graph::Graph;
use models::template::Writing;
use models::trace::Trace;
use models::{Appraiser, StrokePacket, Writer};
use std::hint::black_box;

fn appraise(c: &mut Criterion) {
    let writer = Writer::new(1);
    let references: Vec<StrokePacket> = (0..5).map(|n| writer.sign(n)).collect();
    let questioned = writer.sign(20);
    let seconds = f64::from(questioned.duration_us()) / 1e6;
    println!("questioned: {} samples, {seconds:.2} s", questioned.samples.len());
    for appraiser in Appraiser::all() {
        let name = appraiser.name();
        let template = appraiser.enrol(&references).expect("synthetic references enrol");
        let one = appraiser.enrol(&references[..1]).expect("one reference enrols");
        println!("{name}: template of 5 references: {} bytes", template.memory_bytes());
        c.bench_function(&format!("{name} inspect"), |b| b.iter(|| appraiser.inspect(black_box(&questioned))));
        for (what, template) in [("5 references", &template), ("1 reference", &one)] {
            c.bench_function(&format!("{name} appraise, {what}"), |b| {
                b.iter(|| appraiser.appraise(black_box(&questioned), Some(template)))
            });
        }
        c.bench_function(&format!("{name} enrol 5"), |b| b.iter(|| appraiser.enrol(black_box(&references))));
    }
    steps(c, &questioned);
}

fn steps(c: &mut Criterion, questioned: &StrokePacket) {
    let trace = Trace::new(questioned).expect("a synthetic packet is readable");
    let writing = Writing::of(&trace);
    let appraiser = Appraiser::graph();
    let network = appraiser.network().expect("this model has one");
    let graph = Graph::of(&trace, writing.series(), true);
    let reversed = writing.series().reversed();
    c.bench_function("step trace", |b| b.iter(|| Trace::new(black_box(questioned))));
    c.bench_function("step time functions", |b| b.iter(|| Series::of(black_box(&trace))));
    c.bench_function("step warping, 1 reference", |b| {
        b.iter(|| models::dtw::compare(writing.series(), black_box(&reversed), true))
    });
    c.bench_function("step graph", |b| b.iter(|| Graph::of(black_box(&trace), writing.series(), true)));
    c.bench_function("step embedding", |b| b.iter(|| network.embed(black_box(&graph))));
    c.bench_function("step attack checks", |b| b.iter(|| models::attacks::flags(black_box(questioned), &trace)));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50);
    targets = appraise
}
criterion_main!(benches);
