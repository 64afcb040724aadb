//! A chart as SVG text: two axes with ticks and labels, lines, dots, a legend. Knows nothing of what it shows.

use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 620.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 610.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 548.0;

/// One axis: from, to, and ticks with their labels, all in the axis's own units.
pub struct Axis {
    /// What it shows, with the unit.
    pub label: &'static str,
    /// Value at its start.
    pub from: f64,
    /// Value at its end.
    pub to: f64,
    /// Positions and their labels.
    pub ticks: Vec<(f64, String)>,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// CSS colour.
    pub colour: &'static str,
    /// Drawn in dashes.
    pub dashed: bool,
}

/// A chart that is being drawn.
pub struct Chart {
    x: Axis,
    y: Axis,
    body: String,
    legend: Vec<(Style, String)>,
}

impl Chart {
    /// Frame, grid, labels.
    pub fn new(title: &str, caption: &str, (x, y): (Axis, Axis)) -> Self {
        let mut chart = Self { x, y, body: String::new(), legend: Vec::new() };
        chart.text((WIDTH / 2.0, 28.0), ("middle", 17), title);
        chart.text((WIDTH / 2.0, 48.0), ("middle", 12), caption);
        chart.grid();
        chart
    }
    /// A line through points in the axes' units; `name` goes to the legend if there is one.
    pub fn line(&mut self, points: &[(f64, f64)], style: Style, name: Option<String>) {
        let place = |p: &(f64, f64)| {
            let (x, y) = self.place(*p);
            format!("{x:.1},{y:.1}")
        };
        let mut places: Vec<String> = points.iter().map(place).collect();
        places.dedup();
        let dash = if style.dashed { " stroke-dasharray=\"6 4\"" } else { "" };
        let _ = writeln!(
            self.body,
            "<polyline clip-path=\"url(#plot)\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"{dash} points=\"{}\"/>",
            style.colour,
            places.join(" ")
        );
        self.legend.extend(name.map(|name| (style, name)));
    }
    /// A dot in the axes' units.
    pub fn dot(&mut self, at: (f64, f64), style: Style) {
        let (x, y) = self.place(at);
        let _ = writeln!(self.body, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\" fill=\"{}\"/>", style.colour);
    }
    /// The whole file. The legend has its upper left corner at `(right, down)`, shares of the plot.
    pub fn finish(mut self, (right, down): (f64, f64)) -> String {
        let (x, mut y) = (LEFT + right * (RIGHT - LEFT), TOP + down * (BOTTOM - TOP));
        let longest = self.legend.iter().map(|(_, name)| name.chars().count()).max().unwrap_or(0);
        let _ = writeln!(
            self.body,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"white\" fill-opacity=\"0.85\"/>",
            x - 6.0,
            y - 14.0,
            longest as f64 * 7.0 + 50.0,
            self.legend.len() as f64 * 20.0 + 8.0
        );
        for (style, name) in std::mem::take(&mut self.legend) {
            let dash = if style.dashed { " stroke-dasharray=\"6 4\"" } else { "" };
            let _ = writeln!(
                self.body,
                "<line x1=\"{x}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\" stroke=\"{}\" stroke-width=\"2\"{dash}/>",
                x + 28.0,
                style.colour
            );
            self.text((x + 36.0, y + 4.0), ("start", 13), &name);
            y += 20.0;
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
             height=\"{HEIGHT}\" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
             <clipPath id=\"plot\"><rect x=\"{LEFT}\" y=\"{TOP}\" width=\"{}\" height=\"{}\"/></clipPath>\n{}</svg>\n",
            RIGHT - LEFT,
            BOTTOM - TOP,
            self.body
        )
    }

    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let share = |axis: &Axis, v: f64| (v - axis.from) / (axis.to - axis.from);
        (LEFT + share(&self.x, x) * (RIGHT - LEFT), BOTTOM - share(&self.y, y) * (BOTTOM - TOP))
    }
    fn text(&mut self, (x, y): (f64, f64), (anchor, size): (&str, u32), text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(
            self.body,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"#222\">{text}</text>"
        );
    }
    fn rule(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str) {
        let _ = writeln!(
            self.body,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{colour}\"/>"
        );
    }
    fn grid(&mut self) {
        for (value, label) in std::mem::take(&mut self.x.ticks) {
            let x = self.place((value, self.y.from)).0;
            self.rule((x, TOP), (x, BOTTOM), "#ddd");
            self.text((x, BOTTOM + 18.0), ("middle", 12), &label);
        }
        for (value, label) in std::mem::take(&mut self.y.ticks) {
            let y = self.place((self.x.from, value)).1;
            self.rule((LEFT, y), (RIGHT, y), "#ddd");
            self.text((LEFT - 8.0, y + 4.0), ("end", 12), &label);
        }
        let corners = [(LEFT, TOP), (RIGHT, TOP), (RIGHT, BOTTOM), (LEFT, BOTTOM), (LEFT, TOP)];
        corners.windows(2).for_each(|w| self.rule(w[0], w[1], "#444"));
        let middle = ((LEFT + RIGHT) / 2.0, (TOP + BOTTOM) / 2.0);
        self.text((middle.0, BOTTOM + 44.0), ("middle", 13), self.x.label);
        let _ = writeln!(
            self.body,
            "<text transform=\"translate(22 {}) rotate(-90)\" text-anchor=\"middle\" font-size=\"13\" fill=\"#222\">{}</text>",
            middle.1, self.y.label
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis() -> Axis {
        Axis { label: "share, %", from: 0.0, to: 10.0, ticks: vec![(0.0, "0".into()), (10.0, "10".into())] }
    }

    #[test]
    fn a_chart_is_one_well_formed_element() {
        let mut chart = Chart::new("a < b & c", "", (axis(), axis()));
        let style = Style { colour: "#000", dashed: true };
        chart.line(&[(0.0, 0.0), (10.0, 10.0)], style, Some("diagonal".into()));
        chart.dot((5.0, 5.0), style);
        let svg = chart.finish((0.5, 0.1));
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
        assert!(svg.contains("points=\"78.0,548.0 610.0,64.0\"") && svg.contains("a &lt; b &amp; c"));
        assert!(svg.contains(">diagonal</text>") && svg.contains("cx=\"344.0\" cy=\"306.0\""));
    }
}
