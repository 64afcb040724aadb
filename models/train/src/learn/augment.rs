//! Alters a signature as the same hand on another day might: turned, stretched, sheared, bent, at another pace, with
//! other pressure and a noisier tablet. Only for learning: no altered signature is ever measured.

use crate::attack::chance::Chance;
use models::StrokePacket;
use models::packet::Sample;
use std::f64::consts::{PI, TAU};

/// Waves of the pace.
const PACE_WAVES: usize = 4;
/// Waves of the bending, in each direction.
const BEND_WAVES: usize = 3;

/// One way of altering.
struct Alteration {
    turn: [f64; 2],
    stretch: [f64; 2],
    shear: f64,
    /// Amplitudes, in device units, and phases, across then up.
    bends: [[(f64, f64); BEND_WAVES]; 2],
    /// Device units.
    noise: f64,
    duration: f64,
    paces: [f64; PACE_WAVES],
    pressure_gain: f64,
    pressure_power: f64,
}

/// The altered packet. Times stay in order.
pub fn augment(packet: &StrokePacket, chance: &mut Chance) -> StrokePacket {
    let alteration = Alteration::new(packet, chance);
    let end = packet.samples.last().map_or(1.0, |s| f64::from(s.t_us).max(1.0));
    let levels = f64::from(packet.device.pressure_levels.max(2) - 1);
    let mut altered = packet.clone();
    let mut latest = 0;
    for sample in &mut altered.samples {
        let u = f64::from(sample.t_us) / end;
        [sample.x, sample.y] = alteration.place(sample, u, chance);
        latest = latest.max((alteration.moment(u) * end).round().max(0.0) as u32);
        sample.t_us = latest;
        sample.pressure = alteration.pressure(sample.pressure, levels, chance);
    }
    altered
}

impl Alteration {
    fn new(packet: &StrokePacket, chance: &mut Chance) -> Self {
        let ys = packet.samples.iter().map(|s| f64::from(s.y));
        let height = ys.clone().fold(f64::MIN, f64::max) - ys.fold(f64::MAX, f64::min);
        let angle = chance.normal(0.06);
        let mut bend = |wave: usize| (chance.normal(0.03 * height) / (wave + 1) as f64, chance.between(0.0, TAU));
        Self {
            bends: [(); 2].map(|()| std::array::from_fn(&mut bend)),
            turn: [angle.cos(), angle.sin()],
            stretch: [1.0 + chance.normal(0.07), 1.0 + chance.normal(0.07)],
            shear: chance.normal(0.06),
            noise: chance.between(0.0, 2.5),
            duration: 1.0 + chance.normal(0.08),
            paces: std::array::from_fn(|wave| chance.normal(0.02) / (wave + 1) as f64),
            pressure_gain: 1.0 + chance.normal(0.12),
            pressure_power: chance.factor(0.15),
        }
    }
    fn place(&self, sample: &Sample, u: f64, chance: &mut Chance) -> [i32; 2] {
        let wave = |(k, (size, phase)): (usize, &(f64, f64))| size * (TAU * (k + 1) as f64 * u + phase).sin();
        let bent = |v: i32, bends: &[(f64, f64)]| f64::from(v) + bends.iter().enumerate().map(wave).sum::<f64>();
        let (x, y) = (bent(sample.x, &self.bends[0]), bent(sample.y, &self.bends[1]));
        let (x, y) = (self.stretch[0] * x + self.shear * y, self.stretch[1] * y);
        let [cos, sin] = self.turn;
        [cos * x - sin * y, sin * x + cos * y].map(|v| (v + chance.normal(self.noise)).round() as i32)
    }
    /// When the moment `u` (0 to 1) happens now, as a part of the former duration.
    fn moment(&self, u: f64) -> f64 {
        let waves = self.paces.iter().enumerate().map(|(k, size)| size * (PI * (k + 1) as f64 * u).sin());
        (u + waves.sum::<f64>()).clamp(0.0, 1.0) * self.duration
    }
    fn pressure(&self, raw: u16, levels: f64, chance: &mut Chance) -> u16 {
        if raw == 0 {
            return 0;
        }
        let share = (f64::from(raw) / levels).powf(self.pressure_power) * self.pressure_gain;
        (share * levels + chance.normal(2.0)).clamp(1.0, levels) as u16
    }
}
