//! A packet's samples in numbers that can be bent, and back.

use models::packet::{Binding, Device, Nonce, PenState, Sample, Session, StrokePacket};
use proto::{Digest, Height, Name};

/// Longest time between two reports that belong to one run of the digitiser, s.
const GAP_S: f64 = 0.04;

/// One report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pen {
    /// Seconds since the first.
    pub t: f64,
    /// Device units.
    pub x: f64,
    /// Device units.
    pub y: f64,
    /// Raw levels.
    pub p: f64,
    /// What the pen did.
    pub state: PenState,
}

/// One writing.
#[derive(Debug, Clone, PartialEq)]
pub struct Strokes {
    /// The digitiser.
    pub device: Device,
    /// Reports in order.
    pub pens: Vec<Pen>,
}

impl Strokes {
    /// Of a packet; reports whose time is not after the one before are left out.
    pub fn of(packet: &StrokePacket) -> Self {
        let mut pens: Vec<Pen> = Vec::with_capacity(packet.samples.len());
        for s in &packet.samples {
            let t = f64::from(s.t_us) / 1e6;
            if pens.last().is_none_or(|last| last.t < t) {
                pens.push(Pen { t, x: s.x.into(), y: s.y.into(), p: s.pressure.into(), state: s.pen });
            }
        }
        Self { device: packet.device.clone(), pens }
    }
    /// Rounded to what the device could have reported.
    pub fn packet(&self) -> StrokePacket {
        let quantum = f64::from(self.device.time_quantum_us.max(1)) / 1e6;
        let top = f64::from(self.device.pressure_levels.saturating_sub(1));
        let start = self.pens.first().map_or(0.0, |p| p.t);
        let sample = |p: &Pen| Sample {
            t_us: (((p.t - start) / quantum).round() * quantum * 1e6).round() as u32,
            x: p.x.round() as i32,
            y: p.y.round() as i32,
            pressure: p.p.round().clamp(0.0, top) as u16,
            pen: p.state,
            tilt: None,
        };
        let nonce = Nonce { height: Height(0), block: Digest::ZERO };
        let signer = Name::new("attacked", "signer").expect("a short word is a name");
        let binding = Binding { signer, document: Digest::ZERO, nonce, intent: String::new() };
        let samples = self.pens.iter().map(sample).collect();
        StrokePacket { binding, device: self.device.clone(), session: Session::default(), samples, attestation: None }
    }
    /// From first to last report, s.
    pub fn seconds(&self) -> f64 {
        self.pens.last().map_or(0.0, |p| p.t) - self.pens.first().map_or(0.0, |p| p.t)
    }
    /// The pen at a time; `None` where the digitiser was silent.
    pub fn at(&self, t: f64) -> Option<Pen> {
        let next = self.pens.partition_point(|p| p.t < t);
        let b = *self.pens.get(next)?;
        if b.t == t || next == 0 {
            return (b.t == t).then_some(b);
        }
        let a = self.pens[next - 1];
        if b.t - a.t > GAP_S {
            return None;
        }
        let share = (t - a.t) / (b.t - a.t);
        let between = |a: f64, b: f64| a + (b - a) * share;
        let state = if share < 0.5 { a.state } else { b.state };
        Some(Pen { t, x: between(a.x, b.x), y: between(a.y, b.y), p: between(a.p, b.p), state })
    }
    /// The same with each report changed.
    #[must_use]
    pub fn map(&self, change: impl FnMut(&Pen) -> Pen) -> Self {
        Self { device: self.device.clone(), pens: self.pens.iter().map(change).collect() }
    }
    /// Mean place.
    pub fn centre(&self) -> (f64, f64) {
        let n = self.pens.len() as f64;
        (self.pens.iter().map(|p| p.x).sum::<f64>() / n, self.pens.iter().map(|p| p.y).sum::<f64>() / n)
    }
}
