//! Enumerations that are one byte on the wire: declares the type and both directions in one place, so that they cannot
//! drift apart. Values are appended, never renumbered.

/// Declares an enumeration with `encode` and a strict `decode`.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub enum $name {
            $($(#[$vdoc])* $variant = $code,)+
        }
        impl $name {
            /// Every value, in the order of its code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name used in files and JSON, as in the source.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)+
                }
            }
            /// Finds a value by the name that [`Self::name`] gives.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.name() == name)
            }
            pub(super) fn encode(self, e: &mut proto::Encoder) {
                e.u8(self as u8);
            }
            pub(super) fn decode(d: &mut proto::Decoder<'_>, field: &'static str) -> Result<Self, proto::Malformed> {
                match d.u8(field)? {
                    $($code => Ok(Self::$variant),)+
                    v => Err(proto::Malformed::Unknown { field, value: v.into() }),
                }
            }
        }
    };
}
pub(super) use coded;
