//! Tests on packets of the synthetic writer: what a profile hides and finds, and that each check says yes and no. How
//! often they err on people is measured by `attacks` in `models/train`.

use super::*;
use crate::graph::Kernel;
use crate::packet::DigitiserKind;
use crate::template::Writing;
use crate::{Appraiser, Writer};
use proto::{Digest, Name};

fn key(chain: u8, signer: &str) -> ProfileKey {
    ProfileKey::new(&Digest([chain; 32]), &Name::new(signer, "signer").unwrap())
}

fn profile(packet: &StrokePacket) -> Profile {
    Profile::of(packet, &key(1, "a")).unwrap()
}

fn moved(packet: &StrokePacket, change: impl Fn(f64, f64) -> (f64, f64)) -> StrokePacket {
    let mut out = packet.clone();
    for s in &mut out.samples {
        let (x, y) = change(f64::from(s.x), f64::from(s.y));
        (s.x, s.y) = (x.round() as i32, y.round() as i32);
    }
    out
}

#[test]
fn a_row_has_its_size_and_comes_back_under_its_own_key_only() {
    let one = profile(&Writer::new(1).sign(0));
    let row = one.to_bytes(&key(1, "a"));
    assert_eq!(row.len(), Profile::BYTES);
    const { assert!(Profile::BYTES <= 1792) };
    assert_eq!(Profile::from_bytes(&row, &key(1, "a")), Some(one));
    assert_eq!(Profile::from_bytes(&row, &key(2, "a")), None);
    assert_eq!(Profile::from_bytes(&row, &key(1, "b")), None);
    assert_eq!(Profile::from_bytes(&row[1..], &key(1, "a")), None);
}

#[test]
fn rows_of_two_chains_have_nothing_in_common() {
    let packet = Writer::new(1).sign(0);
    let rows = [1, 2].map(|c| Profile::of(&packet, &key(c, "a")).unwrap().to_bytes(&key(c, "a")));
    let equal = rows[0].iter().zip(&rows[1]).filter(|(a, b)| a == b).count();
    assert!(equal < Profile::BYTES / 50, "{equal} bytes are equal");
}

#[test]
fn hostile_rows_do_not_panic() {
    let key = key(1, "a");
    let honest = profile(&Writer::new(1).sign(0));
    for byte in [0, 1, 127, 128, 255] {
        let mut row = honest.to_bytes(&key);
        key.mask(&mut row);
        row[5..].fill(byte);
        key.mask(&mut row);
        let hostile = Profile::from_bytes(&row, &key).unwrap();
        let _ = (hostile.likeness(&honest), honest.likeness(&hostile), hostile.likeness(&hostile));
        let _ = (hostile.unexplained(&[&honest]), honest.unexplained(&[&hostile, &honest]));
        for (a, b) in [(&hostile, &honest), (&honest, &hostile)] {
            let rest = a.unexplained(&[b])[0];
            assert!(!Replay::shipped().is_copied(&rest), "{byte}: {rest:?}");
        }
    }
}

#[test]
fn likeness_has_the_same_bits_on_all_loops() {
    let writer = Writer::new(11);
    let (earlier, mut compared) = (profile(&writer.sign(1)), 0);
    for n in 0..12 {
        let bent = moved(&writer.sign(1 + n % 3), |x, y| (x + 0.02 * y * f64::from(n as u32), y));
        let later = profile(&bent);
        let [plain, best] = [Kernel::portable(), Kernel::best()]
            .map(|k| later.likenesses(&[&earlier], |_| true, k).pop().map(|(_, l)| l));
        assert_eq!(plain.map(|l| l.map(f64::to_bits)), best.map(|l| l.map(f64::to_bits)), "{n}");
        compared += usize::from(plain.is_some());
    }
    assert!(compared > 3, "{compared} of 12 were looked at closely");
}

#[test]
fn likeness_does_not_depend_on_what_else_is_compared() {
    let all: Vec<Profile> = (0..19).map(|n| profile(&Writer::new(11 + n % 2).sign(n / 2))).collect();
    let others: Vec<&Profile> = all.iter().collect();
    for one in &all[..4] {
        let together = one.likenesses(&others, |_| true, Kernel::best());
        let alone = others.iter().enumerate().filter_map(|(place, other)| Some((place, one.likeness(other)?)));
        let alone: Vec<_> = alone.map(|(place, l)| (place, l.map(f64::to_bits))).collect();
        assert_eq!(together.into_iter().map(|(place, l)| (place, l.map(f64::to_bits))).collect::<Vec<_>>(), alone);
        assert!(alone.len() > 2, "{} of 19 are near", alone.len());
    }
}

#[test]
fn a_replay_is_found_among_many_and_named() {
    let mut all: Vec<Profile> = (0..70).map(|n| profile(&Writer::new(5).sign(n))).collect();
    let copy = profile(&moved(&Writer::new(5).sign(66), |x, y| (1.1 * x, y + 40.0)));
    assert!(copy.replays_any(&all));
    assert_eq!(copy.replays_of(&all.iter().collect::<Vec<_>>()[60..]), [6]);
    all.remove(66);
    assert!(!copy.replays_any(&all) && !copy.replays_any([]));
}

#[test]
fn replays_are_found_however_they_are_moved() {
    let packet = Writer::new(3).sign(4);
    let earlier = profile(&packet);
    let slower = |mut p: StrokePacket| {
        p.samples.iter_mut().for_each(|s| s.t_us = s.t_us * 6 / 5);
        p
    };
    let replays = [
        packet.clone(),
        moved(&packet, |x, y| (x + 500.0, y - 80.0)),
        moved(&packet, |x, y| (1.2 * x, 0.9 * y)),
        moved(&packet, |x, y| (0.996 * x - 0.087 * y, 0.087 * x + 0.996 * y)),
        slower(packet.clone()),
        slower(moved(&packet, |x, y| (0.85 * x, 0.85 * y))),
    ];
    for (i, replay) in replays.iter().enumerate() {
        let replay = profile(replay);
        assert!(replay.replays(&earlier), "{i}: {:?}", replay.likeness(&earlier));
    }
}

/// What a thief does who knows that the digest of the samples is looked up: moved, and each sample off by a little.
#[test]
fn replays_are_found_under_noise() {
    for seed in 1..6 {
        let packet = Writer::new(seed).sign(20);
        let (mut copy, mut state) = (packet.clone(), 7_u32);
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i32 % 13 - 6
        };
        copy.samples.iter_mut().for_each(|s| (s.x, s.y) = (s.x + 700 + noise(), s.y + noise() - 300));
        let (copy, earlier) = (profile(&copy), profile(&packet));
        assert!(copy.replays(&earlier) && earlier.replays(&copy), "writer {seed}: {:?}", copy.likeness(&earlier));
    }
}

/// The samples of a part of a packet, moved, with times from the first on.
fn piece(packet: &StrokePacket, range: std::ops::Range<usize>) -> StrokePacket {
    let mut out = moved(packet, |x, y| (x + 300.0, y - 90.0));
    out.samples = out.samples[range].to_vec();
    let start = out.samples[0].t_us;
    out.samples.iter_mut().for_each(|s| s.t_us -= start);
    out
}

/// What a thief does who holds a reference and knows that whole copies are found.
#[test]
fn stretches_are_found_whatever_was_cut_off() {
    for seed in 1..6 {
        let packet = Writer::new(seed).sign(20);
        let (earlier, n) = (profile(&packet), packet.samples.len());
        for (first, last) in [(5, 0), (0, 10), (15, 0), (0, 20), (5, 5), (8, 8)] {
            let cut = profile(&piece(&packet, n * first / 100..n - n * last / 100));
            let rest = cut.unexplained(&[&earlier])[0];
            assert!(cut.replays(&earlier), "writer {seed}, {first} and {last} % cut off: {rest:?}");
        }
    }
}

#[test]
fn stretches_have_the_same_bits_on_all_loops_and_beside_any_others() {
    let all: Vec<Profile> = (0..19).map(|n| profile(&Writer::new(11 + n % 2).sign(n / 2))).collect();
    let packet = Writer::new(11).sign(0);
    let one = profile(&piece(&packet, 9..packet.samples.len() - 9));
    let others: Vec<&Profile> = all.iter().collect();
    let bits = |all: Vec<Unexplained>| all.into_iter().map(|u| u.map(f64::to_bits)).collect::<Vec<_>>();
    let together = bits(one.unexplained_on(&others, Kernel::best()));
    assert_eq!(together, bits(one.unexplained_on(&others, Kernel::portable())));
    assert_eq!(together, bits(others.iter().map(|other| one.unexplained(&[other])[0]).collect()));
    assert!(together.iter().flatten().filter(|bits| f64::from_bits(**bits).is_finite()).count() > 1);
}

/// The check of stretches is the dearer one, so of a long list only the end is looked at.
#[test]
fn a_stretch_is_found_among_the_last_and_named() {
    let all: Vec<Profile> = (0..60).map(|n| profile(&Writer::new(5).sign(n))).collect();
    let cut = |n: u64| {
        let packet = Writer::new(5).sign(n);
        profile(&piece(&packet, packet.samples.len() / 7..packet.samples.len()))
    };
    assert!(cut(55).replays_any(&all) && cut(60 - replay::LAST as u64).replays_any(&all));
    assert_eq!(cut(55).replays_of(&all.iter().collect::<Vec<_>>()[50..]), [5]);
    assert!(!cut(70).replays_any(&all));
}

#[test]
fn another_writing_of_the_same_hand_is_no_replay() {
    for seed in 0..6 {
        let writer = Writer::new(seed);
        let all: Vec<Profile> = (0..8).map(|n| profile(&writer.sign(3 * n))).collect();
        for (i, a) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|b| !a.replays(b)), "writer {seed} signature {i}");
        }
    }
}

/// Synthetic hands are steadier than people's, and networks for demonstration are full of them.
#[test]
fn stretches_of_our_own_writers_are_seldom_alike() {
    let mut alike = 0;
    for seed in 0..30 {
        let all: Vec<Profile> = (0..20).map(|n| profile(&Writer::new(seed).sign(n))).collect();
        let others: Vec<&Profile> = all.iter().collect();
        let copied = |i: usize| all[i].unexplained(&others[..i]).iter().any(|rest| Replay::shipped().is_copied(rest));
        alike += (1..all.len()).filter(|i| copied(*i)).count();
    }
    assert!(alike <= 3, "{alike} of 570");
}

#[test]
fn profiles_of_different_keys_are_never_replays() {
    let packet = Writer::new(1).sign(0);
    assert!(!profile(&packet).replays(&Profile::of(&packet, &key(2, "a")).unwrap()));
}

/// Without their label, too.
#[test]
fn our_own_writer_is_no_hand() {
    let mut missed = 0;
    for seed in 0..40 {
        let mut packet = Writer::new(seed).sign(seed);
        packet.device.kind = DigitiserKind::EmrPen;
        let trace = Trace::new(&packet).unwrap();
        missed += usize::from(flags(&packet, &trace) & FLAG_MACHINE_MADE == 0);
    }
    assert!(missed <= 2, "{missed} of 40 pass for a hand's");
}

#[test]
fn the_constants_parse_and_come_back() {
    let machine = Machine::shipped();
    assert_eq!(Machine::parse(&machine.to_text()).as_ref(), Some(machine));
    assert_eq!(machine.to_text(), CONSTANTS);
    assert_eq!(Machine::parse(&CONSTANTS.replace("movement 3 ", "movement 4 ")), None);
    assert_eq!(Machine::parse(&CONSTANTS.replace("beside 3 ", "beside 4 ")), None);
    assert_eq!(Machine::parse(&CONSTANTS.replace("\ntree ", "\ntree 99 ")), None);
    assert_eq!(Machine::parse(&format!("{CONSTANTS}more\n")), None);
}

#[test]
fn the_constants_of_the_replay_check_parse_and_come_back() {
    let replay = Replay::shipped();
    assert_eq!(Replay::parse(&replay.to_text()).as_ref(), Some(replay));
    assert_eq!(replay.to_text(), REPLAY_CONSTANTS);
    assert!(replay.terms.iter().all(|t| t.weight <= 0.0), "being further apart must not speak for a replay");
    assert_eq!(Replay::parse(&REPLAY_CONSTANTS.replace("course ", "corse ")), None);
    assert_eq!(Replay::parse(&REPLAY_CONSTANTS.replace("unexplained ", "explained ")), None);
    assert_eq!(Replay::parse(&format!("{REPLAY_CONSTANTS}more\n")), None);
}

#[test]
fn time_stamps_must_fit_the_device() {
    let honest = Writer::new(1).sign(0);
    let tampered = |change: fn(&mut StrokePacket)| {
        let mut packet = honest.clone();
        packet.device.kind = DigitiserKind::EmrPen;
        packet.device.time_quantum_us = 1000;
        change(&mut packet);
        clock::tampered(&packet)
    };
    assert!(!tampered(|_| {}));
    assert!(tampered(|p| p.samples[5].t_us += 1));
    assert!(tampered(|p| p.device.rate_mhz = 120_000));
    assert!(!tampered(|p| p.device.rate_mhz = 0));
    assert!(tampered(|p| p.samples.iter_mut().for_each(|s| s.t_us = s.t_us * 11 / 10 / 1000 * 1000)));
    assert!(tampered(|p| p.samples.iter_mut().step_by(2).skip(1).for_each(|s| s.t_us += 4000)));
    assert!(tampered(|p| p.session.total_ms = 100));
    assert!(!tampered(|p| p.session.total_ms = 20_000));
}

#[test]
fn a_part_is_incomplete_and_two_are_merged() {
    let writer = Writer::new(7);
    let references: Vec<_> = (0..5).map(|n| writer.sign(n)).collect();
    let template = Appraiser::first().enrol(&references).unwrap();
    let writing = |packet: &StrokePacket| Writing::of(&Trace::new(packet).unwrap());
    let judged = |packet: &StrokePacket| against(&writing(packet), &template, Kernel::best());
    let whole = writer.sign(8);
    assert_eq!(judged(&whole), 0);
    let mut part = whole.clone();
    part.samples.truncate(whole.samples.len() * 6 / 10);
    assert_eq!(judged(&part), FLAG_INCOMPLETE);
    let mut two = whole.clone();
    let end = whole.duration_us() + 150_000;
    two.samples.extend(whole.samples.iter().map(|s| crate::Sample { t_us: s.t_us + end, ..*s }));
    assert_eq!(judged(&two), FLAG_MERGED);
}
