//! A signature as functions of time at 50 points a second, and the references laid on its time axis by the same elastic
//! matching that the model compares with. Recomputed from raw samples; nothing is taken from a sender.

use models::arithmetic::hypot;
use models::dtw::path;
use models::features::{Series, derivative};
use models::packet::StrokePacket;
use models::trace::Trace;

/// Seconds between points.
pub const STEP: f64 = 0.02;

/// What is plotted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantity {
    /// Speed along the path, mm/s.
    Speed,
    /// Pressure, share of the device's range.
    Pressure,
    /// Position to the right, mm from the middle.
    X,
    /// Position up, mm from the middle.
    Y,
}

impl Quantity {
    /// All, in the order of a report.
    pub const ALL: [Self; 4] = [Self::Speed, Self::Pressure, Self::X, Self::Y];
}

/// Functions of time.
pub struct Curve {
    series: Series,
    values: [Vec<f64>; 4],
    /// Whether the pen touches, at each point.
    pub down: Vec<bool>,
    /// Whether pressure is sensed.
    pub has_pressure: bool,
}

impl Curve {
    /// Of a packet; `None` if its times or its length make no signature.
    pub fn of(packet: &StrokePacket) -> Option<Self> {
        let trace = Trace::new(packet).ok()?;
        let (dx, dy) = (derivative(&trace.smooth_x), derivative(&trace.smooth_y));
        // Hundredths of a millimetre in hundredths of a second.
        let speed = dx.iter().zip(&dy).map(|(x, y)| hypot(*x, *y)).collect();
        let values = [speed, trace.pressure.clone(), centred(&trace.smooth_x), centred(&trace.smooth_y)];
        Some(Self {
            series: Series::of(&trace),
            values: values.map(|v: Vec<f64>| v.into_iter().step_by(2).collect()),
            down: trace.down().into_iter().step_by(2).collect(),
            has_pressure: trace.has_pressure,
        })
    }
    /// Values at each point.
    pub fn values(&self, quantity: Quantity) -> &[f64] {
        &self.values[quantity as usize]
    }
    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.down.len().saturating_sub(1) as f64 * STEP
    }
    /// A reference's values at each of our points: the mean over what the elastic matching holds against it.
    pub fn aligned(&self, reference: &Self) -> Aligned {
        let pressure = self.has_pressure && reference.has_pressure;
        let pairs = path(&self.series, &reference.series.reversed(), pressure);
        let n = self.down.len();
        let mean = |quantity: Quantity| {
            let theirs = reference.values(quantity);
            let mut sums = vec![(0.0, 0.0); n];
            for (i, j) in &pairs {
                if let (Some(sum), Some(value)) = (sums.get_mut(*i), theirs.get(*j)) {
                    *sum = (sum.0 + value, sum.1 + 1.0);
                }
            }
            sums.into_iter().map(|(sum, count)| if count > 0.0 { sum / count } else { 0.0 }).collect()
        };
        Aligned { values: Quantity::ALL.map(mean), has_pressure: pressure }
    }
}

/// A reference on the questioned signature's time axis.
pub struct Aligned {
    values: [Vec<f64>; 4],
    has_pressure: bool,
}

impl Aligned {
    /// Values at each point of the questioned signature; `None` for a pressure that was not compared.
    pub fn values(&self, quantity: Quantity) -> Option<&[f64]> {
        let known = quantity != Quantity::Pressure || self.has_pressure;
        known.then(|| self.values[quantity as usize].as_slice())
    }
}

/// Hundredths of a millimetre as millimetres from the mean.
fn centred(values: &[f64]) -> Vec<f64> {
    let mean = values.iter().fold(0.0, |s, v| s + v) / values.len().max(1) as f64;
    values.iter().map(|v| (v - mean) / 100.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::Writer;

    #[test]
    fn a_signature_lies_exactly_on_itself() {
        let curve = Curve::of(&Writer::new(5).sign(0)).unwrap();
        let aligned = curve.aligned(&curve);
        for quantity in Quantity::ALL {
            assert_eq!(aligned.values(quantity).unwrap(), curve.values(quantity));
        }
        assert!(curve.values(Quantity::Speed).iter().any(|v| *v > 10.0));
    }

    #[test]
    fn a_reference_has_a_value_at_every_point() {
        let (a, b) = (Curve::of(&Writer::new(5).sign(0)).unwrap(), Curve::of(&Writer::new(5).sign(1)).unwrap());
        let aligned = a.aligned(&b);
        assert!(Quantity::ALL.iter().all(|q| aligned.values(*q).unwrap().len() == a.down.len()));
    }

    #[test]
    fn too_few_samples_make_no_curve() {
        let mut packet = Writer::new(5).sign(0);
        packet.samples.truncate(3);
        assert!(Curve::of(&packet).is_none());
    }
}
