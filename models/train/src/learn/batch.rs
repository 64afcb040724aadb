//! Signatures side by side as tensors, filled up with zeros to the longest, at 50 Hz and, for the graph layers, at 25.
//! The masks say what is real. What is computed of it is the network's business.

use super::lesson::Lesson;
use crate::attack::chance::Chance;
use models::features::channel;
use models::graph::INPUTS;
use models::graph::level::NEIGHBOURS;
use tch::{Device, Tensor};

/// Strokes beyond this are taken for the last one.
const STROKES_MAX: usize = 40;

/// B signatures of up to L nodes (L is even).
#[derive(Debug)]
pub struct Batch {
    /// `[B, L, INPUTS]`.
    pub inputs: Tensor,
    /// `[B, L, 1]` and `[B, L/2, 1]`: 1 where there is a node.
    pub masks: [Tensor; 2],
    /// `[B, L/2, L/2]`: the share of each node in what a node's neighbours have in the mean.
    pub near: Tensor,
    /// `[B, L/2, S]`: 1 where a node belongs to a stroke.
    pub strokes: Tensor,
    /// `[B, S, L/2]`: the share of each node in the mean of a stroke.
    pub shares: Tensor,
    /// Nodes at 25 Hz.
    pub lens: Vec<usize>,
}

/// How much the inputs are disturbed.
#[derive(Debug, Clone, Copy)]
pub struct Noise {
    /// Deviation of a channel's gain.
    pub gain: f64,
    /// Deviation of what is added to an input.
    pub input: f64,
}

/// Inputs on their way into a tensor.
#[derive(Debug)]
pub struct Shown {
    lens: Vec<usize>,
    width: usize,
    /// `[B][width][INPUTS]`.
    values: Vec<f32>,
}

impl Shown {
    /// The first `nodes_max` nodes of each.
    pub fn new(lessons: &[&Lesson], nodes_max: usize) -> Self {
        let lens: Vec<usize> = lessons.iter().map(|l| l.len().min(nodes_max)).collect();
        let width = lens.iter().max().map_or(2, |len| len.next_multiple_of(2));
        let mut values = vec![0.0; lessons.len() * width * INPUTS];
        for (rows, (lesson, len)) in values.chunks_exact_mut(width * INPUTS).zip(lessons.iter().zip(&lens)) {
            let nodes = rows.as_chunks_mut().0.iter_mut().zip(lesson.inputs()).take(*len);
            nodes.for_each(|(row, node)| *row = node);
        }
        Self { lens, width, values }
    }
    /// Without pressure where `hidden` says so.
    pub fn hide_pressure(&mut self, hidden: &[bool]) {
        let signatures = self.values.chunks_exact_mut(self.width * INPUTS);
        for (rows, _) in signatures.zip(hidden).filter(|(_, hidden)| **hidden) {
            for node in rows.chunks_exact_mut(INPUTS) {
                node[channel::PRESSURE..=channel::DPRESSURE].fill(0.0);
            }
        }
    }
    /// Disturbs all channels that are there, except whether the pen is down.
    pub fn disturb(&mut self, noise: Noise, chance: &mut Chance) {
        for rows in self.values.chunks_exact_mut(self.width * INPUTS) {
            for c in 0..INPUTS - 1 {
                let gain = 1.0 + chance.normal(noise.gain) as f32;
                let is_there = rows.iter().skip(c).step_by(INPUTS).any(|v| *v != 0.0);
                let values = rows.iter_mut().skip(c).step_by(INPUTS);
                values.filter(|_| is_there).for_each(|v| *v = *v * gain + chance.normal(noise.input) as f32);
            }
        }
    }
    /// The tensors, with the edges of the same `lessons`.
    pub fn into_batch(self, lessons: &[&Lesson], device: Device) -> Batch {
        let (count, half) = (lessons.len(), self.width / 2);
        let lens: Vec<usize> = self.lens.iter().map(|len| len.div_ceil(2)).collect();
        let tensor = |values: &[f32], shape: [usize; 3]| {
            Tensor::from_slice(values).reshape(shape.map(|n| n as i64)).to_device(device)
        };
        let edges = Edges::of(lessons, &lens, half);
        Batch {
            inputs: tensor(&self.values, [count, self.width, INPUTS]),
            masks: [
                tensor(&mask(&self.lens, self.width), [count, self.width, 1]),
                tensor(&mask(&lens, half), [count, half, 1]),
            ],
            near: tensor(&edges.near, [count, half, half]),
            strokes: tensor(&edges.strokes, [count, half, edges.stroke_count]),
            shares: tensor(&edges.shares, [count, edges.stroke_count, half]),
            lens,
        }
    }
}

fn mask(lens: &[usize], width: usize) -> Vec<f32> {
    lens.iter().flat_map(|len| (0..width).map(move |i| f32::from(i < *len))).collect()
}

struct Edges {
    near: Vec<f32>,
    strokes: Vec<f32>,
    shares: Vec<f32>,
    stroke_count: usize,
}

impl Edges {
    /// Of the first `lens` nodes; an edge that would leave them leads to the last.
    fn of(lessons: &[&Lesson], lens: &[usize], half: usize) -> Self {
        let count = |(lesson, len): (&&Lesson, &usize)| stroke(lesson, len - 1) + 1;
        let stroke_count = lessons.iter().zip(lens).map(count).max().unwrap_or(1);
        let square = vec![0.0; lessons.len() * half * half];
        let oblong = vec![0.0; lessons.len() * half * stroke_count];
        let mut edges = Self { near: square, strokes: oblong.clone(), shares: oblong, stroke_count };
        for (b, (lesson, len)) in lessons.iter().zip(lens).enumerate() {
            edges.add(lesson, *len, (b, half));
        }
        edges
    }
    fn add(&mut self, lesson: &Lesson, len: usize, (b, half): (usize, usize)) {
        let mut nodes = vec![0.0_f32; self.stroke_count];
        (0..len).for_each(|i| nodes[stroke(lesson, i)] += 1.0);
        for i in 0..len {
            for j in lesson.neighbours()[i] {
                self.near[(b * half + i) * half + usize::from(j).min(len - 1)] += 1.0 / NEIGHBOURS as f32;
            }
            let s = stroke(lesson, i);
            self.strokes[(b * half + i) * self.stroke_count + s] = 1.0;
            self.shares[(b * self.stroke_count + s) * half + i] = 1.0 / nodes[s];
        }
    }
}

fn stroke(lesson: &Lesson, node: usize) -> usize {
    usize::from(lesson.strokes()[node]).min(STROKES_MAX - 1)
}
