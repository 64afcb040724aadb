//! The bits of the replay checks: the profiles of 160 synthetic packets, what comparing two of them measures, whole and by
//! stretches, and what the others of a writer leave of short stretches of one, must be exactly those in `golden/likeness.txt`, in every build profile and on every machine. A difference means
//! that validators would disagree on what a replay is. That plain and wide loops agree is a test beside the code.
//!
//! `CHIROGRAPH_REGENERATE=1 cargo test -p chirograph-models --test golden_likeness` writes the file anew: an explicit act,
//! right only when the check itself was changed.

use models::attacks::{Profile, ProfileKey, patchwork};
use models::features::Series;
use models::graph::Kernel;
use models::trace::Trace;
use models::{StrokePacket, Writer};
use proto::{Digest, Name};

const WRITERS: u64 = 20;
/// Packets of each.
const EACH: u64 = 4;

fn path() -> String {
    format!("{}/golden/likeness.txt", env!("CARGO_MANIFEST_DIR"))
}

/// Sheared, moved, slower and with every third sample off by a little.
fn copied(packet: &StrokePacket) -> StrokePacket {
    let mut copy = packet.clone();
    for (i, s) in copy.samples.iter_mut().enumerate() {
        let off = if i % 3 == 0 { i as i32 % 7 - 3 } else { 0 };
        (s.x, s.y, s.t_us) = (s.x + s.y / 32 + 900, s.y - off, s.t_us / 8 * 9);
    }
    copy
}

fn lines(seed: u64) -> String {
    let writer = Writer::new(seed);
    let key = ProfileKey::new(&Digest([3; 32]), &Name::new("golden", "signer").expect("a short word is a name"));
    let profile = |packet: &StrokePacket| Profile::of(packet, &key).expect("a synthetic packet has extent");
    let packets: Vec<StrokePacket> = (0..EACH).map(|n| writer.sign(n)).collect();
    let first = profile(&packets[0]);
    let of = |packet: &StrokePacket| Series::of(&Trace::new(packet).expect("a synthetic packet is readable"));
    let series: Vec<Series> = packets.iter().map(of).collect();
    let patches = |packet: &StrokePacket, n: usize| {
        let others: Vec<&Series> = series.iter().enumerate().filter(|(i, _)| *i != n).map(|(_, s)| s).collect();
        patchwork::rests(&of(packet), &others, Kernel::best())
            .map_or_else(|| "still".to_owned(), |rests| of_bits(&rests))
    };
    let line = |(n, packet): (usize, &StrokePacket)| {
        let (genuine, copy) = (profile(packet), profile(&copied(packet)));
        let row = Digest::sm3(&copy.to_bytes(&key)).short();
        let beside = [copy.likeness(&genuine), genuine.likeness(&first), copy.likeness(&first)];
        let bits = beside.iter().map(|l| l.map_or_else(|| "apart".to_owned(), |l| of_bits(&l)));
        let rest = copy.unexplained(&[&genuine, &first]).into_iter().chain(genuine.unexplained(&[&first]));
        let rest = of_bits(&rest.flatten().collect::<Vec<_>>());
        let replays = [copy.replays(&genuine), genuine.replays(&first)].map(u8::from);
        format!(
            "writer {seed} packet {n} row {row} likeness {} rest {rest} patches {} {} replays {replays:?}\n",
            bits.collect::<Vec<_>>().join(" "),
            patches(packet, n),
            patches(&copied(packet), EACH as usize),
        )
    };
    packets.iter().enumerate().map(line).collect()
}

fn of_bits(likeness: &[f64]) -> String {
    Digest::sm3(&likeness.iter().flat_map(|v| v.to_bits().to_be_bytes()).collect::<Vec<_>>()).short()
}

#[test]
fn likeness_has_the_golden_bits() {
    let found: String = (0..WRITERS).map(lines).collect();
    if std::env::var_os("CHIROGRAPH_REGENERATE").is_some() {
        std::fs::write(path(), &found).expect("golden/ can be written");
    }
    let golden = std::fs::read_to_string(path()).expect("golden/likeness.txt is committed");
    assert!(found.lines().all(|line| line.contains("replays [1, ")), "a copy is a replay");
    found.lines().zip(golden.lines()).for_each(|(found, golden)| assert_eq!(found, golden));
    assert_eq!(found.len(), golden.len());
}
