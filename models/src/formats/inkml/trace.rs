//! The little language inside a trace: points separated by commas, values that may be differences. Knows the channels,
//! not what they mean.

use super::super::fault::FormatFault;
use super::decimal::Decimal;
use super::document::{Channel, Stroke, position};

/// Reads the points of one trace.
pub(super) struct Points<'a> {
    file: &'a str,
    /// Where the next character is in the file, and where the trace ends.
    next: usize,
    end: usize,
    point_at: usize,
    channels: &'a [Channel],
    states: Vec<State>,
}

/// How a channel's values are given, and the last ones.
#[derive(Debug, Clone, Copy)]
struct State {
    order: Order,
    value: Decimal,
    velocity: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Explicit,
    First,
    Second,
}

impl<'a> Points<'a> {
    pub(super) fn new(file: &'a str, stroke: &Stroke, channels: &'a [Channel]) -> Self {
        let start = State { order: Order::Explicit, value: Decimal::ZERO, velocity: Decimal::ZERO };
        let states = vec![start; channels.len()];
        Self { file, next: stroke.text.start, end: stroke.text.end, point_at: stroke.text.start, channels, states }
    }
    /// Where the current point begins, in bytes from the start of the file.
    pub(super) fn offset(&self) -> usize {
        self.point_at
    }

    /// The next point, one value for each channel; `None` at the end.
    pub(super) fn next_point(&mut self) -> Result<Option<Vec<Option<Decimal>>>, FormatFault> {
        self.skip_space();
        if self.next == self.end {
            return Ok(None);
        }
        self.point_at = self.next;
        let mut values = Vec::with_capacity(self.channels.len());
        for (index, channel) in self.channels.iter().enumerate() {
            self.skip_space();
            let ended = self.peek().is_none_or(|c| c == ',');
            values.push(if ended && channel.intermittent { None } else { self.value(index)? });
        }
        self.skip_space();
        match self.peek() {
            None => {}
            Some(',') => self.next += 1,
            Some(_) => return Err(self.fault("a comma should follow: the point has more values than channels")),
        }
        Ok(Some(values))
    }

    fn value(&mut self, index: usize) -> Result<Option<Decimal>, FormatFault> {
        let order = match self.peek() {
            Some('!') => Some(Order::Explicit),
            Some('\'') => Some(Order::First),
            Some('"') => Some(Order::Second),
            _ => None,
        };
        if let Some(order) = order {
            self.states[index].order = order;
            self.next += 1;
            self.skip_space();
        }
        match self.peek() {
            Some('?') => {
                self.next += 1;
                Ok(None)
            }
            Some('*') => self.repeat(index).map(Some),
            Some(c @ ('T' | 'F')) if self.channels[index].boolean => {
                self.next += 1;
                self.states[index].value = if c == 'T' { Decimal::UNIT } else { Decimal::ZERO };
                Ok(Some(self.states[index].value))
            }
            None | Some(',') => Err(self.fault("the point has fewer values than channels")),
            Some(_) => self.number(index).map(Some),
        }
    }

    fn repeat(&mut self, index: usize) -> Result<Decimal, FormatFault> {
        if self.states[index].order != Order::Explicit {
            return Err(self.fault("`*` among differences is not read; write the number"));
        }
        self.next += 1;
        Ok(self.states[index].value)
    }

    fn number(&mut self, index: usize) -> Result<Decimal, FormatFault> {
        let rest = &self.file[self.next..self.end];
        let sign = usize::from(rest.starts_with(['+', '-']));
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '#';
        let len = sign + rest[sign..].find(|c| !inside(c)).unwrap_or(rest.len() - sign);
        let given = Decimal::parse(&rest[..len])
            .ok_or_else(|| self.fault("must be a decimal number with at most six places, or # and hex digits"))?;
        let state = &mut self.states[index];
        let next = match state.order {
            Order::Explicit => Some((given, Decimal::ZERO)),
            Order::First => state.value.checked_add(given).map(|value| (value, given)),
            Order::Second => state.velocity.checked_add(given).and_then(|v| Some((state.value.checked_add(v)?, v))),
        };
        let Some((value, velocity)) = next else { return Err(self.fault("is out of range")) };
        (state.value, state.velocity) = (value, velocity);
        self.next += len;
        Ok(value)
    }

    fn peek(&self) -> Option<char> {
        self.file[self.next..self.end].chars().next()
    }
    fn skip_space(&mut self) {
        let rest = &self.file[self.next..self.end];
        self.next += rest.len() - rest.trim_start().len();
    }
    fn fault(&self, problem: &str) -> FormatFault {
        FormatFault::new(position(self.file, self.next), "trace", problem)
    }
}
