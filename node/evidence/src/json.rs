//! The one way in which `facts.json` is written, so that two verifiers can compare bytes: members sorted, two spaces of
//! indent. It writes only; nothing in a package is read through a JSON parser.

use std::collections::BTreeMap;

/// A value whose scalars are texts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Json {
    Null,
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<&'static str, Json>),
}

impl Json {
    /// A text, or a number in decimal.
    pub(crate) fn text(value: impl ToString) -> Self {
        Self::Text(value.to_string())
    }
    /// A text or null.
    pub(crate) fn option(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Null, Self::text)
    }
    /// A list of texts.
    pub(crate) fn texts<T: ToString>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(Self::text).collect())
    }
    /// An object.
    pub(crate) fn object<const N: usize>(members: [(&'static str, Json); N]) -> Self {
        Self::Object(BTreeMap::from(members))
    }
    /// The bytes of a file.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = String::new();
        self.write(0, &mut out);
        out.push('\n');
        out.into_bytes()
    }
    fn write(&self, depth: usize, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Text(text) => quote(text, out),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(|item| (None, item)).collect();
                group(['[', ']'], &items, depth, out);
            }
            Self::Object(members) => {
                let members: Vec<_> = members.iter().map(|(name, value)| (Some(*name), value)).collect();
                group(['{', '}'], &members, depth, out);
            }
        }
    }
}

fn group(brackets: [char; 2], items: &[(Option<&str>, &Json)], depth: usize, out: &mut String) {
    out.push(brackets[0]);
    for (i, (name, value)) in items.iter().enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        if let Some(name) = name {
            quote(name, out);
            out.push_str(": ");
        }
        value.write(depth + 1, out);
    }
    if !items.is_empty() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(brackets[1]);
}

/// Texts of the ledger hold no control characters, so two escapes are all that JSON asks for.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_every_pretty_printer_gives() {
        let inner = Json::object([("z", Json::List(vec![])), ("a", Json::texts(["x\"\\", "签"]))]);
        let text = Json::object([("b", Json::Null), ("a", inner), ("c", Json::object([]))]).to_bytes();
        let expected = "{\n  \"a\": {\n    \"a\": [\n      \"x\\\"\\\\\",\n      \"签\"\n    ],\n    \"z\": []\n  },\n  \
                        \"b\": null,\n  \"c\": {}\n}\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
