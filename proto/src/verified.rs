//! `Verified<T>`: a value whose signatures were checked. Only this crate can make one, so no other code can forget to.

use std::ops::Deref;

/// A value that came through a check in this crate (or was signed here with our own key).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(value)
    }
    /// Gives the value up, and the guarantee with it.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
