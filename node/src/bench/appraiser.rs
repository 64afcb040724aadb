//! The handwriting model, one core, on synthetic or real packets.

use super::Lines;
use crate::svc2004::People;
use models::{Appraiser, StrokePacket, Template};
use proto::Canonical;
use std::path::Path;
use std::time::Duration;

/// Measures every line for `time`. `packets` is `synthetic` or a folder.
pub fn measure(time: Duration, packets: &str) -> Result<Lines, String> {
    let people = match packets {
        "synthetic" => People::invent(10),
        dir => People::read(Path::new(dir), 2, 10).map_err(|e| e.to_string())?,
    };
    let model = Appraiser::current();
    let cases: Vec<(Template, Vec<&StrokePacket>)> = people
        .list
        .iter()
        .filter_map(|p| Some((model.enrol(&p.references()).ok()?, p.tests().map(|(_, t)| t).collect())))
        .collect();
    if cases.iter().all(|(_, tests)| tests.is_empty()) {
        return Err(format!("{packets}: no signer there can be enrolled and has other signatures"));
    }
    let samples: usize = cases.iter().flat_map(|(_, t)| t).map(|p| p.samples.len()).sum();
    let count: usize = cases.iter().map(|(_, t)| t.len()).sum();
    let mut lines =
        Lines::new(format!("{}: {count} packets ({packets}) of {} samples on average", model.name(), samples / count));
    let pick = |i: usize| {
        let (template, tests) = &cases[i % cases.len()];
        (template, tests[i / cases.len() % tests.len()])
    };
    lines.add("appraise with 5 references", time, |i| {
        let (template, packet) = pick(i);
        model.appraise(packet, Some(template))
    });
    lines.add("inspect (grade and refusals)", time, |i| model.inspect(pick(i).1));
    let references = people.list[0].references();
    lines.add("enrol 5 references", time, |_| model.enrol(&references));
    let bytes = pick(0).1.to_bytes();
    lines.add("decode a packet", time, |_| StrokePacket::from_bytes(&bytes));
    lines.add("digest of the samples", time, |i| pick(i).1.samples_digest());
    Ok(lines)
}
