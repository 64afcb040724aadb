//! The invented signature pad: samples the hand at 100 Hz in units of 0.01 mm, 1024 pressure levels, tilt, and one report
//! without contact at each lift, as the pads of public signature corpora do.

use super::habit::Habit;
use super::movement::{Hand, Movements};
use super::random::Random;
use crate::packet::{Device, DigitiserKind, PenState, Sample, Tilt};

const STEP_US: u32 = 10_000;

pub(super) fn device() -> Device {
    Device {
        maker: "synthetic".to_owned(),
        model: "no device".to_owned(),
        app: super::SYNTHETIC_APP.to_owned(),
        kind: DigitiserKind::Synthetic,
        nm_per_unit: 10_000,
        area_width: 12_700,
        area_height: 9_700,
        pressure_levels: 1024,
        rate_mhz: 100_000,
        time_quantum_us: STEP_US,
        tilt: true,
        ..Device::default()
    }
}

/// Records from the first touch to the first report after the last one.
pub(super) fn record(movements: &Movements, habit: &Habit, noise: Random) -> Vec<Sample> {
    let mut pad = Pad::new(habit, noise);
    let (begin, end) = (movements.begin_s(), movements.end_s());
    let step_s = f64::from(STEP_US) / 1e6;
    let mut samples: Vec<Sample> = Vec::new();
    for index in 0..=((end - begin) / step_s) as u32 + 1 {
        let t = begin + f64::from(index) * step_s;
        let mut hand = movements.at(t);
        hand.down &= t <= end;
        let sample = pad.sample(index * STEP_US, hand);
        let lifted_before = samples.last().is_some_and(|s| !s.pen.is_down());
        if sample.pen.is_down() || !lifted_before {
            samples.push(sample);
        }
    }
    samples
}

/// The pad and the hand's noise.
struct Pad<'a> {
    habit: &'a Habit,
    noise: Random,
    azimuth: f64,
    altitude: f64,
    tremor: [(f64, f64); 2],
    last: Option<Hand>,
    speed: f64,
    pressure: f64,
}

impl<'a> Pad<'a> {
    fn new(habit: &'a Habit, mut noise: Random) -> Self {
        let azimuth = habit.azimuth + noise.normal(25.0);
        let altitude = habit.altitude + noise.normal(15.0);
        Self { habit, noise, azimuth, altitude, tremor: [(0.0, 0.0); 2], last: None, speed: 0.0, pressure: 0.0 }
    }

    fn sample(&mut self, t_us: u32, hand: Hand) -> Sample {
        let (x, y) = (hand.x + self.tremble(0), hand.y + self.tremble(1));
        let pressure = self.press(hand);
        let pen = if hand.down { PenState::DOWN } else { PenState::UP };
        Sample { t_us, x: x.round() as i32, y: y.round() as i32, pressure, pen, tilt: Some(self.tilt(hand)) }
    }
    /// Physiological tremor: noise through a resonance at 10 Hz, about 0.02 mm.
    fn tremble(&mut self, axis: usize) -> f64 {
        let (a, b) = self.tremor[axis];
        let next = 1.456 * a - 0.81 * b + self.noise.normal(0.8);
        self.tremor[axis] = (next, a);
        next
    }
    fn press(&mut self, hand: Hand) -> u16 {
        let speed = self.last.map_or(0.0, |l| crate::arithmetic::hypot(hand.x - l.x, hand.y - l.y));
        self.speed += 0.4 * (speed - self.speed);
        let lighter = 1.0 - self.habit.lightness * (self.speed / 120.0).min(1.0);
        let wanted = if hand.down { hand.pressure * lighter } else { 0.0 };
        let landed = self.last.is_some_and(|l| l.down);
        if !hand.down || !landed {
            self.pressure = 0.25 * wanted;
        }
        self.last = Some(hand);
        let step_s = f64::from(STEP_US) / 1e6;
        self.pressure += (wanted - self.pressure) * (step_s / self.habit.landing).min(1.0);
        let level = (1023.0 * self.pressure + self.noise.normal(5.0)).clamp(1.0, 1023.0);
        if hand.down { level as u16 } else { 0 }
    }
    /// The arm turns a little as it moves to the right; the pad reports whole degrees.
    fn tilt(&mut self, hand: Hand) -> Tilt {
        let degrees = |ddeg: f64| (ddeg / 10.0).round() as u16 * 10;
        let across = (hand.x - 6350.0) / 100.0;
        Tilt { azimuth_ddeg: degrees(self.azimuth + across), altitude_ddeg: degrees(self.altitude - 0.3 * across) }
    }
}
