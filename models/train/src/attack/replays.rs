//! Replays: a signature of the signer, taken from an earlier packet and changed as little or as much as the species says.

use crate::attack::chance::Chance;
use crate::attack::strokes::{Pen, Strokes};

/// One way to change a recording.
pub struct Species {
    /// Its name in the report.
    pub name: &'static str,
    /// Whether it is one of the simple ones that a target is set for.
    pub simple: bool,
    /// Makes one.
    pub make: fn(&Strokes, &mut Chance) -> Strokes,
}

/// All species.
pub const ALL: &[Species] = &[
    Species { name: "exact", simple: true, make: |s, _| s.clone() },
    Species { name: "noise 2", simple: true, make: |s, c| noise(s, c, 2.0) },
    Species { name: "noise 5", simple: true, make: |s, c| noise(s, c, 5.0) },
    Species { name: "noise 10", simple: true, make: |s, c| noise(s, c, 10.0) },
    Species { name: "shift", simple: true, make: |s, c| shift(s, c) },
    Species { name: "scale 0.8-1.25", simple: true, make: |s, c| uniform_scale(s, c) },
    Species { name: "scale by axis 0.85-1.18", simple: true, make: |s, c| axis_scale(s, c) },
    Species { name: "rotation 5 deg", simple: true, make: |s, c| rotate(s, c, 0.087) },
    Species { name: "time scale 15 %", simple: true, make: |s, c| time_scale(s, c, 1.15) },
    Species { name: "time scale 30 %", simple: true, make: |s, c| time_scale(s, c, 1.3) },
    Species { name: "resample 60 Hz", simple: true, make: |s, c| resample(s, c, 60.0) },
    Species { name: "resample 75 Hz", simple: true, make: |s, c| resample(s, c, 75.0) },
    Species { name: "resample 133 Hz", simple: true, make: |s, c| resample(s, c, 133.0) },
    Species { name: "resample 200 Hz", simple: true, make: |s, c| resample(s, c, 200.0) },
    Species { name: "warp 8 %", simple: true, make: |s, c| warp(s, c, 0.08) },
    Species { name: "warp 15 %", simple: true, make: |s, c| warp(s, c, 0.15) },
    Species { name: "warp 8 % with losses", simple: false, make: |s, c| harsh_warp(s, c, 0.08) },
    Species { name: "shift+scale+noise 5", simple: true, make: |s, c| noise(&uniform_scale(&shift(s, c), c), c, 5.0) },
    Species {
        name: "time scale+scale+noise 10",
        simple: true,
        make: |s, c| noise(&uniform_scale(&time_scale(s, c, 1.15), c), c, 10.0),
    },
    Species {
        name: "resample 75+time scale+noise 5",
        simple: true,
        make: |s, c| noise(&resample(&time_scale(s, c, 1.15), c, 75.0), c, 5.0),
    },
    Species { name: "warp+affine", simple: false, make: |s, c| affine(&warp(s, c, 0.08), c) },
    Species { name: "warp+affine+noise 10", simple: false, make: |s, c| noise(&affine(&warp(s, c, 0.08), c), c, 10.0) },
    Species { name: "noise 30", simple: false, make: |s, c| noise(s, c, 30.0) },
    Species { name: "warp+affine+noise 30", simple: false, make: |s, c| noise(&affine(&warp(s, c, 0.08), c), c, 30.0) },
    Species { name: "spatial bend 2 %", simple: false, make: |s, c| bend(s, c, 0.02) },
    Species {
        name: "warp+bend 2 %+noise 5",
        simple: false,
        make: |s, c| noise(&bend(&warp(s, c, 0.08), c, 0.02), c, 5.0),
    },
    Species { name: "cut 5 %", simple: false, make: |s, c| cut(s, c, 0.05) },
];

/// Noise of every report on its own; pressure half as much.
pub fn noise(s: &Strokes, c: &mut Chance, deviation: f64) -> Strokes {
    s.map(|p| Pen { x: p.x + c.normal(deviation), y: p.y + c.normal(deviation), p: pressed(p, c, deviation), ..*p })
}

fn pressed(p: &Pen, c: &mut Chance, deviation: f64) -> f64 {
    if p.p > 0.0 { (p.p + c.normal(0.5 * deviation)).max(1.0) } else { 0.0 }
}

/// Somewhere else.
pub fn shift(s: &Strokes, c: &mut Chance) -> Strokes {
    let (dx, dy) = (c.between(-3000.0, 3000.0), c.between(-3000.0, 3000.0));
    s.map(|p| Pen { x: p.x + dx, y: p.y + dy, ..*p })
}

fn linear(s: &Strokes, m: [f64; 4]) -> Strokes {
    let (cx, cy) = s.centre();
    s.map(|p| {
        let (x, y) = (p.x - cx, p.y - cy);
        Pen { x: cx + m[0] * x + m[1] * y, y: cy + m[2] * x + m[3] * y, ..*p }
    })
}

/// Larger or smaller.
pub fn uniform_scale(s: &Strokes, c: &mut Chance) -> Strokes {
    let f = c.between(0.8, 1.25);
    linear(s, [f, 0.0, 0.0, f])
}

/// Wider and flatter, or the other way.
pub fn axis_scale(s: &Strokes, c: &mut Chance) -> Strokes {
    linear(s, [c.between(0.85, 1.18), 0.0, 0.0, c.between(0.85, 1.18)])
}

/// Turned by up to an angle, by the rational circle.
pub fn rotate(s: &Strokes, c: &mut Chance, most: f64) -> Strokes {
    let t = 0.5 * c.between(-most, most);
    let (cos, sin) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
    linear(s, [cos, -sin, sin, cos])
}

/// A small rotation and a scale for each axis.
pub fn affine(s: &Strokes, c: &mut Chance) -> Strokes {
    let turned = rotate(s, c, 0.1);
    linear(&turned, [1.0 + c.normal(0.08), 0.0, 0.0, 1.0 + c.normal(0.08)])
}

/// Slower or faster by up to a factor.
pub fn time_scale(s: &Strokes, c: &mut Chance, most: f64) -> Strokes {
    let f = c.between(1.0 / most, most);
    s.map(|p| Pen { t: p.t * f, ..*p })
}

/// Sampled anew at another rate with a jitter of 2 ms.
pub fn resample(s: &Strokes, c: &mut Chance, hz: f64) -> Strokes {
    let steps = (s.seconds() * hz) as usize;
    let mut pens: Vec<Pen> = Vec::with_capacity(steps);
    for k in 0..=steps {
        let t = (k as f64 / hz + c.normal(0.002)).clamp(0.0, s.seconds());
        if let Some(p) = s.at(t).filter(|p| pens.last().is_none_or(|l| p.t > l.t + 0.001)) {
            pens.push(p);
        }
    }
    let mut device = s.device.clone();
    device.rate_mhz = (hz * 1000.0) as u32;
    Strokes { device, pens }
}

/// Smoothly faster here and slower there, and sampled anew at the device's rate.
pub fn warp(s: &Strokes, c: &mut Chance, amount: f64) -> Strokes {
    rewarped(s, &Wave::new(c, amount).rising())
}

/// As [`warp`], but where time would run back it stands still: some of the writing is lost.
pub fn harsh_warp(s: &Strokes, c: &mut Chance, amount: f64) -> Strokes {
    rewarped(s, &Wave::new(c, amount))
}

fn rewarped(s: &Strokes, wave: &Wave) -> Strokes {
    let total = s.seconds();
    let mut last = -1.0;
    let stretched = s.map(|p| {
        let u = p.t / total;
        last = f64::max(last + 1e-4, (u + wave.at(u)) * total);
        Pen { t: last, ..*p }
    });
    let hz = f64::from(s.device.rate_mhz.max(50_000)) / 1000.0;
    let start = stretched.pens[0].t;
    let pens = (0..=(stretched.seconds() * hz) as usize).filter_map(|k| stretched.at(start + k as f64 / hz)).collect();
    Strokes { device: s.device.clone(), pens }
}

/// Places moved by a smooth field, by a part of the size.
pub fn bend(s: &Strokes, c: &mut Chance, amount: f64) -> Strokes {
    let (cx, cy) = s.centre();
    let size = s.pens.iter().map(|p| (p.x - cx).abs() + (p.y - cy).abs()).fold(1.0, f64::max);
    let waves = [Wave::new(c, amount), Wave::new(c, amount), Wave::new(c, amount), Wave::new(c, amount)];
    s.map(|p| {
        let (u, v) = ((p.x - cx) / size * 0.5 + 0.5, (p.y - cy) / size * 0.5 + 0.5);
        let (dx, dy) = (waves[0].at(u) + waves[1].at(v), waves[2].at(u) + waves[3].at(v));
        Pen { x: p.x + dx * size, y: p.y + dy * size, ..*p }
    })
}

/// A little missing at one end.
pub fn cut(s: &Strokes, c: &mut Chance, part: f64) -> Strokes {
    let n = (s.pens.len() as f64 * part) as usize;
    let pens = if c.unit() < 0.5 { &s.pens[n..] } else { &s.pens[..s.pens.len() - n] };
    let start = pens[0].t;
    Strokes { device: s.device.clone(), pens: pens.iter().map(|p| Pen { t: p.t - start, ..*p }).collect() }
}

/// A smooth function on [0, 1], 0 at both ends: four half waves as parabolas would be, greatest value `amount`.
struct Wave([f64; 4]);

impl Wave {
    fn new(c: &mut Chance, amount: f64) -> Self {
        let mut w = Self(std::array::from_fn(|j| c.normal(1.0 / ((j + 1) as f64 * ((j + 1) as f64).sqrt()))));
        let greatest = (0..=100).map(|k| w.at(f64::from(k) / 100.0).abs()).fold(1e-9, f64::max);
        w.0.iter_mut().for_each(|a| *a *= amount / greatest);
        w
    }
    /// Less, if that is needed for `u + at(u)` to rise everywhere.
    fn rising(mut self) -> Self {
        let step = |w: &Self, k: u32| 100.0 * (w.at(f64::from(k + 1) / 100.0) - w.at(f64::from(k) / 100.0));
        let steepest = (0..100).map(|k| -step(&self, k)).fold(0.0, f64::max);
        if steepest > 0.65 {
            self.0.iter_mut().for_each(|a| *a *= 0.65 / steepest);
        }
        self
    }
    fn at(&self, u: f64) -> f64 {
        self.0.iter().enumerate().map(|(j, a)| a * half_wave((j + 1) as f64 * u.clamp(0.0, 1.0))).sum()
    }
}

/// sin(pi x) by Bhaskara's formula: exact enough for an attack, the same on every machine.
fn half_wave(x: f64) -> f64 {
    let (whole, part) = (x.floor(), x - x.floor());
    let v = 16.0 * part * (1.0 - part) / (5.0 - 4.0 * part * (1.0 - part));
    if whole as i64 % 2 == 0 { v } else { -v }
}
