//! How given samples are laid out in standard channels: which channels, in what units. Rounds where it must; whether
//! rounding lost anything is the caller's question.

use super::channel::{Channel, Description, Scaling};
use super::header::{IDENTIFIER, MAX, SCALING, VERSION, without_scale};
use crate::packet::{Device, Sample};

/// Units of T in microseconds that are tried after the exact one, finest first; the last holds the longest packet.
const TICKS_US: [u32; 7] = [1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/// The layout of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// X and Y are divided by two to this power.
    pub shift: u32,
    tick_us: u32,
    pressure: bool,
    tilt: bool,
}

impl Layout {
    pub(super) fn of(samples: &[Sample], pressure: bool) -> Self {
        let tilt = !samples.is_empty() && samples.iter().all(|s| s.tilt.is_some());
        Self { shift: shift(samples), tick_us: tick_us(samples), pressure, tilt }
    }

    /// The channel descriptions, except for the scale of X and Y.
    pub(super) fn descriptions(&self, device: &Device) -> Vec<Description> {
        self.scaled_descriptions(device).iter().map(without_scale).collect()
    }

    /// The record header.
    pub(super) fn header(&self, device: &Device) -> Vec<u8> {
        let descriptions = self.scaled_descriptions(device);
        let mut out = [IDENTIFIER.as_slice(), VERSION].concat();
        let included = descriptions.iter().fold(0, |bits, d| bits | d.channel.bit());
        out.extend(u16::to_be_bytes(included));
        for d in &descriptions {
            let bit = |present: bool, bit: u8| if present { bit } else { 0 };
            out.push(bit(d.scaling.is_some(), SCALING) | bit(d.max.is_some(), MAX));
            for value in [d.scaling.map(|s| s.0), d.max].into_iter().flatten() {
                out.extend(value.to_be_bytes());
            }
        }
        out.push(0);
        out
    }

    /// The points, one after another.
    pub(super) fn points(&self, samples: &[Sample]) -> Vec<u8> {
        let mut out = Vec::new();
        for sample in samples {
            self.point(sample, &mut out);
        }
        out
    }

    fn point(&self, sample: &Sample, out: &mut Vec<u8>) {
        let coordinate = |v: i32| ((v >> self.shift) + 32768) as u16;
        let ticks = (u64::from(sample.t_us) + u64::from(self.tick_us) / 2) / u64::from(self.tick_us);
        let mut put = |value: u16| out.extend(value.to_be_bytes());
        put(coordinate(sample.x));
        put(coordinate(sample.y));
        put(u16::try_from(ticks).unwrap_or(u16::MAX));
        if self.pressure {
            put(sample.pressure);
        }
        out.push(u8::from(sample.pen.is_down()));
        if let Some(tilt) = sample.tilt.filter(|_| self.tilt) {
            out.extend(tilt.azimuth_ddeg.to_be_bytes());
            out.extend(tilt.altitude_ddeg.to_be_bytes());
        }
    }

    fn scaled_descriptions(&self, device: &Device) -> Vec<Description> {
        let nm = u64::from(device.nm_per_unit) << self.shift;
        let scale = Scaling::nearest(1_000_000, nm);
        let per_second = Scaling::nearest(1_000_000, self.tick_us.into());
        let max = device.pressure_levels.checked_sub(1).and_then(|max| u16::try_from(max).ok());
        let plain = |channel, scaling| Description { channel, scaling, max: None, constant: false };
        let mut all = vec![plain(Channel::X, scale), plain(Channel::Y, scale), plain(Channel::T, per_second)];
        if self.pressure {
            all.push(Description { max, ..plain(Channel::F, None) });
        }
        all.push(plain(Channel::S, None));
        if self.tilt {
            let per_degree = Scaling::nearest(10, 1);
            all.extend([plain(Channel::Az, per_degree), plain(Channel::El, per_degree)]);
        }
        all
    }
}

fn shift(samples: &[Sample]) -> u32 {
    let fits = |v: i32, shift: u32| i16::try_from(v >> shift).is_ok();
    let all_fit = |shift: &u32| samples.iter().all(|s| fits(s.x, *shift) && fits(s.y, *shift));
    (0..16).find(all_fit).unwrap_or(16)
}

/// The exact unit of the times where T and its scaling value can hold it, else the finest round one that T can hold.
fn tick_us(samples: &[Sample]) -> u32 {
    let last = samples.iter().map(|s| s.t_us).max().unwrap_or(0);
    let exact = samples.iter().fold(0, |unit, s| gcd(unit, s.t_us)).min(1_000_000);
    let candidates = [exact].into_iter().filter(|&t| t > 0 && Scaling::exact(1_000_000, t.into())).chain(TICKS_US);
    let holds = |tick: &u32| last / tick < u32::from(u16::MAX);
    candidates.into_iter().find(holds).unwrap_or(1_000_000)
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
