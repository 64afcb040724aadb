//! Renders every document of a specimen, so that anyone can look: `cargo run -p chirograph-report --example sample -- DIR`.
//! `stated-*` shows the wording of a ratio that is put into words: the same appraisal as if the device were one that was
//! validated, and a better one than the synthetic writer is.

mod specimen;

use report::{Facts, Language, Variant};
use specimen::Specimen;
use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "sample".to_owned());
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    let specimen = Specimen::new(false);
    for variant in [Variant::Full, Variant::Party, Variant::Public] {
        let facts = specimen.facts(variant);
        write(folder, (variant.as_str(), &facts), specimen.drawings(variant))?;
    }
    let forged = Specimen::new(true);
    write(folder, ("stated", &stated(forged.facts(Variant::Full))), forged.drawings(Variant::Full))?;
    for figure in report::figures(&specimen.facts(Variant::Full), specimen.drawings(Variant::Full), Language::Zh) {
        std::fs::write(folder.join(format!("{}.svg", figure.name)), figure.scene.to_svg())?;
    }
    Ok(())
}

fn write(folder: &Path, (name, facts): (&str, &Facts), drawings: report::Drawings<'_>) -> io::Result<()> {
    std::fs::write(folder.join(format!("{name}.json")), facts.to_json())?;
    for language in Language::ALL {
        let file = |kind: &str| folder.join(format!("{name}.{kind}.{}.pdf", language.short()));
        std::fs::write(file("report"), report::render(facts, drawings, language))?;
        std::fs::write(file("page"), report::page(facts, drawings, language))?;
    }
    Ok(())
}

/// As if the flags that forbid words were not there.
fn stated(mut facts: Facts) -> Facts {
    if let Some(appraisal) = &mut facts.appraisal {
        appraisal.flag_bits = 0;
        appraisal.flags.clear();
    }
    facts
}
