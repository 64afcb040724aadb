//! What the attack checks cost for a packet of 2.5 s.

use criterion::{Criterion, criterion_group, criterion_main};
use models::Writer;
use models::attacks::{Profile, ProfileKey, flags};
use models::trace::Trace;
use proto::{Digest, Name};
use std::hint::black_box;

fn attacks(c: &mut Criterion) {
    let key = ProfileKey::new(&Digest([1; 32]), &Name::new("bench", "signer").expect("a short word is a name"));
    let packets = [0, 1].map(|n| Writer::new(5).sign(n));
    let traces = packets.each_ref().map(|p| Trace::new(p).expect("a writer's packets are readable"));
    let [one, two] = traces.each_ref().map(|t| Profile::of_trace(t, &key).expect("a signature has extent"));
    let row = one.to_bytes(&key);
    let earlier: Vec<Profile> = (2..258).filter_map(|n| Profile::of(&Writer::new(5).sign(n), &key).ok()).collect();
    c.bench_function("key of a signer", |b| {
        b.iter(|| ProfileKey::new(black_box(&Digest([2; 32])), &Name::new("bench", "signer").expect("a name")))
    });
    c.bench_function("profile", |b| b.iter(|| Profile::of_trace(black_box(&traces[0]), &key)));
    c.bench_function("flags", |b| b.iter(|| flags(black_box(&packets[0]), &traces[0])));
    c.bench_function("row read", |b| b.iter(|| Profile::from_bytes(black_box(&row), &key)));
    c.bench_function("compared, another writing", |b| b.iter(|| black_box(&one).replays(&two)));
    c.bench_function("compared, a replay", |b| b.iter(|| black_box(&one).replays(&one)));
    let last: Vec<&Profile> = earlier.iter().take(8).collect();
    c.bench_function("stretches compared with 8 of them", |b| b.iter(|| black_box(&one).unexplained(&last)));
    c.bench_function("compared with 256 earlier packets", |b| b.iter(|| black_box(&one).replays_any(&earlier)));
}

criterion_group!(benches, attacks);
criterion_main!(benches);
