//! Walks the XML: finds the channels, the device and the text of each trace. Knows nothing of numbers in traces.
//!
//! Memory is bounded by the size of the file: names and attributes are kept for channels and the source only, trace texts
//! are borrowed, entities are never expanded.

use super::super::fault::{FormatFault, Position};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::ops::Range;

/// Deepest nesting of elements.
const DEPTH_MAX: usize = 32;
/// Most channels of a format.
const CHANNELS_MAX: usize = 64;
/// Most attributes of an element: they are compared with one another, so their number must be small.
const ATTRIBUTES_MAX: usize = 32;
/// Most source properties that are kept.
const PROPERTIES_MAX: usize = 64;

/// What a document says.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub channels: Vec<Channel>,
    pub strokes: Vec<Stroke>,
    /// Attributes of `inkSource`, `sampleRate`, `activeArea`, and source and channel properties, by name.
    pub properties: BTreeMap<String, Property>,
    sources: usize,
    formats: usize,
}

/// A value of the device description.
#[derive(Debug, Clone)]
pub(super) struct Property {
    pub value: String,
    pub units: String,
    pub at: Position,
}

/// A channel of the trace format.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub name: String,
    pub units: String,
    /// Whether its orientation is `-ve`.
    pub downward: bool,
    pub boolean: bool,
    pub intermittent: bool,
    pub at: Position,
}

/// Whether the pen touches in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    Down,
    Up,
    Indeterminate,
}

/// A trace: where its text is in the file.
#[derive(Debug, Clone)]
pub(super) struct Stroke {
    pub touch: Touch,
    pub text: Range<usize>,
}

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, FormatFault> {
        let mut walk = Walk { text, path: Vec::new(), document: Self::default() };
        let mut reader = Reader::from_str(text);
        let mut lines = Lines::new(text);
        loop {
            let before = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
            let at = lines.position(before);
            let event = reader.read_event().map_err(|e| FormatFault::new(at, "xml", e.to_string()))?;
            let after = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
            match event {
                Event::Start(e) => walk.open(&e, at)?,
                Event::Empty(e) => {
                    walk.open(&e, at)?;
                    walk.path.pop();
                }
                Event::End(_) => drop(walk.path.pop()),
                Event::Text(_) => walk.text(before..after, at)?,
                Event::CData(_) => walk.text(before + "<![CDATA[".len()..after - "]]>".len(), at)?,
                Event::DocType(_) => {
                    return Err(FormatFault::new(at, "DOCTYPE", "document type declarations are not read; remove it"));
                }
                Event::GeneralRef(_) => walk.reference(at)?,
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof => break,
            }
        }
        match walk.path.last() {
            None => Ok(walk.document),
            Some(_) => Err(FormatFault::new(position(text, text.len()), "xml", "the file ends inside an element")),
        }
    }
}

struct Walk<'a> {
    text: &'a str,
    path: Vec<&'static str>,
    document: Document,
}

/// The elements that mean something here; all others are walked through under the name `other`.
const ELEMENTS: [&str; 16] = [
    "ink",
    "definitions",
    "context",
    "inkSource",
    "traceFormat",
    "intermittentChannels",
    "regularChannels",
    "channel",
    "mapping",
    "sampleRate",
    "activeArea",
    "srcProperty",
    "channelProperties",
    "channelProperty",
    "traceGroup",
    "trace",
];

impl Walk<'_> {
    fn open(&mut self, e: &BytesStart<'_>, at: Position) -> Result<(), FormatFault> {
        let local = e.local_name();
        let name = ELEMENTS.into_iter().find(|n| n.as_bytes() == local.as_ref()).unwrap_or("other");
        if self.path.is_empty() && name != "ink" {
            return Err(FormatFault::new(at, "ink", "must be the root element"));
        }
        if self.path.len() == DEPTH_MAX {
            return Err(FormatFault::new(at, "xml", format!("elements are nested deeper than {DEPTH_MAX}")));
        }
        let attributes = Attributes::read(e, at)?;
        match name {
            "inkSource" => self.source(attributes)?,
            "traceFormat" => self.document.formats += 1,
            "channel" => self.channel(attributes)?,
            "mapping" if self.inside("channel") => {
                return Err(FormatFault::new(at, "mapping", "channels with a mapping are not read; export raw values"));
            }
            "sampleRate" => self.keep("sampleRate", &attributes)?,
            "activeArea" => self.area(&attributes)?,
            "srcProperty" => self.keep(&attributes.get("name"), &attributes)?,
            "channelProperty" => {
                let name = format!("{} {}", attributes.get("channel"), attributes.get("name"));
                self.keep(&name, &attributes)?;
            }
            "trace" => self.trace(&attributes)?,
            _ => {}
        }
        if self.document.sources > 1 || self.document.formats > 1 {
            return Err(FormatFault::new(at, name, "more than one is there; a packet has one device and one format"));
        }
        self.path.push(name);
        Ok(())
    }

    fn inside(&self, name: &str) -> bool {
        self.path.contains(&name)
    }

    fn source(&mut self, attributes: Attributes) -> Result<(), FormatFault> {
        self.document.sources += 1;
        for name in ["manufacturer", "model", "serialNo"] {
            self.keep_value(name, attributes.get(name), String::new(), attributes.at)?;
        }
        Ok(())
    }

    fn area(&mut self, attributes: &Attributes) -> Result<(), FormatFault> {
        for name in ["width", "height"] {
            self.keep_value(name, attributes.get(name), attributes.get("units"), attributes.at)?;
        }
        Ok(())
    }

    fn keep(&mut self, name: &str, attributes: &Attributes) -> Result<(), FormatFault> {
        self.keep_value(name, attributes.get("value"), attributes.get("units"), attributes.at)
    }

    fn keep_value(&mut self, name: &str, value: String, units: String, at: Position) -> Result<(), FormatFault> {
        if value.is_empty() {
            return Ok(());
        }
        let properties = &mut self.document.properties;
        if properties.len() == PROPERTIES_MAX {
            return Err(FormatFault::new(at, "inkSource", format!("more than {PROPERTIES_MAX} properties")));
        }
        match properties.insert(name.to_owned(), Property { value, units, at }) {
            None => Ok(()),
            Some(_) => Err(FormatFault::new(at, "inkSource", "states a property twice")),
        }
    }

    fn channel(&mut self, attributes: Attributes) -> Result<(), FormatFault> {
        let channels = &mut self.document.channels;
        let name = attributes.get("name");
        if channels.len() == CHANNELS_MAX || channels.iter().any(|c| c.name == name) {
            return Err(FormatFault::new(attributes.at, "channel", "there are too many, or two of one name"));
        }
        let (max, at) = (attributes.get("max"), attributes.at);
        channels.push(Channel {
            units: attributes.get("units"),
            downward: attributes.get("orientation") == "-ve",
            boolean: attributes.get("type") == "boolean",
            intermittent: self.path.contains(&"intermittentChannels"),
            name: name.clone(),
            at,
        });
        self.keep_value(&format!("{name} max"), max, String::new(), at)
    }

    fn trace(&mut self, attributes: &Attributes) -> Result<(), FormatFault> {
        // A trace in `definitions` is a template for other elements, not ink.
        if self.inside("definitions") {
            return Ok(());
        }
        let touch = match attributes.get("type").as_str() {
            "" | "penDown" => Touch::Down,
            "penUp" => Touch::Up,
            "indeterminate" => Touch::Indeterminate,
            _ => {
                return Err(FormatFault::new(attributes.at, "trace", "type must be penDown, penUp or indeterminate"));
            }
        };
        self.document.strokes.push(Stroke { touch, text: 0..0 });
        Ok(())
    }

    fn text(&mut self, range: Range<usize>, at: Position) -> Result<(), FormatFault> {
        let ink = self.path.last() == Some(&"trace") && !self.inside("definitions");
        let blank = self.text.get(range.clone()).is_none_or(|t| t.trim().is_empty());
        let stroke = self.document.strokes.last_mut().filter(|_| ink && !blank);
        match stroke {
            Some(stroke) if stroke.text.is_empty() => stroke.text = range,
            Some(_) => return Err(FormatFault::new(at, "trace", "its text is interrupted; write it in one piece")),
            None => {}
        }
        Ok(())
    }

    fn reference(&self, at: Position) -> Result<(), FormatFault> {
        if self.path.last() == Some(&"trace") {
            return Err(FormatFault::new(at, "trace", "entities are not read; write the numbers"));
        }
        Ok(())
    }
}

/// The attributes of one element.
struct Attributes {
    values: Vec<(Vec<u8>, String)>,
    at: Position,
}

impl Attributes {
    fn read(e: &BytesStart<'_>, at: Position) -> Result<Self, FormatFault> {
        let fault = |problem: String| FormatFault::new(at, "xml", problem);
        let mut values = Vec::new();
        for attribute in e.attributes() {
            let attribute = attribute.map_err(|e| fault(e.to_string()))?;
            if values.len() == ATTRIBUTES_MAX {
                return Err(fault(format!("an element has more than {ATTRIBUTES_MAX} attributes")));
            }
            // Only the five predefined entities and character references are known, so nothing can expand.
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|e| fault(e.to_string()))?;
            values.push((attribute.key.as_ref().to_vec(), value.into_owned()));
        }
        Ok(Self { values, at })
    }
    fn get(&self, name: &str) -> String {
        self.values.iter().find(|(key, _)| key == name.as_bytes()).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

/// Line and column of a byte offset. Takes time in proportion to the offset: for errors only.
pub(super) fn position(text: &str, offset: usize) -> Position {
    Lines::new(text).position(offset)
}

/// Turns offsets that only grow into lines and columns, looking at each byte once.
struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: usize,
    line_start: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), offset: 0, line: 1, line_start: 0 }
    }
    fn position(&mut self, offset: usize) -> Position {
        for at in self.offset..offset.min(self.bytes.len()) {
            if self.bytes[at] == b'\n' {
                (self.line, self.line_start) = (self.line + 1, at + 1);
            }
        }
        self.offset = offset;
        Position::Line { line: self.line, column: offset - self.line_start + 1 }
    }
}
