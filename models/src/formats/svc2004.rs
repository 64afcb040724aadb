//! SVC2004 signature text (First International Signature Verification Competition, 2004): a line with the number of
//! rows, then one row per sample, `X Y T BUTTON` (task 1) or `X Y T BUTTON AZIMUTH ALTITUDE PRESSURE` (task 2).
//!
//! Rows are kept raw, out-of-order times included: judging them is the appraiser's work. T is in milliseconds of the
//! recording machine and is shifted so that the first row has time 0. BUTTON is a bit field: 1 tip, 2 and 4 the barrel
//! switches. AZIMUTH and ALTITUDE are tenths of a degree, PRESSURE 0 to 1023. There is no writer: the format loses too
//! much to export evidence in it.

use super::Recording;
use super::fault::{FormatFault, Position, bounded};
use crate::packet::{Device, DigitiserKind, PenState, SAMPLES_MAX, Sample, Tilt};

/// Reads either task's layout, told apart by the number of columns of the first row.
pub fn read(bytes: &[u8]) -> Result<Recording, FormatFault> {
    let text = std::str::from_utf8(bounded(bytes)?)
        .map_err(|e| FormatFault::new(Position::Byte(e.valid_up_to()), "text", "must be ASCII text"))?;
    // Some editors put a byte order mark before a text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let count = row_count(lines.next())?;
    let mut rows = Vec::new();
    for (index, line) in lines {
        if rows.len() == count {
            let problem = format!("the first line promises {count} rows and there are more");
            return Err(FormatFault::new(Position::Line { line: index + 1, column: 1 }, "rows", problem));
        }
        rows.push(Row::parse(line, index + 1, rows.first())?);
    }
    if rows.len() < count {
        let problem = format!("the first line promises {count} rows and there are {}", rows.len());
        return Err(FormatFault::new(Position::Whole, "rows", problem));
    }
    let start = rows.first().map_or(0, |r| r.values[2]);
    let task2 = rows.first().is_some_and(|r| r.columns == 7);
    let samples = rows.iter().map(|row| row.sample(start)).collect::<Result<_, _>>()?;
    Ok(Recording { device: device(task2), samples })
}

fn row_count(first: Option<(usize, &str)>) -> Result<usize, FormatFault> {
    let (index, line) =
        first.ok_or_else(|| FormatFault::new(Position::Whole, "rows", "the file is empty; give the number of rows"))?;
    let at = Position::Line { line: index + 1, column: 1 };
    let count: usize = line
        .trim()
        .parse()
        .map_err(|_| FormatFault::new(at, "rows", "the first line must be the number of rows and nothing else"))?;
    if (1..=SAMPLES_MAX).contains(&count) {
        return Ok(count);
    }
    Err(FormatFault::new(at, "rows", format!("{count} rows; there must be 1 to {SAMPLES_MAX}")))
}

const NAMES: [&str; 7] = ["X", "Y", "T", "BUTTON", "AZIMUTH", "ALTITUDE", "PRESSURE"];

/// One parsed line: its values and, for errors, where each of them began.
struct Row {
    line: usize,
    columns: usize,
    starts: [usize; 7],
    values: [i64; 7],
}

impl Row {
    fn parse(text: &str, line: usize, first: Option<&Self>) -> Result<Self, FormatFault> {
        let mut row = Self { line, columns: 0, starts: [1; 7], values: [0; 7] };
        for word in text.split_ascii_whitespace() {
            let column = word.as_ptr().addr() - text.as_ptr().addr() + 1;
            if row.columns == NAMES.len() {
                return Err(FormatFault::new(Position::Line { line, column }, "row", "more than seven columns"));
            }
            row.starts[row.columns] = column;
            row.values[row.columns] =
                word.parse().map_err(|_| row.fault(row.columns, "must be a whole number of at most 18 digits"))?;
            row.columns += 1;
        }
        let wanted = first.map_or(row.columns, |f| f.columns);
        if ![4, 7].contains(&row.columns) || row.columns != wanted {
            let problem = format!("{} columns; every row must have the same 4 (task 1) or 7 (task 2)", row.columns);
            return Err(FormatFault::new(Position::Line { line, column: 1 }, "row", problem));
        }
        Ok(row)
    }
    fn fault(&self, index: usize, problem: &str) -> FormatFault {
        FormatFault::new(Position::Line { line: self.line, column: self.starts[index] }, NAMES[index], problem)
    }
    fn within<T: TryFrom<i64>>(&self, index: usize, max: i64, problem: &str) -> Result<T, FormatFault> {
        let value = Some(self.values[index]).filter(|&v| v <= max);
        value.and_then(|v| T::try_from(v).ok()).ok_or_else(|| self.fault(index, problem))
    }
    fn sample(&self, start: i64) -> Result<Sample, FormatFault> {
        let elapsed_ms = self.values[2].checked_sub(start).filter(|v| (0..=i64::from(u32::MAX) / 1000).contains(v));
        let elapsed_ms = elapsed_ms.ok_or_else(|| self.fault(2, "must be 0 to 71 minutes after the first row's T"))?;
        let tilt = if self.columns == 7 { Some(self.tilt()?) } else { None };
        let far = "must fit 32 bits";
        Ok(Sample {
            t_us: u32::try_from(elapsed_ms * 1000).expect("checked against the maximum above"),
            x: self.within(0, i32::MAX.into(), far)?,
            y: self.within(1, i32::MAX.into(), far)?,
            pressure: self.within(6, 1023, "must be 0 to 1023")?,
            pen: pen(self.within(3, 7, "must be a bit field of 1 (tip), 2 and 4 (barrel switches)")?),
            tilt,
        })
    }
    fn tilt(&self) -> Result<Tilt, FormatFault> {
        Ok(Tilt {
            azimuth_ddeg: self.within(4, 3599, "must be tenths of a degree, 0 to 3599")?,
            altitude_ddeg: self.within(5, 900, "must be tenths of a degree, 0 to 900")?,
        })
    }
}

fn pen(button: u8) -> PenState {
    let tip = if button & 1 == 1 { PenState::CONTACT } else { PenState::HOVER };
    let barrel = if button & 2 == 2 { PenState::BARREL } else { 0 };
    let barrel2 = if button & 4 == 4 { PenState::BARREL2 } else { 0 };
    PenState(tip | barrel | barrel2)
}

/// The competition's tablet: a WACOM Intuos at 100 lines per millimetre, nominally 100 Hz.
fn device(task2: bool) -> Device {
    Device {
        maker: "WACOM".to_owned(),
        model: "Intuos (SVC2004)".to_owned(),
        app: if task2 { "SVC2004 task 2".to_owned() } else { "SVC2004 task 1".to_owned() },
        kind: DigitiserKind::EmrPen,
        nm_per_unit: 10_000,
        pressure_levels: if task2 { 1024 } else { 0 },
        rate_mhz: 100_000,
        time_quantum_us: 1000,
        tilt: task2,
        ..Device::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn task_2_rows_are_kept_as_they_are() {
        let read = read(b"3\n-5 20 1000 1 1550 710 439\n6 21 1010 4 0 900 1023\n7 22 1010 0 3599 0 0\n").unwrap();
        let tilt = |a, b| Some(Tilt { azimuth_ddeg: a, altitude_ddeg: b });
        let up = PenState(PenState::HOVER | PenState::BARREL2);
        let expected = [
            Sample { t_us: 0, x: -5, y: 20, pressure: 439, pen: PenState::DOWN, tilt: tilt(1550, 710) },
            Sample { t_us: 10_000, x: 6, y: 21, pressure: 1023, pen: up, tilt: tilt(0, 900) },
            Sample { t_us: 10_000, x: 7, y: 22, pressure: 0, pen: PenState::UP, tilt: tilt(3599, 0) },
        ];
        assert_eq!(read.samples, expected);
        assert_eq!(read.device.pressure_levels, 1024);
    }

    #[test]
    fn task_1_has_no_pressure_and_no_tilt() {
        let read = read(b"1\r\n1 2 3 1\r\n").unwrap();
        assert_eq!((read.samples[0].pressure, read.samples[0].tilt, read.device.pressure_levels), (0, None, 0));
    }

    #[test]
    fn a_byte_order_mark_is_no_content() {
        assert_eq!(read(b"\xef\xbb\xbf1\n1 2 3 1\n"), read(b"1\n1 2 3 1\n"));
    }

    #[test]
    fn bad_files_are_refused_with_the_place_and_the_field() {
        let cases: [(&[u8], &str); 14] = [
            (b"", "file: rows: the file is empty"),
            (b"x\n", "line 1, column 1: rows: the first line must be"),
            (b"99999999999\n", "line 1, column 1: rows: 99999999999 rows"),
            (b"0\n", "line 1, column 1: rows: 0 rows"),
            (b"2\n1 2 3 1\n", "file: rows: the first line promises 2 rows and there are 1"),
            (b"1\n1 2 3 1\n1 2 3 1\n", "line 3, column 1: rows: the first line promises 1 rows"),
            (b"1\n1 2 3\n", "line 2, column 1: row: 3 columns"),
            (b"2\n1 2 3 1\n1 2 3 1 0 0 0\n", "line 3, column 1: row: 7 columns"),
            (b"1\n1 NaN 3 1\n", "line 2, column 3: Y: must be a whole number"),
            (b"1\n1 99999999999999999999 3 1\n", "line 2, column 3: Y: must be a whole number"),
            (b"1\n99999999999 2 3 1\n", "line 2, column 1: X: must fit 32 bits"),
            (b"2\n1 2 30 1\n1 2 20 1\n", "line 3, column 5: T: must be 0 to 71 minutes after"),
            (b"1\n1 2 3 8\n", "line 2, column 7: BUTTON: must be a bit field"),
            (b"1\n1 2 3 1 0 901 0\n", "line 2, column 11: ALTITUDE: must be tenths"),
        ];
        for (bytes, expected) in cases {
            let message = read(bytes).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message} should start with {expected}");
        }
        assert!(read(&vec![b'1'; super::super::FILE_BYTES_MAX + 1]).is_err());
        assert!(read(&[0xff]).unwrap_err().to_string().starts_with("byte 0: text"));
    }
}
