//! What an appraisal costs on one core: enrolment of five references, inspection alone, and the opinion on a packet
//! against a cached template. Packets are synthetic, 2 to 5 s long.

use criterion::{Criterion, criterion_group, criterion_main};
use models::{Appraiser, StrokePacket, Writer};
use std::hint::black_box;

fn appraise(c: &mut Criterion) {
    let appraiser = Appraiser::first();
    let writer = Writer::new(1);
    let references: Vec<StrokePacket> = (0..5).map(|n| writer.sign(n)).collect();
    let template = appraiser.enrol(&references).expect("synthetic references enrol");
    let one = appraiser.enrol(&references[..1]).expect("one reference enrols");
    let questioned = writer.sign(20);
    let seconds = f64::from(questioned.duration_us()) / 1e6;
    println!(
        "questioned: {} samples, {seconds:.2} s; template {} bytes",
        questioned.samples.len(),
        template.memory_bytes()
    );

    c.bench_function("inspect", |b| b.iter(|| appraiser.inspect(black_box(&questioned))));
    c.bench_function("appraise, 5 references", |b| {
        b.iter(|| appraiser.appraise(black_box(&questioned), Some(&template)))
    });
    c.bench_function("appraise, 1 reference", |b| b.iter(|| appraiser.appraise(black_box(&questioned), Some(&one))));
    c.bench_function("enrol, 5 references", |b| b.iter(|| appraiser.enrol(black_box(&references))));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50);
    targets = appraise
}
criterion_main!(benches);
