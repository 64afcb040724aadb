//! A drawing as SVG 1.1: a file of its own, for an evidence package or a web page. Text stays text, in the reader's fonts.

use crate::ink::Ink;
use crate::mark::{Mark, Place, Words};
use crate::scene::Scene;

impl Scene {
    /// The drawing as an SVG file.
    pub fn to_svg(&self) -> String {
        let (w, h) = (number(self.width), number(self.height));
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}pt\" height=\"{h}pt\" viewBox=\"0 0 {w} {h}\" \
             role=\"img\" font-family=\"'Noto Sans SC','Noto Sans CJK SC',sans-serif\">\n<title>{}</title>\n<rect \
             width=\"{w}\" height=\"{h}\" fill=\"{}\"/>\n",
            escaped(&self.description),
            Ink::White.css()
        );
        for mark in &self.marks {
            out.push_str(&element(mark));
            out.push('\n');
        }
        out.push_str("</svg>\n");
        out
    }
}

fn element(mark: &Mark) -> String {
    match mark {
        Mark::Text(words) => text(words),
        Mark::Line { points, width, ink, dashed } => {
            let dash = if *dashed { " stroke-dasharray=\"3 2\"" } else { "" };
            format!(
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\" \
                 stroke-linecap=\"round\"{dash}/>",
                places(points),
                ink.css(),
                number(*width)
            )
        }
        Mark::Area { corners, ink } => format!("<polygon points=\"{}\" fill=\"{}\"/>", places(corners), ink.css()),
        Mark::Disc { at, radius, fill, rim } => format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"0.6\"/>",
            number(at.0),
            number(at.1),
            number(*radius),
            fill.css(),
            rim.css()
        ),
    }
}

fn text(words: &Words) -> String {
    let (x, y) = (number(words.at.0), number(words.at.1));
    let (size, fill) = (number(words.size), words.ink.css());
    format!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\">{}</text>", escaped(&words.text))
}

fn places(points: &[Place]) -> String {
    points.iter().map(|p| format!("{},{}", number(p.0), number(p.1))).collect::<Vec<_>>().join(" ")
}

/// Hundredths of a point are finer than any printer.
fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Anchor;

    #[test]
    fn text_cannot_become_markup() {
        let mut scene = Scene::new((10.0, 20.0), "<b>&".to_owned());
        scene.label(("</svg><script>", Anchor::Left), (1.0, 2.0), (8.0, Ink::Black));
        let svg = scene.to_svg();
        assert!(
            !svg.contains("<script>") && svg.contains("&lt;/svg&gt;&lt;script&gt;") && svg.contains("&lt;b&gt;&amp;")
        );
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([number(1.0), number(-0.001), number(2.5), number(100.0)], ["1", "0", "2.5", "100"]);
    }
}
