//! Everything that was chosen by hand for the learning, in one place, with today's values. Nothing is computed here.

/// The choices. [`Default`] gives those that the committed weights were made with.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Names the streams of randomness.
    pub seed: u64,

    /// Rounds on synthetic writers, first. They have no pressure habits worth learning, but many shapes. 200
    pub rounds_synthetic: usize,
    /// Rounds on people. 900
    pub rounds: usize,
    /// Synthetic writers. 400
    pub writers: usize,
    /// Altered copies of each signature of a person. 6
    pub variants: usize,
    /// Share of a person's signatures that are shown altered. 1
    pub altered: f64,

    /// Share of people who are shown mirrored or backwards, as people who are not there. 0.5
    pub mirrored: f64,
    /// People in a round. 2
    pub people: usize,
    /// Genuine signatures of a person that act as references. 4
    pub anchors: usize,
    /// Further genuine ones. 3
    pub genuine: usize,
    /// Skilled forgeries. 5
    pub skilled: usize,
    /// Signatures of others. 2
    pub random: usize,

    /// Channels of the first layer. 32
    pub first: usize,
    /// Channels of the graph layers. 48
    pub hidden: usize,
    /// Channels of an embedding; a multiple of 8. 32
    pub width: usize,
    /// Taps of the first layer. 5
    pub taps: usize,
    /// Steps between the taps of each graph layer. 1, 2, 4
    pub dilations: Vec<usize>,
    /// Rows averaged at the end in the file. 1
    pub out_pool: usize,
    /// The same while learning: half as many rows are matched in a quarter of the time. 2
    pub learning_pool: usize,

    /// Step of the optimiser at its height. 0.002
    pub rate: f64,
    /// Decay of the weights. 0.005
    pub decay: f64,
    /// Longest gradient. 5
    pub gradient_max: f64,
    /// How much of the running mean of the weights stays each round; the mean is what is kept. 0.98
    pub inertia: f64,
    /// Softness of the elastic distance. 5
    pub softness: f32,
    /// By how much a forgery must be further away than a genuine signature. 1
    pub margin: f64,
    /// Weight of the judge's surprise beside the margin. It tells forgeries apart no better than the margin alone. 0
    pub judged: f64,
    /// Longest part of a signature that is shown, nodes. 280 (5.6 s)
    pub nodes_max: usize,
    /// Share of activations dropped before the last layer. 0.1
    pub dropped: f64,
    /// Share of people shown without pressure, beside those who have none. 0.15
    pub pressure_hidden: f64,
    /// Deviation of the gain of a channel. 0.1
    pub gain_noise: f64,
    /// Deviation of the noise on inputs, in standard deviations of the channel. 0.05
    pub input_noise: f64,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            seed: 1,
            rounds_synthetic: 200,
            rounds: 900,
            writers: 400,
            variants: 6,
            altered: 1.0,
            mirrored: 0.5,
            people: 2,
            anchors: 4,
            genuine: 3,
            skilled: 5,
            random: 2,
            first: 32,
            hidden: 48,
            width: 32,
            taps: 5,
            dilations: vec![1, 2, 4],
            out_pool: 1,
            learning_pool: 2,
            rate: 2e-3,
            decay: 5e-3,
            gradient_max: 5.0,
            inertia: 0.98,
            softness: 5.0,
            margin: 1.0,
            judged: 0.0,
            nodes_max: 280,
            dropped: 0.1,
            pressure_hidden: 0.15,
            gain_noise: 0.1,
            input_noise: 0.05,
        }
    }
}

impl Recipe {
    /// A run that takes seconds and learns next to nothing: to see that everything still works.
    #[must_use]
    pub fn smoke(self) -> Self {
        Self { rounds_synthetic: 10, rounds: 10, writers: 20, variants: 1, ..self }
    }
    /// Signatures of one person in a round.
    pub fn each(&self) -> usize {
        self.anchors + self.genuine + self.skilled + self.random
    }
    /// All rounds.
    pub fn rounds_total(&self) -> usize {
        self.rounds_synthetic + self.rounds
    }
}
