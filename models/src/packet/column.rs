//! Columns of integers as differences, so that a packet of 300 samples takes about 1 kB instead of 5. There is exactly
//! one encoding of a column; the decoder refuses every other and never allocates more than the count it was given.

use proto::{Decoder, Encoder, Malformed};

/// What is written of a channel. The value before the first one counts as 0, and so does the slope up to and at the
/// first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// First differences: channels that wander.
    Step,
    /// Second differences: channels that keep their slope, as positions of a moving pen do.
    Slope,
    /// First differences, zeros counted: channels that mostly stay.
    SteadyStep,
    /// Second differences, zeros counted: clocks.
    SteadySlope,
}

/// A channel: its name in errors, how it is written, and the closed range of its values.
///
/// Differences are zigzag-folded (0, -1, 1, -2 … become 0, 1, 2, 3 …) and written as little-endian base-128 with the
/// fewest bytes. In steady kinds a zero is followed by how many more zeros follow it, in the same base-128.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub field: &'static str,
    pub kind: Kind,
    pub min: i64,
    pub max: i64,
}

impl Column {
    pub(super) fn encode(&self, values: impl Iterator<Item = i64>, e: &mut Encoder) {
        let mut state = State::default();
        let mut zeros = 0u64;
        for value in values {
            let difference = state.difference(self.kind, value);
            if difference == 0 && self.kind.counts_zeros() {
                zeros += 1;
                continue;
            }
            flush(&mut zeros, e);
            write(fold(difference), e);
        }
        flush(&mut zeros, e);
    }

    pub(super) fn decode(&self, n: usize, d: &mut Decoder<'_>) -> Result<Vec<i64>, Malformed> {
        let mut state = State::default();
        let mut out = Vec::new();
        let mut after_run = false;
        while out.len() < n {
            let difference = unfold(self.read(d)?);
            let counted = difference == 0 && self.kind.counts_zeros();
            if counted && after_run {
                return Err(Malformed::Rule { field: self.field, rule: "two runs of equal values must be one" });
            }
            after_run = counted;
            for _ in 0..if counted { self.run(n - out.len(), d)? } else { 1 } {
                out.push(self.accept(state.value(self.kind, difference))?);
            }
        }
        Ok(out)
    }

    fn run(&self, max: usize, d: &mut Decoder<'_>) -> Result<usize, Malformed> {
        let more = self.read(d)?;
        let len = usize::try_from(more).unwrap_or(usize::MAX).saturating_add(1);
        if len > max { Err(Malformed::TooLong { field: self.field, len, max }) } else { Ok(len) }
    }

    fn accept(&self, value: Option<i64>) -> Result<i64, Malformed> {
        let rule = "a value is outside the channel's range";
        value.filter(|v| (self.min..=self.max).contains(v)).ok_or(Malformed::Rule { field: self.field, rule })
    }

    fn read(&self, d: &mut Decoder<'_>) -> Result<u64, Malformed> {
        let rule = "a number must take the fewest bytes and fit 63 bits";
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = d.u8(self.field)?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let shortest = byte != 0 || shift == 0;
                return if shortest { Ok(value) } else { Err(Malformed::Rule { field: self.field, rule }) };
            }
        }
        Err(Malformed::Rule { field: self.field, rule })
    }
}

impl Kind {
    fn counts_zeros(self) -> bool {
        matches!(self, Self::SteadyStep | Self::SteadySlope)
    }
    fn keeps_slope(self) -> bool {
        matches!(self, Self::Slope | Self::SteadySlope)
    }
}

/// Predicts the next value.
#[derive(Default)]
struct State {
    last: i64,
    slope: i64,
    started: bool,
}

impl State {
    fn difference(&mut self, kind: Kind, value: i64) -> i64 {
        let step = value - self.last;
        let difference = if kind.keeps_slope() { step - self.slope } else { step };
        self.advance(value, step);
        difference
    }
    fn value(&mut self, kind: Kind, difference: i64) -> Option<i64> {
        let step = if kind.keeps_slope() { difference.checked_add(self.slope)? } else { difference };
        let value = self.last.checked_add(step)?;
        self.advance(value, step);
        Some(value)
    }
    fn advance(&mut self, value: i64, step: i64) {
        // The first value is a position, not a movement.
        self.slope = if self.started { step } else { 0 };
        (self.last, self.started) = (value, true);
    }
}

fn fold(v: i64) -> u64 {
    ((v << 1) ^ (v >> 63)).cast_unsigned()
}

fn unfold(v: u64) -> i64 {
    (v >> 1).cast_signed() ^ -(v & 1).cast_signed()
}

fn write(mut value: u64, e: &mut Encoder) {
    while value >= 0x80 {
        e.u8((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    e.u8(value as u8);
}

fn flush(zeros: &mut u64, e: &mut Encoder) {
    if let Some(more) = zeros.checked_sub(1) {
        write(0, e);
        write(more, e);
    }
    *zeros = 0;
}
