//! Reading PDF objects (ISO 32000-1, 7.2 and 7.3): enough to follow a cross-reference table, copy a catalogue and find
//! signatures. Content streams, fonts and pages mean nothing here.
//!
//! What is not understood keeps its own text, so that an object that is written again means what it meant.

use std::collections::BTreeSet;

/// Deepest nesting that is read.
const DEPTH_MAX: usize = 32;
/// Most items of one array.
const ITEMS_MAX: usize = 1 << 20;
/// Most entries of one dictionary: keys are searched one after another.
const ENTRIES_MAX: usize = 1 << 12;

/// Number and generation of an indirect object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    /// Object number.
    pub number: u32,
    /// Generation.
    pub generation: u16,
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// `null`, and whatever is not told apart here: booleans, reals. Its own text.
    Other(Vec<u8>),
    /// A whole number.
    Integer(i64),
    /// A name, without its slash and with `#xx` resolved.
    Name(Vec<u8>),
    /// A string of either form.
    Text(Vec<u8>),
    /// An array.
    Array(Vec<Object>),
    /// A dictionary.
    Dict(Dict),
    /// A reference.
    Ref(Id),
}

/// A dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dict {
    /// Key and value, in the order of the file.
    pub entries: Vec<(Vec<u8>, Object)>,
}

impl Dict {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Object> {
        self.entries.iter().find(|(k, _)| k == key.as_bytes()).map(|(_, v)| v)
    }
    /// Gives a key a value, in its place if it has one.
    pub fn set(&mut self, key: &str, value: Object) {
        match self.entries.iter_mut().find(|(k, _)| k == key.as_bytes()) {
            Some((_, old)) => *old = value,
            None => self.entries.push((key.as_bytes().to_vec(), value)),
        }
    }
    /// Without some of its keys.
    pub fn without(&self, keys: &[&str]) -> Self {
        let kept = self.entries.iter().filter(|(k, _)| !keys.iter().any(|key| k == key.as_bytes()));
        Self { entries: kept.cloned().collect() }
    }
    /// Whether a key has this name as its value.
    pub fn is(&self, key: &str, name: &str) -> bool {
        matches!(self.get(key), Some(Object::Name(n)) if n == name.as_bytes())
    }
    /// A whole number that is not negative.
    pub fn number(&self, key: &str) -> Option<usize> {
        self.get(key)?.number()
    }
}

impl Object {
    /// As a dictionary.
    pub fn dict(&self) -> Option<&Dict> {
        if let Self::Dict(d) = self { Some(d) } else { None }
    }
    /// As an array.
    pub fn array(&self) -> Option<&[Self]> {
        if let Self::Array(a) = self { Some(a) } else { None }
    }
    /// As a whole number that is not negative.
    pub fn number(&self) -> Option<usize> {
        if let Self::Integer(n) = self { usize::try_from(*n).ok() } else { None }
    }
    /// As a reference.
    pub fn reference(&self) -> Option<Id> {
        if let Self::Ref(id) = self { Some(*id) } else { None }
    }
    /// Every reference in it, at any depth.
    pub fn references(&self, found: &mut Vec<Id>) {
        match self {
            Self::Ref(id) => found.push(*id),
            Self::Array(items) => items.iter().for_each(|item| item.references(found)),
            Self::Dict(dict) => dict.entries.iter().for_each(|(_, value)| value.references(found)),
            _ => {}
        }
    }
    /// Writes it.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Other(word) => out.extend_from_slice(word),
            Self::Integer(n) => out.extend_from_slice(n.to_string().as_bytes()),
            Self::Name(name) => write_name(name, out),
            Self::Text(text) => {
                out.push(b'<');
                text.iter().for_each(|b| out.extend_from_slice(format!("{b:02x}").as_bytes()));
                out.push(b'>');
            }
            Self::Array(items) => {
                out.push(b'[');
                for item in items {
                    item.write(out);
                    out.push(b' ');
                }
                out.push(b']');
            }
            Self::Dict(dict) => {
                out.extend_from_slice(b"<<");
                for (key, value) in &dict.entries {
                    out.push(b' ');
                    write_name(key, out);
                    out.push(b' ');
                    value.write(out);
                }
                out.extend_from_slice(b" >>");
            }
            Self::Ref(id) => out.extend_from_slice(format!("{} {} R", id.number, id.generation).as_bytes()),
        }
    }
    /// As bytes of a string.
    pub fn text(&self) -> Option<&[u8]> {
        if let Self::Text(t) = self { Some(t) } else { None }
    }
}

fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for b in name {
        if b.is_ascii_graphic() && !is_delimiter(*b) && *b != b'#' {
            out.push(*b);
        } else {
            out.extend_from_slice(format!("#{b:02x}").as_bytes());
        }
    }
}

/// Reads tokens from a place on.
#[derive(Debug, Clone, Copy)]
pub struct Lexer<'a> {
    bytes: &'a [u8],
    /// Where it is.
    pub at: usize,
}

fn is_space(b: u8) -> bool {
    matches!(b, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(b: u8) -> bool {
    matches!(b, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl<'a> Lexer<'a> {
    /// From `at` on.
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }
    /// What is still to come.
    pub fn rest(&self) -> Option<&'a [u8]> {
        self.bytes.get(self.at..)
    }
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
    /// Passes over white space and comments.
    pub fn skip(&mut self) {
        while let Some(b) = self.peek() {
            match b {
                b'%' => {
                    while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
                        self.at += 1;
                    }
                }
                b if is_space(b) => self.at += 1,
                _ => return,
            }
        }
    }
    /// Passes over a keyword, if it is next.
    pub fn keyword(&mut self, word: &str) -> Option<()> {
        self.skip();
        let rest = self.bytes.get(self.at..)?.strip_prefix(word.as_bytes())?;
        if rest.first().is_some_and(|b| !is_space(*b) && !is_delimiter(*b)) {
            return None;
        }
        self.at += word.len();
        Some(())
    }
    /// A word of regular characters.
    fn word(&mut self) -> &'a [u8] {
        let from = self.at;
        while self.peek().is_some_and(|b| !is_space(b) && !is_delimiter(b)) {
            self.at += 1;
        }
        self.bytes.get(from..self.at).unwrap_or_default()
    }
    /// A whole number that is not negative.
    pub fn number(&mut self) -> Option<usize> {
        self.skip();
        std::str::from_utf8(self.word()).ok()?.parse().ok()
    }
    /// `n g obj`: the head of an indirect object.
    pub fn head(&mut self) -> Option<Id> {
        let (number, generation) = (self.number()?, self.number()?);
        self.keyword("obj")?;
        Some(Id { number: u32::try_from(number).ok()?, generation: u16::try_from(generation).ok()? })
    }
    /// The next object.
    pub fn object(&mut self) -> Option<Object> {
        self.nested(0)
    }
    fn nested(&mut self, depth: usize) -> Option<Object> {
        if depth > DEPTH_MAX {
            return None;
        }
        self.skip();
        match self.peek()? {
            b'/' => self.name().map(Object::Name),
            b'(' => self.literal().map(Object::Text),
            b'[' => self.array(depth),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => self.dict(depth).map(Object::Dict),
            b'<' => self.hex().map(Object::Text),
            b if is_delimiter(b) => None,
            _ => self.plain(),
        }
    }
    /// A number, a reference or a keyword.
    fn plain(&mut self) -> Option<Object> {
        let word = self.word();
        let Some(number) = std::str::from_utf8(word).ok().and_then(|w| w.parse::<i64>().ok()) else {
            return (!word.is_empty()).then(|| Object::Other(word.to_vec()));
        };
        let mut ahead = *self;
        match ahead.generation(number) {
            Some(id) => {
                self.at = ahead.at;
                Some(Object::Ref(id))
            }
            None => Some(Object::Integer(number)),
        }
    }
    /// The rest of a reference to object `number`.
    fn generation(&mut self, number: i64) -> Option<Id> {
        let generation = u16::try_from(self.number()?).ok()?;
        self.keyword("R")?;
        Some(Id { number: u32::try_from(number).ok()?, generation })
    }
    fn name(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let word = self.word();
        let mut out = Vec::with_capacity(word.len());
        let mut rest = word;
        while let Some((&b, after)) = rest.split_first() {
            let pair = after.get(..2).filter(|_| b == b'#').and_then(|p| std::str::from_utf8(p).ok());
            match pair.and_then(|p| u8::from_str_radix(p, 16).ok()) {
                Some(byte) => {
                    out.push(byte);
                    rest = after.get(2..)?;
                }
                None => {
                    out.push(b);
                    rest = after;
                }
            }
        }
        Some(out)
    }
    fn literal(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let (mut out, mut depth) = (Vec::new(), 1usize);
        loop {
            let b = self.peek()?;
            self.at += 1;
            match b {
                b'(' => depth += 1,
                b')' => depth -= 1,
                b'\\' => {
                    self.escape(&mut out)?;
                    continue;
                }
                _ => {}
            }
            if depth == 0 {
                return Some(out);
            }
            out.push(b);
        }
    }
    fn escape(&mut self, out: &mut Vec<u8>) -> Option<()> {
        let b = self.peek()?;
        self.at += 1;
        match b {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'0'..=b'7' => {
                let mut value = u32::from(b - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                out.push(value.to_le_bytes()[0]);
            }
            other => out.push(other),
        }
        Some(())
    }
    fn hex(&mut self) -> Option<Vec<u8>> {
        self.at += 1;
        let end = self.at + self.bytes.get(self.at..)?.iter().position(|b| *b == b'>')?;
        let digits = self.bytes.get(self.at..end)?.iter().filter(|b| !is_space(**b));
        let mut nibbles: Vec<u8> = Vec::new();
        for b in digits {
            nibbles.push(u8::try_from(char::from(*b).to_digit(16)?).ok()?);
        }
        if !nibbles.len().is_multiple_of(2) {
            nibbles.push(0);
        }
        self.at = end + 1;
        Some(nibbles.chunks_exact(2).map(|p| p[0] << 4 | p[1]).collect())
    }
    fn array(&mut self, depth: usize) -> Option<Object> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip();
            if self.peek()? == b']' {
                self.at += 1;
                return Some(Object::Array(items));
            }
            if items.len() == ITEMS_MAX {
                return None;
            }
            items.push(self.nested(depth + 1)?);
        }
    }
    fn dict(&mut self, depth: usize) -> Option<Dict> {
        self.at += 2;
        let mut dict = Dict::default();
        let mut seen = BTreeSet::new();
        loop {
            self.skip();
            if self.bytes.get(self.at..self.at + 2)? == b">>" {
                self.at += 2;
                return Some(dict);
            }
            if self.peek()? != b'/' || dict.entries.len() == ENTRIES_MAX {
                return None;
            }
            let key = self.name()?;
            let value = self.nested(depth + 1)?;
            // Two values of one key: readers disagree which one counts, so neither does.
            if !seen.insert(key.clone()) {
                return None;
            }
            dict.entries.push((key, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Object> {
        Lexer::new(text.as_bytes(), 0).object()
    }

    #[test]
    fn every_kind() {
        assert_eq!(read(" 42 "), Some(Object::Integer(42)));
        assert_eq!(read("42 0 R"), Some(Object::Ref(Id { number: 42, generation: 0 })));
        assert_eq!(read("42 0 obj"), Some(Object::Integer(42)));
        assert_eq!(read("/A#20b#zz"), Some(Object::Name(b"A b#zz".to_vec())));
        assert_eq!(read(r"(a\(b(c)\101\n)"), Some(Object::Text(b"a(b(c)A\n".to_vec())));
        assert_eq!(read("<48 656>"), Some(Object::Text(b"He`".to_vec())));
        let dict = read("<< /A 1 /B [1 0 R (x)] % c\n /C << /D true >> >>").unwrap();
        let dict = dict.dict().unwrap();
        assert_eq!(dict.number("A"), Some(1));
        let mut text = Vec::new();
        dict.get("B").unwrap().write(&mut text);
        assert_eq!(text, b"[1 0 R <78> ]");
        assert_eq!(dict.get("C").unwrap().dict().unwrap().get("D"), Some(&Object::Other(b"true".to_vec())));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "<<", "<< /A >>", "[1", "(a", "<4x>", ">>", "<< /A 1 /A 2 >>", &"[".repeat(99)] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
