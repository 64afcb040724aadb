//! How much work one file may make. A few kilobytes can ask for gigabytes, so everything that costs is counted.

use std::cell::Cell;

/// Bytes read, inflated or held, for each byte of the file.
const PER_BYTE: usize = 8;
/// And for any file.
const LEAST: usize = 256 << 20;

/// What is left. Once it is used up nothing more is read, and whoever asks must say so: what was not looked at is not known.
#[derive(Debug)]
pub struct Effort {
    left: Cell<usize>,
    spent: Cell<bool>,
}

impl Effort {
    /// For a file of this length.
    pub fn of(length: usize) -> Self {
        Self { left: Cell::new(length.saturating_mul(PER_BYTE).saturating_add(LEAST)), spent: Cell::new(false) }
    }
    /// Takes some; `None` if there is not enough.
    pub fn take(&self, bytes: usize) -> Option<()> {
        match self.left.get().checked_sub(bytes) {
            Some(left) => {
                self.left.set(left);
                Some(())
            }
            None => {
                self.left.set(0);
                self.spent.set(true);
                None
            }
        }
    }
    /// Whether something was not looked at.
    pub fn is_spent(&self) -> bool {
        self.spent.get()
    }
}
