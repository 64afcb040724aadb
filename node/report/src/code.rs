//! The QR code: evidence number, checkpoint and the header's digest. Never personal data.

use crate::facts::Facts;
use crate::ink::Ink;
use crate::mark::Mark;
use crate::scene::Scene;
use qrcode::{Color, EcLevel, QrCode};

/// Width of the code on paper, points.
const SIZE: f32 = 104.0;
/// White space around that scanners need, modules.
const QUIET: usize = 4;

/// What the code says: `evid://ID/HEIGHT/HEADER DIGEST`.
pub fn content(facts: &Facts) -> String {
    format!("evid://{}/{}/{}", facts.id, facts.checkpoint.height, facts.checkpoint.header)
}

/// The code; an empty square if the content does not fit a code.
pub fn scene(facts: &Facts) -> Scene {
    let content = content(facts);
    let mut scene = Scene::new((SIZE, SIZE), content.clone());
    let Ok(code) = QrCode::with_error_correction_level(content.as_bytes(), EcLevel::M) else { return scene };
    let width = code.width();
    let module = SIZE / (width + 2 * QUIET) as f32;
    let at = |n: usize| (n + QUIET) as f32 * module;
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                // A little taller than a module: no white hair lines between rows.
                let size = (run as f32 * module, module * 1.03);
                scene.put(Mark::rectangle((at(x), at(y)), size, Ink::Black));
            }
            x += run.max(1);
        }
    }
    scene
}
