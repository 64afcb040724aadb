//! The colours of a report: black, three greys and one accent, which is dark enough to be read when printed in black.

/// A colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ink {
    /// Text and the questioned signature.
    Black,
    /// Secondary text.
    Dim,
    /// Axes, references.
    Grey,
    /// Rules of tables.
    Pale,
    /// Ground of boxes and table heads.
    Ground,
    /// The accent.
    Accent,
    /// Paper.
    White,
}

impl Ink {
    /// Red, green and blue.
    pub fn rgb(self) -> [u8; 3] {
        match self {
            Self::Black => [20, 20, 20],
            Self::Dim => [85, 85, 85],
            Self::Grey => [140, 140, 140],
            Self::Pale => [205, 205, 205],
            Self::Ground => [242, 243, 245],
            Self::Accent => [27, 58, 97],
            Self::White => [255, 255, 255],
        }
    }
    /// As CSS writes it.
    pub fn css(self) -> String {
        format!("#{}", hex::encode(self.rgb()))
    }
}
