//! What is kept in memory of an enrolled signer: the time functions of each reference and how far they lie from one
//! another. It is made from the reference packets whenever they are loaded and is never stored or sent itself.

use crate::attacks::patchwork::{self, Among};
use crate::dtw::{Comparison, Differences, Warping};
use crate::evidence::{Habit, Spread};
use crate::features::{CHANNELS, Series, channel};
use crate::globals::{GLOBALS, globals};
use crate::graph::{Embedding, Gallery, Kernel};
use crate::pairs::Pairs;
use crate::trace::Trace;
use crate::yardstick::Yardstick;
use proto::Digest;
use std::ops::Range;

/// Fewest references.
pub const REFERENCES_MIN: usize = 1;
/// Most references.
pub const REFERENCES_MAX: usize = 10;

/// One signature, ready to be compared.
#[derive(Debug, Clone)]
pub struct Writing {
    pub(crate) series: Series,
    pub(crate) globals: [f64; GLOBALS],
    pub(crate) has_pressure: bool,
}

impl Writing {
    /// The features of a trace.
    pub fn of(trace: &Trace) -> Self {
        Self { series: Series::of(trace), globals: globals(trace), has_pressure: trace.has_pressure }
    }
    /// Its time functions.
    pub fn series(&self) -> &Series {
        &self.series
    }
    /// Its global features.
    pub fn globals(&self) -> &[f64; GLOBALS] {
        &self.globals
    }
}

/// An enrolled signer's references.
#[derive(Debug, Clone)]
pub struct Template {
    pub(crate) references: Vec<Series>,
    pub(crate) has_pressure: bool,
    pub(crate) habit: Habit,
    /// Of the comparison with and without pressure.
    spreads: [Option<Spread>; 2],
    /// Of the comparison with and without pressure, one for each reference.
    yardsticks: [Vec<Yardstick<{ CHANNELS + 1 }>>; 2],
    /// For a model with a network: by what its network saw, without pressure and, where all references have it, with.
    galleries: Vec<Gallery>,
    /// For a model with attack checks: what the references leave of one another.
    pub(crate) among: Option<Among>,
    /// Whether a reference was recorded outside of what the error rates were measured on: then nothing compared with it is
    /// inside.
    pub(crate) is_outside: bool,
    digest: Digest,
}

impl Template {
    pub(crate) fn new(writings: Vec<Writing>, within: &[f64; GLOBALS], digest: Digest) -> Self {
        let has_pressure = writings.iter().all(|w| w.has_pressure);
        let globals: Vec<_> = writings.iter().map(|w| w.globals).collect();
        let references: Vec<Series> = writings.into_iter().map(|w| w.series).collect();
        let [own, without] = [has_pressure, false].map(|pressure| among(&references, pressure));
        let (spreads, yardsticks) = ([own.0, without.0], [own.1, without.1]);
        let (habit, galleries, is_outside) = (Habit::of(&globals, within), Vec::new(), false);
        Self { references, has_pressure, habit, spreads, yardsticks, galleries, among: None, is_outside, digest }
    }
    /// Adds what a network made of each reference: first without pressure, then, where there is some, with.
    pub(crate) fn with_embeddings(mut self, embeddings: Vec<Vec<Embedding>>) -> Self {
        let seen = embeddings.iter().map(Vec::len).min().unwrap_or(0);
        self.galleries =
            (0..seen).map(|k| Gallery::new(embeddings.iter().map(|list| list[k].clone()).collect())).collect();
        self
    }
    /// Adds what the check for patchworks needs.
    pub(crate) fn with_stretches(self) -> Self {
        Self { among: patchwork::among(&self.references, Kernel::best()), ..self }
    }
    /// The embeddings that a signature is compared with.
    pub(crate) fn gallery(&self, pressure: bool) -> Option<&Gallery> {
        self.galleries.get(usize::from(pressure))
    }
    /// How far the references lie from one another; `None` if there is one only.
    pub fn spread(&self, pressure: bool) -> Option<&Spread> {
        self.spreads[usize::from(!pressure)].as_ref()
    }
    /// A signature against each reference.
    pub(crate) fn compare(&self, writing: &Series, pressure: bool, kernel: Kernel) -> Vec<Comparison> {
        let (reversed, mut warping) = (writing.reversed(), Warping::new(kernel));
        self.references.iter().map(|r| warping.compare(r, &reversed, pressure)).collect()
    }
    /// How that measures by the yardstick of each reference.
    pub(crate) fn measured(&self, compared: &[Comparison], pressure: bool) -> Vec<[f64; 2]> {
        let sticks = &self.yardsticks[usize::from(!pressure)];
        sticks
            .iter()
            .zip(compared)
            .map(|(stick, c)| stick.measure(&c.differences, measured_channels(pressure)))
            .collect()
    }
    /// Number of references.
    pub fn references(&self) -> usize {
        self.references.len()
    }
    /// SM3 over the model's digest and the references' sample digests in order: equal templates give equal opinions.
    pub fn digest(&self) -> Digest {
        self.digest
    }
    /// Bytes held, for the bound of a cache.
    pub fn memory_bytes(&self) -> usize {
        let series: usize = self.references.iter().map(|s| size_of::<Series>() + s.memory_bytes()).sum();
        let sticks: usize = self.yardsticks.iter().map(|sticks| size_of_val(sticks.as_slice())).sum();
        size_of::<Self>() + series + sticks + self.galleries.iter().map(Gallery::memory_bytes).sum::<usize>()
    }
}

/// The functions of time that yardsticks measure: all but positions, and pressure where it is compared.
pub fn measured_channels(pressure: bool) -> Range<usize> {
    channel::DX..if pressure { CHANNELS } else { channel::PRESSURE }
}

/// How far references lie from one another, and from each.
fn among(references: &[Series], pressure: bool) -> (Option<Spread>, Vec<Yardstick<{ CHANNELS + 1 }>>) {
    let reversed: Vec<Series> = references.iter().map(Series::reversed).collect();
    let (n, mut warping) = (references.len(), Warping::new(Kernel::best()));
    let pairs = Pairs::of(n, |i, j| warping.compare(&references[i], &reversed[j], pressure));
    let apart = |i: usize, j: usize| -> Differences { pairs.at(i, j).differences };
    (Spread::of(n, |i, j| pairs.at(i, j).measures), Yardstick::among(n, apart))
}
