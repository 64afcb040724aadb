//! Writes a document: one source, one trace per run of touching or hovering.

use super::super::Recording;
use super::super::fault::{FormatFault, Position};
use super::PEN_CHANNEL;
use super::source::{per_millimetre, properties};
use crate::packet::{Device, PenState, SAMPLES_MAX, Sample, Tilt};
use quick_xml::escape::escape;
use std::fmt::Write as _;

/// Writes a recording as a UTF-8 document.
pub fn write(recording: &Recording) -> Result<String, FormatFault> {
    let Recording { device, samples } = recording;
    if !(1..=SAMPLES_MAX).contains(&samples.len()) {
        let problem = format!("{} samples; there must be 1 to {SAMPLES_MAX}", samples.len());
        return Err(FormatFault::new(Position::Whole, "trace", problem));
    }
    let columns = Columns::of(recording);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<ink xmlns=\"http://www.w3.org/2003/InkML\">\n<definitions>\n");
    out.push_str(&source(device, &columns));
    out.push_str("<context xml:id=\"context\" inkSourceRef=\"#source\"/>\n</definitions>\n");
    for run in samples.chunk_by(|a, b| a.pen.is_down() == b.pen.is_down()) {
        out.push_str(&columns.trace(run));
    }
    out.push_str("</ink>\n");
    Ok(out)
}

fn source(device: &Device, columns: &Columns) -> String {
    let attribute =
        |name: &str, text: &str| if text.is_empty() { String::new() } else { format!(" {name}=\"{}\"", escape(text)) };
    let mut out = String::from("<inkSource xml:id=\"source\"");
    out.push_str(&attribute("manufacturer", &device.maker));
    out.push_str(&attribute("model", &device.model));
    out.push_str(&attribute("serialNo", &device.serial));
    out.push_str(">\n");
    out.push_str(&columns.format(device));
    if device.rate_mhz > 0 {
        let (hertz, milli) = (device.rate_mhz / 1000, device.rate_mhz % 1000);
        line(&mut out, format_args!("<sampleRate uniform=\"false\" value=\"{hertz}.{milli:03}\"/>"));
    }
    if device.area_width > 0 && device.area_height > 0 {
        let (width, height) = (device.area_width, device.area_height);
        line(&mut out, format_args!("<activeArea width=\"{width}\" height=\"{height}\" units=\"dev\"/>"));
    }
    for (name, value) in properties(device) {
        line(&mut out, format_args!("<srcProperty name=\"{name}\" value=\"{}\"/>", escape(&value)));
    }
    if let Some(value) = per_millimetre(device.nm_per_unit) {
        let property = |channel| {
            format!("<channelProperty channel=\"{channel}\" name=\"resolution\" value=\"{value}\" units=\"1/mm\"/>")
        };
        let (x, y) = (property("X"), property("Y"));
        line(&mut out, format_args!("<channelProperties>{x}{y}</channelProperties>"));
    }
    out.push_str("</inkSource>\n");
    out
}

/// Which optional channels the document has.
struct Columns {
    pressure: bool,
    tilt: bool,
    pen: bool,
}

impl Columns {
    fn of(Recording { device, samples }: &Recording) -> Self {
        Self {
            pressure: device.pressure_levels > 0 || samples.iter().any(|s| s.pressure > 0),
            tilt: samples.iter().any(|s| s.tilt.is_some()),
            pen: samples.iter().any(|s| s.pen != PenState::DOWN && s.pen != PenState::UP),
        }
    }

    fn format(&self, device: &Device) -> String {
        let mut out = String::from("<traceFormat>\n");
        let mut channel = |name: &str, rest: &str| line(&mut out, format_args!("<channel name=\"{name}\"{rest}/>"));
        channel("X", " type=\"integer\" units=\"dev\"");
        channel("Y", " type=\"integer\" units=\"dev\" orientation=\"-ve\"");
        channel("T", " type=\"decimal\" units=\"ms\"");
        if self.pressure {
            let max = device.pressure_levels.checked_sub(1).map(|max| format!(" min=\"0\" max=\"{max}\""));
            channel("F", &format!(" type=\"integer\" units=\"dev\"{}", max.unwrap_or_default()));
        }
        if self.tilt {
            channel("OA", " type=\"decimal\" units=\"deg\"");
            channel("OE", " type=\"decimal\" units=\"deg\"");
        }
        if self.pen {
            channel(PEN_CHANNEL, " type=\"integer\"");
        }
        out.push_str("</traceFormat>\n");
        out
    }

    fn trace(&self, run: &[Sample]) -> String {
        let touch = if run.iter().all(|s| s.pen.is_down()) { "penDown" } else { "penUp" };
        let points: Vec<String> = run.iter().map(|s| self.point(s)).collect();
        format!("<trace type=\"{touch}\" contextRef=\"#context\">\n{}\n</trace>\n", points.join(",\n"))
    }

    fn point(&self, s: &Sample) -> String {
        let mut out = format!("{} {} {}.{:03}", s.x, s.y, s.t_us / 1000, s.t_us % 1000);
        let mut put = |value: String| {
            out.push(' ');
            out.push_str(&value);
        };
        if self.pressure {
            put(s.pressure.to_string());
        }
        if self.tilt {
            let angle =
                |of: fn(Tilt) -> u16| s.tilt.map(of).map_or("?".to_owned(), |v| format!("{}.{}", v / 10, v % 10));
            put(angle(|t| t.azimuth_ddeg));
            put(angle(|t| t.altitude_ddeg));
        }
        if self.pen {
            put(s.pen.0.to_string());
        }
        out
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("writing to a String cannot fail");
}
